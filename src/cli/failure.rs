//! Why a command did not do what was asked: what happened, what is still true, what to type next.

use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::git::GitError;
use super::interrupt::Signal;
use crate::database::{DumpError, Error as DatabaseError, TargetError};
use crate::engine;
use crate::migration::document::DocumentError;
use crate::migration::{
    MOST_MISTAKES, NewNameError, PullError, ReadError, Source, SquashError, Unlike, locate,
};
use crate::sandbox::TrafficError;
use crate::server::ServerError;
use crate::sql::IdentError;

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

/// The migration, or the migrations, that were to be started.
fn what(together: &[String]) -> String {
    match together {
        [] => "the migration".into(),
        [one] => format!("the migration `{one}`"),
        [first, .., last] => {
            format!("the {} migrations `{first}` to `{last}`, as one,", together.len())
        }
    }
}

#[cfg(feature = "convert")]
fn lines(errors: &[(String, crate::convert::ConvertError)]) -> String {
    errors.iter().map(|(file, error)| format!("\n    {file}: {error}")).collect()
}

#[cfg(feature = "convert")]
fn paths(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("\n    {}", path.display())).collect()
}

/// What happened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    #[error(transparent)]
    Engine(engine::Error),
    #[error("{} cannot be planned{}; nothing has changed", what(together), further(*more))]
    Rejected {
        together: Vec<String>,
        found: Vec<DocumentError>,
        more: usize,
        /// The directory that they are from, and the last of them with which nothing is wrong.
        sound: Option<(PathBuf, String)>,
    },
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
    #[error("`{}` holds no migrations (files that end in .json, .yaml or .yml)", path.display())]
    NoMigrations { path: PathBuf },
    #[error("there is no directory `{}` here", path.display())]
    NoDirectory { path: PathBuf },
    #[error("`{}` is a directory, and one file is to be named", path.display())]
    IsDirectory { path: PathBuf, instead: &'static str },
    #[error("`{}` is a file, and a directory is to be named", path.display())]
    IsFile { path: PathBuf, instead: Option<&'static str> },
    #[error("no version of the schema `{schema}` has been made yet")]
    NoVersion { schema: String },
    #[error("the migrations do not follow on those of `{reference}`{}", Unlike::told(found))]
    Unlike { reference: String, found: Vec<Unlike> },
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Pull(#[from] PullError),
    #[error(transparent)]
    NewName(NewNameError),
    #[error(transparent)]
    Name(IdentError),
    #[error("`{}` cannot be written", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Unsaid(&'static str),
    #[error("`{name}` would sort behind `{first}`, and has to be the first")]
    NotFirst { name: String, first: String },
    #[error(transparent)]
    Dump(DumpError),
    #[error(transparent)]
    Squash(#[from] SquashError),
    #[error("not agreed to; nothing has changed")]
    NotMeant,
    #[error("Java's driver cannot reach a server by its socket")]
    NoJdbc,
    #[cfg(feature = "convert")]
    #[error("`{file}` cannot be converted")]
    Convert {
        file: String,
        #[source]
        error: crate::convert::ConvertError,
    },
    #[cfg(feature = "convert")]
    #[error("scripts cannot be converted; nothing was written{}", lines(.0))]
    ConvertAll(Vec<(String, crate::convert::ConvertError)>),
    #[cfg(feature = "convert")]
    #[error(transparent)]
    Folder(#[from] crate::convert::folder::FolderError),
    #[cfg(feature = "convert")]
    #[error("files that are there say something else; nothing was written{}", paths(.0))]
    Taken(Vec<PathBuf>),
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
    /// An error of the engine, with its rejections located in the files that they are about.
    pub(super) fn about(sources: &[Source], error: engine::Error) -> Self {
        let engine::Error::Rejected { together, rejections, .. } = error else {
            return error.into();
        };
        let is_in = |source: &&Source| together.contains(&source.migration.name);
        let files: Vec<&Source> = sources.iter().filter(is_in).collect();
        let located = rejections.iter().take(MOST_MISTAKES);
        let mut located: Vec<(usize, DocumentError)> =
            located.filter_map(|one| locate(&files, one)).collect();
        located.sort_by_key(|(file, error)| (*file, error.position));
        let first = located.first().map_or(0, |(file, _)| *file);
        let sound = first.checked_sub(1).and_then(|before| together.get(before));
        let sound = sound.map(|name| (PathBuf::new(), name.clone()));
        let more = rejections.len() - located.len();
        let found = located.into_iter().map(|(_, error)| error).collect();
        Self::Rejected { together, found, more, sound }
    }

    /// The same, of files in this directory.
    pub(super) fn told_to(mut self, directory: &Path) -> Self {
        if let Self::Rejected { sound: Some((path, _)), .. } = &mut self {
            directory.clone_into(path);
        }
        self
    }

    /// The places in a file that are at fault.
    pub(super) fn located(&self) -> &[DocumentError] {
        match self {
            Self::Rejected { found, .. } => found,
            Self::Document(found) => found,
            _ => &[],
        }
    }

    /// What a directory says otherwise than a commit.
    pub(super) fn unlike(&self) -> &[Unlike] {
        match self {
            Self::Unlike { found, .. } => found,
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

    /// Whether nothing says which database is meant.
    pub(super) fn is_no_target(&self) -> bool {
        matches!(self, Self::Target(TargetError::NoTarget))
    }

    /// Whether the connection was lost under the command.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Engine(error) if error.is_lost())
    }

    /// Whether the command may have done a part of its work, so that it matters where things stand.
    pub(super) fn is_midway(&self) -> bool {
        matches!(self, Self::Engine(error) if error.is_midway())
    }

    /// How the process ends.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Target(error) if error.is_usage() => Exit::Usage,
            Self::Unsaid(_) => Exit::Usage,
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
}
