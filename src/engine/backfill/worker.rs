//! One worker of a pass: batch after batch, each with its cursor in one transaction.

use std::time::{Duration, Instant};

use tokio_postgres::Statement;

use super::culprit::Failed;
use super::pass::Pass;
use super::range::{Extent, Range};
use super::stride::{Batch, Place, Stride};
use crate::database::{Connection, Error as DatabaseError};
use crate::engine::run::pause;
use crate::engine::{Error, Event};
use crate::ledger::BackfillCursor;
use crate::plan::Lock;
use crate::sql;
use crate::sql::{Milliseconds, Sql};

/// How often the smallest batch is tried while somebody holds its row, before others go first.
const TRIES_BEFORE_OTHERS: u32 = 3;

/// The longest pause between two tries for what somebody holds.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One worker of a pass.
pub(super) struct Worker<'a> {
    pass: &'a Pass<'a>,
    connection: &'a Connection,
    silences_triggers: bool,
}

/// Why a batch was not done, where it may be done later.
enum Obstacle {
    /// Somebody keeps the table to himself.
    Table(DatabaseError),
    /// Somebody holds a row.
    Rows(DatabaseError),
    /// It took too long.
    Time,
}

/// A range on its way.
struct Course {
    range: Range,
    /// The statement of its table.
    statement: Statement,
    stride: Stride,
    /// Where the next batch begins.
    at: Place,
    /// How often that was tried.
    tries: u32,
}

impl<'a> Worker<'a> {
    pub(super) async fn new(pass: &'a Pass<'a>, connection: &'a Connection) -> Result<Self, Error> {
        connection.begin().await?;
        let allowed = connection.may_silence_triggers().await;
        connection.rollback().await?;
        Ok(Self { pass, connection, silences_triggers: allowed? })
    }

    /// Fills one range, batch by batch, or what is left of it when others hold its rows.
    pub(super) async fn fill(&self, range: Range) -> Result<(), Error> {
        let (engine, migration) = (self.pass.engine, self.pass.key.migration);
        let Some(mut course) = self.begin(range).await? else {
            return Ok(());
        };
        while course.at.block < course.range.cursor.end_block {
            let table = &course.range.part.table;
            engine
                .pass_throttle(self.connection, migration, table, || self.pass.has_failed())
                .await?;
            if self.pass.has_failed() {
                return Ok(());
            }
            course.stride.limit(engine.throttle.batch_size());
            let batch = course.stride.batch(course.at, course.range.cursor.end_block);
            let started = Instant::now();
            match self.batch(&course, batch).await? {
                Ok(rows) => {
                    course.stride.follow(batch, rows, started.elapsed());
                    self.go_on(&mut course, batch, rows).await?;
                    let is_over = course.at.block >= course.range.cursor.end_block;
                    // Where there was nothing to write, nobody needs a rest.
                    if !is_over && rows > 0 {
                        engine.rest(self.connection, migration, || self.pass.has_failed()).await?;
                    }
                }
                Err(obstacle) => self.give_way(&mut course, obstacle).await?,
            }
        }
        Ok(())
    }

    /// Makes ready for a range, once nobody keeps its table to himself. None where it has gone.
    async fn begin(&self, range: Range) -> Result<Option<Course>, Error> {
        let engine = self.pass.engine;
        let mut tries = 0;
        loop {
            let ready = async {
                let extent = Extent::read(self.connection, &range.part).await?;
                Ok((extent, self.connection.prepare(&range.part.batch).await?))
            };
            match ready.await {
                Ok((None, _)) => return Ok(None),
                Ok((Some(extent), statement)) => {
                    return Ok(Some(Course {
                        statement,
                        stride: Stride::first(&engine.options, extent.rows_of_a_block),
                        at: Place::block(range.cursor.next_block),
                        tries: 0,
                        range,
                    }));
                }
                Err(Error::Database(source)) if source.is_transient() => {
                    tries += 1;
                    self.wait(source, tries).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn go_on(&self, course: &mut Course, batch: Batch, rows: i64) -> Result<(), Error> {
        course.tries = 0;
        let (from, to) = batch.span;
        if !batch.is_last() {
            return self.pass.moved(self.connection, 0, rows).await;
        }
        (course.at, course.range.cursor.next_block) = (to, to.block);
        self.pass.moved(self.connection, to.block - from.block, rows).await
    }

    /// Makes the next batch smaller, leaves its block for later, or waits.
    async fn give_way(&self, course: &mut Course, obstacle: Obstacle) -> Result<(), Error> {
        course.tries += 1;
        let source = match obstacle {
            Obstacle::Table(source) => source,
            // Nobody is waited for.
            Obstacle::Time => {
                course.stride.shrink();
                return Ok(());
            }
            Obstacle::Rows(source) => {
                let is_held = course.stride.is_smallest() && course.tries >= TRIES_BEFORE_OTHERS;
                if is_held && !course.range.is_deferred && self.pass.may_defer() {
                    return self.defer(course).await;
                }
                course.stride.shrink();
                source
            }
        };
        self.wait(source, course.tries).await
    }

    /// Leaves the block at which the range stands for later, and goes on behind it.
    async fn defer(&self, course: &mut Course) -> Result<(), Error> {
        let deferral = course.range.defer();
        deferral.cut.cut(self.connection, self.pass.key, &deferral.added()).await?;
        self.pass.defer(deferral.deferred);
        course.at = Place::block(course.range.cursor.next_block + 1);
        // Without a rest that is its end.
        course.range = deferral.rest.unwrap_or_else(|| course.range.clone());
        course.tries = 0;
        Ok(())
    }

    /// Lets others go first.
    async fn wait(&self, source: DatabaseError, tries: u32) -> Result<(), Error> {
        let (engine, step) = (self.pass.engine, self.pass.step);
        // A smaller batch may not meet it.
        if tries < TRIES_BEFORE_OTHERS {
            pause(engine.options.batch_time).await;
            return Ok(());
        }
        // Who has rows locked has the table locked, too, however weakly.
        let relations = step.relation.as_slice();
        let blockers = self.connection.blockers(relations, Lock::AccessExclusive, &[]).await?;
        if tries >= engine.options.lock_tries {
            let purpose = step.purpose.clone();
            return Err(Error::Blocked { purpose, tries, blockers, source });
        }
        let purpose = step.purpose.as_str();
        engine.emit(&Event::Waiting { purpose, tries: Some(tries), blockers: &blockers });
        // Nobody waits for us meanwhile.
        pause(LONGEST_PAUSE.min(engine.options.batch_time * tries)).await;
        Ok(())
    }

    /// One batch and its cursor in one transaction: how many rows it has written.
    async fn batch(&self, course: &Course, batch: Batch) -> Result<Result<i64, Obstacle>, Error> {
        // One row takes as long as it takes.
        let is_smallest = course.stride.is_smallest();
        let limit = if is_smallest { Duration::ZERO } else { self.time_limit() };
        if let Err(source) = self.connection.batch(&self.opening(&course.range, limit)).await {
            if !matches!(source, DatabaseError::Lost(_)) {
                self.connection.rollback().await?;
            }
            let is_held = source.is_transient();
            return if is_held { Ok(Err(Obstacle::Table(source))) } else { Err(source.into()) };
        }
        let started = Instant::now();
        let error = match self.write(course, batch).await {
            Ok(rows) => return Ok(Ok(rows)),
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => error,
        };
        self.connection.rollback().await?;
        match error {
            Error::Database(source) if source.is_transient() => Ok(Err(Obstacle::Rows(source))),
            // Sooner than that it was somebody who cancelled it.
            Error::Database(source)
                if source.is_cancelled() && !limit.is_zero() && started.elapsed() >= limit =>
            {
                Ok(Err(Obstacle::Time))
            }
            Error::Database(source) if source.is_data() => {
                let failed = Failed {
                    connection: self.connection,
                    backfill: &course.range.part,
                    opening: &self.opening(&course.range, Duration::ZERO),
                    batch: &course.statement,
                    source,
                };
                Err(failed.explained(batch.span).await)
            }
            error => Err(error),
        }
    }

    /// In the transaction that is open: the rows, and the cursor. Ends it.
    async fn write(&self, course: &Course, batch: Batch) -> Result<i64, Error> {
        let (from, to) = batch.span;
        let (first, end) = (from.to_string(), to.to_string());
        let written = self
            .connection
            .execute_prepared(&course.statement, &[&first, &end, &batch.share()])
            .await?;
        let written = i64::try_from(written).unwrap_or(i64::MAX);
        let next_block = if batch.is_last() { to.block } else { from.block };
        let moved = BackfillCursor { next_block, ..course.range.cursor };
        let key = (self.pass.key, self.pass.engine.run);
        moved.advance(self.connection, key, written).await?;
        self.connection.commit().await?;
        Ok(written)
    }

    /// What every batch's transaction begins with.
    fn opening(&self, range: &Range, limit: Duration) -> Sql {
        // Users' triggers do not fire for what only we write.
        let quiet = match self.silences_triggers {
            true => sql!("SET LOCAL session_replication_role = replica;"),
            false => sql!(""),
        };
        sql!(
            file "backfill/opening.sql",
            quiet = quiet,
            table = range.part.table,
            wait = Milliseconds::limit(self.pass.engine.options.batch_time),
            most = Milliseconds::from(limit),
        )
    }

    /// How long a batch may take, of the two batch times that rows may be locked: what is left is for
    /// the cursor and the commit.
    fn time_limit(&self) -> Duration {
        let limit = self.pass.engine.options.batch_time.mul_f64(1.8);
        // What Postgres is told.
        Milliseconds::limit(limit).into()
    }
}
