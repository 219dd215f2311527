//! A connection that is lost while a COMMIT is on its way leaves open whether that has happened. The ledger
//! says so: it is read over a new connection, and nothing is done again.

use std::time::Duration;

use super::operator::PATIENCE;
use super::run::Job;
use super::{Engine, Error};
use crate::ledger::{self, Entry};
use crate::lifecycle::Ended;

/// How long to wait before the next try for a connection.
const PAUSE: Duration = Duration::from_millis(100);

impl Engine<'_> {
    /// Ends the migration. Where the answer is lost, it has ended if the ledger says so.
    pub(super) async fn end(&self, job: Job, ended: Ended) -> Result<(), Error> {
        let write = async || Ok(ledger::end(&self.connection, job.id, self.run, ended).await?);
        match self.write_down(write).await {
            Err(error) if error.is_lost() => match self.after_loss(job).await {
                Some(entry) if entry.ended == Some(ended) => Ok(()),
                _ => Err(error),
            },
            done => done,
        }
    }

    /// What the ledger says of the migration since the connection was lost; none where that cannot be
    /// had soon.
    pub(super) async fn after_loss(&self, job: Job) -> Option<Entry> {
        // It may be another session that was lost.
        self.resign().await;
        let read = tokio::time::timeout(PATIENCE, Box::pin(self.read_anew())).await;
        read.ok().flatten().filter(|entry| entry.id == job.id)
    }

    async fn read_anew(&self) -> Option<Entry> {
        loop {
            // A server that is restarted takes its time.
            if let Ok(again) = Engine::open(&self.target, self.options.clone(), &|_| {}).await {
                // The session that was lost has the operator's lock until it is at its end, so that no
                // COMMIT is on its way any more.
                let entry = match again.become_operator().await {
                    Ok(()) => again.entry().await.ok(),
                    Err(_) => None,
                };
                // Only to be tidy: it has not written anything.
                drop(again.close().await);
                if let Some(entry) = entry {
                    return entry;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
