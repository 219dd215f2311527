//! Reads the facts, has Postgres rehearse a migration, and compiles its plan.

use super::onlooker::Trial;
use super::rights::Needed;
use super::{Engine, Error};
use crate::compile;
use crate::database::{Connection, ProbeError, answer, read_schema, read_views, set_scene};
use crate::ledger;
use crate::lifecycle::Next;
use crate::migration::{Migration, Together};
use crate::plan::Plan;
use crate::plan::names::PREFIX;
use crate::schema::{Schema, TableOrder, View};
use crate::sql::Ident;

/// From so many tables on, as the version before had them, they are read by two sessions.
const MANY: usize = 300;

/// A base schema as the next migration finds it.
pub(super) struct Facts {
    pub(super) schema: Schema,
    pub(super) previous: Option<Ident>,
}

impl Engine<'_> {
    /// What a migration would do, or, where it is underway or live, what it does. Changes nothing, but
    /// needs a server that can be written to: the migration is rehearsed in a transaction that is
    /// rolled back.
    ///
    /// # Errors
    /// When it could not be started, or cannot be planned.
    pub async fn plan(&self, migration: &Migration) -> Result<Plan, Error> {
        self.plan_together(Together::alone(migration)).await
    }

    /// As [`Engine::plan`], of migrations that are started as one.
    ///
    /// # Errors
    /// As [`Engine::plan`].
    pub async fn plan_together(&self, migrations: Together<'_>) -> Result<Plan, Error> {
        let work = Box::pin(self.plan_or_read(migrations));
        self.as_command("plan", migrations.name(), work).await
    }

    async fn plan_or_read(&self, migrations: Together<'_>) -> Result<Plan, Error> {
        self.refuse_read_only()?;
        self.note_newer_server();
        match self.admit(migrations).await? {
            (Next::AlreadyLive | Next::ContinueStart, Some(entry)) => {
                Ok(Plan { noted: None, ..entry.plan })
            }
            _ => {
                let plan = self.compile(migrations).await;
                self.tell_drift();
                plan
            }
        }
    }

    pub(super) async fn compile(&self, migrations: Together<'_>) -> Result<Plan, Error> {
        self.refuse_lacking(Needed::SCHEMAS).await?;
        // The scene is one for the whole database: another rehearsal may be on it.
        self.with_retries(Trial::of_ours("rehearse the migration"), async || {
            set_scene(&self.connection).await?;
            let plan = self.rehearse(migrations).await?;
            self.connection.rollback().await?;
            Ok(plan)
        })
        .await
    }

    /// Compiles a migration on the scene. The facts are read there, too, for a schema that is made
    /// between two readings of the catalog has Postgres plan the second one's queries all over again.
    async fn rehearse(&self, together: Together<'_>) -> Result<Plan, Error> {
        let facts = self.facts().await?;
        self.look_for_drift(&facts.schema).await?;
        let migrations = together.all();
        let rejected = |rejections| Error::Rejected {
            migration: together.name().to_owned(),
            together: together.names(),
            rejections,
        };
        let asked = compile::ask(migrations, &facts.schema);
        let answered = answer(&self.connection, &facts.schema.name, &asked.questions).await;
        let answers = match answered {
            Ok(answers) if asked.rejections.is_empty() => answers,
            Ok(_) => return Err(rejected(asked.rejections)),
            // Everything at once, in the order of the file.
            Err(ProbeError::Rejected(mut found)) => {
                found.extend(asked.rejections);
                return Err(rejected(found));
            }
            Err(ProbeError::Database(error)) => return Err(error.into()),
        };
        let previous = facts.previous.as_ref();
        compile::compile(migrations, &facts.schema, previous, &answers).map_err(rejected)
    }

    /// The tables as the next migration finds them, and the columns of each, by their names in the
    /// version that was completed last. Changes nothing.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn tables(&self) -> Result<Vec<(String, Vec<String>)>, Error> {
        self.connection.begin().await?;
        let facts = self.facts().await?;
        self.connection.rollback().await?;
        let tables = facts.schema.tables.values().map(|table| {
            let names = table.columns.iter().map(|column| column.name.to_string());
            (table.name.to_string(), names.filter(|name| !name.starts_with(PREFIX)).collect())
        });
        Ok(tables.collect())
    }

    pub(super) async fn facts(&self) -> Result<Facts, Error> {
        let base = &self.options.base_schema;
        let completed = if ledger::is_installed(&self.connection).await? {
            ledger::last_completed(&self.connection, base).await?
        } else {
            None
        };
        let (previous, order, views) = match completed {
            None => (None, Vec::new(), Vec::new()),
            Some(last) => (Some(last.version_schema), last.order, last.views),
        };
        let schema = self.read_schema(previous.as_ref(), &order, &views).await?;
        Ok(Facts { schema, previous })
    }

    /// The base schema, each table's columns in the order that applications have seen so far, and
    /// the users' own views as the present version has them. Read in the transaction that is open.
    pub(super) async fn read_schema(
        &self,
        version: Option<&Ident>,
        order: &[TableOrder],
        views: &[View],
    ) -> Result<Schema, Error> {
        let base = &self.options.base_schema;
        let own: Vec<Ident> = version.into_iter().cloned().collect();
        let second = if order.len() < MANY { None } else { self.reader().await };
        let schema = read_schema(&self.connection, second.as_ref(), base, &own).await?;
        if let Some(second) = second {
            // It has changed nothing.
            drop(second.close().await);
        }
        let mut schema = self.there(schema)?;
        schema.arrange(order);
        if let Some(version) = version {
            schema.views = read_views(&self.connection, version, views).await?;
        }
        Ok(schema)
    }

    /// Another session that reads the catalog, where one is to be had.
    async fn reader(&self) -> Option<Connection> {
        let reader = self.beside().await?;
        reader.begin_reading().await.ok()?;
        Some(reader)
    }

    /// The base schema, where there is one.
    pub(super) fn there(&self, schema: Option<Schema>) -> Result<Schema, Error> {
        let base = &self.options.base_schema;
        schema.ok_or_else(|| Error::NoSchema { schema: base.as_str().to_owned() })
    }
}
