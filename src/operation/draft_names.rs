//! Tables and columns by the names that operations call them, and new names.

use super::draft::Draft;
use super::draft_objects::USED_UNTIL_COMPLETE;
use super::near::meant;
use super::question::Question;
use super::rejection::Rejected;
use crate::plan::names;
use crate::schema::{Column, Kind, Name, Partition, Table};
use crate::sql::Ident;

impl Draft {
    /// The table that the version calls `name`.
    pub(crate) fn table(&mut self, name: &Name, field: &str) -> Result<&mut Table, Rejected> {
        if !self.schema.tables.contains_key(name) {
            if self.dropped.iter().any(|table| &table.name == name) {
                let message = format!("an operation before this one drops the table `{name}`");
                return Err(self.reject(field, message));
            }
            let is_it = |partition: &Partition| &partition.table.name == name.ident();
            if let Some(whole) = self.schema.table_partitioned_by(is_it) {
                let message = format!("`{name}` is a partition of `{}`", whole.name);
                let hint = format!("name `{}`, for all its partitions", whole.name);
                return Err(self.reject_with(field, message, hint));
            }
            if let Some(kind) = self.schema.no_tables.get(name.ident()) {
                return Err(self.reject(field, format!("`{name}` is {kind}, and no table")));
            }
            let known: Vec<&str> = self.schema.tables.keys().map(Name::as_str).collect();
            let hint = meant(name.as_str(), &known);
            let message = format!("there is no table `{name}` in `{}`", self.schema.name.as_str());
            return Err(self.reject_at(field, None, message, hint));
        }
        let table = self.schema.tables.get_mut(name);
        Ok(table.expect("the key was there a moment ago"))
    }

    /// A column of a table, both as the version calls them.
    pub(crate) fn column(
        &mut self,
        table: &Name,
        column: &Name,
        field: &str,
    ) -> Result<Column, Rejected> {
        let columns = &self.table(table, "table")?.columns;
        if let Some(found) = columns.iter().find(|known| &known.name == column) {
            return Ok(found.clone());
        }
        let known: Vec<&str> = columns.iter().map(|known| known.name.as_str()).collect();
        let hint = meant(column.as_str(), &known);
        let message = format!("the table `{table}` has no column `{column}`");
        Err(self.reject_at(field, None, message, hint))
    }

    /// The table, as an operation that changes it needs it: one of its own rows, with an empty copy
    /// in the rehearsal.
    pub(crate) fn change_table(&mut self, name: &Name, field: &str) -> Result<Table, Rejected> {
        let table = self.table(name, field)?.clone();
        // Postgres does not even lock one.
        if table.kind == Kind::Foreign {
            let message =
                format!("`{name}` is a foreign table, whose rows and columns are elsewhere");
            let hint = "change it there, and here by `sql` in a migration of its own";
            return Err(self.reject_with(field, message, hint));
        }
        self.concerned.push(name.clone());
        if !self.makers.tables.iter().any(|(known, path)| known == name && path == &self.path) {
            self.makers.tables.push((name.clone(), self.path.clone()));
        }
        if !table.is_new && !self.touched.contains(&table.storage) {
            self.touched.push(table.storage.clone());
            let own_indexes = Self::probe_own_indexes(&table);
            self.questions.push(Question::Copy { table: table.storage.clone(), own_indexes });
        }
        Ok(table)
    }

    /// The first operation that changes the table which is called so, or so.
    pub(crate) fn changer_of(&self, names: [&Ident; 2]) -> Option<&str> {
        let mut changed = self.makers.tables.iter();
        let found = changed.find(|(name, _)| names.contains(&name.ident()));
        found.map(|(_, path)| path.as_str())
    }

    /// Storage names of the tables that were there before and are changed.
    #[must_use]
    pub(crate) fn touched(&self) -> &[Ident] {
        &self.touched
    }

    /// Refuses a new name that is taken, or that is one of ours.
    pub(crate) fn new_column_name(
        &mut self,
        table: &Name,
        name: &Name,
        field: &str,
    ) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        if self.table(table, "table")?.column(name).is_some() {
            return Err(self.reject(field, format!("the table `{table}` has a column `{name}`")));
        }
        Ok(())
    }

    /// As [`Draft::new_column_name`], for a relation.
    pub(crate) fn new_table_name(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        if self.schema.tables.contains_key(name) {
            return Err(self.reject(field, format!("there is a table `{name}` already")));
        }
        if self.schema.view(name).is_some() || self.schema.other_relations.contains(name.ident()) {
            let message = format!("there is a view, an index or the like called `{name}` already");
            return Err(self.reject(field, message));
        }
        self.no_type_goes(name, field)?;
        if self.schema.enums.contains_key(name) {
            return Err(self.reject(field, format!("there is a type `{name}` already")));
        }
        if self.schema.holds_relation(name.ident())
            || self.dropped.iter().any(|table| table.storage.as_str() == name.as_str())
        {
            let message =
                format!("there is a relation `{name}` in the base schema until `complete`");
            return Err(self.reject_with(field, message, USED_UNTIL_COMPLETE));
        }
        Ok(())
    }

    /// A storage name that no column of the table has or had.
    pub(super) fn new_storage(&self, table: &Ident, column: &Name) -> Ident {
        let mut tables = self.schema.tables.values();
        let described = tables.find(|described| &described.storage == table);
        (0..)
            .map(|generation| names::new_column(column, generation))
            .find(|storage| {
                !self.is_added(table, storage)
                    && described.is_none_or(|t| t.stored(storage).is_none())
            })
            .expect("numbers do not end")
    }

    /// Refuses what older servers do not have.
    pub(super) fn needs_server(&mut self, major: u32, field: &str) -> Result<(), Rejected> {
        if self.schema.server >= major {
            return Ok(());
        }
        let name = field.rsplit('.').next().unwrap_or(field);
        let message = format!("`{name}` needs Postgres {major} or later");
        Err(self.reject(field, message))
    }

    /// The first of these names that no relation has, for one that has none in the file.
    pub(super) fn free_relation_name(
        &mut self,
        table: &Name,
        mut candidates: impl Iterator<Item = Ident>,
    ) -> Ident {
        let storage = self.schema.tables.get(table).map(|table| table.storage.clone());
        let is_free = |name: &Ident| {
            let freed = |table: &Ident| self.names.freed.contains(&(table.clone(), name.clone()));
            !self.schema.holds_relation(name) || storage.as_ref().is_some_and(freed)
        };
        let name = candidates.find(is_free).expect("numbers do not end");
        self.schema.other_relations.push(name.clone());
        name
    }

    pub(super) fn reserved(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        if name.as_str().starts_with(names::PREFIX) {
            let message = format!("names that begin with `{}` are Straddle's own", names::PREFIX);
            return Err(self.reject(field, message));
        }
        Ok(())
    }
}
