//! `rollback`: the undo of every step that was done, last first. It is derived from the stored plan
//! and written nowhere else.

use super::onlooker::Trial;
use super::run::{Job, cursor};
use super::two_sessions::Turn;
use super::{Engine, Error, Event};
use crate::ledger::{self, Cursor, Entry};
use crate::lifecycle::{self, Command, Ended};
use crate::plan::{Action, Phase, Raw, Step};
use crate::sql;
use crate::sql::Sql;

impl Engine<'_> {
    /// Takes the migration that is underway or live back. Returns its name, and those of all that were
    /// started as one with it before that.
    ///
    /// # Errors
    /// When there is none, or a step fails; then the same again goes on.
    pub async fn rollback(&self) -> Result<Vec<String>, Error> {
        self.as_command("rollback", "", Box::pin(self.roll_back_or_continue())).await
    }

    async fn roll_back_or_continue(&self) -> Result<Vec<String>, Error> {
        self.become_operator().await?;
        let entry = self.entry().await?;
        lifecycle::next(&ledger::state(entry.as_ref()), &Command::Rollback)?;
        let Some(entry) = entry else {
            return Ok(Vec::new());
        };
        self.refuse_altered_rollback(&entry).await?;
        let reached = self.undone_from(&entry).await?;
        self.take_over(&entry).await?;
        self.abort(&entry, reached).await?;
        if entry.plan.stays {
            self.emit(&Event::Note("what the migration's SQL did stays: it has no `down`"));
        }
        Ok(entry.together)
    }

    /// Takes away what a step made. What is gone already, since somebody took it away or a dump left it
    /// out, is passed over: rollback always leads back. What has only got another name is not.
    async fn undo(
        &self,
        entry: &Entry,
        undo: &Step,
        statements: &[Sql],
        after: Cursor,
    ) -> Result<(), Error> {
        let open = self.opening(undo, after);
        let attempt = async || {
            self.connection.batch(&open).await?;
            let budget = self.lock_for(undo).await?;
            for statement in statements {
                self.connection.batch(&sql!("SAVEPOINT undo")).await?;
                match self.run_within(&budget, std::slice::from_ref(statement)).await {
                    Err(Error::Database(error)) if error.is_undefined() => {
                        self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT undo")).await?;
                        self.refuse_moved(entry).await?;
                    }
                    other => other?,
                }
            }
            ledger::advance(&self.connection, entry.id, self.run, after).await?;
            Ok(self.connection.commit().await?)
        };
        match self.with_retries(Trial::patient(undo), attempt).await {
            Ok(()) => Ok(()),
            Err(error) => Err(Error::step_failed(self.failure(undo, error).await)),
        }
    }

    /// Undoes what is in force at `reached`, and ends the migration.
    pub(super) async fn abort(&self, entry: &Entry, reached: Cursor) -> Result<(), Error> {
        let job = Job { id: entry.id };
        let start = &entry.plan.start;
        let in_force = entry.in_force(reached);
        self.advance(job, cursor(Phase::Abort, in_force)).await?;
        let steps: Vec<&Step> = start.steps().take(in_force).collect();
        let (phase, total) =
            (Phase::Abort, steps.iter().filter(|step| step.undo.is_some()).count());
        let undos = steps.iter().enumerate().rev();
        let undos = undos.filter_map(|(index, step)| Some((index, step.undo.as_deref()?)));
        let turn = |(before, (index, step))| {
            let after = cursor(phase, index);
            Turn { phase, number: before + 1, total, index, step, after }
        };
        let turns: Vec<Turn<'_>> = undos.enumerate().map(turn).collect();
        let mut failed = None;
        let one = async |turn: &Turn<'_>| match &turn.step.action {
            Action::Inside(statements) if !turn.step.is_users => {
                self.undo(entry, turn.step, statements, turn.after).await
            }
            _ => {
                let Turn { step, index, after, .. } = turn;
                self.run_or_pass_over(job, step, *index, *after, &mut failed).await
            }
        };
        let run = self.run_turns(job, &turns, one, Error::step_failed).await;
        run.map_err(|(_, error)| error)?;
        // Else all is as it was described before the start.
        if in_force > 0 && entry.plan.raw.is_some_and(Raw::in_start) {
            self.describe_for_later(None).await?;
        }
        self.end(job, Ended::RolledBack).await?;
        match failed {
            None => Ok(()),
            Some(cause) => Err(Error::SqlFailed { done: "the migration is rolled back", cause }),
        }
    }
}
