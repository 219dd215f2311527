//! `drop_index`: removes an index.
//!
//! ```json
//! {"drop_index": {"name": "users_email_idx"}}
//! ```
//!
//! The old version's queries have it until `complete` drops it. A unique index binds the new version
//! until then, too. Rollback has nothing to take back, nor to build again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;

/// Removes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    /// Its name.
    pub name: Name,
}

impl Operate for DropIndex {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let (table, index) = draft.index(&self.name, "name")?;
        if let Some(constraint) = &index.constraint {
            let constraint = constraint.as_str();
            let message =
                format!("the index `{}` is behind the constraint `{constraint}`", self.name);
            let hint = format!("use `drop_constraint` with the table `{table}`");
            return Err(draft.reject_with("name", message, hint));
        }
        draft.drop_index(&table, &index.name, "name")
    }
}
