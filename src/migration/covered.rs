//! Which migrations are there, where one may stand in the place of others.

use std::collections::BTreeSet;

use super::Migration;
use super::history::Contradiction;

/// The names of migrations, and of those that they replace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    names: BTreeSet<String>,
    leaves: BTreeSet<String>,
}

impl Covered {
    /// These, each with the names that it stands for.
    pub fn of<'a>(all: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Self {
        let mut covered = Self::default();
        for (name, stands_for) in all {
            covered.names.insert(name.to_owned());
            covered.leaves.extend(stands_for.iter().cloned());
        }
        covered
    }

    /// These migrations.
    #[must_use]
    pub fn of_all(all: &[Migration]) -> Self {
        Self::of(all.iter().map(|one| (one.name.as_str(), one.stands_for())))
    }

    /// Whether one of them has this name.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether the migration is one of them, or all that it stands for is in them.
    #[must_use]
    pub fn has(&self, migration: &Migration) -> bool {
        self.names.contains(&migration.name)
            || migration.stands_for().iter().all(|name| self.leaves.contains(name))
    }

    /// That it is neither in them nor not.
    #[must_use]
    pub fn half(&self, migration: &Migration) -> Option<Contradiction> {
        if self.has(migration) {
            return None;
        }
        let all = migration.stands_for().iter().cloned();
        let (there, lacking): (Vec<_>, Vec<_>) = all.partition(|name| self.leaves.contains(name));
        let name = migration.name.clone();
        (!there.is_empty()).then_some(Contradiction::HalfReplaced { name, there, lacking })
    }
}

/// Files that are there together with one that replaces them.
pub(super) fn twice(files: &[Migration]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for by in files.iter().filter(|file| !file.replaces.is_empty()) {
        let others = files.iter().filter(|file| file.name != by.name);
        let replaced = others.filter(|file| file.is_replaced_by(by));
        found.extend(
            replaced
                .map(|file| Contradiction::Both { name: file.name.clone(), by: by.name.clone() }),
        );
    }
    found
}
