//! Finds the row at which a batch of the backfill fails: Postgres says what is wrong with a value, but
//! not in which row it is.

use tokio_postgres::Statement;

use super::{Engine, Error};
use crate::plan::Backfill;
use crate::sql::Sql;

/// More rows than a block of 32 kB can hold.
const MOST_ROWS_OF_A_BLOCK: i64 = 2048;

impl Engine<'_> {
    /// The first row of these blocks for which the batch fails, as messages show it. The batch is
    /// tried on smaller and smaller parts, and rolled back every time.
    pub(super) async fn culprit(
        &self,
        backfill: &Backfill,
        (opening, batch): (&Sql, &Statement),
        (mut from, mut to): (i64, i64),
    ) -> Result<Option<String>, Error> {
        while to - from > 1 {
            let middle = from + (to - from) / 2;
            if self.fails(opening, batch, (from, 0), (middle, 0)).await? {
                to = middle;
            } else {
                from = middle;
            }
        }
        let block = from;
        let (mut from, mut to) = (0, MOST_ROWS_OF_A_BLOCK);
        while to - from > 1 {
            let middle = from + (to - from) / 2;
            if self.fails(opening, batch, (block, from), (block, middle)).await? {
                to = middle;
            } else {
                from = middle;
            }
        }
        let place = format!("({block},{from})");
        let rows = self.connection.query(&backfill.row, &[&place]).await?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    async fn fails(
        &self,
        opening: &Sql,
        batch: &Statement,
        from: (i64, i64),
        to: (i64, i64),
    ) -> Result<bool, Error> {
        let place = |(block, row): (i64, i64)| format!("({block},{row})");
        self.connection.batch(opening).await?;
        let tried = self.connection.execute_prepared(batch, &[&place(from), &place(to)]).await;
        self.connection.rollback().await?;
        match tried {
            Ok(_) => Ok(false),
            Err(error) if error.is_data() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}
