//! How far a batch goes: as many blocks as the clock allows, or a part of one.

use std::fmt;
use std::time::Duration;

use super::super::Options;

/// The blocks of the first batch; later ones follow the clock.
const FIRST_BATCH: f64 = 32.0;

/// The blocks of the largest batch: four megabytes, of which it writes a quarter. The clock has nothing to
/// say against long batches as long as they run over blocks with little to write, such as those that an
/// earlier backfill has left empty; the full ones behind them would then take many times as long.
const LARGEST_BATCH: f64 = 512.0;

/// In how many batches a stretch of blocks is filled, as their statement has it.
const SHARES: i32 = 4;

/// The part of the batch time that is aimed at. Disks have moments in which everything takes longer, and a
/// batch that meets one and reaches its limit was written for nothing.
const AIM: f64 = 0.5;

/// Where a row is, or would be: as a `tid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) block: i64,
    pub(super) row: i64,
}

impl Place {
    /// The beginning of a block.
    pub(super) fn block(block: i64) -> Self {
        Self { block, row: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "({},{})", self.block, self.row)
    }
}

/// From the first place to before the second.
pub(super) type Span = (Place, Place);

/// What is written in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) span: Span,
    /// Which of the rows, where others go over the same blocks for the rest. A full block has no room for
    /// its rows' new versions, and each of them goes elsewhere and into every index. When some of the rows
    /// have left, others are updated where they are (heap-only tuples; manual of 15, section 73.7), and the next
    /// batch finds the room of their old versions: less is written, and the table grows by less.
    share: Option<i32>,
}

impl Batch {
    /// What stands for all rows.
    pub(super) const WHOLE: i32 = -1;

    /// Which rows, as the statement is told.
    pub(super) fn share(&self) -> i32 {
        self.share.unwrap_or(Self::WHOLE)
    }

    /// The batch that goes over the same blocks behind this one.
    fn next(self) -> Option<Self> {
        let share = self.share.filter(|share| share + 1 < SHARES)?;
        Some(Self { share: Some(share + 1), ..self })
    }

    /// Whether all rows of its blocks are done behind it.
    pub(super) fn is_last(&self) -> bool {
        self.next().is_none()
    }
}

/// How far batches go, from one to the next.
#[derive(Debug)]
pub(super) struct Stride {
    /// In blocks; less than one is that part of the rows that a block can hold.
    blocks: f64,
    rows_of_a_block: i64,
    aim: Duration,
    most_rows: Option<u32>,
    /// The next batch, where the last one has left rows.
    next: Option<Batch>,
    /// How long the batches of its stretch have taken.
    spent: Duration,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "blocks are at most 2^32, and rows of a block 2^12"
)]
impl Stride {
    /// The stride of the first batch.
    pub(super) fn first(options: &Options, rows_of_a_block: i64) -> Self {
        let mut stride = Self {
            blocks: FIRST_BATCH,
            rows_of_a_block,
            aim: options.batch_time.mul_f64(AIM),
            most_rows: None,
            next: None,
            spent: Duration::ZERO,
        };
        stride.limit(options.batch_size);
        stride
    }

    /// Sets how many rows a batch has at the most, from now on.
    pub(super) fn limit(&mut self, most_rows: Option<u32>) {
        if self.most_rows != most_rows {
            self.most_rows = most_rows;
            let most = most_rows.map_or(f64::MAX, |most| self.part_for(f64::from(most)).min(1.0));
            // How many rows a block has is known after the first one.
            self.blocks = self.blocks.min(most);
        }
    }

    /// The part of a block that has so many rows at the most.
    fn part_for(&self, rows: f64) -> f64 {
        rows / self.rows_of_a_block as f64
    }

    /// The next batch from here to the block `end`.
    pub(super) fn batch(&self, from: Place, end: i64) -> Batch {
        self.next.unwrap_or_else(|| {
            let span = self.span(from, end);
            let is_cut = span.1.block - span.0.block > 1;
            Batch { span, share: is_cut.then_some(0) }
        })
    }

    fn span(&self, from: Place, end: i64) -> Span {
        if self.blocks >= 1.0 && from.row == 0 {
            return (from, Place::block((from.block + self.blocks as i64).min(end)));
        }
        // Rows are counted from 1.
        let row = from.row.max(1) + self.rows();
        let is_whole = self.blocks >= 1.0 || row > self.rows_of_a_block;
        (from, if is_whole { Place::block(from.block + 1) } else { Place { row, ..from } })
    }

    /// The rows of a batch that is a part of a block.
    fn rows(&self) -> i64 {
        ((self.blocks * self.rows_of_a_block as f64) as i64).max(1)
    }

    /// Whether there is nothing smaller.
    pub(super) fn is_smallest(&self) -> bool {
        self.blocks < 1.0 && self.rows() == 1
    }

    /// A batch met a lock, or took too long: the next one is smaller.
    pub(super) fn shrink(&mut self) {
        self.next = None;
        self.blocks = (self.blocks / 4.0).max(self.part_for(1.0));
    }

    /// A batch was done: the next one is as long as fits into the time that a batch should take, and
    /// into its number of rows.
    pub(super) fn follow(&mut self, batch: Batch, rows: i64, elapsed: Duration) {
        self.next = batch.next();
        // The first batch of a stretch writes more than the others: what counts is their mean.
        let before = batch.share.unwrap_or_default();
        self.spent = if before == 0 { elapsed } else { self.spent + elapsed };
        let mean = self.spent.as_secs_f64() / f64::from(before + 1);
        let (from, to) = batch.span;
        let ratio = self.aim.as_secs_f64() / mean.max(0.001);
        let is_whole = from.row == 0 && to.row == 0;
        // Up step by step, since one fast batch says little; down at once, since clients wait.
        let by_time = if is_whole {
            (to.block - from.block) as f64 * ratio.clamp(0.05, 2.0)
        } else if rows > 0 {
            self.part_for(rows as f64 * ratio).min(self.blocks * 2.0)
        } else {
            // Behind the last row of a block.
            self.blocks
        };
        let by_rows = match self.most_rows.map(f64::from) {
            None => f64::MAX,
            Some(most) if most < self.rows_of_a_block as f64 => self.part_for(most),
            // Blocks without anything to write tell nothing of the ones behind them.
            Some(_) if is_whole && rows == 0 => self.blocks,
            Some(_) if !is_whole => f64::MAX,
            Some(most) => ((to.block - from.block) as f64 * most / rows as f64).max(1.0),
        };
        self.blocks = by_time.min(by_rows).clamp(self.part_for(1.0), LARGEST_BATCH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Ident;

    const MS: Duration = Duration::from_millis(1);

    fn stride(most_rows: Option<u32>) -> Stride {
        let mut options = Options::new(Ident::new("public").expect("a name"));
        options.batch_size = most_rows;
        Stride::first(&options, 292)
    }

    /// Goes over blocks of 60 rows, each of which takes so long; gives the rows and the time of each batch.
    fn run(mut stride: Stride, blocks: i64, row: Duration) -> Vec<(i64, Duration)> {
        let mut batches = Vec::new();
        let mut at = Place::block(0);
        while at.block < blocks {
            let batch = stride.batch(at, blocks);
            let (from, to) = batch.span;
            assert!(to > from, "{from} {to}");
            let before = |place: Place| place.block * 60 + (place.row - 1).clamp(0, 60);
            let all = before(to) - before(from);
            let rows = if batch.share.is_some() { all / i64::from(SHARES) } else { all };
            let took = row * u32::try_from(rows).expect("few");
            stride.follow(batch, rows, took);
            batches.push((rows, took));
            at = if batch.is_last() { to } else { at };
        }
        assert_eq!(batches.iter().map(|(rows, _)| rows).sum::<i64>(), blocks * 60);
        batches
    }

    #[test]
    fn batches_take_the_time_that_is_set_however_slow_the_rows_are() {
        for micros in [5, 50, 500, 5_000, 50_000] {
            let batches = run(stride(None), 3_000, Duration::from_micros(micros));
            let late = &batches[batches.len() / 2..];
            assert!(late.iter().all(|(_, took)| *took <= 60 * MS), "{micros} us a row: {late:?}");
        }
    }

    #[test]
    fn no_batch_has_more_rows_than_asked_for() {
        for most in [1, 7, 59, 60, 61, 1_000] {
            let batches = run(stride(Some(most)), 300, MS / 1_000);
            let rows = batches.iter().map(|(rows, _)| *rows).max().expect("batches");
            assert!(rows <= i64::from(most), "{rows} of {most}");
        }
    }

    #[test]
    fn batches_grow_again_behind_a_row_that_was_held() {
        for most in [None, Some(1_000)] {
            let mut stride = stride(most);
            (0..20).for_each(|_| stride.shrink());
            let batches = run(stride, 200, MS / 1_000);
            assert!(batches.len() < 60, "{most:?}: {batches:?}");
        }
    }

    #[test]
    fn a_batch_shrinks_to_one_row() {
        let mut stride = stride(None);
        for _ in 0..20 {
            stride.shrink();
        }
        assert!(stride.is_smallest());
        let (from, to) = stride.batch(Place::block(7), 8).span;
        assert_eq!((from.to_string(), to.to_string()), ("(7,0)".into(), "(7,2)".into()));
    }
}
