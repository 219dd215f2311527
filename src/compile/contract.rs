//! What `complete` does: the old version's views, the triggers and the old columns go, and the new
//! columns take their places. One transaction, in which nothing depends on data any more.

use super::Compiler;
use super::closing::close;
use super::sync::{Counterpart, Key};
use super::table::TableChange;
use crate::plan::{Contract, Doomed, Guard, Step, ddl, names};
use crate::schema::{ReplicaIdentity, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName};

/// The contract of a whole plan.
pub(super) fn contract(compiler: &Compiler<'_>, changes: &[TableChange<'_>]) -> Contract {
    let draft = compiler.draft;
    let base = &compiler.before.name;
    let mut contract = Contract::default();
    let touched: Vec<&Table> =
        changes.iter().map(|change| change.before).chain(&draft.dropped).collect();
    if let Some(previous) = compiler.previous {
        close(compiler, previous, &touched, &mut contract);
    }
    contract.opening.extend(compiler.lock_dependents());
    // Before the tables, as whoever reads through them has it.
    contract.locks.extend(changes.iter().filter_map(TableChange::settled_view));
    // A lock on a partitioned table is one on its partitions, whichever those are by then.
    for table in &touched {
        contract.locks.push(QualifiedName::new(base, &table.storage));
    }
    for change in changes {
        contract.locks.extend(change.other_sides());
        contract.guards.extend(change.guards());
        contract.guards.extend(change.guards_of_partitions());
        contract.guards.extend(change.guards_of_own_indexes());
        contract.unmended.extend(change.unmended());
        contract.doomed.extend(change.doomed());
    }
    contract.carrying = compiler.carrying();
    let carried = contract.carrying.iter().flat_map(|carrying| &carrying.found);
    let carried: Vec<String> = carried.map(|one| one.identity.clone()).collect();
    for doomed in &mut contract.doomed {
        doomed.known.extend(carried.iter().cloned());
    }
    let mut steps = Vec::from_iter(compiler.hide_types());
    steps.extend(changes.iter().flat_map(TableChange::stop_sync));
    steps.append(&mut contract.steps);
    steps.extend(compiler.drop_dependents());
    // Foreign keys first, and then whole tables: what they stand on may go behind them.
    steps.extend(changes.iter().flat_map(TableChange::drop_foreign_keys));
    for table in &draft.dropped {
        let name = QualifiedName::new(base, &table.storage);
        // Foreign keys that go before it.
        let keys = draft.dropped.iter().flat_map(|other| &other.foreign_keys);
        let keys = keys.chain(changes.iter().flat_map(TableChange::doomed_foreign_keys));
        let known = keys.map(|key| key.name.as_str().to_owned()).collect();
        let table_name = table.storage.clone();
        contract.doomed.push(Doomed { table: table_name, column: None, known });
        steps.push(ddl::drop_table(&name));
    }
    steps.extend(changes.iter().flat_map(TableChange::contract));
    for change in changes.iter().filter(|c| c.after.name.ident() != &c.before.storage) {
        steps.push(ddl::rename_table(&change.table, change.after.name.ident()));
    }
    steps.extend(changes.iter().flat_map(TableChange::renew_foreign_keys));
    steps.extend(compiler.settle_objects());
    steps.extend(compiler.make_dependents());
    contract.steps = steps;
    contract.cleanup.extend(changes.iter().flat_map(TableChange::validate_renewed));
    contract.cleanup.extend(compiler.steps_behind_complete());
    contract.locks.dedup();
    contract
}

impl TableChange<'_> {
    /// Tables on the other side of foreign keys that go: dropping one locks both.
    fn other_sides(&self) -> Vec<QualifiedName> {
        let tables = self.doomed_foreign_keys().into_iter().filter_map(|key| {
            let table = self.compiler.before.tables.get(key.table.as_ref()?)?;
            Some(QualifiedName::new(&self.compiler.before.name, &table.storage))
        });
        tables.filter(|table| table != &self.table).collect()
    }

    /// What must be true before anything is dropped.
    fn guards(&self) -> Vec<Guard> {
        if self.lenses.is_empty() {
            return Vec::new();
        }
        let table = &self.table;
        let out_of_step = self.out_of_step().map(|rows| self.compiler.with_shown_types(&rows));
        let guard = |what: &str, trigger: Ident| Guard {
            purpose: format!("{what} of `{}` is there and fires", table.name.as_str()),
            query: sql!(
                file "sync/guard.sql",
                table = Literal::new(table.to_string()),
                trigger = Literal::new(trigger.as_str()),
            ),
            rows: out_of_step.clone(),
        };
        let mut guards = vec![guard("the sync trigger", names::sync_trigger())];
        let marks = self.moved().map(|_| names::moved_trigger());
        guards.extend(marks.map(|trigger| guard("the trigger for moved rows", trigger)));
        let early = self.users_write().then(names::early_trigger);
        guards.extend(early.map(|trigger| guard("the early trigger", trigger)));
        // Where there was none, the sync trigger fires for what a statement names alone.
        let last = Literal::new(names::sync_trigger().as_str());
        let behind = if self.users_write() { last } else { Literal::new("") };
        guards.push(Guard {
            purpose: format!(
                "no trigger came to `{}` that changes rows behind the sync trigger",
                table.name.as_str()
            ),
            query: sql!(
                file "sync/latecomers.sql",
                table = Literal::new(table.to_string()),
                behind = behind,
            ),
            rows: out_of_step.clone(),
        });
        guards
    }

    /// The columns that go, and what is known to hang on them.
    fn doomed(&self) -> Vec<Doomed> {
        let columns = self.doomed_columns();
        let doomed = |column: &Ident| Doomed {
            table: self.before.storage.clone(),
            column: Some(column.clone()),
            known: self.known_to_hang_on(column, &columns),
        };
        columns.iter().map(|column| doomed(column)).collect()
    }

    /// What is known to hang on one of the columns that go, as the catalog names it.
    fn known_to_hang_on(&self, column: &Ident, doomed: &[&Ident]) -> Vec<String> {
        let before = self.before;
        let mut known: Vec<&Ident> = Vec::new();
        let own = before.own_indexes.iter().map(|own| &own.index);
        let indexes = before.indexes.iter().chain(own).filter(|one| one.columns.contains(column));
        known.extend(indexes.map(|index| &index.name));
        let constraints = before.constraints.iter().filter(|one| one.columns.contains(column));
        known.extend(constraints.map(|constraint| &constraint.name));
        if let Some(name) = before.stored(column).map(|column| &column.name) {
            let keys = before.foreign_keys.iter().filter(|key| key.columns.contains(name));
            known.extend(keys.map(|key| &key.name));
            known.extend(self.referring(name));
        }
        let statistics = before.statistics.iter().filter(|one| one.columns.contains(column));
        known.extend(statistics.map(|statistics| &statistics.name.name));
        let withheld = self.withheld_indexes();
        known.extend(&withheld);
        // Generated columns that read it go with it, or Postgres would not drop it.
        let generated = doomed.iter().filter(|one| **one != column);
        let generated = generated.map(|one| format!("value of {}", one.as_str()));
        known.into_iter().map(|name| name.as_str().to_owned()).chain(generated).collect()
    }

    /// Trigger, sync function, expressions: in this order, so that no writer finds one missing.
    fn stop_sync(&self) -> Vec<Step> {
        if self.lenses.is_empty() {
            return Vec::new();
        }
        let function = names::sync_function(&self.compiler.before.name, &self.before.storage);
        let mut steps: Vec<Step> =
            self.moved().into_iter().flat_map(|moved| moved.stop(&self.table)).collect();
        steps.extend([
            ddl::drop_trigger(&self.table, &names::sync_trigger()),
            Step::quiet("drop the sync function", vec![sql!("DROP FUNCTION {f}", f = function)]),
        ]);
        if self.users_write() {
            steps.push(ddl::drop_trigger(&self.table, &names::early_trigger()));
            steps.push(self.drop_early_function());
        }
        steps.extend(self.keys().iter().map(Key::drop));
        steps.extend(self.counterparts().iter().map(Counterpart::drop));
        let (indexes, checks) = self.drop_checks();
        steps.extend(indexes);
        steps.extend(self.all_functions().map(super::expression::Function::drop));
        steps.extend(checks);
        steps
    }

    /// Foreign keys that go for good, and those of which the referenced columns go; of others, copies
    /// stay when they go with their columns.
    fn drop_foreign_keys(&self) -> Vec<Step> {
        let stays = |name: &Ident| {
            let mut keys = self.after.foreign_keys.iter();
            keys.any(|key| {
                self.constraint_before(&key.name) == Some(name)
                    && !self.compiler.refers_to_what_is_made(key)
            })
        };
        let gone = self.before.foreign_keys.iter().filter(|key| !stays(&key.name));
        let gone = gone.map(|key| ddl::drop_constraint(&self.table, &key.name));
        gone.chain(self.drop_copies_of_renewed()).collect()
    }

    /// Old columns go; new ones take their names, constraints, defaults.
    fn contract(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        for constraint in self.doomed_constraints() {
            steps.push(ddl::drop_constraint(table, &constraint.name));
        }
        // Here and not CONCURRENTLY afterwards: the table is locked already, dropping is a matter of
        // the catalog, the name is free for what takes it below, and a unique index binds the old
        // version as long as that lives and no longer.
        for index in self.doomed_indexes() {
            let index = QualifiedName::new(&table.schema, &index.name);
            steps.push(ddl::drop_index_at_once(table, &index));
        }
        steps.extend(self.move_sequences());
        steps.extend(self.hand_defaults_on());
        let doomed = self.doomed_columns();
        steps.extend(doomed.into_iter().map(|column| ddl::drop_column(table, column)));
        steps.extend(self.rename_columns());
        steps.extend(self.renew_trigger_functions());
        steps.extend(self.drop_not_nulls());
        steps.extend(self.rename_constraints());
        steps.extend(self.settle_columns());
        steps.extend(self.settle_defaults_of_view());
        steps.extend(self.add_identities());
        steps.extend(self.name_constraints());
        steps.extend(self.settle_copies());
        steps.extend(self.replica_identity());
        steps
    }

    /// Last of all, when the index is there under its name, and its columns are NOT NULL.
    fn replica_identity(&self) -> Option<Step> {
        let (before, after) = (&self.before.replica_identity, &self.after.replica_identity);
        let is_same = match (before, after) {
            (ReplicaIdentity::Index(before), ReplicaIdentity::Index(after)) => {
                let is_built = self.new_indexes().iter().any(|index| &index.name == after);
                self.index_before(after) == Some(before) && !is_built
            }
            (before, after) => before == after,
        };
        (!is_same).then(|| ddl::set_replica_identity(&self.table, after))
    }

    /// A session that has run a PL/pgSQL trigger function keeps what it knows of the row's types, and
    /// fails when a column has become another one. An alteration of the function makes it look anew.
    fn renew_trigger_functions(&self) -> Vec<Step> {
        if !self.lenses.iter().any(|lens| lens.old.is_some() && lens.new.is_some()) {
            return Vec::new();
        }
        let mut functions: Vec<_> = self
            .before
            .triggers
            .iter()
            .filter_map(|trigger| Some((trigger.function.as_ref()?, &trigger.cost)))
            .collect();
        functions.dedup();
        let renew = |(function, cost): (&Expression, &Expression)| {
            let purpose = format!("have sessions read the trigger function {function} anew");
            Step::quiet(purpose, vec![sql!("ALTER FUNCTION {f} COST {c}", f = function, c = cost)])
        };
        functions.into_iter().map(renew).collect()
    }

    pub(super) fn is_doomed(&self, column: &Ident) -> bool {
        self.doomed_columns().contains(&column)
    }
}
