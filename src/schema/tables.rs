//! The tables of a schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ForeignKey, Name, Table};

/// Tables, by their names in a version, in the order of these. A copy shares with what it was made of every table
/// that neither has changed since: of thousands, a migration changes a few.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tables(BTreeMap<Name, Arc<Table>>);

impl Tables {
    /// The table of this name.
    #[must_use]
    pub(crate) fn get(&self, name: &Name) -> Option<&Table> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// The table of this name, to be changed.
    pub(crate) fn get_mut(&mut self, name: &Name) -> Option<&mut Table> {
        self.0.get_mut(name).map(Arc::make_mut)
    }

    /// Whether there is a table of this name.
    #[must_use]
    pub(crate) fn contains_key(&self, name: &Name) -> bool {
        self.0.contains_key(name)
    }

    /// The names.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Name> {
        self.0.keys()
    }

    /// The tables.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Table> + Clone {
        self.0.values().map(AsRef::as_ref)
    }

    /// The names, each with its table.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Name, &Table)> {
        self.0.iter().map(|(name, table)| (name, table.as_ref()))
    }

    /// Puts a table there, in the place of one of the same name.
    pub(crate) fn insert(&mut self, name: Name, table: Table) {
        self.0.insert(name, Arc::new(table));
    }

    /// Takes the table of this name away.
    pub(crate) fn remove(&mut self, name: &Name) -> Option<Table> {
        self.0.remove(name).map(Arc::unwrap_or_clone)
    }

    /// The foreign keys of all tables that refer to a table, to be changed.
    pub(crate) fn keys_referring_to(
        &mut self,
        table: &Name,
    ) -> impl Iterator<Item = &mut ForeignKey> {
        let refers = move |key: &ForeignKey| key.table.as_ref() == Some(table);
        let owners = self.0.values_mut();
        let owners = owners.filter(move |owner| owner.foreign_keys.iter().any(refers));
        owners
            .flat_map(|owner| &mut Arc::make_mut(owner).foreign_keys)
            .filter(move |key| refers(key))
    }
}

impl From<BTreeMap<Name, Table>> for Tables {
    fn from(tables: BTreeMap<Name, Table>) -> Self {
        Self(tables.into_iter().map(|(name, table)| (name, Arc::new(table))).collect())
    }
}
