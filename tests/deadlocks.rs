//! Clients that lock the other way round than we do: it is we who give up.

use std::time::Duration;

use straddle::migration::Migration;

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

async fn until_taken(client: &Client) {
    while client.rows(TAKEN).await.expect("the locks").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
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
        until_taken(&second).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        second.batch_execute("COMMIT").await.expect("the end of the transaction");
    };
    let other_way_round = async {
        until_taken(&last).await;
        let update = "UPDATE a SET note = 'mine' WHERE id = 1; COMMIT";
        last.batch_execute(update).await.expect("the client is never chosen");
    };
    tokio::join!(lets_go, other_way_round, database.complete("next"));
}
