//! What the ledger holds of one migration.

use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::LedgerError;
use crate::lifecycle::{Ended, State};
use crate::plan::{FORMAT, Phase, Plan};
use crate::schema::{TableOrder, View};
use crate::sql::Ident;

/// One migration in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its number.
    pub id: i64,
    /// Its name; of several that were started as one, the last one's.
    pub name: String,
    /// The names of all that were started as one, in order.
    pub together: Vec<String>,
    /// The checksum of what it says.
    pub checksum: String,
    /// Its version schema.
    pub version_schema: Ident,
    /// The version schema before it.
    pub previous_schema: Option<Ident>,
    /// The plan, as `start` stored it.
    pub plan: Plan,
    /// How it ended, if it has.
    pub ended: Option<Ended>,
    /// The cursor.
    pub cursor: Cursor,
    /// Whether sync was seen not to work since it is live.
    pub suspect: bool,
    /// When it was started, UTC.
    pub started_at: String,
}

impl Entry {
    /// The phase that it is in, and how many of its steps are done. The cursor rests behind the last step
    /// of a phase until the next one's first is done.
    #[must_use]
    pub(crate) fn next(&self) -> (Phase, usize) {
        let (mut phase, mut done) = (self.cursor.phase, self.cursor.done);
        let phases = self.plan.start.phases();
        for (index, (of, steps)) in phases.iter().enumerate() {
            if let Some((next, _)) = phases.get(index + 1)
                && phase == *of
                && done == steps.len()
            {
                (phase, done) = (*next, 0);
            }
        }
        (phase, done)
    }
}

impl Entry {
    /// How many steps of the start are in force when the cursor stands there, the last of them perhaps
    /// in part: a step outside of transactions may have left something though it did not end.
    #[must_use]
    pub(crate) fn in_force(&self, reached: Cursor) -> usize {
        match reached.phase {
            Phase::Abort => reached.done,
            phase => self.plan.start.position(phase, reached.done) + usize::from(reached.begun),
        }
    }
}

/// How far a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The phase.
    pub phase: Phase,
    /// How many of its steps are done; in abort, how many steps of the start are still in force.
    pub done: usize,
    /// Whether the step behind it, which cannot be in a transaction, may have run.
    pub begun: bool,
}

/// A version that is closed for changes: completed, and shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Completed {
    /// The migration's name.
    pub name: String,
    /// Its version schema.
    pub version_schema: Ident,
    /// The order of each table's columns in it.
    pub order: Vec<TableOrder>,
    /// The users' own views in it.
    pub views: Vec<View>,
}

pub(super) fn entry(row: &Row) -> Result<Entry, LedgerError> {
    let unreadable = |error: &dyn std::fmt::Display| LedgerError::Unreadable(error.to_string());
    let Json(plan) = row.get::<_, Json<serde_json::Value>>("plan");
    let format = plan.get("format").and_then(serde_json::Value::as_i64).unwrap_or_default();
    if format > i64::from(FORMAT) {
        return Err(LedgerError::TooNew { found: format });
    }
    let ident = |name: String| Ident::new(name).map_err(|error| unreadable(&error));
    let previous: Option<String> = row.get("previous_schema");
    let phase = serde_json::Value::String(row.get("phase"));
    let done: i32 = row.get("steps_done");
    Ok(Entry {
        id: row.get("id"),
        name: row.get("name"),
        together: row.get("together"),
        checksum: row.get("checksum"),
        version_schema: ident(row.get("version_schema"))?,
        previous_schema: previous.map(ident).transpose()?,
        plan: serde_json::from_value(plan).map_err(|error| unreadable(&error))?,
        ended: Ended::of(row.get("state")),
        cursor: Cursor {
            phase: serde_json::from_value(phase).map_err(|error| unreadable(&error))?,
            done: usize::try_from(done).map_err(|error| unreadable(&error))?,
            begun: row.get("begun"),
        },
        suspect: row.get("suspect"),
        started_at: row.get("started_at"),
    })
}

/// What the lifecycle needs to know of what [`read`](super::read) found.
#[must_use]
pub(crate) fn state(entry: Option<&Entry>) -> State {
    match entry {
        None => State::Idle { last: None },
        Some(Entry { name, ended: Some(ended), .. }) => {
            State::Idle { last: Some((name.clone(), *ended)) }
        }
        Some(entry) => State::Active {
            name: entry.name.clone(),
            checksum: entry.checksum.clone(),
            phase: entry.cursor.phase,
        },
    }
}
