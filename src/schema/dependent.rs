//! What stands on a table, and is none of its parts.

use serde::{Deserialize, Serialize};

use crate::sql::{Expression, Ident, QualifiedName};

/// An object outside the table that uses some of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dependent {
    /// As `pg_describe_object` says it, such as `view reports`.
    pub description: String,
    /// The storage names of the columns it uses.
    pub columns: Vec<Ident>,
    /// Whether it keeps the whole table from being dropped (a table's own triggers and policies do
    /// not).
    pub blocks_table: bool,
    /// Whether it is of a kind that can be made again on another column.
    #[serde(default)]
    pub is_carried: bool,
}

/// Something of the users' own that stands on a column which is replaced: `complete` drops it, and makes it
/// again on the new one. The statements are as Postgres prints them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// As `pg_describe_object` says it, such as `view public.reports`.
    pub description: String,
    /// What it is.
    pub kind: CarriedKind,
    /// Its kind and its name, whatever the search path.
    pub identity: String,
    /// Which of the replaced columns it is found by.
    pub number: usize,
    /// What is locked when it goes: the view, or the table that it is on.
    #[serde(default)]
    pub relation: Option<QualifiedName>,
    /// The owner, of a view.
    #[serde(default)]
    pub owner: Option<Ident>,
    /// Why it cannot be made again, where that shows already.
    #[serde(default)]
    pub problem: Option<String>,
    /// Takes it away, or what is in it.
    pub drop: Vec<Expression>,
    /// Makes it.
    pub make: Vec<Expression>,
    /// Gives it its owner and privileges.
    #[serde(default)]
    pub dress: Vec<Expression>,
}

/// What can be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarriedKind {
    /// A view, with its rules and triggers.
    View,
    /// A function whose body is bound to what it reads (`BEGIN ATOMIC`).
    Function,
    /// A trigger of a table.
    Trigger,
    /// A policy of a table.
    Policy,
    /// What a publication says of a table: its columns, its row filter.
    Publication,
}

/// What is made again at `complete`, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrying {
    /// The tables of the columns, by storage names.
    pub tables: Vec<Ident>,
    /// The columns that are replaced.
    pub columns: Vec<Ident>,
    /// What stands on them, each behind what it stands on.
    pub found: Vec<Carried>,
}
