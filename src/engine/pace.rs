//! How fast a table is being filled, and how long that still takes: one answer for bars, logs, programs
//! and `status`.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How much of the past says how fast it goes now.
const WINDOW: Duration = Duration::from_secs(10);

/// Two moments closer to each other are one.
const GRAIN: Duration = Duration::from_millis(100);

/// A shorter time says nothing.
const LEAST: Duration = Duration::from_millis(500);

/// The part of the blocks that is done, of a hundred; all of it, where there are none.
#[must_use]
pub fn percent(done: u64, total: u64) -> u64 {
    done.saturating_mul(100).checked_div(total).unwrap_or(100)
}

/// How fast a table is being filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Rows written in a second.
    pub rows_per_second: u64,
    /// How long it takes to the end, at this pace.
    pub left: Duration,
}

/// Works out the pace of one run: what earlier runs did is not counted, nor the time in which it
/// rested by command or for others' sake.
#[derive(Debug)]
pub(super) struct Meter {
    began: Instant,
    /// How long it has rested.
    held: Duration,
    /// When it was last said that it rests, while it does.
    resting: Option<Instant>,
    /// Moments of the last seconds, and the one before them.
    moments: VecDeque<Moment>,
}

#[derive(Debug, Clone, Copy)]
struct Moment {
    /// The time of work, without rests.
    at: Duration,
    blocks: u64,
    rows: u64,
}

impl Meter {
    /// Where it begins.
    pub(super) fn new(now: Instant, blocks: u64, rows: u64) -> Self {
        let first = Moment { at: Duration::ZERO, blocks, rows };
        Self { began: now, held: Duration::ZERO, resting: None, moments: [first].into() }
    }

    /// So much is done.
    pub(super) fn done(&mut self, now: Instant, blocks: u64, rows: u64) {
        self.resting = None;
        let at = now.duration_since(self.began).saturating_sub(self.held);
        // A table that was rewritten meanwhile begins anew.
        if self.moments.back().is_some_and(|last| blocks < last.blocks || rows < last.rows) {
            self.moments.clear();
        }
        let is_close = |before: &Moment| at.saturating_sub(before.at) < GRAIN;
        // The last one is always the newest, the one before it never too close to its neighbour.
        if self.moments.len() > 1 && self.moments.iter().nth_back(1).is_some_and(is_close) {
            self.moments.pop_back();
        }
        self.moments.push_back(Moment { at, blocks, rows });
        let is_past = |moment: &Moment| moment.at + WINDOW <= at;
        while self.moments.get(1).is_some_and(is_past) {
            self.moments.pop_front();
        }
    }

    /// It rests: said again and again until there is something done.
    pub(super) fn rests(&mut self, now: Instant) {
        if let Some(last) = self.resting.replace(now) {
            self.held += now.duration_since(last);
        }
    }

    /// The pace of the last seconds, with so many blocks to do.
    pub(super) fn pace(&self, blocks_left: u64) -> Option<Pace> {
        let (first, last) = (self.moments.front()?, self.moments.back()?);
        let (time, blocks) = (last.at.saturating_sub(first.at), last.blocks - first.blocks);
        if time < LEAST || blocks == 0 {
            return None;
        }
        let seconds = time.as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an estimate, and of non-negative numbers"
        )]
        let (rows_per_second, left) = (
            ((last.rows - first.rows) as f64 / seconds) as u64,
            blocks_left as f64 * seconds / blocks as f64,
        );
        let left = Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX);
        Some(Pace { rows_per_second, left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A meter to which time is told.
    struct Watch {
        now: Instant,
        meter: Meter,
        done: u64,
    }

    impl Watch {
        fn new(done: u64) -> Self {
            let now = Instant::now();
            Self { now, meter: Meter::new(now, done, done * 10), done }
        }

        /// Batches of one block with ten rows, one in each `every` milliseconds.
        fn works(&mut self, batches: u64, every: u64) {
            for _ in 0..batches {
                self.now += Duration::from_millis(every);
                self.done += 1;
                self.meter.done(self.now, self.done, self.done * 10);
            }
        }

        fn rests(&mut self, seconds: u64) {
            for _ in 0..=seconds {
                self.meter.rests(self.now);
                self.now += Duration::from_secs(1);
            }
        }

        /// Rows in a second, and seconds for another hundred blocks.
        fn says(&self) -> Option<(u64, f64)> {
            let pace = self.meter.pace(100)?;
            Some((pace.rows_per_second, (pace.left.as_secs_f64() * 10.0).round() / 10.0))
        }
    }

    #[test]
    fn the_first_moments_say_nothing() {
        let mut watch = Watch::new(0);
        assert_eq!(watch.says(), None);
        watch.works(9, 50);
        assert_eq!(watch.says(), None);
        watch.works(1, 50);
        assert_eq!(watch.says(), Some((200, 5.0)));
    }

    #[test]
    fn what_earlier_runs_did_is_not_counted() {
        let mut watch = Watch::new(1_000_000);
        watch.works(100, 50);
        assert_eq!(watch.says(), Some((200, 5.0)));
    }

    #[test]
    fn the_last_seconds_count_and_not_the_beginning() {
        let mut watch = Watch::new(0);
        watch.works(10_000, 10);
        assert_eq!(watch.says(), Some((1000, 1.0)));
        watch.works(1000, 100);
        assert_eq!(watch.says(), Some((100, 10.0)));
        assert!(watch.meter.moments.len() <= 102, "{}", watch.meter.moments.len());
    }

    #[test]
    fn rests_are_no_work() {
        let mut watch = Watch::new(0);
        watch.works(100, 100);
        let (rows, _) = watch.says().expect("a pace");
        assert_eq!(rows, 100);
        watch.rests(3600);
        let (rows, _) = watch.says().expect("a pace");
        assert_eq!(rows, 100, "as it was before");
        watch.works(20, 100);
        let (rows, _) = watch.says().expect("a pace");
        assert!((85..=100).contains(&rows), "{rows}: but for the moment from the last look on");
    }

    #[test]
    fn a_table_that_begins_anew_is_no_step_back() {
        let mut watch = Watch::new(0);
        watch.works(100, 100);
        watch.done = 0;
        watch.works(1, 100);
        assert_eq!(watch.says(), None);
        watch.works(10, 100);
        assert_eq!(watch.says(), Some((100, 10.0)));
    }

    #[test]
    fn blocks_with_nothing_to_write_are_done_too() {
        let mut watch = Watch::new(0);
        for _ in 0..100 {
            watch.now += Duration::from_millis(100);
            watch.done += 1;
            watch.meter.done(watch.now, watch.done, 0);
        }
        assert_eq!(watch.says(), Some((0, 10.0)));
    }
}
