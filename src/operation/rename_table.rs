//! `rename_table`: gives a table another name.
//!
//! ```json
//! {"rename_table": {"from": "customers", "to": "clients"}}
//! ```
//!
//! The versions' views show the one table under their own names; the table takes its new name at
//! `complete`, and its old one is free from the next migration on: two tables exchange their names in
//! several migrations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Gives a table another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    /// The table's present name.
    pub from: Name,
    /// Its new name.
    pub to: Name,
}

impl Operate for RenameTable {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.table(&self.from, "from")?;
        draft.new_table_name(&self.to, "to")?;
        draft.change_table(&self.from, "from")?;
        draft.concerned.push(self.to.clone());
        let (copy, to) = (Draft::probe(&self.from), self.to.ident());
        draft.rehearse("to", sql!("ALTER TABLE {t} RENAME TO {to}", t = copy, to = to));
        draft.rename_table(&self.from, &self.to);
        Ok(())
    }
}
