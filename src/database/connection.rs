//! One connection, with the settings that everything else relies on.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::activity::Activity;
use super::error::Error;
use super::pooler;
use super::target::{Canceller, Session, Target};
use crate::plan::Lock;
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql, commas};

/// What a connection is for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base schema: names without a schema in users' SQL are looked up there first.
    pub base_schema: Ident,
    /// The role that acts, if it is not the one that logs in.
    pub role: Option<Ident>,
    /// How long a statement may wait for a lock, in milliseconds.
    pub lock_timeout_ms: u32,
}

/// A connection to Postgres. It takes nothing but [`Sql`].
#[derive(Debug)]
pub struct Connection {
    session: Session,
    settings: Settings,
    search_path: Sql,
    /// Its process on the server.
    pid: i32,
    /// What the user calls it.
    given_name: String,
    /// What it is called now, and since when.
    shown_name: RefCell<(String, Instant)>,
}

impl Connection {
    /// Connects, and makes and checks the settings.
    ///
    /// # Errors
    /// When there is no connection to be had, or only one through a pooler in transaction mode, or a
    /// setting is refused.
    pub async fn open(target: &Target, settings: Settings) -> Result<Self, Error> {
        let session = target.connect().await?;
        pooler::refuse(target, &session).await?;
        Self::settled(target, session, settings).await
    }

    /// Another connection to the same place, with the same settings.
    ///
    /// # Errors
    /// When there is no connection to be had, or a setting is refused.
    pub async fn another(&self, target: &Target) -> Result<Self, Error> {
        Self::settled(target, target.connect().await?, self.settings.clone()).await
    }

    async fn settled(target: &Target, session: Session, settings: Settings) -> Result<Self, Error> {
        let given_name = target.application_name().to_owned();
        let shown_name = RefCell::new((given_name.clone(), Instant::now()));
        let search_path = sql!("pg_catalog");
        let mut connection =
            Self { session, settings, search_path, pid: 0, given_name, shown_name };
        connection.settle().await?;
        Ok(connection)
    }

    async fn settle(&mut self) -> Result<(), Error> {
        if let Some(role) = &self.settings.role {
            self.batch(&sql!("SET ROLE {r}", r = role)).await?;
        }
        let pid = self.query(&sql!("SELECT pg_backend_pid()"), &[]).await?;
        self.pid = pid.first().map_or(0, |row| row.get(0));
        let rest = self.query(&sql!("SELECT unnest(current_schemas(false))::text"), &[]).await?;
        let base = self.settings.base_schema.clone();
        let mut path = vec![base.clone()];
        for row in rest {
            let name: String = row.get(0);
            path.extend(Ident::new(name).ok().filter(|name| *name != base));
        }
        self.search_path = sql!("{p}", p = commas(path));
        self.batch(&sql!(
            file "catalog/settings.sql",
            search_path = self.search_path,
            lock_timeout = self.settings.lock_timeout_ms,
        ))
        .await?;
        self.show(Activity::NONE, Duration::ZERO).await
    }

    /// Says in `pg_stat_activity` what it is doing, unless it did so less than `pause` ago. Not for use in
    /// a transaction, which would take that back with everything else.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn show(&self, activity: Activity<'_>, pause: Duration) -> Result<(), Error> {
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

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its process on the server.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// The search path for users' SQL, the base schema first.
    #[must_use]
    pub fn search_path(&self) -> &Sql {
        &self.search_path
    }

    /// Something that can interrupt the running statement, from any task.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.session.canceller()
    }

    /// Runs one or several statements, without parameters or results.
    ///
    /// # Errors
    /// When one is refused; the ones before it in the same call are undone unless a transaction was
    /// begun or ended among them.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub async fn batch(&self, statements: &Sql) -> Result<(), Error> {
        Ok(self.session.client.batch_execute(statements.as_str()).await?)
    }

    /// Runs one statement and reads its rows.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub async fn query(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        Ok(self.session.client.query(statement.as_str(), parameters).await?)
    }

    /// Runs one statement and counts the rows it touched.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub async fn execute(
        &self,
        statement: &Sql,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        Ok(self.session.client.execute(statement.as_str(), parameters).await?)
    }

    /// Runs a prepared statement and counts the rows it touched.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub async fn execute_prepared(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        Ok(self.session.client.execute(statement, parameters).await?)
    }

    /// Has Postgres parse and analyse one statement, and nothing more.
    ///
    /// # Errors
    /// When it is refused.
    #[expect(clippy::disallowed_methods, reason = "the only door to Postgres")]
    pub async fn prepare(&self, statement: &Sql) -> Result<Statement, Error> {
        Ok(self.session.client.prepare(statement.as_str()).await?)
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn begin(&self) -> Result<(), Error> {
        self.batch(&sql!("BEGIN")).await
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When it cannot be; a lost connection leaves open whether it was.
    pub async fn commit(&self) -> Result<(), Error> {
        self.batch(&sql!("COMMIT")).await
    }

    /// Rolls the transaction back.
    ///
    /// # Errors
    /// When the connection is lost; then Postgres has rolled back by itself.
    pub async fn rollback(&self) -> Result<(), Error> {
        self.batch(&sql!("ROLLBACK")).await
    }

    /// Locks one relation for the rest of the transaction. All that is locked with it, partitions and the
    /// tables of a view, must be had within `timeout_ms` together.
    ///
    /// # Errors
    /// When it is not to be had within that.
    pub async fn lock(
        &self,
        relation: &QualifiedName,
        lock: Lock,
        timeout_ms: u32,
    ) -> Result<(), Error> {
        let (t, r, began) = (timeout_ms, relation, Instant::now());
        let mode = Expression::from_catalog(lock.to_string());
        let locking = sql!(
            "SET LOCAL lock_timeout = {t}; SET LOCAL statement_timeout = {t}; \
             LOCK TABLE {r} IN {m} MODE; SET LOCAL statement_timeout = 0",
            t = t,
            r = r,
            m = mode,
        );
        let limit = Duration::from_millis(u64::from(timeout_ms));
        self.batch(&locking).await.map_err(|error| match error {
            // Sooner than that it was somebody who cancelled it.
            Error::Refused(refused) if began.elapsed() >= limit => refused.out_of_time(),
            other => other,
        })
    }

    /// Says goodbye to the server, so that whoever comes next finds the locks free.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.session.close().await?)
    }

    /// Sets the search path for the rest of the transaction, so that Postgres qualifies every name
    /// that it prints.
    pub(super) async fn qualify_names(&self) -> Result<(), Error> {
        self.batch(&sql!("SET LOCAL search_path = pg_catalog")).await
    }

    /// Sets the search path back to the one for users' SQL.
    pub(super) async fn resolve_names(&self) -> Result<(), Error> {
        self.batch(&sql!("SET LOCAL search_path = {p}", p = self.search_path)).await
    }

    /// Whether the role may set `session_replication_role`. Asked by trying, in a transaction.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn may_silence_triggers(&self) -> Result<bool, Error> {
        self.batch(&sql!("SAVEPOINT silence")).await?;
        let allowed = match self.batch(&sql!("SET LOCAL session_replication_role = replica")).await
        {
            Ok(()) => true,
            Err(error) if error.refused().is_some() => false,
            Err(error) => return Err(error),
        };
        self.batch(&sql!("ROLLBACK TO SAVEPOINT silence")).await?;
        Ok(allowed)
    }
}
