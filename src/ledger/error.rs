//! Why the ledger cannot be used.

use crate::database::Error as DatabaseError;

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A later release made it.
    #[error("the ledger was written by a later release of Straddle (format {found})")]
    TooNew {
        /// Its format.
        found: i64,
    },
    /// Another role made it, whose rights this one has not.
    #[error(
        "the ledger belongs to the role `{owner}`, whose rights `{role}` has not; nothing has changed"
    )]
    NotOurs {
        /// Whose it is.
        owner: String,
        /// Who asks.
        role: String,
    },
    /// What it holds cannot be read.
    #[error("the ledger holds what cannot be read: {0}")]
    Unreadable(String),
    /// Another run has taken the migration over.
    #[error("another run of Straddle has taken the migration over")]
    TakenOver,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
