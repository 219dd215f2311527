//! Migrations that nobody thought of: random operations over a random schema, beside the same
//! changes made directly, statement by statement, on a database without applications.
//!
//! * Whatever is asked for, planning does not panic; what is refused is refused before anything
//!   changes.
//! * What is accepted starts, rolls back to an identical catalog, starts and completes; then schema
//!   and rows are what the direct way gives.
//!
//! `PROPTEST_CASES` says how many are tried, `PROPTEST_SEED` (0 to 255) which. A failure prints the schema, the migration as JSON and
//! the statements.

mod constraints;
mod operations;
mod world;

use std::cell::Cell;

use proptest::test_runner::TestCaseError;
use serde_json::Value;
use straddle::engine::Error;
use straddle::migration::Migration;

use crate::choices::{Choices, Trial};
use crate::operator::migration;
use crate::server::Database;

use world::World;

/// How many migrations an ordinary run tries.
const CASES: u32 = 24;

/// One migration, and what it should come to.
#[derive(Debug)]
struct Composition {
    /// Makes the schema and its rows.
    before: String,
    migration: Migration,
    /// The same changes, made directly.
    direct: Vec<String>,
}

impl Composition {
    fn new(bytes: &[u8]) -> Self {
        let mut choices = Choices::new(bytes);
        let mut world = World::new(&mut choices);
        let before = world.sql();
        let mut operations = Vec::new();
        let mut direct = Vec::new();
        for _ in 0..1 + choices.below(6) {
            let (operation, statements) = operations::operation(&mut choices, &mut world);
            operations.push(operation);
            direct.extend(statements);
        }
        let migration = migration("next", &Value::from(operations).to_string());
        Self { before, migration, direct }
    }

    /// For whoever has to find out what is wrong.
    fn story(&self) -> String {
        let migration = serde_json::to_string_pretty(&self.migration.operations).expect("JSON");
        format!(
            "{}\n-- migration\n{migration}\n-- directly\n{}",
            self.before,
            self.direct.join(";\n")
        )
    }
}

/// Whether the migration was accepted, or what is wrong.
async fn live_through(composition: &Composition) -> Result<bool, String> {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(&composition.before).await.map_err(|error| error.to_string())?;
    let engine = database.engine().await;
    engine.init().await.map_err(|error| error.to_string())?;
    let before = (database.catalog().await, database.shown("public").await);

    let started = engine.start(&composition.migration).await;
    let expected = directly(composition).await;
    match (&started, &expected) {
        (Ok(_), _) => {}
        (Err(Error::Rejected { .. }), _) | (Err(Error::StartUndone { .. }), Err(_)) => {
            let after = (database.catalog().await, database.shown("public").await);
            return if before == after { Ok(false) } else { Err("refused, with traces".into()) };
        }
        (Err(error), Ok(_)) => return Err(format!("the start fails: {error}\n{error:?}")),
        (Err(error), Err(direct)) => {
            return Err(format!("the start fails: {error}\n{error:?}\ndirectly: {direct}"));
        }
    }
    engine.rollback().await.map_err(|error| format!("the rollback fails: {error}\n{error:?}"))?;
    let after = (database.catalog().await, database.shown("public").await);
    if before != after {
        return Err(format!("the rollback leaves traces\n{}", difference(&before, &after)));
    }
    engine.start(&composition.migration).await.map_err(|error| format!("again: {error}"))?;
    engine.complete().await.map_err(|error| format!("the complete fails: {error}\n{error:?}"))?;
    // Where the direct way fails halfway, it says nothing of the end.
    if let Ok(expected) = expected {
        let rows = database.shown("public_next").await;
        client.batch_execute("DROP SCHEMA public_next CASCADE").await.expect("nothing in the way");
        let end = (schema(&database).await, rows);
        if end != expected {
            return Err(format!("not what was asked for\n{}", difference(&expected, &end)));
        }
    }
    Ok(true)
}

/// The schema and the rows after the same changes without a tool.
async fn directly(composition: &Composition) -> Result<(String, String), String> {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(&composition.before).await.map_err(|error| error.to_string())?;
    // Straddle's own schema is not of interest.
    database.engine().await.init().await.map_err(|error| error.to_string())?;
    for statement in &composition.direct {
        let done = client.batch_execute(statement).await;
        done.map_err(|error| format!("{statement}: {error:?}"))?;
    }
    Ok((schema(&database).await, database.shown("public").await))
}

/// The schema without what the columns of indexes are called: that of the day they were made, which
/// nothing shows.
async fn schema(database: &Database) -> String {
    let catalog = database.catalog().await;
    let of_index = |line: &str| {
        let mut words = line.split(['.', ' ']);
        let name = words.by_ref().nth(2).filter(|_| line.starts_with("column "));
        name.is_some_and(|name| catalog.contains(&format!("table public {name} kind=i")))
    };
    catalog.lines().filter(|line| !of_index(line)).collect::<Vec<_>>().join("\n")
}

/// The lines that only one of them has.
fn difference(expected: &(String, String), found: &(String, String)) -> String {
    let lines = |(schema, rows): &(String, String)| -> Vec<String> {
        schema.lines().chain(rows.lines()).map(str::to_owned).collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let missing =
        expected.iter().filter(|line| !found.contains(line)).map(|line| format!("- {line}"));
    let surplus =
        found.iter().filter(|line| !expected.contains(line)).map(|line| format!("+ {line}"));
    missing.chain(surplus).collect::<Vec<_>>().join("\n")
}

#[test]
fn whatever_is_composed_comes_to_what_was_asked_for() {
    let trial = Trial::new(CASES, 60);
    let (tried, accepted) = (Cell::new(0), Cell::new(0));
    let bytes = proptest::collection::vec(proptest::num::u8::ANY, 64..256);
    trial.run(&bytes, |bytes| {
        let composition = Composition::new(&bytes);
        tried.set(tried.get() + 1);
        match trial.runtime.block_on(live_through(&composition)) {
            Ok(is_accepted) => accepted.set(accepted.get() + u32::from(is_accepted)),
            Err(message) => {
                return Err(TestCaseError::fail(format!("{}\n\n{message}", composition.story())));
            }
        }
        Ok(())
    });
    let (tried, accepted) = (tried.get(), accepted.get());
    assert!(accepted * 3 > tried, "{accepted} of {tried}: too few are accepted to say anything");
}
