//! What a base schema was like when Straddle had changed it last, and what others were found to have changed.

use serde::Serialize;
use tokio_postgres::types::{Json, ToSql};

use super::{LedgerError, inside};
use crate::database::Connection;
use crate::schema::{Change, DESCRIPTION_FORMAT, Described, digest};
use crate::sql;
use crate::sql::Ident;

/// How a base schema was described last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// The form of the description.
    pub format: i32,
    /// The major version of the server.
    pub server: u32,
    /// Of all that is described.
    pub digest: String,
    /// Whether it was in this database, and not in one of which this is a restored dump.
    pub in_place: bool,
    /// The migration that was completed last then.
    pub since: Option<String>,
}

/// What was found to be changed by others, and recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// When, UTC.
    pub found_at: String,
    /// The migration that was completed last then.
    pub since: Option<String>,
    /// What.
    pub changes: Vec<Change>,
}

impl Description {
    /// How the base schema was described last, if nothing has been completed since by a release that describes
    /// nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn read(
        connection: &Connection,
        base: &Ident,
    ) -> Result<Option<Self>, LedgerError> {
        if !is_there(connection).await? {
            return Ok(None);
        }
        let query = sql!(file "ledger/description_read.sql");
        let rows = connection.query(&query, &[&base.as_str()]).await?;
        Ok(rows.first().map(|row| Self {
            format: row.get(0),
            server: u32::try_from(row.get::<_, i32>(1)).unwrap_or_default(),
            digest: row.get(2),
            in_place: row.get(3),
            since: row.get(4),
        }))
    }

    /// Whether a description that a server of this major version makes now is made like it.
    #[must_use]
    pub(crate) fn is_comparable(&self, server: u32) -> bool {
        self.format == DESCRIPTION_FORMAT && self.server == server
    }

    /// What the base schema held then.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn objects(
        connection: &Connection,
        base: &Ident,
    ) -> Result<Vec<Described>, LedgerError> {
        let query = sql!(file "ledger/description_objects.sql");
        let rows = connection.query(&query, &[&base.as_str()]).await?;
        let objects = rows.iter().map(|row| Described {
            object: row.get(0),
            name: row.get(1),
            text: row.get(2),
        });
        Ok(objects.collect())
    }

    /// Stores what the base schema holds, as the migration `completing` leaves it, or else the one that was
    /// completed last; and, where there are any, the changes by others that this takes for given.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn store(
        connection: &Connection,
        base: &Ident,
        completing: Option<i64>,
        (server, described): (u32, &[Described]),
        noted: Option<(Option<&str>, &[Change])>,
    ) -> Result<(), LedgerError> {
        let (base, digest) = (base.as_str(), digest(described));
        let server = i32::try_from(server).unwrap_or_default();
        let header: [&(dyn ToSql + Sync); 5] =
            [&base, &completing, &DESCRIPTION_FORMAT, &server, &digest];
        let texts = |of: fn(&Described) -> &str| described.iter().map(of).collect::<Vec<&str>>();
        let objects = texts(|one| &one.object);
        let (names, descriptions) = (texts(|one| &one.name), texts(|one| &one.text));
        inside(connection, async || {
            connection.execute(&sql!(file "ledger/description_store.sql"), &header).await?;
            let gone = sql!(file "ledger/description_gone.sql");
            connection.execute(&gone, &[&base, &objects]).await?;
            let store = sql!(file "ledger/description_objects_store.sql");
            connection.execute(&store, &[&base, &objects, &names, &descriptions]).await?;
            if let Some((since, changes)) = noted {
                let note = sql!(file "ledger/drift_note.sql");
                connection.execute(&note, &[&base, &since, &Json(changes)]).await?;
            }
            Ok(())
        })
        .await
    }
}

impl Noted {
    /// Everything that was recorded, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn read(
        connection: &Connection,
        base: &Ident,
    ) -> Result<Vec<Self>, LedgerError> {
        if !is_there(connection).await? {
            return Ok(Vec::new());
        }
        let query = sql!(file "ledger/drift_noted.sql");
        let rows = connection.query(&query, &[&base.as_str()]).await?;
        let noted = rows.iter().map(|row| {
            let Json(changes) = row.get(2);
            Self { found_at: row.get(0), since: row.get(1), changes }
        });
        Ok(noted.collect())
    }
}

async fn is_there(connection: &Connection) -> Result<bool, LedgerError> {
    let rows = connection.ask(&sql!(file "ledger/description_there.sql"), &[]).await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}
