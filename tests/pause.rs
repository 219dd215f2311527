//! How long applications wait for `complete`: what it asks under its locks is planned before it has them.

use std::fs;

use crate::operator::migration;
use crate::server::Database;
use crate::throttle::own_server;

/// What is planned once it is needed: it moves the cursor, or makes dependents again, and has not been done before.
const LATE: [&str; 2] = ["-- Moves the cursor", "SELECT set_config('straddle.search_path'"];

#[tokio::test]
async fn complete_plans_nothing_while_applications_wait_for_its_locks() {
    let server = own_server(&[("log_statement", "all"), ("log_planner_stats", "on")]);
    let database = Database::new_by(|name| server.url(name)).await;
    let client = database.client().await;
    client
        .batch_execute(
            "CREATE TABLE parts (id int PRIMARY KEY, size int UNIQUE, price int NOT NULL);
             CREATE VIEW large AS SELECT id, price FROM parts WHERE price > 100;
             CREATE ROLE reader; GRANT SELECT ON parts, large TO reader;
             INSERT INTO parts SELECT n, n, n FROM generate_series(1, 100) n",
        )
        .await
        .expect("a schema");
    let next = migration(
        "next",
        r#"[{"alter_column": {"table": "parts", "column": "size", "type": "bigint", "up": "size", "down": "size"}},
            {"alter_column": {"table": "parts", "column": "price", "type": "numeric", "up": "price", "down": "price",
              "check": {"name": "positive", "constraint": "price > 0"}, "on_violation": "null", "nullable": true}}]"#,
    );
    database.start("next", &next).await;
    let before = fs::read_to_string(server.log()).expect("a log").len();
    database.complete("next").await;
    let log = fs::read_to_string(server.log()).expect("a log").split_off(before);
    let (above, under) = log.split_once("IN ACCESS EXCLUSIVE MODE").expect("locks are taken");
    let session = last_session(above);
    let (under, _) = under.split_once("statement: COMMIT").expect("they are let go");
    let entries: Vec<&str> = under.split("PLANNER STATISTICS").collect();
    let planned: Vec<&str> = entries
        .windows(2)
        // On a busy machine another session looks who is in the way meanwhile: nobody waits for that.
        .filter(|entry| last_session(entry[0]) == session)
        .filter_map(|entry| entry[1].split_once("STATEMENT:  "))
        .map(|(_, statement)| statement.trim_start())
        .filter(|asked| asked.starts_with("--") || asked.starts_with("SELECT"))
        .filter(|asked| !LATE.iter().any(|late| asked.starts_with(late)))
        .collect();
    assert!(under.contains("DROP COLUMN"), "{under}");
    assert!(planned.is_empty(), "planned under the locks:\n{}", planned.join("\n\n"));
}

/// The process of the last entry that begins in a log: `2026-01-01 00:00:00 UTC [4711] LOG:  ..`.
fn last_session(log: &str) -> Option<&str> {
    let (before, _) = log.rsplit_once("] LOG:  ")?;
    before.rsplit_once('[').map(|(_, process)| process)
}
