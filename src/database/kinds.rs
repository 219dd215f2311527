//! Which kinds of things are there, of those that many databases have none of.

use super::connection::Connection;
use super::error::Error;
use crate::sql;
use crate::sql::Ident;

/// What is there. Postgres takes longer to plan a query of its catalog than to find that there is nothing, so
/// what is not there is not asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    /// Partitions, and tables that inherit from others.
    pub(super) families: bool,
    /// Publications.
    pub(super) publications: bool,
    /// Foreign keys.
    pub(super) foreign_keys: bool,
    /// Extended statistics.
    pub(super) statistics: bool,
    /// Triggers, and rules that are no views.
    pub(super) triggers: bool,
    /// Functions in the schema.
    pub(super) functions: bool,
    /// Enum types.
    pub(super) enums: bool,
}

impl Kinds {
    /// What is there for a schema, in the transaction that is open.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub(super) async fn read(connection: &Connection, schema: &Ident) -> Result<Self, Error> {
        let rows = connection.ask(&sql!(file "catalog/kinds.sql"), &[&schema.as_str()]).await?;
        let row = rows.first().ok_or_else(|| Error::Answer("no kinds".into()))?;
        let encoding: &str = row.get("encoding");
        if encoding != "UTF8" {
            names_fit(connection, schema, encoding).await?;
        }
        Ok(Self {
            families: row.get("families"),
            publications: row.get("publications"),
            foreign_keys: row.get("foreign_keys"),
            statistics: row.get("statistics"),
            triggers: row.get("triggers"),
            functions: row.get("functions"),
            enums: row.get("enums"),
        })
    }
}

/// Names are read in UTF-8, in which those of another encoding may take more than Postgres keeps.
async fn names_fit(connection: &Connection, schema: &Ident, encoding: &str) -> Result<(), Error> {
    let rows = connection.ask(&sql!(file "catalog/long_names.sql"), &[&schema.as_str()]).await?;
    rows.first().map_or(Ok(()), |row| {
        let (what, bytes) = (row.get(0), row.get(1));
        Err(Error::LongName { what, bytes, encoding: encoding.to_owned() })
    })
}
