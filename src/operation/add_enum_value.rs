//! `add_enum_value`: gives an enum type one more label.
//!
//! ```json
//! {"add_enum_value": {"name": "mood", "value": "merry", "after": "glad", "down": "glad"}}
//! ```
//!
//! Postgres takes no label back, so the new version has a type of its own, and a column of it for each
//! column of the old one, kept in step: the old version sees `down` where the new one writes the new
//! label. Until `complete` the new type is in the new version's schema, under the old one's name: who
//! has that schema first in the search path means the new type by it, others the old one. Whoever drops
//! that schema by hand drops the type, and with it the columns. The label can be used as a default, or
//! in a view, from the next migration on.
//!
//! Refused, for it cannot be replaced, is a type that is used by anything but such columns: in an
//! array, a domain, a composite type, or the arguments or the result of a function; and by a column
//! that is on either side of a foreign key, that is generated or that a generated column reads, or
//! that belongs to the replica identity. Operations that change labels come before those with an `up`, a
//! `down` or a default to fill in, and before those that make functions.
//!
//! With `on_complete` nothing is copied, and nothing of this is refused: the type gets the label in
//! `complete`, and until then neither version can write it. SQL of the same migration that uses the
//! label runs behind that transaction only: with `phase: contract` and `transaction: false`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::draft_enums::Late;
use super::field::given;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;
use crate::sql::{Literal, Sql};

/// Gives an enum type one more label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEnumValue {
    /// The type.
    pub name: Name,
    /// The new label.
    pub value: String,
    /// The label that it comes before; without `before` and `after` it is the last.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub before: Option<String>,
    /// The label that it comes after.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub after: Option<String>,
    /// The label that the old version sees instead; needed where a column has the type.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub down: Option<String>,
    /// Whether the type gets the label in `complete` and not in `start`.
    #[serde(default)]
    pub on_complete: bool,
}

impl Operate for AddEnumValue {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.label(&self.value, "value")?;
        if self.before.is_some() && self.after.is_some() {
            return Err(draft.reject("after", "only one of `before` and `after` belongs here"));
        }
        if self.on_complete {
            return self.add_late(draft);
        }
        let renewing = draft.renewing(&self.name)?;
        let values = renewing.values.clone();
        let is_known = renewing.knows(&self.value);
        let place = self.place(draft, &values, is_known)?;
        let down = match &self.down {
            None => None,
            Some(label) => {
                let renewing = draft.renewing(&self.name)?;
                let meant = renewing.down.iter().find(|(known, _)| known == label);
                match meant.map(|(_, down)| down.clone()) {
                    Some(down) => down,
                    None => return Err(self.no_label(draft, "down", label)),
                }
            }
        };
        draft.rehearse("value", self.statement(draft));
        let renewing = draft.renewing(&self.name)?;
        renewing.values.insert(place, self.value.clone());
        renewing.down.push((self.value.clone(), down));
        Ok(())
    }
}

impl Draft {
    /// Postgres takes a new label for nothing in the transaction that adds it.
    pub(super) fn refuse_late_labels(&mut self) {
        let late = self.raw.iter().filter(|raw| raw.on_complete && raw.transaction);
        let uses: Vec<(String, usize, String)> = late
            .flat_map(|raw| {
                let text = raw.up.concat();
                let uses = self.late.iter().filter_map(move |label| {
                    let literal = format!("'{}'", label.value.replace('\'', "''"));
                    let at = text.find(&literal)?;
                    let (offset, value) = (text[..at].chars().count(), label.value.clone());
                    Some((raw.path.clone(), offset, value))
                });
                uses.collect::<Vec<_>>()
            })
            .collect();
        for (path, offset, value) in uses {
            self.path = path;
            let message = format!(
                "this migration adds the label `{value}` in the same transaction, in which \
                 Postgres does not take it yet"
            );
            let hint =
                "with `transaction: false` the SQL runs behind it; or run it in the next migration";
            self.reject_at("up", Some(offset), message, Some(hint.into()));
        }
    }
}

impl AddEnumValue {
    /// One more label at `complete`, without a copy.
    fn add_late(&self, draft: &mut Draft) -> Result<(), Rejected> {
        if self.down.is_some() {
            let message = "until `complete` no row has the label, so it takes no `down`";
            return Err(draft.reject("down", message));
        }
        let found = draft.enum_type(&self.name, "name")?;
        if found.is_new || draft.renewing.iter().any(|known| known.knows_type(&self.name)) {
            let message =
                format!("this migration makes or changes the type `{}` itself", self.name);
            return Err(draft.reject_with("on_complete", message, "leave `on_complete` out"));
        }
        let is_known = found.values.contains(&self.value);
        let place = self.place(draft, &found.values, is_known)?;
        let add = self.statement(draft);
        draft.late.push(Late { name: self.name.clone(), value: self.value.clone(), add });
        if let Some(known) = draft.schema.enums.get_mut(&self.name) {
            known.values.insert(place, self.value.clone());
        }
        Ok(())
    }

    /// Where among the labels it belongs.
    fn place(
        &self,
        draft: &mut Draft,
        values: &[String],
        is_known: bool,
    ) -> Result<usize, Rejected> {
        if is_known {
            let message = format!("`{}` has a label `{}` already", self.name, self.value);
            return Err(draft.reject("value", message));
        }
        let neighbour = match (&self.before, &self.after) {
            (Some(label), _) => ("before", label, 0),
            (None, Some(label)) => ("after", label, 1),
            (None, None) => return Ok(values.len()),
        };
        let (field, label, distance) = neighbour;
        match values.iter().position(|known| known == label) {
            Some(at) => Ok(at + distance),
            None => Err(self.no_label(draft, field, label)),
        }
    }

    fn no_label(&self, draft: &mut Draft, field: &str, label: &str) -> Rejected {
        draft.no_label(&self.name, field, label)
    }

    fn statement(&self, draft: &Draft) -> Sql {
        let place = match (&self.before, &self.after) {
            (Some(label), _) => sql!(" BEFORE {l}", l = Literal::new(label)),
            (None, Some(label)) => sql!(" AFTER {l}", l = Literal::new(label)),
            (None, None) => sql!(""),
        };
        let (name, value) = (draft.in_base(&self.name), Literal::new(&self.value));
        sql!("ALTER TYPE {t} ADD VALUE {v}{p}", t = name, v = value, p = place)
    }
}
