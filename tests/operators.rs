//! Operators who know nothing of each other start, complete and roll back at random at the same time, on one
//! base schema and on several of one database, with the same files: one at a time wins, the others are
//! told why not and what to type, and what is there in the end is what the ledger says, made by nobody else.
//!
//! `STRADDLE_TEST_OPERATORS=100` has each of them give so many commands, `STRADDLE_TEST_OPERATORS_SEED=7` others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::command::straddle;
use crate::server::{Database, variable};

/// Migrations that may be completed in any order.
const FILES: [(&str, &str); 3] = [
    (
        "01_name.yaml",
        "operations:\n  - alter_column: {table: users, column: name, type: varchar(40), up: upper(name), \
         down: lower(name)}\n",
    ),
    (
        "02_age.yaml",
        "operations:\n  - add_column: {table: users, up: length(seen::text), column: {name: age, type: int, \
         unique: true, nullable: true}}\n",
    ),
    (
        "03_notes.yaml",
        "operations:\n  - create_table: {name: notes, columns: [{name: id, type: int, pk: true}]}\n\
         \x20 - create_index: {name: users_seen, table: users, columns: {seen: {}}}\n",
    ),
];

/// The files, and one more for each command, so that there is always something to start.
fn files() -> Vec<(String, String)> {
    let further = (0..commands()).map(|number| {
        let column = format!("{{name: further_{number}, type: int, default: '{number}'}}");
        let operation =
            format!("operations:\n  - add_column: {{table: users, column: {column}}}\n");
        (format!("further_{number}.yaml"), operation)
    });
    let some = FILES.map(|(name, text)| (name.to_owned(), text.to_owned()));
    some.into_iter().chain(further).collect()
}

/// What an operator may be told instead of being obeyed.
const REFUSALS: &[&str] = &[
    "another operator is working on the schema",
    "no migration is started",
    "was completed before",
    "is live",
    "is underway",
];

/// A command that was given, and what came of it.
struct Given {
    what: String,
    code: i32,
    said: String,
}

fn commands() -> usize {
    variable("STRADDLE_TEST_OPERATORS").and_then(|number| number.parse().ok()).unwrap_or(3)
}

fn seed() -> u64 {
    let seed = variable("STRADDLE_TEST_OPERATORS_SEED").and_then(|seed| seed.parse().ok());
    seed.unwrap_or_else(rand::random)
}

/// One operator: commands at random.
fn operate(url: &str, place: &Path, schemas: &[String], mut random: StdRng) -> Vec<Given> {
    let (files, mut given) = (files(), Vec::new());
    for number in 0..commands() {
        let schema = &schemas[random.random_range(0..schemas.len())];
        let file = place.join(&files[random.random_range(0..files.len())].0);
        let file = file.to_string_lossy();
        // Somebody has to begin: without any start there is no ledger that could be asked in the end.
        let command: &[&str] = match random.random_range(0..6) {
            _ if number == 0 => &["start", &file],
            0..3 => &["start", &file],
            3 => &["complete"],
            _ => &["rollback"],
        };
        let rest = ["--schema", schema, "--output", "json", "--lock-timeout", "200"];
        let outcome = straddle(url, &[command, &rest].concat());
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        given.push(Given { what: format!("{schema}: {command:?}"), code: outcome.code, said });
    }
    given
}

/// The tables of a base schema, as they are before anybody does anything.
async fn prepare(database: &Database, schemas: &[String]) {
    let client = database.client().await;
    for schema in schemas {
        let tables = format!(
            "CREATE SCHEMA IF NOT EXISTS {schema};
             CREATE TABLE {schema}.users (id int PRIMARY KEY, name text NOT NULL, seen text);
             INSERT INTO {schema}.users
               SELECT n, 'user ' || n, repeat('x', n) FROM generate_series(1, 300) AS n"
        );
        client.batch_execute(&tables).await.expect("tables");
    }
}

/// What is there, by catalog and rows, of the base schemas and of the versions that are shown.
async fn state(database: &Database) -> String {
    let mut state = database.catalog().await;
    let client = database.client().await;
    let schemas =
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|straddle)'
                   ORDER BY nspname";
    for schema in client.rows(schemas).await.expect("the schemas") {
        state.push_str(&format!("\n== {schema}\n{}", database.shown(&schema).await));
    }
    state
}

/// The same, made by one operator alone who knows what was meant.
async fn made_alone(ledger: &[String], schemas: &[String], files: &Path) -> String {
    let database = Database::new().await;
    prepare(&database, schemas).await;
    let url = database.url();
    for line in ledger {
        let [schema, name, state] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let file = files.join(format!("{name}.yaml"));
        let start = straddle(&url, &["start", &file.to_string_lossy(), "--schema", schema]);
        assert_eq!(start.code, 0, "{}", start.stderr);
        if state == "completed" {
            let complete = straddle(&url, &["complete", "--schema", schema]);
            assert_eq!(complete.code, 0, "{}", complete.stderr);
        }
    }
    state(&database).await
}

#[expect(clippy::print_stderr, reason = "what came of it, and the seed, are worth knowing")]
fn tell(what: &str) {
    eprintln!("{what}");
}

/// What came of all commands: done, or refused in a way that says why and what to type.
fn counted(given: Vec<Given>, told: &str) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for Given { what, code, said } in given {
        if code == 0 {
            *counts.entry("done").or_default() += 1;
            continue;
        }
        assert_eq!(code, 1, "{told}\n{what}\n{said}");
        assert!(said.contains(r#""next":""#), "what to type next: {told}\n{what}\n{said}");
        let refusal = REFUSALS.iter().find(|refusal| said.contains(**refusal));
        let refusal = refusal.unwrap_or_else(|| panic!("not refused: {told}\n{what}\n{said}"));
        *counts.entry(*refusal).or_default() += 1;
    }
    counts
}

async fn many(operators: usize, schemas: &[&str]) {
    let seed = seed();
    let told = format!("{operators} operators on {schemas:?}, seed {seed}");
    let schemas: Vec<String> = schemas.iter().map(ToString::to_string).collect();
    let files = tempfile::tempdir().expect("a directory");
    for (name, text) in self::files() {
        std::fs::write(files.path().join(name), text).expect("a file");
    }
    let database = Database::new().await;
    prepare(&database, &schemas).await;
    let url = database.url();
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..operators {
            let random = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
            let (url, schemas, files, all) = (&url, &schemas, files.path(), &all);
            scope.spawn(move || {
                let given = operate(url, files, schemas, random);
                all.lock().unwrap_or_else(PoisonError::into_inner).extend(given);
            });
        }
    });
    let counts = counted(all.into_inner().unwrap_or_else(PoisonError::into_inner), &told);
    tell(&format!("{told}: {counts:?}"));

    let client = database.client().await;
    let ledger = "SELECT base_schema, name, state FROM straddle.migrations
                  WHERE state <> 'rolled_back' ORDER BY ended_at NULLS LAST, id";
    let ledger = client.rows(ledger).await.expect("the ledger");
    let underway =
        "SELECT name FROM straddle.migrations WHERE state = 'active' AND phase <> 'live'";
    assert_eq!(client.rows(underway).await.expect("the ledger"), [""; 0], "{told}");
    let alone = made_alone(&ledger, &schemas, files.path()).await;
    assert!(
        alone == state(&database).await,
        "{told}: made alone\n{alone}\nmade by many\n{}",
        state(&database).await
    );
}

#[tokio::test]
async fn operators_on_one_schema_take_turns() {
    many(2, &["public"]).await;
    many(16, &["public"]).await;
}

#[tokio::test]
async fn operators_on_several_schemas_do_not_meet() {
    many(8, &["public", "shop", "archive"]).await;
}
