//! `drop_multicolumn_constraint`: removes a constraint, of several columns or of one.
//!
//! ```json
//! {"drop_multicolumn_constraint": {"table": "tickets", "name": "tickets_seller",
//!                                  "down": {"zip": "coalesce(zip, 0)"}}}
//! ```
//!
//! As `drop_constraint`, with `up` and `down` by column: of each column for which one of them says
//! more than the column itself, the new version has one of its own. Without any, the constraint goes
//! at `complete`, and binds both versions until then.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use super::replacement::Replacement;
use crate::schema::Name;

/// Removes a constraint of several columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropMulticolumnConstraint {
    /// The table.
    pub table: Name,
    /// The constraint's name.
    pub name: Name,
    /// The new columns' values, from the columns that the old version has: SQL by column.
    #[serde(default)]
    pub up: BTreeMap<Name, String>,
    /// The old columns' values, from the columns that the new version has: SQL by column.
    #[serde(default)]
    pub down: BTreeMap<Name, String>,
}

impl Operate for DropMulticolumnConstraint {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let found = draft.constraint(&self.table, &self.name, "name")?;
        if draft.table(&self.table, "table")?.is_new {
            return draft.drop_constraint(&self.table, &found, "name");
        }
        let sides = (&self.up, &self.down);
        let replaced = Replacement::of_columns(draft, &self.table, &found.columns, sides)?;
        draft.replace_columns(&self.table, &replaced, |draft| {
            draft.drop_constraint(&self.table, &found, "name")
        })
    }
}
