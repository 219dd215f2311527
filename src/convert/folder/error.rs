//! Why a folder cannot be converted, and what to do.

use std::io;
use std::path::PathBuf;

/// Why a folder cannot be converted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file, or the folder, is not to be had.
    #[error("`{}` cannot be read", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no SQL in it.
    #[error("`{}` holds no SQL", path.display())]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// The SQL is further down.
    #[error("`{}` holds no SQL itself", path.display())]
    Below {
        /// The folder.
        path: PathBuf,
        /// Where there is some.
        below: PathBuf,
    },
    /// Its migrations are programs.
    #[error("the migrations in `{}` are {language}, which only {tool} runs", path.display())]
    Programs {
        /// The folder.
        path: PathBuf,
        /// What they are written in.
        language: &'static str,
        /// Whose they are.
        tool: &'static str,
        /// How the tool is made to write SQL.
        hint: &'static str,
    },
    /// Which comes first is not known.
    #[error("`{one}` and `{other}` have the same number: which comes first is chance")]
    SameNumber {
        /// A script.
        one: String,
        /// Another.
        other: String,
    },
    /// The journal is not what Drizzle writes.
    #[error("`{}` cannot be understood: {reason}", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl FolderError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => "check the path, and who may read it".into(),
            Self::Nothing { .. } => "name the folder that holds your scripts".into(),
            Self::Below { below, .. } => format!("`straddle convert {}`", below.display()),
            Self::Programs { hint, .. } => (*hint).into(),
            Self::SameNumber { .. } => "give one of them the number that it has to have".into(),
            Self::Journal { .. } => {
                "take back what changed it, or have drizzle-kit write it again".into()
            }
        }
    }
}
