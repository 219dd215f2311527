//! Clients that lock the other way round than we do, or than each other: it is we who give up.

use std::time::Duration;

use straddle::migration::Migration;

use crate::operator::migration;
use crate::server::{Client, Database};

/// Whether we have the table `a`.
const TAKEN: &str = "SELECT FROM pg_catalog.pg_locks WHERE relation = 'public.a'::regclass
    AND mode = 'AccessExclusiveLock' AND granted";

fn retype(table: &str) -> serde_json::Value {
    serde_json::json!({"alter_column": {
        "table": table, "column": "note", "type": "varchar(20)", "up": "note", "down": "note",
    }})
}

/// A client in a transaction that has a row of the table.
async fn holder_of(database: &Database, table: &str) -> Client {
    let client = database.client().await;
    let begin = format!(
        "SET search_path = public_next; BEGIN; UPDATE {table} SET note = 'mine' WHERE id = 1"
    );
    client.batch_execute(&begin).await.expect("a transaction");
    client
}

/// The search for deadlocks begins when a wait does, so that a client that waits for us since our
/// first lock would be the one to find itself in a circle that our last one closes.
#[tokio::test]
async fn complete_gives_up_before_a_client_is_chosen() {
    let database = Database::new().await;
    let client = database.client().await;
    for table in ["a", "b", "c"] {
        let table = format!(
            "CREATE TABLE {table} (id int PRIMARY KEY, note text); INSERT INTO {table} VALUES (1)"
        );
        client.batch_execute(&table).await.expect("a table");
    }
    // Shorter than our usual patience with locks; for the connections to come.
    let impatient = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET deadlock_timeout = ''300ms''', current_database()); END $$";
    client.batch_execute(impatient).await.expect("a setting");
    let migration: Migration = serde_json::from_value(serde_json::json!({
        "name": "next", "version_schema": null,
        "operations": [retype("a"), retype("b"), retype("c")],
    }))
    .expect("a migration");
    database.start("next", &migration).await;

    let (second, last) = (holder_of(&database, "b").await, holder_of(&database, "c").await);
    let lets_go = async {
        second.until_found(TAKEN).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        second.batch_execute("COMMIT").await.expect("the end of the transaction");
    };
    let other_way_round = async {
        last.until_found(TAKEN).await;
        let update = "UPDATE a SET note = 'mine' WHERE id = 1; COMMIT";
        last.batch_execute(update).await.expect("the client is never chosen");
    };
    tokio::join!(lets_go, other_way_round, database.complete("next"));
}

/// A database with a migration live that replaces a column under a unique index.
async fn with_a_key_that_is_replaced(keys: &str) -> Database {
    let database = Database::new().await;
    let before = format!(
        "CREATE TABLE tags (name text PRIMARY KEY, uses int NOT NULL DEFAULT 1);
         INSERT INTO tags SELECT unnest('{keys}'::text[])"
    );
    database.client().await.batch_execute(&before).await.expect("a table");
    let operations = r#"[{"alter_column": {
        "table": "tags", "column": "name", "type": "varchar(20)", "up": "name", "down": "name"}}]"#;
    database.start("next", &migration("next", operations)).await;
    database
}

async fn in_a_transaction(database: &Database, schema: &str) -> Client {
    let client = database.client().await;
    client.batch_execute(&format!("SET search_path = {schema}; BEGIN")).await.expect("a version");
    client
}

/// Finds a session of the database that waits for a lock.
const WAITS: &str = "SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Without a migration, who finds the key has nothing that the other one wants.
#[tokio::test]
async fn a_key_that_is_deleted_and_upserted_again_is_no_deadlock() {
    let database = with_a_key_that_is_replaced("{}").await;
    let observer = database.client().await;
    let inserts = "INSERT INTO tags VALUES ('k') ON CONFLICT DO NOTHING";
    let first = in_a_transaction(&database, "public").await;
    let finds = in_a_transaction(&database, "public").await;
    let replaces = in_a_transaction(&database, "public").await;

    first.batch_execute(inserts).await.expect("a new key");
    let (found, ()) = tokio::join!(finds.batch_execute(inserts), async {
        observer.until_found(WAITS).await;
        first.batch_execute("COMMIT").await.expect("an end");
    });
    found.expect("the key is there");
    replaces.batch_execute("DELETE FROM tags WHERE name = 'k'").await.expect("one row less");
    let locks = "SELECT FROM tags WHERE name = 'k' FOR UPDATE; COMMIT";
    let (locked, ()) = tokio::join!(finds.batch_execute(locks), async {
        observer.until_found(WAITS).await;
        let upsert = "INSERT INTO tags VALUES ('k') ON CONFLICT (name) DO UPDATE SET uses = 10";
        replaces.batch_execute(upsert).await.expect("whoever waits for us is not waited for");
        replaces.batch_execute("COMMIT").await.expect("an end");
    });
    locked.expect("the other one has come to an end");
    database.complete("next").await;
}

/// Two transactions with the same keys in another order, who both find them.
#[tokio::test]
async fn keys_that_are_there_are_in_nobodys_way() {
    let database = with_a_key_that_is_replaced("{a,b}").await;
    let (old, new) = tokio::join!(
        in_a_transaction(&database, "public"),
        in_a_transaction(&database, "public_next"),
    );
    for (one, other) in [("a", "b"), ("b", "a")] {
        let insert = |key| format!("INSERT INTO tags VALUES ('{key}') ON CONFLICT DO NOTHING");
        let (one, other) = (insert(one), insert(other));
        let (one, other) = tokio::join!(old.batch_execute(&one), new.batch_execute(&other));
        one.and(other).expect("the keys are there");
    }
}
