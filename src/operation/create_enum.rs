//! `create_enum`: makes an enum type.
//!
//! ```json
//! {"create_enum": {"name": "mood", "values": ["sad", "glad"]}}
//! ```
//!
//! The type is in the base schema from `start` on, where both versions may use it; operations behind
//! this one may give it to columns. Rollback drops it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::draft_objects::{Made, create_enum};
use super::field::given;
use super::rejection::Rejected;
use crate::schema::{EnumType, Name};

/// Makes an enum type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEnum {
    /// The type.
    pub name: Name,
    /// Its labels, in order.
    pub values: Vec<String>,
    /// A comment.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub comment: Option<String>,
}

impl Operate for CreateEnum {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.new_type_name(&self.name, "name")?;
        let mut seen = BTreeSet::new();
        for (number, value) in self.values.iter().enumerate() {
            let field = format!("values[{number}]");
            draft.label(value, &field)?;
            if !seen.insert(value) {
                return Err(draft.reject(&field, format!("`{value}` is there twice")));
            }
        }
        let create = create_enum(&draft.in_base(&self.name), &self.values);
        draft.rehearse("name", create);
        let made = EnumType {
            name: self.name.clone(),
            values: self.values.clone(),
            owner: draft.schema.role.clone(),
            comment: self.comment.clone(),
            grants: None,
            users: Vec::new(),
            is_new: true,
        };
        draft.objects.push(Made::Enum(made.clone()));
        draft.schema.enums.insert(self.name.clone(), made);
        Ok(())
    }
}
