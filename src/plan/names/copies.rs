//! Names of what is there twice until contract.

use super::{PREFIX, hashed, readable};
use crate::sql::Ident;

/// The prefix of what has to sort behind what the users have.
const BEHIND: &str = "~straddle_";

/// Whether we have given this name to something on the users' tables.
#[must_use]
pub(crate) fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) || name.starts_with(BEHIND)
}

/// The name, until contract, of the copy of an index or a constraint.
#[must_use]
pub(crate) fn copy_of(table: &Ident, name: &Ident) -> Ident {
    readable("dup_", name.as_str(), &[table.as_str(), name.as_str()])
}

/// The same of a CHECK. Postgres looks at them by their names, and of the two it is to be the one whose name
/// applications know that fails.
#[must_use]
pub(crate) fn copy_of_check(table: &Ident, name: &Ident) -> Ident {
    hashed(&format!("{BEHIND}dup_"), name.as_str(), &[table.as_str(), name.as_str()])
}
