//! Where constraints and indexes come from: what those that were there before were called, and which
//! operation makes the others.

use std::collections::BTreeMap;

use super::draft::Draft;
use crate::schema::{Check, Constraint, Index, Name};
use crate::sql::{Expression, Ident};

/// What constraints, or indexes, of tables that were there before are called now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(BTreeMap<(Ident, Ident), Ident>);

impl Origins {
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a Ident, &'a Ident)>) -> Self {
        Self(names.map(|(table, name)| ((table.clone(), name.clone()), name.clone())).collect())
    }

    /// What was called so before on the table with this storage name; none where the migration
    /// makes what has the name now.
    #[must_use]
    pub(crate) fn of(&self, table: &Ident, name: &Ident) -> Option<&Ident> {
        self.0.get(&(table.clone(), name.clone()))
    }

    pub(super) fn forget(&mut self, table: &Ident, name: &Ident) -> Option<Ident> {
        self.0.remove(&(table.clone(), name.clone()))
    }

    pub(super) fn keep(&mut self, table: &Ident, name: &Ident, before: Option<Ident>) {
        if let Some(before) = before {
            self.0.insert((table.clone(), name.clone()), before);
        }
    }

    pub(super) fn rename(&mut self, table: &Ident, from: &Ident, to: &Ident) {
        let before = self.forget(table, from);
        self.keep(table, to, before);
    }
}

impl Draft {
    /// Takes note of a constraint that the present operation makes.
    pub(super) fn made_constraint(
        &mut self,
        table: &Name,
        name: &Ident,
        check: Check,
        columns: &[Name],
    ) {
        let path = self.path_of("");
        let Some(table) = self.schema.tables.get_mut(table) else {
            return;
        };
        self.makers.constraints.insert((table.storage.clone(), name.clone()), path);
        let stored = |name: &Name| table.column(name).map(|column| column.storage.clone());
        let columns: Vec<Ident> = columns.iter().filter_map(stored).collect();
        // As yet without what only Postgres can say of it.
        let definition = Expression::from_catalog("");
        if matches!(check, Check::Unique | Check::PrimaryKey | Check::Exclude) {
            let mut index = made_index(name, check != Check::Exclude, columns.clone());
            index.constraint = Some(name.clone());
            table.indexes.push(index);
        }
        table.constraints.push(Constraint {
            name: name.clone(),
            check,
            definition: definition.clone(),
            condition: None,
            deferral: definition,
            columns,
            valid: true,
            inherited: false,
            comment: None,
        });
    }

    /// Takes note of an index that the present operation makes.
    pub(super) fn made_index(&mut self, table: &Name, name: &Ident, unique: bool, on: &[Name]) {
        let path = self.path_of("");
        if let Some(table) = self.schema.tables.get_mut(table) {
            self.makers.constraints.insert((table.storage.clone(), name.clone()), path);
            let stored = |name: &Name| table.column(name).map(|column| column.storage.clone());
            let columns = on.iter().filter_map(stored).collect();
            table.indexes.push(made_index(name, unique, columns));
        }
    }
}

fn made_index(name: &Ident, unique: bool, columns: Vec<Ident>) -> Index {
    Index {
        name: name.clone(),
        unique,
        definition: Expression::from_catalog(""),
        plain: columns.clone(),
        included: Vec::new(),
        columns,
        keys: Vec::new(),
        predicate: None,
        constraint: None,
        has_parameters: false,
        replica_identity: false,
        needed_by: Vec::new(),
        clustered: false,
        targets: Vec::new(),
        comment: None,
    }
}
