//! Runs one step and moves the cursor: together where Postgres allows it, and otherwise so that an
//! interruption between the two is noticed.

use std::time::{Duration, Instant};

use rand::Rng;

use super::onlooker::{Onlooker, Trial};
use super::{Cause, Engine, Error, Event};
use crate::database::{BlockerKind, Error as DatabaseError};
use crate::ledger::{self, Cursor, Entry};
use crate::plan::{Action, Phase, Step};
use crate::sql::Sql;

/// The longest pause behind the first try for a lock.
const PAUSE: Duration = Duration::from_millis(500);

/// How many tries there are before the pause becomes longer.
const TRIES_A_PAUSE: u32 = 10;

/// The longest pause of all.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How many tries there are against somebody who is known not to give way, and not to be ended.
const TRIES_IN_VAIN: u32 = 3;

/// What a failed step means for the migration.
#[derive(Debug)]
pub(super) enum Failure {
    /// Running the same again cannot help.
    Final { purpose: String, cause: Box<Cause>, rows: Vec<String> },
    /// It may.
    Passing(Error),
}

/// The migration that is being worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) id: i64,
}

impl Engine<'_> {
    /// Runs a step whose completion is `after` in the ledger.
    pub(super) async fn run_step(
        &self,
        job: Job,
        step: &Step,
        number: usize,
        after: Cursor,
    ) -> Result<(), Failure> {
        let outcome = match &step.action {
            Action::Inside(statements) => self.run_inside(job, step, statements, after).await,
            Action::Outside { statement, index } => {
                self.run_outside(job, step, statement, index, after).await
            }
            Action::Alone(statements) => self.run_alone(job, statements, after).await,
            Action::Backfill(backfill) => self.backfill(job, step, backfill, number, after).await,
            Action::Prove { query, unsure, backfill } => {
                let proof = (query.as_ref(), unsure.as_ref(), backfill);
                self.prove(job, step, proof, number, after).await
            }
            Action::Refuse { query, because } => {
                self.run_refuse(job, step, query, because, after).await
            }
        };
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failure(step, error).await),
        }
    }

    /// As [`Engine::run_step`], but SQL of the user's that fails for good is passed over, and the first
    /// reason kept in `failed`: stored as it is in the plan, it would keep the command from ever ending.
    pub(super) async fn run_or_pass_over(
        &self,
        job: Job,
        step: &Step,
        number: usize,
        after: Cursor,
        failed: &mut Option<Box<Cause>>,
    ) -> Result<(), Error> {
        match self.run_step(job, step, number, after).await {
            Ok(()) => Ok(()),
            Err(Failure::Final { cause, .. }) if step.is_users => {
                failed.get_or_insert(cause);
                self.advance(job, after).await
            }
            Err(failure) => Err(Error::step_failed(failure)),
        }
    }

    async fn run_refuse(
        &self,
        job: Job,
        step: &Step,
        query: &Sql,
        because: &str,
        after: Cursor,
    ) -> Result<(), Error> {
        let found = self.with_retries(Trial::of(step), async || {
            let rows = self.connection.query(query, &[]).await?;
            let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            if rows.is_empty() {
                ledger::advance(&self.connection, job.id, self.run, after).await?;
            }
            Ok(rows)
        });
        match found.await? {
            rows if rows.is_empty() => Ok(()),
            rows => {
                let cause = Cause::Rows { because: because.to_owned() };
                Err(Error::hopeless(cause, rows))
            }
        }
    }

    /// Tries something again while a lock is not to be had, after a random pause: two that try at
    /// fixed times can go on missing each other. The pauses become longer, for others to catch up.
    pub(super) async fn with_retries<T>(
        &self,
        trial: Trial<'_>,
        attempt: impl AsyncFn() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (onlooker, began) = (Onlooker::new(self, trial), Instant::now());
        let patience =
            self.options.lock_patience + self.options.kill_blockers_after.unwrap_or_default();
        let mut tries = 1;
        loop {
            let error = match onlooker.beside(attempt()).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            if error.is_lost() {
                return Err(error);
            }
            self.connection.rollback().await?;
            let Error::Database(source) = error else {
                return Err(error);
            };
            if !source.is_transient() {
                return Err(self.connection.attribute(source).await.into());
            }
            let blockers = onlooker.with_reasons(onlooker.blockers().await?);
            let is_urgent = blockers.iter().any(|one| one.kind == BlockerKind::UrgentAutovacuum);
            let most = if is_urgent { TRIES_IN_VAIN } else { u32::MAX };
            let purpose = trial.purpose;
            if tries >= most.min(self.options.lock_tries) || began.elapsed() >= patience {
                let purpose = purpose.to_owned();
                return Err(Error::Blocked { purpose, tries, blockers, source });
            }
            self.emit(&Event::Waiting { purpose, tries: Some(tries), blockers: &blockers });
            pause(LONGEST_PAUSE.min(PAUSE * tries.div_ceil(TRIES_A_PAUSE))).await;
            tries += 1;
        }
    }

    /// Moves the cursor in a transaction of its own.
    pub(super) async fn advance(&self, job: Job, after: Cursor) -> Result<(), Error> {
        self.write_down(async || {
            Ok(ledger::advance(&self.connection, job.id, self.run, after).await?)
        })
        .await
    }

    /// Makes this run the owner of a migration.
    pub(super) async fn take_over(&self, entry: &Entry) -> Result<(), Error> {
        self.write_down(async || Ok(ledger::take_over(&self.connection, entry.id, self.run).await?))
            .await
    }

    /// Writes into the ledger, in a transaction of its own. Somebody may keep that locked, too.
    pub(super) async fn write_down<T>(
        &self,
        write: impl AsyncFn() -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with_retries(Trial::of_ours("write into the ledger"), write).await
    }

    /// What an error of a step means, with the rows that are at fault where they can be found.
    pub(super) async fn failure(&self, step: &Step, error: Error) -> Failure {
        let purpose = step.purpose.clone();
        match error {
            Error::Hopeless { cause, rows } => Failure::Final { purpose, cause, rows },
            Error::Database(source) if source.is_permanent() => {
                let rows = match &step.culprits {
                    Some(query) if source.is_data() => {
                        // Only to be helpful: where the rows cannot be found, the reason has to do.
                        let found = self.connection.query(query, &[]).await;
                        found.iter().flatten().map(|row| row.get(0)).collect()
                    }
                    _ => Vec::new(),
                };
                Failure::Final { purpose, cause: Box::new(Cause::Refused(source)), rows }
            }
            Error::Database(source) if !matches!(source, DatabaseError::Lost(_)) => {
                Failure::Passing(Error::Interrupted { purpose, source })
            }
            other => Failure::Passing(other),
        }
    }
}

/// A random pause, since two that try at fixed times can go on missing each other.
pub(super) async fn pause(most: Duration) {
    let pause = rand::rng().random_range(Duration::ZERO..=most);
    tokio::time::sleep(pause).await;
}

/// The cursor behind `done` steps of a phase.
pub(super) fn cursor(phase: Phase, done: usize) -> Cursor {
    Cursor { phase, done, begun: false }
}

impl Error {
    /// A step that cannot succeed, with the rows that are at fault.
    pub(super) fn hopeless(cause: Cause, rows: Vec<String>) -> Self {
        Self::Hopeless { cause: Box::new(cause), rows }
    }

    /// A step of `rollback`, or of `complete` behind its transaction, that failed.
    pub(super) fn step_failed(failure: Failure) -> Self {
        match failure {
            Failure::Final { purpose, cause, .. } => Self::StepFailed { purpose, cause },
            Failure::Passing(error) => error,
        }
    }
}
