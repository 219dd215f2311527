//! What an error says of where things stand, for who handles it.

use super::Error;
use crate::database::Error as DatabaseError;

impl Error {
    /// What Postgres said, if that is at the bottom of it.
    #[must_use]
    pub fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Database(error)
            | Self::Interrupted { source: error, .. }
            | Self::Blocked { source: error, .. }
            | Self::NotContracted { source: error } => Some(error),
            Self::StartUndone { cause, .. }
            | Self::StartKept { cause, .. }
            | Self::StepFailed { cause, .. }
            | Self::SqlFailed { cause, .. }
            | Self::Hopeless { cause, .. } => cause.database(),
            Self::UndoFailed { undo, .. } => undo.database(),
            _ => None,
        }
    }

    /// Whether the connection is gone.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self.database(), Some(DatabaseError::Lost(_) | DatabaseError::Connect(_)))
    }

    /// Whether it matters where things stand: the command has perhaps done a part of its work, or does not go on with
    /// what is underway. Otherwise nothing has changed, or all of it was taken back, and the error says so; or the
    /// connection is gone, and there is nobody to ask.
    ///
    /// `straddle` ends with exit code 1 both ways, and says `now:` where this is so. With a connection that is gone
    /// ([`Error::is_lost`]) it ends with 3.
    #[must_use]
    pub fn is_midway(&self) -> bool {
        match self {
            Self::Rejected { .. }
            | Self::Directory(_)
            | Self::Adopt(_)
            | Self::Refused(_)
            | Self::ReadOnly(_)
            | Self::Drifted { .. }
            | Self::MayNot { .. }
            | Self::Unwatchable { .. }
            | Self::ReplicasBehind { .. }
            | Self::NoSchema { .. }
            | Self::StartUndone { .. }
            | Self::StartAborted { .. }
            | Self::Unthrottled { .. }
            | Self::WouldFire { .. }
            | Self::Database(
                DatabaseError::Pooled
                | DatabaseError::Unsupported { .. }
                | DatabaseError::Role { .. },
            ) => false,
            Self::AnotherOperator { .. }
            | Self::Altered { .. }
            | Self::AlteredMeanwhile { .. }
            | Self::LedgerBehind { .. }
            | Self::SchemaTaken { .. }
            | Self::StartKept { .. }
            | Self::SqlFailed { .. }
            | Self::UndoFailed { .. }
            | Self::StepFailed { .. }
            | Self::Blocked { .. }
            | Self::Interrupted { .. }
            | Self::InTheWay { .. }
            | Self::WouldLose { .. }
            | Self::NotContracted { .. }
            | Self::Hopeless { .. }
            | Self::Ledger(_)
            | Self::Database(_) => !self.is_lost(),
        }
    }
}
