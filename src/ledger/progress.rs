//! What a run tells of itself while it fills a table, and whether there is a run.

use serde::Serialize;
use uuid::Uuid;

use super::LedgerError;
use crate::database::Connection;
use crate::sql;

/// What a run has told last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Rows that it writes in a second.
    pub rows_per_second: Option<i64>,
    /// How many seconds it still takes.
    pub seconds_left: Option<i64>,
    /// What it waits for, while it rests.
    pub held: Option<String>,
}

impl Told {
    /// Stores it, outside of any transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn store(
        &self,
        connection: &Connection,
        migration: i64,
        run: Uuid,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/progress_tell.sql");
        let Self { rows_per_second, seconds_left, held } = self;
        connection.repeat(&query, &[&migration, &run, rows_per_second, seconds_left, held]).await?;
        Ok(())
    }

    /// What the run that owns the migration has told in the last seconds.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn read(
        connection: &Connection,
        migration: i64,
    ) -> Result<Option<Self>, LedgerError> {
        let query = sql!(file "ledger/progress_read.sql");
        let rows = connection.query(&query, &[&migration]).await?;
        Ok(rows.first().map(|row| Self {
            rows_per_second: row.get(0),
            seconds_left: row.get(1),
            held: row.get(2),
        }))
    }
}

/// The session that is at work on a base schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operator {
    /// Its process on the server.
    pub pid: i32,
    /// The index that it builds.
    pub index: Option<Building>,
    /// Whom it waits for at the moment, for people.
    pub waits_for: Vec<String>,
}

/// How far an index is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Building {
    /// What Postgres is doing, as in `pg_stat_progress_create_index`.
    pub phase: String,
    /// What is done of it: blocks, rows, or transactions that it waits for.
    pub done: i64,
    /// How many there are; 0 where they are not counted.
    pub total: i64,
    /// Whose transaction it waits for, for people: `pid 123 (ann, psql, since 09:15:00)`.
    pub waits_for: Option<String>,
}

/// Who has the operator's lock, if it is not this session.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn operator(
    connection: &Connection,
    lock: i64,
) -> Result<Option<Operator>, LedgerError> {
    let rows = connection.query(&sql!(file "ledger/operator.sql"), &[&lock]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (pid, phase): (i32, Option<String>) = (row.get(0), row.get(1));
    let number = |column| row.get::<_, Option<i64>>(column).unwrap_or_default();
    let waits_for = connection.blockers_of(pid).await?;
    let waits_for: Vec<String> = waits_for.iter().map(ToString::to_string).collect();
    let index = phase.map(|phase| Building {
        phase,
        done: number(2),
        total: number(3),
        // Postgres names a session, which a prepared transaction has not.
        waits_for: row.get::<_, Option<String>>(4).or_else(|| waits_for.first().cloned()),
    });
    Ok(Some(Operator { pid, index, waits_for }))
}
