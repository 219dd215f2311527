//! A migration, a schema and Postgres' answers in; a plan out.
//!
//! [`ask`] and [`compile`] are pure: the same input gives the same bytes. Both fold the operations
//! over the schema; the fold depends on nothing that only Postgres knows, so that the questions are
//! the same both times. What is done online then follows from the difference between a table as it
//! is and its rehearsed copy, for all operations alike.

mod adopted;
mod backfill;
mod closing;
mod column_slots;
mod contract;
mod copies;
mod cost;
mod dependents;
mod expand;
mod expression;
mod generated;
mod hidden_rows;
mod left_out_columns;
mod lens;
mod missing_rights;
mod new_table;
mod note;
mod noted;
mod objects;
mod old_violation;
mod own_indexes;
mod partition;
mod partition_keys;
mod partition_moves;
mod published;
mod raw;
mod refusal;
mod renewed_keys;
mod row_security;
mod sequence;
mod settle;
mod shown;
mod shown_types;
mod succession;
mod sync;
mod table;
mod touched;
mod users_view;
mod view;
mod view_defaults;
mod violation;
mod withheld;

use std::collections::BTreeMap;

use crate::migration::Migration;
use crate::operation::{Answers, Draft, Question, Rejection};
use crate::plan::{FORMAT, Plan, Raw, Start, names};
use crate::schema::{Kind, Schema, Table, TableOrder};
use crate::sql::Ident;
use table::TableChange;

pub(crate) use adopted::{Adopted, Underway, adopted_version};
pub(crate) use view::{give, outsiders, refresh_views, strangers, take, version_views};

/// What the database has to answer before these migrations can be compiled.
#[derive(Debug)]
pub(crate) struct Questions {
    /// The questions, in order; where something is wrong, those that come before it.
    pub questions: Vec<Question>,
    /// Everything that is wrong with the migrations as far as the schema alone tells.
    pub rejections: Vec<Rejection>,
}

/// What the database has to answer before these migrations can be compiled. Where something is
/// wrong already, its answers are only good for finding out what else is.
#[must_use]
pub(crate) fn ask(migrations: &[Migration], schema: &Schema) -> Questions {
    let mut draft = fold(migrations, schema);
    let rejections = std::mem::take(&mut draft.rejections);
    Questions { questions: draft.sound_questions(), rejections }
}

/// The plan that takes the schema to the last of these migrations.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn compile(
    migrations: &[Migration],
    schema: &Schema,
    previous: Option<&Ident>,
    answers: &Answers,
) -> Result<Plan, Vec<Rejection>> {
    let draft = fold(migrations, schema);
    if !draft.rejections.is_empty() {
        return Err(draft.rejections);
    }
    let version_schema = version_schema(migrations, schema).map_err(|error| vec![error])?;
    let compiler = Compiler { before: schema, draft: &draft, answers, version_schema, previous };
    let mut plan = compiler.plan()?;
    let orders = migrations.iter().flat_map(|migration| &migration.column_order);
    for (table, columns) in orders {
        plan.order.retain(|known| known.table != *table);
        plan.order.push(TableOrder { table: table.clone(), columns: columns.clone() });
    }
    Ok(plan)
}

/// The schema of the last version, by the name that the file, or its own name, gives it.
fn version_schema(migrations: &[Migration], schema: &Schema) -> Result<Ident, Rejection> {
    let version = migrations.last().map_or("", Migration::version);
    let own = migrations.last().and_then(|last| last.version_schema.as_ref());
    let (path, hint) = match own {
        Some(_) => ("version_schema", None),
        None => ("name", Some("give a shorter `version_schema` in the file".to_owned())),
    };
    let reject = |message, hint| Rejection { path: path.to_owned(), offset: None, message, hint };
    if version.trim().is_empty() {
        let message = "the version needs a name that can be seen".to_owned();
        return Err(reject(message, None));
    }
    names::version_schema(&schema.name, version)
        .map_err(|error| reject(format!("the version's schema: {error}"), hint))
}

fn fold(migrations: &[Migration], schema: &Schema) -> Draft {
    let mut draft = Draft::new(schema);
    draft.raw_alone = migrations.iter().all(Migration::is_raw);
    // Counted through all files, so that no two have one path.
    let operations = migrations.iter().flat_map(|migration| &migration.operations);
    for (number, operation) in operations.enumerate() {
        draft.enter(format!("operations[{number}].{}", operation.key()));
        operation.apply(&mut draft);
    }
    if !draft.raw_alone && migrations.iter().any(|one| !one.column_order.is_empty()) {
        draft.enter("column_order".into());
        draft
            .reject("", "columns have an order of their own only where SQL alone makes the tables");
    }
    row_security::refuse(&mut draft);
    draft.finish();
    left_out_columns::ask(&mut draft, schema);
    draft
}

/// What compiling needs to know.
struct Compiler<'a> {
    before: &'a Schema,
    draft: &'a Draft,
    answers: &'a Answers,
    version_schema: Ident,
    previous: Option<&'a Ident>,
}

impl Compiler<'_> {
    fn plan(&self) -> Result<Plan, Vec<Rejection>> {
        let changes = self.changes();
        self.refuse_by_answers(&changes)?;
        let raw = raw::kind(self.draft);
        let mut start = Start::default();
        if raw.is_some_and(Raw::in_start) {
            start.expand = self.raw_steps();
        } else {
            self.fill(&mut start, &changes);
        }
        let mut notes: Vec<String> = changes.iter().flat_map(TableChange::notes).collect();
        notes.extend(self.notes_on_new_tables());
        notes.extend(users_view::notes(self, &changes));
        notes.extend(self.notes_on_dependents());
        notes.extend(self.notes_on_objects());
        notes.extend(self.notes_on_raw());
        Ok(Plan {
            format: FORMAT,
            base_schema: self.before.name.clone(),
            version_schema: self.version_schema.clone(),
            previous_schema: self.previous.cloned(),
            start,
            contract: contract::contract(self, &changes),
            order: order_of(&self.draft.schema),
            views: self.views(),
            notes,
            made: self.made_tables(),
            not_null: changes.iter().flat_map(TableChange::settled_not_nulls).collect(),
            functions: changes
                .iter()
                .flat_map(TableChange::all_functions)
                .map(|one| one.name().clone())
                .collect(),
            fires: changes.iter().flat_map(TableChange::fires).collect(),
            rewrites: changes.iter().filter_map(TableChange::rows_written).collect(),
            raw,
            touched: self.touched(raw),
            stays: raw::stays(self.draft),
            types: self.shown_types(),
            successions: changes.iter().filter_map(TableChange::succession).collect(),
            promises: self.promises(&changes),
            creates: self.creates(&changes),
            noted: None,
        })
    }

    fn made_tables(&self) -> Vec<Ident> {
        let made = self.draft.schema.tables.values().filter(|table| table.is_new);
        made.map(|table| table.storage.clone()).collect()
    }

    /// The phases of `start`.
    fn fill(&self, start: &mut Start, changes: &[TableChange<'_>]) {
        start.expand.extend(self.objects());
        for table in self.draft.schema.tables.values().filter(|table| table.is_new) {
            if let Some(outcome) = self.answers.outcome_of(&table.name) {
                start.expand.extend(new_table::create(self.before, table, outcome));
            }
        }
        for change in changes {
            start.expand.extend(change.make_sequences());
            start.expand.extend(change.functions());
            start.expand.extend(change.add_columns());
            start.expand.extend(change.sync());
            start.expand.extend(change.constraints());
            start.backfill.extend(change.backfill());
            start.settle.extend(change.settle());
        }
        for table in self.draft.schema.tables.values().filter(|table| table.is_new) {
            let (late, early) = new_table::foreign_keys(self, table);
            start.expand.extend(early);
            start.settle.extend(late);
        }
        start.settle.extend(changes.iter().flat_map(TableChange::late_foreign_keys));
        let shown = self.shown();
        let renewed = &self.draft.renewed;
        start.settle.extend(view::make_hidden(&shown, &self.version_schema, renewed));
        start.activate.push(self.activate(changes));
    }

    fn changes(&self) -> Vec<TableChange<'_>> {
        let before: BTreeMap<&Ident, &Table> =
            self.before.tables.values().map(|table| (&table.storage, table)).collect();
        self.draft
            .schema
            .tables
            .values()
            .filter(|table| !table.is_new && self.draft.touched().contains(&table.storage))
            .filter_map(|after| {
                let before = *before.get(&after.storage)?;
                let outcome = self.answers.outcome_of(&after.name)?;
                Some(TableChange::new(self, before, after, outcome))
            })
            .collect()
    }

    /// What shows only in Postgres' answers.
    fn refuse_by_answers(&self, changes: &[TableChange<'_>]) -> Result<(), Vec<Rejection>> {
        let mut rejections: Vec<Rejection> =
            changes.iter().flat_map(TableChange::refusals).collect();
        rejections.extend(self.still_used());
        rejections.extend(self.made_too_early());
        rejections.extend(self.unfit_dependents(changes));
        if rejections.is_empty() { Ok(()) } else { Err(rejections) }
    }
}

/// The order of columns that a version of this schema shows.
#[must_use]
pub(crate) fn order_of(schema: &Schema) -> Vec<TableOrder> {
    schema
        .tables
        .values()
        .map(|table| TableOrder {
            table: table.name.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
        })
        .collect()
}

/// Whether a version shows the relation: partitions are reached through their parent.
fn is_shown(table: &Table) -> bool {
    matches!(table.kind, Kind::Ordinary | Kind::Partitioned | Kind::Foreign)
}
