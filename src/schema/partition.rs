//! Partitions of tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::table::Kind;
use crate::sql::{Ident, QualifiedName};

/// A partition of a table, or of one of its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Partition {
    /// The partition.
    pub table: QualifiedName,
    /// What it is a partition of.
    pub parent: QualifiedName,
    /// What kind of table it is.
    pub kind: Kind,
    /// Its indexes.
    #[serde(default)]
    pub indexes: Vec<Ident>,
    /// Those of them that are part of an index of the table, by the name of that.
    #[serde(default)]
    pub parts: BTreeMap<Ident, Ident>,
    /// The columns by which it is partitioned itself, and nothing in the place of an expression.
    #[serde(default)]
    pub key: Vec<Option<Ident>>,
}
