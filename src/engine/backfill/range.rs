//! What is left to fill: ranges of the blocks of a table, which the ledger keeps.

use crate::database::Connection;
use crate::engine::{Engine, Error};
use crate::ledger::{BackfillCursor, BackfillKey};
use crate::plan::Backfill;
use crate::sql;

/// The longest range, in blocks: half a gigabyte. Short enough for any number of workers to find work
/// in a large table, whoever began it; few enough for the ledger.
const LONGEST: i64 = 65_536;

/// The shortest that a table is cut into for the sake of several workers, in blocks.
const SHORTEST: i64 = 512;

/// How many ranges there are for each worker, since one may be done sooner than another.
const RANGES_OF_A_WORKER: i64 = 4;

/// Where a backfill begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    WhereItStopped,
    Anew,
}

/// Blocks of one table, or of one partition, that are left to one worker.
#[derive(Debug, Clone)]
pub(super) struct Range {
    /// The table.
    pub(super) part: Backfill,
    /// The blocks.
    pub(super) cursor: BackfillCursor,
    /// Whether it was put off, because others had locked rows of it.
    pub(super) is_deferred: bool,
}

impl Range {
    pub(super) fn new(part: Backfill, cursor: BackfillCursor) -> Self {
        Self { part, cursor, is_deferred: false }
    }

    /// Takes the next block out. Without it the range is the two that are given: one of what is done,
    /// which the block is part of where nothing is, and one of what follows.
    pub(super) fn defer(&self) -> (BackfillCursor, Self, Self) {
        let cursor = self.cursor;
        let block = cursor.next_block;
        let at = |first_block, end_block| BackfillCursor {
            first_block,
            end_block,
            next_block: first_block,
            rows: 0,
            ..cursor
        };
        let end = if block == cursor.first_block { block + 1 } else { block };
        let cut = BackfillCursor { end_block: end, ..cursor };
        let deferred =
            Self { part: self.part.clone(), cursor: at(block, block + 1), is_deferred: true };
        (cut, deferred, Self::new(self.part.clone(), at(block + 1, cursor.end_block)))
    }
}

/// A table as it is now: its OID, its file node, its length in blocks, and the rows that a block can
/// hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    relation: u32,
    file_node: u32,
    blocks: i64,
    pub(super) rows_of_a_block: i64,
}

impl Extent {
    /// The ranges of the whole table.
    fn ranges(self, workers: u32) -> Vec<BackfillCursor> {
        let pieces = if workers > 1 { i64::from(workers) * RANGES_OF_A_WORKER } else { 1 };
        let length = (self.blocks / pieces + 1).clamp(SHORTEST, LONGEST);
        let mut ranges = Vec::new();
        let mut first = 0;
        loop {
            let end = (first + length).min(self.blocks);
            ranges.push(BackfillCursor {
                relation: self.relation,
                file_node: self.file_node,
                first_block: first,
                end_block: end,
                next_block: first,
                rows: 0,
            });
            if end == self.blocks {
                return ranges;
            }
            first = end;
        }
    }
}

impl Engine<'_> {
    /// The cursors of a table; one that was rewritten since begins anew. None where it has gone.
    pub(super) async fn cursors(
        &self,
        part: &Backfill,
        key: BackfillKey,
        beginning: Beginning,
    ) -> Result<Vec<BackfillCursor>, Error> {
        let Some(extent) = self.extent(&self.connection, part).await? else {
            return Ok(Vec::new());
        };
        let mut stored = BackfillCursor::read(&self.connection, key).await?;
        stored.retain(|cursor| cursor.relation == extent.relation);
        let is_same = stored.iter().all(|cursor| cursor.file_node == extent.file_node);
        if beginning == Beginning::WhereItStopped && is_same && !stored.is_empty() {
            return Ok(stored);
        }
        let ranges = extent.ranges(self.options.workers);
        BackfillCursor::begin(&self.connection, key, extent.relation, &ranges).await?;
        Ok(ranges)
    }

    /// A table as it is now, if it is there.
    pub(super) async fn extent(
        &self,
        connection: &Connection,
        part: &Backfill,
    ) -> Result<Option<Extent>, Error> {
        let query = sql!(file "backfill/size.sql");
        let rows = connection.query(&query, &[&part.table.to_string()]).await?;
        Ok(rows.first().map(|row| Extent {
            relation: row.get(0),
            file_node: row.get(1),
            blocks: row.get(2),
            rows_of_a_block: row.get(3),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(blocks: i64, workers: u32) -> Vec<(i64, i64)> {
        let extent = Extent { relation: 1, file_node: 1, blocks, rows_of_a_block: 292 };
        let ranges = extent.ranges(workers);
        ranges.iter().map(|range| (range.first_block, range.end_block)).collect()
    }

    #[test]
    fn ranges_cover_every_block_once() {
        for blocks in [0, 1, 511, 512, 513, 10_000, 65_536, 1_000_000] {
            for workers in [1, 2, 3, 16] {
                let ranges = ends(blocks, workers);
                assert_eq!(ranges[0].0, 0, "{blocks} {workers}");
                assert_eq!(ranges[ranges.len() - 1].1, blocks, "{blocks} {workers}");
                assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0), "{ranges:?}");
            }
        }
    }

    #[test]
    fn a_small_table_is_not_cut_and_a_large_one_feeds_every_worker() {
        assert_eq!(ends(500, 8), [(0, 500)]);
        assert_eq!(ends(60_000, 1), [(0, 60_000)]);
        assert_eq!(ends(60_000, 2).len(), 8);
    }
}
