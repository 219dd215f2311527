//! What happens, while it happens: a bar for somebody who watches, plain lines for a log, JSON lines
//! for a program.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::plan::cost;
use super::style::{BAD, CARE, QUIET, STRONG, styled};
use super::terminal::Terminal;
use crate::cli::duration;
use crate::engine::Event;
use crate::plan::Step;

/// How often a log hears of a backfill.
const LOG_EVERY: Duration = Duration::from_secs(1);

/// How often the same wait is told.
const WAIT_EVERY: Duration = Duration::from_secs(5);

/// Listens to an engine.
pub(in crate::cli) struct Progress<'a> {
    terminal: &'a Terminal,
    backfill: RefCell<Option<Backfill>>,
    waiting: RefCell<Option<(Vec<String>, Instant)>>,
}

/// The backfill of one table.
struct Backfill {
    table: String,
    started: Instant,
    told: Option<Instant>,
    /// How many blocks and rows an earlier run had done.
    before: (u64, u64),
    bar: Option<ProgressBar>,
    rows: u64,
}

/// How far a backfill is, as the engine says it.
#[derive(Clone, Copy)]
struct Far {
    done: u64,
    total: u64,
    rows: u64,
}

impl<'a> Progress<'a> {
    pub(in crate::cli) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, backfill: RefCell::default(), waiting: RefCell::default() }
    }

    /// Shows one event.
    pub(in crate::cli) fn show(&self, event: &Event<'_>) {
        match event {
            Event::Backfilled { table, done, total, rows } => {
                let (done, total, rows) = (*done, *total, *rows);
                return self.backfilled(table, Far { done, total, rows });
            }
            Event::Waiting { purpose, tries, blockers } => {
                return self.waits(purpose, *tries, blockers);
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
        self.waiting.take();
        let Some(backfill) = self.backfill.take() else {
            return;
        };
        if let Some(bar) = &backfill.bar {
            bar.finish_and_clear();
        }
        if !self.terminal.is_json() {
            self.say(&format!(
                "  `{}`: {} rows in {}",
                backfill.table,
                HumanCount(backfill.rows),
                duration::say(backfill.started.elapsed())
            ));
        }
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
        let mut current = self.backfill.borrow_mut();
        if current.as_ref().is_some_and(|backfill| backfill.table != table) {
            drop(current);
            self.finish();
            current = self.backfill.borrow_mut();
        }
        let backfill = current.get_or_insert_with(|| Backfill {
            table: table.to_owned(),
            started: Instant::now(),
            told: None,
            before: (far.done, far.rows),
            bar: self.terminal.is_watched().then(|| bar(table)),
            rows: 0,
        });
        backfill.rows = far.rows;
        if let Some(bar) = &backfill.bar {
            bar.set_length(far.total);
            bar.set_position(far.done);
            bar.set_message(backfill.pace(far));
            return;
        }
        let is_due = backfill.told.is_none_or(|told| told.elapsed() >= LOG_EVERY);
        if !is_due && far.done < far.total {
            return;
        }
        backfill.told = Some(Instant::now());
        let Far { done, total, rows } = far;
        if self.terminal.is_json() {
            let event = json!({ "event": "backfill", "table": table, "blocks_done": done,
                "blocks": total, "rows": rows });
            return self.terminal.event(&event);
        }
        let percent = done * 100 / total.max(1);
        self.terminal.line(&format!(
            "  `{table}`: {percent} % ({done} of {total} blocks), {}",
            backfill.pace(far)
        ));
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

impl Backfill {
    /// `1,200,000 rows, 56,000 rows/s, 12 s left`.
    fn pace(&self, far: Far) -> String {
        let elapsed = self.started.elapsed().as_secs_f64();
        let rows = format!("{} rows", HumanCount(far.rows));
        let blocks = far.done.saturating_sub(self.before.0);
        // The first batch says nothing about the pace.
        if blocks == 0 || elapsed < 0.5 {
            return rows;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an estimate, and of non-negative numbers"
        )]
        let (rate, left) = (
            ((far.rows - self.before.1) as f64 / elapsed) as u64,
            (far.total - far.done) as f64 * elapsed / blocks as f64,
        );
        let left = Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX);
        let pace = format!("{rows}, {} rows/s", HumanCount(rate));
        if far.done == far.total {
            return pace;
        }
        format!("{pace}, {} left", duration::say(left))
    }
}

fn bar(table: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("  {prefix} [{bar:30}] {percent:>3} %  {msg}")
        .expect("the template is a constant, and a good one");
    let bar = ProgressBar::new(0).with_style(style.progress_chars("=> "));
    bar.with_prefix(format!("`{table}`"))
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
