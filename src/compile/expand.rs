//! Expand: columns, sync triggers, and constraints for rows written from now on.

use super::expression::Function;
use super::lens::Evidence;
use super::storages;
use super::sync::{Key, Sync, Versions};
use super::table::TableChange;
use super::view::give;
use crate::plan::ddl;
use crate::plan::{Action, Step, names};
use crate::schema::{Column, ForeignKey, Generated, Index};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Separated, Sql};

impl TableChange<'_> {
    /// The expression functions, needed before anything that calls them.
    pub(super) fn functions(&self) -> Vec<Step> {
        self.all_functions().map(Function::create).collect()
    }

    /// The new columns.
    pub(super) fn add_columns(&self) -> Vec<Step> {
        self.new_columns()
            .iter()
            .map(|column| {
                let mut step = ddl::add_column(&self.table, column, self.constant(&column.storage));
                if let Action::Inside(statements) = &mut step.action {
                    statements.extend(self.column_grants(column));
                }
                step
            })
            .collect()
    }

    /// The privileges on the column that it replaces: a view with its caller's rights needs them on
    /// the table, too.
    fn column_grants(&self, column: &Column) -> Vec<Sql> {
        let on = Expression::from_catalog(self.table.to_string());
        column.grants.iter().map(|grant| give(grant, Some(&column.storage), &on)).collect()
    }

    fn sync_of(&self) -> Option<Sync<'_>> {
        (!self.lenses.is_empty()).then(|| Sync {
            table: &self.table,
            function: names::sync_function(&self.compiler.before.name, &self.before.storage),
            early_function: self.early_function(),
            lenses: &self.lenses,
            old_only: self.old_only(),
            new_only: self.new_only(),
            keys: self.keys(),
            users_write: self.users_write(),
        })
    }

    /// The columns that only the old version has, and what a value in one of a row that is inserted
    /// says. Generated ones have none in a BEFORE trigger.
    fn old_only(&self) -> Vec<(&Ident, Evidence<'_>)> {
        let doomed = self.doomed_columns().into_iter();
        let plain = doomed.filter_map(|column| self.before.stored(column)).filter(is_written);
        plain.map(|column| (&column.storage, Evidence::of(column))).collect()
    }

    /// The columns that only the new version has.
    fn new_only(&self) -> Vec<&Ident> {
        let new = self.outcome.columns.iter().filter(|column| self.is_new(&column.storage));
        new.filter(is_written).map(|column| &column.storage).collect()
    }

    /// Whether triggers of the users' own may change a row before the sync trigger sees it.
    pub(super) fn users_write(&self) -> bool {
        self.before.triggers.iter().any(|trigger| trigger.before_row)
    }

    pub(super) fn early_function(&self) -> QualifiedName {
        names::early_function(&self.compiler.before.name, &self.before.storage)
    }

    /// Whether a trigger of ours fires before the users'.
    pub(super) fn is_early(&self) -> bool {
        self.sync_of().is_some_and(|sync| sync.is_early())
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
    pub(super) fn keys(&self) -> Vec<Key<'_>> {
        let unique = |index: &&Index| index.unique && !index.keys.is_empty();
        let before = |name: Option<&Ident>| {
            self.before.indexes.iter().filter(unique).find(|old| Some(&old.name) == name)
        };
        let new = self.outcome.indexes.iter().filter(unique);
        let new = new.filter(|index| self.reads_new(&index.columns));
        let mut keys: Vec<Key<'_>> = new
            .map(|index| Key::new(self, index, before(self.index_before(&index.name))))
            .collect();
        let followed = |old: &Index| {
            let mut indexes = self.outcome.indexes.iter();
            indexes.any(|index| self.index_before(&index.name) == Some(&old.name))
        };
        let made = |column: &Ident| {
            self.lenses.iter().any(|lens| lens.old == Some(column) && lens.down.is_some())
        };
        let gone = self.before.indexes.iter().filter(unique);
        let gone = gone.filter(|old| !followed(old) && old.columns.iter().any(made));
        keys.extend(gone.map(|old| Key::new(self, old, Some(old))));
        keys
    }

    /// The sync function in its form before `activate`, and its trigger.
    pub(super) fn sync(&self) -> Vec<Step> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let mut steps: Vec<Step> = sync.keys.iter().map(Key::create).collect();
        let drop = sql!("DROP FUNCTION {f}", f = sync.function);
        let function = Step::quiet(
            format!("make the sync function of `{}`", self.before.storage.as_str()),
            vec![sync.filling()],
        )
        .undone_by(Step::quiet(
            format!("drop the sync function of `{}`", self.before.storage.as_str()),
            vec![drop],
        ));
        let trigger = ddl::create_trigger(&self.table, &names::sync_trigger(), sync.trigger());
        steps.extend([function, trigger]);
        steps
    }

    /// The triggers in their form from `activate` on: every row is filled.
    pub(super) fn live_triggers(&self) -> Vec<Step> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let table = &self.table;
        let mut steps =
            vec![ddl::replace_trigger(table, &names::sync_trigger(), sync.live_trigger())];
        if sync.is_early() {
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

    pub(super) fn drop_early_function(&self) -> Step {
        let drop = sql!("DROP FUNCTION {f}", f = self.early_function());
        Step::quiet("drop the function that fires before the users' triggers", vec![drop])
    }

    /// The sync function in its form from `activate` on.
    pub(super) fn live_sync(&self) -> Option<Sql> {
        self.sync_of().map(|sync| sync.live(&self.versions()))
    }

    /// Constraints for rows written from now on. They come behind the trigger, which fills the
    /// columns they read.
    pub(super) fn constraints(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for column in self.new_columns() {
            if let Some(constant) = self.constant(&column.storage) {
                steps.push(ddl::drop_constant(&self.table, &column, &constant.value));
            }
        }
        for column in self.to_be_not_null() {
            let condition = sql!("{c} IS NULL", c = column);
            if !self.is_new(column) {
                let because = format!("`{}` is to be NOT NULL, and is NULL", column.as_str());
                let rows = self.sample_of(&condition, std::slice::from_ref(column));
                steps.push(self.refuse(rows, because));
            }
            let name = names::not_null(&self.before.storage, column);
            let check = Expression::from_catalog(format!("CHECK ({column} IS NOT NULL)"));
            let mut step = ddl::add_check(&self.table, &name, &check);
            step.purpose = format!("let no new row have NULL in {}", self.shown_column(column));
            steps.push(step.blaming(self.sample(&condition)));
        }
        for constraint in self.new_checks().into_iter().filter(|constraint| constraint.valid) {
            let condition = constraint.condition.as_ref();
            if let Some(condition) = condition.filter(|_| !self.reads_new(&constraint.columns)) {
                let because = format!("the check `{}` fails", constraint.name.as_str());
                steps.push(self.refuse(self.refused_by(constraint, condition), because));
            }
            let name = self.name_until_contract(&constraint.name);
            steps.push(ddl::add_check(&self.table, &name, &constraint.definition));
        }
        for key in self.new_foreign_keys().into_iter().filter(|key| key.valid) {
            if !self.compiler.stands_on_new_index(self.after, key) {
                steps.extend(self.add_foreign_key(key));
            }
        }
        steps
    }

    fn refuse(&self, query: Sql, because: String) -> Step {
        let purpose =
            format!("look for rows of `{}` where {because}", self.before.storage.as_str());
        let mut step = Step::quiet(purpose, Vec::new())
            .locking(crate::plan::Lock::AccessShare, &self.table)
            .working(crate::plan::Work::Scan);
        step.action = Action::Refuse { query, because };
        step
    }

    pub(super) fn add_foreign_key(&self, key: &ForeignKey) -> Option<Step> {
        let columns = storages(self.after, &key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let name = self.name_until_contract(&key.name);
        let fails = self.orphans(&columns, &target, &referenced);
        let step = ddl::add_foreign_key(&self.table, &name, &columns, (&target, &referenced), key);
        Some(step.blaming(fails))
    }

    /// Rows whose foreign key finds nothing.
    pub(super) fn orphans(
        &self,
        columns: &[Ident],
        target: &Expression,
        referenced: &[Ident],
    ) -> Sql {
        let row = self.row();
        let given = columns.iter().map(|column| sql!("{r}.{c} IS NOT NULL", r = row, c = column));
        let equal = columns.iter().zip(referenced).map(|(column, other)| {
            sql!("{r}.{c} = referenced.{o}", r = row, c = column, o = other)
        });
        let condition = sql!(
            "{g} AND NOT EXISTS (SELECT FROM {t} AS referenced WHERE {e})",
            g = Separated::by(" AND ", given),
            t = target,
            e = Separated::by(" AND ", equal),
        );
        self.sample_of_its_own(&condition, columns)
    }
}

/// Whether a column's value is there when a BEFORE trigger fires (manual, section 5.3).
fn is_written(column: &&Column) -> bool {
    !matches!(column.generated, Some(Generated::Stored(_) | Generated::Virtual(_)))
}
