//! Waits until replicas have replayed what a command did, so that applications there find the version
//! that is named to them. Physical replicas: a subscriber of logical replication gets no schema.

use std::time::{Duration, Instant};

use super::throttle::{Unit, may_see_statistics};
use super::{Engine, Error, Event};
use crate::sql;

/// How often they are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The replicas that are waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replicas {
    /// Their `application_name`s; none are all that are connected when the waiting begins.
    pub names: Vec<String>,
    /// How long they are waited for.
    pub patience: Duration,
}

impl Engine<'_> {
    /// Whether it can be told how far the replicas are, before anything is done.
    pub(super) async fn check_replicas(&self) -> Result<(), Error> {
        let Some(replicas) = &self.options.replicas else {
            return Ok(());
        };
        let refused = |reason: String| Err(Error::Unwatchable { reason });
        if !may_see_statistics(&self.connection).await? {
            return refused(
                "the role may not see how far they are: GRANT pg_monitor (or pg_read_all_stats) to it"
                    .into(),
            );
        }
        let query = sql!(file "replicas/subscribers.sql");
        match self.connection.query(&query, &[&replicas.names]).await?.first() {
            None => Ok(()),
            Some(row) => refused(format!(
                "`{}` is a subscriber of logical replication, which gets rows and no schema",
                row.get::<_, String>(0)
            )),
        }
    }

    /// Waits until they have replayed all that was committed before, and so what the command did. Nothing
    /// is locked meanwhile.
    pub(super) async fn wait_for_replicas(
        &self,
        again: &'static str,
        done: &str,
    ) -> Result<(), Error> {
        let Some(replicas) = &self.options.replicas else {
            return Ok(());
        };
        let names = match replicas.names.as_slice() {
            [] => self.connected_replicas().await?,
            named => named.to_vec(),
        };
        let mark = self.mark().await?;
        let since = Instant::now();
        loop {
            let rows =
                self.connection.query(&sql!(file "replicas/behind.sql"), &[&names, &mark]).await?;
            let behind: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            if behind.is_empty() {
                return Ok(());
            }
            if since.elapsed() >= replicas.patience {
                let waited = u64::try_from(replicas.patience.as_millis()).unwrap_or(u64::MAX);
                let waited = Unit::Time.say(waited);
                return Err(Error::ReplicasBehind { done: done.to_owned(), again, waited, behind });
            }
            self.emit(&Event::Replicas { done, behind: &behind });
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn connected_replicas(&self) -> Result<Vec<String>, Error> {
        let rows = self.connection.query(&sql!(file "replicas/connected.sql"), &[]).await?;
        if rows.is_empty() {
            self.emit(&Event::Note("no replica is connected that could be waited for"));
        }
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// A place in the WAL behind everything that was committed before. A transaction of its own makes
    /// sure that the WAL up to there is written, for only that is sent, also where the session's commits do
    /// not wait for it; and it does not wait for the replicas in question.
    async fn mark(&self) -> Result<String, Error> {
        self.connection.begin().await?;
        self.connection.batch(&sql!("SET LOCAL synchronous_commit = local")).await?;
        self.connection.batch(&sql!(file "replicas/mark.sql")).await?;
        self.connection.commit().await?;
        let query = sql!("SELECT pg_current_wal_flush_lsn()::text");
        let rows = self.connection.query(&query, &[]).await?;
        Ok(rows.first().map(|row| row.get(0)).unwrap_or_default())
    }
}
