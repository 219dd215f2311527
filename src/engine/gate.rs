//! The gate before `complete`: sync has worked to the end, nobody has put anything on what goes, and no
//! value is lost.

use super::{Engine, Error};
use crate::database::hanging_on;
use crate::ledger::{self, Entry};
use crate::plan::Guard;
use crate::sql;
use crate::sql::Ident;

impl Engine<'_> {
    /// Values of the old version that the new one has not taken are not thrown away. An index finds them,
    /// whatever the planner thinks of it.
    pub(super) async fn refuse_to_lose(&self, entry: &Entry) -> Result<(), Error> {
        let unmended = &entry.plan.contract.unmended;
        if unmended.is_empty() {
            return Ok(());
        }
        self.connection.batch(&sql!("SET LOCAL enable_seqscan = off")).await?;
        let mut found = Vec::new();
        for one in unmended {
            let rows = self.connection.query(&one.query, &[]).await?;
            let row = |row: &tokio_postgres::Row| {
                format!("{} is NULL for {}", one.column, row.get::<_, String>(0))
            };
            found.extend(rows.iter().map(row));
        }
        self.connection.batch(&sql!("SET LOCAL enable_seqscan TO DEFAULT")).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::WouldLose { found }) }
    }

    /// Sync has worked to the end, and nobody has put anything on what goes.
    pub(super) async fn refuse_the_unknown(&self, entry: &Entry) -> Result<(), Error> {
        let found = self.in_the_way(entry).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::InTheWay { found }) }
    }

    /// As [`Engine::refuse_the_unknown`], while nothing is locked: there is the time to look for the rows
    /// that were written past the triggers.
    pub(super) async fn refuse_the_unknown_early(&self, entry: &Entry) -> Result<(), Error> {
        let mut found = self.in_the_way(entry).await?;
        let mut asked = Vec::new();
        if self.distrusts_sync(entry).await? {
            asked.extend(entry.plan.contract.guards.iter().filter_map(|guard| guard.rows.as_ref()));
            asked.dedup();
        }
        for query in asked {
            // Only to be helpful: where an expression fails for a row, there is no answer.
            let rows = self.connection.query(query, &[]).await;
            let shown = |row: &tokio_postgres::Row| {
                format!("the versions do not agree on {}", row.get::<_, String>(0))
            };
            found.extend(rows.iter().flatten().map(shown));
        }
        if found.is_empty() { Ok(()) } else { Err(Error::InTheWay { found }) }
    }

    /// Whether sync does not work, or was seen not to at any time: what is in its way can be taken away,
    /// and the rows that were written meanwhile are as they were.
    pub(super) async fn distrusts_sync(&self, entry: &Entry) -> Result<bool, Error> {
        if entry.suspect {
            return Ok(true);
        }
        for guard in entry.plan.contract.guards.iter().filter(|guard| guard.rows.is_some()) {
            if !self.refused_by(guard).await?.is_empty() {
                ledger::suspect(&self.connection, entry.id).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What `complete` refuses for.
    pub(super) async fn in_the_way(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let contract = &entry.plan.contract;
        let mut found = Vec::new();
        for guard in &contract.guards {
            found.extend(self.refused_by(guard).await?);
        }
        let own: Vec<Ident> =
            entry.previous_schema.iter().chain([&entry.version_schema]).cloned().collect();
        for doomed in &contract.doomed {
            let base = &entry.plan.base_schema;
            let column = doomed.column.as_ref();
            let hanging = hanging_on(&self.connection, base, &doomed.table, column, &own).await?;
            let unknown = hanging.into_iter().filter(|one| !doomed.known.contains(&one.name));
            found.extend(unknown.map(|one| one.description));
        }
        Ok(found)
    }

    async fn refused_by(&self, guard: &Guard) -> Result<Vec<String>, Error> {
        let rows = self.connection.query(&guard.query, &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
