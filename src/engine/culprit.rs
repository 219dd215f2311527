//! Finds the row at which a batch of the backfill fails: Postgres says what is wrong with a value, but
//! not in which row it is, nor what it was computing.

use tokio_postgres::Statement;

use super::{Engine, Error};
use crate::database::Error as DatabaseError;
use crate::plan::{Backfill, Filled};
use crate::sql::Sql;

/// More rows than a block of 32 kB can hold.
const MOST_ROWS_OF_A_BLOCK: i64 = 2048;

/// A place in a table: block and line.
type Place = (i64, i64);

impl Engine<'_> {
    /// What a batch's failure is, with the row and the column that are at fault. They are there to be
    /// helpful: where they cannot be found, what Postgres said has to do.
    pub(super) async fn unfillable(
        &self,
        source: DatabaseError,
        backfill: &Backfill,
        sql: (&Sql, &Statement),
        range: (i64, i64),
    ) -> Error {
        let (mut filling, mut rows) = (Vec::new(), Vec::new());
        if let Ok(Some(place)) = self.culprit(sql, range, &source).await {
            rows.extend(self.shown(backfill, place).await);
            filling = self.at_fault(backfill, (sql.0, place), &source).await;
        }
        Error::Unfillable { source, filling, rows }
    }

    /// Where the first row of these blocks is for which the batch fails in this way. The batch is
    /// tried on smaller and smaller parts, and rolled back every time.
    async fn culprit(
        &self,
        sql: (&Sql, &Statement),
        (mut from, mut to): (i64, i64),
        source: &DatabaseError,
    ) -> Result<Option<Place>, DatabaseError> {
        while to - from > 1 {
            let middle = from + (to - from) / 2;
            if self.fails(sql, ((from, 0), (middle, 0)), source).await? {
                to = middle;
            } else {
                from = middle;
            }
        }
        let block = from;
        let (mut from, mut to) = (0, MOST_ROWS_OF_A_BLOCK);
        while to - from > 1 {
            let middle = from + (to - from) / 2;
            if self.fails(sql, ((block, from), (block, middle)), source).await? {
                to = middle;
            } else {
                from = middle;
            }
        }
        // It may have been mended, or moved, meanwhile.
        let fails = self.fails(sql, ((block, from), (block, to)), source).await?;
        Ok(fails.then_some((block, from)))
    }

    async fn fails(
        &self,
        (opening, batch): (&Sql, &Statement),
        (from, to): (Place, Place),
        source: &DatabaseError,
    ) -> Result<bool, DatabaseError> {
        self.connection.batch(opening).await?;
        let tried = self.connection.execute_prepared(batch, &[&tid(from), &tid(to)]).await;
        self.connection.rollback().await?;
        match tried {
            Ok(_) => Ok(false),
            Err(error) if is_alike(&error, source) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn shown(&self, backfill: &Backfill, place: Place) -> Option<String> {
        let rows = self.connection.query(&backfill.row, &[&tid(place)]).await.ok()?;
        let row: &str = rows.first()?.get(0);
        let table = backfill.table.name.as_str();
        Some(format!("{row} in block {} of `{table}`, ctid {}", place.0, tid(place)))
    }

    /// The column that fails by itself in the same way, and what it is filled with; or all of them
    /// where none does.
    async fn at_fault(
        &self,
        backfill: &Backfill,
        (opening, place): (&Sql, Place),
        source: &DatabaseError,
    ) -> Vec<String> {
        let shown =
            |column: &Filled| format!("while filling {} with: {}", column.column, column.with);
        for column in &backfill.columns {
            let alone = async {
                self.connection.batch(opening).await?;
                let tried = self.connection.execute(&backfill.alone(column), &[&tid(place)]).await;
                self.connection.rollback().await?;
                tried
            };
            if alone.await.is_err_and(|error| is_alike(&error, source)) {
                return vec![shown(column)];
            }
        }
        backfill.columns.iter().map(shown).collect()
    }
}

/// Whether two failures are of one kind. What Postgres says may name another row or value.
fn is_alike(error: &DatabaseError, other: &DatabaseError) -> bool {
    let state = |error: &DatabaseError| error.refused().map(|refused| refused.state.clone());
    state(error) == state(other)
}

fn tid((block, row): Place) -> String {
    format!("({block},{row})")
}
