//! One pass over the rows of a table, and the queue from which its workers take.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::range::{Extent, Range};
use super::worker::Worker;
use crate::database::{Connection, Error as DatabaseError};
use crate::engine::fill_progress::Far;
use crate::engine::{Engine, Error};
use crate::ledger::BackfillKey;
use crate::plan::Step;

/// The most ranges that are left for later.
const MOST_DEFERRED: usize = 100;

/// One pass over the rows of a table.
pub(super) struct Pass<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) step: &'a Step,
    pub(super) key: BackfillKey,
    queue: RefCell<VecDeque<Range>>,
    total: i64,
    done: Cell<i64>,
    rows: Cell<i64>,
    deferred: Cell<usize>,
    has_failed: Cell<bool>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        engine: &'a Engine<'a>,
        step: &'a Step,
        key: BackfillKey,
        ranges: Vec<Range>,
    ) -> Self {
        let cursors = || ranges.iter().map(|range| range.cursor);
        let is_left = |range: &Range| range.cursor.next_block < range.cursor.end_block;
        Self {
            engine,
            step,
            key,
            total: cursors().map(|cursor| cursor.end_block - cursor.first_block).sum(),
            done: Cell::new(cursors().map(|cursor| cursor.next_block - cursor.first_block).sum()),
            rows: Cell::new(cursors().map(|cursor| cursor.rows).sum()),
            queue: RefCell::new(ranges.into_iter().filter(is_left).collect()),
            deferred: Cell::new(0),
            has_failed: Cell::new(false),
        }
    }

    /// How many workers find something to do.
    pub(super) fn workers(&self) -> usize {
        self.queue.borrow().len().min(self.engine.options.workers as usize)
    }

    /// Fills range after range until none is left.
    pub(super) async fn work(&self, connection: &Connection) -> Result<(), Error> {
        let ended = self.fill_ranges(connection).await;
        if ended.is_err() {
            self.has_failed.set(true);
        }
        ended
    }

    async fn fill_ranges(&self, connection: &Connection) -> Result<(), Error> {
        let worker = Worker::new(self, connection).await?;
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(range) = next.filter(|_| !self.has_failed()) else {
                return Ok(());
            };
            let part = range.part.clone();
            match worker.fill(range).await {
                // Partitions come and go.
                Err(Error::Database(DatabaseError::Refused(_)))
                    if Extent::read(connection, &part).await?.is_none() => {}
                filled => filled?,
            }
        }
    }

    /// Whether a worker has failed, so that the others need not go on.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    /// Whether another range may be left for later: whoever holds very many rows is waited for.
    pub(super) fn may_defer(&self) -> bool {
        self.deferred.get() < MOST_DEFERRED
    }

    /// Adds a range to be filled behind all others.
    pub(super) fn defer(&self, range: Range) {
        self.deferred.set(self.deferred.get() + 1);
        self.queue.borrow_mut().push_back(range);
    }

    /// How far the table is.
    pub(super) fn far(&self) -> Far {
        Far {
            done: self.done.get().unsigned_abs(),
            total: self.total.unsigned_abs(),
            rows: self.rows.get().unsigned_abs(),
        }
    }

    /// So much more is done, over this connection.
    pub(super) async fn moved(
        &self,
        connection: &Connection,
        blocks: i64,
        rows: i64,
    ) -> Result<(), Error> {
        self.done.set(self.done.get() + blocks);
        self.rows.set(self.rows.get() + rows);
        self.engine.filled(connection, self.far()).await
    }
}
