//! Why a command did not do what was asked: what happened, what is still true, what to type next.

use std::path::PathBuf;

use super::exit::Exit;
use super::interrupt::Signal;
use crate::database::{Error as DatabaseError, TargetError};
use crate::engine;
use crate::migration::document::DocumentError;
use crate::migration::{MOST_MISTAKES, ReadError, Source};
use crate::sandbox::TrafficError;
use crate::server::ServerError;

/// A reason, and where the database stands now, when that is worth saying.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: Box<Reason>,
    pub(super) state: Option<String>,
    /// What to type next, where the state says more about it than the reason.
    pub(super) next: Option<String>,
}

/// The mistakes that are not shown.
fn further(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" ({more} more mistakes are not shown)") }
}

/// What happened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    #[error(transparent)]
    Engine(engine::Error),
    #[error("the migration `{migration}` cannot be planned{}; nothing has changed", further(*more))]
    Rejected { migration: String, found: Vec<DocumentError>, more: usize },
    #[error("the migration cannot be read; nothing has changed")]
    Document(Vec<DocumentError>),
    #[error(transparent)]
    Read(ReadError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Traffic(TrafficError),
    #[error("stopped")]
    Stopped(Signal),
    #[error("interrupted")]
    Interrupted(Signal),
    #[error("`{live}` is live, and {} not started yet: {}", number_of(pending), names(pending))]
    Pending { live: String, pending: Vec<String> },
    #[error("`{}` holds no migrations (files that end in .json, .yaml or .yml)", path.display())]
    NoMigrations { path: PathBuf },
    #[error("there is no directory `{}` here", path.display())]
    NoDirectory { path: PathBuf },
    #[error("no version of the schema `{schema}` has been made yet")]
    NoVersion { schema: String },
    #[cfg(feature = "convert")]
    #[error("`{file}` cannot be converted")]
    Convert {
        file: String,
        #[source]
        error: crate::convert::ConvertError,
    },
    #[error("the result cannot be written")]
    Output(#[source] std::io::Error),
}

impl<R: Into<Reason>> From<R> for Failure {
    fn from(reason: R) -> Self {
        let reason = Box::new(reason.into());
        Self { reason, state: None, next: None }
    }
}

impl Failure {
    /// What to type next.
    pub(super) fn hint(&self) -> Option<String> {
        self.next.clone().or_else(|| self.reason.hint())
    }
}

impl From<engine::Error> for Reason {
    fn from(error: engine::Error) -> Self {
        match error {
            // The way to the database has words of its own for every case.
            engine::Error::Database(DatabaseError::Connect(error)) => Self::Target(error),
            other => Self::Engine(other),
        }
    }
}

impl From<ReadError> for Reason {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Document(errors) => Self::Document(errors),
            other => Self::Read(other),
        }
    }
}

impl Reason {
    /// An error of the engine, with its rejections located in the file that they are about.
    pub(super) fn about(source: &Source, error: engine::Error) -> Self {
        match error {
            engine::Error::Rejected { migration, rejections } => {
                let shown = rejections.iter().take(MOST_MISTAKES);
                let mut found: Vec<DocumentError> = shown.map(|one| source.locate(one)).collect();
                found.sort_by_key(|error| error.position);
                let more = rejections.len() - found.len();
                Self::Rejected { migration, found, more }
            }
            other => other.into(),
        }
    }

    /// The places in a file that are at fault.
    pub(super) fn located(&self) -> &[DocumentError] {
        match self {
            Self::Rejected { found, .. } => found,
            Self::Document(found) => found,
            _ => &[],
        }
    }

    /// Whether the statement was cancelled, or the connection closed, under the command.
    pub(super) fn is_cancelled(&self) -> bool {
        let Self::Engine(error) = self else {
            return false;
        };
        let refused = error.database().and_then(DatabaseError::refused);
        error.is_lost() || refused.is_some_and(|refused| refused.state.code() == "57014")
    }

    /// Whether the connection was lost under the command.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Engine(error) if error.is_lost())
    }

    /// Whether the command may have done a part of its work, so that it matters where things stand.
    pub(super) fn is_midway(&self) -> bool {
        match self {
            Self::Engine(error) => {
                !error.is_lost()
                    && !matches!(
                        error,
                        engine::Error::Refused(_)
                            | engine::Error::Rejected { .. }
                            | engine::Error::StartUndone { .. }
                            | engine::Error::StartAborted { .. }
                            | engine::Error::Unthrottled { .. }
                            | engine::Error::WouldFire { .. }
                            | engine::Error::NoSchema { .. }
                            | engine::Error::ReadOnly(_)
                            | engine::Error::Unwatchable { .. }
                            | engine::Error::Database(
                                DatabaseError::Pooled | DatabaseError::Unsupported { .. }
                            )
                    )
            }
            _ => false,
        }
    }

    /// How the process ends.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Target(error) if error.is_usage() => Exit::Usage,
            Self::Target(_) => Exit::NoDatabase,
            Self::Engine(error) if error.is_lost() => Exit::NoDatabase,
            Self::Interrupted(Signal::Interrupt) | Self::Stopped(Signal::Interrupt) => {
                Exit::Interrupted
            }
            Self::Interrupted(Signal::Terminate) | Self::Stopped(Signal::Terminate) => {
                Exit::Terminated
            }
            _ => Exit::Refused,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Engine(error) => return error.hint(),
            Self::Target(error) => error.hint(),
            Self::Rejected { .. } | Self::Document(_) => "correct the file, and try again".into(),
            Self::Read(ReadError::Unreadable { .. }) => {
                "check the path, and who may read it".into()
            }
            Self::Read(ReadError::UnknownFormat { .. }) => {
                "give the file one of these endings".into()
            }
            Self::Read(ReadError::SameName { .. }) => "rename one of the two".into(),
            Self::Interrupted(_) => "the same command again".into(),
            Self::Pending { .. } => "run `straddle complete` (or `straddle rollback`), and then \
                this command again"
                .into(),
            Self::NoMigrations { .. } => "name the directory of your migrations".into(),
            Self::NoDirectory { .. } => {
                "name the directory of your migrations, or go to where it is".into()
            }
            Self::NoVersion { .. } => "run `straddle start FILE`".into(),
            #[cfg(feature = "convert")]
            Self::Convert { .. } => "correct the script, and try again".into(),
            Self::Read(_)
            | Self::Server(_)
            | Self::Traffic(_)
            | Self::Stopped(_)
            | Self::Output(_) => return None,
        })
    }
}

fn number_of(pending: &[String]) -> String {
    match pending.len() {
        1 => "one migration is".into(),
        number => format!("{number} migrations are"),
    }
}

fn names(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
