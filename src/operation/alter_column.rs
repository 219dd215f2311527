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

use serde::{Deserialize, Serialize};

use super::Operate;
use super::column::{NamedCheck, serial_type};
use super::draft::{Call, Draft, Lens};
use super::field::{given, present};
use super::reference::Reference;
use super::rejection::Rejected;
use crate::schema::{Column, Generated, Name, Table, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident, Sql};

/// Changes a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterColumn {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: Name,
    /// The new type.
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
    pub up: Option<String>,
    /// The old column's value, from the columns that the new version has.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub down: Option<String>,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedUnique {
    /// Its name.
    pub name: Name,
}

impl Operate for AlterColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let old = draft.column(&self.table, &self.column, "column")?;
        let table = draft.change_table(&self.table, "table")?;
        self.refuse_what_cannot_change(draft, &table, &old)?;
        let up = self.given(draft, "up", self.up.as_deref())?;
        let down = self.given(draft, "down", self.down.as_deref())?;
        let is_self = |given: &Option<Expression>| {
            let is_self = |e: &Expression| e.is_column(self.table.as_str(), self.column.as_str());
            given.as_ref().is_none_or(is_self)
        };
        let in_place = self.type_name.is_none() && is_self(&up) && is_self(&down);
        if in_place || table.is_new {
            self.rehearse(draft, None)?;
            return self.describe(draft, old);
        }
        self.replace(draft, &table, old, up, down)
    }
}

impl AlterColumn {
    /// An expression of the file; an empty one counts as none.
    fn given(
        &self,
        draft: &mut Draft,
        field: &str,
        text: Option<&str>,
    ) -> Result<Option<Expression>, Rejected> {
        match text.filter(|text| !text.trim().is_empty()) {
            None => Ok(None),
            Some(text) => draft.expression(field, text).map(Some),
        }
    }

    /// The new version gets a column of its own.
    fn replace(
        &self,
        draft: &mut Draft,
        table: &Table,
        old: Column,
        up: Option<Expression>,
        down: Option<Expression>,
    ) -> Result<(), Rejected> {
        self.refuse_what_cannot_be_replaced(draft, &old)?;
        let type_name = match &self.type_name {
            None => old.type_name.clone(),
            Some(text) => draft.type_name("type", text)?,
        };
        let up = self.bind(draft, "up", up, &type_name)?;
        self.rehearse(draft, Some(&type_name))?;
        let mut new = old.clone();
        new.storage = draft.new_storage(&table.storage, &self.column);
        new.type_name = type_name;
        draft.replace_column(&self.table, &self.column, new.clone());
        let down = self.bind(draft, "down", down, &old.type_name)?;
        let path = draft.path_of("");
        draft.lenses.push(Lens {
            path,
            table: table.storage.clone(),
            old: Some(old.storage),
            new: Some(new.storage.clone()),
            up: Some(up),
            down: Some(down),
        });
        self.describe(draft, new)
    }

    /// `up` or `down`; where it is left out, the column itself, if Postgres takes it without a cast
    /// that could lose something.
    fn bind(
        &self,
        draft: &mut Draft,
        field: &str,
        expression: Option<Expression>,
        target: &TypeName,
    ) -> Result<Call, Rejected> {
        match expression {
            Some(expression) => draft.bind(&self.table, field, expression, target),
            None => draft.bind_column(&self.table, &self.column, field, target),
        }
    }

    /// Does to the empty copy what is asked for, all but the foreign key.
    fn rehearse(&self, draft: &mut Draft, new_type: Option<&TypeName>) -> Result<(), Rejected> {
        let column = self.column.ident();
        let table = Draft::probe(&self.table);
        let alter = |what: Sql| sql!("ALTER TABLE {t} {w}", t = table, w = what);
        let new_type = match (new_type, &self.type_name) {
            (None, Some(text)) => Some(draft.type_name("type", text)?),
            (Some(new_type), Some(_)) => Some(new_type.clone()),
            (_, None) => None,
        };
        if let Some(new_type) = new_type {
            // The default would have to be cast; where there is a new one, it need not.
            if self.default.is_some() {
                draft.rehearse("", alter(sql!("ALTER COLUMN {c} DROP DEFAULT", c = column)));
            }
            let change = sql!("ALTER COLUMN {c} TYPE {t}\n USING NULL", c = column, t = new_type);
            let hint = self.what_must_suit(draft)?;
            draft.rehearse_with("type", alter(change), hint);
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
        }
        if let Some(unique) = &self.unique {
            draft.new_index_name(&unique.name, "unique.name")?;
            let name = unique.name.ident();
            let add = sql!("ADD CONSTRAINT {n} UNIQUE ({c})", n = name, c = column);
            draft.rehearse("unique", alter(add));
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
        let indexes = table.indexes.iter().filter(|one| reads(&one.columns));
        let names: Vec<String> = constraints
            .map(|constraint| &constraint.name)
            .chain(indexes.filter(|i| i.constraint.is_none()).map(|index| &index.name))
            .map(|name| format!("`{}`", name.as_str()))
            .collect();
        let hint = format!("what is on the column has to suit the new type: {}", names.join(", "));
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

    fn refuse_what_cannot_change(
        &self,
        draft: &mut Draft,
        table: &Table,
        column: &Column,
    ) -> Result<(), Rejected> {
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
        draft.not_made_here(&table.storage, column, "column")?;
        if let Some(text) = self.type_name.as_deref().filter(|text| serial_type(text).is_some()) {
            let message = format!("`{text}` is not a type that a column can be changed to");
            return Err(draft.reject_with("type", message, "give the integer type"));
        }
        Ok(())
    }

    fn refuse_what_cannot_be_replaced(
        &self,
        draft: &mut Draft,
        column: &Column,
    ) -> Result<(), Rejected> {
        if matches!(column.generated, Some(Generated::Stored(_) | Generated::Virtual(_))) {
            let message = format!("`{}` is generated, and cannot be replaced", self.column);
            let hint = "add a column, and drop this one in a migration after it";
            return Err(draft.reject_with("column", message, hint));
        }
        draft.nothing_computes_from(&self.table, column, "column")?;
        draft.nothing_references(&self.table, Some(&self.column), "column")?;
        draft.nothing_stands_on(&self.table, column, "column")
    }
}
