//! Foreign keys.

use serde::{Deserialize, Serialize};

use super::name::Name;
use crate::sql::{Expression, Ident, commas};

/// A foreign key. Tables and columns are named as the version names them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ForeignKey {
    /// Its name.
    pub name: Ident,
    /// The referencing columns.
    pub columns: Vec<Name>,
    /// The referenced table, where it is in the base schema.
    pub table: Option<Name>,
    /// The referenced table, quoted and qualified, where it is in another schema.
    pub foreign_table: Option<Expression>,
    /// The referenced columns.
    pub referenced: Vec<Name>,
    /// `MATCH ..`, `ON DELETE ..`: what follows the columns.
    pub on_delete: Expression,
    /// The columns that ON DELETE sets, where those are not all of them.
    #[serde(default)]
    pub set_columns: Vec<Name>,
    /// ` ON UPDATE ..`.
    pub on_update: Expression,
    /// ` DEFERRABLE`, ` DEFERRABLE INITIALLY DEFERRED`, or nothing.
    pub deferral: Expression,
    /// Whether Postgres only takes note of it (Postgres 18 and later).
    #[serde(default)]
    pub not_enforced: bool,
    /// Whether its last column is a PERIOD (Postgres 18 and later).
    #[serde(default)]
    pub temporal: bool,
    /// Whether every row is known to satisfy it.
    pub valid: bool,
    /// The unique index of the referenced table that it stands on.
    #[serde(default)]
    pub index: Option<Ident>,
    /// The comment.
    #[serde(default)]
    pub comment: Option<String>,
}

impl ForeignKey {
    /// What follows the columns, which the table calls as `stored` says.
    pub(crate) fn options(&self, stored: impl Fn(&Name) -> Ident) -> Expression {
        let set = match self.set_columns.as_slice() {
            [] => String::new(),
            columns => format!(" ({})", commas(columns.iter().map(stored))),
        };
        let enforced = if self.not_enforced { " NOT ENFORCED" } else { "" };
        let (on_delete, on_update, deferral) = (&self.on_delete, &self.on_update, &self.deferral);
        Expression::from_catalog(format!("{on_delete}{set}{on_update}{deferral}{enforced}"))
    }

    /// Whether it sets columns to their defaults.
    pub(crate) fn sets_defaults(&self) -> bool {
        [&self.on_delete, &self.on_update]
            .iter()
            .any(|action| action.as_str().ends_with(" SET DEFAULT"))
    }

    /// Whether it changes rows of its table when those that they refer to change or go.
    pub(crate) fn changes_rows(&self) -> bool {
        let words = ["NO ACTION", "RESTRICT"];
        let refuses =
            |action: &Expression| words.iter().any(|word| action.as_str().ends_with(word));
        !(refuses(&self.on_delete) && refuses(&self.on_update))
    }

    /// Whether it is checked at once, unless a transaction may say otherwise, and does.
    pub(crate) fn is_checked_at_once(&self) -> bool {
        !self.not_enforced && !self.deferral.as_str().ends_with(" DEFERRED")
    }
}
