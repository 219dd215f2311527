//! Fills the new columns of a table by physical block ranges: sequential, no key needed, exact
//! progress, resumable by file node and block. Where the rows are in partitions, one of them after
//! the other; several workers, where that is asked for, each take the next range.

mod culprit;
mod pass;
mod range;
mod stride;
mod worker;

use std::cell::{Cell, RefCell};

use futures_util::future::join_all;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::onlooker::Trial;
use super::run::Job;
use super::{Cause, Engine, Error};
use crate::database::{Connection, Error as DatabaseError};
use crate::ledger::{BackfillCursor, BackfillKey, Cursor};
use crate::plan::{Backfill, Step, names};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

use pass::Pass;
use range::{Beginning, Range};

/// How often rows that moved under the backfill are filled again before the start gives up.
const PROOFS: usize = 3;

/// What the steps of proofs are counted from in the ledger, for filling again is another pass.
const PROOF_STEPS: usize = 100_000;

impl Engine<'_> {
    /// Fills the table, from where an interrupted run stopped.
    pub(super) async fn backfill(
        &self,
        job: Job,
        step: &Step,
        backfill: &Backfill,
        number: usize,
        after: Cursor,
    ) -> Result<(), Error> {
        let key = key(job, number);
        self.fill(step, backfill, key, Beginning::WhereItStopped).await?;
        self.advance(job, after).await
    }

    /// Proves that every row is filled. Rows that VACUUM FULL, CLUSTER or the like moved past the
    /// cursor are filled by going over the table again, which skips rows that are right.
    pub(super) async fn prove(
        &self,
        job: Job,
        step: &Step,
        (query, unsure, backfill): (Option<&Sql>, Option<&Sql>, &Backfill),
        number: usize,
        after: Cursor,
    ) -> Result<(), Error> {
        self.switch_on(step, &backfill.table).await?;
        let key = key(job, PROOF_STEPS + number);
        if let Some(unsure) = unsure
            && self.is_found(step, unsure).await?
        {
            self.fill(step, backfill, key, Beginning::Anew).await?;
        }
        if let Some(query) = query {
            let mut fillings = 0;
            while self.is_found(step, query).await? {
                if fillings == PROOFS {
                    let rows = self.connection.query(query, &[]).await?;
                    let rows = rows.iter().map(|row| row.get(0)).collect();
                    return Err(Error::hopeless(Cause::NotProven, rows));
                }
                fillings += 1;
                self.fill(step, backfill, key, Beginning::Anew).await?;
            }
        }
        self.advance(job, after).await
    }

    /// Has the sync trigger fire for everybody again, where somebody disabled triggers while he loaded rows:
    /// what was written meanwhile, the proof finds.
    async fn switch_on(&self, step: &Step, table: &QualifiedName) -> Result<(), Error> {
        let (trigger, off) = (names::sync_trigger(), sql!(file "sync/switched_off.sql"));
        let parameters: [&(dyn ToSql + Sync); 2] = [&table.to_string(), &trigger.as_str()];
        if self.connection.query(&off, &parameters).await?.is_empty() {
            return Ok(());
        }
        let enable = sql!("ALTER TABLE {t} ENABLE ALWAYS TRIGGER {n}", t = table, n = trigger);
        self.with_retries(Trial::of(step), async || Ok(self.connection.batch(&enable).await?)).await
    }

    /// Whether there are such rows, or one for which that cannot be computed: which, the backfill
    /// finds out.
    async fn is_found(&self, step: &Step, query: &Sql) -> Result<bool, Error> {
        let found = Cell::new(false);
        self.with_retries(Trial::of(step), async || {
            found.set(match self.connection.query(query, &[]).await {
                Ok(rows) => !rows.is_empty(),
                Err(error) if error.is_data() => true,
                Err(error) => return Err(error.into()),
            });
            Ok(())
        })
        .await?;
        Ok(found.get())
    }

    async fn fill(
        &self,
        step: &Step,
        backfill: &Backfill,
        key: BackfillKey,
        beginning: Beginning,
    ) -> Result<(), Error> {
        let ranges = RefCell::default();
        self.with_retries(Trial::of(step), async || {
            let found = self.ranges(backfill, key, beginning).await?;
            ranges.replace(found);
            Ok(())
        })
        .await?;
        let pass = Pass::new(self, step, key, ranges.into_inner());
        let mut others = Vec::new();
        for _ in 1..pass.workers() {
            others.push(self.connection.another(&self.target).await?);
        }
        let connections: Vec<&Connection> = [&self.connection].into_iter().chain(&others).collect();
        self.begin_filling(key.migration, backfill.table.name.as_str(), pass.far()).await?;
        let ends = join_all(connections.into_iter().map(|connection| pass.work(connection))).await;
        let filled = ends.into_iter().collect::<Result<(), Error>>();
        let ended = self.end_filling().await;
        filled.and(ended)?;
        for connection in others {
            connection.close().await?;
        }
        Ok(())
    }

    /// What is to be filled.
    async fn ranges(
        &self,
        backfill: &Backfill,
        key: BackfillKey,
        beginning: Beginning,
    ) -> Result<Vec<Range>, Error> {
        let stored = match beginning {
            Beginning::WhereItStopped => BackfillCursor::read(&self.connection, key).await?,
            Beginning::Anew => Vec::new(),
        };
        let mut ranges = Vec::new();
        for part in self.parts(backfill).await? {
            let cursors = self.cursors(&part, key, &stored).await?;
            ranges.extend(cursors.into_iter().map(|cursor| Range::new(part.clone(), cursor)));
        }
        Ok(ranges)
    }

    /// The tables with the rows: the table itself, or the partitions that it has by now.
    async fn parts(&self, backfill: &Backfill) -> Result<Vec<Backfill>, Error> {
        let Some(partitions) = &backfill.partitions else {
            return Ok(vec![backfill.clone()]);
        };
        let query = sql!(file "backfill/partitions.sql");
        let rows = self.connection.query(&query, &[&backfill.table.to_string()]).await?;
        let name = |text: String| {
            Ident::new(text).map_err(|error| DatabaseError::Answer(error.to_string()))
        };
        let part = |row: &Row| {
            let partition = QualifiedName::new(&name(row.get(0))?, &name(row.get(1))?);
            Ok(partitions.of(&partition))
        };
        rows.iter().map(part).collect()
    }
}

fn key(job: Job, number: usize) -> BackfillKey {
    BackfillKey { migration: job.id, step: i32::try_from(number).unwrap_or(i32::MAX) }
}
