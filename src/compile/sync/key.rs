//! Keys that are unique in both versions: one writer at a time may have one.

use super::{any_changed, new_row};
use crate::plan::names;
use crate::sql;
use crate::sql::{Ident, QualifiedName, Separated, Sql, commas};

/// A key that has a unique index in either version, by the new version's columns.
pub(in crate::compile) struct Key<'a> {
    pub(in crate::compile) columns: &'a [Ident],
}

impl Key<'_> {
    /// Takes the key's lock for the transaction.
    pub(super) fn serialise(&self, table: &QualifiedName) -> Sql {
        let columns: Vec<&Ident> = self.columns.iter().collect();
        let given = columns.iter().map(|column| sql!("NEW.{c} IS DISTINCT FROM NULL", c = column));
        sql!(
            file "sync/serialise.sql",
            key_given = Separated::by(" AND ", given),
            key_changed = any_changed(&columns),
            columns = commas(self.columns.iter().map(new_row)),
            seed = names::key_lock(table, self.columns),
        )
    }
}
