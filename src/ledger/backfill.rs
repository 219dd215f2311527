//! Where the backfill of a table, or of a partition, stands.

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::LedgerError;
use crate::database::Connection;
use crate::sql;

/// The cursor of a backfill: blocks of one file node. Rows in blocks that were added later are
/// written by the sync trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackfillCursor {
    /// The table or partition, by its OID.
    pub relation: u32,
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
    /// The cursor of a step on a table or partition, if it was begun.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read(
        connection: &Connection,
        (migration, step): (i64, i32),
        relation: u32,
    ) -> Result<Option<Self>, LedgerError> {
        let query = sql!(file "ledger/backfill_read.sql");
        let rows = connection.query(&query, &[&migration, &step, &relation]).await?;
        Ok(rows.first().map(|row| Self {
            relation,
            file_node: row.get(0),
            blocks: row.get(1),
            next_block: row.get(2),
            rows: row.get(3),
        }))
    }

    /// How many blocks a step has filled, of how many, and the rows written, over all partitions of
    /// its table.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sum(
        connection: &Connection,
        (migration, step): (i64, i32),
    ) -> Result<Option<(i64, i64, i64)>, LedgerError> {
        let query = sql!(file "ledger/backfill_sum.sql");
        let rows = connection.query(&query, &[&migration, &step]).await?;
        Ok(rows.first().map(|row| (row.get(0), row.get(1), row.get(2))))
    }

    /// Stores a cursor at the beginning.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(
        &self,
        connection: &Connection,
        (migration, step): (i64, i32),
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_begin.sql");
        let parameters: [&(dyn ToSql + Sync); 5] =
            [&migration, &step, &self.relation, &self.file_node, &self.blocks];
        connection.execute(&query, &parameters).await?;
        Ok(())
    }

    /// Stores how far the cursor has moved, in the transaction of the batch that wrote `rows`.
    ///
    /// # Errors
    /// When another run owns the migration.
    pub async fn advance(
        &self,
        connection: &Connection,
        (migration, step, run): (i64, i32, Uuid),
        rows: i64,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_advance.sql");
        let parameters: [&(dyn ToSql + Sync); 6] =
            [&migration, &step, &self.relation, &self.next_block, &rows, &run];
        super::owned(connection.execute(&query, &parameters).await?)
    }
}
