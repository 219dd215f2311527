//! What the sync of one table is made of, and the steps that put it there.

use super::counterpart::References;
use super::{Counterpart, Key, OldColumn, Sync, Versions};
use crate::compile::Compiler;
use crate::compile::lens::Evidence;
use crate::compile::partition_moves::Moved;
use crate::compile::table::TableChange;
use crate::plan::{Lock, Step, ddl, names};
use crate::schema::{ForeignKey, Index, Name};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

impl TableChange<'_> {
    fn sync_of(&self) -> Option<Sync<'_>> {
        (!self.lenses.is_empty()).then(|| Sync {
            table: &self.table,
            before: self.before,
            outcome: self.outcome,
            function: names::sync_function(&self.compiler.before.name, &self.before.storage),
            early_function: self.early_function(),
            lenses: &self.lenses,
            old_only: self.old_only(),
            new_only: self.new_only(),
            labels: self.labels(),
            keys: self.keys(),
            counterparts: self.counterparts(),
            references: References::LookedUp,
            users_write: self.users_write(),
            moved: self.moved(),
        })
    }

    /// The enum types of both versions, as Postgres writes them where they are in the search path, and where not.
    fn labels(&self) -> Vec<String> {
        let Compiler { before, draft, .. } = self.compiler;
        let known = before.enums.keys().chain(draft.schema.enums.keys()).map(Name::ident);
        let known = known.chain(draft.renewed.iter().map(|renewed| &renewed.storage));
        let written = |name: &Ident| {
            [name.as_str().to_owned(), format!("{}.{}", before.name.as_str(), name.as_str())]
        };
        known.flat_map(written).collect()
    }

    /// How rows that change their partition are known again.
    pub(in crate::compile) fn moved(&self) -> Option<Moved<'_>> {
        Moved::new(&self.compiler.before.name, self.before, &self.lenses)
    }

    /// The columns that only the old version has. Generated ones have no value in a BEFORE trigger.
    fn old_only(&self) -> Vec<OldColumn<'_>> {
        let doomed = self.doomed_columns().into_iter();
        let plain = doomed.filter_map(|column| self.before.stored(column));
        let plain = plain.filter(|column| !column.is_computed());
        plain
            .map(|column| OldColumn {
                storage: &column.storage,
                nullable: column.nullable,
                evidence: Evidence::of(column),
            })
            .collect()
    }

    /// The columns that only the new version has.
    fn new_only(&self) -> Vec<&Ident> {
        let new = self.outcome.columns.iter().filter(|column| self.is_new(&column.storage));
        new.filter(|column| !column.is_computed()).map(|column| &column.storage).collect()
    }

    /// Whether triggers of the users' own may change a row before the sync trigger sees it: then
    /// there is an early trigger.
    pub(in crate::compile) fn users_write(&self) -> bool {
        self.before.triggers.iter().any(|trigger| trigger.before_row)
    }

    pub(in crate::compile) fn early_function(&self) -> QualifiedName {
        names::early_function(&self.compiler.before.name, &self.before.storage)
    }

    fn versions(&self) -> Versions<'_> {
        Versions {
            base: &self.compiler.before.name,
            old: self.compiler.previous,
            new: &self.compiler.version_schema,
        }
    }

    /// Keys that are unique in one version only: those of the new version's unique indexes that the
    /// old one's writers do not look at, and of old ones that nothing follows.
    pub(in crate::compile) fn keys(&self) -> Vec<Key<'_>> {
        let unique = |index: &&Index| index.unique && !index.keys.is_empty();
        let before = |name: Option<&Ident>| {
            self.before.indexes.iter().filter(unique).find(|old| Some(&old.name) == name)
        };
        let followed = |old: &Index| {
            let mut indexes = self.outcome.indexes.iter();
            indexes.any(|index| self.index_before(&index.name) == Some(&old.name))
        };
        let made = |column: &Ident| {
            self.lenses.iter().any(|lens| lens.old == Some(column) && lens.down.is_some())
        };
        let old = || self.before.indexes.iter().filter(unique);
        let gone = || old().filter(|old| !followed(old) && old.columns.iter().any(made));
        let primary = self.before.primary_key();
        // By which the row of a key is found: the index that it follows, or else the one that it may
        // have been before, or else the primary key.
        let known_by = |index: &Index| {
            let before = before(self.index_before(&index.name)).or_else(|| gone().next());
            before.or_else(|| old().find(|old| !primary.is_empty() && old.plain == primary))
        };
        let new = self.outcome.indexes.iter().filter(unique);
        let new = new.filter(|index| self.reads_new(&index.columns));
        let new = new.map(|index| Key::new(self, index, known_by(index)));
        new.chain(gone().map(|old| Key::new(self, old, Some(old)))).collect()
    }

    /// The sync function in its form before `activate`, and its trigger.
    pub(in crate::compile) fn sync(&self) -> Vec<Step> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let mut steps: Vec<Step> = sync.keys.iter().map(Key::create).collect();
        steps.extend(sync.counterparts.iter().map(Counterpart::create));
        let drop = sql!("DROP FUNCTION {f}", f = sync.function);
        let function = Step::quiet(
            format!("make the sync function of `{}`", self.before.storage.as_str()),
            vec![sync.filling()],
        )
        .undone_by(Step::quiet(
            format!("drop the sync function of `{}`", self.before.storage.as_str()),
            vec![drop],
        ));
        let name = names::sync_trigger();
        let is_late = self.fills_updates_late();
        let events = if is_late { sql!("INSERT") } else { sql!("INSERT OR UPDATE") };
        let mut trigger = ddl::create_trigger(&self.table, &name, sync.filling_trigger(&events));
        let new = self.new_columns();
        if !new.is_empty() {
            // Backwards, as they may read each other.
            let new = new.iter().rev().map(|column| &column.storage);
            trigger = trigger.undone_by(ddl::drop_trigger_and_columns(&self.table, &name, new));
        }
        steps.extend([function, trigger]);
        steps.extend(sync.mark_moved());
        steps
    }

    /// Whether rows that are updated while the backfill runs are left to the proof, which fills what is not right:
    /// where there is a trigger BEFORE UPDATE, also one that does not fire, Postgres locks each row by itself before
    /// the backfill changes it, which takes a fifth more. Then applications pay for no trigger all that time, either.
    ///
    /// Not where the proof cannot tell what is right, nor where a constraint would refuse rows that are not filled.
    pub(in crate::compile) fn fills_updates_late(&self) -> bool {
        let filled = self.filled();
        !filled.is_empty()
            && filled.iter().all(|(_, up)| up.is_immutable())
            && !self.new_checks().iter().any(|one| one.valid && self.reads_new(&one.columns))
            && !self.new_foreign_keys().into_iter().any(|key| {
                key.valid
                    && !self.is_late(key)
                    && self.reads_new(&self.after.storages(&key.columns))
            })
    }

    /// New columns that are to be NOT NULL, of which a CHECK says so to the backfill alone until updates are filled, too.
    pub(in crate::compile) fn bound_late(&self) -> Vec<&Ident> {
        let is_late = self.fills_updates_late();
        let columns = self.to_be_not_null().into_iter();
        columns.filter(|column| is_late && self.is_new(column)).collect()
    }

    /// Has the trigger fill what is updated, too, where it has not so far: every row was filled once.
    pub(in crate::compile) fn fill_updates(&self) -> Option<Step> {
        let sync = self.sync_of().filter(|_| self.fills_updates_late())?;
        let trigger = sync.filling_trigger(&sql!("INSERT OR UPDATE"));
        let bound = self.bound_late().into_iter();
        let checks = bound.map(|column| (names::not_null(&self.before.storage, column), column));
        let checks: Vec<(Ident, &Ident)> = checks.collect();
        Some(ddl::fill_updates(&self.table, &names::sync_trigger(), trigger, &checks))
    }

    /// The triggers in their form from `activate` on: every row is filled.
    pub(in crate::compile) fn live_triggers(&self) -> Vec<Step> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let table = &self.table;
        let mut steps =
            vec![ddl::replace_trigger(table, &names::sync_trigger(), sync.live_trigger())];
        if sync.users_write {
            let purpose = format!(
                "make the function that fires before the users' triggers on `{}`",
                self.before.storage.as_str()
            );
            let function = Step::quiet(purpose, vec![sync.early(&self.versions())]);
            steps.push(function.undone_by(self.drop_early_function()));
            let trigger = names::early_trigger();
            steps.push(ddl::create_trigger(table, &trigger, sync.early_trigger()));
        }
        steps
    }

    pub(in crate::compile) fn drop_early_function(&self) -> Step {
        let drop = sql!("DROP FUNCTION {f}", f = self.early_function());
        Step::quiet("drop the function that fires before the users' triggers", vec![drop])
    }

    /// Finds rows that were written past the triggers, as far as they show it.
    pub(in crate::compile) fn out_of_step(&self) -> Option<Sql> {
        let row = |column: &Ident| sql!("{r}.{c}", r = self.row(), c = column);
        let disagree = self.sync_of()?.disagree(&row)?;
        let read: Vec<Ident> = self.new_only().into_iter().cloned().collect();
        Some(self.counted_sample_of(&disagree, &read))
    }

    /// The functions that the sync trigger calls, or that are called by other triggers of ours.
    pub(in crate::compile) fn functions_beside_sync(&self) -> Vec<Sql> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let early = sync.users_write.then(|| sync.early(&self.versions()));
        let keys = sync.keys.iter().map(Key::function);
        keys.chain(sync.counterparts.iter().map(Counterpart::function)).chain(early).collect()
    }

    /// The sync function in its form from `activate` on.
    pub(in crate::compile) fn live_sync(&self) -> Option<Sql> {
        self.sync_of().map(|sync| sync.live(&self.versions()))
    }

    /// Has the sync function follow foreign keys that come late. What their actions do counts from here on, for
    /// Postgres runs them before the old ones' where it likes; and as long as they are there, references are looked up.
    /// Every row is filled by now.
    pub(in crate::compile) fn follow_foreign_keys(&self, late: &[&ForeignKey]) -> Option<Step> {
        let (sync, versions) = (self.sync_of()?, self.versions());
        let looks_up = !sync.counterparts.is_empty();
        if !looks_up && !late.iter().any(|key| key.changes_rows()) {
            return None;
        }
        let table = self.before.storage.as_str();
        let purpose = format!("let the sync function of `{table}` follow foreign keys");
        let step = Step::quiet(purpose, vec![sync.live(&versions)]);
        if !looks_up {
            return Some(step);
        }
        // Nobody is in the middle of it when the columns go in which it looks.
        let purpose = format!("have the sync function of `{table}` look up nothing more");
        let lock = sql!("LOCK TABLE {t} IN SHARE ROW EXCLUSIVE MODE", t = self.table);
        let computed = Sync { references: References::Computed, ..sync };
        let undo = Step::quiet(purpose, vec![lock, computed.live(&versions)]);
        Some(step.undone_by(undo.locking(Lock::ShareRowExclusive, &self.table)))
    }
}
