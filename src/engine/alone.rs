//! Runs SQL of the user's that cannot be in a transaction.

use super::run::Job;
use super::{Engine, Error};
use crate::ledger::{self, Cursor};
use crate::plan::Phase;
use crate::sql;
use crate::sql::Sql;

impl Engine<'_> {
    /// Runs statements of the user's that cannot be in a transaction. From here on they may have done
    /// something, so that a rollback runs their `down`.
    pub(super) async fn run_alone(
        &self,
        job: Job,
        statements: &[Sql],
        after: Cursor,
    ) -> Result<(), Error> {
        if after.phase == Phase::Expand {
            let before = Cursor { done: after.done.saturating_sub(1), begun: true, ..after };
            ledger::advance(&self.connection, job.id, self.run, before).await?;
        }
        // A time-out would leave half an index.
        self.connection.batch(&sql!("SET lock_timeout = 0")).await?;
        let mut outcome = Ok(());
        for statement in statements {
            outcome = self.connection.batch(statement).await;
            if outcome.is_err() {
                break;
            }
        }
        let timeout = self.options.lock_timeout_ms;
        self.connection.batch(&sql!("SET lock_timeout = {t}", t = timeout)).await?;
        outcome?;
        Ok(ledger::advance(&self.connection, job.id, self.run, after).await?)
    }
}
