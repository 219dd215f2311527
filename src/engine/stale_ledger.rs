//! A ledger that says less than has happened, or that a `complete` was which was not: it was changed by hand,
//! or restored from a dump without the tables. To go on by it would do things twice, or leave half of them.

use super::altered::added;
use super::{Engine, Error, Event};
use crate::ledger::{Cursor, Entry};
use crate::plan::{Phase, names};
use crate::sql;
use crate::sql::Sql;

impl Engine<'_> {
    /// Refuses to go on with a start of which more is there than the ledger says.
    pub(super) async fn refuse_behind(&self, entry: &Entry) -> Result<(), Error> {
        match self.unaccounted(entry).await? {
            found if found.is_empty() => Ok(()),
            found => Err(Error::LedgerBehind { found }),
        }
    }

    /// From where a rollback undoes: from the end, where more is there than the ledger says. What is not
    /// there is nothing to be undone.
    pub(super) async fn undone_from(&self, entry: &Entry) -> Result<Cursor, Error> {
        let found = self.unaccounted(entry).await?;
        if found.is_empty() {
            return Ok(entry.cursor);
        }
        let found = found.join(", ");
        self.emit(&Event::Note(&format!(
            "the ledger says less than has happened ({found}): all that the start makes is undone"
        )));
        let done = entry.plan.start.activate.len();
        Ok(Cursor { phase: Phase::Activate, done, begun: false })
    }

    /// What is there that the ledger says is not, or no more.
    async fn unaccounted(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let (plan, in_force) = (&entry.plan, entry.in_force(entry.cursor));
        let mut ahead = plan.start.steps().skip(in_force).peekable();
        if matches!(entry.cursor.phase, Phase::Live | Phase::Contract) || ahead.peek().is_none() {
            return Ok(Vec::new());
        }
        let mut found = self.among(plan, added(ahead), there()).await?;
        if self.is_shown(entry).await? {
            found.push(format!("the schema `{}`", entry.version_schema.as_str()));
        }
        Ok(found)
    }

    /// Refuses to finish a `complete` whose transaction has never been: the new columns would have their
    /// final names.
    pub(super) async fn refuse_uncontracted(&self, entry: &Entry) -> Result<(), Error> {
        let columns = added(entry.plan.start.steps());
        let columns = columns.filter(|(_, column)| column.as_str().starts_with(names::PREFIX));
        let found = self.among(&entry.plan, columns, there()).await?;
        if found.is_empty() {
            return Ok(());
        }
        let told =
            |one: String| format!("{one} is there, which the ledger says has its final name");
        let found = found.into_iter().map(told).collect();
        Err(Error::Altered { command: "complete", found })
    }
}

/// Finds those of columns that are there.
fn there() -> Sql {
    sql!(file "catalog/early_columns.sql")
}
