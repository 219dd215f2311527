//! Fills the new columns of a table by physical block ranges: sequential, no key needed, exact
//! progress, resumable by file node and block. Where the rows are in partitions, one of them after
//! the other.

use std::time::Instant;

use tokio_postgres::{Row, Statement};

use super::filling::Far;
use super::run::Job;
use super::{Engine, Error};
use crate::database::Error as DatabaseError;
use crate::ledger::{self, BackfillCursor, Cursor};
use crate::plan::{Backfill, Step};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

/// The blocks of the first batch; later ones follow the clock.
const FIRST_BATCH: i64 = 32;

/// The blocks of the largest batch: one megabyte. The clock has nothing to say against long batches as
/// long as they run over blocks with little to write, such as those that an earlier backfill has
/// left empty; the full ones behind them would then keep their rows from clients for seconds.
const LARGEST_BATCH: i64 = 128;

/// How often rows that moved under the backfill are filled again before the start gives up.
const PROOFS: usize = 3;

/// Where a backfill begins.
#[derive(Clone, Copy)]
enum Beginning {
    WhereItStopped,
    Anew,
}

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
        // Where each of them stands comes first, so that `status` knows how much there is.
        let parts = self.cursors(job, backfill, number, Beginning::WhereItStopped).await?;
        self.fill_parts(job, step, backfill, &parts, number).await?;
        Ok(ledger::advance(&self.connection, job.id, self.run, after).await?)
    }

    /// Proves that every row is filled. Rows that VACUUM FULL, CLUSTER or the like moved past the
    /// cursor are filled by going over the table again, which skips rows that are right.
    pub(super) async fn prove(
        &self,
        job: Job,
        step: &Step,
        (query, backfill): (&Sql, &Backfill),
        number: usize,
        after: Cursor,
    ) -> Result<(), Error> {
        let mut fillings = 0;
        loop {
            let rows = self.connection.query(query, &[]).await?;
            if rows.is_empty() {
                return Ok(ledger::advance(&self.connection, job.id, self.run, after).await?);
            }
            if fillings == PROOFS {
                return Err(Error::NotProven { rows: rows.iter().map(|row| row.get(0)).collect() });
            }
            fillings += 1;
            // Apart from the numbers of the backfill phase, for it is another pass.
            let number = number + 100_000;
            let parts = self.cursors(job, backfill, number, Beginning::Anew).await?;
            self.fill_parts(job, step, backfill, &parts, number).await?;
        }
    }

    /// The tables with the rows that are there, and where the backfill of each begins.
    async fn cursors(
        &self,
        job: Job,
        backfill: &Backfill,
        number: usize,
        beginning: Beginning,
    ) -> Result<Vec<(Backfill, BackfillCursor)>, Error> {
        let mut cursors = Vec::new();
        for part in self.parts(backfill).await? {
            let cursor = match beginning {
                Beginning::WhereItStopped => self.position(job, &part, number).await?,
                Beginning::Anew => self.rewind(job, &part, number).await?,
            };
            cursors.extend(cursor.map(|cursor| (part, cursor)));
        }
        Ok(cursors)
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

    async fn fill_parts(
        &self,
        job: Job,
        step: &Step,
        whole: &Backfill,
        parts: &[(Backfill, BackfillCursor)],
        number: usize,
    ) -> Result<(), Error> {
        let sum = |number: fn(&BackfillCursor) -> i64| -> u64 {
            parts.iter().map(|(_, cursor)| number(cursor).unsigned_abs()).sum()
        };
        let mut far = Far {
            done: sum(|cursor| cursor.next_block),
            total: sum(|cursor| cursor.blocks),
            rows: sum(|cursor| cursor.rows),
        };
        self.begin_filling(job.id, whole.table.name.as_str(), far).await?;
        let filled = async {
            for (part, cursor) in parts {
                let left = (cursor.blocks - cursor.next_block).unsigned_abs();
                let end = far.done + left;
                match self.fill(job, step, part, number, *cursor, &mut far).await {
                    // Partitions come and go.
                    Err(Error::Database(DatabaseError::Refused(_)))
                        if self.size(part).await?.is_none() => {}
                    filled => filled?,
                }
                far.done = end;
            }
            Ok(())
        };
        let filled = filled.await;
        let ended = self.end_filling().await;
        filled.and(ended)
    }

    /// Where the backfill stands; a table that was rewritten since begins anew. None where it has
    /// gone.
    async fn position(
        &self,
        job: Job,
        backfill: &Backfill,
        number: usize,
    ) -> Result<Option<BackfillCursor>, Error> {
        let Some(beginning) = self.size(backfill).await? else {
            return Ok(None);
        };
        let key = (job.id, ledger_number(number));
        match BackfillCursor::read(&self.connection, key, beginning.relation).await? {
            Some(cursor) if cursor.file_node == beginning.file_node => Ok(Some(cursor)),
            _ => self.rewind(job, backfill, number).await,
        }
    }

    async fn rewind(
        &self,
        job: Job,
        backfill: &Backfill,
        number: usize,
    ) -> Result<Option<BackfillCursor>, Error> {
        let beginning = self.size(backfill).await?;
        if let Some(cursor) = &beginning {
            cursor.begin(&self.connection, (job.id, ledger_number(number))).await?;
        }
        Ok(beginning)
    }

    /// The cursor at the beginning of a table, if that is there.
    async fn size(&self, backfill: &Backfill) -> Result<Option<BackfillCursor>, Error> {
        let query = sql!(file "backfill/size.sql");
        let rows = self.connection.query(&query, &[&backfill.table.to_string()]).await?;
        Ok(rows.first().map(|row| {
            let (relation, file_node, blocks) = (row.get(0), row.get(1), row.get(2));
            BackfillCursor { relation, file_node, blocks, next_block: 0, rows: 0 }
        }))
    }

    async fn fill(
        &self,
        job: Job,
        step: &Step,
        backfill: &Backfill,
        number: usize,
        mut cursor: BackfillCursor,
        far: &mut Far,
    ) -> Result<(), Error> {
        let opening = self.opening().await?;
        let batch = self.connection.prepare(&backfill.batch).await?;
        // How many rows a block has is known after the first one.
        let mut size = if self.options.batch_size.is_some() { 1 } else { FIRST_BATCH };
        while cursor.next_block < cursor.blocks {
            let end = (cursor.next_block + size).min(cursor.blocks);
            let started = Instant::now();
            let range = (cursor.next_block, end);
            let sql = (&opening, &batch);
            let moved = BackfillCursor { next_block: end, ..cursor };
            let rows = match self.batch_with_retries(job, step, number, sql, (range.0, moved)).await
            {
                Err(Error::Database(source)) if source.is_data() => {
                    let rows = self.culprit(backfill, sql, range).await?;
                    return Err(Error::Unfillable { source, rows: rows.into_iter().collect() });
                }
                filled => filled?,
            };
            let blocks = end - cursor.next_block;
            cursor.next_block = end;
            cursor.rows += rows;
            far.done += blocks.unsigned_abs();
            far.rows += rows.unsigned_abs();
            self.filled(&self.connection, *far).await?;
            size = self.next_size(blocks, rows, started.elapsed());
            if !self.options.batch_delay.is_zero() && end < cursor.blocks {
                tokio::time::sleep(self.options.batch_delay).await;
            }
        }
        Ok(())
    }

    /// As many blocks as fit into the time that a batch should take, and into its number of rows.
    fn next_size(&self, blocks: i64, rows: i64, elapsed: std::time::Duration) -> i64 {
        let ratio = self.options.batch_time.as_secs_f64() / elapsed.as_secs_f64().max(0.001);
        // Up step by step, since one fast batch says little; down at once, since clients wait.
        let ratio = ratio.clamp(0.05, 2.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "blocks are at most 2^32"
        )]
        let by_time = (blocks as f64 * ratio) as i64;
        let by_rows = match self.options.batch_size {
            None => i64::MAX,
            // Blocks without anything to write tell nothing of the ones behind them.
            Some(_) if rows == 0 => blocks,
            Some(most) => blocks * i64::from(most) / rows,
        };
        by_time.min(by_rows).clamp(1, LARGEST_BATCH)
    }

    /// One batch and its cursor in one transaction; smaller parts when a lock is in the way.
    async fn batch_with_retries(
        &self,
        job: Job,
        step: &Step,
        number: usize,
        (opening, batch): (&Sql, &Statement),
        (from, moved): (i64, BackfillCursor),
    ) -> Result<i64, Error> {
        let rows = std::cell::Cell::new(0);
        self.with_retries(&step.purpose, step.relation.as_slice(), async || {
            self.connection.batch(opening).await?;
            let (first, end) = (format!("({from},0)"), format!("({},0)", moved.next_block));
            let written = self.connection.execute_prepared(batch, &[&first, &end]).await?;
            let written = i64::try_from(written).unwrap_or(i64::MAX);
            let key = (job.id, ledger_number(number), self.run);
            moved.advance(&self.connection, key, written).await?;
            self.connection.commit().await?;
            rows.set(written);
            Ok(())
        })
        .await?;
        Ok(rows.get())
    }

    /// What every batch's transaction begins with.
    async fn opening(&self) -> Result<Sql, Error> {
        let facts = self.may_silence_triggers().await?;
        Ok(if facts {
            sql!(file "backfill/opening_silent.sql")
        } else {
            sql!(file "backfill/opening.sql")
        })
    }

    async fn may_silence_triggers(&self) -> Result<bool, Error> {
        self.connection.begin().await?;
        let allowed = self.connection.may_silence_triggers().await;
        self.connection.rollback().await?;
        Ok(allowed?)
    }
}

fn ledger_number(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
