//! What pgroll has made, as plans: of a version that is there, and of a migration that pgroll has started.
//!
//! Of the latter, the start is done: its steps are there for their undo. What `complete` has to do is read off
//! the objects that pgroll has made, which are known by their names, and each of them has to be accounted for by
//! an operation. Whatever is not is refused, and left to pgroll.

mod constraint;
mod steps;
mod table;

use std::collections::BTreeMap;

use super::closing::put_away;
use super::view::{batches, drop_views};
use crate::migration::Migration;
use crate::operation::Operation;
use crate::plan::{Contract, FORMAT, Guard, Plan, Start, Step, ddl, names};
use crate::schema::{Name, Schema, Table, TableOrder};
use crate::sql;
use crate::sql::{Ident, QualifiedName};
use table::Taken;

/// How the names begin of everything that pgroll makes for the time of a migration.
const PREFIX: &str = "_pgroll_";

/// A migration that pgroll has started.
#[derive(Debug)]
pub(crate) struct Underway<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// The base schema, as it is in the middle of it.
    pub schema: &'a Schema,
    /// The version schema that it has opened.
    pub version: &'a Ident,
    /// What that shows.
    pub order: Vec<TableOrder>,
    /// The version schema before it, and what that shows.
    pub previous: Option<(&'a Ident, &'a [TableOrder])>,
}

/// What is left to be done of it.
#[derive(Debug)]
pub(crate) struct Adopted {
    /// The plan, of which the start is done.
    pub plan: Plan,
    /// Must find nothing: rows that pgroll has not filled.
    pub unfilled: Vec<Guard>,
    /// Proves what has to be so before `complete`, while reads and writes go on.
    pub validate: Vec<Step>,
}

/// The plan of a version that is there, and has nothing left to be done.
#[must_use]
pub(crate) fn adopted_version(base: &Ident, version: &Ident, order: Vec<TableOrder>) -> Plan {
    Plan {
        format: FORMAT,
        base_schema: base.clone(),
        version_schema: version.clone(),
        previous_schema: None,
        start: Start::default(),
        contract: Contract::default(),
        order,
        views: Vec::new(),
        notes: Vec::new(),
        made: Vec::new(),
        functions: Vec::new(),
        not_null: Vec::new(),
        fires: Vec::new(),
        rewrites: Vec::new(),
        raw: None,
        stays: false,
        types: Vec::new(),
        successions: Vec::new(),
        promises: Vec::new(),
        touched: None,
        creates: false,
        noted: None,
    }
}

impl Underway<'_> {
    /// What is left to be done of it.
    ///
    /// # Errors
    /// Everything that is not known how to carry on.
    pub(crate) fn adopt(self) -> Result<Adopted, Vec<String>> {
        let mut problems = Vec::new();
        let mut tables: BTreeMap<Name, Taken<'_>> = BTreeMap::new();
        let mut plan = adopted_version(&self.schema.name, self.version, self.order.clone());
        for operation in &self.migration.operations {
            match self.take(operation, &mut tables, &mut plan) {
                Ok(()) => {}
                Err(problem) => problems.push(problem),
            }
        }
        for taken in tables.values_mut() {
            taken.look(self.schema);
            problems.append(&mut taken.problems);
        }
        if problems.is_empty() {
            problems.extend(self.unaccounted(&tables));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(self.plan(plan, &tables))
    }

    /// Notes what an operation has done.
    fn take<'t>(
        &'t self,
        operation: &'t Operation,
        tables: &mut BTreeMap<Name, Taken<'t>>,
        plan: &mut Plan,
    ) -> Result<(), String> {
        let base = &self.schema.name;
        match operation {
            Operation::CreateTable(create) => {
                let table = self.table(&create.name)?;
                plan.made.push(table.storage.clone());
                let name = QualifiedName::new(base, &table.storage);
                let made = format!("make the table `{}` (pgroll did)", create.name);
                plan.start
                    .expand
                    .push(Step::quiet(made, Vec::new()).undone_by(ddl::drop_table(&name)));
                Ok(())
            }
            Operation::CreateIndex(create) => {
                let index = create.name.ident();
                let table = self.table(&create.table)?;
                if !table.indexes.iter().any(|one| &one.name == index) {
                    return Err(format!("the index `{}` is not there", create.name));
                }
                let table = QualifiedName::new(base, &table.storage);
                let drop = ddl::drop_index(&table, &QualifiedName::new(base, index));
                let built = format!("build the index `{}` (pgroll did)", create.name);
                plan.start.expand.push(Step::quiet(built, Vec::new()).undone_by(drop));
                Ok(())
            }
            Operation::AddColumn(add) => self.taken(&add.table, tables)?.add(add),
            Operation::AlterColumn(alter) => self.taken(&alter.table, tables)?.alter(alter),
            Operation::DropColumn(drop) => self.taken(&drop.table, tables)?.drop(drop),
            Operation::RenameColumn(rename) => self.taken(&rename.table, tables)?.rename(rename),
            other => Err(format!("`{}` is left to pgroll once it has begun", other.key())),
        }
    }

    fn table(&self, name: &Name) -> Result<&Table, String> {
        let table = self.schema.tables.get(name);
        table.ok_or_else(|| format!("the table `{name}` is not there"))
    }

    fn taken<'t, 'm>(
        &'t self,
        name: &Name,
        tables: &'m mut BTreeMap<Name, Taken<'t>>,
    ) -> Result<&'m mut Taken<'t>, String> {
        let (base, table) = (&self.schema.name, self.table(name)?);
        Ok(tables.entry(name.clone()).or_insert_with(|| Taken::new(base, table)))
    }

    /// What pgroll has made, by its name, and no operation tells of.
    fn unaccounted(&self, tables: &BTreeMap<Name, Taken<'_>>) -> Vec<String> {
        let mut found = Vec::new();
        for (name, table) in self.schema.tables.iter() {
            let taken = tables.get(name);
            let is_known = |column: &Ident| taken.is_some_and(|taken| taken.knows(column));
            let columns = table.columns.iter().map(|column| &column.storage);
            let columns =
                columns.filter(|column| column.as_str().starts_with(PREFIX) && !is_known(column));
            found.extend(columns.map(|column| {
                format!("no operation tells of the column `{name}.{}`", column.as_str())
            }));
            let triggers = table.triggers.iter().map(|trigger| &trigger.name);
            let triggers =
                triggers.filter(|trigger| trigger.as_str().starts_with(PREFIX) && taken.is_none());
            found.extend(triggers.map(|one| {
                format!("no operation tells of the trigger `{}` of `{name}`", one.as_str())
            }));
            if name.as_str().starts_with(PREFIX) {
                found.push(format!("no operation tells of the table `{name}`"));
            }
        }
        found
    }

    fn plan(&self, mut plan: Plan, tables: &BTreeMap<Name, Taken<'_>>) -> Adopted {
        plan.previous_schema = self.previous.map(|(previous, _)| previous.clone());
        plan.creates = true;
        // Undone last: indexes that were made go before columns that they are of.
        let started: Vec<Step> = tables.values().flat_map(Taken::started).collect();
        plan.start.expand.splice(0..0, started);
        self.views(&mut plan.start);
        let contract = &mut plan.contract;
        contract.steps.extend(tables.values().flat_map(Taken::stop_sync));
        if let Some((previous, order)) = self.previous {
            let of_tables: Vec<&Ident> = order.iter().map(|one| one.table.ident()).collect();
            let is_touched = |view: &&&Ident| tables.keys().any(|name| name.ident() == **view);
            let touched: Vec<&Ident> = of_tables.iter().filter(is_touched).copied().collect();
            let all: Vec<String> = of_tables.iter().map(|view| view.as_str().to_owned()).collect();
            put_away(previous, (&of_tables, &touched), &all, [], contract);
        }
        for taken in tables.values() {
            contract.locks.push(taken.name.clone());
            contract.guards.extend(taken.guards());
            contract.doomed.extend(taken.doomed());
            contract.steps.extend(taken.contract());
        }
        plan.successions = tables.values().map(Taken::succession).collect();
        let unfilled = tables.values().filter_map(Taken::unfilled).collect();
        let validate = tables.values().flat_map(Taken::validate).collect();
        Adopted { plan, unfilled, validate }
    }

    /// The version's schema and its views, as `rollback` takes them away.
    fn views(&self, start: &mut Start) {
        let (version, hidden) = (self.version, names::hidden_schema(self.version));
        let drop =
            Step::quiet("drop the version's schema", vec![sql!("DROP SCHEMA {s}", s = hidden)]);
        let made = "make the version's schema (pgroll did)";
        start.settle.push(Step::quiet(made, Vec::new()).undone_by(drop));
        let views: Vec<&Ident> = self.order.iter().map(|one| one.table.ident()).collect();
        for batch in batches(&hidden, &views) {
            let made = Step::quiet("make its views (pgroll did)", Vec::new());
            start.settle.push(made.undone_by(drop_views(&batch)));
        }
        let hide = sql!("ALTER SCHEMA {a} RENAME TO {b}", a = version, b = hidden);
        let hide = Step::quiet(format!("hide the version `{}`", version.as_str()), vec![hide]);
        let show = format!("show the version `{}` (pgroll did)", version.as_str());
        start.activate.push(Step::quiet(show, Vec::new()).undone_by(hide));
    }
}
