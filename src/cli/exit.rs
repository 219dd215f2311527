//! The exit codes, all of them.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// What was asked for is so.
    Done = 0,
    /// The file, the data or the state does not allow it, or a step failed.
    Refused = 1,
    /// The command line cannot be understood, or names no database.
    Usage = 2,
    /// There is no connection to the database, or it was lost.
    NoDatabase = 3,
    /// Straddle is at fault.
    Bug = 70,
    /// Ctrl-C.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
