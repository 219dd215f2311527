//! Publications of a table's updates.

use serde::{Deserialize, Serialize};

use crate::sql::Ident;

/// How the rows of a table, or of a partition of it, are published when they are updated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Published {
    /// The publication.
    pub publication: Ident,
    /// The columns by which it chooses rows.
    pub filter: Vec<Ident>,
    /// The columns that it has, where those are not all.
    #[serde(default)]
    pub columns: Option<Vec<Ident>>,
    /// Whether all columns identify a row.
    pub full: bool,
    /// The columns that do, where some do.
    #[serde(default)]
    pub identity: Option<Vec<Ident>>,
}

/// Why Postgres refuses every UPDATE of a table (`CheckCmdReplicaIdentity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Starved {
    /// Nothing identifies its rows.
    OfIdentity,
    /// Rows are chosen by a column that does not identify them.
    Filter(Ident),
    /// A column that identifies them is not published.
    Columns(Ident),
}

impl Published {
    /// Why Postgres would refuse every UPDATE if these columns identified a row.
    #[must_use]
    pub(crate) fn starved_by(&self, identity: Option<&[Ident]>) -> Option<Starved> {
        let Some(identity) = identity else {
            return Some(Starved::OfIdentity);
        };
        if let Some(column) = self.filter.iter().find(|column| !identity.contains(column)) {
            return Some(Starved::Filter(column.clone()));
        }
        let listed = self.columns.as_ref()?;
        let lacking = identity.iter().find(|column| !listed.contains(column))?;
        Some(Starved::Columns(lacking.clone()))
    }

    /// Why Postgres refuses every UPDATE.
    #[must_use]
    pub(crate) fn starved(&self) -> Option<Starved> {
        if self.full { None } else { self.starved_by(self.identity.as_deref()) }
    }
}
