//! What happens between the proof and the moment in which the new version is shown.

use straddle::engine::Error;
use straddle::migration::Migration;

use super::open;
use crate::operator::migration;
use crate::server::Database;

const OPERATIONS: &str = r#"[
    {"alter_column": {"table": "reviews", "column": "n", "type": "bigint", "up": "n::bigint * 10",
        "down": "(n / 10)::int"}},
    {"create_index": {"name": "by_body", "table": "reviews", "columns": {"body": {}}}}]"#;

const ENGINES: &str = "SELECT FROM pg_stat_activity
    WHERE application_name LIKE 'straddle%' AND datname = current_database()";

/// A start that was interrupted while it built an index, behind the proof.
async fn interrupted_behind_the_proof(database: &Database, next: &Migration) {
    let old = database.client().await;
    let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class LIMIT 1";
    old.batch_execute(snapshot).await.expect("an old snapshot");
    let observer = database.client().await;
    let engine = database.engine().await;
    let waits = format!("{ENGINES} AND wait_event = 'virtualxid'");
    tokio::select! {
        started = engine.start(next) => panic!("the index waits for nobody: {started:?}"),
        () = observer.until_found(&waits) => {}
    }
    drop(engine);
    let end = ENGINES.replace("SELECT FROM", "SELECT pg_terminate_backend(pid) FROM");
    observer.rows(&end).await.expect("an end of the sessions");
    observer.until_found(&format!("SELECT WHERE NOT EXISTS ({ENGINES})")).await;
    old.batch_execute("COMMIT").await.expect("an end");
}

async fn reviews() -> (Database, Migration, String) {
    let schema = "CREATE TABLE reviews (id serial PRIMARY KEY, body text, n int);
        INSERT INTO reviews (n) SELECT generate_series(1, 100)";
    let (database, _) = open(schema).await;
    let catalog = database.catalog().await;
    (database, migration("next", OPERATIONS), catalog)
}

#[tokio::test]
async fn what_a_loader_writes_behind_the_proof_is_not_lost() {
    let (database, next, before) = reviews().await;
    let off = [
        "ALTER TABLE reviews DISABLE TRIGGER ALL; UPDATE reviews SET n = n + 1;
         ALTER TABLE reviews ENABLE TRIGGER ALL",
        r#"DROP TRIGGER "~straddle_sync" ON reviews; UPDATE reviews SET n = n + 1"#,
        r#"ALTER TABLE reviews DISABLE TRIGGER "~straddle_sync"; UPDATE reviews SET n = n + 1"#,
    ];
    for load in off {
        interrupted_behind_the_proof(&database, &next).await;
        database.client().await.batch_execute(load).await.expect(load);
        let engine = database.engine().await;
        let error = engine.start(&next).await.expect_err(load);
        assert!(matches!(error, Error::StartUndone { .. }), "{load}: {error}");
        engine.close().await.expect("a clean end");
        assert_eq!(before, database.catalog().await, "{load}: taken back");
    }
    database.start("next", &next).await;
    database.complete("next").await;
    let sum = database.client().await.rows("SELECT sum(n) FROM reviews").await.expect("a sum");
    assert_eq!(sum, [(10 * (5050 + 300)).to_string()]);
}

#[tokio::test]
async fn a_table_that_is_renamed_while_a_start_is_interrupted_is_told_at_once() {
    let (database, next, before) = reviews().await;
    interrupted_behind_the_proof(&database, &next).await;
    let client = database.client().await;
    client.batch_execute("ALTER TABLE reviews RENAME TO rev").await.expect("another name");
    let engine = database.engine().await;
    let error = engine.start(&next).await.expect_err("the table has another name");
    assert!(matches!(error, Error::Altered { command: "start", .. }), "{error}");
    engine.close().await.expect("a clean end");
    client.batch_execute("ALTER TABLE rev RENAME TO reviews").await.expect("its name");
    database.rollback("next").await;
    assert_eq!(before, database.catalog().await, "rolled back");
}
