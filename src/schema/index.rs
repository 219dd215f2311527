//! Indexes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::sql::{Expression, Ident};

/// An index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Index {
    /// Its name.
    pub name: Ident,
    /// Whether it is unique.
    pub unique: bool,
    /// What follows the table's name in its definition: `USING btree (...) WHERE ...`.
    pub definition: Expression,
    /// The storage names of all columns it reads, in expressions and predicates too.
    pub columns: Vec<Ident>,
    /// Those of them that are in it as they are, not only inside of an expression.
    pub plain: Vec<Ident>,
    /// Those that it INCLUDEs, in order.
    #[serde(default)]
    pub included: Vec<Ident>,
    /// What a unique index is of, part by part.
    #[serde(default)]
    pub keys: Vec<IndexKey>,
    /// The condition of a partial index.
    #[serde(default)]
    pub predicate: Option<Expression>,
    /// The constraint that it serves.
    pub constraint: Option<Ident>,
    /// Whether it has storage parameters or a tablespace, which its constraint does not tell.
    #[serde(default)]
    pub has_parameters: bool,
    /// Whether it is the table's replica identity.
    pub replica_identity: bool,
    /// What stands on it from outside the schema, or on its constraint, and keeps it from being
    /// dropped.
    #[serde(default)]
    pub needed_by: Vec<String>,
    /// Whether CLUSTER goes by it.
    pub clustered: bool,
    /// The statistics targets of its columns, by their numbers.
    pub targets: Vec<(u16, u32)>,
    /// The comment.
    pub comment: Option<String>,
}

impl Index {
    /// Whether a foreign key to these columns, in whatever order, can stand on it.
    pub(crate) fn is_key_of(&self, columns: &[Ident]) -> bool {
        self.unique && self.predicate.is_none() && same_columns(&self.deciding(), columns)
    }

    /// Whether it reads a column in an expression or in its condition alone.
    pub(crate) fn only_reads(&self, column: &Ident) -> bool {
        self.columns.contains(column) && !self.plain.contains(column)
    }

    /// The columns by which a unique index tells two rows apart, or leaves one out: not those that it
    /// INCLUDEs and nothing else.
    pub(crate) fn deciding(&self) -> Vec<Ident> {
        let expressions = self.keys.iter().map(|key| &key.value).chain(&self.predicate);
        let read: BTreeSet<String> = expressions.flat_map(Expression::names).collect();
        let decides =
            |column: &&Ident| !self.included.contains(column) || read.contains(column.as_str());
        self.columns.iter().filter(decides).cloned().collect()
    }
}

/// One part of what a unique index is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexKey {
    /// A column, or an expression over columns.
    pub value: Expression,
    /// Its type.
    pub type_name: Expression,
    /// The collation that it is compared by, quoted and qualified, where it has one.
    pub collation: Option<Expression>,
    /// What equality is: `OPERATOR(pg_catalog.=)`.
    pub equal: Expression,
    /// Whether equal values have equal hashes (manual, section 38.16.3), as far as Postgres can tell.
    pub hashes: bool,
}

/// Whether these are the same columns, in whatever order.
pub(crate) fn same_columns(these: &[Ident], those: &[Ident]) -> bool {
    these.len() == those.len() && these.iter().all(|column| those.contains(column))
}
