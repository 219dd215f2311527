//! What has to happen online so that a table becomes what its rehearsed copy is.

use std::collections::BTreeMap;

use super::Compiler;
use super::expression::Function;
use super::lens::{ColumnLens, column_lenses};
use crate::plan::ddl::Constant;
use crate::plan::names;
use crate::schema::{Check, Column, Constraint, ForeignKey, Index, Kind, Name, Table};
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
        Self {
            compiler,
            table: QualifiedName::new(&compiler.before.name, &before.storage),
            before,
            after,
            outcome,
            lenses: column_lenses(compiler, before, outcome),
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

    /// Every expression of the table's lenses, each once.
    pub(super) fn all_functions(&self) -> impl Iterator<Item = &Function<'a>> {
        let lenses = self.lenses.iter();
        let functions = lenses.flat_map(|lens| lens.up.iter().chain(&lens.down));
        let functions = functions.flat_map(Function::with_makers);
        let by_number: BTreeMap<_, _> = functions.map(|one| (one.number(), one)).collect();
        by_number.into_values()
    }

    /// A column as the versions' users know it.
    pub(super) fn shown_column(&self, storage: &Ident) -> String {
        let name = self.after.stored(storage).map(|column| &column.name);
        let name = name.map_or(storage.as_str(), |name| name.as_str());
        format!("`{}.{name}`", self.after.name)
    }

    /// Columns that are NOT NULL in the end and have to be made so.
    pub(super) fn to_be_not_null(&self) -> Vec<&Ident> {
        let already = |column: &Column| match self.before.stored(&column.storage) {
            Some(before) => !before.nullable,
            None => {
                self.constant(&column.storage).is_some_and(|constant| constant.not_null.is_some())
            }
        };
        let columns = self.outcome.columns.iter();
        let constrained = columns.filter(|column| !column.nullable && !already(column));
        constrained.map(|column| &column.storage).collect()
    }

    /// Whether a column that is to be NOT NULL becomes so in `start`, once that is proven, and not in
    /// `complete`: where rollback can take it back without taking away what was there, such as a
    /// partition's own NOT NULL.
    pub(super) fn settles_not_null(&self, column: &Ident) -> bool {
        let alone = self.before.kind == Kind::Ordinary && !self.before.inherits;
        let before = self.before.stored(column);
        before.is_none_or(|before| alone && before.not_null_name.is_none())
    }

    /// What the constraint, or foreign key, was called before; none where the migration makes it.
    pub(super) fn constraint_before(&self, name: &Ident) -> Option<&'a Ident> {
        self.compiler.draft.names.constraints.of(&self.before.storage, name)
    }

    /// What the index was called before; none where the migration makes it.
    pub(super) fn index_before(&self, name: &Ident) -> Option<&'a Ident> {
        self.compiler.draft.names.indexes.of(&self.before.storage, name)
    }

    /// Constraints that go, and not with a column.
    pub(super) fn doomed_constraints(&self) -> Vec<&'a Constraint> {
        let kept = |before: &Ident| {
            let mut constraints = self.outcome.constraints.iter();
            constraints.any(|other| self.constraint_before(&other.name) == Some(before))
        };
        let constraints = self.before.constraints.iter();
        let constraints = constraints.filter(|constraint| !kept(&constraint.name));
        let goes = |one: &Constraint| one.columns.iter().any(|column| self.is_doomed(column));
        constraints.filter(|one| !goes(one) || self.keeps_columns(one)).collect()
    }

    /// Whether a constraint keeps a column from being dropped, until it goes itself.
    fn keeps_columns(&self, constraint: &Constraint) -> bool {
        let own = |index: &&Index| index.constraint.as_ref() == Some(&constraint.name);
        let mut indexes = self.before.indexes.iter().filter(own);
        indexes
            .any(|index| self.doomed_columns().into_iter().any(|column| index.only_reads(column)))
    }

    /// Indexes that go by themselves: not with a column, nor with a constraint.
    pub(super) fn doomed_indexes(&self) -> Vec<&'a Index> {
        let kept = |before: &Ident| {
            let mut indexes = self.outcome.indexes.iter();
            indexes.any(|other| self.index_before(&other.name) == Some(before))
        };
        let indexes = self.before.indexes.iter().filter(|index| index.constraint.is_none());
        let indexes = indexes.filter(|index| !kept(&index.name));
        indexes.filter(|one| !one.columns.iter().any(|column| self.is_doomed(column))).collect()
    }

    /// Foreign keys that go, for good or because a column goes.
    pub(super) fn doomed_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let new = self.new_foreign_keys();
        let kept = |before: &Ident| {
            let keys = self.after.foreign_keys.iter();
            let mut keys = keys.filter(|key| !new.iter().any(|other| other.name == key.name));
            keys.any(|key| self.constraint_before(&key.name) == Some(before))
        };
        self.before.foreign_keys.iter().filter(|key| !kept(&key.name)).collect()
    }

    /// CHECK constraints that the table does not have on these columns.
    pub(super) fn new_checks(&self) -> Vec<&Constraint> {
        let is_check = |constraint: &&Constraint| constraint.check == Check::Check;
        let constraints = self.outcome.constraints.iter().filter(is_check);
        constraints
            .filter(|c| self.constraint_before(&c.name).is_none() || self.reads_new(&c.columns))
            .collect()
    }

    /// Unique constraints and primary keys that the table does not have on these columns.
    pub(super) fn new_keys(&self) -> Vec<&Constraint> {
        let is_key = |c: &&Constraint| matches!(c.check, Check::Unique | Check::PrimaryKey);
        let constraints = self.outcome.constraints.iter().filter(is_key);
        constraints
            .filter(|c| self.constraint_before(&c.name).is_none() || self.is_of_new(c))
            .collect()
    }

    /// Whether a constraint is of new columns, or the index behind it INCLUDEs them.
    pub(super) fn is_of_new(&self, constraint: &Constraint) -> bool {
        self.reads_new(&self.columns_of(constraint))
    }

    /// The columns that a constraint reads, with those that its index INCLUDEs, or has in expressions and in its
    /// condition.
    pub(super) fn columns_of(&self, constraint: &Constraint) -> Vec<Ident> {
        let indexes = self.outcome.indexes.iter();
        let own = indexes.filter(|index| index.constraint.as_ref() == Some(&constraint.name));
        constraint.columns.iter().chain(own.flat_map(|index| &index.columns)).cloned().collect()
    }

    /// Indexes that the table does not have on these columns.
    pub(super) fn new_indexes(&self) -> Vec<&Index> {
        let has = |index: &&Index| self.index_before(&index.name).is_some();
        let indexes = self.outcome.indexes.iter();
        indexes.filter(|index| !has(index) || self.reads_new(&index.columns)).collect()
    }

    /// Foreign keys that the table does not have between these columns.
    pub(super) fn new_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let has = |key: &&ForeignKey| self.constraint_before(&key.name).is_some();
        let is_copied = |key: &&ForeignKey| {
            self.reads_new(&self.after.storages(&key.columns))
                || self.compiler.refers_to_what_is_made(key)
        };
        let keys = self.after.foreign_keys.iter();
        keys.filter(|key| !has(key) || is_copied(key)).collect()
    }

    /// The foreign keys of all tables that refer to a column.
    pub(super) fn referring(&self, column: &Name) -> Vec<&Ident> {
        let tables = self.compiler.before.tables.values();
        let keys = tables.flat_map(|table| &table.foreign_keys);
        let refers = |key: &&ForeignKey| {
            key.table.as_ref() == Some(&self.before.name) && key.referenced.contains(column)
        };
        keys.filter(refers).map(|key| &key.name).collect()
    }

    pub(super) fn reads_new(&self, columns: &[Ident]) -> bool {
        columns.iter().any(|column| self.is_new(column))
    }

    /// The name of an index or constraint while the one that it replaces is still there.
    pub(super) fn name_until_contract(&self, name: &Ident) -> Ident {
        let constraint = self.before.constraints.iter().find(|one| &one.name == name);
        if constraint.is_some_and(|one| one.check == Check::Check) {
            return names::copy_of_check(&self.before.storage, name);
        }
        let taken = constraint.is_some()
            || self.before.indexes.iter().any(|index| &index.name == name)
            || self.before.foreign_keys.iter().any(|key| &key.name == name)
            || self.before.columns.iter().any(|column| column.not_null_name.as_ref() == Some(name));
        if taken { names::copy_of(&self.before.storage, name) } else { name.clone() }
    }

    /// The columns that go, generated ones before those that they read.
    pub(super) fn doomed_columns(&self) -> Vec<&Ident> {
        let gone = self.before.columns.iter();
        let gone = gone.filter(|column| self.after.stored(&column.storage).is_none());
        let (computed, others): (Vec<_>, Vec<_>) = gone.partition(|column| column.is_computed());
        computed.into_iter().chain(others).map(|column| &column.storage).collect()
    }
}

impl Compiler<'_> {
    /// What becomes of a table that was there before, by its name in the new version.
    pub(super) fn change_of(&self, name: &Name) -> Option<TableChange<'_>> {
        let after = self.draft.schema.tables.get(name)?;
        let mut tables = self.before.tables.values();
        let before = tables.find(|table| table.storage == after.storage)?;
        Some(TableChange::new(self, before, after, self.answers.outcome_of(name)?))
    }

    /// Whether a foreign key stands on an index that the migration builds on a table in use: it
    /// cannot be made before that.
    pub(super) fn stands_on_new_index(&self, table: &Table, key: &ForeignKey) -> bool {
        let outcome = self.answers.outcome_of(&table.name);
        let keys = outcome.into_iter().flat_map(|outcome| &outcome.foreign_keys);
        let index = keys.filter(|other| other.name == key.name).find_map(|key| key.index.as_ref());
        let referenced = key.table.as_ref().and_then(|name| self.draft.schema.tables.get(name));
        index.zip(referenced).is_some_and(|(index, referenced)| {
            !referenced.is_new
                && (self.draft.names.indexes.of(&referenced.storage, index).is_none()
                    || self.refers_to_what_is_made(key))
        })
    }

    /// Whether a foreign key refers to columns that the migration makes, of a table in use.
    pub(super) fn refers_to_what_is_made(&self, key: &ForeignKey) -> bool {
        let referenced = key.table.as_ref().and_then(|name| self.draft.schema.tables.get(name));
        let Some(referenced) = referenced.filter(|referenced| !referenced.is_new) else {
            return false;
        };
        let mut tables = self.before.tables.values();
        let before = tables.find(|table| table.storage == referenced.storage);
        let columns = referenced.storages(&key.referenced);
        before.is_some_and(|before| columns.iter().any(|column| before.stored(column).is_none()))
    }

    /// The table and the columns that a foreign key refers to, as they are stored.
    pub(super) fn referenced(&self, key: &ForeignKey) -> Option<(Expression, Vec<Ident>)> {
        match (&key.table, &key.foreign_table) {
            (Some(name), _) => {
                let table = self.draft.schema.tables.get(name)?;
                let target = QualifiedName::new(&self.before.name, &table.storage);
                let target = Expression::from_catalog(target.to_string());
                Some((target, table.storages(&key.referenced)))
            }
            (None, Some(target)) => {
                let columns = key.referenced.iter().map(|name| name.ident().clone());
                Some((target.clone(), columns.collect()))
            }
            (None, None) => None,
        }
    }
}
