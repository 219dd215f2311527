//! Why a step failed for good.

use super::error::list;
use crate::database::Error as DatabaseError;
use crate::plan::names::as_shown;

/// Why running a step again cannot help. What Postgres said is told with the names of columns that users know; as it
/// said it, it is the [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Postgres refused a statement.
    #[error("{}", as_shown(&.0.to_string()))]
    Refused(#[source] DatabaseError),
    /// A row cannot be filled.
    #[error("{}", as_shown(&format!("{source}{}", list(filling))))]
    Unfillable {
        /// What Postgres said.
        source: DatabaseError,
        /// What was being computed.
        filling: Vec<String>,
    },
    /// The backfill cannot prove that every row is filled.
    #[error(
        "rows of the table are not what `up` makes of them, however often they are filled: a trigger takes it back, \
         or a function that is declared IMMUTABLE makes something else of them for other sessions"
    )]
    NotProven,
    /// There are rows that the migration does not allow.
    #[error("{because}")]
    Rows {
        /// Why it does not.
        because: String,
    },
    /// Nothing is wrong with the migration, but going on would do harm.
    #[error("{reason}")]
    Critical {
        /// What is beyond which level.
        reason: String,
    },
}

impl Cause {
    /// What Postgres said, if it was Postgres.
    #[must_use]
    pub fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Refused(source) | Self::Unfillable { source, .. } => Some(source),
            Self::NotProven | Self::Rows { .. } | Self::Critical { .. } => None,
        }
    }
}
