//! Advisory locks, which are numbers.

use sha2::{Digest, Sha256};

use crate::sql::{Ident, QualifiedName};

/// The advisory lock that one operator at a time holds for a base schema.
#[must_use]
pub fn operator_lock(base: &Ident) -> i64 {
    advisory_lock(&format!("straddle operator {}", base.as_str()))
}

/// The advisory lock that a second session of an operator shares: nobody becomes the operator of a base schema
/// while there is one.
#[must_use]
pub fn second_lock(base: &Ident) -> i64 {
    advisory_lock(&format!("straddle second {}", base.as_str()))
}

fn advisory_lock(what: &str) -> i64 {
    let digest = Sha256::digest(what);
    i64::from_be_bytes(std::array::from_fn(|place| digest[place]))
}

/// What tells the advisory locks on the keys of one such function from those of another.
#[must_use]
pub(crate) fn key_lock(function: &QualifiedName) -> u32 {
    let digest = Sha256::digest(function.to_string());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}
