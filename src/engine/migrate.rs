//! `migrate`: what is pending of a directory, as few starts as can be.

use serde::Serialize;

use super::{DirectoryError, Engine, Error, Event, Recorded};
use crate::ledger::{self, Entry};
use crate::lifecycle::Refusal;
use crate::migration::{Contradiction, Group, Migration, Together, contradictions, groups};
use crate::plan::{Phase, Plan};
use crate::sql;

/// How the pending migrations of a directory are to be run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrate {
    /// Whether all of them are completed; otherwise what is started last stays live.
    pub complete: bool,
    /// Whether each is started alone, and completed before the next one.
    pub each: bool,
    /// The last one that is run.
    pub to: Option<String>,
    /// Whether more than one pending is refused.
    pub expect_one: bool,
}

/// What `migrate` has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Migrated {
    /// The migrations that were completed, in order.
    pub completed: Vec<String>,
    /// Those that are live, started as one.
    pub live: Vec<String>,
    /// The version schema of what is live.
    pub version_schema: Option<String>,
    /// Those that were not started.
    pub pending: Vec<String>,
    /// Why they were not, for people.
    pub because: Option<String>,
}

/// What `migrate` would start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Composed {
    /// The migrations that would be started as one.
    pub migrations: Vec<String>,
    /// Its plan; none where it depends on what those before it leave.
    pub plan: Option<Plan>,
    /// Why those behind them are not among them.
    pub because: Option<String>,
}

/// Where a directory and the history stand to each other.
struct Standing {
    active: Option<Entry>,
    /// Of the directory, what is live or underway.
    begun: Vec<Migration>,
    /// What is to be started.
    pending: Vec<Migration>,
}

/// What becomes of migrations that `migrate` has started.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// They are completed.
    Completed,
    /// They are completed where others come behind them.
    CompletedForOthers,
    /// They stay live.
    Live,
}

impl Standing {
    /// What was interrupted in the middle of its start, to be gone on with.
    fn underway(&self) -> Option<Together<'_>> {
        Together::of(&self.begun).filter(|_| self.live().is_none())
    }

    fn live(&self) -> Option<&Entry> {
        self.active.as_ref().filter(|active| active.next().0 == Phase::Live)
    }
}

impl Engine<'_> {
    /// Runs what is pending of these migrations, a directory's in order: from the version that was
    /// completed last to the last of them in one start, where they can be planned together, so that no
    /// version goes that an application may use. Where they cannot, it ends there, with the rest
    /// pending; unless all are to be completed, or each is started alone, or there is no table and
    /// no version yet, so that nobody can be using one.
    ///
    /// # Errors
    /// When the directory contradicts the history, something else is live, or as [`Engine::start`] and
    /// [`Engine::complete`].
    pub async fn migrate(&self, files: &[Migration], how: &Migrate) -> Result<Migrated, Error> {
        let mut migrated = Migrated::default();
        let mut standing = self.standing(files, how).await?;
        // Behind the point of no return there is one way only.
        let is_contracting = |active: &Entry| active.next().0 == Phase::Contract;
        if standing.active.as_ref().is_some_and(is_contracting) {
            self.complete_group(&names(&standing.begun), &mut migrated).await?;
            (standing.active, standing.begun) = (None, Vec::new());
        }
        if let Some(live) = standing.live() {
            self.report_live(live, how, &mut migrated).await?;
            return Ok(migrated);
        }
        let then = if how.complete {
            Then::Completed
        } else if how.each || self.is_bare().await? {
            Then::CompletedForOthers
        } else {
            Then::Live
        };
        let mut left = standing.pending.as_slice();
        if let Some(underway) = standing.underway() {
            let because = "they were not there when it was started".to_owned();
            let because = Some(because).filter(|_| !left.is_empty());
            self.start_group(underway, because, then, &mut migrated).await?;
        }
        for group in grouped(left, how) {
            if !migrated.live.is_empty() {
                break;
            }
            left = &left[group.migrations.len()..];
            let Some(together) = Together::of(group.migrations) else {
                continue;
            };
            self.start_group(together, group.ends, then, &mut migrated).await?;
        }
        migrated.pending = names(left);
        Ok(migrated)
    }

    /// What [`Engine::migrate`] would start. Changes nothing; the first of them is rehearsed.
    ///
    /// # Errors
    /// As [`Engine::migrate`], before it starts anything.
    pub async fn plan_migrate(
        &self,
        files: &[Migration],
        how: &Migrate,
    ) -> Result<Vec<Composed>, Error> {
        let standing = self.standing(files, how).await?;
        let mut composed = Vec::new();
        if let Some(underway) = standing.underway() {
            composed.push(Composed {
                migrations: underway.names(),
                plan: Some(self.plan_together(underway).await?),
                because: Some("its start was interrupted, and goes on".into()),
            });
        }
        for group in grouped(&standing.pending, how) {
            let plan = match Together::of(group.migrations) {
                Some(together) if composed.is_empty() => Some(self.plan_together(together).await?),
                _ => None,
            };
            let migrations = names(group.migrations);
            composed.push(Composed { migrations, plan, because: group.ends });
        }
        Ok(composed)
    }

    /// Refuses what cannot be gone on with, before anything is changed.
    async fn standing(&self, files: &[Migration], how: &Migrate) -> Result<Standing, Error> {
        self.refuse_contradicted(files).await?;
        let active = self.entry_of_schema().await?.filter(|entry| entry.ended.is_none());
        let completed = self.covered().await?;
        let end = match &how.to {
            None => files.len(),
            Some(to) => match files.iter().position(|file| file.name == *to) {
                Some(last) => last + 1,
                None => return Err(DirectoryError::NoMigration { name: to.clone() }.into()),
            },
        };
        let begun = active.as_ref().map(|active| active.together.clone()).unwrap_or_default();
        let (begun, others): (Vec<_>, Vec<_>) =
            files.iter().cloned().partition(|file| begun.contains(&file.name));
        let up_to = |file: &Migration| files[..end].iter().any(|one| one.name == file.name);
        let is_pending = |file: &Migration| !completed.has(file) && up_to(file);
        let pending: Vec<Migration> = others.into_iter().filter(is_pending).collect();
        if how.expect_one && pending.len() > 1 {
            return Err(DirectoryError::NotOne { pending: names(&pending) }.into());
        }
        let standing = Standing { active, begun, pending };
        match &standing.active {
            Some(active) if standing.live().is_some() && !standing.pending.is_empty() => {
                let (live, pending) = (active.together.clone(), names(&standing.pending));
                Err(DirectoryError::Pending { live, pending }.into())
            }
            // `rollback` alone finishes it.
            Some(active) if active.next().0 == Phase::Abort => {
                Err(Refusal::Aborting { name: active.name.clone() }.into())
            }
            _ => Ok(standing),
        }
    }

    /// Refuses a directory that says something else than the history: what it would build elsewhere is
    /// not what is here.
    ///
    /// # Errors
    /// When it does, or the ledger cannot be read.
    pub async fn refuse_contradicted(&self, files: &[Migration]) -> Result<(), Error> {
        let mut history = self.history().await?;
        history.retain(Recorded::counts);
        let is_active = |one: &&Recorded| one.ended_at.is_none();
        let active: Vec<String> =
            history.iter().filter(is_active).map(|one| one.name.clone()).collect();
        let history: Vec<Migration> = history.into_iter().map(|one| one.migration).collect();
        let mut found = contradictions(&history, files);
        // What has not come to its end can only be gone on with by its own file.
        for name in active.iter().filter(|name| !files.iter().any(|file| file.name == **name)) {
            if !found.iter().any(|one| one.name() == name) {
                let by = files.iter().find(|file| file.replaces.contains(name));
                let name = name.clone();
                found.push(match by {
                    Some(by) => Contradiction::Unfinished { name, by: by.name.clone() },
                    None => Contradiction::Missing { name },
                });
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let is_about_active = found.iter().all(|one| active.iter().any(|name| one.name() == name));
        let live = active.last().filter(|_| is_about_active).cloned();
        Err(DirectoryError::Contradicted { found, live }.into())
    }

    async fn report_live(
        &self,
        live: &Entry,
        how: &Migrate,
        migrated: &mut Migrated,
    ) -> Result<(), Error> {
        if how.complete {
            return self.complete_group(&live.together, migrated).await;
        }
        migrated.live.clone_from(&live.together);
        migrated.version_schema = Some(live.version_schema.as_str().to_owned());
        Ok(())
    }

    /// Starts migrations as one; `ends` says why others that come behind them are not among them.
    async fn start_group(
        &self,
        together: Together<'_>,
        ends: Option<String>,
        then: Then,
        migrated: &mut Migrated,
    ) -> Result<(), Error> {
        let names = together.names();
        self.emit(&Event::Migration { command: "start", names: &names });
        let started = self.start_together(together).await?;
        let is_completed = match then {
            Then::Completed => true,
            Then::CompletedForOthers => ends.is_some(),
            Then::Live => false,
        };
        if is_completed {
            return self.complete_group(&names, migrated).await;
        }
        migrated.live = names;
        migrated.version_schema = Some(started.version_schema().as_str().to_owned());
        migrated.because = ends;
        Ok(())
    }

    async fn complete_group(&self, names: &[String], migrated: &mut Migrated) -> Result<(), Error> {
        self.emit(&Event::Migration { command: "complete", names });
        self.complete().await?;
        migrated.completed.extend_from_slice(names);
        Ok(())
    }

    /// Whether nobody can be using the base schema yet: nothing is in it, and no version was completed.
    async fn is_bare(&self) -> Result<bool, Error> {
        let base = &self.options.base_schema;
        let there = sql!(file "catalog/relations.sql");
        let is_empty = self.connection.query(&there, &[&base.as_str()]).await?.is_empty();
        Ok(is_empty
            && (!ledger::is_installed(&self.connection).await?
                || ledger::last_completed(&self.connection, base).await?.is_none()))
    }
}

fn grouped<'a>(pending: &'a [Migration], how: &Migrate) -> Vec<Group<'a>> {
    if !how.each {
        return groups(pending);
    }
    let last = pending.len().saturating_sub(1);
    let ends = |index: usize| (index < last).then(|| "each is started alone".to_owned());
    let each = pending.chunks(1).enumerate();
    each.map(|(index, migrations)| Group { migrations, ends: ends(index) }).collect()
}

fn names(migrations: &[Migration]) -> Vec<String> {
    migrations.iter().map(|one| one.name.clone()).collect()
}
