//! Asks Postgres the questions of a migration: rehearses it on empty copies of its tables, in a
//! transaction that is rolled back whatever comes of it.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use super::error::{Error, Refused};
use super::lost::Lost;
use super::rejected::{follows_from, hint, message, place_of};
use super::tables::read_tables;
use crate::operation::{Answers, Question, Rejection};
use crate::plan::names;
use crate::schema::TypeName;
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql};

/// Why there are no answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ProbeError {
    /// Postgres does not understand the migration.
    #[error("the migration cannot be planned")]
    Rejected(Vec<Rejection>),
    /// The database could not be asked.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Begins the transaction of a rehearsal, with an empty schema for what it makes.
///
/// # Errors
/// When there is another rehearsal underway, or the database is read-only or refuses.
pub(crate) async fn set_scene(connection: &Connection) -> Result<(), Error> {
    connection.begin().await?;
    connection.batch(&sql!("CREATE SCHEMA {s}", s = names::probe_schema())).await
}

/// The answers to `questions` about tables of `schema`, on the scene that is set.
///
/// # Errors
/// When Postgres rejects an expression or a change, or cannot be asked: another rehearsal, or a lock, may be
/// in its way for the moment.
pub(crate) async fn answer(
    connection: &Connection,
    schema: &Ident,
    questions: &[Question],
) -> Result<Answers, ProbeError> {
    let scene = names::probe_schema();
    let mut probe = Probe { connection, schema, scene: &scene, rejections: Vec::new() };
    let mut answers = Answers::default();
    let mut lost = Lost::default();
    for question in questions {
        if lost.concerns(question) {
            lost.follow(question);
            continue;
        }
        connection.resolve_names().await?;
        let is_answered = probe.put(question, &mut answers).await?;
        if !is_answered && keeps(question) && !lost.follow(question) {
            break;
        }
    }
    if !probe.rejections.is_empty() {
        return Err(ProbeError::Rejected(probe.rejections));
    }
    connection.qualify_names().await?;
    let outcome = read_tables(connection, &scene).await?;
    answers.outcome = outcome.into_values().collect();
    Ok(answers)
}

/// Whether the questions behind this one stand on what it has made.
fn keeps(question: &Question) -> bool {
    matches!(
        question,
        Question::Copy { .. } | Question::Rehearse { .. } | Question::Function { .. }
    )
}

pub(super) struct Probe<'a> {
    pub(super) connection: &'a Connection,
    pub(super) schema: &'a Ident,
    pub(super) scene: &'a Ident,
    pub(super) rejections: Vec<Rejection>,
}

impl Probe<'_> {
    /// Asks one question; `false` when the answer is a rejection.
    async fn put(&mut self, question: &Question, answers: &mut Answers) -> Result<bool, Error> {
        if let Question::Views(views) = question {
            return self.try_views(views, answers).await;
        }
        if let Question::Dependents { columns, copies, version } = question {
            return self.try_dependents(columns, copies, version.as_ref(), answers).await;
        }
        self.connection.batch(&sql!("SAVEPOINT question")).await?;
        let answered = match question {
            Question::Mentions { asked } => {
                let asked = self.mentions(asked).await;
                asked.map(|found| answers.mentions = found).map_err(|e| (e, usize::MAX))
            }
            Question::WholeRows { tables } => {
                let asked = self.whole_rows(tables).await;
                asked.map(|found| answers.whole_rows = found).map_err(|e| (e, usize::MAX))
            }
            // Asked above, for they may be rejected at several places.
            Question::Views(_) | Question::Dependents { .. } => Ok(()),
            Question::Copy { table, own_indexes } => {
                self.copy(table, own_indexes).await.map_err(|e| (e, usize::MAX))
            }
            Question::Rehearse { statement, prefix, .. } => {
                // The extended protocol takes one statement only.
                let done = self.connection.execute(statement, &[]).await;
                done.map(|_| ()).map_err(|error| (error, prefix.unwrap_or(usize::MAX)))
            }
            Question::Type { type_name, .. } => self.check_type(type_name).await,
            Question::Bind(binding) => {
                self.bind(binding).await.map(|bound| answers.bound.push(bound))
            }
            Question::Function { statement, function, .. } => {
                let made = self.make_users_function(statement, function).await;
                made.map(|found| answers.signatures.push(found)).map_err(|e| (e, usize::MAX))
            }
            Question::Filter { .. } => {
                let asked = self.filter(question).await;
                asked.map(|found| answers.filters.extend(found)).map_err(|e| (e, usize::MAX))
            }
            Question::Given(bound) => {
                answers.bound.push(bound.clone());
                Ok(())
            }
            Question::Parse { text, .. } => self.parse(text).await,
        };
        let keeps = keeps(question);
        match answered {
            Ok(()) if keeps => self.connection.batch(&sql!("RELEASE SAVEPOINT question")).await?,
            Ok(()) => self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT question")).await?,
            Err((error, prefix)) => {
                if error.refused().is_none() || !error.is_permanent() {
                    return Err(error);
                }
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT question")).await?;
                let error = self.connection.attribute(error).await;
                if let Some(refused) = error.refused() {
                    self.reject(question, refused, prefix);
                }
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn reject(&mut self, question: &Question, refused: &Refused, prefix: usize) {
        let (path, offset) = place_of(question, refused, prefix);
        let told = &self.rejections;
        if told.iter().any(|told| follows_from(question, told)) {
            return;
        }
        self.rejections.push(Rejection {
            path,
            offset,
            message: message(refused),
            hint: hint(question, refused, offset),
        });
    }

    /// An empty copy, whose indexes have the names that they have in the base schema. LIKE leaves out a
    /// few things, which are made up for.
    async fn copy(&self, table: &Ident, own_indexes: &[Sql]) -> Result<(), Error> {
        let original = QualifiedName::new(self.schema, table);
        let copy = QualifiedName::new(self.scene, table);
        let key = sql!("SELECT pg_catalog.pg_get_partkeydef($1::text::regclass)");
        let key = self.connection.ask(&key, &[&original.to_string()]).await?;
        let key: Option<String> = key.first().and_then(|row| row.get(0));
        // For all rows, whatever they are partitioned by.
        let bound = match key.as_deref() {
            Some(key) if key.starts_with("HASH") => "FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
            _ => "DEFAULT",
        };
        // What may be unique on a partitioned table depends on how it is partitioned.
        let key = key.map_or_else(String::new, |key| format!(" PARTITION BY {key}"));
        let like = sql!(
            "CREATE TABLE {c} (LIKE {o} INCLUDING ALL EXCLUDING STATISTICS){k}",
            c = copy,
            o = original,
            k = Expression::from_catalog(key),
        );
        self.connection.batch(&like).await?;
        let names = sql!(file "catalog/index_names.sql");
        let parameters = [original.to_string(), copy.to_string()];
        let rows = self.connection.ask(&names, &[&parameters[0], &parameters[1]]).await?;
        let mut renames = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let (to, from): (String, String) = (row.get(0), row.get(1));
            let answer = |name: String| Ident::new(name).map_err(|e| Error::Answer(e.to_string()));
            let (to, from) = (answer(to)?, answer(from)?);
            let passing = answer(format!("{}{number}", names::PREFIX))?;
            if from != to {
                renames.push((from, passing, to));
            }
        }
        for (from, passing, _) in &renames {
            self.rename_index(from, passing).await?;
        }
        for (_, passing, to) in &renames {
            self.rename_index(passing, to).await?;
        }
        self.connection.qualify_names().await?;
        let forgotten = sql!(file "catalog/like.sql");
        for row in self.connection.ask(&forgotten, &[&parameters[0], &parameters[1]]).await? {
            let statement = Expression::from_catalog(row.get::<_, String>(0));
            self.connection.batch(&sql!("{s}", s = statement)).await?;
        }
        if own_indexes.is_empty() {
            return Ok(());
        }
        let partition = sql!(
            "CREATE TABLE {p} PARTITION OF {c} {b}",
            p = QualifiedName::new(self.scene, &names::probe_partition(table)),
            c = copy,
            b = Expression::from_catalog(bound),
        );
        self.connection.batch(&partition).await?;
        for index in own_indexes {
            self.connection.batch(index).await?;
        }
        Ok(())
    }

    async fn rename_index(&self, from: &Ident, to: &Ident) -> Result<(), Error> {
        let index = QualifiedName::new(self.scene, from);
        self.connection.batch(&sql!("ALTER INDEX {i} RENAME TO {t}", i = index, t = to)).await
    }

    /// Makes a function of the user's; the types of its arguments.
    async fn make_users_function(
        &self,
        create: &Sql,
        function: &QualifiedName,
    ) -> Result<Expression, Error> {
        let query = sql!(file "catalog/overloads.sql");
        let name: [&(dyn ToSql + Sync); 2] = [&function.schema.as_str(), &function.name.as_str()];
        let before = self.connection.query(&query, &name).await?;
        let before: Vec<i64> = before.iter().map(|row| row.get(0)).collect();
        self.connection.execute(create, &[]).await?;
        self.connection.qualify_names().await?;
        let after = self.connection.query(&query, &name).await?;
        let made = after.iter().find(|row| !before.contains(&row.get(0)));
        let made = made.ok_or_else(|| Error::Answer("no function was made".into()))?;
        Ok(Expression::from_catalog(made.get::<_, String>(1)))
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

/// A refusal of our own, in the form of one of Postgres'.
pub(super) fn refusal(state: SqlState, message: impl Into<String>) -> Error {
    Error::Refused(Box::new(Refused {
        constraint: None,
        state,
        message: message.into(),
        detail: None,
        hint: None,
        position: None,
        context: None,
        event_trigger: None,
    }))
}
