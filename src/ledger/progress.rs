//! What a run tells of itself while it fills a table, and whether there is a run.

use uuid::Uuid;

use super::LedgerError;
use crate::database::Connection;
use crate::sql;

/// What a run has told last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
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
    pub async fn store(
        &self,
        connection: &Connection,
        migration: i64,
        run: Uuid,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/progress_tell.sql");
        let Self { rows_per_second, seconds_left, held } = self;
        connection
            .execute(&query, &[&migration, &run, rows_per_second, seconds_left, held])
            .await?;
        Ok(())
    }

    /// What the run that owns the migration has told in the last seconds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read(
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
pub struct Operator {
    /// Its process on the server.
    pub pid: i32,
    /// The index that it builds: what Postgres is doing to it, the blocks done, and how many there are.
    pub index: Option<(String, i64, i64)>,
}

/// Who has the operator's lock, if it is not this session.
///
/// # Errors
/// When the database refuses.
pub async fn operator(connection: &Connection, lock: i64) -> Result<Option<Operator>, LedgerError> {
    let rows = connection.query(&sql!(file "ledger/operator.sql"), &[&lock]).await?;
    Ok(rows.first().map(|row| {
        let phase: Option<String> = row.get(1);
        let index = phase.map(|phase| {
            let blocks = |column| row.get::<_, Option<i64>>(column).unwrap_or_default();
            (phase, blocks(2), blocks(3))
        });
        Operator { pid: row.get(0), index }
    }))
}
