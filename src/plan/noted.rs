//! What somebody may change by hand while both versions live, and `complete` has to know of.

use serde::{Deserialize, Serialize};

use crate::schema::Grant;
use crate::sql::{Ident, Sql};

/// What was there when a start began, to be compared with what is there at `complete`. It is no part of
/// what a plan does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Privileges in the base schema and in the old version's.
    pub privileges: Vec<Held>,
    /// What is set on columns that are replaced.
    pub attributes: Vec<Attribute>,
}

/// Privileges on something, but for its owner's. Most tables have the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What they are on.
    pub on: Vec<Place>,
    /// The privileges.
    pub grants: Vec<Grant>,
}

/// A schema, perhaps a relation in it, perhaps a column of that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The schema.
    pub schema: Ident,
    /// The table or view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Ident>,
    /// The column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
}

/// Something that is set on a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What it is: `default`.
    pub kind: String,
    /// What it is set to, for people.
    pub value: String,
    /// The statement that sets it so.
    pub set: String,
}

/// A table whose columns the new version calls, or has made, otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The table.
    pub table: Ident,
    /// What it is called in the end.
    pub name: Ident,
    /// Its columns, as far as something changes.
    pub columns: Vec<Successor>,
}

/// What becomes of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// The column before.
    pub old: Option<Ident>,
    /// The one that is stored for the new version.
    pub new: Ident,
    /// What that is called in the end.
    pub name: Ident,
}

/// A constraint, an index or a table that the start makes, and without which the new version is not what
/// its migration says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The table.
    pub table: Ident,
    /// What of it is promised.
    pub what: Promised,
    /// What makes it again.
    pub made_by: Vec<Sql>,
}

/// What is promised of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promised {
    /// The table itself, which is made with these privileges.
    Table(Vec<Grant>),
    /// A constraint.
    Constraint(Ident),
    /// An index.
    Index(Ident),
}
