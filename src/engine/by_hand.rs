//! What somebody has set, dropped or named by hand since the start. `complete` refuses by name where
//! something would be lost, or the new version would be without something.

use std::collections::BTreeSet;

use super::{Engine, Error};
use crate::database::from_rows;
use crate::ledger::Entry;
use crate::plan::{Attribute, Noted, Plan, Promise, Promised, Succession, Successor};
use crate::sql;
use crate::sql::{Ident, Sql};

impl Engine<'_> {
    /// What is there before a start begins.
    pub(super) async fn note(&self, plan: &Plan) -> Result<Noted, Error> {
        let schemas: Vec<&Ident> =
            [&plan.base_schema].into_iter().chain(&plan.previous_schema).collect();
        let privileges = self.privileges(&schemas, None).await?;
        Ok(Noted { privileges, attributes: self.attributes(plan).await? })
    }

    /// What has been done by hand since, and `complete` would lose in silence, or fail for.
    pub(super) async fn done_by_hand(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let plan = &entry.plan;
        let mut found = self.broken_promises(plan).await?;
        found.extend(self.taken_names(plan).await?);
        if let Some(noted) = &plan.noted {
            found.extend(self.set_since(plan, noted).await?);
            found.extend(self.granted_on_what_goes(entry, noted).await?);
        }
        Ok(found)
    }

    /// What is set on the columns that others replace, printed in the same way whatever the search path.
    async fn attributes(&self, plan: &Plan) -> Result<Vec<Attribute>, Error> {
        let replaced = successors(plan).filter(|(_, one)| one.old.as_ref() != Some(&one.new));
        let replaced =
            replaced.filter_map(|(of, one)| Some((of.table.as_str(), one.old.as_ref()?.as_str())));
        let (tables, columns): (Vec<&str>, Vec<&str>) = replaced.unzip();
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        self.connection.begin().await?;
        self.connection.qualify_names().await?;
        let (query, base) = (sql!(file "catalog/attributes.sql"), plan.base_schema.as_str());
        let rows = self.connection.query(&query, &[&base, &tables, &columns]).await;
        self.connection.rollback().await?;
        Ok(from_rows(&rows?)?)
    }

    /// Constraints, indexes and tables of the new version that are gone.
    pub(super) async fn broken_promises(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        let promises = &plan.promises;
        let tables: Vec<&str> = promises.iter().map(|one| one.table.as_str()).collect();
        let constraints: Vec<Option<&str>> =
            promises.iter().map(|one| one.what.constraint()).collect();
        let indexes: Vec<Option<&str>> = promises.iter().map(|one| one.what.index()).collect();
        let made_by: Vec<String> = promises.iter().map(made_by).collect();
        let (query, base) = (sql!(file "catalog/promised.sql"), plan.base_schema.as_str());
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&base, &tables, &constraints, &indexes, &made_by];
        let rows = self.connection.ask(&query, &parameters).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Names that are given in contract, and that somebody has taken.
    async fn taken_names(&self, plan: &Plan) -> Result<Vec<String>, Error> {
        let wanted: Vec<(&Ident, Option<&Ident>, &Ident)> =
            plan.successions.iter().flat_map(|of| wanted_names(plan, of)).collect();
        let tables: Vec<&str> = wanted.iter().map(|(table, ..)| table.as_str()).collect();
        let from: Vec<Option<&str>> =
            wanted.iter().map(|(_, from, _)| from.map(Ident::as_str)).collect();
        let to: Vec<&str> = wanted.iter().map(|(.., to)| to.as_str()).collect();
        let (query, base) = (sql!(file "catalog/taken_names.sql"), plan.base_schema.as_str());
        let rows = self.connection.query(&query, &[&base, &tables, &from, &to]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// What is set otherwise on columns that go, and was given to their successors as it was.
    async fn set_since(&self, plan: &Plan, noted: &Noted) -> Result<Vec<String>, Error> {
        let now = self.attributes(plan).await?;
        let same = |one: &Attribute, other: &Attribute| {
            (&one.table, &one.column, &one.kind) == (&other.table, &other.column, &other.kind)
        };
        let told = |before: &Attribute| {
            let now = now.iter().find(|now| same(before, now))?;
            let Attribute { table, column, kind, value, set } = before;
            (now.value != *value).then(|| {
                format!(
                    "the {kind} of `{table}.{column}` was {value} at the start, is {} now, and goes with \
                     that column: `{set}`, and change it when `complete` is done",
                    now.value
                )
            })
        };
        Ok(noted.attributes.iter().filter_map(told).collect())
    }
}

impl Promised {
    fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint(name) => Some(name.as_str()),
            Self::Index(_) | Self::Table(_) => None,
        }
    }

    fn index(&self) -> Option<&str> {
        match self {
            Self::Index(name) => Some(name.as_str()),
            Self::Constraint(_) | Self::Table(_) => None,
        }
    }
}

fn made_by(promise: &Promise) -> String {
    let made_by: Vec<&str> = promise.made_by.iter().map(Sql::as_str).collect();
    made_by.join("; ")
}

/// What becomes of columns, each with its table.
pub(super) fn successors(plan: &Plan) -> impl Iterator<Item = (&Succession, &Successor)> {
    plan.successions.iter().flat_map(|of| of.columns.iter().map(move |one| (of, one)))
}

/// The names that a table and its columns get and that nothing of the plan's own frees: the table, the
/// column, if it is one, and the name.
fn wanted_names<'a>(
    plan: &'a Plan,
    of: &'a Succession,
) -> impl Iterator<Item = (&'a Ident, Option<&'a Ident>, &'a Ident)> {
    let doomed = plan.contract.doomed.iter();
    let columns = doomed.clone().filter(|one| one.table == of.table);
    let columns = columns.filter_map(|one| one.column.as_ref());
    let columns: BTreeSet<&Ident> = columns.chain(of.columns.iter().map(|one| &one.new)).collect();
    let tables = doomed.filter(|one| one.column.is_none()).map(|one| &one.table);
    let moved = plan.successions.iter().filter(|one| one.table != one.name);
    let tables: BTreeSet<&Ident> = tables.chain(moved.map(|one| &one.table)).collect();
    let named =
        of.columns.iter().filter(move |one| one.new != one.name && !columns.contains(&one.name));
    let named = named.map(|one| (&of.table, Some(&one.new), &one.name));
    let is_moved = of.table != of.name && !tables.contains(&of.name);
    named.chain(is_moved.then_some((&of.table, None, &of.name)))
}
