//! `drop_function`: removes a function.
//!
//! ```json
//! {"drop_function": {"name": "cents"}}
//! ```
//!
//! It goes at `complete`. What still uses it then is refused before anything changes: a default, a
//! trigger, a view. (Bodies of functions in PL/pgSQL are text to Postgres: who is called in them, it
//! does not know.) Where several functions have the name, `arguments` says which is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::draft_objects::{Gone, hidden, signature};
use super::field::given;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;

/// Removes a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropFunction {
    /// The function.
    pub name: Name,
    /// The types of its arguments, as Postgres writes them: `integer, text`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub arguments: Option<String>,
}

impl Operate for DropFunction {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let function = draft.function(&self.name, self.arguments.as_deref())?;
        let what = format!("the function `{}({})`", self.name, function.arguments);
        draft.nothing_uses(&what, &function.users)?;
        let hidden = hidden(&self.name, function.arguments.as_str());
        let signature = signature(&draft.in_base(&self.name), &function.arguments);
        let rename = sql!("ALTER FUNCTION {f} RENAME TO {h}", f = signature, h = hidden);
        let description = Some(function.description.clone());
        let (path, drop) = (draft.path_of(""), sql!("DROP FUNCTION {f}", f = signature));
        draft.goes(rename, Gone { path, what, is_type: false, hidden, description, drop });
        draft.schema.functions.retain(|known| known != &function);
        Ok(())
    }
}
