//! Watches an index being built, over a connection of its own: the one that builds it is busy.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use super::{Engine, Error, Event};
use crate::database::Activity;
use crate::ledger;
use crate::plan::names;
use crate::sql::QualifiedName;

/// Most indexes are there before anybody could read of it.
const GRACE: Duration = Duration::from_secs(2);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_secs(1);

impl Engine<'_> {
    /// Does the work, and tells how far it is.
    pub(super) async fn watched<T>(
        &self,
        index: &QualifiedName,
        mut work: Pin<Box<dyn Future<Output = T> + '_>>,
    ) -> T {
        if let Ok(done) = tokio::time::timeout(GRACE, &mut work).await {
            return done;
        }
        tokio::select! {
            done = &mut work => return done,
            // There may be no connection left: it is built without being watched.
            Err(_) = self.watch(index) => {}
        }
        work.await
    }

    async fn watch(&self, index: &QualifiedName) -> Result<Infallible, Error> {
        let connection = self.connection.another(&self.target).await?;
        let activity = Activity { verb: "watch", object: index.name.as_str(), far: "" };
        connection.show(activity, Duration::ZERO).await?;
        let lock = names::operator_lock(&self.options.base_schema);
        loop {
            let operator = ledger::operator(&connection, lock).await?;
            if let Some(building) = operator.and_then(|operator| operator.index) {
                self.emit(&Event::Building {
                    index: index.name.as_str(),
                    phase: &building.phase,
                    done: building.done.unsigned_abs(),
                    total: building.total.unsigned_abs(),
                    waits_for: building.waits_for.as_deref(),
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
