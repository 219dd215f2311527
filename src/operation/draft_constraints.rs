//! Constraints and indexes that operations name, and the changes made to them, each with the checks
//! that belong to it.

use super::draft::Draft;
use super::near::meant;
use super::rejection::Rejected;
use crate::schema::{Check, Index, Name, Partition, ReplicaIdentity, Table};
use crate::sql;
use crate::sql::Ident;

/// A constraint that an operation names.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) name: Ident,
    pub(super) kind: FoundKind,
    /// The columns that it reads, as the version calls them.
    pub(super) columns: Vec<Name>,
}

/// What a named constraint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FoundKind {
    /// With an index behind it.
    Indexed,
    ForeignKey,
    /// From Postgres 18 on they have names.
    NotNull,
    /// A condition, or anything on a table that the migration makes: Postgres knows.
    Other,
}

impl Draft {
    /// The constraint of this name.
    pub(super) fn constraint(
        &mut self,
        table: &Name,
        name: &Name,
        field: &str,
    ) -> Result<Found, Rejected> {
        let described = self.change_table(table, "table")?;
        if let Some(found) = find(&described, name.ident()) {
            return Ok(found);
        }
        if described.is_new {
            let name = name.ident().clone();
            return Ok(Found { name, kind: FoundKind::Other, columns: Vec::new() });
        }
        let constraints = described.constraints.iter().map(|constraint| &constraint.name);
        let keys = described.foreign_keys.iter().map(|key| &key.name);
        let not_null = described.columns.iter().filter_map(|column| column.not_null_name.as_ref());
        let known: Vec<&str> = constraints.chain(keys).chain(not_null).map(Ident::as_str).collect();
        let hint = meant(name.as_str(), &known);
        let message = format!("the table `{table}` has no constraint `{name}`");
        Err(self.reject_at(field, None, message, hint))
    }

    /// The table of an index that the version calls so.
    pub(super) fn index(&mut self, name: &Name, field: &str) -> Result<(Name, Index), Rejected> {
        let all =
            self.schema.tables.values().flat_map(|table| {
                table.indexes.iter().map(move |index| (table.name.clone(), index))
            });
        let all: Vec<(Name, &Index)> = all.collect();
        if let Some((table, index)) = all.iter().find(|(_, index)| &index.name == name.ident()) {
            return Ok((table.clone(), (*index).clone()));
        }
        let has = |partition: &Partition| partition.indexes.contains(name.ident());
        if let Some(whole) = self.schema.table_partitioned_by(has) {
            let message = format!("`{name}` is the index of a partition of `{}`", whole.name);
            let hint = format!("name the index of `{}`, if it belongs to one", whole.name);
            return Err(self.reject_with(field, message, hint));
        }
        let known: Vec<&str> = all.iter().map(|(_, index)| index.name.as_str()).collect();
        let hint = meant(name.as_str(), &known);
        let message = format!("no table of `{}` has an index `{name}`", self.schema.name.as_str());
        Err(self.reject_at(field, None, message, hint))
    }

    /// The version has the constraint no more.
    pub(super) fn drop_constraint(
        &mut self,
        table: &Name,
        found: &Found,
        field: &str,
    ) -> Result<(), Rejected> {
        self.not_inherited(table, &found.name, field)?;
        let described = self.change_table(table, "table")?;
        let storage = described.storage.clone();
        let name = &found.name;
        if found.kind == FoundKind::Indexed {
            self.nothing_needs_index(table, name, field)?;
        }
        let (copy, column) = (Self::probe(table), found.columns.first());
        match (found.kind, column) {
            // The copies have no foreign keys but those that the migration makes.
            (FoundKind::ForeignKey, _) if self.names.constraints.of(&storage, name).is_some() => {}
            (FoundKind::NotNull, Some(column)) => {
                let column = column.ident();
                let drop =
                    sql!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL", t = copy, c = column);
                self.rehearse(field, drop);
            }
            _ => {
                let drop = sql!("ALTER TABLE {t} DROP CONSTRAINT {n}", t = copy, n = name);
                self.rehearse(field, drop);
            }
        }
        self.names.constraints.forget(&storage, name);
        if found.kind == FoundKind::Indexed {
            self.forget_index(&storage, name);
        }
        let described = self.table(table, "table")?;
        described.constraints.retain(|other| &other.name != name);
        described.foreign_keys.retain(|other| &other.name != name);
        described.indexes.retain(|other| other.constraint.as_ref() != Some(name));
        for column in &mut described.columns {
            if column.not_null_name.as_ref() == Some(name) {
                column.not_null_name = None;
                column.nullable = true;
            }
        }
        Ok(())
    }

    /// The version calls the constraint, and the index behind it, otherwise.
    pub(super) fn rename_constraint(
        &mut self,
        table: &Name,
        found: &Found,
        to: &Name,
    ) -> Result<(), Rejected> {
        self.not_inherited(table, &found.name, "from")?;
        let described = self.change_table(table, "table")?;
        let (storage, from) = (&described.storage, &found.name);
        self.new_constraint_name(table, to, "to")?;
        if found.kind == FoundKind::Indexed {
            self.new_index_name(table, to, "to")?;
        }
        let is_copied = match found.kind {
            FoundKind::ForeignKey => self.names.constraints.of(storage, from).is_none(),
            FoundKind::Indexed | FoundKind::NotNull | FoundKind::Other => true,
        };
        let to = to.ident();
        if is_copied {
            let copy = Self::probe(table);
            let rename =
                sql!("ALTER TABLE {t} RENAME CONSTRAINT {a} TO {b}", t = copy, a = from, b = to);
            self.rehearse("to", rename);
        }
        self.names.constraints.rename(storage, from, to);
        if let Some(path) = self.makers.constraints.remove(&(storage.clone(), from.clone())) {
            self.makers.constraints.insert((storage.clone(), to.clone()), path);
        }
        if found.kind == FoundKind::Indexed {
            let before = self.names.indexes.of(storage, from).cloned();
            self.forget_index(storage, from);
            self.names.indexes.keep(storage, to, before);
        }
        for key in self.schema.tables.keys_referring_to(table) {
            rename(key.index.iter_mut(), from, to);
        }
        let described = self.table(table, "table")?;
        rename(described.constraints.iter_mut().map(|other| &mut other.name), from, to);
        rename(described.foreign_keys.iter_mut().map(|other| &mut other.name), from, to);
        let not_null = described.columns.iter_mut().filter_map(|c| c.not_null_name.as_mut());
        rename(not_null, from, to);
        for index in &mut described.indexes {
            if index.constraint.as_ref() == Some(from) {
                index.name = to.clone();
                index.constraint = Some(to.clone());
            }
        }
        if let ReplicaIdentity::Index(index) = &mut described.replica_identity {
            rename(std::iter::once(index), from, to);
        }
        Ok(())
    }

    /// The version has the index no more.
    pub(super) fn drop_index(
        &mut self,
        table: &Name,
        name: &Ident,
        field: &str,
    ) -> Result<(), Rejected> {
        self.nothing_needs_index(table, name, field)?;
        let storage = self.change_table(table, "table")?.storage;
        let copy = sql::QualifiedName::new(&Self::probe(table).schema, name);
        self.rehearse(field, sql!("DROP INDEX {i}", i = copy));
        self.forget_index(&storage, name);
        self.table(table, "table")?.indexes.retain(|other| &other.name != name);
        Ok(())
    }

    /// The name is free for the same table at once, and for others from `complete` on; that of what
    /// the migration itself made is free for all.
    pub(super) fn forget_index(&mut self, table: &Ident, name: &Ident) {
        if self.names.indexes.forget(table, name).is_some() {
            self.names.freed.push((table.clone(), name.clone()));
        } else if !self.names.freed.contains(&(table.clone(), name.clone())) {
            self.schema.other_relations.retain(|other| other != name);
        }
    }

    /// Refuses a name that another constraint of the table has.
    pub(super) fn new_constraint_name(
        &mut self,
        table: &Name,
        name: &Name,
        field: &str,
    ) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        let described = self.table(table, "table")?;
        if find(described, name.ident()).is_some() {
            let message = format!("the table `{table}` has a constraint `{name}` already");
            return Err(self.reject(field, message));
        }
        Ok(())
    }

    fn not_inherited(&mut self, table: &Name, name: &Ident, field: &str) -> Result<(), Rejected> {
        let constraints = &self.table(table, "table")?.constraints;
        if constraints.iter().any(|other| &other.name == name && other.inherited) {
            let message = format!("`{table}` inherits the constraint `{}`", name.as_str());
            let hint = "change it on the table that it comes from";
            return Err(self.reject_with(field, message, hint));
        }
        Ok(())
    }

    /// Refuses when a foreign key, a view or replication stands on an index.
    fn nothing_needs_index(
        &mut self,
        table: &Name,
        index: &Ident,
        field: &str,
    ) -> Result<(), Rejected> {
        let described = self.table(table, "table")?;
        let is_identity = described.replica_identity == ReplicaIdentity::Index(index.clone());
        let known = described.indexes.iter().find(|other| &other.name == index);
        let needed = known.and_then(|index| index.needed_by.first()).cloned();
        if is_identity {
            let message =
                format!("the index `{}` is the replica identity of `{table}`", index.as_str());
            let hint = "give the table another one before, by `set_replica_identity`";
            return Err(self.reject_with(field, message, hint));
        }
        let key = self.standing_on(table, index).next().map(|(owner, key)| {
            format!("`{owner}` needs it for the foreign key `{}`", key.name.as_str())
        });
        let needed = needed.map(|object| format!("{object} stands on it"));
        match key.or(needed) {
            None => Ok(()),
            Some(message) => Err(self.reject_with(field, message, "drop that first")),
        }
    }
}

fn rename<'a>(names: impl Iterator<Item = &'a mut Ident>, from: &Ident, to: &Ident) {
    names.filter(|name| *name == from).for_each(|name| *name = to.clone());
}

fn find(table: &Table, name: &Ident) -> Option<Found> {
    let shown = |storages: &[Ident]| {
        let stored = storages.iter().filter_map(|storage| table.stored(storage));
        stored.map(|column| column.name.clone()).collect()
    };
    let found = |kind, columns| Found { name: name.clone(), kind, columns };
    let constraint = table.constraints.iter().find(|other| &other.name == name);
    let constraint = constraint.map(|constraint| match constraint.check {
        Check::Check => found(FoundKind::Other, shown(&constraint.columns)),
        _ => found(FoundKind::Indexed, shown(&constraint.columns)),
    });
    let key = table.foreign_keys.iter().find(|other| &other.name == name);
    let key = key.map(|key| found(FoundKind::ForeignKey, key.columns.clone()));
    let column = table.columns.iter().find(|column| column.not_null_name.as_ref() == Some(name));
    let not_null = column.map(|column| found(FoundKind::NotNull, vec![column.name.clone()]));
    constraint.or(key).or(not_null)
}
