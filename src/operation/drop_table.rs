//! `drop_table`: removes a table.
//!
//! ```json
//! {"drop_table": {"name": "products"}}
//! ```
//!
//! The new version does not show the table; the old one goes on using it until `complete`, which
//! drops it with its rows. What other objects still need is refused before anything changes. Its name
//! is free from the next migration on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;
use crate::sql::QualifiedName;

/// Removes a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    /// The table.
    pub name: Name,
}

impl Operate for DropTable {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let table = draft.table(&self.name, "name")?.clone();
        if table.is_new {
            let message = format!("this migration makes the table `{}` itself", self.name);
            return Err(draft.reject_with("name", message, "leave both operations out"));
        }
        draft.nothing_references(&self.name, None, "name")?;
        let mut dependents = table.dependents.iter();
        if let Some(dependent) = dependents.find(|dependent| dependent.blocks_table) {
            let message = format!("{} stands on the table `{}`", dependent.description, self.name);
            return Err(draft.reject_with("name", message, "drop it first"));
        }
        let is_gone = |heir: &&QualifiedName| {
            let mut dropped = draft.dropped.iter();
            heir.schema == draft.schema.name && dropped.any(|table| table.storage == heir.name)
        };
        if let Some(heir) = table.heirs.iter().find(|heir| !is_gone(heir)) {
            let message =
                format!("`{}` inherits from the table `{}`", heir.name.as_str(), self.name);
            return Err(draft.reject_with("name", message, "drop that first"));
        }
        draft.change_table(&self.name, "name")?;
        draft.rehearse("name", sql!("DROP TABLE {t}", t = Draft::probe(&self.name)));
        draft.drop_table(&self.name);
        Ok(())
    }
}
