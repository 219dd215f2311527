//! Asks Postgres the questions of a migration: rehearses it on empty copies of its tables, in a
//! transaction that is rolled back whatever comes of it.

use tokio_postgres::error::SqlState;

use super::catalog::read_in_transaction;
use super::connection::Connection;
use super::error::{Error, Refused};
use super::rejected::{follows_from, hint, message, path_of};
use crate::operation::{Answers, Binding, Bound, Question, Rejection};
use crate::plan::names;
use crate::schema::TypeName;
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

/// Why there are no answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Postgres does not understand the migration.
    #[error("the migration cannot be planned")]
    Rejected(Vec<Rejection>),
    /// The database could not be asked.
    #[error(transparent)]
    Database(#[from] Error),
}

/// The answers to `questions` about tables of `schema`.
///
/// # Errors
/// When Postgres rejects an expression or a change, or cannot be asked.
pub async fn answer(
    connection: &Connection,
    schema: &Ident,
    questions: &[Question],
) -> Result<Answers, ProbeError> {
    connection.begin().await?;
    let answers = rehearse(connection, schema, questions).await;
    connection.rollback().await?;
    answers
}

async fn rehearse(
    connection: &Connection,
    schema: &Ident,
    questions: &[Question],
) -> Result<Answers, ProbeError> {
    let scene = names::probe_schema();
    connection.batch(&sql!("CREATE SCHEMA {s}", s = scene)).await?;
    let mut probe = Probe { connection, schema, scene: &scene, rejections: Vec::new() };
    let mut answers = Answers::default();
    for question in questions {
        connection.resolve_names().await?;
        let is_answered = probe.put(question, &mut answers).await?;
        // What follows a change that cannot be made would be rejected for that reason alone.
        if !is_answered && matches!(question, Question::Rehearse { .. } | Question::Copy { .. }) {
            break;
        }
    }
    if !probe.rejections.is_empty() {
        return Err(ProbeError::Rejected(probe.rejections));
    }
    let outcome = read_in_transaction(connection, &scene, &[]).await?;
    answers.outcome = outcome.into_iter().flat_map(|s| s.tables.into_values()).collect();
    Ok(answers)
}

struct Probe<'a> {
    connection: &'a Connection,
    schema: &'a Ident,
    scene: &'a Ident,
    rejections: Vec<Rejection>,
}

impl Probe<'_> {
    /// Asks one question; `false` when the answer is a rejection.
    async fn put(&mut self, question: &Question, answers: &mut Answers) -> Result<bool, Error> {
        self.connection.batch(&sql!("SAVEPOINT question")).await?;
        let answered = match question {
            Question::Copy { table } => self.copy(table).await.map_err(|e| (e, usize::MAX)),
            Question::Rehearse { statement, prefix, .. } => {
                // The extended protocol takes one statement only.
                let done = self.connection.execute(statement, &[]).await;
                done.map(|_| ()).map_err(|error| (error, prefix.unwrap_or(usize::MAX)))
            }
            Question::Type { type_name, .. } => self.check_type(type_name).await,
            Question::Bind(binding) => match self.bind(binding).await {
                Ok(bound) => {
                    answers.bound.push(bound);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Question::Parse { text, .. } => self.parse(text).await,
        };
        let keeps = matches!(question, Question::Copy { .. } | Question::Rehearse { .. });
        match answered {
            Ok(()) if keeps => self.connection.batch(&sql!("RELEASE SAVEPOINT question")).await?,
            Ok(()) => self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT question")).await?,
            Err((error, prefix)) => {
                let Some(refused) = error.refused() else {
                    return Err(error);
                };
                if !error.is_permanent() {
                    return Err(error);
                }
                self.reject(question, refused, prefix);
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT question")).await?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn reject(&mut self, question: &Question, refused: &Refused, prefix: usize) {
        let offset = refused.position.and_then(|position| position.checked_sub(prefix));
        let told = &self.rejections;
        if told.iter().any(|told| follows_from(question, told)) {
            return;
        }
        self.rejections.push(Rejection {
            path: path_of(question).to_owned(),
            offset,
            message: message(refused),
            hint: hint(question, refused, offset),
        });
    }

    /// An empty copy, whose indexes have the names that they have in the base schema.
    async fn copy(&self, table: &Ident) -> Result<(), Error> {
        let original = QualifiedName::new(self.schema, table);
        let copy = QualifiedName::new(self.scene, table);
        let like = sql!("CREATE TABLE {c} (LIKE {o} INCLUDING ALL)", c = copy, o = original);
        self.connection.batch(&like).await?;
        let names = sql!(file "catalog/index_names.sql");
        let parameters = [original.to_string(), copy.to_string()];
        let rows = self.connection.query(&names, &[&parameters[0], &parameters[1]]).await?;
        let mut renames = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let (to, from): (String, String) = (row.get(0), row.get(1));
            let answer = |name: String| Ident::new(name).map_err(|e| Error::Answer(e.to_string()));
            let (to, from) = (answer(to)?, answer(from)?);
            let passing = answer(format!("{}{number}", names::PREFIX))?;
            renames.push((from, passing, to));
        }
        for (from, passing, _) in &renames {
            self.rename_index(from, passing).await?;
        }
        for (_, passing, to) in &renames {
            self.rename_index(passing, to).await?;
        }
        Ok(())
    }

    async fn rename_index(&self, from: &Ident, to: &Ident) -> Result<(), Error> {
        let index = QualifiedName::new(self.scene, from);
        self.connection.batch(&sql!("ALTER INDEX {i} RENAME TO {t}", i = index, t = to)).await
    }

    async fn check_type(&self, type_name: &TypeName) -> Result<(), (Error, usize)> {
        let prefix = "SELECT CAST(NULL AS ";
        let cast = sql!("SELECT CAST(NULL AS {t}\n)", t = type_name);
        let prepared = self.connection.prepare(&cast).await;
        let statement = prepared.map_err(|error| (error, prefix.len()))?;
        if statement.columns().len() == 1 && statement.params().is_empty() {
            return Ok(());
        }
        Err((refusal(SqlState::SYNTAX_ERROR, format!("`{type_name}` is not a type")), 0))
    }

    async fn bind(&self, binding: &Binding) -> Result<Bound, (Error, usize)> {
        let table = QualifiedName::new(self.scene, binding.table.ident());
        let target = names::probe_target();
        let add =
            sql!("ALTER TABLE {t} ADD COLUMN {c} {x}", t = table, c = target, x = binding.target);
        self.connection.batch(&add).await.map_err(|error| (error, usize::MAX))?;
        let prefix = sql!("UPDATE {t} SET {c} = (\n", t = table, c = target);
        let update = sql!("{p}{e}\n)", p = prefix, e = binding.expression);
        let prepared = self.connection.prepare(&update).await;
        let statement = match prepared {
            Ok(statement) => statement,
            // The file has no expression that could be wrong.
            Err(error) if binding.inferred && error.is_permanent() => {
                return Err((not_by_itself(binding, "by itself"), usize::MAX));
            }
            Err(error) => return Err((error, prefix.as_str().chars().count())),
        };
        if !statement.params().is_empty() {
            let message = "parameters such as $1 mean nothing here";
            return Err((refusal(SqlState::UNDEFINED_PARAMETER, message), 0));
        }
        if binding.inferred {
            self.check_lossless(binding, &table, &target).await?;
        }
        self.make_function(binding).await.map_err(|error| (error, usize::MAX))
    }

    async fn check_lossless(
        &self,
        binding: &Binding,
        table: &QualifiedName,
        target: &Ident,
    ) -> Result<(), (Error, usize)> {
        let Some((column, _)) = binding.parameters.first() else {
            return Ok(());
        };
        let (table, column) = (table.to_string(), column.as_str());
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&table, &column, &target.as_str()];
        let asked = self.connection.query(&sql!(file "catalog/lossless.sql"), &parameters).await;
        let rows = asked.map_err(|error| (error, usize::MAX))?;
        if rows.first().is_some_and(|row| row.get(0)) {
            return Ok(());
        }
        let error = not_by_itself(binding, "without losing something");
        Err((error, usize::MAX))
    }

    /// Makes the expression a function with a SQL-standard body, in which Postgres has bound every
    /// name (manual, CREATE FUNCTION, `sql_body`; Postgres 14 and later).
    async fn make_function(&self, binding: &Binding) -> Result<Bound, Error> {
        let expression = &binding.expression;
        let value = sql!("RETURN (\n{e}\n)", e = expression);
        let mut immutable = false;
        if expression.is_query() {
            // As a statement, a SELECT without FROM is inlined; as a sub-select it is not.
            let body = sql!("BEGIN ATOMIC\n{e}\n; END", e = expression);
            self.connection.batch(&sql!("SAVEPOINT form")).await?;
            match self.create_function(binding, &body).await {
                Ok(()) => immutable = self.is_immutable(binding).await?,
                Err(error) if error.refused().is_none() => return Err(error),
                Err(_) => {}
            }
            if !immutable {
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT form")).await?;
                self.create_function(binding, &value).await?;
            }
        } else {
            self.create_value_function(binding, &value).await?;
            immutable = self.is_immutable(binding).await?;
        }
        self.read_function(binding, immutable).await
    }

    /// A constant without a type, such as `'small'`, becomes text in a function, though in an UPDATE
    /// it becomes what the column is. There its type is taken from a NULL of the column's.
    async fn create_value_function(&self, binding: &Binding, value: &Sql) -> Result<(), Error> {
        self.connection.batch(&sql!("SAVEPOINT value")).await?;
        match self.create_function(binding, value).await {
            Err(error)
                if error.refused().is_some_and(|refused| {
                    refused.state == SqlState::INVALID_FUNCTION_DEFINITION
                }) =>
            {
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT value")).await?;
                let (e, t) = (&binding.expression, &binding.target);
                let typed = sql!("RETURN COALESCE((\n{e}\n), NULL::{t})", e = e, t = t);
                self.create_function(binding, &typed).await
            }
            other => other,
        }
    }

    /// The function has the table's name, so that `users.name` is its parameter `name`.
    async fn create_function(&self, binding: &Binding, body: &Sql) -> Result<(), Error> {
        let parameters = binding
            .parameters
            .iter()
            .map(|(name, type_name)| sql!("{n} {t}", n = name.ident(), t = type_name));
        let create = sql!(
            "CREATE FUNCTION {f}({p}) RETURNS {r} LANGUAGE sql {b}",
            f = QualifiedName::new(self.scene, binding.table.ident()),
            p = commas(parameters),
            r = binding.target,
            b = body,
        );
        self.connection.execute(&create, &[]).await.map(|_| ())
    }

    /// Whether Postgres would take it for an index: it inlines the function, and looks at what is in
    /// it. A type that no index can be made of is looked at later, and is no reason against.
    async fn is_immutable(&self, binding: &Binding) -> Result<bool, Error> {
        let arguments = binding.parameters.iter().map(|(name, _)| name.ident());
        let index = sql!(
            "CREATE INDEX ON {t} (({f}({a})))",
            t = QualifiedName::new(self.scene, binding.table.ident()),
            f = QualifiedName::new(self.scene, binding.table.ident()),
            a = commas(arguments),
        );
        self.connection.batch(&sql!("SAVEPOINT immutable")).await?;
        let immutable = match self.connection.batch(&index).await {
            Ok(()) => true,
            Err(error) => match error.refused() {
                None => return Err(error),
                Some(refused) => refused.state == SqlState::UNDEFINED_OBJECT,
            },
        };
        self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT immutable")).await?;
        Ok(immutable)
    }

    async fn read_function(&self, binding: &Binding, immutable: bool) -> Result<Bound, Error> {
        let made = QualifiedName::new(self.scene, binding.table.ident());
        let name = &binding.function.name;
        self.connection
            .batch(&sql!("ALTER FUNCTION {f} RENAME TO {n}", f = made, n = name))
            .await?;
        self.connection.qualify_names().await?;
        let made = QualifiedName::new(self.scene, name).to_string();
        let rows = self.connection.query(&sql!(file "catalog/bound.sql"), &[&made]).await?;
        let row = rows.first().ok_or_else(|| Error::Answer("no function was made".into()))?;
        let inputs: Vec<i32> = row.get(3);
        Ok(Bound {
            parameters: Expression::from_catalog(row.get::<_, String>(0)),
            returns: Expression::from_catalog(row.get::<_, String>(1)),
            body: Expression::from_catalog(row.get::<_, String>(2)),
            inputs: inputs.into_iter().filter_map(|input| usize::try_from(input).ok()).collect(),
            immutable,
        })
    }

    /// Has the statements parsed and not run: in a failed transaction Postgres parses the whole text
    /// before it refuses the first statement, which is one of ours.
    async fn parse(&self, text: &str) -> Result<(), (Error, usize)> {
        let fail = sql!("SELECT 1 / 0");
        if self.connection.batch(&fail).await.is_err_and(|error| error.refused().is_none()) {
            return Err((Error::Answer("the connection is gone".into()), 0));
        }
        let prefix = "SELECT 1;\n";
        let statements = sql!("SELECT 1;\n{t}", t = Expression::from_catalog(text));
        match self.connection.batch(&statements).await {
            Err(error) => match error.refused() {
                Some(refused) if refused.state == SqlState::IN_FAILED_SQL_TRANSACTION => Ok(()),
                _ => Err((error, prefix.len())),
            },
            Ok(()) => Ok(()),
        }
    }
}

fn not_by_itself(binding: &Binding, how: &str) -> Error {
    let from = binding.parameters.first();
    let from = from.map_or_else(String::new, |(name, type_name)| format!("`{name}`, {type_name},"));
    let message = format!("{from} does not become {} {how}", binding.target);
    refusal(SqlState::DATATYPE_MISMATCH, message)
}

/// A refusal of our own, in the form of one of Postgres'.
fn refusal(state: SqlState, message: impl Into<String>) -> Error {
    Error::Refused(Box::new(Refused {
        state,
        message: message.into(),
        detail: None,
        hint: None,
        position: None,
    }))
}
