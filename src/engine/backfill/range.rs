//! What is left to fill: ranges of the blocks of a table, which the ledger keeps.

use crate::database::{Connection, Error as DatabaseError};
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
#[derive(Clone, Copy)]
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

    /// Takes the next block out.
    pub(super) fn defer(&self) -> Deferral {
        let cursor = self.cursor;
        let block = cursor.next_block;
        let at = |first_block, end_block| BackfillCursor {
            first_block,
            end_block,
            next_block: first_block,
            rows: 0,
            ..cursor
        };
        // Where nothing is done the block is the range's first.
        let end = if block == cursor.first_block { block + 1 } else { block };
        let rest = Self::new(self.part.clone(), at(block + 1, cursor.end_block));
        Deferral {
            cut: BackfillCursor { end_block: end, ..cursor },
            deferred: Self {
                part: self.part.clone(),
                cursor: at(block, block + 1),
                is_deferred: true,
            },
            rest: (block + 1 < cursor.end_block).then_some(rest),
        }
    }
}

/// A range without a block that is left for later.
#[derive(Debug)]
pub(super) struct Deferral {
    /// What is done of it.
    pub(super) cut: BackfillCursor,
    /// The block.
    pub(super) deferred: Range,
    /// What follows it.
    pub(super) rest: Option<Range>,
}

impl Deferral {
    /// What the ledger does not know yet.
    pub(super) fn added(&self) -> Vec<BackfillCursor> {
        let rest = self.rest.iter().map(|range| range.cursor);
        let deferred = self.deferred.cursor;
        let is_new = deferred.first_block != self.cut.first_block;
        rest.chain(is_new.then_some(deferred)).collect()
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
    /// A table as it is now, if it is there.
    pub(super) async fn read(
        connection: &Connection,
        part: &Backfill,
    ) -> Result<Option<Self>, DatabaseError> {
        let query = sql!(file "backfill/size.sql");
        let rows = connection.query(&query, &[&part.table.to_string()]).await?;
        Ok(rows.first().map(|row| Self {
            relation: row.get(0),
            file_node: row.get(1),
            blocks: row.get(2),
            rows_of_a_block: row.get(3),
        }))
    }

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
    /// The cursors of a table: those that the ledger has stored, unless it was rewritten since, or new ones.
    /// None where it has gone.
    pub(super) async fn cursors(
        &self,
        part: &Backfill,
        key: BackfillKey,
        stored: &[BackfillCursor],
    ) -> Result<Vec<BackfillCursor>, Error> {
        let Some(extent) = Extent::read(&self.connection, part).await? else {
            return Ok(Vec::new());
        };
        let of_table = stored.iter().filter(|cursor| cursor.relation == extent.relation);
        let of_table: Vec<BackfillCursor> = of_table.copied().collect();
        let is_same = of_table.iter().all(|cursor| cursor.file_node == extent.file_node);
        if is_same && !of_table.is_empty() {
            return Ok(of_table);
        }
        let ranges = extent.ranges(self.options.workers);
        BackfillCursor::begin(&self.connection, key, extent.relation, &ranges).await?;
        Ok(ranges)
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

    /// The ledger knows ranges by their first blocks.
    #[test]
    fn a_block_that_is_left_for_later_leaves_every_block_in_one_range() {
        let part = Backfill {
            table: crate::sql::QualifiedName::new(&name("public"), &name("t")),
            batch: sql!("UPDATE"),
            row: sql!("SELECT"),
            columns: Vec::new(),
            partitions: None,
        };
        let extent = Extent { relation: 1, file_node: 1, blocks: 10, rows_of_a_block: 292 };
        for next_block in 0..10 {
            let cursor = BackfillCursor { next_block, ..extent.ranges(1)[0] };
            let deferral = Range::new(part.clone(), cursor).defer();
            let mut ranges = deferral.added();
            ranges.push(deferral.cut);
            let mut ends: Vec<_> =
                ranges.iter().map(|range| (range.first_block, range.end_block)).collect();
            ends.sort_unstable();
            assert_eq!((ends[0].0, ends[ends.len() - 1].1), (0, 10), "{ends:?}");
            assert!(ends.iter().all(|(first, end)| first < end), "{ends:?}");
            assert!(ends.windows(2).all(|pair| pair[0].1 == pair[1].0), "{ends:?}");
        }
    }

    fn name(text: &str) -> crate::sql::Ident {
        crate::sql::Ident::new(text).expect("a name")
    }

    #[test]
    fn a_small_table_is_not_cut_and_a_large_one_feeds_every_worker() {
        assert_eq!(ends(500, 8), [(0, 500)]);
        assert_eq!(ends(60_000, 1), [(0, 60_000)]);
        assert_eq!(ends(60_000, 2).len(), 8);
    }
}
