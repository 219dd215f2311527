//! What happens, while it happens: a bar for somebody who watches, plain lines for a log, JSON lines
//! for a program.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::backfill::{Backfill, JSON_EVERY, LOG_EVERY, WAIT_EVERY, bar};
use super::drift::found;
use super::pace::{Far, building, building_line};
use super::plan::cost;
use super::style::{BAD, CARE, QUIET, STRONG, styled};
use super::terminal::Terminal;
use crate::engine::Event;
use crate::plan::Step;

/// Listens to an engine.
pub(in crate::cli) struct Progress<'a> {
    terminal: &'a Terminal,
    backfill: RefCell<Option<Backfill>>,
    building: RefCell<Option<Building>>,
    waiting: RefCell<Option<(Vec<String>, Instant)>>,
    /// When somebody was told of replicas last.
    lagging: RefCell<Option<Instant>>,
    /// How far the table is that was filled last in this run.
    far: Cell<Option<Far>>,
}

/// An index that is being built.
struct Building {
    bar: Option<ProgressBar>,
    /// When somebody was told last.
    told: Instant,
}

impl<'a> Progress<'a> {
    pub(in crate::cli) fn new(terminal: &'a Terminal) -> Self {
        Self {
            terminal,
            backfill: RefCell::default(),
            building: RefCell::default(),
            waiting: RefCell::default(),
            lagging: RefCell::default(),
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
            Event::Held { reason, .. } => {
                let mut backfill = self.backfill.borrow_mut();
                return backfill.iter_mut().for_each(|some| some.held(self.terminal, reason));
            }
            Event::Building { index, phase, done, total, waits_for } => {
                return self.builds(index, &building(phase, (*done, *total), *waits_for), event);
            }
            Event::Waiting { purpose, tries, blockers } => {
                let blockers = blockers.iter().map(ToString::to_string).collect();
                return self.waits(purpose, *tries, blockers);
            }
            Event::Replicas { done, behind } => {
                self.finish();
                return self.lags(done, behind);
            }
            Event::Step { .. } | Event::Undoing { .. } => {
                self.finish();
                self.far.take();
            }
            // They stand above the bar.
            Event::Note(_) | Event::Drift { .. } | Event::Ended { .. } => {}
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
            Event::Migration { command, names } => {
                let names: Vec<String> =
                    names.iter().map(|name| format!("`{}`", styled(STRONG, name))).collect();
                self.say(&format!("{command} {}", names.join(", ")));
            }
            Event::Undoing { reason } => {
                self.say(&format!("{}: {reason}\ntaking the start back", styled(BAD, "failed")))
            }
            Event::Continuing { phase } => {
                self.say(&format!("going on in phase {phase}, where it was interrupted"))
            }
            Event::Drift { drift, recorded } => self.say(&found(drift, *recorded)),
            Event::Note(note) => self.say(&format!("{}: {note}", styled(CARE, "note"))),
            Event::Ended { blocker, spared: None } => {
                self.say(&format!("  {}: {blocker}", styled(CARE, "ended")));
            }
            Event::Ended { blocker, spared: Some(why) } => {
                self.say(&format!("  {} ({why}): {blocker}", styled(CARE, "not ended")));
            }
            _ => {}
        }
    }

    /// Ends a bar that is still shown, and says what it has come to.
    pub(in crate::cli) fn finish(&self) {
        let Some(backfill) = self.stop() else {
            return;
        };
        if !self.terminal.is_json() {
            self.say(&backfill.summary());
        }
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
        if let Some(Building { bar: Some(bar), .. }) = self.building.take() {
            bar.finish_and_clear();
        }
        let backfill = self.backfill.take()?;
        if let Some(bar) = backfill.bar() {
            bar.finish_and_clear();
        }
        Some(backfill)
    }

    fn backfilled(&self, table: &str, far: Far) {
        self.far.set(Some(far));
        if self.backfill.borrow().as_ref().is_some_and(|backfill| !backfill.is_of(table)) {
            self.finish();
        }
        let mut current = self.backfill.borrow_mut();
        current
            .get_or_insert_with(|| Backfill::new(self.terminal, table, far))
            .moved(self.terminal, far);
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

    fn builds(&self, index: &str, words: &str, event: &Event<'_>) {
        let mut current = self.building.borrow_mut();
        let is_first = current.is_none();
        let now = Instant::now();
        let shown = current.get_or_insert_with(|| Building {
            bar: self.terminal.is_watched().then(bar),
            told: now,
        });
        if let Some(bar) = &shown.bar {
            return bar.set_message(building_line(index, words, self.terminal.width()));
        }
        let every = if self.terminal.is_json() { JSON_EVERY } else { LOG_EVERY };
        if !is_first && shown.told.elapsed() < every {
            return;
        }
        shown.told = now;
        if self.terminal.is_json() {
            return json_of(event).iter().for_each(|json| self.terminal.event(json));
        }
        self.terminal.line(&format!("  `{index}`: {words}"));
    }

    fn waits(&self, purpose: &str, tries: Option<u32>, blockers: Vec<String>) {
        let mut waiting = self.waiting.borrow_mut();
        let is_news = waiting
            .as_ref()
            .is_none_or(|(told, when)| *told != blockers || when.elapsed() >= WAIT_EVERY);
        if !is_news {
            return;
        }
        *waiting = Some((blockers.clone(), Instant::now()));
        if self.terminal.is_json() {
            let event = json!({ "event": "waiting", "purpose": purpose, "tries": tries,
                "blockers": blockers });
            return self.terminal.event(&event);
        }
        let who = match blockers.as_slice() {
            [] => String::new(),
            some => format!(", held by\n    {}", some.join("\n    ")),
        };
        let waiting = styled(CARE, "waiting");
        let what = match tries {
            Some(tries) => format!("for a lock, try {tries}"),
            None => "for others, who need not wait for it".into(),
        };
        self.say(&format!("  {waiting} {what} ({purpose}){who}"));
    }

    fn lags(&self, done: &str, behind: &[String]) {
        let mut lagging = self.lagging.borrow_mut();
        if lagging.is_some_and(|told: Instant| told.elapsed() < WAIT_EVERY) {
            return;
        }
        *lagging = Some(Instant::now());
        if self.terminal.is_json() {
            let event = json!({ "event": "replicas", "done": done, "behind": behind });
            return self.terminal.event(&event);
        }
        let waiting = styled(CARE, "waiting");
        self.say(&format!("{done}\n  {waiting} for replicas:\n    {}", behind.join("\n    ")));
    }

    /// Writes a line above the bar.
    fn say(&self, text: &str) {
        let (backfill, building) = (self.backfill.borrow(), self.building.borrow());
        let filling = backfill.as_ref().and_then(Backfill::bar);
        let shown = filling.or(building.as_ref().and_then(|building| building.bar.as_ref()));
        match shown {
            Some(bar) => bar.suspend(|| self.terminal.line(text)),
            None => self.terminal.line(text),
        }
    }
}

fn json_of(event: &Event<'_>) -> Option<Value> {
    Some(match event {
        Event::Step { phase, number, total, step } => {
            json!({ "event": "step", "phase": phase, "number": number, "total": total,
            "purpose": step.purpose })
        }
        Event::Migration { command, names } => {
            json!({ "event": "migration", "command": command, "migration": names.last(),
            "together": names })
        }
        Event::Building { index, phase, done, total, waits_for } => {
            json!({ "event": "building", "index": index, "phase": phase, "done": done,
            "total": total, "waits_for": waits_for })
        }
        Event::Undoing { reason } => json!({ "event": "undoing", "reason": reason }),
        Event::Continuing { phase } => json!({ "event": "continuing", "phase": phase }),
        Event::Drift { drift, recorded } => json!({ "event": "drift", "since": drift.since,
            "recorded": recorded, "changes": drift.changes }),
        Event::Note(note) => json!({ "event": "note", "message": note }),
        Event::Ended { blocker, spared } => {
            json!({ "event": "ended", "blocker": blocker, "spared": spared })
        }
        _ => return None,
    })
}
