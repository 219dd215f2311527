//! Why what pgroll has left is not adopted.

use crate::engine::error::list;

/// Why what pgroll has left is not adopted. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdoptError {
    /// There is no ledger of pgroll.
    #[error("there is no ledger of pgroll in the schema `{schema}`; nothing has changed")]
    NoLedger {
        /// Where it was looked for.
        schema: String,
    },
    /// It has nothing of the base schema.
    #[error("pgroll has no history of the schema `{base}`; nothing has changed")]
    NoHistory {
        /// The base schema.
        base: String,
    },
    /// There is a history already.
    #[error("the history has begun already, with `{first}`; nothing has changed")]
    HasHistory {
        /// The first migration in it.
        first: String,
    },
    /// The ledger is somebody else's.
    #[error(
        "pgroll's ledger belongs to the role `{owner}`, whose rights `{role}` has not; nothing has changed"
    )]
    NotOurs {
        /// Whose it is.
        owner: String,
        /// Who asks.
        role: String,
    },
    /// A migration is in another form than is known.
    #[error("`{name}` of pgroll's ledger cannot be read; nothing has changed\n    {reason}")]
    Unreadable {
        /// The migration.
        name: String,
        /// Why.
        reason: String,
    },
    /// Several have been started.
    #[error(
        "pgroll's ledger has several migrations that are not completed; nothing has changed{}",
        list(found)
    )]
    Several {
        /// Their names.
        found: Vec<String>,
    },
    /// A migration is in progress that cannot be carried on.
    #[error(
        "pgroll is in the middle of `{name}`, which cannot be carried on from here; nothing has changed{}",
        list(found)
    )]
    Underway {
        /// The migration.
        name: String,
        /// Why.
        found: Vec<String>,
    },
    /// A constraint of the new version does not hold for all rows.
    #[error(
        "pgroll is in the middle of `{name}`, and cannot complete it: {purpose}; nothing is adopted\n    {reason}"
    )]
    Unproven {
        /// The migration.
        name: String,
        /// What was tried.
        purpose: String,
        /// Why it failed.
        reason: String,
    },
    /// The ledger is not as it was a moment ago.
    #[error("pgroll has gone on meanwhile; nothing is adopted")]
    GoneOn,
}

impl AdoptError {
    /// What to type next.
    pub(in crate::engine) fn hint(&self) -> String {
        match self {
            Self::NoLedger { .. } => {
                "--pgroll-schema names another one; without pgroll, a database is \
                 adopted by `straddle baseline`"
                    .into()
            }
            Self::NoHistory { .. } => {
                "--schema names another base schema; without a history it is \
                 adopted by `straddle baseline`"
                    .into()
            }
            Self::HasHistory { .. } => "to adopt is for a database that straddle has not changed; \
                 `straddle history` shows what it has"
                .into(),
            Self::NotOurs { owner, .. } => format!("run it as that role: --role {owner}"),
            Self::Unreadable { .. } | Self::Several { .. } => {
                "mend that in pgroll's ledger, and run the same command again".into()
            }
            Self::Underway { .. } => {
                "`pgroll complete` or `pgroll rollback`, and then this command again".into()
            }
            Self::Unproven { .. } => {
                "mend the rows, or `pgroll rollback`, and then this command again".into()
            }
            Self::GoneOn => "run the same command again".into(),
        }
    }
}
