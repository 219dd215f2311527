//! Constraints of whole tables, as files describe them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::reference::{Actions, MatchType, ReferenceAction};
use super::rejection::Rejected;
use crate::schema::{Check, ForeignKey, Name};
use crate::sql;
use crate::sql::{Expression, Ident, Sql};

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableConstraint {
    /// Its name.
    pub name: Name,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ConstraintKind,
    /// The columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether it may be checked at the end of a transaction.
    #[serde(default)]
    pub deferrable: bool,
    /// Whether it is, unless the transaction says otherwise.
    #[serde(default)]
    pub initially_deferred: bool,
    /// Whether two NULLs are duplicates (Postgres 15 and later).
    #[serde(default)]
    pub nulls_not_distinct: bool,
    /// Whether tables that inherit do not get it.
    #[serde(default)]
    pub no_inherit: bool,
    /// The condition of a CHECK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// What a foreign key refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<TableReference>,
    /// What an exclusion constraint excludes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Exclusion>,
    /// Parameters of the index behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_parameters: Option<IndexParameters>,
}

/// What a constraint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// Uniqueness.
    Unique,
    /// A condition.
    Check,
    /// The primary key.
    PrimaryKey,
    /// A foreign key.
    ForeignKey,
    /// An exclusion constraint.
    Exclude,
}

/// What a foreign key of a table refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableReference {
    /// The referenced table.
    pub table: Name,
    /// The referenced columns.
    pub columns: Vec<Name>,
    /// SIMPLE or FULL.
    #[serde(default)]
    pub match_type: MatchType,
    /// What happens when the referenced row goes.
    #[serde(default)]
    pub on_delete: ReferenceAction,
    /// The columns that ON DELETE SET NULL or SET DEFAULT sets (Postgres 15 and later).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_set_columns: Vec<Name>,
    /// What happens when the referenced value changes.
    #[serde(default)]
    pub on_update: ReferenceAction,
}

/// What an exclusion constraint excludes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The kind of index, gist if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_method: Option<String>,
    /// Elements and operators, such as `room WITH =, during WITH &&`.
    #[serde(default)]
    pub elements: String,
    /// Which rows it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
}

/// Parameters of the index behind a constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexParameters {
    /// Its tablespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Its storage parameters, as in `WITH (...)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_parameters: Option<String>,
    /// Further columns in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include_columns: Vec<Name>,
}

impl ConstraintKind {
    /// What it checks by itself; a foreign key is kept apart.
    pub(super) fn check(self) -> Option<Check> {
        match self {
            Self::Unique => Some(Check::Unique),
            Self::Check => Some(Check::Check),
            Self::PrimaryKey => Some(Check::PrimaryKey),
            Self::ForeignKey => None,
            Self::Exclude => Some(Check::Exclude),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Unique => "a unique constraint",
            Self::Check => "a check constraint",
            Self::PrimaryKey => "a primary key",
            Self::ForeignKey => "a foreign key",
            Self::Exclude => "an exclusion constraint",
        }
    }
}

impl TableConstraint {
    /// What one kind of constraint has and another has not, and what each needs.
    pub(super) fn refuse_what_does_not_belong(
        &self,
        draft: &mut Draft,
        field: &str,
    ) -> Result<(), Rejected> {
        use ConstraintKind::{Check, Exclude, ForeignKey, Unique};
        let kind = self.kind;
        let has_check = self.check.as_ref().is_some_and(|check| !check.trim().is_empty());
        let (is_check, is_excluding) = (kind == Check, kind == Exclude);
        let is_deferred = self.deferrable || self.initially_deferred;
        let has_parameters = self.index_parameters.is_some();
        let alien = [
            ("check", has_check && !is_check),
            ("no_inherit", self.no_inherit && !is_check),
            ("nulls_not_distinct", self.nulls_not_distinct && kind != Unique),
            ("index_parameters", has_parameters && matches!(kind, Check | ForeignKey)),
            ("references", self.references.is_some() && kind != ForeignKey),
            ("exclude", self.exclude.is_some() && !is_excluding),
            ("columns", !self.columns.is_empty() && is_excluding),
            ("deferrable", is_deferred && is_check),
        ];
        if let Some((alien, _)) = alien.iter().find(|(_, is_given)| *is_given) {
            let message = format!("`{alien}` means nothing to {}", kind.words());
            return Err(draft.reject(&below(field, alien), message));
        }
        if self.nulls_not_distinct {
            draft.needs_server(15, &below(field, "nulls_not_distinct"))?;
        }
        if is_check && !has_check {
            let message = "a check constraint needs `check`, the condition as SQL";
            return Err(draft.reject(field, message));
        }
        if !is_check && !is_excluding && self.columns.is_empty() {
            return Err(draft.reject(field, format!("{} needs `columns`", kind.words())));
        }
        if kind == ForeignKey && self.references.is_none() {
            let message = "a foreign key needs `references`, the table and columns it refers to";
            return Err(draft.reject(field, message));
        }
        Ok(())
    }

    /// `CONSTRAINT name ...`; foreign keys are added once the table is there.
    pub(super) fn definition(
        &self,
        draft: &mut Draft,
        field: &str,
    ) -> Result<Option<Sql>, Rejected> {
        let columns = sql::commas(self.columns.iter().map(Name::ident));
        let body = match self.kind {
            ConstraintKind::ForeignKey => return Ok(None),
            ConstraintKind::Check => {
                let Some(text) = &self.check else {
                    return Err(draft.reject(field, "a check constraint needs `check`"));
                };
                let condition = draft.expression(&format!("{field}.check"), text)?;
                let inherit = if self.no_inherit { " NO INHERIT" } else { "" };
                format!("CHECK ({condition}\n){inherit}")
            }
            ConstraintKind::Unique => {
                let nulls = if self.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
                format!("UNIQUE{nulls} ({columns}){}", self.parameters(draft, field)?)
            }
            ConstraintKind::PrimaryKey => {
                format!("PRIMARY KEY ({columns}){}", self.parameters(draft, field)?)
            }
            ConstraintKind::Exclude => self.exclusion(draft, field)?,
        };
        let deferral = match (self.kind, self.deferrable, self.initially_deferred) {
            (ConstraintKind::Check, _, _) | (_, false, false) => "",
            (_, _, true) => " DEFERRABLE INITIALLY DEFERRED",
            (_, true, false) => " DEFERRABLE",
        };
        let body = Expression::from_catalog(format!("{body}{deferral}"));
        Ok(Some(sql!("CONSTRAINT {n} {b}", n = self.name.ident(), b = body)))
    }

    pub(super) fn exclusion(&self, draft: &mut Draft, field: &str) -> Result<String, Rejected> {
        let Some(exclude) = &self.exclude else {
            return Err(draft.reject(field, "an exclusion constraint needs `exclude`"));
        };
        let field_of = |name: &str| format!("{field}.exclude.{name}");
        let method = exclude.index_method.as_deref().filter(|method| !method.is_empty());
        let method = draft.qualified(&field_of("index_method"), method.unwrap_or("gist"))?;
        let elements = draft.expression(&field_of("elements"), &exclude.elements)?;
        let parameters = self.parameters(draft, field)?;
        let mut text = format!("EXCLUDE USING {method} ({elements}\n){parameters}");
        if let Some(predicate) = exclude.predicate.as_deref().filter(|text| !text.is_empty()) {
            let predicate = draft.expression(&field_of("predicate"), predicate)?;
            text.push_str(&format!(" WHERE ({predicate}\n)"));
        }
        Ok(text)
    }

    pub(super) fn parameters(&self, draft: &mut Draft, field: &str) -> Result<String, Rejected> {
        let mut text = String::new();
        let Some(parameters) = &self.index_parameters else {
            return Ok(text);
        };
        if !parameters.include_columns.is_empty() {
            let columns = sql::commas(parameters.include_columns.iter().map(Name::ident));
            text.push_str(&format!(" INCLUDE ({columns})"));
        }
        if let Some(storage) = parameters.storage_parameters.as_deref().filter(|s| !s.is_empty()) {
            let field = below(field, "index_parameters.storage_parameters");
            let storage = draft.expression(&field, storage)?;
            text.push_str(&format!(" WITH ({storage}\n)"));
        }
        if let Some(tablespace) = parameters.tablespace.as_deref().filter(|t| !t.is_empty()) {
            let field = below(field, "index_parameters.tablespace");
            let name = Ident::new(tablespace).map_err(|e| draft.reject(&field, e.to_string()))?;
            text.push_str(&format!(" USING INDEX TABLESPACE {name}"));
        }
        Ok(text)
    }

    pub(super) fn foreign_key(
        &self,
        draft: &mut Draft,
        field: &str,
    ) -> Result<ForeignKey, Rejected> {
        let Some(reference) = &self.references else {
            return Err(draft.reject(field, "a foreign key needs `references`"));
        };
        let field = below(field, "references");
        draft.table(&reference.table, &format!("{field}.table"))?;
        for (number, column) in reference.columns.iter().enumerate() {
            draft.column(&reference.table, column, &format!("{field}.columns[{number}]"))?;
        }
        let actions = Actions {
            match_type: reference.match_type,
            on_delete: reference.on_delete,
            set_columns: &reference.on_delete_set_columns,
            on_update: reference.on_update,
            deferrable: self.deferrable,
            initially_deferred: self.initially_deferred,
        };
        let referenced = (&reference.table, reference.columns.clone());
        actions.foreign_key(draft, &field, (&self.name, self.columns.clone()), referenced)
    }
}

/// A field of what stands at `field`, or, where that is empty, of the operation itself.
fn below(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}
