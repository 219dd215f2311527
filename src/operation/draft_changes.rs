//! The changes that operations make to the logical schema, each with the checks that belong to it.

use super::draft::{Draft, Lens};
use super::question::Question;
use super::rejection::Rejected;
use crate::schema::{Column, Constraint, ForeignKey, Generated, Index, Name, ReplicaIdentity};
use crate::sql;
use crate::sql::{Expression, Ident, Sql};

impl Draft {
    /// The version calls the column otherwise.
    pub(super) fn rename_column(&mut self, table: &Name, from: &Name, to: &Name) {
        let rename = |name: &mut Name| {
            if name == from {
                *name = to.clone();
            }
        };
        if let Some(owner) = self.schema.tables.get_mut(table) {
            owner.columns.iter_mut().for_each(|column| rename(&mut column.name));
            owner.store_as_named();
            for key in &mut owner.foreign_keys {
                key.columns.iter_mut().chain(&mut key.set_columns).for_each(rename);
            }
        }
        for key in self.schema.tables.keys_referring_to(table) {
            key.referenced.iter_mut().for_each(rename);
        }
    }

    /// The version calls the table otherwise.
    pub(super) fn rename_table(&mut self, from: &Name, to: &Name) {
        if let Some(mut table) = self.schema.tables.remove(from) {
            table.name = to.clone();
            table.store_as_named();
            self.schema.tables.insert(to.clone(), table);
        }
        for key in self.schema.tables.keys_referring_to(from) {
            key.table = Some(to.clone());
        }
    }

    /// The version has the table no more.
    pub(super) fn drop_table(&mut self, name: &Name) {
        if let Some(table) = self.schema.tables.remove(name) {
            self.dropped.push(table);
        }
    }

    /// The version has the column no more, nor the foreign keys that it belongs to.
    pub(super) fn drop_column(&mut self, table: &Name, column: &Name) {
        if let Some(table) = self.schema.tables.get_mut(table) {
            let dropped = table.column(column).cloned();
            table.columns.retain(|known| &known.name != column);
            table.foreign_keys.retain(|key| !key.columns.contains(column));
            let stored = dropped.map(|dropped| dropped.storage);
            let reads = |columns: &[Ident]| stored.as_ref().is_some_and(|it| columns.contains(it));
            let gone = |one: &mut Constraint| reads(&one.columns);
            let constraints: Vec<Constraint> = table.constraints.extract_if(.., gone).collect();
            let gone = |one: &mut Index| reads(&one.columns);
            let indexes: Vec<Index> = table.indexes.extract_if(.., gone).collect();
            let storage = table.storage.clone();
            for constraint in constraints {
                self.names.constraints.forget(&storage, &constraint.name);
            }
            for index in indexes {
                self.forget_index(&storage, &index.name);
            }
        }
    }

    /// The version has one more column, at the end.
    pub(super) fn add_column(&mut self, table: &Name, column: Column) {
        let path = self.path_of("column.type");
        if let Some(table) = self.schema.tables.get_mut(table) {
            if !table.is_new {
                self.makers.columns.insert((table.storage.clone(), column.storage.clone()), path);
            }
            table.columns.push(column);
        }
    }

    /// The column is another one from here on, in its predecessor's place.
    pub(super) fn replace_column(&mut self, table: &Name, column: &Name, new: Column) {
        let path = self.path_of("type");
        let old = self.schema.tables.get(table).and_then(|t| Some((t, t.column(column)?)));
        if let Some((table, old)) = old.map(|(t, old)| (t.storage.clone(), old.storage.clone())) {
            self.pass_on_withholding(&table, &old, &new.storage);
            if let Some(giver) = self.makers.defaults.remove(&(table.clone(), old)) {
                self.makers.defaults.insert((table, new.storage.clone()), giver);
            }
        }
        if let Some(table) = self.schema.tables.get_mut(table) {
            self.makers.columns.insert((table.storage.clone(), new.storage.clone()), path);
            if let Some(old) = table.columns.iter_mut().find(|known| &known.name == column) {
                let constraints = table.constraints.iter_mut().map(|other| &mut other.columns);
                let indexes = table.indexes.iter_mut();
                let indexes = indexes
                    .flat_map(|other| [&mut other.columns, &mut other.plain, &mut other.included]);
                for read in constraints.chain(indexes).flatten() {
                    if *read == old.storage {
                        read.clone_from(&new.storage);
                    }
                }
                *old = new;
            }
        }
    }

    /// Whether the migration itself makes the column.
    pub(super) fn is_added(&self, table: &Ident, storage: &Ident) -> bool {
        self.makers.columns.contains_key(&(table.clone(), storage.clone()))
    }

    /// Whether the old version has the column, or one that it replaces.
    pub(super) fn has_old_side(&self, table: &Name, storage: &Ident) -> bool {
        let Some(table) = self.schema.tables.get(table).filter(|table| !table.is_new) else {
            return false;
        };
        if !self.is_added(&table.storage, storage) {
            return true;
        }
        let makes =
            |lens: &&Lens| lens.table == table.storage && lens.new.as_ref() == Some(storage);
        let maker = self.lenses.iter().find(makes);
        let old = maker.and_then(|lens| lens.old.as_ref());
        old.is_some_and(|old| self.has_old_side(&table.name, old))
    }

    /// Refuses when a foreign key refers to the table, or to the column.
    pub(super) fn nothing_references(
        &mut self,
        table: &Name,
        column: Option<&Name>,
        field: &str,
    ) -> Result<(), Rejected> {
        let refers = |key: &&ForeignKey| {
            key.table.as_ref() == Some(table)
                && column.is_none_or(|column| key.referenced.contains(column))
        };
        let found = self.schema.tables.iter().find_map(|(owner, other)| {
            // A table's own foreign keys go with it.
            let counts = column.is_some() || owner != table;
            let key = other.foreign_keys.iter().filter(|_| counts).find(refers)?;
            Some(format!("`{owner}` refers to it by the foreign key `{}`", key.name.as_str()))
        });
        match found {
            None => Ok(()),
            Some(message) => Err(self.reject_with(field, message, "drop that constraint first")),
        }
    }

    /// Refuses when a generated column of the table reads the column.
    pub(super) fn nothing_computes_from(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        let reads = |other: &&Column| {
            matches!(&other.generated, Some(Generated::Stored(e) | Generated::Virtual(e))
                if e.names().contains(column.name.as_str()))
        };
        let columns = &self.table(table, "table")?.columns;
        match columns.iter().find(reads).map(|other| other.name.clone()) {
            None => Ok(()),
            Some(other) => {
                let message = format!("the generated column `{other}` reads `{}`", column.name);
                Err(self.reject_with(field, message, "drop that column in a migration before"))
            }
        }
    }

    /// Refuses when replication knows the table's rows by an index on the column.
    pub(super) fn nothing_identifies_by(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        let described = self.table(table, "table")?;
        let index = described.indexes.iter().find(|index| {
            described.replica_identity == ReplicaIdentity::Index(index.name.clone())
                && index.columns.contains(&column.storage)
        });
        let Some(index) = index.map(|index| index.name.clone()) else {
            return Ok(());
        };
        let message =
            format!("the index `{}` is the replica identity of `{table}`", index.as_str());
        let hint = "give the table another one before, by `set_replica_identity`";
        Err(self.reject_with(field, message, hint))
    }

    /// Adds a foreign key to a table of the version, and to the rehearsed copies.
    pub(super) fn add_foreign_key(
        &mut self,
        table: &Name,
        key: ForeignKey,
        field: &str,
    ) -> Result<(), Rejected> {
        let Some(target) = key.table.clone() else {
            return Ok(());
        };
        let refers_to_unlogged = self.change_table(&target, &format!("{field}.table"))?.unlogged;
        let described = self.table(table, "table")?;
        if refers_to_unlogged && !described.unlogged {
            let message = format!("`{target}` is UNLOGGED, and `{table}` is not");
            let hint = format!("`ALTER TABLE {} SET LOGGED` first", target.ident());
            return Err(self.reject_with(&format!("{field}.table"), message, hint));
        }
        let names = described.constraints.iter().map(|other| &other.name);
        let names = names.chain(described.foreign_keys.iter().map(|other| &other.name));
        if names.into_iter().any(|name| name == &key.name) {
            let message = format!("`{table}` has a constraint `{}` already", key.name.as_str());
            return Err(self.reject(&format!("{field}.name"), message));
        }
        let storage = described.storage.clone();
        self.refer_without_period(&key, &target, field)?;
        self.makers.constraints.insert((storage, key.name.clone()), self.path_of(""));
        self.rehearse(field, Self::refer_on_copies(table, &key, &target));
        self.table(table, "table")?.foreign_keys.push(key);
        Ok(())
    }

    /// Adds a foreign key to the copy of a table, which refers to that of the other one.
    pub(super) fn refer_on_copies(table: &Name, key: &ForeignKey, target: &Name) -> Sql {
        sql!(
            "ALTER TABLE {t} ADD CONSTRAINT {n} FOREIGN KEY ({c}) REFERENCES {r} ({o}){x}",
            t = Self::probe(table),
            n = key.name,
            c = sql::commas(key.columns.iter().map(Name::ident)),
            r = Self::probe(target),
            o = sql::commas(key.referenced.iter().map(Name::ident)),
            x = key.options(|name| name.ident().clone()),
        )
    }

    /// Refuses a name for an index of `table` that is taken in the base schema.
    pub(super) fn new_index_name(
        &mut self,
        table: &Name,
        name: &Name,
        field: &str,
    ) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        let storage = self.table(table, "table")?.storage.clone();
        let freed = (storage, name.ident().clone());
        if self.names.freed.contains(&freed) {
            return Ok(());
        }
        if self.schema.holds_relation(name.ident()) {
            return Err(self.reject(field, format!("there is a relation `{name}` already")));
        }
        self.schema.other_relations.push(name.ident().clone());
        Ok(())
    }

    /// Reads a name that may be qualified, as in `public.my_ops`.
    pub(super) fn qualified(&mut self, field: &str, text: &str) -> Result<Expression, Rejected> {
        let name = self.expression(field, text)?;
        if name.is_name() {
            return Ok(name);
        }
        Err(self.reject(field, format!("`{text}` is not a name")))
    }

    /// Has Postgres parse statements, without running them.
    pub(super) fn parse(&mut self, field: &str, text: &str) {
        let path = self.path_of(field);
        self.questions.push(Question::Parse { path, text: text.to_owned() });
    }
}
