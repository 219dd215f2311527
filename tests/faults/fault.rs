//! What goes wrong, and how it is made to.

use std::fmt;

/// What goes wrong. All but one are real: Postgres, or the kernel, does what it does on a bad day. What the
/// test adds are other sessions, and settings of the session (an isolation level, a timeout).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// `kill -9` of the command.
    Kill,
    /// The connection is cut between the two, as by a router.
    Cut,
    /// `pg_terminate_backend` of the connection.
    Terminate,
    /// The connection is lost while an index is built CONCURRENTLY. Injected: it is built, and then marked
    /// invalid, which is what such a build leaves.
    HalfBuilt,
    /// The server is shut down at once (SIGQUIT) and started again: it recovers from its log.
    Crash,
    /// The disk is full, for the log too: the kernel takes nothing more of the connection's process
    /// (`RLIMIT_FSIZE`), so that it panics, and the server recovers.
    DiskFull,
    /// Somebody has the tables to himself for longer than `lock_timeout`.
    TableLock,
    /// Somebody has the row of the ledger for longer than `lock_timeout`.
    LockTimeout,
    /// The same, and `statement_timeout` is shorter.
    StatementTimeout,
    /// The same, and an administrator cancels the statement.
    Cancel,
    /// Somebody who has the row of the ledger waits for us.
    Deadlock,
    /// Somebody changes the row of the ledger, and the session is at REPEATABLE READ.
    Serialization,
}

/// Where something goes wrong: before a statement has reached the server, or when it has answered and
/// the command does not know it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Before,
    After,
}

/// What a statement is within a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// What the step is there for, and the questions that it asks.
    Statement,
    /// The ledger's row of the migration changes: its cursor, its plan, the run that owns it.
    Cursor,
    /// The cursor of a table that is filled.
    BatchCursor,
    /// The ledger gets a row.
    Ledger,
    /// The migration ends.
    End,
    Commit,
}

/// A moment of a command at which something may go wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) command: &'static str,
    pub(super) phase: String,
    /// The step's purpose; nothing before the first one.
    pub(super) purpose: String,
    pub(super) part: Part,
    pub(super) side: Side,
    pub(super) statement: String,
    /// Whether it is one of the second session that makes or drops views.
    pub(super) of_second: bool,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, phase, purpose, part, side, statement, of_second } = self;
        let session = if *of_second { " of the second session" } else { "" };
        write!(f, "{command}, {phase}: {purpose}; {side:?} {part:?}{session}: {statement}")
    }
}

impl Part {
    /// None for what is only told, and may be lost.
    pub(super) fn of(statement: &str) -> Option<Self> {
        if statement.contains("straddle.progress") || statement.contains("application_name") {
            return None;
        }
        Some(if statement.starts_with("COMMIT") {
            Self::Commit
        } else if statement.contains("UPDATE straddle.backfills") {
            Self::BatchCursor
        } else if !statement.contains("UPDATE straddle.migrations")
            && !statement.contains("INSERT INTO straddle.")
        {
            Self::Statement
        } else if ["steps_done = $4", "SET run = ", "SET plan = "]
            .iter()
            .any(|set| statement.contains(set))
        {
            Self::Cursor
        } else if statement.contains("ended_at = ") {
            Self::End
        } else {
            Self::Ledger
        })
    }
}

impl Fault {
    /// Whether it is a matter of the connection, and not of a statement.
    pub(super) fn is_loss(self) -> bool {
        use Fault::{Crash, Cut, DiskFull, HalfBuilt, Kill, Terminate};
        matches!(self, Kill | Cut | Terminate | HalfBuilt | Crash | DiskFull)
    }

    /// Whether it can happen then.
    pub(super) fn fits(self, moment: &Moment) -> bool {
        let Moment { part, side, phase, .. } = moment;
        match self {
            Self::Kill | Self::Cut | Self::Terminate | Self::Crash => true,
            Self::DiskFull => *side == Side::Before && *part != Part::Statement,
            Self::HalfBuilt => {
                let builds = ["CREATE INDEX CONCURRENTLY", "CREATE UNIQUE INDEX CONCURRENTLY"];
                *side == Side::After && builds.iter().any(|one| moment.statement.starts_with(one))
            }
            // Later on we have the tables.
            Self::TableLock => {
                let begins = ["BEGIN", "CREATE", "DROP"];
                let is_first = begins.iter().any(|begin| moment.statement.starts_with(begin));
                *side == Side::Before && *part == Part::Statement && is_first && !phase.is_empty()
            }
            Self::LockTimeout
            | Self::StatementTimeout
            | Self::Cancel
            | Self::Deadlock
            | Self::Serialization => {
                *side == Side::Before
                    && matches!(part, Part::Cursor | Part::BatchCursor | Part::End)
            }
        }
    }

    /// The SQLSTATE that the statement must get.
    pub(super) fn state(self) -> Option<&'static str> {
        Some(match self {
            Self::LockTimeout => "55P03",
            Self::StatementTimeout | Self::Cancel => "57014",
            Self::Deadlock => "40P01",
            Self::Serialization => "40001",
            _ => return None,
        })
    }
}
