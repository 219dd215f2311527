//! A transaction on a connection: its beginning and end, its locks, and the settings that it alone has.

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::error::Error;
use crate::plan::Lock;
use crate::sql;
use crate::sql::{Expression, Milliseconds, QualifiedName, Sql};

impl Connection {
    /// Begins a transaction.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn begin(&self) -> Result<(), Error> {
        self.batch(&sql!("BEGIN")).await
    }

    /// Begins a transaction that reads what is there by now, and no later changes; ready for the catalog, as by
    /// [`Connection::qualify_names`].
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn begin_reading(&self) -> Result<(), Error> {
        self.batch(&sql!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT")).await?;
        self.qualify_names().await
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When it cannot be; a lost connection leaves open whether it was.
    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.batch(&sql!("COMMIT")).await
    }

    /// Rolls the transaction back.
    ///
    /// # Errors
    /// When the connection is lost; then Postgres has rolled back by itself.
    pub(crate) async fn rollback(&self) -> Result<(), Error> {
        self.batch(&sql!("ROLLBACK")).await
    }

    /// Locks one relation for the rest of the transaction. All that is locked with it, partitions and the
    /// tables of a view, must be had within `timeout` together.
    ///
    /// # Errors
    /// When it is not to be had within that.
    pub(crate) async fn lock(
        &self,
        relation: &QualifiedName,
        lock: Lock,
        timeout: Duration,
    ) -> Result<(), Error> {
        let (t, r, began) = (Milliseconds::from(timeout), relation, Instant::now());
        let mode = Expression::from_catalog(lock.to_string());
        let locking = sql!(
            "SET LOCAL lock_timeout = {t}; SET LOCAL statement_timeout = {t}; \
             LOCK TABLE {r} IN {m} MODE; SET LOCAL statement_timeout = 0",
            t = t,
            r = r,
            m = mode,
        );
        self.batch(&locking).await.map_err(|error| match error {
            // Sooner than that it was somebody who cancelled it.
            Error::Refused(refused) if began.elapsed() >= t.into() => refused.out_of_time(),
            other => other,
        })
    }

    /// Sets the search path for the rest of the transaction, so that Postgres qualifies every name
    /// that it prints, and has it plan as [`Connection::plan_once`] says.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn qualify_names(&self) -> Result<(), Error> {
        self.batch(&sql!("SET LOCAL search_path = pg_catalog; {p}", p = planned_once())).await
    }

    /// For the rest of the transaction, what is [asked](Connection::ask) is planned for good: queries of the catalog,
    /// joined in the order in which they are written but for three at a time, and never by sorting, as planning takes
    /// longer than to run them.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn plan_once(&self) -> Result<(), Error> {
        self.batch(&planned_once()).await
    }

    /// Takes [`Connection::plan_once`] back: what follows in the transaction is the users'.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn plan_each_time(&self) -> Result<(), Error> {
        self.batch(&sql!(
            "SET LOCAL plan_cache_mode TO DEFAULT; SET LOCAL join_collapse_limit TO DEFAULT; \
             SET LOCAL from_collapse_limit TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT"
        ))
        .await
    }

    /// Sets the search path back to the one for users' SQL.
    pub(super) async fn resolve_names(&self) -> Result<(), Error> {
        self.batch(&sql!("SET LOCAL search_path = {p}", p = self.search_path())).await
    }

    /// Whether the role may set `session_replication_role`. Asked by trying, in a transaction.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn may_silence_triggers(&self) -> Result<bool, Error> {
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

fn planned_once() -> Sql {
    sql!(
        "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL join_collapse_limit = 3; \
         SET LOCAL from_collapse_limit = 3; SET LOCAL enable_mergejoin = off"
    )
}
