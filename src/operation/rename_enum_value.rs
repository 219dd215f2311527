//! `rename_enum_value`: gives a label of an enum type another name.
//!
//! ```json
//! {"rename_enum_value": {"name": "mood", "from": "glad", "to": "happy"}}
//! ```
//!
//! A label is one for everybody, so the new version has a type of its own, and a column of it for each
//! column of the old one, kept in step: each version reads and writes its own word. Until `complete`
//! the new type is in the new version's schema, under the old one's name: who has that schema first
//! in the search path means the new type by it, others the old one. Whoever drops that schema by hand
//! drops the type, and with it the columns.
//!
//! Refused, for it cannot be replaced, is a type that is used by anything but such columns: in an
//! array, a domain, a composite type, or the arguments or the result of a function; and by a column
//! that is on either side of a foreign key, that is generated or that a generated column reads, or
//! that belongs to the replica identity. Operations that change labels come before those with an `up`, a
//! `down` or a default to fill in, and before those that make functions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;
use crate::sql::Literal;

/// Gives a label of an enum type another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameEnumValue {
    /// The type.
    pub name: Name,
    /// The label.
    pub from: String,
    /// Its new name.
    pub to: String,
}

impl Operate for RenameEnumValue {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.label(&self.to, "to")?;
        let renewing = draft.renewing(&self.name)?;
        let (is_there, is_known) = (renewing.values.contains(&self.from), renewing.knows(&self.to));
        if !is_there {
            return Err(draft.no_label(&self.name, "from", &self.from));
        }
        // Exchanged names would make one word two things in a default or a check.
        if is_known {
            let message = format!("`{}` has a label `{}` already", self.name, self.to);
            return Err(draft.reject("to", message));
        }
        let (from, to) = (Literal::new(&self.from), Literal::new(&self.to));
        let name = draft.in_base(&self.name);
        draft.rehearse(
            "from",
            sql!("ALTER TYPE {t} RENAME VALUE {a} TO {b}", t = name, a = from, b = to),
        );
        let renewing = draft.renewing(&self.name)?;
        let rename = |label: &mut String| {
            if *label == self.from {
                label.clone_from(&self.to);
            }
        };
        renewing.values.iter_mut().for_each(rename);
        renewing.up.iter_mut().for_each(|(_, new)| rename(new));
        renewing.down.iter_mut().for_each(|(new, _)| rename(new));
        Ok(())
    }
}
