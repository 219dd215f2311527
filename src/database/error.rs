//! What Postgres, or the way to it, said no to.

use std::fmt;

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use super::target::TargetError;
use crate::sql::Ident;

/// An error of a statement or of the connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection to be had.
    #[error(transparent)]
    Connect(#[from] TargetError),
    /// The connection is to a pooler, and its sessions are none of the server.
    #[error(
        "the way to the database leads through a pooler in transaction mode, where settings and locks of \
         a session do not hold; nothing has changed"
    )]
    Pooled,
    /// The server is older than what plans rely on.
    #[error(
        "the server is Postgres {version}, and straddle needs 14 or later; nothing has changed"
    )]
    Unsupported {
        /// Its version.
        version: String,
    },
    /// The role that is to act is not there, or not for the one that logs in.
    #[error("`{user}` cannot act as the role `{}`", role.as_str())]
    Role {
        /// The one that logs in.
        user: String,
        /// The one that is to act.
        role: Ident,
        /// What Postgres says.
        #[source]
        source: Box<Error>,
    },
    /// The connection was lost while a statement ran; whether it took effect is not known.
    #[error("the connection to the database was lost")]
    Lost(#[source] tokio_postgres::Error),
    /// Postgres refused a statement.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// A name is longer than names are in UTF-8.
    #[error(
        "{what}: this name takes {bytes} bytes in UTF-8, in which straddle works, and 63 are the most that \
         a name may take; in {encoding}, which this database is in, it takes fewer"
    )]
    LongName {
        /// What has it, as Postgres describes it.
        what: String,
        /// How many bytes.
        bytes: i32,
        /// The encoding of the database.
        encoding: String,
    },
    /// What Postgres answered could not be understood.
    #[error("the database answered what this release does not understand: {0}")]
    Answer(String),
}

/// What Postgres says of a statement that it refused.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The SQLSTATE (manual, appendix A).
    pub state: SqlState,
    /// What is wrong.
    pub message: String,
    /// Particulars.
    pub detail: Option<String>,
    /// Advice.
    pub hint: Option<String>,
    /// The constraint that was violated.
    pub constraint: Option<String>,
    /// Where in the statement, in characters from 0.
    pub position: Option<usize>,
    /// In which functions, the innermost first.
    pub context: Option<String>,
    /// The event trigger that raised it, quoted, where it is known to be one.
    pub event_trigger: Option<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (SQLSTATE {})", self.message, self.state.code())?;
        if let Some(detail) = &self.detail {
            write!(formatter, "\n  {detail}")?;
        }
        if let Some(refusal) = self.of_event_trigger() {
            write!(formatter, "\n  {refusal}")?;
        }
        match &self.hint {
            Some(hint) => write!(formatter, "\n  {hint}"),
            None => Ok(()),
        }
    }
}

impl Refused {
    /// Which event trigger refused it, and where in its function.
    pub(super) fn of_event_trigger(&self) -> Option<String> {
        let name = self.event_trigger.as_ref()?;
        let place = self.context.iter().flat_map(|context| context.lines()).next();
        Some(format!("the event trigger {name} refused it ({})", place.unwrap_or_default()))
    }

    /// The same, where a statement that does nothing but take locks was cancelled for the time it took: as
    /// a lock that was not to be had.
    pub(super) fn out_of_time(self: Box<Self>) -> Error {
        if self.state != SqlState::QUERY_CANCELED {
            return Error::Refused(self);
        }
        let message = "the lock was not to be had in time".into();
        Error::Refused(Box::new(Self { state: SqlState::LOCK_NOT_AVAILABLE, message, ..*self }))
    }
}

impl From<&DbError> for Refused {
    fn from(error: &DbError) -> Self {
        let position = match error.position() {
            Some(ErrorPosition::Original(number)) => Some(*number as usize - 1),
            _ => None,
        };
        Self {
            state: error.code().clone(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            constraint: error.constraint().map(str::to_owned),
            position,
            context: error.where_().map(str::to_owned),
            event_trigger: None,
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            // The server ends the session itself.
            Some(db) if is_goodbye(db.code()) => Self::Lost(error),
            Some(db) => Self::Refused(Box::new(db.into())),
            None if error.is_closed() || std::error::Error::source(&error).is_some_and(is_io) => {
                Self::Lost(error)
            }
            None => Self::Answer(error.to_string()),
        }
    }
}

fn is_goodbye(state: &SqlState) -> bool {
    [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::IDLE_SESSION_TIMEOUT,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ]
    .contains(state)
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}

impl Error {
    /// What Postgres said, if it was Postgres.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    fn state(&self) -> Option<&SqlState> {
        self.refused().map(|refused| &refused.state)
    }

    /// Whether the statement did nothing and may succeed when tried again: a lock was not to be had
    /// in time, or a deadlock or a serialization failure was resolved against it.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let transient = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
        ];
        self.state().is_some_and(|state| transient.contains(state))
    }

    /// Whether the statement was cancelled: it took longer than `statement_timeout`, or somebody asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state() == Some(&SqlState::QUERY_CANCELED)
    }

    /// Whether the server takes no writes, as a standby does.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.state() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
    }

    /// Whether the role lacks a privilege.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.state() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }

    /// Whether what the statement is about is not there.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        let undefined = [
            SqlState::UNDEFINED_TABLE,
            SqlState::UNDEFINED_COLUMN,
            SqlState::UNDEFINED_OBJECT,
            SqlState::UNDEFINED_FUNCTION,
            SqlState::INVALID_SCHEMA_NAME,
        ];
        self.state().is_some_and(|state| undefined.contains(state))
    }

    /// Whether the data is at fault (SQLSTATE classes 21 to 23, 54: a row or a value is too big, and P0: a
    /// function that looked at it raised an exception).
    #[must_use]
    pub fn is_data(&self) -> bool {
        let data = ["21", "22", "23", "54", "P0"];
        self.state().is_some_and(|state| data.contains(&&state.code()[..2]))
    }

    /// Whether temporary files, as of a sort, were larger than the role may have them.
    #[must_use]
    pub fn is_temp_file_limit(&self) -> bool {
        self.refused().is_some_and(|refused| {
            // Postgres translates the message, but not the setting's name.
            refused.state == SqlState::CONFIGURATION_LIMIT_EXCEEDED
                && refused.message.contains("temp_file_limit")
        })
    }

    /// Whether running the same again cannot help: neither the connection nor the load nor an
    /// administrator was the reason.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        // 53: out of something; 57: somebody intervened; 40: rolled back; 58 and XX: the machine.
        self.state().is_some_and(|state| {
            let class = &state.code()[..2];
            !["53", "57", "40", "58", "XX"].contains(&class)
                && *state != SqlState::LOCK_NOT_AVAILABLE
        })
    }
}
