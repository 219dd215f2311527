//! `rename_constraint`: gives a constraint, and the index behind it, another name.
//!
//! ```json
//! {"rename_constraint": {"table": "people", "from": "name_length", "to": "name_is_long_enough"}}
//! ```
//!
//! It has its new name from `complete` on; until then errors show the present one to both versions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;

/// Gives a constraint another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameConstraint {
    /// The table.
    pub table: Name,
    /// The constraint's present name.
    pub from: Name,
    /// Its new name.
    pub to: Name,
}

impl Operate for RenameConstraint {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let found = draft.constraint(&self.table, &self.from, "from")?;
        draft.rename_constraint(&self.table, &found, &self.to)
    }
}
