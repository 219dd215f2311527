//! Columns that a table cannot have, though its copy in the rehearsal can.

use super::table::TableChange;
use crate::operation::Rejection;

/// So many columns Postgres gives a table in all its life (`MaxHeapAttributeNumber`; manual, appendix K).
const MOST_COLUMNS: usize = 1600;

impl TableChange<'_> {
    /// A table of a type has the columns of that, and no others.
    pub(super) fn has_columns_of_a_type(&self) -> Option<Rejection> {
        let renames =
            self.after.columns.iter().any(|column| column.name.ident() != &column.storage);
        let is_same = self.new_columns().is_empty() && self.doomed_columns().is_empty() && !renames;
        if !self.before.typed || is_same {
            return None;
        }
        let message = format!("`{}` is a table of a type, which has its columns", self.after.name);
        let hint = format!("`ALTER TABLE {} NOT OF` makes it a table like others", self.table);
        Some(self.refusal(self.changer(), message, &hint))
    }

    /// Columns that were dropped count for ever.
    pub(super) fn lacks_room(&self) -> Option<Rejection> {
        let (used, new) = (self.before.slots, self.new_columns().len());
        if new == 0 || used + new <= MOST_COLUMNS {
            return None;
        }
        let message = format!(
            "`{}` has used {used} of the {MOST_COLUMNS} columns that Postgres ever gives a table, dropped ones \
             included, and this needs {new} more",
            self.after.name
        );
        let hint = "copy the table to a new one first";
        Some(self.refusal(self.changer(), message, hint))
    }

    /// The first operation that changes the table.
    pub(super) fn changer(&self) -> Option<&str> {
        self.compiler.draft.changer_of([&self.before.storage, self.after.name.ident()])
    }
}
