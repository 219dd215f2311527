//! Upserts of both versions at the same time, when a column under a unique index is replaced: the two
//! indexes must not get into each other's way. Each kind of key is a directory in `tests/upserts`:
//!
//! * `before.sql`: the schema;
//! * `migration.yaml`: what is started;
//! * `traffic.sql`: what the clients choose from, each line `old: ...`, `new: ...` or `both: ...`. `{n}` and
//!   `{m}` are two of the few keys, in this order, so that no two clients wait for each other. Nothing that
//!   fails also where there is no migration.
//!
//! `STRADDLE_TEST_UPSERT_SECONDS` is how long each kind is tried; the clients' choices are random.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::Rng;
use straddle::migration::Migration;

use crate::operator::migration;
use crate::server::{Client, Database, variable};

/// As many of either version.
const CLIENTS: usize = 8;

/// Few keys, so that clients meet.
const KEYS: u32 = 5;

/// How long a kind of key is tried, unless it is said.
const USUAL: Duration = Duration::from_millis(1500);

fn directory(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upserts").join(kind)
}

fn read(kind: &str, file: &str) -> String {
    let path = directory(kind).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The database with a migration live that replaces the key. None where the server lacks an extension.
async fn live(kind: &str) -> Option<Database> {
    let database = Database::new().await;
    let client = database.client().await;
    let before = read(kind, "before.sql");
    if before.contains("EXTENSION citext") {
        let there = "SELECT FROM pg_available_extensions WHERE name = 'citext'";
        if client.rows(there).await.expect("extensions").is_empty() {
            return None;
        }
    }
    client.batch_execute(&before).await.expect("before.sql");
    let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
    database.start(kind, &base).await;
    database.complete(kind).await;
    let path = directory(kind).join("migration.yaml");
    let next = straddle::migration::read(&path).unwrap_or_else(|error| panic!("{kind}: {error}"));
    let next = Migration { name: "next".into(), ..next.migration };
    database.start(kind, &next).await;
    Some(database)
}

/// One client, until the time is over: how many statements it made, or the first that failed.
async fn upsert(client: Client, statements: Vec<String>, until: Instant) -> Result<u32, String> {
    let mut done = 0;
    while Instant::now() < until {
        let statement = {
            let mut chance = rand::rng();
            let n = chance.random_range(0..KEYS - 1);
            let m = chance.random_range(n + 1..KEYS);
            let statement = &statements[chance.random_range(0..statements.len())];
            statement.replace("{n}", &n.to_string()).replace("{m}", &m.to_string())
        };
        if let Err(error) = client.batch_execute(&statement).await {
            let error = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            return Err(format!("{error}\n  {statement}"));
        }
        done += 1;
    }
    Ok(done)
}

/// Lets all clients loose on one kind of key. Says what failed.
async fn stress(kind: &str, time: Duration) -> Vec<String> {
    let Some(database) = live(kind).await else { return Vec::new() };
    let traffic = read(kind, "traffic.sql");
    let mut clients = Vec::new();
    for (version, schema) in [("old", "public_base"), ("new", "public_next")] {
        let says = |line: &str| {
            let (who, statement) =
                line.split_once(": ").expect("`old: ...`, `new: ...`, `both: ...`");
            [version, "both"].contains(&who).then(|| statement.to_owned())
        };
        let statements: Vec<String> = traffic.lines().filter_map(says).collect();
        for _ in 0..CLIENTS {
            let client = database.client().await;
            let pin = format!("SET search_path = {schema}, public");
            client.batch_execute(&pin).await.expect("a version");
            clients.push((client, statements.clone()));
        }
    }
    let until = Instant::now() + time;
    let clients: Vec<_> = clients
        .into_iter()
        .map(|(client, statements)| tokio::spawn(upsert(client, statements, until)))
        .collect();
    let mut failed = Vec::new();
    for client in clients {
        match client.await.expect("a client") {
            Ok(done) => assert!(done > 0, "{kind}: a client has done nothing"),
            Err(error) => failed.push(format!("{kind}: {error}")),
        }
    }
    database.complete(kind).await;
    failed
}

#[tokio::test]
async fn upserts_through_both_versions_do_not_fail() {
    let time = variable("STRADDLE_TEST_UPSERT_SECONDS").map_or(USUAL, |seconds| {
        Duration::from_secs(seconds.parse().expect("a number of seconds"))
    });
    let kinds = std::fs::read_dir(directory("")).expect("tests/upserts");
    let kinds =
        kinds.map(|kind| kind.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut kinds: Vec<String> = kinds.collect();
    kinds.sort();
    let mut failed = Vec::new();
    for kind in kinds {
        failed.extend(stress(&kind, time).await);
    }
    assert!(failed.is_empty(), "{} clients saw an error:\n{}", failed.len(), failed.join("\n"));
}

#[tokio::test]
async fn bulk_inserts_leave_others_room_in_the_lock_table() {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE items (id int PRIMARY KEY)").await.expect("a table");
    let wider = r#"[{"alter_column": {"table": "items", "column": "id", "type": "bigint"}}]"#;
    database.start("next", &migration("next", wider)).await;

    // What many transactions like it have already.
    let others = database.client().await;
    let half = "SELECT count(pg_advisory_lock(number)) FROM generate_series(0, current_setting('max_connections')::int
        * current_setting('max_locks_per_transaction')::int / 2) AS number";
    others.rows(half).await.expect("locks");
    let insert = "BEGIN; INSERT INTO items SELECT generate_series(1, 300)";
    client.batch_execute(insert).await.expect("rows");
    let own =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    assert_eq!(client.rows(own).await.expect("a number"), ["50"]);
}
