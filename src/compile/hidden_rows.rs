//! Rows that row level security hides from the role that migrates, and that it therefore cannot fill.

use super::table::TableChange;
use crate::operation::Rejection;
use crate::plan::{Action, Step};
use crate::schema::Kind;

impl TableChange<'_> {
    /// Tables whose rows are to be read or written, and are hidden.
    pub(super) fn has_hidden_rows(&self) -> Option<Rejection> {
        if !self.before.hides_rows {
            return None;
        }
        let asks = |step: &Step| matches!(step.action, Action::Refuse { .. });
        if self.lenses.is_empty()
            && self.new_foreign_keys().is_empty()
            && !self.constraints().iter().any(asks)
        {
            return None;
        }
        let or_partition = match self.before.kind {
            Kind::Partitioned => ", or a partition of it,",
            Kind::Ordinary | Kind::Foreign => "",
        };
        let message = format!(
            "`{}`{or_partition} has FORCE ROW LEVEL SECURITY, which hides rows from the role that \
             migrates",
            self.after.name
        );
        let hint = format!(
            "`ALTER ROLE {} BYPASSRLS`, or `ALTER TABLE {} NO FORCE ROW LEVEL SECURITY` until it is \
             completed",
            self.compiler.before.role, self.table,
        );
        Some(self.refusal(None, message, &hint))
    }
}
