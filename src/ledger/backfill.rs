//! Where the backfill of a table, or of a partition, stands.

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{LedgerError, inside};
use crate::database::Connection;
use crate::sql;

/// What a backfill goes by in the ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BackfillKey {
    /// The migration.
    pub migration: i64,
    /// The step of the plan.
    pub step: i32,
}

/// The cursor of a backfill in one range of the blocks of a file node. Rows in blocks that were added
/// later are written by the sync trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BackfillCursor {
    /// The table or partition, by its OID.
    pub relation: u32,
    /// `pg_relation_filenode`; it changes when the table is rewritten, as by VACUUM FULL.
    pub file_node: u32,
    /// The first block of the range.
    pub first_block: i64,
    /// The block behind its last.
    pub end_block: i64,
    /// The first block that is not done.
    pub next_block: i64,
    /// How many rows were written.
    pub rows: i64,
}

impl BackfillCursor {
    /// The cursors of a step, by table and range.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn read(
        connection: &Connection,
        key: BackfillKey,
    ) -> Result<Vec<Self>, LedgerError> {
        let query = sql!(file "ledger/backfill_read.sql");
        let rows = connection.query(&query, &[&key.migration, &key.step]).await?;
        let cursors = rows.iter().map(|row| Self {
            relation: row.get(0),
            file_node: row.get(1),
            first_block: row.get(2),
            end_block: row.get(3),
            next_block: row.get(4),
            rows: row.get(5),
        });
        Ok(cursors.collect())
    }

    /// How many blocks a step has filled, of how many, and the rows written, over all ranges and
    /// partitions of its table.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn sum(
        connection: &Connection,
        key: BackfillKey,
    ) -> Result<Option<(i64, i64, i64)>, LedgerError> {
        let query = sql!(file "ledger/backfill_sum.sql");
        let rows = connection.query(&query, &[&key.migration, &key.step]).await?;
        Ok(rows.first().map(|row| (row.get(0), row.get(1), row.get(2))))
    }

    /// Stores the ranges of a table, at their beginnings, in the place of those that it had.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn begin(
        connection: &Connection,
        key: BackfillKey,
        relation: u32,
        ranges: &[Self],
    ) -> Result<(), LedgerError> {
        inside(connection, async || {
            let forget = sql!(file "ledger/backfill_forget.sql");
            connection.execute(&forget, &[&key.migration, &key.step, &relation]).await?;
            for range in ranges {
                range.insert(connection, key).await?;
            }
            Ok(())
        })
        .await
    }

    async fn insert(&self, connection: &Connection, key: BackfillKey) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_begin.sql");
        let parameters: [&(dyn ToSql + Sync); 6] = [
            &key.migration,
            &key.step,
            &self.relation,
            &self.file_node,
            &self.first_block,
            &self.end_block,
        ];
        connection.execute(&query, &parameters).await?;
        Ok(())
    }

    /// Stores that the range ends before `others`, which are what was behind that.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn cut(
        &self,
        connection: &Connection,
        key: BackfillKey,
        others: &[Self],
    ) -> Result<(), LedgerError> {
        inside(connection, async || {
            let query = sql!(file "ledger/backfill_cut.sql");
            let parameters: [&(dyn ToSql + Sync); 5] =
                [&key.migration, &key.step, &self.relation, &self.first_block, &self.end_block];
            connection.execute(&query, &parameters).await?;
            for other in others {
                other.insert(connection, key).await?;
            }
            Ok(())
        })
        .await
    }

    /// Stores how far the cursor has moved, in the transaction of the batch that wrote `rows`.
    ///
    /// # Errors
    /// When another run owns the migration.
    pub(crate) async fn advance(
        &self,
        connection: &Connection,
        (key, run): (BackfillKey, Uuid),
        rows: i64,
    ) -> Result<(), LedgerError> {
        let query = sql!(file "ledger/backfill_advance.sql");
        let parameters: [&(dyn ToSql + Sync); 7] = [
            &key.migration,
            &key.step,
            &self.relation,
            &self.first_block,
            &self.next_block,
            &rows,
            &run,
        ];
        super::owned(connection.repeat(&query, &parameters).await?)
    }
}
