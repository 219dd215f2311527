//! `drop_constraint`: removes a constraint: check, unique, primary key, foreign key, exclusion, or, on
//! Postgres 18 and later, a NOT NULL that has a name.
//!
//! ```json
//! {"drop_constraint": {"table": "products", "name": "products_price_not_negative",
//!                      "up": "price", "down": "greatest(price, 0)"}}
//! ```
//!
//! With a `down` that is more than the column itself, the new version has a column of its own without
//! the constraint, and the old one keeps both: `down` makes values that the constraint accepts.
//! Where `up` and `down` are left out, or are the column itself, the versions share the column: the
//! constraint goes at `complete`, and binds both of them until then.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::field::given;
use super::rejection::Rejected;
use super::replacement::{Replacement, Side};
use crate::schema::Name;

/// Removes a constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropConstraint {
    /// The table.
    pub table: Name,
    /// The constraint's name.
    pub name: Name,
    /// The new column's value, from the columns that the old version has.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub up: Option<String>,
    /// The old column's value, from the columns that the new version has.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub down: Option<String>,
}

impl Operate for DropConstraint {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let found = draft.constraint(&self.table, &self.name, "name")?;
        let up = Side::read(draft, "up", self.up.as_deref())?;
        let down = Side::read(draft, "down", self.down.as_deref())?;
        let is_new = draft.table(&self.table, "table")?.is_new;
        let is_shared = [&up, &down].iter().all(|side| side.is_one_of(&self.table, &found.columns));
        if is_new || is_shared {
            return draft.drop_constraint(&self.table, &found, "name");
        }
        let [column] = found.columns.as_slice() else {
            let message = format!("`{}` is a constraint of several columns, or of none", self.name);
            let hint = "use `drop_multicolumn_constraint`, with `up` and `down` by column";
            return Err(draft.reject_with("", message, hint));
        };
        let replacement = Replacement { column: column.clone(), type_name: None, up, down };
        draft.replace_columns(&self.table, &[replacement], |draft| {
            draft.drop_constraint(&self.table, &found, "name")
        })
    }
}
