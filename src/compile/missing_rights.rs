//! Rights that `up` and `down` need, and that somebody lacks who writes to the table: his writes would
//! fail once the migration is started.

use super::table::TableChange;
use crate::operation::Rejection;

impl TableChange<'_> {
    /// Expressions that a role which may write to the table may not compute.
    pub(super) fn lacks_rights(&self) -> Vec<Rejection> {
        let table = &self.before.name;
        let mut refusals = Vec::new();
        for function in self.all_functions() {
            for lack in function.lacking() {
                let (role, right) = (lack.role.as_str(), &lack.right);
                let message = format!(
                    "the role `{role}` may write to `{table}`, but lacks {right}, which `{}` needs",
                    function.what(),
                );
                let hint = format!("GRANT {right} TO {}", lack.role);
                refusals.push(self.refusal(Some(function.path()), message, &hint));
            }
        }
        refusals
    }
}
