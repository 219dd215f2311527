//! Views of the users' own, when somebody else is at them.

use std::time::Duration;

use straddle::engine::Error;

use crate::operator::migration;
use crate::server::Database;

const BEFORE: &str = "CREATE TABLE users (id int PRIMARY KEY, age int);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int);
    INSERT INTO users VALUES (1, 40); INSERT INTO orders VALUES (1, 1)";

/// A version with a view and a materialized view, and the next one, live, in which a column that
/// they read is another one.
async fn two_versions() -> Database {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("tables");
    let views = serde_json::json!([
        {"create_view": {"name": "bought", "query":
            "SELECT users.age, orders.id FROM users JOIN orders ON orders.user_id = users.id"}},
        {"create_materialized_view": {"name": "ages", "query": "SELECT age FROM bought"}},
    ]);
    database.start("first", &migration("first", &views.to_string())).await;
    database.complete("first").await;
    let change = serde_json::json!([
        {"alter_column": {"table": "users", "column": "age", "type": "text",
            "up": "age::text", "down": "age::int"}},
    ]);
    database.start("second", &migration("second", &change.to_string())).await;
    database
}

#[tokio::test]
async fn a_view_that_no_migration_made_is_not_dropped_with_its_version() {
    let database = two_versions().await;
    let client = database.client().await;
    let mine = "CREATE MATERIALIZED VIEW public_first.mine AS SELECT 1 AS one";
    client.batch_execute(mine).await.expect("a view");
    let engine = database.engine().await;
    match engine.complete().await {
        Err(Error::InTheWay { found, .. }) => {
            assert_eq!(found, ["materialized view public_first.mine"]);
        }
        other => panic!("complete goes on: {other:?}"),
    }
    let still = client.rows("SELECT * FROM public_first.ages, public_first.bought").await;
    assert_eq!(still.expect("the views are there"), ["40 | 40 | 1"]);
    client.batch_execute("DROP MATERIALIZED VIEW public_first.mine").await.expect("it goes");
    engine.complete().await.expect("nothing is in the way");
}

/// It was there before the start, and so it is in no plan.
#[tokio::test]
async fn a_view_that_somebody_put_into_the_version_before_is_not_dropped_with_it() {
    let database = two_versions().await;
    let client = database.client().await;
    database.rollback("second").await;
    let mine = "CREATE VIEW public_first.mine AS SELECT 1 AS one";
    client.batch_execute(mine).await.expect("a view");
    let change = serde_json::json!([
        {"add_column": {"table": "users", "column": {"name": "mail", "type": "text", "nullable": true}}},
    ]);
    database.start("second", &migration("second", &change.to_string())).await;
    let engine = database.engine().await;
    match engine.complete().await {
        Err(Error::InTheWay { found, .. }) => assert_eq!(found, ["view public_first.mine"]),
        other => panic!("complete goes on: {other:?}"),
    }
    let still = client.rows("SELECT * FROM public_first.mine").await;
    assert_eq!(still.expect("the view is there"), ["1"]);
    client.batch_execute("DROP VIEW public_first.mine").await.expect("it goes");
    engine.complete().await.expect("nothing is in the way");
}

/// Whoever drops a version's view by hand has done what was to be done.
#[tokio::test]
async fn views_that_somebody_has_dropped_keep_nobody_from_the_end() {
    for by_rollback in [false, true] {
        let database = two_versions().await;
        let client = database.client().await;
        database.rollback("second").await;
        let change = serde_json::json!([{"create_table": {"name": "notes", "columns": [
            {"name": "id", "type": "int", "pk": true}]}}]);
        database.start("second", &migration("second", &change.to_string())).await;
        let version = if by_rollback { "public_second" } else { "public_first" };
        let drop = format!(
            "DROP MATERIALIZED VIEW {version}.ages; DROP VIEW {version}.bought, {version}.orders"
        );
        client.batch_execute(&drop).await.expect("they go");
        if by_rollback {
            database.rollback("second").await;
        } else {
            database.complete("second").await;
        }
        let left = client.rows("SELECT to_regnamespace($$public_first$$) IS NULL").await;
        let expected = if by_rollback { "f" } else { "t" };
        assert_eq!(left.expect("an answer"), [expected]);
    }
}

/// A view is locked before what it reads, by those who read it and by `complete` alike; and what it
/// reads beside the tables that change is not locked at all.
#[tokio::test]
async fn who_reads_a_view_is_waited_for_and_others_are_not_kept_waiting() {
    let database = two_versions().await;
    let reader = database.client().await;
    let reads = "SET search_path = public_first; BEGIN; SELECT * FROM bought";
    reader.batch_execute(reads).await.expect("a transaction");
    let completes = database.complete("second");
    let others = async {
        let other = database.client().await;
        let writes = "SET search_path = public_first; SET lock_timeout = 50;
            INSERT INTO orders VALUES (2, 1); INSERT INTO users VALUES (2, 50);
            DELETE FROM orders WHERE id = 2; DELETE FROM users WHERE id = 2";
        for _ in 0..20 {
            other.batch_execute(writes).await.expect("nobody is in the way");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let ends = "SELECT * FROM users, ages; COMMIT";
        reader.batch_execute(ends).await.expect("the transaction goes on to its end");
    };
    tokio::join!(completes, others);
    let client = database.client().await;
    let left = client.rows("SELECT * FROM public_second.bought").await;
    assert_eq!(left.expect("the new version's view"), ["40 | 1"]);
}
