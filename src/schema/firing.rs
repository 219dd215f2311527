//! What is the users' own and fires for rows that are written.

use serde::{Deserialize, Serialize};

use crate::sql::{Ident, QualifiedName};

/// Something of the users' own that fires where rows of a table are written by an UPDATE that names no
/// column of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Firing {
    /// What it is.
    pub kind: FiringKind,
    /// Its name.
    pub name: Ident,
    /// The partition that it is on, where it is not on the table itself.
    pub partition: Option<QualifiedName>,
    /// Whether it fires in a session like any other.
    pub as_origin: bool,
    /// Whether it fires where `session_replication_role` is `replica`.
    pub as_replica: bool,
}

/// What may fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FiringKind {
    /// A trigger.
    Trigger,
    /// A rule.
    Rule,
}
