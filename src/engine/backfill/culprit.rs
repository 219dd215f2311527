//! Finds the row at which a batch of the backfill fails: Postgres says what is wrong with a value, but
//! not in which row it is, nor what it was computing.

use tokio_postgres::Statement;

use super::stride::{Batch, Place, Span};
use crate::database::{Connection, Error as DatabaseError};
use crate::engine::{Cause, Error};
use crate::plan::{Backfill, Filled};
use crate::sql;
use crate::sql::Sql;

/// More rows than a block of 32 kB can hold.
const MOST_ROWS_OF_A_BLOCK: i64 = 2048;

/// A batch that failed.
pub(super) struct Failed<'a> {
    pub(super) connection: &'a Connection,
    pub(super) backfill: &'a Backfill,
    /// What its transaction begins with.
    pub(super) opening: &'a Sql,
    pub(super) batch: &'a Statement,
    /// What Postgres said.
    pub(super) source: DatabaseError,
}

impl Failed<'_> {
    /// What the failure is, with the row and the column that are at fault. They are there to be
    /// helpful: where they cannot be found, what Postgres said has to do.
    pub(super) async fn explained(self, span: Span) -> Error {
        let (mut filling, mut rows) = (Vec::new(), Vec::new());
        if let Ok(Some(place)) = self.culprit(span).await {
            rows.extend(self.shown(place).await);
            filling = self.at_fault(place).await;
        }
        Error::hopeless(Cause::Unfillable { source: self.source, filling }, rows)
    }

    /// Where the first row of the span is for which the batch fails in this way. The batch is tried on
    /// smaller and smaller parts, and rolled back every time.
    async fn culprit(&self, (mut from, mut to): Span) -> Result<Option<Place>, DatabaseError> {
        while let Some(middle) = middle(from, to) {
            if self.fails((from, middle)).await? {
                to = middle;
            } else {
                from = middle;
            }
        }
        // It may have been mended, or moved, meanwhile.
        Ok(self.fails((from, to)).await?.then_some(from))
    }

    async fn fails(&self, (from, to): Span) -> Result<bool, DatabaseError> {
        self.connection.batch(self.opening).await?;
        let (from, to) = (from.to_string(), to.to_string());
        let tried =
            self.connection.execute_prepared(self.batch, &[&from, &to, &Batch::WHOLE]).await;
        self.connection.rollback().await?;
        match tried {
            Ok(_) => Ok(false),
            Err(error) if self.is_alike(&error) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn shown(&self, place: Place) -> Option<String> {
        let tid = place.to_string();
        let rows = self.connection.query(&self.backfill.row, &[&tid]).await.ok()?;
        let row: &str = rows.first()?.get(0);
        let table = self.backfill.table.name.as_str();
        Some(format!("{row} in block {} of `{table}`, ctid {place}", place.block))
    }

    /// The columns that the violated constraint reads, and what they are filled with; where there is none, the
    /// column that fails by itself in the same way, or all of them where none does.
    async fn at_fault(&self, place: Place) -> Vec<String> {
        let shown =
            |column: &Filled| format!("while filling {} with: {}", column.column, column.with);
        let read = self.constrained().await.unwrap_or_default();
        let filled = self.backfill.columns.iter().filter(|column| read.contains(&column.storage));
        let constrained: Vec<String> = filled.map(shown).collect();
        if !constrained.is_empty() {
            return constrained;
        }
        for column in &self.backfill.columns {
            let alone = async {
                self.connection.batch(self.opening).await?;
                let fill = self.backfill.alone(column);
                let tried = self.connection.execute(&fill, &[&place.to_string()]).await;
                self.connection.rollback().await?;
                tried
            };
            if alone.await.is_err_and(|error| self.is_alike(&error)) {
                return vec![shown(column)];
            }
        }
        self.backfill.columns.iter().map(shown).collect()
    }

    /// The columns that the constraint reads which refused the row. (Each column by itself says nothing: what it
    /// leaves NULL would be refused, too.)
    async fn constrained(&self) -> Result<Vec<String>, DatabaseError> {
        let refused = self.source.refused().and_then(|refused| refused.constraint.as_deref());
        let Some(constraint) = refused else {
            return Ok(Vec::new());
        };
        let table = self.backfill.table.to_string();
        let query = sql!(file "backfill/constrained.sql");
        let rows = self.connection.query(&query, &[&table, &constraint]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Whether another failure is of the same kind. What Postgres says may name another row or value.
    fn is_alike(&self, error: &DatabaseError) -> bool {
        let state = |error: &DatabaseError| error.refused().map(|refused| refused.state.clone());
        state(error) == state(&self.source)
    }
}

/// A place between two, as long as there is more than one row.
fn middle(from: Place, to: Place) -> Option<Place> {
    if from.block + 1 < to.block {
        return Some(Place::block(from.block + (to.block - from.block) / 2));
    }
    let end = if from.block == to.block { to.row } else { MOST_ROWS_OF_A_BLOCK };
    (from.row + 1 < end).then(|| Place { row: from.row + (end - from.row) / 2, ..from })
}
