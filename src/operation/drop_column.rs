//! `drop_column`: removes a column.
//!
//! ```json
//! {"drop_column": {"table": "fruits", "column": "price", "down": "0"}}
//! ```
//!
//! The new version does not show the column; rows that it writes get the value of `down`, which
//! reads the columns that the new version has. Without `down` they get the column's default, or
//! NULL. A column that the migration itself makes needs none. `complete` drops the column, and the indexes and constraints on it;
//! an exclusion constraint that reads it in an expression or in its condition has to be dropped first, as in Postgres, which the
//! same migration may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::{Draft, Lens};
use super::field::given;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Removes a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: Name,
    /// The value that rows of the new version have in the old one, as SQL.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub down: Option<String>,
}

impl Operate for DropColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let column = draft.column(&self.table, &self.column, "column")?;
        draft.nothing_references(&self.table, Some(&self.column), "column")?;
        draft.nothing_stands_on(&self.table, &column, "column")?;
        draft.nothing_computes_from(&self.table, &column, "column")?;
        draft.nothing_identifies_by(&self.table, &column, "column")?;
        draft.nothing_includes_for_others(&self.table, &column, "column")?;
        draft.nothing_excludes_by(&self.table, &column, "column")?;
        let fills_itself = column.default.is_some() || column.generated.is_some();
        let is_shown = draft.has_old_side(&self.table, &column.storage);
        if self.down.is_none() && is_shown && !column.nullable && !fills_itself {
            let message = format!(
                "`{}` is NOT NULL and has no default, so rows of the new version need a value in it",
                self.column
            );
            return Err(draft.reject_with("", message, "give `down`, the value as SQL"));
        }
        let table = draft.change_table(&self.table, "table")?;
        if table.columns.len() == 1 {
            let message = format!("`{}` is the only column of `{}`", self.column, self.table);
            return Err(draft.reject("column", message));
        }
        let (copy, name) = (Draft::probe(&self.table), self.column.ident());
        draft.rehearse("column", sql!("ALTER TABLE {t} DROP COLUMN {c}", t = copy, c = name));
        draft.drop_column(&self.table, &self.column);
        let down = match &self.down {
            Some(_) if column.generated.is_some() => {
                let message = format!("`{}` fills itself, so it takes no `down`", self.column);
                return Err(draft.reject("down", message));
            }
            Some(text) => Some(draft.expression("down", text)?),
            // The table itself knows the default of a column that is in it.
            None if draft.is_added(&table.storage, &column.storage) => column.default.clone(),
            None => None,
        };
        if let Some(expression) = down {
            let down = draft.bind(&self.table, "down", expression, &column.type_name)?;
            let path = draft.path_of("");
            draft.lenses.push(Lens {
                path,
                table: table.storage,
                old: Some(column.storage),
                new: None,
                up: None,
                down: Some(down),
            });
        }
        Ok(())
    }
}
