//! `add_column`: adds a column to a table.
//!
//! ```json
//! {"add_column": {"table": "products", "up": "upper(name)",
//!                 "column": {"name": "label", "type": "text"}}}
//! ```
//!
//! Rows that are there, and rows that the old version writes, get the value of `up`, or else the
//! default. The column is in the table at once under another name; it is NOT NULL, has its default
//! and its own name from `complete` on. Until then the new version's view has the default.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::column::{ColumnDefinition, serial_type};
use super::draft::{Draft, Lens};
use super::field::given;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Adds a column to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: ColumnDefinition,
    /// The value for rows that the old version wrote, as SQL.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub up: Option<String>,
}

impl Operate for AddColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let table = draft.change_table(&self.table, "table")?;
        draft.new_column_name(&self.table, &self.column.name, "column.name")?;
        if !table.is_new {
            self.refuse_what_rewrites(draft)?;
        }
        let defined = self.column.definition(draft, &self.table, "column")?;
        let mut column = defined.column;
        let up = if table.is_new {
            None
        } else {
            column.storage = draft.new_storage(&table.storage, &self.column.name);
            match (self.up.as_deref().filter(|up| !up.trim().is_empty()), &column.default) {
                (Some(text), _) => Some(("up", draft.expression("up", text)?)),
                (None, Some(default)) => Some(("column.default", default.clone())),
                (None, None) if column.nullable => None,
                (None, None) => return Err(self.value_is_missing(draft)),
            }
        };
        let up = match up {
            None => None,
            Some((field, up)) => Some(draft.bind(&self.table, field, up, &column.type_name)?),
        };
        let copy = Draft::probe(&self.table);
        draft.rehearse("column", sql!("ALTER TABLE {t} ADD COLUMN {d}", t = copy, d = defined.sql));
        if up.is_some() {
            let path = draft.path_of("");
            draft.lenses.push(Lens {
                path,
                table: table.storage,
                old: None,
                new: Some(column.storage.clone()),
                up,
                down: None,
            });
        }
        let name = column.name.clone();
        draft.add_column(&self.table, column);
        self.column.take_note(draft, &self.table, defined.unique.as_ref());
        if let Some(reference) = &self.column.references {
            let key = reference.foreign_key(draft, &name, "column.references")?;
            draft.add_foreign_key(&self.table, key, "column.references")?;
        }
        Ok(())
    }
}

impl AddColumn {
    fn value_is_missing(&self, draft: &mut Draft) -> Rejected {
        let message = format!(
            "`{}` is NOT NULL, so the rows that are there need a value in it",
            self.column.name
        );
        draft.reject_with("", message, "give `up` or a default, or make it `nullable: true`")
    }

    /// What would rewrite the table under a lock that stops everybody.
    fn refuse_what_rewrites(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let hint = "add a plain column with `up`, or use `sql` in a quiet hour";
        if serial_type(&self.column.type_name).is_some() {
            let message = "a serial column cannot be added to a table with rows yet";
            return Err(draft.reject_with("column.type", message, hint));
        }
        if self.column.generated.is_some() {
            let message = "a column that fills itself cannot be added to a table with rows yet";
            return Err(draft.reject_with("column.generated", message, hint));
        }
        if self.column.pk {
            let message = "a primary key cannot be added to a table with rows yet";
            return Err(draft.reject_with("column.pk", message, hint));
        }
        Ok(())
    }
}
