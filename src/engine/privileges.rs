//! What somebody has granted and revoked by hand since the start. `complete` gives it to the new version, too,
//! and refuses by name where it would go with the old one.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;

use super::altered::added;
use super::by_hand::successors;
use super::{Engine, Error, Event};
use crate::compile;
use crate::database::Error as DatabaseError;
use crate::ledger::Entry;
use crate::plan::{Held, Noted, Place, Plan, Promised};
use crate::schema::{Grant, Privilege};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql};

/// Who has which privilege where, and whether he may pass it on.
type Holders = BTreeMap<(Place, Option<Ident>, Privilege), bool>;

/// A privilege that came or went.
type Change = (Place, Grant);

/// What is in one and not, or not so, in the other.
fn without(one: &Holders, other: &Holders) -> Vec<Change> {
    let changed = one.iter().filter(|(key, may)| other.get(*key) != Some(may));
    let change =
        |((place, grantee, privilege), may): (&(Place, Option<Ident>, Privilege), &bool)| {
            let (grantee, privilege) = (grantee.clone(), *privilege);
            (place.clone(), Grant { grantee, privilege, grantable: *may })
        };
    changed.map(change).collect()
}

/// Those in one schema. One who has it twice may pass it on if he may once.
fn holders(held: &[Held], schema: &Ident) -> Holders {
    let mut holders = Holders::new();
    let held = held.iter().flat_map(|held| held.on.iter().map(move |place| (place, &held.grants)));
    for (place, grants) in held.filter(|(place, _)| &place.schema == schema) {
        for grant in grants {
            // To make something in a schema is of that schema.
            if place.relation.is_some() || grant.privilege == Privilege::Usage {
                let key = (place.clone(), grant.grantee.clone(), grant.privilege);
                *holders.entry(key).or_default() |= grant.grantable;
            }
        }
    }
    holders
}

/// Those in the base schema at the start, and on the tables that it made.
fn holders_before(plan: &Plan, noted: &Noted) -> Holders {
    let base = &plan.base_schema;
    let made = plan.promises.iter().filter_map(|promise| match &promise.what {
        Promised::Table(grants) => {
            let (schema, relation) = (base.clone(), Some(promise.table.clone()));
            let on = vec![Place { schema, relation, column: None }];
            Some(Held { on, grants: grants.clone() })
        }
        Promised::Constraint(_) | Promised::Index(_) => None,
    });
    let held: Vec<Held> = noted.privileges.iter().cloned().chain(made).collect();
    holders(&held, base)
}

/// The privilege that a row tells of, and on what.
fn read(row: &Row) -> Result<(Place, Grant), DatabaseError> {
    let unknown = |error: &dyn std::fmt::Display| DatabaseError::Answer(error.to_string());
    let name = |column: usize| -> Result<Option<Ident>, DatabaseError> {
        let name: Option<String> = row.get(column);
        name.map(Ident::new).transpose().map_err(|error| unknown(&error))
    };
    let schema = Ident::new(row.get::<_, String>(0)).map_err(|error| unknown(&error))?;
    let privilege = serde_json::Value::String(row.get(4));
    let privilege = serde_json::from_value(privilege).map_err(|error| unknown(&error))?;
    let place = Place { schema, relation: name(1)?, column: name(2)? };
    Ok((place, Grant { grantee: name(3)?, privilege, grantable: row.get(5) }))
}

impl Engine<'_> {
    /// Who may do what in these schemas, with all relations or with some.
    pub(super) async fn privileges(
        &self,
        schemas: &[&Ident],
        relations: Option<&[&str]>,
    ) -> Result<Vec<Held>, Error> {
        let schemas: Vec<&str> = schemas.iter().map(|schema| schema.as_str()).collect();
        let query = sql!(file "catalog/privileges.sql");
        let mut by_place: BTreeMap<Place, Vec<Grant>> = BTreeMap::new();
        for row in self.connection.ask(&query, &[&schemas, &relations]).await? {
            let (place, grant) = read(&row)?;
            by_place.entry(place).or_default().push(grant);
        }
        let mut by_grants: BTreeMap<Vec<Grant>, Vec<Place>> = BTreeMap::new();
        for (place, mut grants) in by_place {
            grants.sort();
            by_grants.entry(grants).or_default().push(place);
        }
        Ok(by_grants.into_iter().map(|(grants, on)| Held { on, grants }).collect())
    }

    /// What the old version's views were granted since the start, the new version's were not, and goes.
    pub(super) async fn granted_on_what_goes(
        &self,
        entry: &Entry,
        noted: &Noted,
    ) -> Result<Vec<String>, Error> {
        let (plan, version) = (&entry.plan, &entry.version_schema);
        let Some(previous) = &entry.previous_schema else {
            return Ok(Vec::new());
        };
        let now = self.privileges(&[&plan.base_schema, previous, version], None).await?;
        let in_base = holders(&now, &plan.base_schema);
        let carried = without(&in_base, &holders_before(plan, noted));
        let carried = carried.iter().filter_map(|(place, grant)| {
            Some((shown_as(entry, place)?, grant.grantee.clone(), grant.privilege))
        });
        let mut there: BTreeSet<_> = holders(&now, version).into_keys().collect();
        there.extend(carried);
        let since = without(&holders(&now, previous), &holders(&noted.privileges, previous));
        let told = |(place, grant): &Change| {
            let target = shown_as(entry, place)?;
            let whole = Place { column: None, ..target.clone() };
            let mut targets = [&target, &whole].into_iter();
            let is_there = targets.any(|place| {
                there.contains(&(place.clone(), grant.grantee.clone(), grant.privilege))
            });
            (!is_there).then(|| {
                format!(
                    "a privilege that the old version was given since the start goes with it: `{}`, or \
                     `{}`",
                    granted(&target, grant).as_str(),
                    revoked(place, grant).as_str(),
                )
            })
        };
        Ok(since.iter().filter_map(told).collect())
    }

    /// Who may do what with the tables and the new version, before anything is locked.
    pub(super) async fn privileges_now(&self, entry: &Entry) -> Result<Vec<Held>, Error> {
        match entry.plan.noted {
            Some(_) => {
                self.privileges(&[&entry.plan.base_schema, &entry.version_schema], None).await
            }
            None => Ok(Vec::new()),
        }
    }

    /// The statements that give to the new version, and take from it, what the tables were since the start.
    /// Everything has the name in them that it has at the end of contract. What is `held` is looked at again
    /// where something goes.
    pub(super) async fn carried(&self, entry: &Entry, held: &[Held]) -> Result<Vec<Sql>, Error> {
        let Some(noted) = &entry.plan.noted else {
            return Ok(Vec::new());
        };
        let (base, version) = (&entry.plan.base_schema, &entry.version_schema);
        let locked = entry.plan.contract.locks.iter().map(|lock| lock.name.as_str());
        let shown = entry.plan.successions.iter().map(|one| one.name.as_str());
        let locked: Vec<&str> = locked.chain(shown).collect();
        let fresh = self.privileges(&[base, version], Some(&locked)).await?;
        let is_fresh = |place: &Place| {
            place.relation.as_ref().is_none_or(|name| locked.contains(&name.as_str()))
        };
        let now = |schema: &Ident| {
            let mut now = holders(held, schema);
            now.retain(|(place, ..), _| !is_fresh(place));
            now.extend(holders(&fresh, schema));
            now
        };
        let (there, now, before) = (now(version), now(base), holders_before(&entry.plan, noted));
        let gone = without(&before, &now);
        let roles = self.roles(gone.iter().filter_map(|(_, grant)| grant.grantee.as_ref())).await?;
        let is_there =
            |grant: &Grant| grant.grantee.as_ref().is_none_or(|role| roles.contains(role.as_str()));
        let mut statements = Vec::new();
        for (place, grant) in gone.iter().filter(|(_, grant)| is_there(grant)) {
            statements.extend(heirs(entry, place).iter().map(|heir| revoked(heir, grant)));
        }
        for (place, grant) in without(&now, &before) {
            let is_changed =
                before.contains_key(&(place.clone(), grant.grantee.clone(), grant.privilege));
            let has = |heir: &Place| {
                let key = (heir.clone(), grant.grantee.clone(), grant.privilege);
                !is_changed && there.get(&key) == Some(&grant.grantable)
            };
            let heirs = heirs(entry, &place);
            statements
                .extend(heirs.iter().filter(|heir| !has(heir)).map(|heir| granted(heir, &grant)));
        }
        if !statements.is_empty() {
            self.emit(&Event::Note(
                "what was granted and revoked since the start holds for the new version, too",
            ));
        }
        Ok(statements)
    }

    /// Those of these roles that there are.
    async fn roles(&self, names: impl Iterator<Item = &Ident>) -> Result<BTreeSet<String>, Error> {
        let names: Vec<&str> = names.map(Ident::as_str).collect();
        if names.is_empty() {
            return Ok(BTreeSet::new());
        }
        let query =
            sql!("SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY ($1::text[])");
        let rows = self.connection.query(&query, &[&names]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

/// What shows it in the new version, if something does. At the start everything is stored under the name
/// that the old version has for it.
fn shown_as(entry: &Entry, place: &Place) -> Option<Place> {
    let (plan, schema) = (&entry.plan, entry.version_schema.clone());
    let Some(relation) = &place.relation else {
        return Some(Place { schema, ..place.clone() });
    };
    let succession = plan.successions.iter().find(|one| &one.table == relation);
    let name = succession.map_or(relation, |one| &one.name);
    let order = plan.order.iter().find(|one| one.table.ident() == name);
    let shown = Place { schema, relation: Some(name.clone()), column: None };
    let Some(column) = &place.column else {
        let is_view = plan.views.iter().any(|view| view.name.ident() == name);
        return (order.is_some() || is_view && place.schema != plan.base_schema).then_some(shown);
    };
    let mut successors = succession.into_iter().flat_map(|one| &one.columns);
    let is_it = |one: &Option<Ident>| one.as_ref() == Some(column);
    let column = match successors.clone().find(|one| is_it(&one.old)) {
        Some(one) => &one.name,
        // What a replaced column had was given to its successor.
        None => match successors.find(|one| &one.new == column) {
            Some(one) => one.old.is_none().then_some(&one.name)?,
            None if is_doomed(plan, relation, column) => return None,
            None => column,
        },
    };
    let is_shown = order?.columns.iter().any(|one| one.ident() == column);
    is_shown.then(|| Place { column: Some(column.clone()), ..shown })
}

fn is_doomed(plan: &Plan, table: &Ident, column: &Ident) -> bool {
    let mut doomed = plan.contract.doomed.iter();
    let is_made = added(plan.start.steps()).any(|one| one == (table, column));
    !is_made && doomed.any(|one| &one.table == table && one.column.as_ref() == Some(column))
}

/// What is to have the same privileges in the end: the view, and the column that replaces another one.
fn heirs(entry: &Entry, place: &Place) -> Vec<Place> {
    let mut heirs: Vec<Place> = shown_as(entry, place).into_iter().collect();
    let mut replaced = successors(&entry.plan)
        .filter(|(of, one)| Some(&of.table) == place.relation.as_ref() && one.old.is_some())
        .filter(|(_, one)| one.old == place.column && one.old.as_ref() != Some(&one.new));
    heirs.extend(replaced.next().map(|(of, one)| Place {
        schema: place.schema.clone(),
        relation: Some(of.name.clone()),
        column: Some(one.name.clone()),
    }));
    heirs
}

/// What privileges are on, as GRANT calls it.
fn on(place: &Place) -> Expression {
    Expression::from_catalog(match &place.relation {
        None => format!("SCHEMA {}", place.schema),
        Some(relation) => QualifiedName::new(&place.schema, relation).to_string(),
    })
}

fn granted(place: &Place, grant: &Grant) -> Sql {
    compile::give(grant, place.column.as_ref(), &on(place))
}

fn revoked(place: &Place, grant: &Grant) -> Sql {
    compile::take(grant, place.column.as_ref(), &on(place))
}
