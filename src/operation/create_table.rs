//! `create_table`: makes a table.
//!
//! ```json
//! {"create_table": {"name": "users", "columns": [
//!   {"name": "id", "type": "bigint", "pk": true, "generated": {"identity": {}}},
//!   {"name": "email", "type": "text", "unique": true}]}}
//! ```
//!
//! The table is there from `start` on; the new version shows it. Rollback drops it. A name that the
//! migration takes from another table is free from the next migration on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::column::{ColumnDefinition, Defined};
use super::constraint::{ConstraintKind, TableConstraint};
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::{Column, Kind, Name, ReplicaIdentity, Table};
use crate::sql;
use crate::sql::Ident;

/// Makes a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTable {
    /// Its name.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<ColumnDefinition>,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Constraints on the table as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<TableConstraint>,
}

impl Operate for CreateTable {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.new_table_name(&self.name, "name")?;
        draft.concerned.push(self.name.clone());
        let mut definitions = Vec::new();
        let mut columns = Vec::new();
        let mut uniques = Vec::new();
        let mut wrong = None;
        for number in 0..self.columns.len() {
            match self.define(draft, number) {
                Ok(defined) => {
                    definitions.push(defined.sql);
                    columns.push(defined.column);
                    uniques.push(defined.unique);
                }
                Err(rejected) => wrong = Some(rejected),
            }
        }
        let key: Vec<_> = self.columns.iter().filter(|column| column.pk).collect();
        if !key.is_empty() {
            let key = sql::commas(key.iter().map(|column| column.name.ident()));
            definitions.push(sql!("PRIMARY KEY ({key})", key = key));
        }
        for (number, constraint) in self.constraints.iter().enumerate() {
            let field = format!("constraints[{number}]");
            let fits = constraint.refuse_what_does_not_belong(draft, &field);
            match fits.and_then(|()| constraint.definition(draft, &field)) {
                Ok(definition) => definitions.extend(definition),
                Err(rejected) => wrong = Some(rejected),
            }
        }
        if let Some(rejected) = wrong {
            return Err(rejected);
        }
        let copy = Draft::probe(&self.name);
        let body = sql::commas(definitions);
        draft.rehearse("", sql!("CREATE TABLE {t} ({b})", t = copy, b = body));
        let table = self.described(draft, columns);
        draft.schema.tables.insert(self.name.clone(), table);
        self.take_note(draft, &uniques);
        self.add_foreign_keys(draft)
    }
}

impl CreateTable {
    /// The table, with what Postgres does not have to say.
    fn described(&self, draft: &Draft, columns: Vec<Column>) -> Table {
        Table {
            name: self.name.clone(),
            storage: self.name.ident().clone(),
            kind: Kind::Ordinary,
            owner: draft.schema.role.clone(),
            row_security: false,
            typed: false,
            unlogged: false,
            slots: 0,
            heirs: Vec::new(),
            hides_rows: false,
            rows: None,
            inherits: false,
            comment: self.comment.clone(),
            columns,
            constraints: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            replica_identity: ReplicaIdentity::Default,
            partitions: Vec::new(),
            own_indexes: Vec::new(),
            partition_key: Vec::new(),
            statistics: Vec::new(),
            triggers: Vec::new(),
            listed_by: Vec::new(),
            published: Vec::new(),
            firing: Vec::new(),
            grants: draft.schema.default_grants.clone(),
            dependents: Vec::new(),
            is_new: true,
        }
    }

    fn define(&self, draft: &mut Draft, number: usize) -> Result<Defined, Rejected> {
        let column = &self.columns[number];
        let field = format!("columns[{number}]");
        draft.reserved(&column.name, &format!("{field}.name"))?;
        if self.columns[..number].iter().any(|c| c.name == column.name) {
            let message = format!("the table has a column `{}` already", column.name);
            return Err(draft.reject(&format!("{field}.name"), message));
        }
        column.definition(draft, &self.name, &field)
    }

    /// Of the constraints that later operations may name.
    fn take_note(&self, draft: &mut Draft, uniques: &[Option<Ident>]) {
        for (column, unique) in self.columns.iter().zip(uniques) {
            column.take_note(draft, &self.name, unique.as_ref());
        }
        for constraint in &self.constraints {
            if let Some(check) = constraint.kind.check() {
                let columns = &constraint.columns;
                draft.made_constraint(&self.name, constraint.name.ident(), check, columns);
            }
        }
    }

    fn add_foreign_keys(&self, draft: &mut Draft) -> Result<(), Rejected> {
        for (number, column) in self.columns.iter().enumerate() {
            if let Some(reference) = &column.references {
                let field = format!("columns[{number}].references");
                let key = reference.foreign_key(draft, &column.name, &field)?;
                draft.add_foreign_key(&self.name, key, &field)?;
            }
        }
        for (number, constraint) in self.constraints.iter().enumerate() {
            if constraint.kind == ConstraintKind::ForeignKey {
                let field = format!("constraints[{number}]");
                let key = constraint.foreign_key(draft, &field)?;
                draft.add_foreign_key(&self.name, key, &format!("{field}.references"))?;
            }
        }
        Ok(())
    }
}
