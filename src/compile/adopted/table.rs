//! One table that pgroll has changed.

use super::PREFIX;
use super::constraint::Copy;
use crate::operation::{AddColumn, AlterColumn, DropColumn, RenameColumn};
use crate::schema::{Column, Kind, Schema, Table, Trigger};
use crate::sql::{Ident, QualifiedName};

/// The column by which pgroll knows the rows that it has not filled.
pub(super) const NEEDS_BACKFILL: &str = "_pgroll_needs_backfill";

/// A table, and what pgroll has made of it.
pub(super) struct Taken<'a> {
    pub(super) table: &'a Table,
    pub(super) name: QualifiedName,
    /// The columns that pgroll has added.
    pub(super) new: Vec<New<'a>>,
    pub(super) dropped: Vec<&'a Column>,
    pub(super) renamed: Vec<(Ident, Ident)>,
    /// The triggers that there must be.
    triggers: Vec<String>,
    /// Copies of constraints and indexes, and constraints of the new columns.
    pub(super) copies: Vec<Copy>,
    /// Names of what goes along with an old column.
    pub(super) known: Vec<(Ident, String)>,
    pub(super) problems: Vec<String>,
}

/// A column that pgroll has added.
pub(super) struct New<'a> {
    /// What it is called in the end.
    pub(super) name: Ident,
    /// What it is called now.
    pub(super) column: &'a Column,
    /// The one that it replaces.
    pub(super) old: Option<&'a Column>,
    /// The constraint that a unique index becomes.
    pub(super) unique: Option<Ident>,
    /// Whether rows have been filled, so that NULL tells of one that was not.
    pub(super) fills: bool,
}

impl<'a> Taken<'a> {
    pub(super) fn new(base: &Ident, table: &'a Table) -> Self {
        let mut problems = Vec::new();
        if table.kind != Kind::Ordinary || table.inherits {
            problems.push(format!("`{}` is partitioned, foreign or inherits", table.name));
        }
        let name = QualifiedName::new(base, &table.storage);
        Self {
            table,
            name,
            new: Vec::new(),
            dropped: Vec::new(),
            renamed: Vec::new(),
            triggers: Vec::new(),
            copies: Vec::new(),
            known: Vec::new(),
            problems,
        }
    }

    pub(super) fn add(&mut self, add: &AddColumn) -> Result<(), String> {
        let definition = &add.column;
        let name = definition.name.ident();
        let what = format!("the column `{}.{}` that is added", self.table.name, name.as_str());
        if self.table.stored(name).is_some() {
            return Err(format!("{what} is there already"));
        }
        let column = self.temporary(name)?;
        if definition.pk
            || definition.generated.is_some()
            || definition.type_name.ends_with("serial")
        {
            return Err(format!("{what} is a key, or fills itself"));
        }
        // pgroll keeps a volatile one until its `complete`.
        if definition.default.is_some() && column.default.is_none() {
            return Err(format!("{what} gets its default from `pgroll complete`"));
        }
        if add.up.is_some() {
            self.expect_trigger(name)?;
        }
        let unique = definition.unique.then(|| name.clone());
        let fills = add.up.is_some();
        self.new.push(New { name: name.clone(), column, old: None, unique, fills });
        Ok(())
    }

    pub(super) fn alter(&mut self, alter: &AlterColumn) -> Result<(), String> {
        let name = alter.column.ident();
        let old = self.table.stored(name);
        let old = old.ok_or_else(|| {
            format!("the column `{}.{name}` is not there", self.table.name, name = name.as_str())
        })?;
        if old.generated.is_some() || self.table.primary_key().contains(name) {
            return Err(format!(
                "`{}.{}` is a key, or fills itself",
                self.table.name,
                name.as_str()
            ));
        }
        if !old.grants.is_empty() {
            return Err(format!(
                "`{}.{}` has privileges of its own, which pgroll does not give to its successor",
                self.table.name,
                name.as_str()
            ));
        }
        let column = self.temporary(name)?;
        self.expect_trigger(name)?;
        let temporary = column.storage.clone();
        self.expect_trigger(&temporary)?;
        let unique = alter.unique.as_ref().map(|unique| unique.name.ident().clone());
        self.new.push(New { name: name.clone(), column, old: Some(old), unique, fills: true });
        Ok(())
    }

    pub(super) fn drop(&mut self, drop: &DropColumn) -> Result<(), String> {
        let name = drop.column.ident();
        let column = self.table.stored(name);
        let column = column.ok_or_else(|| {
            format!("the column `{}.{}` is not there", self.table.name, name.as_str())
        })?;
        if drop.down.is_some() {
            self.expect_trigger(name)?;
        }
        self.dropped.push(column);
        Ok(())
    }

    pub(super) fn rename(&mut self, rename: &RenameColumn) -> Result<(), String> {
        let (from, to) = (rename.from.ident().clone(), rename.to.ident().clone());
        if self.table.stored(&from).is_none() || self.table.stored(&to).is_some() {
            return Err(format!(
                "`{}` is not as before the renaming of `{}`",
                self.table.name, rename.from
            ));
        }
        self.renamed.push((from, to));
        Ok(())
    }

    /// The column that pgroll has added for this one.
    fn temporary(&self, name: &Ident) -> Result<&'a Column, String> {
        let temporary = format!("{PREFIX}new_{}", name.as_str());
        let column = Ident::new(temporary.as_str()).ok().and_then(|name| self.table.stored(&name));
        column.ok_or_else(|| format!("the column `{}.{temporary}` is not there", self.table.name))
    }

    /// pgroll lets Postgres cut the names of its triggers, and then two may be one.
    fn expect_trigger(&mut self, column: &Ident) -> Result<(), String> {
        let table = &self.table.name;
        let trigger = format!("{PREFIX}trigger_{table}_{}", column.as_str());
        let is_it = |other: &&Trigger| other.name.as_str() == trigger;
        if trigger.len() > 63 {
            return Err(format!(
                "the trigger `{trigger}` has a name that is too long for Postgres"
            ));
        }
        if self.table.triggers.iter().find(is_it).is_none_or(|found| found.function.is_none()) {
            return Err(format!(
                "the trigger `{trigger}` of `{table}`, or its function, is not there"
            ));
        }
        self.triggers.push(trigger);
        Ok(())
    }

    pub(super) fn knows(&self, column: &Ident) -> bool {
        column.as_str() == NEEDS_BACKFILL
            || self.new.iter().any(|one| &one.column.storage == column)
    }

    /// Columns that go.
    pub(super) fn gone(&self) -> impl Iterator<Item = &'a Column> {
        self.new.iter().filter_map(|one| one.old).chain(self.dropped.iter().copied())
    }

    /// Whether one of these goes.
    pub(super) fn gone_any(&self, columns: &[Ident]) -> bool {
        self.gone().any(|column| columns.contains(&column.storage))
    }

    /// Whether the column goes for good.
    pub(super) fn is_dropped(&self, column: &Ident) -> bool {
        self.dropped.iter().any(|one| &one.storage == column)
    }

    /// What hangs on the columns.
    pub(super) fn look(&mut self, schema: &Schema) {
        let mut names: Vec<&str> = self.gone().map(|column| column.storage.as_str()).collect();
        names.extend(self.new.iter().filter(|one| one.old.is_none()).map(|one| one.name.as_str()));
        names.sort_unstable();
        let total = names.len();
        names.dedup();
        let table = &self.table.name;
        if names.len() < total || !self.renamed.is_empty() && (total > 0 || self.renamed.len() > 1)
        {
            self.problems.push(format!(
                "several operations change one column of `{table}`, or rename beside others"
            ));
        }
        let ours = self.table.triggers.iter().filter(|one| one.name.as_str().starts_with(PREFIX));
        let others = ours.filter(|one| !self.triggers.iter().any(|name| name == one.name.as_str()));
        self.problems.extend(others.map(|one| {
            format!("no operation tells of the trigger `{}` of `{table}`", one.name.as_str())
        }));
        self.look_at_dependents(schema);
        self.look_at_constraints();
        self.look_at_foreign_keys();
        self.look_at_indexes();
    }

    /// Whatever else stands on a column that goes.
    fn look_at_dependents(&mut self, schema: &Schema) {
        let gone: Vec<&Column> = self.gone().collect();
        for column in gone {
            let (table, column) = (&self.table.name, &column.storage);
            let on = format!("stands on `{table}.{}`, which goes", column.as_str());
            let dependents =
                self.table.dependents.iter().filter(|one| one.columns.contains(column));
            let mut found: Vec<String> = dependents.map(|one| one.description.clone()).collect();
            let own = self.table.own_indexes.iter();
            let own = own.filter(|own| own.index.columns.contains(column));
            found.extend(own.map(|own| {
                format!("the index `{}` of `{}`", own.index.name.as_str(), own.partition)
            }));
            let triggers = self.table.triggers.iter().filter(|one| one.columns.contains(column));
            found.extend(triggers.map(|one| format!("the trigger `{}`", one.name.as_str())));
            for other in schema.tables.values() {
                let mut keys =
                    other.foreign_keys.iter().filter(|key| key.table.as_ref() == Some(table));
                let refers =
                    keys.find(|key| key.referenced.iter().any(|name| name.ident() == column));
                found.extend(refers.map(|key| {
                    format!("the foreign key `{}` of `{}`", key.name.as_str(), other.name)
                }));
            }
            let statistics =
                self.table.statistics.iter().filter(|one| one.columns.contains(column));
            found.extend(statistics.map(|one| format!("the statistics {}", one.name)));
            self.problems.extend(found.into_iter().map(|what| format!("{what} {on}")));
        }
    }
}
