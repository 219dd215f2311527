//! One operator at a time works on a base schema: who holds an advisory lock.

use std::time::Duration;

use super::{Engine, Error};
use crate::ledger;
use crate::plan::names;
use crate::sql;

/// How long a second operator waits for the first.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

impl Engine<'_> {
    /// Becomes the one operator of the base schema, until the command ends, or the connection.
    pub(super) async fn become_operator(&self) -> Result<(), Error> {
        self.refuse_read_only()?;
        let base = &self.options.base_schema;
        let (key, second) = (names::operator_lock(base), names::second_lock(base));
        let try_lock = sql!(file "ledger/become_operator.sql");
        let pause = Duration::from_millis(100);
        let mut waited = Duration::ZERO;
        loop {
            let rows = self.connection.query(&try_lock, &[&key, &second]).await?;
            if rows.first().is_some_and(|row| row.get(0)) {
                self.is_operator.set(true);
                let upgrade = async || Ok(ledger::upgrade(&self.connection).await?);
                return self.write_down(upgrade).await;
            }
            if waited >= PATIENCE {
                let schema = self.options.base_schema.as_str().to_owned();
                return Err(Error::AnotherOperator { schema });
            }
            tokio::time::sleep(pause).await;
            waited += pause;
        }
    }

    /// Lets others be the operator. Where the connection is lost, the lock has gone with it, and what
    /// is done is done.
    pub(super) async fn resign(&self) {
        if self.is_operator.take() {
            drop(self.connection.batch(&sql!("SELECT pg_advisory_unlock_all()")).await);
        }
    }
}
