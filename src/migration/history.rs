//! What a directory may not say otherwise than the history.

use std::fmt;

use super::Migration;
use super::covered::{Covered, twice};
use super::document::{self, Format};
use crate::schema;

/// What a directory says otherwise than the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// The directory has no such file.
    Missing {
        /// The migration.
        name: String,
    },
    /// The directory has it under another name.
    Renamed {
        /// What the history calls it.
        name: String,
        /// What the directory calls it.
        to: String,
    },
    /// The file says something else than when it was started.
    Edited {
        /// The migration.
        name: String,
        /// Line by line what was, `- `, and what is, `+ `.
        difference: Vec<String>,
    },
    /// A file that was not started sorts before one that was.
    OutOfOrder {
        /// The file.
        name: String,
        /// The first in the history behind it.
        before: String,
    },
    /// A file replaces some of what is in the history, and others that are not.
    HalfReplaced {
        /// The file.
        name: String,
        /// What it replaces and the history has.
        there: Vec<String>,
        /// What it replaces and the history has not.
        lacking: Vec<String>,
    },
    /// A file replaces what was started, and is not completed yet.
    Unfinished {
        /// The migration.
        name: String,
        /// The file.
        by: String,
    },
    /// A file is there, and so is the one that replaces it.
    Both {
        /// The file that is replaced.
        name: String,
        /// The one that replaces it.
        by: String,
    },
}

impl fmt::Display for Contradiction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => {
                write!(formatter, "missing: `{name}` is in the history, and not in the directory")
            }
            Self::Renamed { name, to } => {
                write!(formatter, "renamed: `{name}` of the history is `{to}` in the directory")
            }
            Self::Edited { name, difference } => {
                write!(
                    formatter,
                    "edited: `{name}` says something else than it did when it was started"
                )?;
                difference.iter().try_for_each(|line| write!(formatter, "\n    {line}"))
            }
            Self::OutOfOrder { name, before } => write!(
                formatter,
                "out of order: `{name}` was never started, and sorts before `{before}`, which was"
            ),
            Self::HalfReplaced { name, there, lacking } => write!(
                formatter,
                "half replaced: of what `{name}` replaces, the history has {}, and not {}",
                quoted(there),
                quoted(lacking)
            ),
            Self::Unfinished { name, by } => write!(
                formatter,
                "not completed: `{name}`, which `{by}` replaces, was started and is not completed"
            ),
            Self::Both { name, by } => write!(
                formatter,
                "twice: `{name}` is in the directory, and so is `{by}`, which replaces it"
            ),
        }
    }
}

impl Contradiction {
    /// The migration, as the history calls it, or else the file.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Missing { name }
            | Self::Renamed { name, .. }
            | Self::Edited { name, .. }
            | Self::OutOfOrder { name, .. }
            | Self::HalfReplaced { name, .. }
            | Self::Unfinished { name, .. }
            | Self::Both { name, .. } => name,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => "`straddle pull DIR` writes what is missing".into(),
            Self::Renamed { name, to } => format!("rename `{to}` to `{name}`"),
            Self::Edited { name, .. } => {
                format!("put `{name}` back, and write what is new as another migration")
            }
            Self::OutOfOrder { name, .. } => {
                format!("rename `{name}` so that it sorts behind what was started")
            }
            Self::HalfReplaced { name, .. } | Self::Unfinished { by: name, .. } => format!(
                "check out the directory as it was before `{name}`, complete what it has with \
                 `straddle migrate DIR --complete`, and come back"
            ),
            Self::Both { name, by } => format!(
                "remove the file of `{name}`, or that of `{by}`; where `straddle squash DIR` was interrupted, \
                 the same again removes what is replaced"
            ),
        }
    }
}

/// Everything that the files of a directory, in order, say otherwise than the history, oldest first: what
/// was completed, is live or underway.
#[must_use]
pub fn contradictions(history: &[Migration], files: &[Migration]) -> Vec<Contradiction> {
    let (started, there) = (Covered::of_all(history), Covered::of_all(files));
    let mut new = files.iter().filter(|one| !started.has(one)).collect::<Vec<&Migration>>();
    let mut found = twice(files);
    let mut renamed = Vec::new();
    for recorded in history {
        let name = recorded.name.clone();
        match files.iter().find(|file| file.name == name) {
            Some(file) if file.says_the_same(recorded) => {}
            Some(file) => {
                let difference = difference(&text(recorded), &text(file));
                found.push(Contradiction::Edited { name, difference });
            }
            // A file stands in its place, or those do that it replaced.
            None if there.has(recorded) => {}
            None => {
                let same = new.iter().position(|file| file.says_the_same(recorded));
                found.push(match same.map(|at| new.remove(at).name.clone()) {
                    None => Contradiction::Missing { name },
                    Some(to) => {
                        renamed.push(to.clone());
                        Contradiction::Renamed { name, to }
                    }
                });
            }
        }
    }
    found.extend(files.iter().filter_map(|file| started.half(file)));
    // Files are in the order of their names, so that the last one that was started tells.
    let last = files.iter().rposition(|file| started.has(file)).unwrap_or(0);
    for (index, file) in files[..last].iter().enumerate() {
        if started.has(file) || renamed.contains(&file.name) || started.half(file).is_some() {
            continue;
        }
        let behind = files[index..].iter().find(|other| started.has(other));
        found.extend(behind.map(|behind| Contradiction::OutOfOrder {
            name: file.name.clone(),
            before: behind.name.clone(),
        }));
    }
    found
}

/// Names, or statements, one after another.
pub(crate) fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// All names of a few, or the first of them and how many others there are.
pub(crate) fn named(names: &[String]) -> String {
    match names.split_at_checked(3) {
        Some((first, others)) if others.len() > 3 => {
            format!("{} and {} others", quoted(first), others.len())
        }
        _ => quoted(names),
    }
}

fn text(migration: &Migration) -> String {
    document::write(&migration.content(), Format::Yaml)
}

/// The lines that only one of them has, in order: `- ` of the first, `+ ` of the second.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let told = |line: schema::Line<'_>| match line {
        schema::Line::Both(_) => None,
        schema::Line::Gone(line) => Some(format!("- {line}")),
        schema::Line::New(line) => Some(format!("+ {line}")),
    };
    schema::difference(&before, &after).into_iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str, table: &str) -> Migration {
        let operations =
            format!("- drop_table:\n    name: {table}\n- drop_table:\n    name: other\n");
        let read = document::read_bytes(name, operations.as_bytes(), Format::Yaml);
        let (operations, _) = read.unwrap_or_else(|error| panic!("{error}"));
        Migration::new(name, operations)
    }

    fn told(history: &[(&str, &str)], files: &[(&str, &str)]) -> Vec<String> {
        let all = |list: &[(&str, &str)]| -> Vec<Migration> {
            list.iter().map(|(name, table)| migration(name, table)).collect()
        };
        contradictions(&all(history), &all(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_directory_that_goes_on_contradicts_nothing() {
        assert_eq!(told(&[], &[]), [""; 0]);
        assert_eq!(told(&[("1", "a")], &[("1", "a"), ("2", "b")]), [""; 0]);
    }

    #[test]
    fn each_contradiction_is_named() {
        let history = [("1", "a"), ("2", "b"), ("4", "d"), ("5", "e")];
        let files = [("1", "x"), ("2b", "b"), ("3", "c"), ("5", "e"), ("6", "f")];
        assert_eq!(
            told(&history, &files),
            [
                "edited: `1` says something else than it did when it was started\n    \
                 -       name: a\n    +       name: x",
                "renamed: `2` of the history is `2b` in the directory",
                "missing: `4` is in the history, and not in the directory",
                "out of order: `3` was never started, and sorts before `5`, which was",
            ]
        );
    }
}
