//! What operations have made of the schema so far, and what they need to know from Postgres.

use std::collections::BTreeSet;

use super::near::nearest;
use super::question::{Binding, Question};
use super::rejection::{Rejected, Rejection};
use crate::plan::names;
use crate::schema::{Column, Name, Schema, Table, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql};

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
    /// What is wrong with the migration.
    pub rejections: Vec<Rejection>,
    /// What the reader should know.
    pub notes: Vec<String>,
    pub(super) touched: Vec<Ident>,
    pub(super) added: BTreeSet<(Ident, Ident)>,
    bound: usize,
    path: String,
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
        Self {
            schema: schema.clone(),
            questions: Vec::new(),
            lenses: Vec::new(),
            dropped: Vec::new(),
            raw: Vec::new(),
            rejections: Vec::new(),
            notes: Vec::new(),
            touched: Vec::new(),
            added: BTreeSet::new(),
            bound: 0,
            path: String::new(),
        }
    }

    /// What follows is said by the part of the file at `path`.
    pub(crate) fn enter(&mut self, path: String) {
        self.path = path;
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

    /// The rehearsed copy of a table.
    pub(crate) fn probe(table: &Name) -> QualifiedName {
        QualifiedName::new(&names::probe_schema(), table.ident())
    }

    /// Has Postgres do to the empty copy what the migration does to the table.
    pub(crate) fn rehearse(&mut self, field: &str, statement: Sql) {
        self.rehearse_with(field, statement, None);
    }

    /// As [`Draft::rehearse`], with what to do where Postgres refuses.
    pub(crate) fn rehearse_with(&mut self, field: &str, statement: Sql, hint: Option<String>) {
        let path = self.path_of(field);
        self.questions.push(Question::Rehearse { path, statement, prefix: None, hint });
    }

    /// As [`Draft::rehearse_with`], of `text` from the file between two pieces of ours, so that a
    /// mistake is shown where it is in the file.
    pub(crate) fn rehearse_text(
        &mut self,
        field: &str,
        (before, text, after): (Sql, &Expression, Sql),
        hint: Option<String>,
    ) {
        let path = self.path_of(field);
        let prefix = Some(before.as_str().chars().count());
        let statement = sql!("{b}{t}\n{a}", b = before, t = text, a = after);
        self.questions.push(Question::Rehearse { path, statement, prefix, hint });
    }

    /// Reads SQL of the user's.
    pub(crate) fn expression(&mut self, field: &str, text: &str) -> Result<Expression, Rejected> {
        Expression::parse(text)
            .map_err(|error| self.reject_at(field, Some(error.offset), error.message, None))
    }

    /// Reads the name of a type. Whether it is one, Postgres says.
    pub(crate) fn type_name(&mut self, field: &str, text: &str) -> Result<TypeName, Rejected> {
        let type_name = self.expression(field, text)?;
        let path = self.path_of(field);
        self.questions.push(Question::Type { path, type_name: type_name.clone() });
        Ok(type_name)
    }

    /// Has Postgres read an expression over the columns that the table has now, for a column of
    /// type `target`.
    pub(crate) fn bind(
        &mut self,
        table: &Name,
        field: &str,
        expression: Expression,
        target: &TypeName,
    ) -> Result<Call, Rejected> {
        self.bind_as(table, field, expression, target, false)
    }

    /// As [`Draft::bind`], for the column itself: refused if it could lose something on the way.
    pub(crate) fn bind_column(
        &mut self,
        table: &Name,
        column: &Name,
        field: &str,
        target: &TypeName,
    ) -> Result<Call, Rejected> {
        let expression = Expression::from_catalog(column.ident().to_string());
        self.bind_as(table, field, expression, target, true)
    }

    fn bind_as(
        &mut self,
        table: &Name,
        field: &str,
        expression: Expression,
        target: &TypeName,
        inferred: bool,
    ) -> Result<Call, Rejected> {
        let names = expression.names();
        let columns = self.table(table, "table")?.columns.clone();
        let read: Vec<Column> =
            columns.into_iter().filter(|column| names.contains(column.name.as_str())).collect();
        // FUNC_MAX_ARGS is 100 in every build that is distributed.
        if read.len() > 100 {
            let message = "the expression names more than 100 columns, the most Postgres can pass";
            return Err(self.reject(field, message));
        }
        let number = self.bound;
        self.bound += 1;
        let function = names::expression(&self.schema.name, table, number);
        self.questions.push(Question::Bind(Binding {
            path: self.path_of(field),
            table: table.clone(),
            parameters: read.iter().map(|c| (c.name.clone(), c.type_name.clone())).collect(),
            expression,
            target: target.clone(),
            inferred,
            function: function.clone(),
        }));
        let arguments = read.into_iter().map(|column| (column.name, column.storage)).collect();
        let what = field.rsplit('.').next().unwrap_or(field);
        let label = format!("`{what}` of `{table}`");
        Ok(Call { number, label, function, arguments })
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

    /// Ends the rehearsal: the copies take their storage names, so that everything Postgres then
    /// prints of them can be used as it is.
    pub(crate) fn finish(&mut self) {
        let tables: Vec<Table> = self
            .schema
            .tables
            .values()
            .filter(|table| table.is_new || self.touched.contains(&table.storage))
            .cloned()
            .collect();
        for table in tables {
            self.path = String::new();
            let moved: Vec<&Column> = table
                .columns
                .iter()
                .filter(|column| column.name.ident() != &column.storage)
                .collect();
            let copy = Self::probe(&table.name);
            // By way of passing names: one column's storage name may be another's name.
            for column in &moved {
                let (from, to) = (column.name.ident(), names::passing(&column.storage));
                let rename =
                    sql!("ALTER TABLE {t} RENAME COLUMN {a} TO {b}", t = copy, a = from, b = to);
                self.rehearse("", rename);
            }
            for column in &moved {
                let (from, to) = (names::passing(&column.storage), &column.storage);
                let rename =
                    sql!("ALTER TABLE {t} RENAME COLUMN {a} TO {b}", t = copy, a = from, b = to);
                self.rehearse("", rename);
            }
        }
    }
}

/// "did you mean ..", where one of the known names is near.
fn meant(name: &str, known: &[&str]) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}
