//! What is wrong with a directory, as far as its files alone tell.

use std::collections::BTreeMap;

use super::document::DocumentError;
use super::{Migration, Source};

/// What is wrong with the files of a directory, in order, beyond what is wrong with each alone: names that
/// only seem to be in order, and versions of one name.
#[must_use]
pub fn check_directory(sources: &[Source]) -> Vec<DocumentError> {
    let mut found = Vec::new();
    for pair in sources.windows(2) {
        let [before, after] = pair else { continue };
        let (first, second) = (&before.migration.name, &after.migration.name);
        if let (Some(one), Some(other)) = (number(first), number(second)) {
            let message = if one == other {
                format!("`{first}` has the same number: which comes first is chance")
            } else if one > other {
                format!(
                    "`{first}` sorts before it, though its number is larger; pad the numbers with zeros"
                )
            } else {
                continue;
            };
            found.push(after.error("", message));
        }
    }
    let mut versions: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        let (version, name) = (source.migration.version(), source.migration.name.as_str());
        if let Some(other) = versions.insert(version, name) {
            let message = format!("`{other}` has the version `{version}`, too");
            found.push(source.error("version_schema", message));
        }
    }
    for (index, source) in sources.iter().enumerate() {
        found.extend(wrong_replaces(index, source, sources));
    }
    found
}

/// What is wrong with what a file says that it replaces.
fn wrong_replaces(index: usize, source: &Source, sources: &[Source]) -> Option<DocumentError> {
    let Migration { name, replaces, .. } = &source.migration;
    let others = sources.iter().map(|other| &other.migration).filter(|other| other.name != *name);
    let is_replaced = |other: &&Migration| other.is_replaced_by(&source.migration);
    let twice = replaces.iter().enumerate().find(|(at, one)| replaces[..*at].contains(one));
    let message = if let Some(other) = others.clone().find(is_replaced) {
        format!("it replaces `{}`, which is in the directory, too: remove one of them", other.name)
    } else if replaces.contains(name) {
        "it replaces itself: give the file a name of its own".into()
    } else if let Some((_, one)) = twice {
        format!("it replaces `{one}` twice")
    } else if index > 0 && !replaces.is_empty() {
        format!(
            "it replaces what was before `{}`, and sorts behind it: such a file is the first",
            sources[0].migration.name
        )
    } else {
        return None;
    };
    Some(source.error("replaces", message))
}

/// The number at the beginning of a name.
pub(super) fn number(name: &str) -> Option<u64> {
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    name[..end].parse().ok()
}
