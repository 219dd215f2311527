//! What was ever started.

use serde::Serialize;
use tokio_postgres::types::Json;

use super::LedgerError;
use crate::database::Connection;
use crate::lifecycle::Ended;
use crate::migration::Migration;
use crate::migration::document::{self, Format};
use crate::sql;
use crate::sql::Ident;

/// One migration of the history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// The migration, as it was given.
    #[serde(skip)]
    pub migration: Migration,
    /// Its name.
    pub name: String,
    /// How it ended, `completed` or `rolled_back`; or else `live`, or the phase that it is in.
    pub state: String,
    /// The version schema; of several that were started as one, the last one's.
    pub version_schema: String,
    /// The last of those that it was started with as one, if it is another.
    pub with: Option<String>,
    /// The migrations in the place of which it stood.
    pub replaces: Vec<String>,
    /// The checksum of what it says.
    pub checksum: String,
    /// When it was started, UTC.
    pub started_at: String,
    /// When its version was shown.
    pub live_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
}

impl Recorded {
    /// Whether it counts for what the schema is: completed, live or underway.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.state != Ended::RolledBack.word()
    }
}

/// Everything that was ever started on a base schema: in the order in which it ended, and then what is
/// live or underway.
///
/// # Errors
/// When what is stored cannot be read.
pub(crate) async fn history(
    connection: &Connection,
    base: &Ident,
) -> Result<Vec<Recorded>, LedgerError> {
    let rows = connection.query(&sql!(file "ledger/history.sql"), &[&base.as_str()]).await?;
    let recorded = rows.iter().map(|row| {
        let Json(content) = row.get::<_, Json<serde_json::Value>>("content");
        // As a file is read: operations have ways of their own to read what they hold.
        let text = content.to_string();
        let read = document::read::<Migration>("the ledger", &text, Format::Json);
        let (migration, _) = read.map_err(|error| LedgerError::Unreadable(error.to_string()))?;
        let (name, last): (String, String) = (row.get("name"), row.get("last"));
        let (state, phase): (String, String) = (row.get("state"), row.get("phase"));
        Ok(Recorded {
            checksum: migration.checksum(),
            replaces: migration.replaces.clone(),
            migration,
            with: (last != name).then_some(last),
            name,
            state: if state == "active" { phase } else { state },
            version_schema: row.get("version_schema"),
            started_at: row.get("started_at"),
            live_at: row.get("activated_at"),
            ended_at: row.get("ended_at"),
        })
    });
    recorded.collect()
}

/// Names of all completed migrations, oldest first, each with those that it replaced.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn completed_names(
    connection: &Connection,
    base: &Ident,
) -> Result<Vec<(String, Vec<String>)>, LedgerError> {
    let rows = connection.query(&sql!(file "ledger/completed.sql"), &[&base.as_str()]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
