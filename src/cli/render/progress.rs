//! What happens, while it happens: a bar for somebody who watches, plain lines for a log, JSON lines
//! for a program.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::pace::Far;
use super::plan::cost;
use super::style::{BAD, CARE, QUIET, STRONG, styled};
use super::terminal::Terminal;
use crate::cli::duration;
use crate::engine::Event;
use crate::plan::Step;

/// How often a log hears of a backfill.
const LOG_EVERY: Duration = Duration::from_secs(5);

/// How often a program does.
const JSON_EVERY: Duration = Duration::from_secs(1);

/// How often the same wait is told.
const WAIT_EVERY: Duration = Duration::from_secs(5);

/// A batch that ends so soon after it was said that the backfill rests is another worker's last one.
const LAST_BATCHES: Duration = Duration::from_millis(250);

/// Listens to an engine.
pub(in crate::cli) struct Progress<'a> {
    terminal: &'a Terminal,
    backfill: RefCell<Option<Backfill>>,
    waiting: RefCell<Option<(Vec<String>, Instant)>>,
    /// How far the table is that was filled last in this run.
    far: Cell<Option<Far>>,
}

/// The backfill of one table.
struct Backfill {
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

impl<'a> Progress<'a> {
    pub(in crate::cli) fn new(terminal: &'a Terminal) -> Self {
        Self {
            terminal,
            backfill: RefCell::default(),
            waiting: RefCell::default(),
            far: Cell::default(),
        }
    }

    /// Shows one event.
    pub(in crate::cli) fn show(&self, event: &Event<'_>) {
        match event {
            Event::Backfilled { table, done, total, rows, pace } => {
                let (done, total, rows, pace) = (*done, *total, *rows, *pace);
                return self.backfilled(table, Far { done, total, rows, pace });
            }
            Event::Held { reason, .. } => return self.held(reason),
            Event::Waiting { purpose, tries, blockers } => {
                return self.waits(purpose, *tries, blockers);
            }
            Event::Step { .. } | Event::Undoing { .. } => {
                self.finish();
                self.far.take();
            }
            _ => self.finish(),
        }
        if matches!(event, Event::Step { .. }) && !self.terminal.tells_steps {
            return;
        }
        if self.terminal.is_json() {
            return json_of(event).iter().for_each(|json| self.terminal.event(json));
        }
        match event {
            Event::Step { phase, number, total, step } => {
                self.step(&format!("{phase} {number}/{total}"), step)
            }
            Event::Undoing { reason } => {
                self.say(&format!("{}: {reason}\ntaking the start back", styled(BAD, "failed")))
            }
            Event::Continuing { phase } => {
                self.say(&format!("going on in phase {phase}, where it was interrupted"))
            }
            Event::Note(note) => self.say(&format!("{}: {note}", styled(CARE, "note"))),
            _ => {}
        }
    }

    /// Ends a bar that is still shown, and says what it has come to.
    pub(in crate::cli) fn finish(&self) {
        let Some(backfill) = self.stop() else {
            return;
        };
        if self.terminal.is_json() {
            return;
        }
        let Backfill { table, far, rows_before, started, .. } = backfill;
        let all = match rows_before {
            0 => String::new(),
            _ => format!(" ({} with those of earlier runs)", HumanCount(far.rows)),
        };
        let rows = HumanCount(far.rows.saturating_sub(rows_before));
        let time = duration::say(started.elapsed());
        self.say(&format!("  `{table}`: {rows} rows in {time}{all}"));
    }

    /// Takes a bar away that is still shown.
    pub(in crate::cli) fn clear(&self) {
        self.stop();
    }

    /// How far the table is that was being filled.
    pub(in crate::cli) fn far(&self) -> Option<Far> {
        self.far.get()
    }

    fn stop(&self) -> Option<Backfill> {
        self.waiting.take();
        let backfill = self.backfill.take()?;
        if let Some(bar) = &backfill.bar {
            bar.finish_and_clear();
        }
        Some(backfill)
    }

    fn step(&self, place: &str, step: &Step) {
        self.say(&format!("{} {}", styled(STRONG, &format!("{place:14}")), step.purpose));
        if self.terminal.is_verbose {
            self.say(&format!("  {}", styled(QUIET, &cost(step))));
            for statement in step.statements() {
                for line in statement.as_str().trim().lines() {
                    self.say(&format!("    {}", styled(QUIET, line)));
                }
            }
        }
    }

    fn backfilled(&self, table: &str, far: Far) {
        self.far.set(Some(far));
        let mut current = self.backfill.borrow_mut();
        if current.as_ref().is_some_and(|backfill| backfill.table != table) {
            drop(current);
            self.finish();
            current = self.backfill.borrow_mut();
        }
        let backfill = current.get_or_insert_with(|| Backfill {
            table: table.to_owned(),
            started: Instant::now(),
            rows_before: far.rows,
            far,
            bar: self.terminal.is_watched().then(bar),
            // That nothing is done yet is no news for a log.
            told: (far.done == 0 && !self.terminal.is_json()).then(Instant::now),
            held: None,
        });
        backfill.far = far;
        if backfill.held.as_ref().is_some_and(|held| held.seen.elapsed() >= LAST_BATCHES) {
            self.goes_on(backfill);
        }
        if let Some(bar) = &backfill.bar {
            return bar.set_message(far.line(table, None, self.terminal.width()));
        }
        let every = if self.terminal.is_json() { JSON_EVERY } else { LOG_EVERY };
        let is_due = backfill.told.is_none_or(|told| told.elapsed() >= every);
        // A log hears of the end when there is no more to come.
        if !is_due && (far.done < far.total || !self.terminal.is_json()) {
            return;
        }
        backfill.told = Some(Instant::now());
        if self.terminal.is_json() {
            let pace = far.pace;
            return self.terminal.event(&json!({
                "event": "backfill",
                "table": table,
                "blocks_done": far.done,
                "blocks": far.total,
                "rows": far.rows,
                "rows_per_second": pace.map(|pace| pace.rows_per_second),
                "seconds_left": pace.map(|pace| pace.left.as_secs()),
            }));
        }
        self.terminal.line(&format!("  `{table}`: {}", far.words()));
    }

    fn held(&self, reason: &str) {
        let mut current = self.backfill.borrow_mut();
        let Some(backfill) = current.as_mut() else {
            return;
        };
        let (table, far, now) = (&backfill.table, backfill.far, Instant::now());
        if let Some(bar) = &backfill.bar {
            bar.set_message(far.line(table, Some(reason), self.terminal.width()));
        }
        let held = backfill.held.take();
        let is_due = held.as_ref().is_none_or(|held| held.told.elapsed() >= WAIT_EVERY);
        let (since, told) = held.map_or((now, now), |held| (held.since, held.told));
        let told = if is_due { now } else { told };
        backfill.held = Some(Held { since, seen: now, told });
        if !is_due || backfill.bar.is_some() {
            return;
        }
        if self.terminal.is_json() {
            let event = json!({ "event": "held", "table": table, "reason": reason });
            return self.terminal.event(&event);
        }
        let held = styled(CARE, "held");
        self.terminal.line(&format!("  `{table}`: {held} at {} %: {reason}", far.percent()));
    }

    /// Says that a backfill does not rest any more.
    fn goes_on(&self, backfill: &mut Backfill) {
        let Some(held) = backfill.held.take() else {
            return;
        };
        let (table, time) = (&backfill.table, held.since.elapsed());
        if self.terminal.is_json() {
            let event = json!({ "event": "resumed", "table": table, "seconds": time.as_secs() });
            return self.terminal.event(&event);
        }
        if backfill.bar.is_none() {
            let time = duration::say(time);
            self.terminal.line(&format!("  `{table}`: goes on, was held for {time}"));
        }
    }

    fn waits(&self, purpose: &str, tries: u32, blockers: &[String]) {
        let mut waiting = self.waiting.borrow_mut();
        let is_news = waiting
            .as_ref()
            .is_none_or(|(told, when)| told.as_slice() != blockers || when.elapsed() >= WAIT_EVERY);
        if !is_news {
            return;
        }
        *waiting = Some((blockers.to_vec(), Instant::now()));
        if self.terminal.is_json() {
            let event = json!({ "event": "waiting", "purpose": purpose, "tries": tries,
                "blockers": blockers });
            return self.terminal.event(&event);
        }
        let who = match blockers {
            [] => String::new(),
            some => format!(", held by\n    {}", some.join("\n    ")),
        };
        let waiting = styled(CARE, "waiting");
        self.say(&format!("  {waiting} for a lock, try {tries} ({purpose}){who}"));
    }

    /// Writes a line above the bar.
    fn say(&self, text: &str) {
        let current = self.backfill.borrow();
        match current.as_ref().and_then(|backfill| backfill.bar.as_ref()) {
            Some(bar) => bar.suspend(|| self.terminal.line(text)),
            None => self.terminal.line(text),
        }
    }
}

/// A line that is drawn over and over; what is in it is ours.
fn bar() -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg}").expect("the template is a constant, and a good one");
    ProgressBar::new(0).with_style(style)
}

fn json_of(event: &Event<'_>) -> Option<Value> {
    Some(match event {
        Event::Step { phase, number, total, step } => {
            json!({ "event": "step", "phase": phase, "number": number, "total": total,
            "purpose": step.purpose })
        }
        Event::Undoing { reason } => json!({ "event": "undoing", "reason": reason }),
        Event::Continuing { phase } => json!({ "event": "continuing", "phase": phase }),
        Event::Note(note) => json!({ "event": "note", "message": note }),
        _ => return None,
    })
}
