//! What operations have made of the schema so far, and what they need to know from Postgres.

use std::collections::{BTreeMap, BTreeSet};

use super::near::nearest;
use super::origin::Origins;
use super::question::Question;
use super::rejection::{Rejected, Rejection};
use crate::plan::names;
use crate::schema::{Column, Name, Schema, Table, TypeName, View};
use crate::sql::{Ident, QualifiedName};

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
    /// Sequences of columns that are added to tables with rows.
    pub sequences: Vec<NewSequence>,
    /// Tables that go, as they were.
    pub dropped: Vec<Table>,
    /// Raw SQL.
    pub raw: Vec<RawSql>,
    /// What the constraints of tables that were there before are called now.
    pub constraints: Origins,
    /// What the indexes of tables that were there before are called now.
    pub indexes: Origins,
    /// The operations that make constraints and indexes, by table and name.
    pub made: BTreeMap<(Ident, Ident), String>,
    /// What is wrong with the migration.
    pub rejections: Vec<Rejection>,
    /// Names of indexes that are free for the same table, though they are in use until `complete`.
    pub(super) freed: Vec<(Ident, Ident)>,
    pub(super) touched: Vec<Ident>,
    /// Which table each operation changed, as the version called it then.
    pub(super) changed: Vec<(Name, String)>,
    /// The users' own views of the version before.
    pub(super) former_views: Vec<View>,
    /// The operations that make views of the users' own.
    pub(super) view_paths: BTreeMap<Name, String>,
    pub(super) added: BTreeSet<(Ident, Ident)>,
    /// How many questions there were when something was found to be wrong.
    sound: Option<usize>,
    pub(super) bound: usize,
    pub(super) path: String,
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
    /// The columns passed, in the order of its parameters.
    pub arguments: Vec<Argument>,
}

/// A column that an expression reads, as the operations before it left the table.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its storage name. It may be the name of a column that no version ends up with, where a later
    /// operation replaces what an earlier one made.
    pub storage: Ident,
    /// Its type.
    pub type_name: TypeName,
}

/// A sequence that fills a column which is added to a table with rows.
#[derive(Debug, Clone)]
pub struct NewSequence {
    /// The table's storage name.
    pub table: Ident,
    /// The column's storage name.
    pub column: Ident,
    /// The sequence's name.
    pub name: QualifiedName,
    /// Whether the column is an identity column from `complete` on.
    pub is_identity: bool,
}

/// Raw SQL of the user's, run as it is.
#[derive(Debug, Clone)]
pub struct RawSql {
    /// The statements.
    pub up: String,
    /// The statements that take it back.
    pub down: Option<String>,
    /// Whether it runs in contract.
    pub on_complete: bool,
}

impl Draft {
    /// Nothing changed yet.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let constraints = schema.tables.values().flat_map(|table| {
            let keys = table.foreign_keys.iter().map(|key| &key.name);
            let names = table.constraints.iter().map(|constraint| &constraint.name).chain(keys);
            names.map(|name| (&table.storage, name))
        });
        let indexes = schema
            .tables
            .values()
            .flat_map(|table| table.indexes.iter().map(|index| (&table.storage, &index.name)));
        Self {
            constraints: Origins::new(constraints),
            indexes: Origins::new(indexes),
            made: BTreeMap::new(),
            freed: Vec::new(),
            schema: schema.clone(),
            questions: Vec::new(),
            lenses: Vec::new(),
            sequences: Vec::new(),
            dropped: Vec::new(),
            raw: Vec::new(),
            rejections: Vec::new(),
            touched: Vec::new(),
            changed: Vec::new(),
            former_views: schema.views.clone(),
            view_paths: BTreeMap::new(),
            added: BTreeSet::new(),
            sound: None,
            bound: 0,
            path: String::new(),
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
        if !self.changed.iter().any(|(known, path)| known == name && path == &self.path) {
            self.changed.push((name.clone(), self.path.clone()));
        }
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
        if self.schema.view(name).is_some() || self.schema.other_relations.contains(name.ident()) {
            let message = format!("there is a view, an index or the like called `{name}` already");
            return Err(self.reject(field, message));
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
