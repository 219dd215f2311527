//! SQL of the user's, as it is.

use super::Compiler;
use crate::operation::{Draft, Made, RawSql};
use crate::plan::{Action, Lock, Raw, Step, Work};
use crate::sql;
use crate::sql::{Expression, Sql};

/// What raw SQL there is.
pub(super) fn kind(draft: &Draft) -> Option<Raw> {
    let (late, early): (Vec<&RawSql>, _) = draft.raw.iter().partition(|raw| raw.on_complete);
    match (!early.is_empty(), !late.is_empty()) {
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
            let step = verbatim("run the migration's SQL", &raw.up, action(raw));
            match &raw.down {
                None => step,
                Some(down) => {
                    let purpose = "run the migration's `down`";
                    step.undone_by(verbatim(purpose, down, action(raw)))
                }
            }
        })
        .collect()
    }

    /// SQL in the transaction of `complete`.
    pub(super) fn steps_in_complete(&self) -> impl Iterator<Item = Step> {
        self.late_steps(|raw| raw.transaction)
    }

    /// SQL behind the transaction of `complete`.
    pub(super) fn steps_behind_complete(&self) -> impl Iterator<Item = Step> {
        self.late_steps(|raw| !raw.transaction)
    }

    fn late_steps(&self, is_meant: fn(&RawSql) -> bool) -> impl Iterator<Item = Step> {
        let raw = self.draft.raw.iter().filter(move |raw| raw.on_complete && is_meant(raw));
        raw.map(|raw| verbatim("run the migration's SQL", &raw.up, action(raw)))
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
        Some(down) => step.undone_by(verbatim(
            "run the migration's `down`",
            &[down.to_owned()],
            Action::Inside,
        )),
    }
}

/// It may take any lock and do any work.
fn verbatim(purpose: &str, texts: &[String], action: fn(Vec<Sql>) -> Action) -> Step {
    let statements: Vec<Sql> = texts.iter().map(|one| text(one)).collect();
    let mut step = Step::quiet(purpose, Vec::new()).working(Work::Rewrite);
    step.lock = Lock::AccessExclusive;
    step.is_users = true;
    step.action = action(statements);
    step
}

/// How SQL of the user's is run.
fn action(raw: &RawSql) -> fn(Vec<Sql>) -> Action {
    if raw.transaction { Action::Inside } else { Action::Alone }
}

fn text(text: &str) -> Sql {
    sql!("{text}", text = Expression::from_catalog(text))
}
