//! Partitions of tables.

use serde::{Deserialize, Serialize};

use super::table::Kind;
use crate::sql::QualifiedName;

/// A partition of a table, or of one of its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partition.
    pub table: QualifiedName,
    /// What it is a partition of.
    pub parent: QualifiedName,
    /// What kind of table it is.
    pub kind: Kind,
}
