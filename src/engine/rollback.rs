//! `rollback`: the undo of every step that was done, last first. It is derived from the stored plan
//! and written nowhere else.

use super::run::{Job, cursor};
use super::{Engine, Error, Event};
use crate::compile;
use crate::ledger::{self, Cursor, Entry};
use crate::lifecycle::{self, Command, Ended};
use crate::plan::{Phase, Step};

impl Engine<'_> {
    /// Takes the migration that is underway or live back. Returns its name.
    ///
    /// # Errors
    /// When there is none, or a step fails; then the same again goes on.
    pub async fn rollback(&self) -> Result<String, Error> {
        self.as_command("rollback", "", Box::pin(self.roll_back_or_continue())).await
    }

    async fn roll_back_or_continue(&self) -> Result<String, Error> {
        self.become_operator().await?;
        let entry = self.entry().await?;
        lifecycle::next(&ledger::state(entry.as_ref()), &Command::Rollback)?;
        let Some(entry) = entry else {
            return Ok(String::new());
        };
        self.refuse_to_break_others(&entry).await?;
        ledger::take_over(&self.connection, entry.id, self.run).await?;
        self.abort(&entry, entry.cursor).await?;
        if entry.plan.stays {
            self.emit(&Event::Note("what the migration's SQL did stays: it has no `down`"));
        }
        Ok(entry.name)
    }

    /// A view of somebody else's on one of the version's would be found when that is hidden already.
    async fn refuse_to_break_others(&self, entry: &Entry) -> Result<(), Error> {
        let version = &entry.version_schema;
        let rows = self.connection.query(&compile::outsiders(version), &[]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let found = rows.iter().map(|row| row.get(0)).collect();
        Err(Error::StoodOn { schema: version.as_str().to_owned(), found })
    }

    /// Undoes what is in force at `reached`, and ends the migration.
    pub(super) async fn abort(&self, entry: &Entry, reached: Cursor) -> Result<(), Error> {
        let job = Job { id: entry.id };
        let start = &entry.plan.start;
        let mut in_force = match reached.phase {
            Phase::Abort => reached.done,
            phase => start.position(phase, reached.done),
        };
        // A step outside of transactions may have left something though it did not end.
        if reached.begun && reached.phase != Phase::Abort {
            in_force += 1;
        }
        ledger::advance(&self.connection, job.id, self.run, cursor(Phase::Abort, in_force)).await?;
        let steps: Vec<&Step> = start.steps().take(in_force).collect();
        let total = steps.iter().filter(|step| step.undo.is_some()).count();
        let mut number = 0;
        let mut failed = None;
        for (index, step) in steps.iter().enumerate().rev() {
            let after = cursor(Phase::Abort, index);
            let Some(undo) = step.undo.as_deref() else {
                ledger::advance(&self.connection, job.id, self.run, after).await?;
                continue;
            };
            number += 1;
            self.emit(&Event::Step { phase: Phase::Abort, number, total, step: undo });
            self.run_or_pass_over(job, undo, index, after, &mut failed).await?;
        }
        self.end(job, Ended::RolledBack).await?;
        match failed {
            None => Ok(()),
            Some(reason) => Err(Error::SqlFailed { done: "the migration is rolled back", reason }),
        }
    }
}
