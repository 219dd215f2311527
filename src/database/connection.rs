//! One connection, with the settings that everything else relies on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::activity::Activity;
use super::error::Error;
use super::facts::{ServerFacts, Support};
use super::pooler;
use super::target::{Canceller, Session, Target};
use crate::sql;
use crate::sql::{Ident, Literal, Milliseconds, Sql, commas};

/// What a connection is for.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The base schema: names without a schema in users' SQL are looked up there first.
    pub base_schema: Ident,
    /// The role that acts, if it is not the one that logs in.
    pub role: Option<Ident>,
    /// How long a statement may wait for a lock; 0 is without end.
    pub lock_timeout: Duration,
}

/// A connection to Postgres. It takes nothing but [`Sql`].
#[derive(Debug)]
pub(crate) struct Connection {
    session: Session,
    settings: Settings,
    /// Who has logged in.
    user: String,
    search_path: Sql,
    facts: ServerFacts,
    /// Its process on the server.
    pid: i32,
    /// What the user calls it.
    given_name: String,
    /// What it is called now, and since when.
    shown_name: RefCell<(String, Instant)>,
    /// What is asked again and again, by its text.
    statements: RefCell<HashMap<String, Statement>>,
}

impl Connection {
    /// Connects, and makes and checks the settings.
    ///
    /// # Errors
    /// When there is no connection to be had, or only one through a pooler in transaction mode, or a
    /// setting is refused.
    pub(crate) async fn open(target: &Target, settings: Settings) -> Result<Self, Error> {
        let session = target.connect().await?;
        pooler::refuse(target, &session).await?;
        Self::settled(target, session, settings).await
    }

    /// Another connection to the same place, with the same settings.
    ///
    /// # Errors
    /// When there is no connection to be had, or a setting is refused.
    pub(crate) async fn another(&self, target: &Target) -> Result<Self, Error> {
        Self::settled(target, target.connect().await?, self.settings.clone()).await
    }

    async fn settled(target: &Target, session: Session, settings: Settings) -> Result<Self, Error> {
        let given_name = target.application_name().to_owned();
        let shown_name = RefCell::new((given_name.clone(), Instant::now()));
        let search_path = sql!("pg_catalog");
        let facts = ServerFacts::read(&session).await?;
        if facts.support == Support::TooOld {
            return Err(Error::Unsupported { version: facts.version });
        }
        let statements = RefCell::default();
        let mut connection = Self {
            session,
            settings,
            user: target.user().to_owned(),
            search_path,
            facts,
            pid: 0,
            given_name,
            shown_name,
            statements,
        };
        connection.settle().await?;
        Ok(connection)
    }

    async fn settle(&mut self) -> Result<(), Error> {
        if let Some(role) = &self.settings.role {
            let set = self.batch(&sql!("SET ROLE {r}", r = role)).await;
            set.map_err(|error| self.not_as(role, error))?;
        }
        let query = sql!("SELECT pg_backend_pid(), current_schemas(false)::text[]");
        let rows = self.query(&query, &[]).await?;
        let row = rows.first().ok_or_else(|| Error::Answer("no session".into()))?;
        self.pid = row.get(0);
        let base = self.settings.base_schema.clone();
        let mut path = vec![base.clone()];
        let rest = row.get::<_, Vec<String>>(1).into_iter();
        path.extend(rest.filter_map(|name| Ident::new(name).ok()).filter(|name| *name != base));
        self.search_path = sql!("{p}", p = commas(path));
        self.batch(&sql!(
            file "catalog/settings.sql",
            search_path = self.search_path,
            lock_timeout = Milliseconds::from(self.settings.lock_timeout),
            transaction_timeout = match self.facts.major {
                ..=16 => sql!(""),
                _ => sql!("SET transaction_timeout = 0;"),
            },
        ))
        .await?;
        self.show(Activity::NONE, Duration::ZERO).await
    }

    /// Why another role cannot act.
    fn not_as(&self, role: &Ident, error: Error) -> Error {
        match error {
            Error::Refused(_) => {
                let (user, role) = (self.user.clone(), role.clone());
                Error::Role { user, role, source: Box::new(error) }
            }
            other => other,
        }
    }

    /// Says in `pg_stat_activity` what it is doing, unless it did so less than `pause` ago. Not for use in
    /// a transaction, which would take that back with everything else.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn show(&self, activity: Activity<'_>, pause: Duration) -> Result<(), Error> {
        let name = activity.name(&self.given_name);
        {
            let (shown, since) = &*self.shown_name.borrow();
            if *shown == name || since.elapsed() < pause {
                return Ok(());
            }
        }
        self.batch(&sql!("SET application_name = {n}", n = Literal::new(name.as_str()))).await?;
        self.shown_name.replace((name, Instant::now()));
        Ok(())
    }

    /// What the server was when the connection was opened.
    #[must_use]
    pub(crate) fn facts(&self) -> &ServerFacts {
        &self.facts
    }

    /// Its process on the server.
    #[must_use]
    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// The search path for users' SQL, the base schema first.
    #[must_use]
    pub(crate) fn search_path(&self) -> &Sql {
        &self.search_path
    }

    /// Something that can interrupt the running statement, from any task.
    #[must_use]
    pub(crate) fn canceller(&self) -> Canceller {
        self.session.canceller()
    }

    /// Runs one or several statements, without parameters or results.
    ///
    /// # Errors
    /// When one is refused; the ones before it in the same call are undone unless a transaction was
    /// begun or ended among them.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn batch(&self, statements: &Sql) -> Result<(), Error> {
        self.session
            .client
            .batch_execute(statements.as_str())
            .await
            .map_err(|error| self.met(error))
    }

    /// Runs one statement and reads its rows.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn query(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        self.session
            .client
            .query(statement.as_str(), parameters)
            .await
            .map_err(|error| self.met(error))
    }

    /// As [`Connection::query`], for what is asked again and again: parsed once.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn ask(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        let statement = self.remembered(statement).await?;
        self.session.client.query(&statement, parameters).await.map_err(|error| self.met(error))
    }

    async fn remembered(&self, statement: &Sql) -> Result<Statement, Error> {
        let known = self.statements.borrow().get(statement.as_str()).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let prepared = self.prepare(statement).await?;
        self.statements.borrow_mut().insert(statement.as_str().to_owned(), prepared.clone());
        Ok(prepared)
    }

    /// Runs one statement and counts the rows it touched.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn execute(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.session
            .client
            .execute(statement.as_str(), parameters)
            .await
            .map_err(|error| self.met(error))
    }

    /// As [`Connection::execute`], for what is done again and again: parsed once.
    ///
    /// # Errors
    /// When it is refused.
    pub(crate) async fn repeat(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        let statement = self.remembered(statement).await?;
        self.execute_prepared(&statement, parameters).await
    }

    /// Runs a prepared statement and counts the rows it touched.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn execute_prepared(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.session.client.execute(statement, parameters).await.map_err(|error| self.met(error))
    }

    /// Has Postgres parse and analyse one statement, and nothing more.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub(crate) async fn prepare(&self, statement: &Sql) -> Result<Statement, Error> {
        self.session.client.prepare(statement.as_str()).await.map_err(|error| self.met(error))
    }

    /// What went wrong; where the connection is lost, with the reason for that.
    fn met(&self, error: tokio_postgres::Error) -> Error {
        match Error::from(error) {
            Error::Lost(last) => Error::Lost(self.session.end().unwrap_or(last)),
            other => other,
        }
    }

    /// Says goodbye to the server, so that whoever comes next finds the locks free.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn close(self) -> Result<(), Error> {
        Ok(self.session.close().await?)
    }
}
