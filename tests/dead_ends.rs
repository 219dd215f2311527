//! Whatever users have done meanwhile, and whatever their SQL does, a command comes to an end.

use straddle::engine::Error;

use crate::operator::migration;
use crate::server::Database;

async fn database() -> Database {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE m (id int PRIMARY KEY)").await.expect("a table");
    client.batch_execute("CREATE TABLE o (id int PRIMARY KEY)").await.expect("a table");
    let first = migration(
        "first",
        r#"[{"add_column": {"table": "o", "column": {"name": "a", "type": "int", "nullable": true}}}]"#,
    );
    database.start("first", &first).await;
    database.complete("first").await;
    database
}

const ADD: &str =
    r#"{"add_column": {"table": "o", "column": {"name": "b", "type": "int", "nullable": true}}}"#;

#[tokio::test]
async fn sql_behind_complete_that_always_fails_does_not_keep_it_from_ending() {
    let database = database().await;
    let late = r#"{"sql": {"up": "SELECT 1 / 0", "phase": "contract", "transaction": false}}"#;
    let next = migration("next", &format!("[{ADD}, {late}]"));
    database.start("next", &next).await;
    let engine = database.engine().await;
    let failed = engine.complete().await.expect_err("the SQL fails");
    assert!(matches!(failed, Error::SqlFailed { .. }), "{failed}");
    assert!(engine.status().await.expect("a status").active.is_none(), "it is completed");
    let names = engine.completed().await.expect("names");
    assert_eq!(names, ["first", "next"]);
}

#[tokio::test]
async fn a_down_that_always_fails_does_not_keep_rollback_from_ending() {
    let database = database().await;
    let sql = r#"[{"sql": {"up": "CREATE TABLE q (id int)", "down": "SELECT 1 / 0"}}]"#;
    let next = migration("next", sql);
    database.start("next", &next).await;
    let engine = database.engine().await;
    let failed = engine.rollback().await.expect_err("the SQL fails");
    assert!(matches!(failed, Error::SqlFailed { .. }), "{failed}");
    assert!(engine.status().await.expect("a status").active.is_none(), "it is rolled back");
}

#[tokio::test]
async fn a_start_that_fails_says_when_sql_without_down_has_done_something() {
    let database = database().await;
    let sql = r#"[{"sql": {"up": "CREATE TABLE q (id int)"}}, {"sql": {"up": "SELECT 1 / 0"}}]"#;
    let failed = database.engine().await.start(&migration("next", sql)).await;
    let failed = failed.expect_err("the SQL fails").to_string();
    assert!(failed.ends_with("but for what the migration's own SQL did"), "{failed}");
}

#[tokio::test]
async fn a_view_of_somebody_on_a_version_is_named_before_anything_changes() {
    let database = database().await;
    let client = database.client().await;
    let next = migration("next", &format!("[{ADD}]"));
    database.start("next", &next).await;
    let engine = database.engine().await;
    let before = database.catalog().await;
    client.batch_execute("CREATE VIEW new_m AS SELECT * FROM public_next.m").await.expect("a view");
    let refused = engine.rollback().await.expect_err("a view is in the way");
    assert!(
        matches!(&refused, Error::StoodOn { found, .. } if found == &["view new_m"]),
        "{refused}"
    );
    client.batch_execute("DROP VIEW new_m").await.expect("no view");
    client
        .batch_execute("CREATE VIEW old_m AS SELECT * FROM public_first.m")
        .await
        .expect("a view");
    let refused = engine.complete().await.expect_err("a view is in the way");
    assert!(matches!(&refused, Error::InTheWay { found } if found == &["view old_m"]), "{refused}");
    client.batch_execute("DROP VIEW old_m").await.expect("no view");
    assert_eq!(before, database.catalog().await);
    engine.complete().await.expect("nothing is in the way");
}

#[tokio::test]
async fn the_plan_of_what_is_live_is_what_was_started() {
    let database = database().await;
    let next = migration("next", &format!("[{ADD}]"));
    let engine = database.engine().await;
    let plan = engine.plan(&next).await.expect("a plan");
    engine.start(&next).await.expect("a start");
    assert_eq!(engine.plan(&next).await.expect("a plan"), plan);
    let other = migration("other", &format!("[{ADD}]"));
    let refused = engine.plan(&other).await.expect_err("another one is live");
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
}
