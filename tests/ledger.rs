//! A ledger that says more, or less, than has happened: it was changed by hand, or restored from a dump
//! without the tables.

use straddle::engine::Error;
use straddle::migration::Migration;

use crate::command::straddle;
use crate::operator::migration;
use crate::server::Database;

const NEXT: &str = r#"[
    {"alter_column": {"table": "users", "column": "name", "type": "varchar(40)", "up": "upper(name)",
        "down": "lower(name)"}},
    {"add_column": {"table": "users", "column": {"name": "age", "type": "int", "unique": true,
        "nullable": true}}}]"#;

/// Cursors of a migration that is live.
const LESS: &[&str] = &[
    "phase = 'expand', steps_done = 0",
    "phase = 'expand', steps_done = 2",
    "phase = 'backfill', steps_done = 0",
    "phase = 'settle', steps_done = 0",
    "phase = 'activate', steps_done = 0",
    "phase = 'abort', steps_done = 0",
];

async fn live() -> (Database, Migration, String) {
    let database = Database::new().await;
    let before = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO users VALUES (1, 'ada'), (2, 'bob')";
    database.client().await.batch_execute(before).await.expect("a table");
    let (before, next) = (database.catalog().await, migration("next", NEXT));
    database.start("next", &next).await;
    (database, next, before)
}

async fn set(database: &Database, cursor: &str) {
    let set = format!("UPDATE straddle.migrations SET {cursor} WHERE state = 'active'");
    database.client().await.batch_execute(&set).await.expect("a ledger");
}

#[tokio::test]
async fn a_ledger_that_says_less_is_not_gone_by() {
    let (database, next, before) = live().await;
    for cursor in LESS {
        set(&database, cursor).await;
        let as_it_is = database.catalog().await;
        if !cursor.contains("abort") {
            let engine = database.engine().await;
            let error = engine.start(&next).await.expect_err(cursor);
            assert!(matches!(error, Error::LedgerBehind { .. }), "{cursor}: {error}");
            engine.close().await.expect("a clean end");
            assert_eq!(as_it_is, database.catalog().await, "{cursor}: nothing has changed");
        }
        database.rollback(cursor).await;
        assert_eq!(before, database.catalog().await, "{cursor}: rolled back");
        database.start(cursor, &next).await;
    }
    database.complete("next").await;
}

/// The version is hidden by the first step that is undone.
#[tokio::test]
async fn a_rollback_that_has_undone_nothing_yet_is_told_as_it_is() {
    let (database, _, before) = live().await;
    set(&database, "phase = 'abort', steps_done = 1000").await;
    let told = straddle(&database.url(), &["status"]);
    assert!(told.stdout.contains("new version: `public_next`, still there"), "{}", told.stdout);
    let client = database.client().await;
    client
        .batch_execute("CREATE VIEW mine AS SELECT * FROM public_next.users")
        .await
        .expect("a view");
    let told = straddle(&database.url(), &["rollback"]);
    let now = "now: both versions still serve; rollback of `next` has begun";
    assert!(told.stderr.contains(now), "{}", told.stderr);
    client.batch_execute("DROP VIEW mine").await.expect("no view");
    database.rollback("next").await;
    assert_eq!(before, database.catalog().await);
}

#[tokio::test]
async fn a_ledger_that_says_more_is_not_gone_by() {
    let (database, next, before) = live().await;
    let rename = |from: &str, to: &str| format!("ALTER SCHEMA {from} RENAME TO {to}");
    let client = database.client().await;
    client.batch_execute(&rename("public_next", "elsewhere")).await.expect("another name");
    let engine = database.engine().await;
    let error = engine.start(&next).await.expect_err("it is not live");
    assert!(matches!(error, Error::Altered { .. }), "{error}");
    let error = engine.complete().await.expect_err("it is not live");
    assert!(matches!(error, Error::Altered { .. } | Error::InTheWay { .. }), "{error}");
    engine.close().await.expect("a clean end");
    client.batch_execute(&rename("elsewhere", "public_next")).await.expect("its name");
    database.rollback("next").await;
    assert_eq!(before, database.catalog().await, "rolled back");
    for cursor in ["phase = 'settle', steps_done = 0", "phase = 'backfill', steps_done = 0"] {
        interrupted_early(&database, &next).await;
        set(&database, cursor).await;
        let engine = database.engine().await;
        let error = engine.start(&next).await.expect_err(cursor);
        assert!(matches!(error, Error::StartUndone { .. }), "{cursor}: {error}");
        engine.close().await.expect("a clean end");
        assert_eq!(before, database.catalog().await, "{cursor}: nothing is left of it");
    }
}

/// A start that was interrupted at its first lock.
async fn interrupted_early(database: &Database, next: &Migration) {
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE users IN SHARE MODE").await.expect("a lock");
    let engine = database.engine().await;
    let waits = "SELECT FROM pg_locks WHERE relation = 'users'::regclass AND NOT granted";
    tokio::select! {
        started = engine.start(next) => panic!("nothing is in the way: {started:?}"),
        () = holder.until_found(waits) => {}
    }
    drop(engine);
    holder.batch_execute("COMMIT").await.expect("an end");
}

#[tokio::test]
async fn a_complete_that_has_never_been_is_not_finished() {
    let (database, _, before) = live().await;
    set(&database, "phase = 'contract', steps_done = 1").await;
    let engine = database.engine().await;
    let error = engine.complete().await.expect_err("nothing was contracted");
    assert!(matches!(error, Error::Altered { command: "complete", .. }), "{error}");
    engine.close().await.expect("a clean end");
    set(&database, "phase = 'live', steps_done = 0").await;
    database.rollback("next").await;
    assert_eq!(before, database.catalog().await, "rolled back");
}

#[tokio::test]
async fn a_schema_of_somebody_by_the_name_of_the_version_is_left_alone() {
    let (database, next, before) = live().await;
    database.rollback("next").await;
    interrupted_early(&database, &next).await;
    let client = database.client().await;
    let mine = "CREATE SCHEMA public_next; CREATE VIEW public_next.mine AS SELECT 1 AS one";
    client.batch_execute(mine).await.expect("a schema");
    let engine = database.engine().await;
    let error = engine.rollback().await.expect_err("it is somebody else's");
    assert!(error.to_string().contains("view public_next.mine"), "{error}");
    engine.close().await.expect("a clean end");
    client.batch_execute("ALTER SCHEMA public_next RENAME TO mine").await.expect("moved");
    database.rollback("next").await;
    let found = client.rows("SELECT one FROM mine.mine").await.expect("the view is there");
    assert_eq!(found, ["1"]);
    client.batch_execute("DROP SCHEMA mine CASCADE").await.expect("gone");
    assert_eq!(before, database.catalog().await, "rolled back");
}
