//! Sequences that belong to columns.

use serde::{Deserialize, Serialize};

use super::column::TypeName;
use crate::sql::{Expression, QualifiedName};

/// The sequence of a serial or an identity column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its numbers.
    pub type_name: TypeName,
    /// Its options, as in CREATE SEQUENCE, where they are not the usual ones of the type.
    pub options: Option<Expression>,
}

/// A sequence from which a default takes its numbers, whomever it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Drawn {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its numbers.
    pub type_name: TypeName,
    /// Whether the role that acts may alter it.
    pub may_alter: bool,
}
