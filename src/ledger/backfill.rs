//! Where the backfill of a table stands.

use uuid::Uuid;

use super::LedgerError;
use crate::database::Connection;
use crate::sql;

/// The cursor of a backfill: blocks of one file node. Rows in blocks that were added later are
/// written by the sync trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackfillCursor {
    /// `pg_relation_filenode`; it changes when the table is rewritten, as by VACUUM FULL.
    pub file_node: u32,
    /// How many blocks there were at the beginning.
    pub blocks: i64,
    /// The first block that is not done.
    pub next_block: i64,
    /// How many rows were written.
    pub rows: i64,
}

impl BackfillCursor {
    /// The cursor of a step, if it was begun.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read(
        connection: &Connection,
        migration: i64,
        step: i32,
    ) -> Result<Option<Self>, LedgerError> {
        let query = sql!(file "ledger/backfill_read.sql");
        let rows = connection.query(&query, &[&migration, &step]).await?;
        Ok(rows.first().map(|row| Self {
            file_node: row.get(0),
            blocks: row.get(1),
            next_block: row.get(2),
            rows: row.get(3),
        }))
    }

    /// Stores a cursor at the beginning.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(
        &self,
        connection: &Connection,
        migration: i64,
        step: i32,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_begin.sql");
        connection.execute(&query, &[&migration, &step, &self.file_node, &self.blocks]).await?;
        Ok(())
    }

    /// Moves the cursor, in the transaction of the batch.
    ///
    /// # Errors
    /// When another run owns the migration.
    pub async fn advance(
        connection: &Connection,
        (migration, step, run): (i64, i32, Uuid),
        next_block: i64,
        rows: i64,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_advance.sql");
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&migration, &step, &next_block, &rows, &run];
        super::owned(connection.execute(&query, &parameters).await?)
    }
}
