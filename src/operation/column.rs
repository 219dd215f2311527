//! Columns and their constraints as files describe them, shared by the operations that have some.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::draft_questions::Typed;
use super::reference::Reference;
use super::rejection::Rejected;
use crate::plan::names;
use crate::schema::{Check, Column, Generated, Name, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident, Sql};

/// A column of `create_table` and `add_column`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnDefinition {
    /// Its name.
    pub name: Name,
    /// Its type, behind which a collation may stand: `text COLLATE "C"`. `serial`, `bigserial` and
    /// `smallserial` are types here, too.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether it may be NULL; it may not unless this is `true`.
    #[serde(default)]
    pub nullable: bool,
    /// The default, as SQL: a text needs its quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it belongs to the primary key.
    #[serde(default)]
    pub pk: bool,
    /// Whether its values are unique.
    #[serde(default)]
    pub unique: bool,
    /// A CHECK constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<NamedCheck>,
    /// A foreign key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
    /// How it fills itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedDefinition>,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A CHECK constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedCheck {
    /// Its name.
    pub name: Name,
    /// The condition, as SQL.
    pub constraint: String,
    /// Whether tables that inherit do not get it.
    #[serde(default)]
    pub no_inherit: bool,
}

/// How a column fills itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneratedDefinition {
    /// From other columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// Whether that is done when the column is read, and nothing stored (Postgres 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not", rename = "virtual")]
    pub is_virtual: bool,
    /// From a sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityDefinition>,
}

/// An identity column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityDefinition {
    /// Whether users may give values of their own.
    #[serde(default)]
    pub user_specified_values: UserSpecifiedValues,
    /// Options of the sequence, as in CREATE SEQUENCE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_options: Option<String>,
}

/// Whether users may give an identity column values of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum UserSpecifiedValues {
    /// Only with OVERRIDING SYSTEM VALUE.
    #[default]
    #[serde(rename = "ALWAYS")]
    Always,
    /// Freely.
    #[serde(rename = "BY DEFAULT")]
    ByDefault,
}

/// A column as it is to be made.
pub(super) struct Defined {
    /// Its definition for DDL on an empty table, without its foreign key.
    pub(super) sql: Sql,
    /// The column in the logical schema.
    pub(super) column: Column,
    /// The name of its unique constraint.
    pub(super) unique: Option<Ident>,
}

/// The integer type behind a serial one.
#[must_use]
pub(super) fn serial_type(type_name: &str) -> Option<&'static str> {
    match type_name.trim().to_ascii_lowercase().as_str() {
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        "smallserial" | "serial2" => Some("smallint"),
        _ => None,
    }
}

impl ColumnDefinition {
    /// The column in the logical schema, as yet without what only Postgres can say of it.
    fn draft(&self, storage: Ident, type_name: TypeName) -> Column {
        Column {
            name: self.name.clone(),
            storage,
            type_name,
            nullable: self.nullable && !self.pk,
            not_null_name: None,
            not_null_no_inherit: false,
            not_null_comment: None,
            default: None,
            default_is_stable: false,
            generated: None,
            comment: self.comment.clone(),
            grants: Vec::new(),
            collation: None,
            storage_mode: None,
            compression: None,
            statistics: None,
            options: None,
            sequence: None,
            draws: Vec::new(),
            toastable: false,
            collatable: false,
            constrained_domain: false,
            type_default: false,
        }
    }

    /// The column's definition for DDL on an empty table, without its foreign key.
    pub(super) fn definition(
        &self,
        draft: &mut Draft,
        table: &Name,
        field: &str,
    ) -> Result<Defined, Rejected> {
        let typed = match serial_type(&self.type_name) {
            Some(_) => Typed {
                type_name: Expression::from_catalog(self.type_name.trim().to_ascii_lowercase()),
                collation: None,
            },
            None => draft.type_name(&format!("{field}.type"), &self.type_name)?,
        };
        let mut unique = None;
        let mut text = format!("{} {}", self.name.ident(), typed.sql());
        let mut column = self.draft(self.name.ident().clone(), typed.type_name);
        if !column.nullable {
            text.push_str(" NOT NULL");
        }
        if let Some(default) = &self.default {
            let default = draft.expression(&format!("{field}.default"), default)?;
            text.push_str(&format!(" DEFAULT ({default}\n)"));
            column.default = Some(default);
        }
        if let Some((generation, kind)) = self.generation(draft, field)? {
            text.push_str(&format!(" {generation}"));
            column.generated = Some(kind);
        }
        if self.unique {
            let candidates = names::unique_candidates(table, &self.name);
            let name = draft.free_relation_name(table, candidates);
            text.push_str(&format!(" CONSTRAINT {name} UNIQUE"));
            unique = Some(name);
        }
        if let Some(check) = &self.check {
            let check = check.constraint(draft, &format!("{field}.check"))?;
            text.push_str(&format!(" {check}"));
        }
        let sql = sql!("{text}", text = Expression::from_catalog(text));
        Ok(Defined { sql, column, unique })
    }

    /// Takes note of the column's constraints, which later operations may name.
    pub(super) fn take_note(&self, draft: &mut Draft, table: &Name, unique: Option<&Ident>) {
        let columns = std::slice::from_ref(&self.name);
        if let Some(name) = unique {
            draft.made_constraint(table, name, Check::Unique, columns);
        }
        if let Some(check) = &self.check {
            draft.made_constraint(table, check.name.ident(), Check::Check, columns);
        }
    }

    /// `GENERATED ...`, where the column fills itself.
    fn generation(
        &self,
        draft: &mut Draft,
        field: &str,
    ) -> Result<Option<(Sql, Generated)>, Rejected> {
        let Some(generated) = &self.generated else {
            return Ok(None);
        };
        match (&generated.expression, &generated.identity) {
            (Some(text), None) => {
                if generated.is_virtual {
                    draft.needs_server(18, &format!("{field}.generated.virtual"))?;
                }
                let field = format!("{field}.generated.expression");
                let expression = draft.expression(&field, text)?;
                let (word, kind) = if generated.is_virtual {
                    ("VIRTUAL", Generated::Virtual(expression.clone()))
                } else {
                    ("STORED", Generated::Stored(expression.clone()))
                };
                let word = Expression::from_catalog(word);
                let sql = sql!("GENERATED ALWAYS AS ({e}\n) {w}", e = expression, w = word);
                Ok(Some((sql, kind)))
            }
            (None, Some(_)) if generated.is_virtual => {
                let message = "it goes with `expression` only";
                Err(draft.reject(&format!("{field}.generated.virtual"), message))
            }
            (None, Some(identity)) => {
                let (words, kind) = match identity.user_specified_values {
                    UserSpecifiedValues::Always => ("ALWAYS", Generated::IdentityAlways),
                    UserSpecifiedValues::ByDefault => ("BY DEFAULT", Generated::IdentityByDefault),
                };
                let words = Expression::from_catalog(words);
                let sql = match &identity.sequence_options {
                    None => sql!("GENERATED {w} AS IDENTITY", w = words),
                    Some(text) => {
                        let field = format!("{field}.generated.identity.sequence_options");
                        let options = draft.expression(&field, text)?;
                        sql!("GENERATED {w} AS IDENTITY ({o}\n)", w = words, o = options)
                    }
                };
                Ok(Some((sql, kind)))
            }
            _ => {
                let message = "exactly one of `expression` and `identity` belongs here";
                Err(draft.reject(&format!("{field}.generated"), message))
            }
        }
    }
}

impl NamedCheck {
    /// `CONSTRAINT name CHECK (...)`.
    pub(super) fn constraint(&self, draft: &mut Draft, field: &str) -> Result<Sql, Rejected> {
        let (before, condition, after) = self.parts(draft, field)?;
        Ok(sql!("{b}{c}\n{a}", b = before, c = condition, a = after))
    }

    /// The same in three parts: what comes before the condition, the condition, and the rest.
    pub(super) fn parts(
        &self,
        draft: &mut Draft,
        field: &str,
    ) -> Result<(Sql, Expression, Sql), Rejected> {
        let condition = draft.expression(&format!("{field}.constraint"), &self.constraint)?;
        let inherit = Expression::from_catalog(if self.no_inherit { " NO INHERIT" } else { "" });
        let before = sql!("CONSTRAINT {n} CHECK (", n = self.name.ident());
        Ok((before, condition, sql!("){i}", i = inherit)))
    }
}
