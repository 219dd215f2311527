//! SQL of the user's, as it is.

use super::Compiler;
use crate::operation::{Draft, Made, RawSql};
use crate::plan::{Action, Lock, Raw, Step, Work};
use crate::sql;
use crate::sql::{Expression, Sql};

/// What raw SQL there is.
pub(super) fn kind(draft: &Draft) -> Option<Raw> {
    let is_late = |late: bool| draft.raw.iter().any(|raw| raw.on_complete == late);
    match (is_late(false), is_late(true)) {
        (false, false) => None,
        (true, false) => Some(Raw::Expand),
        (false, true) => Some(Raw::Contract),
        (true, true) => Some(Raw::Both),
    }
}

/// Whether rollback leaves something.
pub(super) fn stays(draft: &Draft) -> bool {
    draft.raw.iter().any(|raw| !raw.on_complete && raw.down.is_none())
        || draft.objects.iter().any(|made| matches!(made, Made::Sql { down: None, .. }))
}

impl Compiler<'_> {
    /// The steps of a migration that is nothing but SQL.
    pub(super) fn raw_steps(&self) -> Vec<Step> {
        let raw = self.draft.raw.iter().filter(|raw| !raw.on_complete);
        raw.map(|raw| {
            let step = verbatim("run the migration's SQL", &raw.up, raw.transaction);
            match &raw.down {
                None => step,
                Some(down) => {
                    let purpose = "run the migration's `down`";
                    step.undone_by(verbatim(purpose, down, raw.transaction))
                }
            }
        })
        .collect()
    }

    /// SQL in the transaction of `complete`, or behind it.
    pub(super) fn late_steps(&self, transaction: bool) -> impl Iterator<Item = Step> {
        let is_late = move |raw: &&RawSql| raw.on_complete && raw.transaction == transaction;
        let raw = self.draft.raw.iter().filter(is_late);
        raw.map(move |raw| verbatim("run the migration's SQL", &raw.up, transaction))
    }

    /// What the reader of the plan should know.
    pub(super) fn notes_on_raw(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if kind(self.draft).is_some_and(Raw::in_start) {
            notes.push(
                "the views are planned after the SQL has run, for only then it is known what it did"
                    .to_owned(),
            );
        }
        if stays(self.draft) {
            notes.push(
                "without `down`, rollback takes back the version but not what the SQL did".into(),
            );
        }
        if self.draft.raw.iter().any(|raw| !raw.transaction) {
            notes.push(
                "SQL outside of a transaction runs again from its beginning when it was interrupted"
                    .into(),
            );
        }
        notes
    }
}

/// The step that makes what operations behind it use; in the rehearsal it has been seen to.
pub(super) fn make(up: &str, down: Option<&str>) -> Step {
    let step = Step::quiet("run the migration's SQL", vec![text(up)]);
    match down {
        None => step,
        Some(down) => {
            step.undone_by(verbatim("run the migration's `down`", &[down.to_owned()], true))
        }
    }
}

/// It may take any lock and do any work.
fn verbatim(purpose: &str, texts: &[String], transaction: bool) -> Step {
    let statements: Vec<Sql> = texts.iter().map(|one| text(one)).collect();
    let mut step = Step::quiet(purpose, Vec::new()).working(Work::Rewrite);
    step.lock = Lock::AccessExclusive;
    step.is_users = true;
    step.action = if transaction { Action::Inside(statements) } else { Action::Alone(statements) };
    step
}

fn text(text: &str) -> Sql {
    sql!("{text}", text = Expression::from_catalog(text))
}
