//! Runs what cannot be in a transaction: indexes that are built CONCURRENTLY, and SQL of the user's. The
//! step is marked begun first, so that an interruption is noticed.

use super::onlooker::Trial;
use super::run::Job;
use super::{Engine, Error};
use crate::database::Error as DatabaseError;
use crate::ledger::Cursor;
use crate::plan::{Action, Phase, Step};
use crate::sql;
use crate::sql::{Milliseconds, QualifiedName, Sql};

impl Engine<'_> {
    /// Marks the step begun, runs it, and marks it done. A step found begun was interrupted: what it
    /// may have left (an invalid index) is cleared away first.
    pub(super) async fn run_outside(
        &self,
        job: Job,
        step: &Step,
        statement: &Sql,
        index: &QualifiedName,
        after: Cursor,
    ) -> Result<(), Error> {
        let builds = step.undo.as_deref();
        if builds.is_some() {
            self.mark_begun(job, after).await?;
        }
        self.patiently(async || self.build(step, builds, statement, index).await).await?;
        self.advance(job, after).await
    }

    /// Marks the step begun whose completion is `after`.
    async fn mark_begun(&self, job: Job, after: Cursor) -> Result<(), Error> {
        let before = Cursor { done: after.done.saturating_sub(1), begun: true, ..after };
        self.advance(job, before).await
    }

    /// Does what waits politely for its locks: nobody queues behind it, and a time-out would leave half
    /// an index.
    pub(super) async fn patiently(
        &self,
        work: impl AsyncFnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.connection.batch(&sql!("SET lock_timeout = 0")).await?;
        let outcome = work().await;
        let timeout = Milliseconds::from(self.options.lock_timeout);
        self.connection.batch(&sql!("SET lock_timeout = {t}", t = timeout)).await?;
        outcome
    }

    async fn build(
        &self,
        step: &Step,
        undo: Option<&Step>,
        statement: &Sql,
        index: &QualifiedName,
    ) -> Result<(), Error> {
        self.with_retries(Trial::patient(step), async || {
            if let Some(Action::Outside { statement: clear, .. }) = undo.map(|undo| &undo.action) {
                self.connection.batch(clear).await?;
            }
            Ok(self.connection.batch(statement).await?)
        })
        .await?;
        if undo.is_some() && !self.is_valid(index).await? {
            let message = format!("the index {index} came out invalid");
            return Err(DatabaseError::Answer(message).into());
        }
        Ok(())
    }

    async fn is_valid(&self, index: &QualifiedName) -> Result<bool, Error> {
        let query = sql!(
            "SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = $1::text::regclass"
        );
        let rows = self.connection.query(&query, &[&index.to_string()]).await?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }

    /// Runs statements of the user's that cannot be in a transaction. From here on they may have done
    /// something, so that a rollback runs their `down`.
    pub(super) async fn run_alone(
        &self,
        job: Job,
        statements: &[Sql],
        after: Cursor,
    ) -> Result<(), Error> {
        if after.phase == Phase::Expand {
            self.mark_begun(job, after).await?;
        }
        self.patiently(async || {
            for statement in statements {
                self.connection.batch(statement).await?;
            }
            Ok(())
        })
        .await?;
        self.advance(job, after).await
    }
}
