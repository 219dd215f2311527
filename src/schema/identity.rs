//! What identifies rows to logical replication.

use serde::{Deserialize, Serialize};

use crate::sql::{Expression, Ident};

/// What identifies a table's rows to logical replication (manual, ALTER TABLE).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// All columns.
    Full,
    /// Nothing.
    Nothing,
    /// The columns of a unique index.
    Index(Ident),
}

impl ReplicaIdentity {
    /// What follows REPLICA IDENTITY.
    #[must_use]
    pub fn words(&self) -> Expression {
        Expression::from_catalog(match self {
            Self::Default => "DEFAULT".to_owned(),
            Self::Full => "FULL".to_owned(),
            Self::Nothing => "NOTHING".to_owned(),
            Self::Index(index) => format!("USING INDEX {index}"),
        })
    }
}
