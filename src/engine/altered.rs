//! What has become of the tables and views of a migration since its start, behind our back: looked at
//! before `complete` and `rollback` change anything.

use std::collections::BTreeSet;

use super::rights::Needed;
use super::{Engine, Error};
use crate::compile;
use crate::ledger::{self, Entry};
use crate::plan::{Phase, Plan, Step, ddl, names};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

/// A table that is not what it was.
struct Altered {
    is_gone: bool,
    description: String,
}

impl Engine<'_> {
    /// What keeps `complete` from finding what the plan has left.
    pub(super) async fn altered_for_complete(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let plan = &entry.plan;
        let altered = self.altered(plan, plan.contract.locks.iter()).await?;
        let mut found: Vec<String> = altered.into_iter().map(|one| one.description).collect();
        let doomed = plan.contract.doomed.iter();
        let doomed = doomed.filter_map(|doomed| Some((&doomed.table, doomed.column.as_ref()?)));
        found.extend(self.missing(plan, doomed.chain(added(plan.start.steps()))).await?);
        let not_null = plan.not_null.iter().map(|(table, column)| (table, column));
        found.extend(self.among(plan, not_null, sql!(file "catalog/nullable.sql")).await?);
        found.extend(self.missing_functions(plan).await?);
        found.extend(self.missing_types(plan).await?);
        // The old version's schema is renamed away.
        let needed = Needed { schemas: entry.previous_schema.is_some(), objects: plan.creates };
        found.extend(self.deprived(needed).await?);
        found.extend(self.unshown(entry).await?);
        if let Some(previous) = &entry.previous_schema
            && !self.schema_exists(previous).await?
        {
            found.push(format!(
                "the old version's schema is gone: `CREATE SCHEMA {previous}` will do"
            ));
        }
        // Where another table is looked at, it has nothing of all that.
        if found.is_empty() {
            found = self.done_by_hand(entry).await?;
        }
        Ok(found)
    }

    /// What keeps `rollback` from undoing everything. A table that is gone needs no undo.
    pub(super) async fn altered_for_rollback(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let plan = &entry.plan;
        let mut found = self.renamed(plan).await?;
        let steps = entry.in_force(entry.cursor);
        let in_force = plan.start.steps().take(steps);
        let in_force = in_force.filter(|step| !is_taken_along(entry, steps, step));
        found.extend(self.missing(plan, added(in_force)).await?);
        found.extend(self.deprived(Needed::SCHEMAS).await?);
        let version = &entry.version_schema;
        let hidden = names::hidden_schema(version);
        let own = entry.previous_schema.iter().chain([version, &hidden]);
        let own: Vec<&str> = own.map(Ident::as_str).collect();
        let touched = tables(plan, undone(plan));
        let made: Vec<&str> = plan.made.iter().map(Ident::as_str).collect();
        let query = sql!(file "catalog/standing_on.sql");
        let base = plan.base_schema.as_str();
        let rows = self.connection.query(&query, &[&base, &touched, &made, &own]).await?;
        found.extend(rows.iter().map(|row| standing(row, "what the start made")));
        found.extend(self.standing_on_types(plan).await?);
        // Found later, it would be when the version is hidden already.
        let rows = self.connection.query(&compile::outsiders(version), &[]).await?;
        let of_version = format!("the version {}", version.as_str());
        found.extend(rows.iter().map(|row| standing(row, &of_version)));
        for schema in [version, &hidden] {
            let query = compile::strangers(schema, &shown(plan), &plan.types);
            let rows = self.connection.query(&query, &[]).await?;
            found.extend(rows.iter().map(|row| {
                let what: String = row.get(0);
                format!("{what} is in the schema of the version: drop or move it")
            }));
        }
        Ok(found)
    }

    /// Whether the version's schema is there with all that it shows. One of the name may be somebody else's.
    pub(super) async fn is_shown(&self, entry: &Entry) -> Result<bool, Error> {
        Ok(!shown(&entry.plan).is_empty() && self.unshown(entry).await?.is_empty())
    }

    /// What the version's schema has lost.
    async fn unshown(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let shown = shown(&entry.plan);
        let (base, version) = (entry.plan.base_schema.as_str(), entry.version_schema.as_str());
        let query = sql!(file "catalog/unshown.sql");
        let rows = self.connection.query(&query, &[&base, &version, &shown]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Columns that are not there, though their tables are.
    async fn missing<'a>(
        &self,
        plan: &Plan,
        columns: impl Iterator<Item = (&'a Ident, &'a Ident)>,
    ) -> Result<Vec<String>, Error> {
        self.among(plan, columns, sql!(file "catalog/missing_columns.sql")).await
    }

    /// Columns, each behind its table, of which the query finds something.
    pub(super) async fn among<'a>(
        &self,
        plan: &Plan,
        columns: impl Iterator<Item = (&'a Ident, &'a Ident)>,
        query: Sql,
    ) -> Result<Vec<String>, Error> {
        let (tables, columns): (Vec<&str>, Vec<&str>) =
            columns.map(|(table, column)| (table.as_str(), column.as_str())).unzip();
        let base = plan.base_schema.as_str();
        let rows = self.connection.query(&query, &[&base, &tables, &columns]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Functions of `up` and `down` that are not there: nothing keeps a superuser from dropping them.
    async fn missing_functions(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        let names: Vec<String> = plan.functions.iter().map(ToString::to_string).collect();
        let query = sql!(
            "SELECT format('the function %s is gone, and writes that need it fail: roll back, and start again', name) \
             FROM unnest($1::text[]) AS name WHERE to_regproc(name) IS NULL"
        );
        let rows = self.connection.query(&query, &[&names]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// What others have put on types of the new version. Few migrations have any.
    async fn standing_on_types(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        if plan.types.is_empty() {
            return Ok(Vec::new());
        }
        let types: Vec<&str> = plan.types.iter().map(Ident::as_str).collect();
        let made: Vec<&str> = plan.made.iter().map(Ident::as_str).collect();
        let (version, base) = (plan.version_schema.as_str(), plan.base_schema.as_str());
        let query = sql!(file "catalog/standing_on_types.sql");
        let rows = self.connection.query(&query, &[&version, &types, &base, &made]).await?;
        Ok(rows.iter().map(|row| standing(row, "a type of the new version")).collect())
    }

    /// Types of the new version that are not in its schema, or not under their names.
    async fn missing_types(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        if plan.types.is_empty() {
            return Ok(Vec::new());
        }
        let types: Vec<&str> = plan.types.iter().map(Ident::as_str).collect();
        let query = sql!(
            "SELECT format('the type %I.%I is gone, or has another name: give it that back', $1::text, name) \
             FROM unnest($2::text[]) AS name WHERE to_regtype(format('%I.%I', $1::text, name)) IS NULL"
        );
        let version = plan.version_schema.as_str();
        let rows = self.connection.query(&query, &[&version, &types]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Relations that rollback undoes something on, and that are there with another name, or owner.
    async fn renamed(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        // Partitions come and go, and are no tables of the plan's.
        let whole: BTreeSet<&QualifiedName> = plan.contract.locks.iter().collect();
        let undone = undone(plan).filter(|relation| whole.contains(relation));
        let altered = self.altered(plan, undone).await?;
        let there = altered.into_iter().filter(|one| !one.is_gone);
        Ok(there.map(|one| one.description).collect())
    }

    async fn altered(
        &self,
        plan: &Plan,
        relations: impl Iterator<Item = &QualifiedName>,
    ) -> Result<Vec<Altered>, Error> {
        let tables = tables(plan, relations);
        let function = |table: &String| {
            let table = Ident::new(table.as_str()).ok()?;
            Some(names::sync_function(&plan.base_schema, &table).to_string())
        };
        let functions: Vec<String> = tables.iter().filter_map(function).collect();
        let query = sql!(file "catalog/altered.sql");
        let base = plan.base_schema.as_str();
        let mut rows = self.connection.query(&query, &[&base, &tables, &functions]).await?;
        let is_owned = |row: &tokio_postgres::Row| row.get::<_, &str>(0) == "owned";
        // Who only looks at the ledger is not the one who will alter it.
        if rows.iter().any(is_owned) && !ledger::may_write(&self.connection).await? {
            rows.retain(|row| !is_owned(row));
        }
        let altered = |row: &tokio_postgres::Row| Altered {
            is_gone: row.get::<_, &str>(0) == "gone",
            description: row.get(1),
        };
        Ok(rows.iter().map(altered).collect())
    }

    /// Refuses to call a version live that is not there.
    pub(super) async fn refuse_gone(&self, entry: &Entry) -> Result<(), Error> {
        if self.schema_exists(&entry.version_schema).await? {
            return Ok(());
        }
        let schema = &entry.version_schema;
        let found = vec![format!("the version's schema {schema} is gone, or has another name")];
        Err(Error::Altered { command: "start", found })
    }

    /// Refuses to go on with a start, or to undo it, where a table has another name.
    pub(super) async fn refuse_renamed(&self, entry: &Entry) -> Result<(), Error> {
        let found = self.renamed(&entry.plan).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::Altered { command: "start", found }) }
    }

    /// Refuses to go on with an undo that missed what it undoes, where that has got another name meanwhile.
    pub(super) async fn refuse_moved(&self, entry: &Entry) -> Result<(), Error> {
        let found = self.renamed(&entry.plan).await?;
        if found.is_empty() { Ok(()) } else { Err(Error::AlteredMeanwhile { found }) }
    }

    /// Refuses to begin a rollback that could not end.
    pub(super) async fn refuse_altered_rollback(&self, entry: &Entry) -> Result<(), Error> {
        if entry.cursor.phase == Phase::Contract {
            return Ok(());
        }
        match self.altered_for_rollback(entry).await? {
            found if found.is_empty() => Ok(()),
            found => Err(Error::Altered { command: "rollback", found }),
        }
    }
}

/// What somebody has put on something of ours, with what drops it.
fn standing(row: &tokio_postgres::Row, on: &str) -> String {
    let (what, drop): (String, Option<String>) = (row.get(0), row.get(1));
    let drop = drop.map_or_else(|| "drop it".to_owned(), |drop| format!("`{drop}`"));
    format!("{what} stands on {on}: {drop}")
}

/// The tables and views that the version shows.
fn shown(plan: &Plan) -> Vec<String> {
    let tables = plan.order.iter().map(|order| order.table.as_str().to_owned());
    tables.chain(plan.views.iter().map(|view| view.name.as_str().to_owned())).collect()
}

/// The columns that steps add, each with its table.
pub(super) fn added<'a>(
    steps: impl Iterator<Item = &'a Step>,
) -> impl Iterator<Item = (&'a Ident, &'a Ident)> {
    steps.filter_map(|step| Some((&step.relation.as_ref()?.name, step.column.as_ref()?)))
}

/// Whether a rollback that was interrupted has dropped the column that a step adds: along with its trigger.
fn is_taken_along(entry: &Entry, in_force: usize, step: &Step) -> bool {
    let Some((table, column)) = step.relation.as_ref().zip(step.column.as_ref()) else {
        return false;
    };
    if entry.cursor.phase != Phase::Abort {
        return false;
    }
    let drop = ddl::drop_column(table, column);
    let undone = entry.plan.start.steps().skip(in_force).filter_map(|step| step.undo.as_deref());
    let mut statements = undone.flat_map(Step::statements);
    statements.any(|statement| drop.statements().contains(&statement))
}

/// The relations that rollback undoes something on.
fn undone(plan: &Plan) -> impl Iterator<Item = &QualifiedName> {
    plan.start.steps().filter_map(|step: &Step| step.undo.as_ref()?.relation.as_ref())
}

/// Those in the base schema, each once, but for tables that the migration makes.
fn tables<'a>(plan: &Plan, relations: impl Iterator<Item = &'a QualifiedName>) -> Vec<String> {
    let of_base = relations.filter(|relation| relation.schema == plan.base_schema);
    let there = of_base.filter(|relation| !plan.made.contains(&relation.name));
    let mut names: Vec<String> = there.map(|table| table.name.as_str().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}
