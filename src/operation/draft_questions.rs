//! What operations ask of Postgres by way of the draft.

use super::draft::{Argument, Call, Draft};
use super::question::{Binding, Question};
use super::rejection::Rejected;
use crate::plan::names;
use crate::schema::{Column, Name, OwnIndex, Table, TypeName};
use crate::sql;
use crate::sql::{Expression, QualifiedName, Sql};

/// A type as a file gives it.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) type_name: TypeName,
    pub(crate) collation: Option<Expression>,
}

impl Typed {
    /// As DDL takes it.
    pub(crate) fn sql(&self) -> Sql {
        match &self.collation {
            None => sql!("{t}", t = self.type_name),
            Some(collation) => sql!("{t}\n COLLATE {c}", t = self.type_name, c = collation),
        }
    }
}

impl Draft {
    /// The rehearsed copy of a table.
    pub(crate) fn probe(table: &Name) -> QualifiedName {
        QualifiedName::new(&names::probe_schema(), table.ident())
    }

    /// Makes what indexes partitions have by themselves, all on one partition of the rehearsed copy: what an operation
    /// does to the table, it does to them.
    pub(super) fn probe_own_indexes(table: &Table) -> Vec<Sql> {
        let partition = names::probe_partition(&table.storage);
        let partition = QualifiedName::new(&names::probe_schema(), &partition);
        let make = |(number, own): (usize, &OwnIndex)| {
            sql!(
                "CREATE {u}INDEX {n} ON {t} {d}",
                u = Expression::from_catalog(if own.index.unique { "UNIQUE " } else { "" }),
                n = names::probe_own_index(&table.storage, number),
                t = partition,
                d = own.index.definition,
            )
        };
        table.own_indexes.iter().enumerate().map(make).collect()
    }

    /// Has Postgres do to the empty copy what the migration does to the table.
    pub(crate) fn rehearse(&mut self, field: &str, statement: Sql) {
        self.rehearse_with(field, statement, None);
    }

    /// As [`Draft::rehearse`], with what to do where Postgres refuses.
    pub(crate) fn rehearse_with(&mut self, field: &str, statement: Sql, hint: Option<String>) {
        let path = self.path_of(field);
        let tables = self.concerned.clone();
        self.questions.push(Question::Rehearse { path, tables, statement, prefix: None, hint });
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
        let tables = self.concerned.clone();
        self.questions.push(Question::Rehearse { path, tables, statement, prefix, hint });
    }

    /// Has Postgres read `up` or `down` of a table that the migration itself makes: there is no row for it, but a mistake
    /// in it would be one elsewhere.
    pub(crate) fn read_over(&mut self, table: &Name, field: &str, expression: Option<&Expression>) {
        if let Some(expression) = expression {
            let after = sql!(") FROM {p} AS {t}", p = Self::probe(table), t = table.ident());
            self.rehearse_text(field, (sql!("SELECT ("), expression, after), None);
        }
    }

    /// Reads SQL of the user's.
    pub(crate) fn expression(&mut self, field: &str, text: &str) -> Result<Expression, Rejected> {
        Expression::parse(text)
            .map_err(|error| self.reject_at(field, Some(error.offset), error.message, None))
    }

    /// Reads the name of a type, and the collation that may follow it. Whether they are that, Postgres
    /// says.
    pub(crate) fn type_name(&mut self, field: &str, text: &str) -> Result<Typed, Rejected> {
        let (type_name, collation) = self.expression(field, text)?.split_collation();
        let path = self.path_of(field);
        self.questions.push(Question::Type { path, type_name: type_name.clone() });
        if let Some(collation) = &collation {
            let (t, c) = (&type_name, collation);
            self.rehearse(field, sql!("SELECT CAST(NULL AS {t}\n) COLLATE {c}", t = t, c = c));
        }
        Ok(Typed { type_name, collation })
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

    /// The number of the answer to the next question of an expression.
    pub(super) fn next_answer(&mut self) -> usize {
        self.bound += 1;
        self.bound - 1
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
        let read_from = self.table(table, "table")?;
        let (columns, storage) = (read_from.columns.clone(), read_from.storage.clone());
        let read: Vec<Column> =
            columns.into_iter().filter(|column| names.contains(column.name.as_str())).collect();
        // FUNC_MAX_ARGS is 100 in every build that is distributed.
        if read.len() > 100 {
            let message = "the expression names more than 100 columns, the most Postgres can pass";
            return Err(self.reject(field, message));
        }
        let is_copy = match read.as_slice() {
            [only] => {
                let (table, column) = (table.as_str(), only.name.as_str());
                expression.is_column(table, column)
                    || expression.cast_of(table, column).as_ref() == Some(target)
            }
            _ => false,
        };
        let number = self.next_answer();
        let function = names::expression(&self.schema.name, table, number);
        let text = Some(expression.clone());
        self.questions.push(Question::Bind(Binding {
            path: self.path_of(field),
            table: table.clone(),
            storage,
            parameters: read.iter().map(|c| (c.name.clone(), c.type_name.clone())).collect(),
            expression,
            target: target.clone(),
            inferred,
            function: function.clone(),
            naming: self.naming.clone(),
        }));
        let arguments = read
            .into_iter()
            .map(|column| Argument { storage: column.storage, type_name: column.type_name })
            .collect();
        let what = match field.split_once('.') {
            // One of several columns of which each has its own.
            Some((side @ ("up" | "down"), _)) => side,
            _ => field.rsplit('.').next().unwrap_or(field),
        };
        let label = format!("`{what}` of `{table}`");
        let path = self.path_of(field);
        Ok(Call { path, number, label, text, function, arguments, is_copy })
    }

    /// Ends the rehearsal: the copies take their storage names, so that everything Postgres then
    /// prints of them can be used as it is.
    pub(crate) fn finish(&mut self) {
        self.renew_enums();
        self.refuse_late_labels();
        self.refer_anew();
        self.try_views();
        self.try_dependents();
        self.ask_who_mentions();
        let tables: Vec<Table> = self
            .schema
            .tables
            .values()
            .filter(|table| table.is_new || self.touched.contains(&table.storage))
            .cloned()
            .collect();
        self.path = String::new();
        for naming in self.naming.clone() {
            self.rehearse("", naming);
        }
        for table in tables {
            let moved: Vec<&Column> = table
                .columns
                .iter()
                .filter(|column| column.name.ident() != &column.storage)
                .collect();
            self.concerned = vec![table.name.clone()];
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
        self.ask_what_is_withheld();
    }
}
