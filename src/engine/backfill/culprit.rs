//! Finds the row at which a batch of the backfill fails: Postgres says what is wrong with a value, but
//! not in which row it is.

use tokio_postgres::Statement;

use super::stride::{Place, Span};
use crate::database::Connection;
use crate::engine::Error;
use crate::plan::Backfill;
use crate::sql::Sql;

/// More rows than a block of 32 kB can hold.
const MOST_ROWS_OF_A_BLOCK: i64 = 2048;

/// The first row of the span for which the batch fails, as messages show it. The batch is tried on
/// smaller and smaller parts, and rolled back every time.
pub(super) async fn find(
    connection: &Connection,
    backfill: &Backfill,
    sql: (&Sql, &Statement),
    (mut from, mut to): Span,
) -> Result<Option<String>, Error> {
    while let Some(middle) = middle(from, to) {
        if fails(connection, sql, (from, middle)).await? {
            to = middle;
        } else {
            from = middle;
        }
    }
    let rows = connection.query(&backfill.row, &[&from.to_string()]).await?;
    Ok(rows.first().map(|row| row.get(0)))
}

/// A place between two, as long as there is more than one row.
fn middle(from: Place, to: Place) -> Option<Place> {
    if from.block + 1 < to.block {
        return Some(Place::block(from.block + (to.block - from.block) / 2));
    }
    let end = if from.block == to.block { to.row } else { MOST_ROWS_OF_A_BLOCK };
    (from.row + 1 < end).then(|| Place { row: from.row + (end - from.row) / 2, ..from })
}

async fn fails(
    connection: &Connection,
    (opening, batch): (&Sql, &Statement),
    (from, to): Span,
) -> Result<bool, Error> {
    connection.batch(opening).await?;
    let (from, to) = (from.to_string(), to.to_string());
    let tried = connection.execute_prepared(batch, &[&from, &to, &true]).await;
    connection.rollback().await?;
    match tried {
        Ok(_) => Ok(false),
        Err(error) if error.is_data() => Ok(true),
        Err(error) => Err(error.into()),
    }
}
