//! Why what a directory holds is not run.

use super::error::list;
use crate::migration::{Contradiction, named};

/// Why what a directory holds is not run. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// It says something else than the history.
    #[error("the directory contradicts the history; nothing has changed{}", told(found))]
    Contradicted {
        /// How.
        found: Vec<Contradiction>,
        /// What is live or underway, if all of it is about that.
        live: Option<String>,
    },
    /// Some are live, and others are to be started.
    #[error("{} live, and {} not started yet: {}", are(live), count(pending), named(pending))]
    Pending {
        /// What is live.
        live: Vec<String>,
        /// What is not started.
        pending: Vec<String>,
    },
    /// More is pending than was expected.
    #[error("one migration was expected to be pending, and {} are: {}; nothing has changed", pending.len(), named(pending))]
    NotOne {
        /// What is pending.
        pending: Vec<String>,
    },
    /// There is a history, and a baseline would begin one.
    #[error("the history has begun already, with `{first}`; nothing has changed")]
    HasHistory {
        /// The first migration in it.
        first: String,
    },
    /// Nothing is completed that could be squashed.
    #[error("no migration is completed yet; nothing has changed")]
    NothingCompleted,
    /// The version that was completed last is not there any more.
    #[error("the version schema `{schema}` is not there any more; nothing has changed")]
    VersionGone {
        /// Its schema.
        schema: String,
    },
    /// What a file does is in the history under another name.
    #[error("{}; nothing has changed", if *replaces {
        format!("all that `{name}` replaces was completed before")
    } else {
        format!("`{name}` was completed before, as a part of what replaced it")
    })]
    Covered {
        /// The file's migration.
        name: String,
        /// Whether it is the one that replaces others.
        replaces: bool,
    },
    /// A file replaces some of what is in the history, and others that are not.
    #[error("{0}; nothing has changed")]
    Half(Contradiction),
    /// No file has the name that was given.
    #[error("no migration of the directory is called `{name}`; nothing has changed")]
    NoMigration {
        /// The name.
        name: String,
    },
}

impl DirectoryError {
    /// What to type next.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Contradicted { found, live } => {
                let mut hints: Vec<String> = found.iter().map(Contradiction::hint).collect();
                hints.dedup();
                if let Some(live) = live {
                    hints.push(format!("or `straddle rollback`, which takes `{live}` back"));
                }
                hints.join("; ")
            }
            Self::Pending { .. } => {
                "run `straddle complete` (or `straddle rollback`), and then this command again"
                    .into()
            }
            Self::NotOne { .. } => {
                "leave out --expect-one, or take them one by one with --to NAME".into()
            }
            Self::HasHistory { .. } => {
                "a baseline is for a database that has none; `straddle pull DIR` writes it into files".into()
            }
            Self::NothingCompleted => "`straddle migrate DIR --complete` comes first".into(),
            Self::VersionGone { .. } => {
                "complete another migration here, or squash where the version is there".into()
            }
            Self::Covered { .. } => "to change the schema again, write another migration".into(),
            Self::Half(half) => half.hint(),
            Self::NoMigration { .. } => "give the name of a file, without its extension".into(),
        }
    }
}

fn told(found: &[Contradiction]) -> String {
    let lines = found.iter().map(|one| one.to_string().replace('\n', "\n    "));
    list(lines)
}

/// `` `a` is ``, or how many are.
fn are(all: &[String]) -> String {
    match all {
        [one] => format!("`{one}` is"),
        several => format!("{} migrations are", several.len()),
    }
}

fn count(all: &[String]) -> String {
    match all.len() {
        1 => "one migration is".into(),
        several => format!("{several} migrations are"),
    }
}
