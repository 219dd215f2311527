//! Who may do what.

use serde::{Deserialize, Serialize};

use crate::sql::Ident;

/// Privileges of one role on a relation, one of its columns, or a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role; none means PUBLIC.
    pub grantee: Option<Ident>,
    /// `SELECT`, `INSERT`, ...: the key words of GRANT (manual, section 5.8).
    pub privilege: Privilege,
    /// Whether the role may pass it on.
    pub grantable: bool,
}

/// The key words of privileges that views, columns and schemas have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Privilege {
    /// Reading.
    Select,
    /// Adding rows.
    Insert,
    /// Changing rows.
    Update,
    /// Removing rows.
    Delete,
    /// Emptying (of no effect on views).
    Truncate,
    /// Being referenced by foreign keys (of no effect on views).
    References,
    /// Making triggers.
    Trigger,
    /// VACUUM and others, on Postgres 17 and later.
    Maintain,
    /// Looking up objects in a schema.
    Usage,
    /// Making objects in a schema.
    Create,
}

impl Privilege {
    /// The key word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Truncate => "TRUNCATE",
            Self::References => "REFERENCES",
            Self::Trigger => "TRIGGER",
            Self::Maintain => "MAINTAIN",
            Self::Usage => "USAGE",
            Self::Create => "CREATE",
        }
    }
}
