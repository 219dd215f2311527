//! Indexes that partitions have by themselves.

use serde::{Deserialize, Serialize};

use super::index::Index;
use super::table::Check;
use crate::sql::{Expression, QualifiedName};

/// An index of a partition that is no part of an index of its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnIndex {
    /// The partition.
    pub partition: QualifiedName,
    /// The index.
    #[serde(flatten)]
    pub index: Index,
    /// The constraint of the same name that it serves.
    #[serde(default)]
    pub key: Option<OwnKey>,
}

/// What an index that serves a constraint does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnKey {
    /// What it is.
    pub check: Check,
    /// As [`super::Constraint::deferral`].
    pub deferral: Expression,
    /// The comment.
    pub comment: Option<String>,
}
