//! Names of what there is in a rehearsal.

use super::{known, readable};
use crate::sql::Ident;

/// The schema in which a migration is rehearsed, in a transaction that is always rolled back.
#[must_use]
pub(crate) fn probe_schema() -> Ident {
    known("_straddle_probe")
}

/// The schema that stands in for the version's own in a rehearsal.
#[must_use]
pub(crate) fn probe_version() -> Ident {
    known("_straddle_probe_version")
}

/// The partition of a rehearsed table that stands for all of its partitions.
#[must_use]
pub(crate) fn probe_partition(table: &Ident) -> Ident {
    readable("part_", table.as_str(), &[table.as_str()])
}

/// What an index that a partition has by itself, the one with this number, is called on that.
#[must_use]
pub(crate) fn probe_own_index(table: &Ident, number: usize) -> Ident {
    readable("own_", table.as_str(), &[table.as_str(), &number.to_string()])
}

/// The column of a rehearsed table that an expression is tried against.
#[must_use]
pub(crate) fn probe_target() -> Ident {
    known("_straddle_target")
}
