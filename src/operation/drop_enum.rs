//! `drop_enum`: removes an enum type.
//!
//! ```json
//! {"drop_enum": {"name": "mood"}}
//! ```
//!
//! The type goes at `complete`. What still uses it then is refused before anything changes: a column,
//! a function, a view. An operation before this one may change or drop the last column of the type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::draft_objects::{Gone, Made, hidden};
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Removes an enum type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropEnum {
    /// The type.
    pub name: Name,
}

impl Operate for DropEnum {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let found = draft.enum_type(&self.name, "name")?;
        if found.is_new || draft.late.iter().any(|late| late.name == self.name) {
            let message =
                format!("this migration makes or changes the type `{}` itself", self.name);
            return Err(draft.reject_with("name", message, "drop it in the next migration"));
        }
        let what = format!("the type `{}`", self.name);
        draft.nothing_uses(&what, &found.users)?;
        let uses = |made: &&Made| matches!(made, Made::Function { names, .. } if names.contains(self.name.as_str()));
        if let Some(Made::Function { name, .. }) = draft.objects.iter().find(uses) {
            let message = format!("the function `{name}`, which this migration makes, uses {what}");
            return Err(draft.reject("name", message));
        }
        let (name, hidden) = (draft.in_base(&self.name), hidden(&self.name, ""));
        let rename = sql!("ALTER TYPE {t} RENAME TO {h}", t = name, h = hidden);
        let (path, drop) = (draft.path_of(""), sql!("DROP TYPE {t}", t = name));
        draft.goes(rename, Gone { path, what, is_type: true, hidden, description: None, drop });
        draft.schema.enums.remove(&self.name);
        Ok(())
    }
}
