//! `on_violation: null`: what `up` gives and the checks of the new version refuse is NULL there. The
//! old version keeps it, and `complete` does not throw it away.

use straddle::engine::Error;
use straddle::migration::Migration;

use crate::command::straddle;
use crate::operator::migration;
use crate::server::{Client, Database};

const TABLE: &str = "CREATE TABLE reviews (id int PRIMARY KEY, rating text);
    INSERT INTO reviews VALUES (1, '4'), (2, '11'), (3, NULL)";

const CHANGE: &str = r#"[{"alter_column": {"table": "reviews", "column": "rating", "type": "int",
    "check": {"name": "rating_is_possible", "constraint": "rating BETWEEN 1 AND 5"},
    "up": "CAST(rating AS int)", "down": "COALESCE(CAST(rating AS text), 'none')",
    "on_violation": null}}]"#;

async fn started() -> (Database, Migration, Client, Client) {
    let database = Database::new().await;
    database.client().await.batch_execute(TABLE).await.expect("a table");
    let change = migration("change", CHANGE);
    database.start("change", &change).await;
    let (old, new) = (database.client().await, database.client().await);
    new.batch_execute("SET search_path = public_change").await.expect("a version");
    (database, change, old, new)
}

async fn refused(database: &Database) -> String {
    let before = database.catalog().await;
    let error = database.engine().await.complete().await.expect_err("a value would be lost");
    assert!(matches!(error, Error::WouldLose { .. }), "{error}");
    assert_eq!(before, database.catalog().await, "a refusal changes nothing");
    error.to_string()
}

#[tokio::test]
async fn complete_loses_no_value_and_goes_on_when_all_are_mended() {
    let (database, _, old, new) = started().await;
    old.batch_execute("INSERT INTO reviews VALUES (4, '0'), (5, '5')").await.expect("old rows");
    let error = refused(&database).await;
    assert_eq!(
        error.lines().skip(1).collect::<Vec<_>>(),
        [
            "    `reviews.rating` is NULL for {\"id\": 2, \"rating\": \"11\"}",
            "    `reviews.rating` is NULL for {\"id\": 4, \"rating\": \"0\"}"
        ]
    );
    old.batch_execute("UPDATE reviews SET rating = '1' WHERE id = 4").await.expect("mended");
    let error = refused(&database).await;
    assert!(error.ends_with("{\"id\": 2, \"rating\": \"11\"}"), "{error}");
    new.batch_execute("UPDATE reviews SET rating = 5 WHERE id = 2").await.expect("mended");
    database.complete("all are mended").await;
    let rows = database.client().await.rows("SELECT * FROM reviews ORDER BY id").await;
    assert_eq!(rows.expect("rows"), ["1 | 4", "2 | 5", "3 | NULL", "4 | 1", "5 | 5"]);
}

#[tokio::test]
async fn a_null_of_the_new_version_is_no_lost_value() {
    let (database, _, old, new) = started().await;
    // `up` cannot read what `down` makes of NULL.
    new.batch_execute("INSERT INTO reviews VALUES (6, NULL)").await.expect("a NULL");
    new.batch_execute("UPDATE reviews SET rating = NULL WHERE id = 1").await.expect("a NULL");
    new.batch_execute("UPDATE reviews SET rating = 3 WHERE id = 2").await.expect("mended");
    new.batch_execute("UPDATE reviews SET rating = NULL WHERE id = 2").await.expect("a NULL");
    let rows = old.rows("SELECT rating FROM reviews WHERE id IN (1, 2, 6)").await.expect("rows");
    assert_eq!(rows, ["none", "none", "none"]);
    database.complete("NULL is a value like others").await;
}

#[tokio::test]
async fn a_value_that_comes_while_complete_waits_for_its_locks_is_not_lost() {
    let (database, _, old, new) = started().await;
    new.batch_execute("UPDATE reviews SET rating = 5 WHERE id = 2").await.expect("mended");
    let late = "BEGIN; INSERT INTO reviews VALUES (4, '0')";
    old.batch_execute(late).await.expect("a row that nobody sees yet");
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        old.batch_execute("COMMIT").await.expect("a commit");
    };
    let (error, ()) = tokio::join!(refused_late(&database), commit);
    assert!(error.ends_with("{\"id\": 4, \"rating\": \"0\"}"), "{error}");
    database.rollback("both versions are still there").await;
    let rows = old.rows("SELECT rating FROM reviews ORDER BY id").await.expect("rows");
    assert_eq!(rows, ["4", "5", "NULL", "0"]);
}

async fn refused_late(database: &Database) -> String {
    let refused = database.engine().await.complete().await;
    refused.expect_err("a value would be lost").to_string()
}

#[tokio::test]
async fn complete_finds_values_by_an_index() {
    let (database, change, old, _) = started().await;
    let plan = database.engine().await.plan(&change).await.expect("a plan");
    let query = &plan.contract.unmended[0].query;
    let explain = format!("SET enable_seqscan = off; EXPLAIN {}", query.as_str());
    let lines = old.rows(&explain).await.expect("a plan").join("\n");
    assert!(lines.contains("_straddle_lost_rating"), "{lines}");
    assert!(!lines.contains("Filter"), "all of the condition is in the index\n{lines}");
}

#[tokio::test]
async fn the_command_line_says_what_to_do_with_values_that_would_be_lost() {
    let database = Database::new().await;
    database.client().await.batch_execute(TABLE).await.expect("a table");
    let directory = tempfile::tempdir().expect("a directory");
    let document = format!(r#"{{"operations": {CHANGE}}}"#);
    std::fs::write(directory.path().join("01_rating.json"), document).expect("a file");
    let path = directory.path().to_string_lossy().into_owned();
    let outcome = straddle(&database.url(), &["migrate", &path, "--complete"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let again = straddle(&database.url(), &["complete"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    insta::assert_snapshot!(again.stderr);
    let mend = "UPDATE public_01_rating.reviews SET rating = 1 WHERE id = 2";
    let client = database.client().await;
    client.batch_execute("SET search_path = public_01_rating").await.expect("a version");
    client.batch_execute(mend).await.expect("mended");
    let outcome = straddle(&database.url(), &["complete"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}
