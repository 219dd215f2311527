//! `rename_column`: gives a column another name.
//!
//! ```json
//! {"rename_column": {"table": "users", "from": "mail", "to": "email"}}
//! ```
//!
//! The versions' views show the one column under their own names; nothing is copied, and the table's
//! column takes its new name at `complete`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Gives a column another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    /// The table.
    pub table: Name,
    /// The column's present name.
    pub from: Name,
    /// Its new name.
    pub to: Name,
}

impl Operate for RenameColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.column(&self.table, &self.from, "from")?;
        draft.new_column_name(&self.table, &self.to, "to")?;
        if draft.change_table(&self.table, "table")?.inherits {
            let message = format!("`{}` inherits, or is inherited from", self.table);
            let hint =
                "the column would have another name in all these tables, and so in all their views";
            return Err(draft.reject_with("table", message, hint));
        }
        let (from, to) = (self.from.ident(), self.to.ident());
        let copy = Draft::probe(&self.table);
        draft.rehearse(
            "to",
            sql!("ALTER TABLE {t} RENAME COLUMN {a} TO {b}", t = copy, a = from, b = to),
        );
        draft.rename_column(&self.table, &self.from, &self.to);
        Ok(())
    }
}
