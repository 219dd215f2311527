//! Runs steps, one after the other, and those that do not depend on each other by two sessions: the views of
//! thousands of tables are a matter of one processor of the server otherwise.
//!
//! Each step is done in a transaction that moves the cursor, as by one session, and these are committed in the order of
//! the steps: while a session waits for its turn, its transaction is open. So at any moment what is done is what the
//! cursor says, whatever goes wrong. Where anything is in the way of one of the two, it has done nothing, and the
//! first goes on alone.

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join;
use tokio::sync::Notify;

use super::run::{Failure, Job};
use super::{Engine, Error, Event};
use crate::database::Connection;
use crate::ledger::{self, Cursor};
use crate::plan::{Phase, Step, names};
use crate::sql;

/// How long a session waits for its turn, with what it has done not committed: the other one may wait for that,
/// by way of what users have fire for DDL. And how long the first waits for another connection, which a pooler
/// may not have before this one is given back.
const PATIENCE: Duration = Duration::from_secs(2);

/// A step that is to be run, and where the cursor stands behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn<'s> {
    pub(super) phase: Phase,
    /// Its number, as it is told, of how many.
    pub(super) number: usize,
    pub(super) total: usize,
    /// Its place in the plan.
    pub(super) index: usize,
    pub(super) step: &'s Step,
    pub(super) after: Cursor,
}

impl Engine<'_> {
    /// Runs steps in their order, each by `one`, or by two sessions where that may be. At the one that has failed it
    /// ends.
    pub(super) async fn run_turns<'t, 's, E>(
        &self,
        job: Job,
        turns: &'t [Turn<'s>],
        mut one: impl AsyncFnMut(&Turn<'s>) -> Result<(), E>,
        failed: impl Fn(Failure) -> E,
    ) -> Result<(), (&'t Turn<'s>, E)> {
        let (mut at, mut told, mut is_smooth) = (0, 0, true);
        while let Some(turn) = turns.get(at) {
            let rest = &turns[at..];
            let apart = rest.iter().take_while(|turn| turn.step.is_apart).count();
            if is_smooth && apart > 1 {
                let pair = Pair::new(self, job, &rest[..apart]);
                let run = pair.run().await;
                told = at + pair.taken.get();
                at += pair.done.get();
                is_smooth = pair.done.get() == apart;
                if let Err((turn, error)) = run {
                    return Err((turn, failed(self.failure(turn.step, error).await)));
                }
                continue;
            }
            if at >= told {
                self.tell_step(turn);
            }
            one(turn).await.map_err(|error| (turn, error))?;
            at += 1;
        }
        Ok(())
    }

    fn tell_step(&self, turn: &Turn<'_>) {
        let Turn { phase, number, total, step, .. } = *turn;
        self.emit(&Event::Step { phase, number, total, step });
    }

    /// Another session, where one is to be had, and soon.
    pub(super) async fn beside(&self) -> Option<Connection> {
        let another = self.connection.another(&self.target);
        tokio::time::timeout(PATIENCE, another).await.ok()?.ok()
    }

    /// Another session for the work of this operator.
    async fn second(&self) -> Option<Connection> {
        let second = self.beside().await?;
        let share = sql!("SELECT pg_catalog.pg_try_advisory_lock_shared($1)");
        let key = names::second_lock(&self.options.base_schema);
        let rows = second.query(&share, &[&key]).await.ok()?;
        rows.first().is_some_and(|row| row.get(0)).then_some(second)
    }
}

/// Steps that two sessions run.
struct Pair<'p, 't, 's> {
    engine: &'p Engine<'p>,
    job: Job,
    turns: &'t [Turn<'s>],
    /// How many a session has begun with.
    taken: Cell<usize>,
    /// How many are committed.
    done: Cell<usize>,
    /// Whether no more are begun.
    is_over: Cell<bool>,
    /// Tells that one of these has changed.
    changed: Notify,
}

impl<'p, 't, 's> Pair<'p, 't, 's> {
    fn new(engine: &'p Engine<'p>, job: Job, turns: &'t [Turn<'s>]) -> Self {
        Self {
            engine,
            job,
            turns,
            taken: Cell::new(0),
            done: Cell::new(0),
            is_over: Cell::new(false),
            changed: Notify::new(),
        }
    }

    /// Runs as many as go well. An error is one that ends the command, with the step that it is of.
    async fn run(&self) -> Result<(), (&'t Turn<'s>, Error)> {
        let Some(second) = self.engine.second().await else {
            return Ok(());
        };
        let (one, other) = join(self.work(&self.engine.connection), self.work(&second)).await;
        // It may be lost. What it has not committed goes with it.
        drop(second.batch(&sql!("SELECT pg_catalog.pg_advisory_unlock_all()")).await);
        drop(second.close().await);
        one.and(other)
    }

    async fn work(&self, connection: &Connection) -> Result<(), (&'t Turn<'s>, Error)> {
        while let Some((at, turn)) = self.take() {
            let run = self.run_one(connection, at, turn).await;
            if matches!(run, Ok(true)) {
                continue;
            }
            self.is_over.set(true);
            self.changed.notify_waiters();
            let rolled_back = connection.rollback().await;
            return match run {
                Err(error) if !error.gives_way() => Err((turn, error)),
                _ => rolled_back.map_err(|error| (turn, error.into())),
            };
        }
        Ok(())
    }

    /// The next one.
    fn take(&self) -> Option<(usize, &'t Turn<'s>)> {
        let at = self.taken.get();
        let turn = self.turns.get(at).filter(|_| !self.is_over.get())?;
        self.taken.set(at + 1);
        self.engine.tell_step(turn);
        Some((at, turn))
    }

    /// Does a step, and commits it when all before it are. `false` where that is not to be, and the transaction is open
    /// still.
    async fn run_one(
        &self,
        connection: &Connection,
        at: usize,
        turn: &Turn<'_>,
    ) -> Result<bool, Error> {
        let Turn { step, after, .. } = *turn;
        let timeout = self.engine.options.lock_timeout;
        connection.batch(&self.engine.opening(step, after)).await?;
        connection.batch(&self.engine.all_within(timeout, step.statements())).await?;
        if tokio::time::timeout(PATIENCE, self.until_turn(at)).await != Ok(true) {
            return Ok(false);
        }
        ledger::advance(connection, self.job.id, self.engine.run, after).await?;
        connection.commit().await?;
        self.done.set(at + 1);
        self.changed.notify_waiters();
        Ok(true)
    }

    /// Waits until all before it are done; `false` where that will not be.
    async fn until_turn(&self, at: usize) -> bool {
        while self.done.get() < at && !self.is_over.get() {
            self.changed.notified().await;
        }
        self.done.get() == at
    }
}

impl Error {
    /// Whether the server has refused what may go well for one session alone, or else fails once more, to be told.
    fn gives_way(&self) -> bool {
        match self {
            Self::Database(source) => source.refused().is_some() && !source.is_cancelled(),
            _ => false,
        }
    }
}
