//! What is beside the tables: enum types and functions, and what uses them.

use serde::{Deserialize, Serialize};

use super::name::Name;
use super::privilege::Grant;
use crate::sql::{Expression, Ident};

/// An enum type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its labels, in order.
    pub values: Vec<String>,
    /// The owner.
    pub owner: Ident,
    /// The comment.
    pub comment: Option<String>,
    /// Its privileges, where they are not the usual ones.
    pub grants: Option<Vec<Grant>>,
    /// What uses it.
    #[serde(default)]
    pub users: Vec<User>,
    /// Whether the migration being compiled makes it.
    #[serde(default)]
    pub is_new: bool,
}

/// A function that belongs to no extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Function {
    /// Its name.
    pub name: Name,
    /// The types of its arguments, as Postgres writes them: `integer, text`.
    pub arguments: Expression,
    /// As `pg_describe_object` says it, where it uses something itself.
    pub description: String,
    /// What uses it.
    #[serde(default)]
    pub users: Vec<User>,
}

/// Something that uses a type or a function, and keeps it from being dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    /// As `pg_describe_object` says it, such as `view reports`.
    pub description: String,
    /// The table of the base schema that it is a part of.
    pub table: Option<Ident>,
    /// The storage names of the columns that it is on.
    pub columns: Vec<Ident>,
    /// Whether it is a column of exactly this type.
    pub is_column: bool,
    /// Whether it is Straddle's own, as of a migration of another base schema.
    #[serde(default)]
    pub is_ours: bool,
}

impl User {
    /// The one to be told of several: what is the users' own says more than what Straddle has made of it.
    pub(crate) fn foremost<'a>(users: impl Iterator<Item = &'a Self>) -> Option<&'a Self> {
        users.min_by_key(|user| user.is_ours)
    }
}
