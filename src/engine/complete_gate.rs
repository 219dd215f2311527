//! The gate before `complete`: sync has worked to the end, nobody has put anything on what goes, and no
//! value is lost.

use super::{Engine, Error};
use crate::database::{carried, hanging_on};
use crate::ledger::{self, Entry};
use crate::schema::Carried;
use crate::sql;
use crate::sql::Ident;

/// What `complete` refuses for.
pub(super) struct InTheWay {
    /// What it is, for people.
    pub(super) found: Vec<String>,
    /// Whether some of it keeps sync from working.
    pub(super) of_sync: bool,
}

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
            let rows = self.connection.ask(&one.query, &[]).await?;
            let row = |row: &tokio_postgres::Row| {
                format!("{} is NULL for {}", one.column, row.get::<_, String>(0))
            };
            found.extend(rows.iter().map(row));
        }
        self.connection.batch(&sql!("SET LOCAL enable_seqscan TO DEFAULT")).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::WouldLose { found }) }
    }

    /// What is dropped and made again is as it was when that was rehearsed. In the transaction that is open.
    pub(super) async fn refuse_changed_dependents(&self, entry: &Entry) -> Result<(), Error> {
        let found = self.changed_dependents(entry).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::Altered { command: "complete", found }) }
    }

    /// What would be dropped and made again, and is not what the plan has rehearsed. In the transaction that
    /// is open.
    pub(super) async fn changed_dependents(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let Some(carrying) = &entry.plan.contract.carrying else {
            return Ok(Vec::new());
        };
        let base = &entry.plan.base_schema;
        let own: Vec<Ident> =
            entry.previous_schema.iter().chain([&entry.version_schema]).cloned().collect();
        let columns = (carrying.tables.as_slice(), carrying.columns.as_slice());
        let now = carried(&self.connection, base, columns, &own).await?;
        let known = |one: &Carried| now.iter().find(|now| now.identity == one.identity);
        let mut found = Vec::new();
        for one in &carrying.found {
            let what = &one.description;
            match known(one) {
                None => found.push(format!("{what} is gone, or has another name")),
                Some(now) if now == one => {}
                Some(now) => found.push(match &now.problem {
                    None => format!("{what} has been changed"),
                    Some(problem) => format!("{what} cannot be made again: {problem}"),
                }),
            }
        }
        let is_new = |now: &&Carried| !carrying.found.iter().any(|o| o.identity == now.identity);
        let new = now.iter().filter(is_new);
        found.extend(new.map(|new| format!("{} has come", new.description)));
        Ok(found)
    }

    /// Sync has worked to the end, and nobody has put anything on what goes.
    pub(super) async fn refuse_the_unknown(&self, entry: &Entry) -> Result<(), Error> {
        refused(self.the_unknown(entry).await?.found, Vec::new())
    }

    async fn the_unknown(&self, entry: &Entry) -> Result<InTheWay, Error> {
        let broken = self.broken_promises(&entry.plan).await?;
        if !broken.is_empty() {
            return Err(Error::Altered { command: "complete", found: broken });
        }
        self.in_the_way(entry).await
    }

    /// As [`Engine::refuse_the_unknown`], while nothing is locked: there is the time to look for the rows
    /// that were written past the triggers. What was in the way of sync at any time may be gone, and the
    /// rows that were written meanwhile are as they were.
    pub(super) async fn refuse_the_unknown_early(&self, entry: &Entry) -> Result<(), Error> {
        let altered = self.altered_for_complete(entry).await?;
        if !altered.is_empty() {
            return Err(Error::Altered { command: "complete", found: altered });
        }
        // Planned for good, so that it takes no longer than need be under the locks.
        self.connection.begin().await?;
        self.connection.plan_once().await?;
        let looked = self.the_unknown(entry).await;
        self.connection.rollback().await?;
        let InTheWay { found, of_sync } = looked?;
        if of_sync {
            ledger::suspect(&self.connection, entry.id).await?;
        }
        let is_suspect = of_sync || entry.suspect;
        refused(found, if is_suspect { self.rows_apart(entry).await } else { Vec::new() })
    }

    /// Rows on which the versions do not agree. Only to be helpful: where an expression fails for a row,
    /// there is no answer.
    pub(super) async fn rows_apart(&self, entry: &Entry) -> Vec<String> {
        let (mut found, mut asked) = (Vec::new(), Vec::new());
        for query in entry.plan.contract.guards.iter().filter_map(|guard| guard.rows.as_ref()) {
            if asked.contains(&query) {
                continue;
            }
            asked.push(query);
            let rows = self.connection.query(query, &[]).await;
            let apart = |what: &str| format!("the versions do not agree on {what}");
            found.extend(rows.iter().flatten().map(|row| apart(row.get(0))));
            // Plans of an earlier release do not count them.
            let of_all = rows.iter().flatten().find_map(|row| row.try_get::<_, i64>(1).ok());
            let told = i64::try_from(rows.iter().flatten().count()).unwrap_or(i64::MAX);
            let more = of_all.map_or(0, |all| all.saturating_sub(told));
            if more > 0 {
                found.push(apart(&format!("{more} more rows")));
            }
        }
        found
    }

    /// What `complete` refuses for.
    pub(super) async fn in_the_way(&self, entry: &Entry) -> Result<InTheWay, Error> {
        let contract = &entry.plan.contract;
        let (mut found, mut of_sync) = (Vec::new(), false);
        for guard in &contract.guards {
            let rows = self.connection.ask(&guard.query, &[]).await?;
            of_sync |= guard.rows.is_some() && !rows.is_empty();
            found.extend(rows.iter().map(|row| row.get::<_, String>(0)));
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
        Ok(InTheWay { found, of_sync })
    }
}

fn refused(found: Vec<String>, rows_apart: Vec<String>) -> Result<(), Error> {
    match found.is_empty() && rows_apart.is_empty() {
        true => Ok(()),
        false => Err(Error::InTheWay { found, rows_apart }),
    }
}
