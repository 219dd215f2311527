//! The tables of the base schema that are not the same when a migration has been completed.

use std::collections::BTreeSet;

use super::Compiler;
use crate::plan::Raw;
use crate::schema::Table;
use crate::sql::Ident;

impl Compiler<'_> {
    /// The tables that a migration changes, makes, renames or drops, by the names before and after, and those with foreign keys
    /// to them, which name their columns: all that has to be described anew. Of SQL of the user's nobody knows.
    pub(super) fn touched(&self, raw: Option<Raw>) -> Option<Vec<Ident>> {
        if raw.is_some() {
            return None;
        }
        let (before, after) = (&self.before.tables, &self.draft.schema.tables);
        let is_same = |table: &Table| {
            before.get(&table.name) == after.get(&table.name)
                && !self.draft.touched().contains(&table.storage)
        };
        let names = |table: &'_ Table| [table.storage.clone(), table.name.ident().clone()];
        let all = || before.values().chain(after.values());
        let mut touched: BTreeSet<Ident> =
            all().filter(|table| !is_same(table)).flat_map(names).collect();
        let refers = |table: &&Table| {
            let mut to = table.foreign_keys.iter().filter_map(|key| key.table.as_ref());
            to.any(|to| touched.contains(to.ident()))
        };
        let referring: Vec<Ident> = all().filter(refers).flat_map(names).collect();
        touched.extend(referring);
        Some(touched.into_iter().collect())
    }
}
