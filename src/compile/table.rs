//! What has to happen online so that a table becomes what its rehearsed copy is.

use super::expression::Function;
use super::lens::ColumnLens;
use super::{Compiler, storages};
use crate::plan::ddl::Constant;
use crate::plan::names;
use crate::schema::{Check, Column, Constraint, ForeignKey, Index, Table};
use crate::sql::{Expression, Ident, QualifiedName};

/// A table as it is, as the new version shows it, and as its rehearsed copy turned out: the
/// difference is what a plan is made of.
pub(super) struct TableChange<'a> {
    pub(super) compiler: &'a Compiler<'a>,
    pub(super) table: QualifiedName,
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    pub(super) outcome: &'a Table,
    pub(super) lenses: Vec<ColumnLens<'a>>,
}

impl<'a> TableChange<'a> {
    pub(super) fn new(
        compiler: &'a Compiler<'a>,
        before: &'a Table,
        after: &'a Table,
        outcome: &'a Table,
    ) -> Self {
        let lenses = compiler.draft.lenses.iter().filter(|lens| lens.table == before.storage);
        Self {
            compiler,
            table: QualifiedName::new(&compiler.before.name, &before.storage),
            before,
            after,
            outcome,
            lenses: lenses.map(|lens| ColumnLens::new(compiler, before, outcome, lens)).collect(),
        }
    }

    /// Whether the migration makes the column.
    pub(super) fn is_new(&self, storage: &Ident) -> bool {
        self.before.stored(storage).is_none()
    }

    pub(super) fn constant(&self, storage: &Ident) -> Option<&Constant> {
        let new = self.lenses.iter().filter_map(|lens| lens.new.as_ref());
        new.filter(|new| new.storage == storage).find_map(|new| new.constant.as_ref())
    }

    /// The columns that the migration makes, as Postgres described them.
    pub(super) fn new_columns(&self) -> Vec<Column> {
        let new = self.after.columns.iter().filter(|column| self.is_new(&column.storage));
        new.filter_map(|column| Some(self.faithful(column, self.outcome.stored(&column.storage)?)))
            .collect()
    }

    /// Every expression of the table's lenses.
    pub(super) fn all_functions(&self) -> impl Iterator<Item = &Function<'a>> {
        self.lenses.iter().flat_map(|lens| lens.up.iter().chain(&lens.down))
    }

    /// A column as the versions' users know it.
    pub(super) fn shown_column(&self, storage: &Ident) -> String {
        let name = self.after.stored(storage).map(|column| &column.name);
        let name = name.map_or(storage.as_str(), |name| name.as_str());
        format!("`{}.{name}`", self.after.name)
    }

    /// Columns that are NOT NULL in the end and have to be made so.
    pub(super) fn to_be_not_null(&self) -> Vec<&Ident> {
        let constrained = |column: &&Column| {
            let already = match self.before.stored(&column.storage) {
                Some(before) => !before.nullable,
                None => self
                    .constant(&column.storage)
                    .is_some_and(|constant| constant.not_null.is_some()),
            };
            !column.nullable && !already
        };
        self.outcome.columns.iter().filter(constrained).map(|column| &column.storage).collect()
    }

    /// CHECK constraints that the table does not have on these columns.
    pub(super) fn new_checks(&self) -> Vec<&Constraint> {
        let is_check = |constraint: &&Constraint| constraint.check == Check::Check;
        let constraints = self.outcome.constraints.iter().filter(is_check);
        constraints
            .filter(|c| !self.has_constraint(&c.name) || self.reads_new(&c.columns))
            .collect()
    }

    /// Unique constraints and primary keys that the table does not have on these columns.
    pub(super) fn new_keys(&self) -> Vec<&Constraint> {
        let is_key = |c: &&Constraint| matches!(c.check, Check::Unique | Check::PrimaryKey);
        let constraints = self.outcome.constraints.iter().filter(is_key);
        constraints
            .filter(|c| !self.has_constraint(&c.name) || self.reads_new(&c.columns))
            .collect()
    }

    /// Indexes that the table does not have on these columns.
    pub(super) fn new_indexes(&self) -> Vec<&Index> {
        let has = |index: &&Index| self.before.indexes.iter().any(|old| old.name == index.name);
        let indexes = self.outcome.indexes.iter();
        indexes.filter(|index| !has(index) || self.reads_new(&index.columns)).collect()
    }

    /// Foreign keys that the table does not have on these columns.
    pub(super) fn new_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let has =
            |key: &&ForeignKey| self.before.foreign_keys.iter().any(|old| old.name == key.name);
        let keys = self.after.foreign_keys.iter();
        keys.filter(|key| !has(key) || self.reads_new(&storages(self.after, &key.columns)))
            .collect()
    }

    pub(super) fn reads_new(&self, columns: &[Ident]) -> bool {
        columns.iter().any(|column| self.is_new(column))
    }

    fn has_constraint(&self, name: &Ident) -> bool {
        self.before.constraints.iter().any(|constraint| &constraint.name == name)
    }

    /// The name of an index or constraint while the one that it replaces is still there.
    pub(super) fn name_until_contract(&self, name: &Ident) -> Ident {
        let taken = self.has_constraint(name)
            || self.before.indexes.iter().any(|index| &index.name == name)
            || self.before.foreign_keys.iter().any(|key| &key.name == name);
        if taken { names::copy_of(&self.before.storage, name) } else { name.clone() }
    }

    /// Columns that the new version does not show.
    pub(super) fn doomed_columns(&self) -> Vec<&Ident> {
        let columns = self.before.columns.iter().map(|column| &column.storage);
        columns.filter(|storage| self.after.stored(storage).is_none()).collect()
    }
}

impl Compiler<'_> {
    /// The table and the columns that a foreign key refers to, as they are stored.
    pub(super) fn referenced(&self, key: &ForeignKey) -> Option<(Expression, Vec<Ident>)> {
        match (&key.table, &key.foreign_table) {
            (Some(name), _) => {
                let table = self.draft.schema.tables.get(name)?;
                let target = QualifiedName::new(&self.before.name, &table.storage);
                let target = Expression::from_catalog(target.to_string());
                Some((target, storages(table, &key.referenced)))
            }
            (None, Some(target)) => {
                let columns = key.referenced.iter().map(|name| name.ident().clone());
                Some((target.clone(), columns.collect()))
            }
            (None, None) => None,
        }
    }
}
