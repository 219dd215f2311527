//! Rows that move while they are filled are neither missed nor filled twice to their harm, whatever
//! their table is known by.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use straddle::engine::Event;
use straddle::plan::Phase;

use super::{Session, ask, open, quiet, run, slowly, start};
use crate::operator::migration;
use crate::server::{Client, Database, aside};

/// What a table is known by.
const TABLES: &[(&str, &str)] = &[
    ("by_serial", "id serial PRIMARY KEY"),
    ("by_uuid", "id uuid DEFAULT gen_random_uuid() PRIMARY KEY"),
    ("by_pair", "a int DEFAULT 1, b serial, PRIMARY KEY (a, b)"),
    ("by_nothing", "a int"),
];

const ROWS: i64 = 1500;

async fn tables(client: &Client) {
    run(client, "CREATE SEQUENCE codes").await;
    for (table, key) in TABLES {
        run(
            client,
            &format!(
                "CREATE TABLE {table} ({key}, n int, name text, seen int DEFAULT 0);
                 INSERT INTO {table} (n, name)
                 SELECT i, 'name ' || i || repeat('.', 50 + i % 50) FROM generate_series(1, {ROWS}) i;
                 CREATE INDEX {table}_n ON {table} (n);
                 -- The last ones come first.
                 CREATE INDEX {table}_last ON {table} (n DESC);
                 CLUSTER {table} USING {table}_n"
            ),
        )
        .await;
    }
}

/// On every table a column that is computed, and one that is another one each time.
fn operations() -> String {
    let of_one = |(table, _): &(&str, &str)| {
        format!(
            r#"{{"add_column": {{"table": "{table}", "up": "length(name)",
                 "column": {{"name": "size", "type": "integer"}}}}}},
               {{"add_column": {{"table": "{table}", "up": "nextval('codes')",
                 "column": {{"name": "code", "type": "bigint"}}}}}}"#
        )
    };
    format!("[{}]", TABLES.iter().map(of_one).collect::<Vec<_>>().join(","))
}

/// Updates a column that has nothing to do with it, of one row after the other.
async fn write(client: Client, seed: i64, stop: Arc<AtomicBool>, written: Arc<AtomicI64>) {
    let mut number = seed;
    while !stop.load(Ordering::Relaxed) {
        number = number * 48_271 % 2_147_483_647;
        let (table, _) = TABLES[usize::try_from(number).expect("no more than that") % TABLES.len()];
        let n = number / 7 % ROWS + 1;
        run(&client, &format!("UPDATE {table} SET seen = seen + 1 WHERE n = {n}")).await;
        written.fetch_add(1, Ordering::Relaxed);
    }
}

/// In the middle of the backfill: rows that are filled go away, and those that are not come to their
/// place.
fn stir(database: &Database, table: &str, stage: i32) {
    let statements = match stage {
        0 => vec![
            format!(
                "CREATE TABLE noted_{table} AS SELECT n, \"_straddle_new_code\" AS code FROM {table}"
            ),
            format!("DELETE FROM {table} WHERE \"_straddle_new_code\" IS NOT NULL AND n % 10 > 0"),
            format!("VACUUM FULL {table}"),
        ],
        _ => vec![format!("CLUSTER {table} USING {table}_last")],
    };
    for statement in statements {
        aside(database.url(), statement);
    }
}

#[tokio::test]
async fn eight_clients_vacuum_full_and_cluster_leave_no_row_unfilled() {
    let (database, client) = open("").await;
    tables(&client).await;
    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let mut clients = Vec::new();
    for seed in 1..=8 {
        let client = database.client().await;
        clients.push(tokio::spawn(write(client, seed, Arc::clone(&stop), Arc::clone(&written))));
    }
    let stages = Cell::new([(0, 0); 4]);
    let listener = |event: &Event<'_>| {
        let Event::Backfilled { table, .. } = event else {
            return;
        };
        let place = TABLES.iter().position(|(known, _)| known == table).expect("one of them");
        let mut all = stages.get();
        let (batches, stage) = &mut all[place];
        *batches += 1;
        if *batches == 4 || *batches == 8 {
            stir(&database, table, *stage);
            *stage += 1;
        }
        stages.set(all);
    };
    let mut options = slowly();
    // For clients to come in between.
    options.batch_delay = Duration::from_millis(1);
    let change = migration("next", &operations());
    start(&database, options, &change, &listener).await.expect("a start");
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("no client was refused");
    }
    assert!(stages.get().iter().all(|(_, stage)| *stage == 2), "all of it happened: {stages:?}");
    assert!(written.load(Ordering::Relaxed) > 50, "clients wrote meanwhile");
    for (table, _) in TABLES {
        let unfilled = format!(
            "SELECT count(*) FROM public_next.{table} WHERE size IS DISTINCT FROM length(name) \
             OR code IS NULL"
        );
        assert_eq!(ask(&client, &unfilled).await, "0", "{table}");
        let again = format!(
            "SELECT count(*) FROM public_next.{table} JOIN noted_{table} noted USING (n) \
             WHERE noted.code <> {table}.code"
        );
        assert_eq!(ask(&client, &again).await, "0", "{table}: what a row has it keeps");
        let alike = format!("SELECT count(*) - count(DISTINCT code) FROM public_next.{table}");
        assert_eq!(ask(&client, &alike).await, "0", "{table}");
    }
}

/// Concurrent updates put a row behind the end of what is filled, or before its beginning.
#[tokio::test]
async fn a_row_that_its_owner_moves_is_computed_once() {
    let (database, client) = open("").await;
    tables(&client).await;
    let moved = Cell::new(false);
    let listener = |event: &Event<'_>| {
        if !matches!(event, Event::Backfilled { table: "by_nothing", .. }) || moved.replace(true) {
            return;
        }
        let url = database.url();
        let move_all = "UPDATE by_nothing SET seen = seen + 1";
        aside(url.clone(), move_all.to_owned());
        let note = "CREATE TABLE noted AS SELECT n, \"_straddle_new_code\" AS code FROM by_nothing";
        aside(url.clone(), note.to_owned());
        // To where rows were.
        aside(url.clone(), "VACUUM by_nothing".to_owned());
        aside(url, move_all.to_owned());
    };
    let change = migration("next", &operations());
    start(&database, slowly(), &change, &listener).await.expect("a start");
    assert!(moved.get());
    let same = "SELECT count(*) FROM public_next.by_nothing JOIN noted USING (n) \
                WHERE noted.code = by_nothing.code AND seen = 2";
    assert_eq!(ask(&client, same).await, ROWS.to_string());
    // As many as rows: nothing was computed in vain, either.
    let last = TABLES.len() as i64 * ROWS;
    assert_eq!(ask(&client, "SELECT last_value FROM codes").await, last.to_string());
}

/// A batch that waited for somebody's row finds it filled, and leaves it.
#[tokio::test]
async fn a_row_that_a_batch_has_to_wait_for_is_computed_once() {
    let (database, client) = open("").await;
    tables(&client).await;
    let writer = Session::open(&database);
    let written = RefCell::new(Vec::new());
    let listener = |event: &Event<'_>| {
        if !matches!(event, Event::Step { phase: Phase::Backfill, number: 1, .. }) {
            return;
        }
        for table in ["by_nothing", "by_serial"] {
            let write = format!(
                "UPDATE {table} SET seen = 1 WHERE n = 20 RETURNING \"_straddle_new_code\""
            );
            let began = if written.borrow().is_empty() { "BEGIN" } else { "SELECT" };
            writer.say(began).expect("a transaction");
            written.borrow_mut().extend(writer.say(&write).expect("a code"));
        }
        // It commits when somebody waits for it.
        drop(writer.begin_to_say(
            "DO $$ BEGIN
               FOR i IN 1..2000 LOOP
                 EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted
                   AND pg_backend_pid() = ANY (pg_blocking_pids(pid)));
                 PERFORM pg_sleep(0.005);
               END LOOP;
             END $$; COMMIT",
        ));
    };
    let mut options = slowly();
    options.lock_timeout = Duration::from_secs(20);
    let change = migration("next", &operations());
    start(&database, options, &change, &listener).await.expect("a start");
    let codes = "SELECT code FROM public_next.by_nothing WHERE n = 20
        UNION ALL SELECT code FROM public_next.by_serial WHERE n = 20";
    assert_eq!(ask(&client, codes).await, written.borrow().join("\n"));
}

/// What is different each time, and may be NULL, cannot be compared: a NULL is computed once more.
#[tokio::test]
async fn what_may_be_null_and_is_different_each_time_is_not_missed_either() {
    let (database, client) = open("").await;
    tables(&client).await;
    let batches = Cell::new(0);
    let listener = |event: &Event<'_>| {
        if matches!(event, Event::Backfilled { .. }) {
            batches.set(batches.get() + 1);
            if batches.get() == 4 {
                stir(&database, "by_nothing", 0);
            }
        }
    };
    let change = migration(
        "next",
        r#"[{"add_column": {"table": "by_nothing", "up": "NULLIF(nextval('codes'), 3)",
              "column": {"name": "code", "type": "bigint", "nullable": true}}},
            {"add_column": {"table": "by_nothing", "up": "CASE WHEN n > 5 THEN random() END",
              "column": {"name": "chance", "type": "float", "nullable": true}}}]"#,
    );
    start(&database, slowly(), &change, &listener).await.expect("a start");
    assert!(batches.get() > 4);
    let missed = "SELECT count(*) FROM public_next.by_nothing WHERE code IS NULL \
                  OR chance IS NULL AND n > 5";
    assert_eq!(ask(&client, missed).await, "0");
    let again = "SELECT count(*) FROM public_next.by_nothing JOIN noted_by_nothing noted USING (n) \
                 WHERE noted.code <> by_nothing.code";
    assert_eq!(ask(&client, again).await, "0", "what a row has it keeps");
}

/// A partition that comes behind the backfill is found by the proof.
#[tokio::test]
async fn rows_of_a_partition_that_is_attached_between_backfill_and_proof_are_filled() {
    let (database, client) = open(
        "CREATE TABLE items (id int, name text) PARTITION BY RANGE (id);
         CREATE TABLE items_0 PARTITION OF items FOR VALUES FROM (0) TO (100);
         INSERT INTO items SELECT i, 'name ' || i FROM generate_series(1, 50) i",
    )
    .await;
    let attached = Cell::new(false);
    let listener = |event: &Event<'_>| {
        if matches!(event, Event::Step { phase: Phase::Settle, number: 1, .. }) {
            for statement in [
                "CREATE TABLE items_1 (LIKE items INCLUDING ALL)",
                "INSERT INTO items_1 (id, name) VALUES (100, 'attached'), (101, 'too')",
                "ALTER TABLE items ATTACH PARTITION items_1 FOR VALUES FROM (100) TO (200)",
            ] {
                aside(database.url(), statement.to_owned());
            }
            attached.set(true);
        }
    };
    let change = migration(
        "next",
        r#"[{"add_column": {"table": "items", "up": "length(name)",
              "column": {"name": "size", "type": "integer", "nullable": true}}}]"#,
    );
    start(&database, slowly(), &change, &listener).await.expect("a start");
    assert!(attached.get());
    let shown = "SELECT id, size FROM public_next.items WHERE id >= 100 ORDER BY id";
    assert_eq!(ask(&client, shown).await, "100 | 8\n101 | 3");
}

/// Values that lie outside of their rows stay where they are.
#[tokio::test]
async fn large_values_are_not_written_again() {
    let (database, client) = open(
        "CREATE TABLE papers (id int PRIMARY KEY, body text);
         ALTER TABLE papers ALTER COLUMN body SET STORAGE EXTERNAL;
         INSERT INTO papers SELECT i, repeat(i::text, 100000) FROM generate_series(1, 30) i",
    )
    .await;
    let toast =
        ask(&client, "SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'papers'").await;
    let large =
        format!("SELECT pg_relation_size('{toast}'), count(*), min(xmin::text) FROM {toast}");
    let before = ask(&client, &large).await;
    let change = migration(
        "next",
        r#"[{"add_column": {"table": "papers", "up": "length(body)",
              "column": {"name": "size", "type": "integer"}}},
            {"alter_column": {"table": "papers", "column": "id", "type": "bigint",
              "up": "id", "down": "id"}}]"#,
    );
    let places = "SELECT ctid FROM papers";
    let small = ask(&client, places).await;
    start(&database, slowly(), &change, &quiet).await.expect("a start");
    assert_eq!(before, ask(&client, &large).await, "the values are where they were");
    assert_ne!(small, ask(&client, places).await, "the rows are not");
    database.complete("papers").await;
    assert_eq!(before, ask(&client, &large).await);
    assert_eq!(ask(&client, "SELECT sum(size) FROM public_next.papers").await, "5100000");
}
