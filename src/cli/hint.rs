//! What to type next, when a command has failed.

use std::path::{Path, PathBuf};

use super::failure::Reason;
use crate::database::DumpError;
use crate::migration::{PullError, ReadError, Unlike};

impl Reason {
    /// What to type next.
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Engine(error) => return error.hint(),
            Self::Target(error) => error.hint(),
            Self::Rejected { sound: Some((directory, name)), .. } => format!(
                "correct the file, and try again; if it is right once `{name}` is completed, begin with \
                 `straddle migrate {} --to {name}`",
                directory.display()
            ),
            Self::Rejected { .. } | Self::Document(_) => "correct the file, and try again".into(),
            Self::Read(ReadError::Unreadable { path, .. }) => match namesake(path) {
                Some(other) => format!("`{}` is there", other.display()),
                None => "check the path, and who may read it".into(),
            },
            Self::Read(ReadError::UnknownFormat { path }) => of_format(path),
            Self::IsDirectory { path, instead } => format!("`{instead} {}`", path.display()),
            Self::IsFile { path, instead: Some(instead) } => of_file(path, instead),
            Self::IsFile { instead: None, .. } => "name a directory".into(),
            Self::Read(ReadError::SameName { .. }) => "rename one of the two".into(),
            Self::Interrupted(_) => "the same command again".into(),
            Self::NoMigrations { .. } => "name the directory of your migrations".into(),
            Self::NoDirectory { .. } => {
                "name the directory of your migrations, or go to where it is".into()
            }
            Self::Unlike { found, .. } => Unlike::hints(found),
            Self::Git(error) => error.hint().into(),
            Self::Pull(PullError::Differing(_)) => {
                "mend these, or pull into another directory and compare".into()
            }
            Self::Pull(PullError::Read(_)) => {
                "mend that file, or pull into another directory".into()
            }
            Self::NewName(_) => "give another --name, or rename what is there".into(),
            Self::Unwritable { .. } | Self::Pull(PullError::Unwritable { .. }) => {
                "check the path, and who may write there".into()
            }
            Self::Unsaid(_) => "`--help` has examples".into(),
            Self::NotFirst { .. } => "give it a name that sorts before all others".into(),
            Self::Dump(DumpError::NoProgram { .. } | DumpError::Failed(_)) => {
                "mend that; --pg-dump PATH names one of the server's version or a later one".into()
            }
            Self::Squash(error) => error.hint(),
            Self::NoJdbc => {
                "name the server by its host: --postgres-url postgresql://host/..".into()
            }
            Self::NoVersion { .. } => "run `straddle start FILE`".into(),
            #[cfg(feature = "convert")]
            Self::Convert { .. } | Self::ConvertAll(_) => "correct that, and try again".into(),
            #[cfg(feature = "convert")]
            Self::Folder(error) => error.hint(),
            #[cfg(feature = "convert")]
            Self::Taken(_) => "remove them, or give another directory with --to".into(),
            Self::Read(_)
            | Self::Pull(_)
            | Self::Name(_)
            | Self::Dump(_)
            | Self::NotMeant
            | Self::Server(_)
            | Self::Traffic(_)
            | Self::Stopped(_)
            | Self::Output(_) => return None,
        })
    }
}

/// The file that is meant, perhaps, by the name of one that is not there.
fn namesake(path: &Path) -> Option<PathBuf> {
    let others = ["yaml", "yml", "json"].map(|extension| path.with_extension(extension));
    others.into_iter().find(|other| other != path && !path.exists() && other.is_file())
}

/// What to do with a file where a directory is to be named.
fn of_file(path: &Path, instead: &str) -> String {
    let directory = path.parent().filter(|parent| *parent != Path::new(""));
    let directory = directory.unwrap_or(Path::new(".")).display();
    format!("`straddle migrate {directory}`, or `{instead} {}`", path.display())
}

/// What to do with a file that is no migration by its name.
fn of_format(path: &Path) -> String {
    let is_sql = path.extension().is_some_and(|extension| extension == "sql");
    match is_sql && cfg!(feature = "convert") {
        true => format!(
            "`straddle convert {} > {}`",
            path.display(),
            path.with_extension("yaml").display()
        ),
        false => "give the file one of these endings".into(),
    }
}
