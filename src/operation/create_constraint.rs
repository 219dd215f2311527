//! `create_constraint`: adds a constraint to a table: unique, check, primary key or foreign key, of
//! one column or several.
//!
//! ```json
//! {"create_constraint": {"table": "seats", "name": "seats_place", "type": "unique",
//!                        "columns": ["row", "number"],
//!                        "up": {"row": "upper(row)"}, "down": {"row": "row"}}}
//! ```
//!
//! Columns whose `up` and `down` are left out, or are the column itself, are the same in both
//! versions: the constraint goes onto them in place, and binds the old version too. Of every other
//! column the new version has one of its own, kept in step by `up` and `down`; each `up` reads all
//! columns as the old version has them, each `down` as the new one has them. Rows are proven right in
//! `start`; a unique constraint or a primary key is an index, built CONCURRENTLY, until `complete`
//! makes it the constraint.
//!
//! With `on_violation: null` a check does not make the old version's writes fail: the one column that
//! `up` and `down` name, or the only one that the check reads, is NULL in the new version where the check
//! refuses what `up` gives, as `alter_column` has it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::constraint::{ConstraintKind, IndexParameters, TableConstraint, TableReference};
use super::draft::Draft;
use super::rejection::Rejected;
use super::replacement::Replacement;
use super::withheld::OnViolation;
use crate::schema::{Check, Name};
use crate::sql;

/// Adds a constraint to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConstraint {
    /// The table.
    pub table: Name,
    /// The constraint's name.
    pub name: Name,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ConstraintType,
    /// Its columns; a check may leave them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// The condition of a check, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Whether tables that inherit do not get the check.
    #[serde(default)]
    pub no_inherit: bool,
    /// Whether two NULLs are duplicates (Postgres 15 and later).
    #[serde(default)]
    pub nulls_not_distinct: bool,
    /// Whether it may be checked at the end of a transaction.
    #[serde(default)]
    pub deferrable: bool,
    /// Whether it is, unless the transaction says otherwise.
    #[serde(default)]
    pub initially_deferred: bool,
    /// Parameters of the index behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_parameters: Option<IndexParameters>,
    /// What a foreign key refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<TableReference>,
    /// The new columns' values, from the columns that the old version has: SQL by column.
    #[serde(default)]
    pub up: BTreeMap<Name, String>,
    /// The old columns' values, from the columns that the new version has: SQL by column.
    #[serde(default)]
    pub down: BTreeMap<Name, String>,
    /// What becomes of a value that `up` gives and the check refuses: the old version's write is refused,
    /// or the new column is `null`, and the old one keeps the value.
    #[serde(default, skip_serializing_if = "OnViolation::is_refuse")]
    #[schemars(with = "Option<OnViolation>")]
    pub on_violation: OnViolation,
}

/// The kinds of constraint that can be added to a table in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintType {
    /// Uniqueness.
    Unique,
    /// A condition.
    Check,
    /// The primary key.
    PrimaryKey,
    /// A foreign key.
    ForeignKey,
}

impl Operate for CreateConstraint {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let table = draft.change_table(&self.table, "table")?;
        self.definition().refuse_what_does_not_belong(draft, "")?;
        for (number, column) in self.columns.iter().enumerate() {
            draft.column(&self.table, column, &format!("columns[{number}]"))?;
        }
        draft.new_constraint_name(&self.table, &self.name, "name")?;
        let columns = self.read_columns(draft)?;
        let sides = (&self.up, &self.down);
        let mut replaced = Replacement::of_columns(draft, &self.table, &columns, sides)?;
        if table.is_new {
            // It has no rows, and no other version.
            for side in replaced.drain(..).flat_map(|one| [one.up, one.down]) {
                draft.read_over(&self.table, &side.field, side.expression.as_ref());
            }
        } else if !self.on_violation.is_refuse() {
            replaced = vec![self.withheld(draft, &columns)?];
        }
        draft.replace_columns(&self.table, &replaced, |draft| self.rehearse(draft, &columns))?;
        if let (Some(one), false) = (replaced.first(), self.on_violation.is_refuse()) {
            let new = draft.column(&self.table, &one.column, "columns")?;
            draft.withhold(&table, &new.storage);
        }
        if self.kind == ConstraintType::ForeignKey {
            let key = self.definition().foreign_key(draft, "")?;
            draft.add_foreign_key(&self.table, key, "references")?;
        }
        Ok(())
    }
}

impl CreateConstraint {
    /// The columns that it reads: those of a check that names none are in its condition.
    fn read_columns(&self, draft: &mut Draft) -> Result<Vec<Name>, Rejected> {
        let (ConstraintType::Check, true, Some(text)) =
            (self.kind, self.columns.is_empty(), &self.check)
        else {
            return Ok(self.columns.clone());
        };
        let names = draft.expression("check", text)?.names();
        let columns = draft.table(&self.table, "table")?.columns.iter();
        let read = columns.filter(|column| names.contains(column.name.as_str()));
        Ok(read.map(|column| column.name.clone()).collect())
    }

    /// The one column that is NULL where the check refuses what `up` gives. Nothing but `on_violation`
    /// tells the versions apart, if `up` and `down` do not.
    fn withheld(&self, draft: &mut Draft, columns: &[Name]) -> Result<Replacement, Rejected> {
        let message = match self.kind {
            ConstraintType::Check => None,
            ConstraintType::Unique => Some("of two rows with one value, neither is the wrong one"),
            ConstraintType::PrimaryKey => Some("a primary key has no NULL"),
            ConstraintType::ForeignKey => {
                Some("whether a foreign key finds its row changes when other tables are written")
            }
        };
        if let Some(message) = message {
            let hint = "only a check can take NULL in the place of what it refuses";
            return Err(draft.reject_with("on_violation", message, hint));
        }
        let said =
            |column: &&Name| self.up.contains_key(*column) || self.down.contains_key(*column);
        let mut chosen: Vec<&Name> = columns.iter().filter(said).collect();
        if chosen.is_empty() {
            chosen.extend(columns);
        }
        let [column] = chosen.as_slice() else {
            let names: Vec<String> = chosen.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("it leaves open which of {} is to be NULL", names.join(" and "));
            let hint = "give `up` and `down` for that one alone; they may be the column itself";
            return Err(draft.reject_with("on_violation", message, hint));
        };
        Replacement::of_column(draft, column, (&self.up, &self.down))
    }

    /// As `create_table` has it.
    fn definition(&self) -> TableConstraint {
        TableConstraint {
            name: self.name.clone(),
            kind: match self.kind {
                ConstraintType::Unique => ConstraintKind::Unique,
                ConstraintType::Check => ConstraintKind::Check,
                ConstraintType::PrimaryKey => ConstraintKind::PrimaryKey,
                ConstraintType::ForeignKey => ConstraintKind::ForeignKey,
            },
            columns: self.columns.clone(),
            deferrable: self.deferrable,
            initially_deferred: self.initially_deferred,
            nulls_not_distinct: self.nulls_not_distinct,
            no_inherit: self.no_inherit,
            check: self.check.clone(),
            references: self.references.clone(),
            exclude: None,
            index_parameters: self.index_parameters.clone(),
        }
    }

    /// Does to the empty copy what is asked for, all but the foreign key.
    fn rehearse(&self, draft: &mut Draft, columns: &[Name]) -> Result<(), Rejected> {
        let copy = Draft::probe(&self.table);
        let name = self.name.ident();
        let Some(check) = self.definition().kind.check() else {
            return Ok(());
        };
        if let (Check::Check, Some(text)) = (check, &self.check) {
            let condition = draft.expression("check", text)?;
            let before = sql!("ALTER TABLE {t} ADD CONSTRAINT {n} CHECK (", t = copy, n = name);
            let inherit = if self.no_inherit { sql!(") NO INHERIT") } else { sql!(")") };
            draft.rehearse_text("check", (before, &condition, inherit), None);
        } else {
            draft.new_index_name(&self.table, &self.name, "name")?;
            if let Some(definition) = self.definition().definition(draft, "")? {
                let add = sql!("ALTER TABLE {t} ADD {d}", t = copy, d = definition);
                draft.rehearse("", add);
            }
        }
        if check == Check::PrimaryKey {
            let described = draft.table(&self.table, "table")?;
            let key = described.columns.iter_mut().filter(|one| columns.contains(&one.name));
            key.for_each(|column| column.nullable = false);
        }
        draft.made_constraint(&self.table, name, check, columns);
        Ok(())
    }
}
