//! What columns that Postgres computes stand in the way of.

use super::table::TableChange;
use crate::operation::Rejection;
use crate::schema::{Column, Generated};

impl TableChange<'_> {
    /// In a BEFORE trigger, generated columns are NULL (manual, section 5.3).
    pub(super) fn reads_generated(&self) -> Vec<Rejection> {
        let mut refusals = Vec::new();
        for function in self.all_functions() {
            for storage in function.own_inputs() {
                let stored = self.before.stored(storage).or_else(|| self.after.stored(storage));
                if let Some(column) = stored.filter(|column| column.is_computed()) {
                    let message = format!("it reads the generated column `{}`", column.name);
                    let hint = "write the expression of that column instead";
                    refusals.push(self.refusal(Some(function.path()), message, hint));
                }
            }
        }
        refusals
    }

    /// Columns that are computed when they are read from one that goes in a rollback along with what fills it.
    pub(super) fn computes_from_new(&self) -> Vec<Rejection> {
        let computed = self.new_columns().into_iter().filter(Column::is_computed);
        let reads = computed.filter_map(|column| {
            let Some(Generated::Virtual(expression)) = &column.generated else {
                return None;
            };
            let mut new = self.lenses.iter().filter_map(|lens| Some(lens.new.as_ref()?.storage));
            let source = new.find(|new| expression.names().contains(new.as_str()))?;
            let message =
                format!("it reads {}, which the migration makes", self.shown_column(source));
            let made = (self.before.storage.clone(), column.storage.clone());
            let path = self.compiler.draft.makers.columns.get(&made).map(String::as_str);
            let hint = "add it in the next migration";
            Some(self.refusal(path, message, hint))
        });
        reads.collect()
    }
}
