//! Transactions that go on seeing what was there before the start.

use straddle::engine::{Engine, Error, Event, Options};
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Client, Database};

const NEXT: &str = r#"[{"alter_column": {"table": "users", "column": "name", "type": "varchar(20)",
    "up": "upper(name)", "down": "lower(name)"}}]"#;

async fn begin(database: &Database, sql: &str) -> Client {
    let client = database.client().await;
    client.batch_execute(sql).await.expect("a transaction");
    client
}

async fn users() -> Database {
    let database = Database::new().await;
    let tables = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL); CREATE TABLE other (id int); \
                  INSERT INTO users VALUES (1, 'ann')";
    begin(&database, tables).await;
    database
}

#[tokio::test]
async fn a_report_that_began_before_the_start_finds_no_empty_column_after_complete() {
    let database = users().await;
    let report = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM other";
    let report = begin(&database, report).await;
    database.start("next", &migration("next", NEXT)).await;

    let options = Options::new(Ident::new("public").expect("a name"));
    let options = Options { lock_tries: 2, ..options };
    let engine = Engine::open(&database.target(), options, &|_: &Event<'_>| {}).await;
    let refused = engine.expect("an engine").complete().await.expect_err("it sees empty columns");
    let Error::Blocked { purpose, blockers, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(purpose, "wait for transactions that are older than the new version");
    assert!(blockers[0].to_string().contains("SELECT FROM other"), "{blockers:?}");

    assert_eq!(report.rows("SELECT name FROM users").await.expect("a row"), ["ann"]);
    report.batch_execute("COMMIT").await.expect("the end");
    database.complete("next").await;
    assert_eq!(report.rows("SELECT name FROM users").await.expect("a row"), ["ANN"]);
}

#[tokio::test]
async fn complete_waits_for_nobody_who_takes_a_new_snapshot_for_each_statement() {
    let database = users().await;
    let loader = begin(&database, "BEGIN; INSERT INTO other VALUES (1)").await;
    database.start("next", &migration("next", NEXT)).await;
    database.complete("next").await;
    assert_eq!(loader.rows("SELECT name FROM users").await.expect("a row"), ["ANN"]);
}
