//! Extended statistics.

use serde::{Deserialize, Serialize};

use crate::sql::{Expression, Ident, QualifiedName};

/// What CREATE STATISTICS makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Statistics {
    /// Its name.
    pub name: QualifiedName,
    /// What stands between the name and FROM: `(ndistinct) ON a, b`.
    pub definition: Expression,
    /// The storage names of the columns it reads.
    pub columns: Vec<Ident>,
    /// The statistics target, where one is set.
    pub target: Option<u32>,
    /// The comment.
    pub comment: Option<String>,
}
