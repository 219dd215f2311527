//! Foreign keys as files describe them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::{ForeignKey, Name};
use crate::sql::Expression;

/// A foreign key of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its name.
    pub name: Name,
    /// The referenced table.
    pub table: Name,
    /// The referenced column.
    pub column: Name,
    /// SIMPLE or FULL.
    #[serde(default)]
    pub match_type: MatchType,
    /// What happens when the referenced row goes.
    #[serde(default)]
    pub on_delete: ReferenceAction,
    /// What happens when the referenced value changes.
    #[serde(default)]
    pub on_update: ReferenceAction,
    /// Whether it may be checked at the end of a transaction.
    #[serde(default)]
    pub deferrable: bool,
    /// Whether it is, unless the transaction says otherwise.
    #[serde(default)]
    pub initially_deferred: bool,
}

/// How a foreign key of several columns treats NULLs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum MatchType {
    /// Any NULL, and the row is not checked.
    #[default]
    Simple,
    /// All NULL or none.
    Full,
    /// In the format, but Postgres does not have it.
    Partial,
}

/// What a foreign key does when the referenced row changes or goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReferenceAction {
    /// Refuses, at the end of the statement or transaction.
    #[default]
    #[serde(rename = "NO ACTION")]
    NoAction,
    /// Refuses at once.
    #[serde(rename = "RESTRICT")]
    Restrict,
    /// Does the same to the referencing row.
    #[serde(rename = "CASCADE")]
    Cascade,
    /// Sets the referencing columns to NULL.
    #[serde(rename = "SET NULL")]
    SetNull,
    /// Sets the referencing columns to their defaults.
    #[serde(rename = "SET DEFAULT")]
    SetDefault,
}

impl Reference {
    /// The foreign key on `column`.
    pub(super) fn foreign_key(
        &self,
        draft: &mut Draft,
        column: &Name,
        field: &str,
    ) -> Result<ForeignKey, Rejected> {
        let actions = Actions {
            match_type: self.match_type,
            on_delete: self.on_delete,
            set_columns: &[],
            on_update: self.on_update,
            deferrable: self.deferrable,
            initially_deferred: self.initially_deferred,
        };
        draft.table(&self.table, &format!("{field}.table"))?;
        draft.column(&self.table, &self.column, &format!("{field}.column"))?;
        let own = (&self.name, vec![column.clone()]);
        actions.foreign_key(draft, field, own, (&self.table, vec![self.column.clone()]))
    }
}

/// What follows the columns in a foreign key's definition.
pub(super) struct Actions<'a> {
    pub(super) match_type: MatchType,
    pub(super) on_delete: ReferenceAction,
    pub(super) set_columns: &'a [Name],
    pub(super) on_update: ReferenceAction,
    pub(super) deferrable: bool,
    pub(super) initially_deferred: bool,
}

impl Actions<'_> {
    /// The foreign key by some columns to others.
    pub(super) fn foreign_key(
        &self,
        draft: &mut Draft,
        field: &str,
        (name, columns): (&Name, Vec<Name>),
        (table, referenced): (&Name, Vec<Name>),
    ) -> Result<ForeignKey, Rejected> {
        let match_type = match self.match_type {
            MatchType::Simple => "",
            MatchType::Full => " MATCH FULL",
            MatchType::Partial => {
                let message = "Postgres has no MATCH PARTIAL";
                return Err(draft.reject(&format!("{field}.match_type"), message));
            }
        };
        let on_delete = self.on_delete.words();
        if !self.set_columns.is_empty() {
            let field = format!("{field}.on_delete_set_columns");
            if !matches!(self.on_delete, ReferenceAction::SetNull | ReferenceAction::SetDefault) {
                let message =
                    format!("`on_delete_set_columns` means nothing to ON DELETE {on_delete}");
                let hint = "only SET NULL and SET DEFAULT set them";
                return Err(draft.reject_with(&field, message, hint));
            }
            draft.needs_server(15, &field)?;
        }
        let deferral = match (self.deferrable, self.initially_deferred) {
            (_, true) => " DEFERRABLE INITIALLY DEFERRED",
            (true, false) => " DEFERRABLE",
            (false, false) => "",
        };
        let on_update = format!(" ON UPDATE {}", self.on_update.words());
        Ok(ForeignKey {
            name: name.ident().clone(),
            columns,
            table: Some(table.clone()),
            foreign_table: None,
            referenced,
            on_delete: Expression::from_catalog(format!("{match_type} ON DELETE {on_delete}")),
            set_columns: self.set_columns.to_vec(),
            on_update: Expression::from_catalog(on_update),
            deferral: Expression::from_catalog(deferral),
            not_enforced: false,
            temporal: false,
            valid: true,
            index: None,
            comment: None,
        })
    }
}

impl ReferenceAction {
    fn words(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}
