//! Every name that Straddle gives to something, decided here and nowhere else.
//!
//! What is created outside the schema `straddle` has the prefix `_straddle_` (triggers and copies of CHECKs: `~straddle`,
//! so that they sort, and fire, after the users'; triggers also `!straddle`, before them). A name is at most 63 bytes; its end is a hash of
//! everything that makes it what it is, so that two names never collide, however long.

mod copies;
mod locks;
mod probe;
mod sync;

use sha2::{Digest, Sha256};

pub(crate) use copies::{copy_of, copy_of_check, is_ours};
pub(crate) use locks::key_lock;
pub use locks::{operator_lock, second_lock};
pub(crate) use probe::{
    probe_own_index, probe_partition, probe_schema, probe_target, probe_version,
};
pub(crate) use sync::{
    counterpart_function, early_function, early_trigger, expression, filter, key_function,
    moved_function, moved_trigger, sync_function, sync_trigger, withheld_index,
};

use crate::schema::Name;
use crate::sql::{Ident, IdentError, QualifiedName};

/// The prefix of what is created among the users' objects.
pub(crate) const PREFIX: &str = "_straddle_";

/// The schema of the ledger, the sync functions and the expression functions.
#[must_use]
pub(crate) fn own_schema() -> Ident {
    known("straddle")
}

/// The version schema `<base schema>_<version>`.
///
/// # Errors
/// When it is over 63 bytes.
pub(crate) fn version_schema(base: &Ident, version: &str) -> Result<Ident, IdentError> {
    Ident::new(format!("{}_{version}", base.as_str()))
}

/// The schema in which the views of `version` are made before anybody may see them.
#[must_use]
pub(crate) fn hidden_schema(version: &Ident) -> Ident {
    readable("new_", version.as_str(), &[version.as_str()])
}

/// The schema that takes the views of a version that has been closed, until they are dropped.
#[must_use]
pub(crate) fn retired_schema(version: &Ident) -> Ident {
    readable("old_", version.as_str(), &[version.as_str()])
}

/// The trigger that keeps another tool from changing a base schema that was adopted from it.
#[must_use]
pub(crate) fn adopted_trigger(base: &Ident) -> Ident {
    readable("adopted_", base.as_str(), &[base.as_str()])
}

/// The storage name of a column that replaces or joins others; `generation` counts the columns of
/// one migration that end up under one name.
#[must_use]
pub(crate) fn new_column(column: &Name, generation: usize) -> Ident {
    let generation = if generation == 0 { String::new() } else { generation.to_string() };
    let plain = format!("{PREFIX}new{generation}_{}", column.as_str());
    Ident::new(plain)
        .unwrap_or_else(|_| readable("new_", column.as_str(), &[column.as_str(), &generation]))
}

/// What Postgres says, with the names of columns that users know.
#[must_use]
pub(crate) fn as_shown(message: &str) -> String {
    let prefix = format!("{PREFIX}new");
    let mut parts = message.split(prefix.as_str());
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        shown.push_str(name.strip_prefix('_').unwrap_or(name));
    }
    shown
}

/// A column's name while names are exchanged.
#[must_use]
pub(crate) fn passing(name: &Ident) -> Ident {
    readable("swap_", name.as_str(), &[name.as_str()])
}

/// The sequence that remembers, during contract, how far another one is.
#[must_use]
pub(crate) fn memory_of(sequence: &QualifiedName) -> QualifiedName {
    let (schema, name) = (&sequence.schema, &sequence.name);
    let memory = readable("seq_", name.as_str(), &[schema.as_str(), name.as_str()]);
    QualifiedName::new(schema, &memory)
}

/// The name, until contract, of an enum type that is made anew.
#[must_use]
pub(crate) fn new_type(name: &Name) -> Ident {
    readable("new_", name.as_str(), &[name.as_str()])
}

/// The name, in the rehearsal, of a type or a function that goes.
#[must_use]
pub(crate) fn gone(name: &Name, arguments: &str) -> Ident {
    readable("gone_", name.as_str(), &[name.as_str(), arguments])
}

/// The CHECK that proves a column to have no NULL before it becomes NOT NULL.
#[must_use]
pub(crate) fn not_null(table: &Ident, column: &Ident) -> Ident {
    // Applications read it in error messages.
    readable("nn_", label_of(column), &[table.as_str(), column.as_str()])
}

/// The name of a column that applications know, as far as its storage name tells.
fn label_of(column: &Ident) -> &str {
    let new = column.as_str().strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("new_"));
    new.unwrap_or(column.as_str())
}

/// Names for the unique constraint that a file asks for without naming it, as Postgres itself tries
/// them.
pub(crate) fn unique_candidates(table: &Name, column: &Name) -> impl Iterator<Item = Ident> {
    candidates(table.as_str().to_owned(), Some(column.as_str().to_owned()), "key")
}

/// The index of a partition, as a part of its parent's index; hashed where that is too long, or
/// taken.
#[must_use]
pub(crate) fn partition_index(
    partition: &Ident,
    index: &Ident,
    is_taken: impl Fn(&Ident) -> bool,
) -> Ident {
    let label = format!("{}_{}", partition.as_str(), index.as_str());
    let plain = Ident::new(label.clone()).ok().filter(|plain| !is_taken(plain));
    plain.unwrap_or_else(|| hashed("", &label, &[partition.as_str(), index.as_str()]))
}

/// Names for the NOT NULL of a column, as Postgres 18 itself tries them.
pub(crate) fn not_null_candidates(table: &Name, column: &Name) -> impl Iterator<Item = Ident> {
    candidates(table.as_str().to_owned(), Some(column.as_str().to_owned()), "not_null")
}

/// Names for the sequence of a column, as Postgres itself tries them.
pub(crate) fn sequence_candidates(table: &Name, column: &Name) -> impl Iterator<Item = Ident> {
    candidates(table.as_str().to_owned(), Some(column.as_str().to_owned()), "seq")
}

/// Names for a primary key, as Postgres itself tries them.
pub(crate) fn primary_key_candidates(table: &Name) -> impl Iterator<Item = Ident> {
    candidates(table.as_str().to_owned(), None, "pkey")
}

/// `<table>_<column>_<label>`, then with a number behind it; what is too long is taken from the
/// longer of the first two parts (`makeObjectName` in Postgres' source). Of several columns, the names
/// with `_` between them.
pub(crate) fn candidates(
    table: String,
    column: Option<String>,
    label: &'static str,
) -> impl Iterator<Item = Ident> {
    (0_usize..).map(move |number| {
        let number = if number == 0 { String::new() } else { number.to_string() };
        let column = column.as_deref();
        let room = 63 - column.map_or(1, |_| 2) - label.len() - number.len();
        let (mut first, mut second) = (table.len(), column.map_or(0, str::len));
        while first + second > room {
            *(if first > second { &mut first } else { &mut second }) -= 1;
        }
        let first = &table[..table.floor_char_boundary(first)];
        let second = column.map_or_else(String::new, |column| {
            format!("_{}", &column[..column.floor_char_boundary(second)])
        });
        known(&format!("{first}{second}_{label}{number}"))
    })
}

/// A name among the users' objects that shows what it is of.
fn readable(kind: &str, label: &str, identity: &[&str]) -> Ident {
    hashed(&format!("{PREFIX}{kind}"), label, identity)
}

/// `<prefix><label>_<hash>`, the label cut where it is too long. The hash covers the prefix and
/// every part with its length, so that `a_b` + `c` is not `a` + `b_c`.
fn hashed(prefix: &str, label: &str, identity: &[&str]) -> Ident {
    let mut hasher = Sha256::new();
    for part in [prefix].iter().chain(identity) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let hash: String = hasher.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let room = 63 - prefix.len() - 1 - hash.len();
    let label = &label[..label.floor_char_boundary(room)];
    known(&format!("{prefix}{label}_{hash}"))
}

fn known(name: &str) -> Ident {
    Ident::new(name).expect("a name made here is between 1 and 63 bytes and has no NUL")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn long_names_that_begin_alike_stay_distinct() {
        let base = known("public");
        let names: BTreeSet<_> = ["a", "b"]
            .iter()
            .map(|end| known(&format!("{}{end}", "ü".repeat(31))))
            .flat_map(|table| [sync_function(&base, &table).name, copy_of(&table, &base)])
            .collect();
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| name.as_str().len() <= 63));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(copy_of(&known("a_b"), &known("c")), copy_of(&known("a"), &known("b_c")));
    }

    #[test]
    fn long_names_are_cut_as_postgres_cuts_them() {
        let table = Name::new("table_1").expect("a name");
        let column = "a_rather_long_name_for_a_column_but_not_quite_too_long";
        let column = Name::new(column).expect("a name");
        let names: Vec<_> = unique_candidates(&table, &column).take(2).collect();
        let expected = "table_1_a_rather_long_name_for_a_column_but_not_quite_too_l_key";
        assert_eq!(names[0].as_str(), expected);
        assert_eq!(names[1].as_str(), format!("{}_key1", &expected[..58]));
    }

    #[test]
    fn short_columns_keep_a_plain_name() {
        let email = Name::new("email").expect("a name");
        assert_eq!(new_column(&email, 0).as_str(), "_straddle_new_email");
        assert_eq!(new_column(&email, 1).as_str(), "_straddle_new1_email");
    }
}
