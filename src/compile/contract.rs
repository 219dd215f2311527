//! What `complete` does: the old version's views, the triggers and the old columns go, and the new
//! columns take their places. One transaction, in which nothing depends on data any more.

use super::table::TableChange;
use super::view::{batches, drop_views};
use super::{Compiler, verbatim};
use crate::plan::{Contract, Doomed, Guard, Lock, Step, ddl, names};
use crate::schema::{Check, Column, Name, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, commas};

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
    for table in &touched {
        contract.locks.push(QualifiedName::new(base, &table.storage));
    }
    for change in changes {
        contract.locks.extend(change.other_sides());
        contract.guards.extend(change.guards());
        contract.doomed.extend(change.doomed());
    }
    let mut steps: Vec<Step> = changes.iter().flat_map(TableChange::stop_sync).collect();
    steps.append(&mut contract.steps);
    steps.extend(changes.iter().flat_map(TableChange::contract));
    for table in &draft.dropped {
        let name = QualifiedName::new(base, &table.storage);
        // Foreign keys of tables that go before it.
        let keys = draft.dropped.iter().flat_map(|other| &other.foreign_keys);
        let known = keys.map(|key| key.name.as_str().to_owned()).collect();
        let table_name = table.storage.clone();
        contract.doomed.push(Doomed { table: table_name, column: None, known });
        steps.push(ddl::drop_table(&name));
    }
    for change in changes.iter().filter(|c| c.after.name.ident() != &c.before.storage) {
        steps.push(ddl::rename_table(&change.table, change.after.name.ident()));
    }
    let raw = draft.raw.iter().filter(|raw| raw.on_complete);
    steps.extend(raw.map(|raw| verbatim("run the migration's SQL", &raw.up)));
    contract.steps = steps;
    contract.locks.dedup();
    contract
}

/// Closes the previous version: views of touched tables go at once, for they stand on what goes; the
/// others are put away with their schema, and dropped afterwards.
fn close(compiler: &Compiler<'_>, previous: &Ident, touched: &[&Table], contract: &mut Contract) {
    let shown = |table: &&Table| compiler.before.shown.contains(table.name.ident());
    let touched: Vec<&Table> = touched.iter().copied().filter(shown).collect();
    let views: Vec<QualifiedName> =
        touched.iter().map(|table| QualifiedName::new(previous, table.name.ident())).collect();
    if let Some(first) = views.first() {
        let drop = drop_views(&views).locking(Lock::AccessExclusive, first);
        contract.steps.push(drop);
        contract.locks.extend(views);
    }
    // It is dropped in the end, and what others have put into it is not ours to drop.
    let views = compiler.before.shown.iter().map(|view| Literal::new(view.as_str()));
    let views: Vec<Literal> = views.chain([Literal::new("")]).collect();
    contract.guards.push(Guard {
        purpose: format!("nobody else has put anything into `{}`", previous.as_str()),
        query: sql!(
            file "view/strangers.sql",
            schema = Literal::new(previous.as_str()),
            views = commas(views),
        ),
    });
    let retired = names::retired_schema(previous);
    let away = sql!("ALTER SCHEMA {a} RENAME TO {b}", a = previous, b = retired);
    let purpose = format!("close the version `{}`", previous.as_str());
    contract.steps.push(Step::quiet(purpose, vec![away]));
    let gone = |name: &&Ident| touched.iter().any(|table| table.name.ident() == *name);
    let others: Vec<&Ident> = compiler.before.shown.iter().filter(|name| !gone(name)).collect();
    contract.cleanup.extend(batches(&retired, &others).iter().map(|views| drop_views(views)));
    let drop = sql!("DROP SCHEMA {s}", s = retired);
    contract.cleanup.push(Step::quiet("drop the closed version's schema", vec![drop]));
}

impl TableChange<'_> {
    /// Tables on the other side of foreign keys that go: dropping one locks both.
    fn other_sides(&self) -> Vec<QualifiedName> {
        let kept = |name: &Ident| {
            self.after.foreign_keys.iter().any(|key| &key.name == name)
                && !self.new_foreign_keys().iter().any(|key| &key.name == name)
        };
        let going = self.before.foreign_keys.iter().filter(|key| !kept(&key.name));
        let tables = going.filter_map(|key| {
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
        let (table, trigger) = (&self.table, names::sync_trigger());
        vec![Guard {
            purpose: format!("the sync trigger of `{}` is there and fires", table.name.as_str()),
            query: sql!(
                file "sync/guard.sql",
                table = Literal::new(table.to_string()),
                trigger = Literal::new(trigger.as_str()),
            ),
        }]
    }

    /// The columns that go, and what is known to hang on them.
    fn doomed(&self) -> Vec<Doomed> {
        self.doomed_columns()
            .into_iter()
            .map(|column| {
                let indexes = self.before.indexes.iter();
                let indexes = indexes.filter(|index| index.columns.contains(column));
                let constraints = self.before.constraints.iter();
                let constraints = constraints.filter(|other| other.columns.contains(column));
                let name = self.before.stored(column).map(|column| &column.name);
                let keys = self.before.foreign_keys.iter();
                let keys = keys.filter(|key| name.is_some_and(|name| key.columns.contains(name)));
                let known = indexes.map(|index| &index.name);
                let known = known.chain(constraints.map(|constraint| &constraint.name));
                let known = known.chain(keys.map(|key| &key.name));
                Doomed {
                    table: self.before.storage.clone(),
                    column: Some(column.clone()),
                    known: known.map(|name| name.as_str().to_owned()).collect(),
                }
            })
            .collect()
    }

    /// Trigger, sync function, expressions: in this order, so that no writer finds one missing.
    fn stop_sync(&self) -> Vec<Step> {
        if self.lenses.is_empty() {
            return Vec::new();
        }
        let function = names::sync_function(&self.compiler.before.name, &self.before.storage);
        let mut steps = vec![
            ddl::drop_trigger(&self.table, &names::sync_trigger()),
            Step::quiet("drop the sync function", vec![sql!("DROP FUNCTION {f}", f = function)]),
        ];
        steps.extend(self.all_functions().map(super::expression::Function::drop));
        steps
    }

    /// Old columns go; new ones take their names, constraints, defaults.
    fn contract(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        for constraint in &self.before.constraints {
            let kept = self.outcome.constraints.iter().any(|other| other.name == constraint.name);
            let goes_along = constraint.columns.iter().any(|column| self.is_doomed(column));
            if !kept && !goes_along {
                steps.push(ddl::drop_constraint(table, &constraint.name));
            }
        }
        steps.extend(self.move_sequences());
        let doomed = self.doomed_columns();
        steps.extend(doomed.into_iter().map(|column| ddl::drop_column(table, column)));
        steps.extend(self.rename_columns());
        steps.extend(self.settle_columns());
        steps.extend(self.name_constraints());
        steps
    }

    fn is_doomed(&self, column: &Ident) -> bool {
        self.doomed_columns().contains(&column)
    }

    /// A sequence that an old column owns would be dropped with it.
    fn move_sequences(&self) -> Vec<Step> {
        let lenses = self.lenses.iter();
        lenses
            .filter_map(|lens| {
                let sequence = self.before.stored(lens.old?)?.sequence.as_ref()?;
                let new = lens.new.as_ref()?.storage;
                Some(ddl::own_sequence(&self.table, sequence, new))
            })
            .collect()
    }

    /// Every column takes the name that the new version has for it; where names are exchanged, by
    /// way of a passing one.
    fn rename_columns(&self) -> Vec<Step> {
        let moved: Vec<&Column> = self
            .after
            .columns
            .iter()
            .filter(|column| column.name.ident() != &column.storage)
            .collect();
        let taken = |name: &Name| moved.iter().any(|column| &column.storage == name.ident());
        let (crossed, plain): (Vec<&Column>, Vec<&Column>) =
            moved.iter().partition(|column| taken(&column.name));
        let table = &self.table;
        let away = crossed.iter().map(|column| {
            ddl::rename_column(table, &column.storage, &names::passing(&column.storage))
        });
        let direct = plain
            .iter()
            .map(|column| ddl::rename_column(table, &column.storage, column.name.ident()));
        let home = crossed.iter().map(|column| {
            ddl::rename_column(table, &names::passing(&column.storage), column.name.ident())
        });
        away.chain(direct).chain(home).collect()
    }

    /// NOT NULL, defaults, comments: under the final names, for Postgres 18 names the constraint of
    /// a NOT NULL after the column.
    fn settle_columns(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        let to_be_not_null = self.to_be_not_null();
        for column in &self.after.columns {
            let Some(outcome) = self.outcome.stored(&column.storage) else {
                continue;
            };
            let name = column.name.ident();
            let before = self.before.stored(&column.storage);
            if to_be_not_null.contains(&&column.storage) {
                steps.push(ddl::set_not_null(table, name));
                let check = names::not_null(&self.before.storage, &column.storage);
                steps.push(ddl::drop_constraint(table, &check));
            }
            steps.extend(self.name_not_null(column));
            if outcome.nullable && before.is_some_and(|before| !before.nullable) {
                steps.push(ddl::drop_not_null(table, name));
            }
            let default = before.and_then(|before| before.default.as_ref());
            if outcome.generated.is_none() && outcome.default.as_ref() != default {
                steps.push(ddl::set_default(table, name, outcome.default.as_ref()));
            }
            let comment = before.and_then(|before| before.comment.as_ref());
            if column.comment.as_ref() != comment {
                let comment = column.comment.as_ref().map(Literal::new);
                steps.push(ddl::comment_on_column(table, &column.name, comment.as_ref()));
            }
        }
        steps
    }

    /// From Postgres 18 on a NOT NULL has a name; one that was there from the first day takes the
    /// name that Postgres would have given it.
    fn name_not_null(&self, column: &Column) -> Option<Step> {
        let given = self.constant(&column.storage)?.not_null.as_ref()?;
        if self.compiler.before.server < 18 {
            return None;
        }
        let stays = self.before.columns.iter().filter(|old| !self.is_doomed(&old.storage));
        let taken: Vec<&Ident> = stays
            .filter_map(|column| column.not_null_name.as_ref())
            .chain(self.outcome.constraints.iter().map(|constraint| &constraint.name))
            .chain(self.after.foreign_keys.iter().map(|key| &key.name))
            .collect();
        let mut names = names::not_null_candidates(&self.after.name, &column.name);
        let free = names.find(|name| !taken.contains(&name))?;
        Some(ddl::rename_constraint(&self.table, given, &free))
    }

    /// Copies take the names of what they are copies of, now that those are gone.
    fn name_constraints(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        for constraint in self.new_keys() {
            let index = self.outcome.indexes.iter();
            let index = index.filter(|index| index.constraint.as_ref() == Some(&constraint.name));
            for index in index {
                let kind = match constraint.check {
                    Check::PrimaryKey => Expression::from_catalog("PRIMARY KEY"),
                    _ => Expression::from_catalog("UNIQUE"),
                };
                let built = self.name_until_contract(&index.name);
                let using = (&kind, &built, &constraint.deferral);
                steps.push(ddl::add_constraint_using_index(table, &constraint.name, using));
            }
        }
        for index in self.new_indexes().into_iter().filter(|index| index.constraint.is_none()) {
            let built = self.name_until_contract(&index.name);
            if built != index.name {
                steps.push(ddl::rename_index(table, &built, &index.name));
            }
        }
        for index in self.new_indexes() {
            let plain = index.plain.iter().filter(|column| self.is_new(column));
            let plain = plain.filter_map(|column| self.after.stored(column));
            steps.extend(plain.map(|column| {
                let to = column.name.ident();
                ddl::rename_index_column(table, &index.name, &column.storage, to)
            }));
        }
        let checks = self.new_checks().into_iter().map(|constraint| &constraint.name);
        let keys = self.new_foreign_keys().into_iter().map(|key| &key.name);
        for name in checks.chain(keys) {
            let built = self.name_until_contract(name);
            if &built != name {
                steps.push(ddl::rename_constraint(table, &built, name));
            }
        }
        steps
    }
}
