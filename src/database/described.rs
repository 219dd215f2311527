//! What a schema is described by, beside its tables.

use super::connection::Connection;
use super::error::Error;
use crate::schema::Beside;
use crate::sql;
use crate::sql::Ident;

/// What is in a schema beside what [`read_schema`](super::read_schema) has read, in the transaction that is open.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn read_beside(
    connection: &Connection,
    schema: &Ident,
) -> Result<Vec<Beside>, Error> {
    connection.qualify_names().await?;
    let rows = connection.ask(&sql!(file "catalog/described.sql"), &[&schema.as_str()]).await?;
    let beside = rows.iter().map(|row| Beside {
        kind: row.get(0),
        name: row.get(1),
        table: row.get(2),
        text: row.get(3),
    });
    Ok(beside.collect())
}
