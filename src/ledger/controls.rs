//! What was said about throttling a backfill, from any session.

use serde_json::Value;
use tokio_postgres::types::{Json, ToSql};

use super::{LedgerError, inside};
use crate::database::Connection;
use crate::sql;
use crate::sql::Sql;

/// How the backfill of a migration is throttled.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Controls {
    /// Whether it is paused by command.
    pub paused: bool,
    /// The settings, as the engine stored them; none were stored where it is null.
    pub settings: Value,
}

impl Controls {
    /// What was said about a migration.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn read(connection: &Connection, migration: i64) -> Result<Self, LedgerError> {
        let rows = connection.query(&sql!(file "ledger/controls_read.sql"), &[&migration]).await?;
        Ok(rows.first().map_or_else(Self::default, |row| {
            let Json(settings) = row.get("throttle");
            Self { paused: row.get("paused"), settings }
        }))
    }

    /// Pauses a migration's backfill, or lets it go on.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn pause(
        connection: &Connection,
        migration: i64,
        paused: bool,
    ) -> Result<(), LedgerError> {
        write(connection, &sql!(file "ledger/controls_pause.sql"), &[&migration, &paused]).await
    }

    /// Stores the settings of a migration's throttle.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn set(
        connection: &Connection,
        migration: i64,
        settings: Value,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/controls_set.sql");
        write(connection, &query, &[&migration, &Json(settings)]).await
    }
}

/// Writes without waiting for replicas: one of them may be the reason for writing.
async fn write(
    connection: &Connection,
    statement: &Sql,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<(), LedgerError> {
    inside(connection, async || {
        connection.batch(&sql!("SET LOCAL synchronous_commit = local")).await?;
        connection.execute(statement, parameters).await?;
        Ok(())
    })
    .await
}
