//! The dry run: a plan as a person reads it before agreeing.

use super::style::{CARE, QUIET, STRONG, styled};
use crate::plan::{Lock, Phase, Plan, Raw, Step, Work};

/// Every phase, every step with its lock and its SQL, the notes, and what rollback undoes.
pub(in crate::cli) fn plan(name: &str, plan: &Plan) -> String {
    let mut page = Page::default();
    page.heading(plan, name);
    for note in &plan.notes {
        page.add(0, &format!("{}: {note}", styled(CARE, "note")));
    }
    page.title("start", "from here on both versions are kept in step; the old one serves");
    for (phase, steps) in plan.start.phases() {
        page.phase(phase, steps);
    }
    if plan.raw.is_some_and(Raw::in_start) {
        page.add(
            1,
            "the migration's own SQL decides what the views show: they are planned after it",
        );
    }
    page.title("complete", "one short transaction, all of it or nothing");
    page.contract(plan);
    page.title("rollback, instead of complete", "undoes what was done, the last first");
    page.rollback(plan);
    page.lines.join("\n")
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
}

impl Page {
    fn add(&mut self, depth: usize, text: &str) {
        let margin = "  ".repeat(depth);
        self.lines.extend(text.lines().map(|line| format!("{margin}{line}")));
    }

    fn title(&mut self, title: &str, meaning: &str) {
        self.lines.push(String::new());
        self.add(0, &format!("{}: {meaning}", styled(STRONG, title)));
    }

    fn heading(&mut self, plan: &Plan, name: &str) {
        let (new, base) = (plan.version_schema.as_str(), plan.base_schema.as_str());
        let old = match &plan.previous_schema {
            Some(previous) => format!("`{}`", previous.as_str()),
            None => format!("the schema `{base}` itself"),
        };
        self.add(0, &format!("`{}`", styled(STRONG, name)));
        self.add(1, &format!("new version: `{new}`"));
        self.add(1, &format!("old version: {old}"));
        self.add(1, &rewrites(plan));
    }

    fn phase(&mut self, phase: Phase, steps: &[Step]) {
        if steps.is_empty() {
            return;
        }
        self.add(1, &styled(STRONG, &phase.to_string()));
        for (index, step) in steps.iter().enumerate() {
            self.step(index + 1, step);
        }
    }

    fn step(&mut self, number: usize, step: &Step) {
        self.add(2, &format!("{number}. {}", step.purpose));
        self.add(3, &cost(step));
        for statement in step.statements() {
            self.sql(&format!("{};", statement.as_str().trim()));
        }
    }

    fn sql(&mut self, text: &str) {
        for line in text.trim().lines() {
            self.add(4, &styled(QUIET, line));
        }
    }

    fn contract(&mut self, plan: &Plan) {
        let contract = &plan.contract;
        if !contract.opening.is_empty() {
            self.add(1, &styled(STRONG, "first"));
        }
        for (index, step) in contract.opening.iter().enumerate() {
            self.step(index + 1, step);
        }
        let locks: Vec<String> = contract.locks.iter().map(shown).collect();
        if !locks.is_empty() {
            self.add(1, &format!("locks first, all or none: {}", locks.join(", ")));
        }
        for guard in &contract.guards {
            self.add(1, &format!("only if: {}", guard.purpose));
        }
        for unmended in &contract.unmended {
            let column = &unmended.column;
            self.add(1, &format!("only if: no value is lost that the checks on {column} refuse"));
        }
        for doomed in &contract.doomed {
            let what = match &doomed.column {
                Some(column) => format!("{}.{}", doomed.table.as_str(), column.as_str()),
                None => doomed.table.as_str().to_owned(),
            };
            self.add(1, &format!("only if: nothing unknown hangs on `{what}`, which goes"));
        }
        self.phase(Phase::Contract, &contract.steps);
        if !contract.cleanup.is_empty() {
            self.add(1, &styled(STRONG, "afterwards"));
        }
        for (index, step) in contract.cleanup.iter().enumerate() {
            self.step(index + 1, step);
        }
    }

    fn rollback(&mut self, plan: &Plan) {
        let undos = plan.start.steps().rev().filter_map(|step| step.undo.as_deref());
        for (index, undo) in undos.enumerate() {
            self.add(1, &format!("{}. {} ({})", index + 1, undo.purpose, cost(undo)));
        }
        if plan.stays {
            self.add(1, "what the migration's own SQL did stays: it has no `down`");
        }
    }
}

/// `rows to rewrite: about 1200 in `users``: what takes the time, and the disk.
fn rewrites(plan: &Plan) -> String {
    let each = plan.rewrites.iter().map(|rewrites| {
        let table = &rewrites.table;
        match rewrites.rows {
            Some(rows) => format!("about {rows} in `{table}`"),
            None => format!("all of `{table}`"),
        }
    });
    let mut each: Vec<String> = each.collect();
    if plan.raw.is_some() {
        each.push("those that the migration's own SQL writes".to_owned());
    }
    let what = if each.is_empty() { "0".to_owned() } else { each.join(", ") };
    format!("rows to rewrite: {what}")
}

/// `ACCESS EXCLUSIVE on public.users, catalog only`.
pub(super) fn cost(step: &Step) -> String {
    let lock = match (&step.relation, step.lock) {
        (_, Lock::None) => "no lock".to_owned(),
        (Some(relation), lock) => format!("{lock} on {}", shown(relation)),
        (None, lock) => lock.to_string(),
    };
    let text = format!("{lock}, {}", step.work);
    // The one thing that a reader at 3 a.m. must not miss.
    if step.lock == Lock::AccessExclusive && step.work > Work::Catalog {
        return styled(CARE, &text);
    }
    text
}

/// A name without the quotes that it does not need for being read.
fn shown(name: &crate::sql::QualifiedName) -> String {
    format!("`{}.{}`", name.schema.as_str(), name.name.as_str())
}
