//! What a server is, as far as commands depend on it: its version, and whether it takes writes.

use super::error::Error;
use super::target::Session;
use crate::sql;

/// The oldest major version that has what plans rely on.
const OLDEST: i32 = 14;

/// The newest major version that this release knows.
const NEWEST: i32 = 18;

/// What a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerFacts {
    /// Its version, as it calls it: `17.2`.
    pub version: String,
    /// Its major version: 17.
    pub major: i32,
    /// How well this release knows that version.
    pub support: Support,
    /// Why it takes no writes of this session, if it does not.
    pub read_only: Option<ReadOnly>,
}

/// How well a version of Postgres is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// It lacks what plans rely on.
    TooOld,
    /// It is one of those that Straddle is made for.
    Known,
    /// It came later than this release.
    Newer,
}

/// Why a session cannot write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadOnly {
    /// The server follows another one.
    Standby,
    /// `default_transaction_read_only`, and where it is set, as in `pg_settings.source`.
    Setting {
        /// Where.
        source: String,
    },
}

impl Support {
    /// Of a version as in `server_version_num`: `170002`.
    #[must_use]
    pub(crate) fn of(number: i32) -> Self {
        match number / 10_000 {
            ..OLDEST => Self::TooOld,
            OLDEST..=NEWEST => Self::Known,
            _ => Self::Newer,
        }
    }
}

impl ServerFacts {
    /// Without a prepared statement: servers of any age, and whatever calls itself one, can answer.
    pub(super) async fn read(session: &Session) -> Result<Self, Error> {
        let query = sql!(file "catalog/server.sql");
        let messages = session.client.simple_query(query.as_str()).await?;
        let row = messages.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let row = row.ok_or_else(|| Error::Answer("no version".into()))?;
        let word = |column| row.get(column).unwrap_or_default();
        let number = word(0).parse::<i32>();
        let number = number.map_err(|_| Error::Answer(format!("the version `{}`", word(0))))?;
        Ok(Self {
            version: word(1).to_owned(),
            major: number / 10_000,
            support: Support::of(number),
            read_only: match (word(2), word(3)) {
                ("t", _) => Some(ReadOnly::Standby),
                (_, "t") => Some(ReadOnly::Setting { source: word(4).to_owned() }),
                _ => None,
            },
        })
    }
}

impl ReadOnly {
    /// What it is, for people.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Standby => "the server is a standby, which takes no writes".into(),
            Self::Setting { source } => format!(
                "the session takes no writes: default_transaction_read_only is on, set by {}",
                match source.as_str() {
                    "user" => "the role",
                    "database user" => "the role in this database",
                    "client" => "the connection's own options",
                    "database" => "the database",
                    _ => "the server's configuration",
                }
            ),
        }
    }

    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Standby => {
                "name the primary; of several hosts, `target_session_attrs=read-write` finds it"
            }
            Self::Setting { source } => match source.as_str() {
                "user" => "`ALTER ROLE .. RESET default_transaction_read_only`, if that may be",
                "database user" => {
                    "`ALTER ROLE .. IN DATABASE .. RESET default_transaction_read_only`, if that may be"
                }
                "database" => {
                    "`ALTER DATABASE .. RESET default_transaction_read_only`, if that may be"
                }
                "client" => "leave it out of the URL's `options`, or of PGOPTIONS",
                _ => {
                    "find out why it was set (some providers do when the disk is full); if writing may be, \
                     connect with `options=-c default_transaction_read_only=off`"
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_known_from_14_to_18() {
        let of = |numbers: [i32; 2]| numbers.map(Support::of);
        assert_eq!(of([90_624, 130_018]), [Support::TooOld; 2]);
        assert_eq!(of([140_000, 180_001]), [Support::Known; 2]);
        assert_eq!(of([190_000, 1_000_000]), [Support::Newer; 2]);
    }
}
