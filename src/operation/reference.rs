//! Foreign keys as files describe them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::{ForeignKey, Name};
use crate::sql;
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
        let options = reference_options(
            draft,
            field,
            self.match_type,
            (self.on_delete, &[]),
            self.on_update,
            (self.deferrable, self.initially_deferred),
        )?;
        draft.table(&self.table, &format!("{field}.table"))?;
        draft.column(&self.table, &self.column, &format!("{field}.column"))?;
        Ok(ForeignKey {
            name: self.name.ident().clone(),
            columns: vec![column.clone()],
            table: Some(self.table.clone()),
            foreign_table: None,
            referenced: vec![self.column.clone()],
            options,
            valid: true,
            index: None,
            comment: None,
        })
    }
}

/// What follows the columns in a foreign key's definition.
pub(super) fn reference_options(
    draft: &mut Draft,
    field: &str,
    match_type: MatchType,
    (on_delete, set_columns): (ReferenceAction, &[Name]),
    on_update: ReferenceAction,
    (deferrable, initially_deferred): (bool, bool),
) -> Result<Expression, Rejected> {
    let mut text = String::new();
    match match_type {
        MatchType::Simple => {}
        MatchType::Full => text.push_str(" MATCH FULL"),
        MatchType::Partial => {
            let message = "Postgres has no MATCH PARTIAL";
            return Err(draft.reject(&format!("{field}.match_type"), message));
        }
    }
    text.push_str(&format!(" ON DELETE {}", on_delete.words()));
    if !set_columns.is_empty() {
        let field = format!("{field}.on_delete_set_columns");
        if !matches!(on_delete, ReferenceAction::SetNull | ReferenceAction::SetDefault) {
            let words = on_delete.words();
            let message = format!("`on_delete_set_columns` means nothing to ON DELETE {words}");
            return Err(draft.reject_with(
                &field,
                message,
                "only SET NULL and SET DEFAULT set them",
            ));
        }
        draft.needs_server(15, &field)?;
        let columns = sql::commas(set_columns.iter().map(Name::ident));
        text.push_str(&format!(" ({columns})"));
    }
    text.push_str(&format!(" ON UPDATE {}", on_update.words()));
    if deferrable || initially_deferred {
        text.push_str(" DEFERRABLE");
    }
    if initially_deferred {
        text.push_str(" INITIALLY DEFERRED");
    }
    Ok(Expression::from_catalog(text))
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
