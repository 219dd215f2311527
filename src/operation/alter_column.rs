//! `alter_column`: changes a column: type, nullability, default, comment, constraints, in any
//! combination.
//!
//! ```json
//! {"alter_column": {"table": "reviews", "column": "rating", "type": "integer",
//!                   "up": "CAST(rating AS integer)", "down": "CAST(rating AS text)"}}
//! ```
//!
//! Where `up` and `down` both are the column itself, nothing tells the versions apart: constraints
//! go onto the column in place, and bind the old version too. Otherwise the new version has a column
//! of its own, kept in step by `up` and `down`, with copies of the indexes and constraints; `complete`
//! drops the old column and gives the new one its name. A default and a comment are the version's.
//!
//! Columns that refer to this one take its new type with it, and so on from those, where `up` and `down`
//! are left out or are the column itself or a cast of it: the plan names them. Their foreign keys are made
//! anew between the new columns, validated in `start`, and take the old ones' names at `complete`. Where
//! the values become others, each of those columns needs an `alter_column` of its own in the same migration.
//!
//! Views, triggers, policies, functions with `BEGIN ATOMIC` bodies and publications of yours that stand on the
//! old column serve the old version until `complete`, which makes them again on the new one. Those that do
//! not fit its type, and whatever else stands on the old column, are refused by name before anything changes.
//!
//! An old client's INSERT or UPDATE fails where `up` gives what a constraint of the new version
//! refuses; the plan says which writes those are. With `on_violation: null` it does not fail for a
//! CHECK: the new column is NULL there, also for rows that are there at the start, and the old one keeps
//! the value. Nothing is lost by it: as long as there are such rows, `complete` refuses and names some.
//! They are mended by whichever version writes a value that the check takes. An index finds them, which
//! goes with the migration. The column is then one of the new version's own even if `up` and `down`
//! both are the column itself, so that the old version is not bound. Where another column that the check
//! reads changes, it is looked at again; a value that the new version itself has stored stays, and the
//! write fails. As long as a value is withheld, the old column stays what it is, whatever else `down`
//! reads. What `up` itself fails for (a cast, a domain) and what keys refuse is an error for the
//! old version in any case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::column::{NamedCheck, serial_type};
use super::draft::Draft;
use super::draft_questions::Typed;
use super::field::{given, present};
use super::follow::Leader;
use super::reference::Reference;
use super::rejection::Rejected;
use super::replacement::{Replacement, Side};
use super::withheld::OnViolation;
use crate::schema::{Check, Column, Name};
use crate::sql;
use crate::sql::{Ident, Sql};

/// Changes a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlterColumn {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: Name,
    /// The new type, behind which a collation may stand: `text COLLATE "C"`. Without one, the column keeps its own.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Whether it may be NULL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// The new default, as SQL; `null` drops it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub default: Option<Option<String>>,
    /// The new comment; `null` drops it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub comment: Option<Option<String>>,
    /// A CHECK constraint to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<NamedCheck>,
    /// A unique constraint to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<NamedUnique>,
    /// A foreign key to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
    /// The new column's value, from the columns that the old version has.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub up: Option<String>,
    /// The old column's value, from the columns that the new version has.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub down: Option<String>,
    /// What becomes of a value that `up` gives and a CHECK constraint of the new version refuses: the old version's write is refused,
    /// or the new column is `null`, and the old one keeps the value.
    #[serde(default, skip_serializing_if = "OnViolation::is_refuse")]
    #[schemars(with = "Option<OnViolation>")]
    pub on_violation: OnViolation,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedUnique {
    /// Its name.
    pub name: Name,
}

impl Operate for AlterColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let old = draft.column(&self.table, &self.column, "column")?;
        let table = draft.change_table(&self.table, "table")?;
        self.refuse_what_cannot_change(draft)?;
        let up = Side::read(draft, "up", self.up.as_deref())?;
        let down = Side::read(draft, "down", self.down.as_deref())?;
        let mut replacement =
            Replacement { column: self.column.clone(), type_name: None, up, down };
        let new_type = match &self.type_name {
            None => None,
            Some(text) => Some(draft.type_name("type", text)?),
        };
        let in_place = self.type_name.is_none()
            && self.on_violation.is_refuse()
            && replacement.is_identity(&self.table);
        if in_place || table.is_new {
            let Replacement { up, down, .. } = &replacement;
            if table.is_new {
                draft.read_over(&self.table, "up", up.expression.as_ref());
            }
            self.rehearse(draft, new_type.as_ref())?;
            if table.is_new {
                draft.read_over(&self.table, "down", down.expression.as_ref());
            }
            return self.describe(draft, old);
        }
        replacement.type_name = match &new_type {
            None => Some(old.type_name.clone()),
            Some(new_type) => Some(new_type.type_name.clone()),
        };
        let replacements = std::slice::from_ref(&replacement);
        draft.replace_columns(&self.table, replacements, |draft| {
            self.rehearse(draft, new_type.as_ref())
        })?;
        let mut new = draft.column(&self.table, &self.column, "column")?;
        if new_type.as_ref().is_some_and(|new_type| new_type.collation.is_some()) {
            // It has the one that it is rehearsed with, and not its predecessor's.
            new.collation = None;
        }
        if !self.on_violation.is_refuse() {
            draft.withhold(&table, &new.storage);
        } else if let Some(new_type) = &new_type {
            draft.follow(&Leader {
                old_type: &old.type_name,
                new_type,
                table: &self.table,
                column: &self.column,
                up: &replacement.up,
                down: &replacement.down,
            })?;
        }
        self.describe(draft, new)
    }
}

impl AlterColumn {
    /// Does to the empty copy what is asked for, all but the foreign key.
    fn rehearse(&self, draft: &mut Draft, new_type: Option<&Typed>) -> Result<(), Rejected> {
        let column = self.column.ident();
        let on = std::slice::from_ref(&self.column);
        let table = Draft::probe(&self.table);
        let alter = |what: Sql| sql!("ALTER TABLE {t} {w}", t = table, w = what);
        if let Some(new_type) = new_type {
            // The default would have to be cast; where there is a new one, it need not.
            if self.default.is_some() {
                draft.rehearse("", alter(sql!("ALTER COLUMN {c} DROP DEFAULT", c = column)));
            }
            let change =
                sql!("ALTER COLUMN {c} TYPE {t}\n USING NULL", c = column, t = new_type.sql());
            let hint = self.what_must_suit(draft)?;
            draft.rehearse_with("type", alter(change), hint);
        }
        if self.default.is_some() {
            let given = draft.column(&self.table, &self.column, "column")?.storage;
            let table = draft.table(&self.table, "table")?.storage.clone();
            draft.makers.defaults.insert((table, given), draft.path_of("default"));
        }
        match &self.default {
            None => {}
            Some(None) => {
                draft.rehearse("default", alter(sql!("ALTER COLUMN {c} DROP DEFAULT", c = column)));
            }
            Some(Some(text)) => {
                let default = draft.expression("default", text)?;
                let before = alter(sql!("ALTER COLUMN {c} SET DEFAULT (", c = column));
                let is_bare = default.is_name();
                let hint = is_bare.then(|| format!("a text has quotes of its own: `'{text}'`"));
                draft.rehearse_text("default", (before, &default, sql!(")")), hint);
            }
        }
        match self.nullable {
            None => {}
            Some(true) => {
                let change = sql!("ALTER COLUMN {c} DROP NOT NULL", c = column);
                draft.rehearse("nullable", alter(change));
            }
            Some(false) => {
                let change = sql!("ALTER COLUMN {c} SET NOT NULL", c = column);
                draft.rehearse("nullable", alter(change));
            }
        }
        if let Some(check) = &self.check {
            let (before, condition, after) = check.parts(draft, "check")?;
            let before = alter(sql!("ADD {b}", b = before));
            draft.rehearse_text("check.constraint", (before, &condition, after), None);
            draft.made_constraint(&self.table, check.name.ident(), Check::Check, on);
        }
        if let Some(unique) = &self.unique {
            draft.new_index_name(&self.table, &unique.name, "unique.name")?;
            let name = unique.name.ident();
            let add = sql!("ADD CONSTRAINT {n} UNIQUE ({c})", n = name, c = column);
            draft.rehearse("unique", alter(add));
            draft.made_constraint(&self.table, name, Check::Unique, on);
        }
        Ok(())
    }

    /// What has to make sense with a new type, for Postgres does not say which of them does not.
    fn what_must_suit(&self, draft: &mut Draft) -> Result<Option<String>, Rejected> {
        let column = draft.column(&self.table, &self.column, "column")?;
        if column.default.is_some() && self.default.is_none() {
            let hint = "the default has to suit the new type: give a new `default`, or `null`";
            return Ok(Some(hint.into()));
        }
        let table = draft.table(&self.table, "table")?;
        let reads = |columns: &[Ident]| columns.contains(&column.storage);
        let constraints = table.constraints.iter().filter(|one| reads(&one.columns));
        let own = table.own_indexes.iter().map(|own| &own.index);
        let indexes = table.indexes.iter().chain(own).filter(|one| reads(&one.columns));
        let names: Vec<String> = constraints
            .map(|constraint| &constraint.name)
            .chain(indexes.filter(|i| i.constraint.is_none()).map(|index| &index.name))
            .map(|name| format!("`{}`", name.as_str()))
            .collect();
        if table.partition_key.contains(&column.storage) {
            let hint = "when the new version writes, the row would have to change its partition";
            return Ok(Some(hint.into()));
        }
        let hint = format!(
            "what is on the column has to suit the new type, or be dropped before, in the same migration: {}",
            names.join(", ")
        );
        Ok((!names.is_empty()).then_some(hint))
    }

    /// What the logical schema itself holds: nullability, comment, foreign key.
    fn describe(&self, draft: &mut Draft, mut column: Column) -> Result<(), Rejected> {
        if let Some(nullable) = self.nullable {
            column.nullable = nullable;
        }
        if let Some(comment) = &self.comment {
            column.comment.clone_from(comment);
        }
        let described = draft.table(&self.table, "table")?;
        if let Some(known) = described.columns.iter_mut().find(|known| known.name == column.name) {
            *known = column;
        }
        if let Some(reference) = &self.references {
            let key = reference.foreign_key(draft, &self.column, "references")?;
            draft.add_foreign_key(&self.table, key, "references")?;
        }
        Ok(())
    }

    fn refuse_what_cannot_change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let changes = self.type_name.is_some()
            || self.nullable.is_some()
            || self.default.is_some()
            || self.comment.is_some()
            || self.check.is_some()
            || self.unique.is_some()
            || self.references.is_some();
        if !changes {
            let message = "nothing is asked for";
            let hint = "give one of type, nullable, default, comment, check, unique, references";
            return Err(draft.reject_with("", message, hint));
        }
        if let Some(text) = self.type_name.as_deref().filter(|text| serial_type(text).is_some()) {
            let message = format!("`{text}` is not a type that a column can be changed to");
            return Err(draft.reject_with("type", message, "give the integer type"));
        }
        Ok(())
    }
}
