//! Runs statements in one transaction, the one that moves the cursor.

use super::onlooker::Trial;
use super::run::Job;
use super::{Engine, Error};
use crate::ledger::{self, Cursor};
use crate::plan::{Phase, Step};
use crate::sql;
use crate::sql::Sql;

impl Engine<'_> {
    pub(super) async fn run_inside(
        &self,
        job: Job,
        step: &Step,
        statements: &[Sql],
        after: Cursor,
    ) -> Result<(), Error> {
        let open = self.opening(step, after);
        self.with_retries(Trial::patient(step), async || {
            self.connection.batch(&open).await?;
            let budget = self.lock_for(step).await?;
            self.run_within(&budget, statements).await?;
            ledger::advance(&self.connection, job.id, self.run, after).await?;
            Ok(self.connection.commit().await?)
        })
        .await
    }

    /// What the transaction of a step begins with.
    pub(super) fn opening(&self, step: &Step, after: Cursor) -> Sql {
        let path = self.connection.search_path();
        sql!("BEGIN; SET LOCAL search_path = {p}{f}", p = path, f = flush(step, after))
    }
}

/// Whether the commit of a step waits for the disk. Where another step of the start follows, the locks are let
/// go at once: a crash of the server takes back the last transactions whole and in their order, each with its
/// move of the cursor, and the commit that shows the version has all of them on the disk.
fn flush(step: &Step, after: Cursor) -> Sql {
    match after.phase {
        // SQL of the user's may reach out of the database.
        _ if step.is_users => sql!(""),
        Phase::Expand | Phase::Backfill | Phase::Settle | Phase::Activate => {
            sql!("; SET LOCAL synchronous_commit = off")
        }
        Phase::Live | Phase::Contract | Phase::Abort => sql!(""),
    }
}
