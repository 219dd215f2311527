//! What was started, and what was completed, as the ledger has it.

use super::{Engine, Error};
use crate::ledger::{self, Recorded};
use crate::migration::Covered;

impl Engine<'_> {
    /// Names of all completed migrations, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn completed(&self) -> Result<Vec<String>, Error> {
        Ok(self.completed_with_replaced().await?.into_iter().map(|(name, _)| name).collect())
    }

    /// What was completed, with what that replaced.
    pub(super) async fn covered(&self) -> Result<Covered, Error> {
        let completed = self.completed_with_replaced().await?;
        let stands_for = completed.iter().map(|(name, replaces)| match replaces.as_slice() {
            [] => (name.as_str(), std::slice::from_ref(name)),
            replaced => (name.as_str(), replaced),
        });
        Ok(Covered::of(stands_for))
    }

    async fn completed_with_replaced(&self) -> Result<Vec<(String, Vec<String>)>, Error> {
        if !ledger::is_installed(&self.connection).await? {
            return Ok(Vec::new());
        }
        Ok(ledger::completed_names(&self.connection, &self.options.base_schema).await?)
    }

    /// Everything that was ever started: in the order in which it ended, and then what is live or underway.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn history(&self) -> Result<Vec<Recorded>, Error> {
        if !ledger::is_installed(&self.connection).await? {
            return Ok(Vec::new());
        }
        Ok(ledger::history(&self.connection, &self.options.base_schema).await?)
    }
}
