//! The backfill of a table, while it runs: a bar, lines of a log, or JSON lines.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::json;

use super::pace::Far;
use super::style::{CARE, styled};
use super::terminal::Terminal;
use crate::cli::duration;

/// How often a log hears of what takes its time.
pub(super) const LOG_EVERY: Duration = Duration::from_secs(5);

/// How often a program does.
pub(super) const JSON_EVERY: Duration = Duration::from_secs(1);

/// How often the same wait is told.
pub(super) const WAIT_EVERY: Duration = Duration::from_secs(5);

/// A batch that ends so soon after it was said that the backfill rests is another worker's last one.
const LAST_BATCHES: Duration = Duration::from_millis(250);

/// The backfill of one table.
pub(super) struct Backfill {
    table: String,
    started: Instant,
    /// The rows of earlier runs.
    rows_before: u64,
    far: Far,
    bar: Option<ProgressBar>,
    told: Option<Instant>,
    held: Option<Held>,
}

/// A backfill that rests.
struct Held {
    since: Instant,
    /// When it was said last.
    seen: Instant,
    /// When somebody was told last.
    told: Instant,
}

impl Backfill {
    /// It begins, or goes on where an earlier run has stopped.
    pub(super) fn new(terminal: &Terminal, table: &str, far: Far) -> Self {
        Self {
            table: table.to_owned(),
            started: Instant::now(),
            rows_before: far.rows,
            far,
            bar: terminal.is_watched().then(bar),
            // That nothing is done yet is no news for a log.
            told: (far.done == 0 && !terminal.is_json()).then(Instant::now),
            held: None,
        }
    }

    pub(super) fn is_of(&self, table: &str) -> bool {
        self.table == table
    }

    pub(super) fn bar(&self) -> Option<&ProgressBar> {
        self.bar.as_ref()
    }

    /// What this run has come to.
    pub(super) fn summary(&self) -> String {
        let Self { table, far, rows_before, started, .. } = self;
        let all = match rows_before {
            0 => String::new(),
            _ => format!(" ({} with those of earlier runs)", HumanCount(far.rows)),
        };
        let rows = HumanCount(far.rows.saturating_sub(*rows_before));
        let time = duration::say(started.elapsed());
        format!("  `{table}`: {rows} rows in {time}{all}")
    }

    /// It has come this far.
    pub(super) fn moved(&mut self, terminal: &Terminal, far: Far) {
        self.far = far;
        if self.held.as_ref().is_some_and(|held| held.seen.elapsed() >= LAST_BATCHES) {
            self.goes_on(terminal);
        }
        let table = &self.table;
        if let Some(bar) = &self.bar {
            return bar.set_message(far.line(table, None, terminal.width()));
        }
        let every = if terminal.is_json() { JSON_EVERY } else { LOG_EVERY };
        let is_due = self.told.is_none_or(|told| told.elapsed() >= every);
        // A log hears of the end when there is no more to come.
        if !is_due && (far.done < far.total || !terminal.is_json()) {
            return;
        }
        self.told = Some(Instant::now());
        if terminal.is_json() {
            let pace = far.pace;
            return terminal.event(&json!({
                "event": "backfill",
                "table": table,
                "blocks_done": far.done,
                "blocks": far.total,
                "rows": far.rows,
                "rows_per_second": pace.map(|pace| pace.rows_per_second),
                "seconds_left": pace.map(|pace| pace.left.as_secs()),
            }));
        }
        terminal.line(&format!("  `{table}`: {}", far.words()));
    }

    /// It rests, and that for this reason.
    pub(super) fn held(&mut self, terminal: &Terminal, reason: &str) {
        let (table, far, now) = (&self.table, self.far, Instant::now());
        if let Some(bar) = &self.bar {
            bar.set_message(far.line(table, Some(reason), terminal.width()));
        }
        let held = self.held.take();
        let is_due = held.as_ref().is_none_or(|held| held.told.elapsed() >= WAIT_EVERY);
        let (since, told) = held.map_or((now, now), |held| (held.since, held.told));
        let told = if is_due { now } else { told };
        self.held = Some(Held { since, seen: now, told });
        if !is_due || self.bar.is_some() {
            return;
        }
        if terminal.is_json() {
            return terminal.event(&json!({ "event": "held", "table": table, "reason": reason }));
        }
        let held = styled(CARE, "held");
        terminal.line(&format!("  `{table}`: {held} at {} %: {reason}", far.percent()));
    }

    /// It does not rest any more.
    fn goes_on(&mut self, terminal: &Terminal) {
        let Some(held) = self.held.take() else {
            return;
        };
        let (table, time) = (&self.table, held.since.elapsed());
        if terminal.is_json() {
            let event = json!({ "event": "resumed", "table": table, "seconds": time.as_secs() });
            return terminal.event(&event);
        }
        if self.bar.is_none() {
            let time = duration::say(time);
            terminal.line(&format!("  `{table}`: goes on, was held for {time}"));
        }
    }
}

/// A line that is drawn over and over; what is in it is ours.
pub(super) fn bar() -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg}").expect("the template is a constant, and a good one");
    ProgressBar::new(0).with_style(style)
}
