//! What operations have made of the schema so far, and what they need to know from Postgres.

use std::collections::BTreeSet;

use super::draft_enums::{Late, Renewed, Renewing};
use super::draft_objects::{Gone, Made};
use super::near::nearest;
use super::question::Question;
use super::rejection::{Rejected, Rejection};
use crate::plan::names;
use crate::schema::{Column, Name, Schema, Table};
use crate::sql::{Ident, QualifiedName, Sql};

/// The schema as the operations folded so far leave it, with everything they asked for.
///
/// Operations change the draft and know nothing of how the change is made online: they say what
/// they would do to an empty copy of the table (a question, which Postgres answers by doing it) and
/// how the two versions' columns follow from each other (a [`Lens`]). The rest is compiled from the
/// difference.
#[derive(Debug)]
pub struct Draft {
    /// The schema, with the names of the new version.
    pub schema: Schema,
    /// What to ask Postgres, in order.
    pub questions: Vec<Question>,
    /// How columns of the two versions follow from each other.
    pub lenses: Vec<Lens>,
    /// Tables that go, as they were.
    pub dropped: Vec<Table>,
    /// Raw SQL.
    pub raw: Vec<RawSql>,
    /// Types and functions that are made before anything else.
    pub made: Vec<Made>,
    /// Types and functions that go.
    pub gone: Vec<Gone>,
    /// Enum types that are made anew with other labels.
    pub renewed: Vec<Renewed>,
    /// Labels that enum types get at `complete`.
    pub late: Vec<Late>,
    /// What is wrong with the migration.
    pub rejections: Vec<Rejection>,
    pub(super) touched: Vec<Ident>,
    pub(super) added: BTreeSet<(Ident, Ident)>,
    /// How many questions there were when something was found to be wrong.
    sound: Option<usize>,
    pub(super) bound: usize,
    pub(super) functions: usize,
    pub(super) renewing: Vec<Renewing>,
    pub(super) naming: Vec<Sql>,
    pub(super) path: String,
    /// Whether the migration is nothing but SQL that runs in `start`.
    pub(crate) raw_alone: bool,
}

/// How a column of the old version and one of the new version follow from each other.
#[derive(Debug, Clone)]
pub struct Lens {
    /// The operation that asks for it.
    pub path: String,
    /// The table's storage name.
    pub table: Ident,
    /// The column that only the old version has.
    pub old: Option<Ident>,
    /// The column that only the new version has.
    pub new: Option<Ident>,
    /// Makes the new column.
    pub up: Option<Call>,
    /// Makes the old column.
    pub down: Option<Call>,
}

/// A bound expression and the storage names of the columns that are passed to it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which of the answers.
    pub number: usize,
    /// What it is, for the reader of a plan: "`up` of `users`".
    pub label: String,
    /// Its function.
    pub function: QualifiedName,
    /// The columns passed, in the order of its parameters: names in the version and in the table.
    pub arguments: Vec<(Name, Ident)>,
}

/// Raw SQL of the user's, run as it is.
#[derive(Debug, Clone)]
pub struct RawSql {
    /// The statements, as they are sent.
    pub up: Vec<String>,
    /// The statements that take it back.
    pub down: Option<Vec<String>>,
    /// Whether it runs in contract.
    pub on_complete: bool,
    /// Whether it runs in a transaction.
    pub transaction: bool,
}

impl Draft {
    /// Nothing changed yet.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        Self {
            schema: schema.clone(),
            questions: Vec::new(),
            lenses: Vec::new(),
            dropped: Vec::new(),
            raw: Vec::new(),
            made: Vec::new(),
            gone: Vec::new(),
            renewed: Vec::new(),
            late: Vec::new(),
            rejections: Vec::new(),
            touched: Vec::new(),
            added: BTreeSet::new(),
            sound: None,
            bound: 0,
            functions: 0,
            renewing: Vec::new(),
            naming: Vec::new(),
            path: String::new(),
            raw_alone: false,
        }
    }

    /// What follows is said by the part of the file at `path`.
    pub(crate) fn enter(&mut self, path: String) {
        self.path = path;
    }

    /// The questions that do not depend on anything that is wrong.
    pub(crate) fn sound_questions(mut self) -> Vec<Question> {
        self.questions.truncate(self.sound.unwrap_or(usize::MAX));
        self.questions
    }

    /// Records what is wrong with `field` of the present operation.
    pub(crate) fn reject(&mut self, field: &str, message: impl Into<String>) -> Rejected {
        self.reject_at(field, None, message, None)
    }

    /// As [`Draft::reject`], with what to do about it.
    pub(crate) fn reject_with(
        &mut self,
        field: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Rejected {
        self.reject_at(field, None, message, Some(hint.into()))
    }

    pub(super) fn reject_at(
        &mut self,
        field: &str,
        offset: Option<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Rejected {
        let path = self.path_of(field);
        self.sound.get_or_insert(self.questions.len());
        self.rejections.push(Rejection { path, offset, message: message.into(), hint });
        Rejected
    }

    pub(super) fn path_of(&self, field: &str) -> String {
        if field.is_empty() { self.path.clone() } else { format!("{}.{field}", self.path) }
    }

    /// The table that the version calls `name`.
    pub(crate) fn table(&mut self, name: &Name, field: &str) -> Result<&mut Table, Rejected> {
        if !self.schema.tables.contains_key(name) {
            let known: Vec<&str> = self.schema.tables.keys().map(Name::as_str).collect();
            let hint = meant(name.as_str(), &known);
            let message = format!("there is no table `{name}` in `{}`", self.schema.name.as_str());
            return Err(self.reject_at(field, None, message, hint));
        }
        let table = self.schema.tables.get_mut(name);
        Ok(table.expect("the key was there a moment ago"))
    }

    /// A column of a table, both as the version calls them.
    pub(crate) fn column(
        &mut self,
        table: &Name,
        column: &Name,
        field: &str,
    ) -> Result<Column, Rejected> {
        let columns = &self.table(table, "table")?.columns;
        if let Some(found) = columns.iter().find(|known| &known.name == column) {
            return Ok(found.clone());
        }
        let known: Vec<&str> = columns.iter().map(|known| known.name.as_str()).collect();
        let hint = meant(column.as_str(), &known);
        let message = format!("the table `{table}` has no column `{column}`");
        Err(self.reject_at(field, None, message, hint))
    }

    /// The table, as an operation that changes it needs it: one of its own rows, with an empty copy
    /// in the rehearsal.
    pub(crate) fn change_table(&mut self, name: &Name, field: &str) -> Result<Table, Rejected> {
        let table = self.table(name, field)?.clone();
        if !table.is_new && !self.touched.contains(&table.storage) {
            self.touched.push(table.storage.clone());
            self.questions.push(Question::Copy { table: table.storage.clone() });
        }
        Ok(table)
    }

    /// Storage names of the tables that were there before and are changed.
    #[must_use]
    pub fn touched(&self) -> &[Ident] {
        &self.touched
    }

    /// Refuses a new name that is taken, or that is one of ours.
    pub(crate) fn new_column_name(
        &mut self,
        table: &Name,
        name: &Name,
        field: &str,
    ) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        if self.table(table, "table")?.column(name).is_some() {
            return Err(self.reject(field, format!("the table `{table}` has a column `{name}`")));
        }
        Ok(())
    }

    /// As [`Draft::new_column_name`], for a relation.
    pub(crate) fn new_table_name(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        if self.schema.tables.contains_key(name) {
            return Err(self.reject(field, format!("there is a table `{name}` already")));
        }
        if self.schema.other_relations.contains(name.ident()) {
            let message = format!("there is a view, an index or the like called `{name}` already");
            return Err(self.reject(field, message));
        }
        if self.schema.enums.contains_key(name) {
            return Err(self.reject(field, format!("there is a type `{name}` already")));
        }
        if self.schema.holds_relation(name.ident())
            || self.dropped.iter().any(|table| table.storage.as_str() == name.as_str())
        {
            let message =
                format!("there is a relation `{name}` in the base schema until `complete`");
            let hint = "choose another name, or use the name in the next migration";
            return Err(self.reject_with(field, message, hint));
        }
        Ok(())
    }

    pub(super) fn reserved(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        if name.as_str().starts_with(names::PREFIX) {
            let message = format!("names that begin with `{}` are Straddle's own", names::PREFIX);
            return Err(self.reject(field, message));
        }
        Ok(())
    }
}

/// "did you mean ..", where one of the known names is near.
pub(super) fn meant(name: &str, known: &[&str]) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}
