//! What `complete` has to know of what somebody may do by hand while both versions live: where columns
//! come to lie, and what the start has made.

use super::Compiler;
use super::new_table::make_index;
use super::table::TableChange;
use crate::operation::Made;
use crate::plan::{Promise, Promised, Step, Succession, Successor, ddl, names};
use crate::schema::{Column, Kind, Table};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

impl TableChange<'_> {
    /// What the table and its columns become, where that is something else.
    pub(super) fn succession(&self) -> Option<Succession> {
        let successor = |column: &Column| {
            let old = match self.before.stored(&column.storage) {
                Some(_) => Some(column.storage.clone()),
                None => self.replaced(&column.storage).map(|old| old.storage.clone()),
            };
            let (new, name) = (column.storage.clone(), column.name.ident().clone());
            Successor { old, new, name }
        };
        let columns = self.after.columns.iter().map(successor);
        let columns: Vec<Successor> = columns
            .filter(|one| one.new != one.name || one.old.as_ref() != Some(&one.new))
            .collect();
        let name = self.after.name.ident();
        (!columns.is_empty() || name != &self.before.storage).then(|| Succession {
            table: self.before.storage.clone(),
            name: name.clone(),
            columns,
        })
    }

    /// What the start makes of constraints and indexes on the table, as it is called until contract.
    pub(super) fn promises(&self) -> Vec<Promise> {
        let promise = |what, made_by| Promise { table: self.before.storage.clone(), what, made_by };
        let constraint = |name: &Ident, steps: &[Step]| {
            promise(Promised::Constraint(name.clone()), statements(steps))
        };
        let mut promises = Vec::new();
        for check in self.new_checks() {
            let name = self.name_until_contract(&check.name);
            let add = ddl::add_check(&self.table, &name, &check.definition);
            let validate = check.valid.then(|| ddl::validate_constraint(&self.table, &name));
            let steps: Vec<Step> = [add].into_iter().chain(validate).collect();
            promises.push(constraint(&name, &steps));
        }
        for key in self.new_foreign_keys() {
            let name = self.name_until_contract(&key.name);
            // Of a partitioned table it is made in many steps, which nobody types.
            let mut steps = match self.before.kind {
                Kind::Partitioned => Vec::new(),
                _ => self.add_foreign_key(key),
            };
            if key.valid && !steps.is_empty() {
                steps.push(ddl::validate_constraint(&self.table, &name));
            }
            promises.push(constraint(&name, &steps));
        }
        for column in self.to_be_not_null() {
            if !self.settles_not_null(column) {
                let name = names::not_null(&self.before.storage, column);
                let add =
                    ddl::check_not_null(&self.table, &name, column, &self.shown_column(column));
                let steps = [add, ddl::validate_constraint(&self.table, &name)];
                promises.push(constraint(&name, &steps));
            }
        }
        for index in self.new_indexes() {
            let name = self.name_until_contract(&index.name);
            let make = make_index(&self.table, &name, index);
            promises.push(promise(Promised::Index(name), vec![make]));
        }
        promises
    }

    /// Whether something is made or renamed beside the table, which wants CREATE in its schema.
    fn creates(&self) -> bool {
        self.after.name.ident() != &self.before.storage
            || !self.new_indexes().is_empty()
            || !self.renewed_own_indexes().is_empty()
            || !self.make_statistics().is_empty()
            || !self.make_sequences().is_empty()
            || !self.add_identities().is_empty()
    }
}

/// What is sent for these.
fn statements(steps: &[Step]) -> Vec<Sql> {
    steps.iter().flat_map(Step::statements).cloned().collect()
}

impl Compiler<'_> {
    /// As [`TableChange::promises`], of the tables that the migration makes, too.
    pub(super) fn promises(&self, changes: &[TableChange<'_>]) -> Vec<Promise> {
        let made = self.draft.schema.tables.values().filter(|table| table.is_new);
        let made = made.flat_map(|table| self.of_made(table));
        let mut promises: Vec<Promise> =
            made.chain(changes.iter().flat_map(TableChange::promises)).collect();
        // Whoever has to make it again does so while the version is shown.
        for statement in promises.iter_mut().flat_map(|promise| &mut promise.made_by) {
            *statement = self.with_shown_types(statement);
        }
        promises
    }

    fn of_made(&self, table: &Table) -> Vec<Promise> {
        let name = QualifiedName::new(&self.before.name, &table.storage);
        let promise = |what, made_by| Promise { table: table.storage.clone(), what, made_by };
        let mut promises = vec![promise(Promised::Table(table.grants.clone()), Vec::new())];
        let Some(outcome) = self.answers.outcome_of(&table.name) else {
            return promises;
        };
        promises.extend(outcome.constraints.iter().map(|one| {
            let add = sql!(
                "ALTER TABLE {t} ADD CONSTRAINT {n} {d}",
                t = name,
                n = one.name,
                d = one.definition
            );
            promise(Promised::Constraint(one.name.clone()), vec![add])
        }));
        let plain = outcome.indexes.iter().filter(|index| index.constraint.is_none());
        promises.extend(plain.map(|index| {
            let make = make_index(&name, &index.name, index);
            promise(Promised::Index(index.name.clone()), vec![make])
        }));
        promises.extend(table.foreign_keys.iter().filter_map(|key| {
            let (target, referenced) = self.referenced(key)?;
            let columns = table.storages(&key.columns);
            let others = (&target, referenced.as_slice());
            let options = key.options(|name| name.ident().clone());
            let add = ddl::add_foreign_key(&name, &key.name, &columns, others, &options);
            let validate = ddl::validate_constraint(&name, &key.name);
            Some(promise(Promised::Constraint(key.name.clone()), statements(&[add, validate])))
        }));
        promises
    }

    /// Whether something is made or renamed in the base schema.
    pub(super) fn creates(&self, changes: &[TableChange<'_>]) -> bool {
        let is_known = |made: &Made| !matches!(made, Made::Sql { .. });
        !self.made_tables().is_empty()
            || self.draft.objects.iter().any(is_known)
            || !self.draft.renewed.is_empty()
            || changes.iter().any(TableChange::creates)
    }
}
