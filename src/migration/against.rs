//! What a directory may not say otherwise than a commit that others build on.

use std::collections::BTreeSet;
use std::path::Path;

use super::history::{Contradiction, contradictions};
use super::read::{ReadError, Source, parse};
use super::{Migration, document::Format};

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its name, with the extension.
    pub file: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Whether the commit from which the present one has gone off has it, too.
    pub is_known: bool,
}

/// What a directory says otherwise than a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlike {
    /// `missing`, `behind`, `renamed`, `edited`, `out_of_order`, `replaced`.
    pub kind: &'static str,
    /// The migration, as the commit calls it, or else the new file.
    pub name: String,
    /// What is wrong, in words.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Unlike {
    /// All of them, a line each.
    #[must_use]
    pub fn told(all: &[Self]) -> String {
        let told = |one: &Self| {
            let message = one.message.replace('\n', "\n    ");
            format!("\n    {}: `{}`: {message}", one.kind.replace('_', " "), one.name)
        };
        all.iter().map(told).collect()
    }

    /// What to do about them, each once.
    #[must_use]
    pub fn hints(all: &[Self]) -> String {
        let mut hints: Vec<&str> = all.iter().map(|one| one.hint.as_str()).collect();
        hints.dedup();
        hints.join("; ")
    }
}

/// What came of comparing a directory with a commit.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What it says otherwise.
    pub found: Vec<Unlike>,
    /// The names of files that are new.
    pub new: Vec<String>,
    /// What the commit has, in order.
    pub before: Vec<Source>,
}

/// Compares the files of a directory, in order, with those of a commit, which is called `reference`.
///
/// # Errors
/// When a file of the commit is no migration. What is the same in the directory was read already.
pub fn against(
    committed: &[Committed],
    sources: &[Source],
    reference: &str,
) -> Result<Compared, ReadError> {
    let mut files: Vec<&Committed> =
        committed.iter().filter(|one| Format::of(&one.file).is_some()).collect();
    files.sort_by_key(|one| stem(one));
    let mut read = Vec::new();
    for one in &files {
        read.push(parse(Path::new(&one.file), &one.bytes)?);
    }
    let before: Vec<Migration> = read.iter().map(|source| source.migration.clone()).collect();
    let present: Vec<Migration> = sources.iter().map(|one| one.migration.clone()).collect();
    let mut found: Vec<Unlike> = Vec::new();
    let mut renamed = BTreeSet::new();
    for contradiction in contradictions(&before, &present) {
        let is_known = |name: &str| files.iter().any(|one| one.is_known && stem(one) == name);
        found.push(match contradiction {
            // Told below, of all new files.
            Contradiction::OutOfOrder { .. } | Contradiction::HalfReplaced { .. } => continue,
            Contradiction::Both { .. } | Contradiction::Unfinished { .. } => unlike(
                "replaced",
                contradiction.name(),
                contradiction.to_string(),
                contradiction.hint(),
            ),
            Contradiction::Missing { name } if !is_known(&name) => unlike(
                "behind",
                &name,
                format!("`{reference}` has it, and this branch does not yet"),
                format!("merge `{reference}`, or rebase onto it"),
            ),
            Contradiction::Missing { name } => unlike(
                "missing",
                &name,
                format!("`{reference}` has it, and the directory has not"),
                "put it back: what has been merged may have been run".into(),
            ),
            Contradiction::Renamed { name, to } => {
                let hint = format!("rename `{to}` to `{name}`");
                let message = format!("it is `{to}` in the directory");
                renamed.insert(to);
                unlike("renamed", &name, message, hint)
            }
            Contradiction::Edited { name, difference } => {
                let lines: String = difference.iter().map(|line| format!("\n    {line}")).collect();
                let message = format!("it says something else than in `{reference}`{lines}");
                let hint = "put it back, and write what is new as another migration";
                unlike("edited", &name, message, hint.into())
            }
        });
    }
    let known: BTreeSet<&str> = before.iter().map(|one| one.name.as_str()).collect();
    let new = present.iter().map(|one| one.name.clone());
    let new: Vec<String> =
        new.filter(|name| !known.contains(name.as_str()) && !renamed.contains(name)).collect();
    found.extend(replacing_otherwise(&before, &present, reference));
    let replaces =
        |name: &&String| present.iter().any(|one| one.name == **name && !one.replaces.is_empty());
    if let Some(last) = before.last() {
        // What a file of this directory replaces, it stands before.
        for name in new.iter().filter(|name| **name < last.name && !replaces(name)) {
            let message = format!("it sorts before `{}`, which `{reference}` has", last.name);
            let hint = format!("rename it so that it sorts behind `{}`", last.name);
            found.push(unlike("out_of_order", name, message, hint));
        }
    }
    Ok(Compared { found, new, before: read })
}

/// New files that replace something else than the first ones of the commit, in their order: what others have run
/// is all of these, and not what was never merged.
fn replacing_otherwise(
    before: &[Migration],
    present: &[Migration],
    reference: &str,
) -> Vec<Unlike> {
    let all: Vec<&String> = before.iter().flat_map(Migration::stands_for).collect();
    let is_new = |one: &&Migration| !before.iter().any(|known| known.name == one.name);
    let new = present.iter().filter(|one| !one.replaces.is_empty()).filter(is_new);
    let differs =
        |one: &Migration| one.replaces.iter().zip(&all).position(|(own, its)| own != *its);
    let told = |one: &Migration| {
        let name = match differs(one) {
            Some(at) => &one.replaces[at],
            None => one.replaces.get(all.len())?,
        };
        let message = format!(
            "it replaces `{name}`, and not the first migrations of `{reference}`, in their order"
        );
        let hint = "merge first what is new, and squash then: `straddle squash DIR`";
        Some(unlike("replaced", &one.name, message, hint.into()))
    };
    new.filter_map(told).collect()
}

fn stem(file: &Committed) -> String {
    Path::new(&file.file).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn unlike(kind: &'static str, name: &str, message: String, hint: String) -> Unlike {
    Unlike { kind, name: name.to_owned(), message, hint }
}
