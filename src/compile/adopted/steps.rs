//! What `rollback` and `complete` do with a table that pgroll has changed.

use super::PREFIX;
use super::constraint::Copy;
use super::table::{NEEDS_BACKFILL, New, Taken};
use crate::plan::{Doomed, Guard, Lock, Step, Succession, Successor, ddl};
use crate::schema::{Column, Trigger};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, Separated};

impl<'a> Taken<'a> {
    /// What pgroll has done, for the sake of its undo.
    pub(super) fn started(&self) -> Vec<Step> {
        let table = self.table.name.as_str();
        let mut steps = Vec::new();
        for column in self.added() {
            let purpose = format!("add the column `{}` to `{table}` (pgroll did)", column.as_str());
            let step = Step::quiet(purpose, Vec::new()).locking(Lock::AccessExclusive, &self.name);
            let step = step.undone_by(ddl::drop_column(&self.name, column));
            steps.push(Step { column: Some(column.clone()), ..step });
        }
        for (trigger, function) in self.sync() {
            let purpose = format!("keep `{table}` in step (pgroll did)");
            let step =
                Step::quiet(purpose, Vec::new()).locking(Lock::ShareRowExclusive, &self.name);
            steps.push(step.undone_by(self.drop_sync(trigger, function)));
        }
        steps
    }

    /// The columns that pgroll has added.
    fn added(&self) -> Vec<&'a Ident> {
        let new = self.new.iter().map(|one| &one.column.storage);
        let columns = self.table.columns.iter().map(|column| &column.storage);
        new.chain(columns.filter(|column| column.as_str() == NEEDS_BACKFILL)).collect()
    }

    /// pgroll's triggers, with their functions.
    fn sync(&self) -> Vec<(&'a Ident, &'a Expression)> {
        let ours = self.table.triggers.iter().filter(|one| one.name.as_str().starts_with(PREFIX));
        ours.filter_map(|one| Some((&one.name, one.function.as_ref()?))).collect()
    }

    fn drop_sync(&self, trigger: &Ident, function: &Expression) -> Step {
        let name = trigger.as_str();
        let purpose = format!("take the trigger `{name}` off `{}`", self.table.name);
        let drop = sql!("DROP TRIGGER {n} ON {t}", n = trigger, t = self.name);
        Step::quiet(purpose, vec![drop, sql!("DROP FUNCTION {f}", f = function)])
            .locking(Lock::AccessExclusive, &self.name)
    }

    pub(super) fn stop_sync(&self) -> Vec<Step> {
        self.sync()
            .into_iter()
            .map(|(trigger, function)| self.drop_sync(trigger, function))
            .collect()
    }

    pub(super) fn guards(&self) -> Vec<Guard> {
        let guard = |(trigger, _): (&Ident, &Expression)| Guard {
            purpose: format!("the trigger `{}` is there and fires", trigger.as_str()),
            query: sql!(
                file "pgroll/trigger.sql",
                table = Literal::new(self.name.to_string()),
                trigger = Literal::new(trigger.as_str()),
            ),
            rows: None,
        };
        self.sync().into_iter().map(guard).collect()
    }

    pub(super) fn doomed(&self) -> Vec<Doomed> {
        let known = |column: &Ident| {
            let known = self.known.iter().filter(|(on, _)| on == column);
            known.map(|(_, name)| name.clone()).collect()
        };
        let doomed = |column: &Column| Doomed {
            table: self.table.storage.clone(),
            column: Some(column.storage.clone()),
            known: known(&column.storage),
        };
        self.gone().map(doomed).collect()
    }

    /// As `pgroll complete` does it, in the transaction of Straddle's.
    pub(super) fn contract(&self) -> Vec<Step> {
        let table = &self.name;
        let mut steps = Vec::new();
        for new in &self.new {
            let sequence = new.old.and_then(|old| old.sequence.as_ref());
            steps.extend(
                sequence.map(|one| ddl::own_sequence(table, &one.name, &new.column.storage)),
            );
        }
        steps.extend(self.gone().map(|column| ddl::drop_column(table, &column.storage)));
        let backfill = self.added().into_iter().filter(|column| column.as_str() == NEEDS_BACKFILL);
        steps.extend(backfill.map(|column| ddl::drop_column(table, column)));
        let names = self.new.iter().map(|one| (&one.column.storage, &one.name));
        let names = names.chain(self.renamed.iter().map(|(from, to)| (from, to)));
        steps.extend(names.map(|(from, to)| ddl::rename_column(table, from, to)));
        steps.extend(self.copies.iter().flat_map(|copy| copy.settle(table)));
        steps.extend(self.renew_functions());
        steps
    }

    /// Sessions that have run a PL/pgSQL trigger function keep what they know of the row's types.
    fn renew_functions(&self) -> Vec<Step> {
        let theirs =
            self.table.triggers.iter().filter(|one| !one.name.as_str().starts_with(PREFIX));
        let renew = |trigger: &Trigger| {
            let (function, cost) = (trigger.function.as_ref()?, &trigger.cost);
            let purpose = format!("have sessions read the trigger function {function} anew");
            Some(Step::quiet(
                purpose,
                vec![sql!("ALTER FUNCTION {f} COST {c}", f = function, c = cost)],
            ))
        };
        theirs.filter_map(renew).collect()
    }

    pub(super) fn validate(&self) -> Vec<Step> {
        let open = self.copies.iter().filter_map(Copy::to_validate);
        open.map(|name| ddl::validate_constraint(&self.name, name)).collect()
    }

    pub(super) fn succession(&self) -> Succession {
        let replaced = self.new.iter().map(|one| Successor {
            old: one.old.map(|old| old.storage.clone()),
            new: one.column.storage.clone(),
            name: one.name.clone(),
        });
        let renamed = self.renamed.iter().map(|(from, to)| Successor {
            old: Some(from.clone()),
            new: from.clone(),
            name: to.clone(),
        });
        let (table, name) = (self.table.storage.clone(), self.table.storage.clone());
        Succession { table, name, columns: replaced.chain(renamed).collect() }
    }

    /// Finds a row that pgroll has not filled. A row of the new version is known by its value, where nothing
    /// is written back for it.
    pub(super) fn unfilled(&self) -> Option<Guard> {
        let mark = self.added().into_iter().find(|column| column.as_str() == NEEDS_BACKFILL)?;
        let filled: Vec<&New<'_>> = self.new.iter().filter(|one| one.fills).collect();
        if filled.is_empty() {
            return None;
        }
        let tells = |one: &&New<'_>| one.old.is_none() && one.column.default.is_none();
        let columns = filled.iter().map(|one| sql!("{c} IS NULL", c = one.column.storage));
        let which = match filled.iter().all(tells) {
            true => sql!(" AND ({c})", c = Separated::by(" OR ", columns)),
            false => sql!(""),
        };
        let table = self.name.to_string();
        let query = sql!(
            "SELECT {w} FROM (SELECT FROM {t} WHERE {m}{c} LIMIT 1) AS unfilled",
            w = Literal::new(format!(
                "pgroll has not filled all rows of {table}: its start was interrupted, or runs"
            )),
            t = self.name,
            m = mark,
            c = which,
        );
        Some(Guard { purpose: format!("all rows of {table} are filled"), query, rows: None })
    }
}
