//! A backfill among people who hold its rows, and with several workers.

use std::cell::Cell;
use std::time::Duration;

use straddle::engine::{Engine, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Client, Database, aside, connect};

const SCHEMA: &str = "
    CREATE TABLE orders (id int PRIMARY KEY, note text NOT NULL, seen int NOT NULL DEFAULT 0)
      WITH (autovacuum_enabled = off);
    INSERT INTO orders SELECT i, 'note ' || i || repeat('.', 100) FROM generate_series(1, 20000) i;
    CREATE SEQUENCE tickets";

/// Rows that were not filled, rows, and rows that have the ticket of another.
const OUTCOME: &str = "SELECT count(*) FILTER (WHERE \"_straddle_new_ticket\" IS NULL), count(*),
      count(*) - count(DISTINCT \"_straddle_new_ticket\") FROM orders";

const WRITTEN: &str = "SELECT sum(rows_written) FROM straddle.backfills";

/// A column that is different each time it is computed.
fn ticket() -> Migration {
    migration(
        "next",
        r#"[{"add_column": {"table": "orders", "up": "nextval('tickets')",
              "column": {"name": "ticket", "type": "bigint"}}}]"#,
    )
}

async fn open(schema: &str) -> (Database, Client) {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(schema).await.expect("the schema");
    (database, client)
}

async fn ask(client: &Client, query: &str) -> String {
    client.rows(query).await.expect("an answer").join("\n")
}

fn options(batch_time: u64) -> Options {
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.batch_time = Duration::from_millis(batch_time);
    options
}

async fn start(database: &Database, options: Options, listener: &dyn Fn(&Event<'_>)) {
    let engine = Engine::open(&database.target(), options, listener).await.expect("an engine");
    engine.start(&ticket()).await.expect("a start");
    engine.close().await.expect("a clean end");
}

#[tokio::test]
async fn rows_that_somebody_holds_are_left_for_the_end() {
    let (database, client) = open(SCHEMA).await;
    let holder = connect(&database.url()).await;
    let far = Cell::new((0, 0));
    let has_begun = tokio::sync::Notify::new();
    let is_waiting = tokio::sync::Notify::new();
    let listener = |event: &Event<'_>| match event {
        Event::Backfilled { done, total, .. } => {
            far.set((*done, *total));
            has_begun.notify_one();
        }
        // Everything else is done by then.
        Event::Waiting { .. } if far.get().0 + 2 == far.get().1 => is_waiting.notify_one(),
        _ => {}
    };
    let hold = async {
        has_begun.notified().await;
        let rows = "BEGIN; UPDATE orders SET seen = 1 WHERE id IN (10000, 15000)";
        holder.batch_execute(rows).await.expect("two rows");
        is_waiting.notified().await;
        holder.batch_execute("COMMIT").await.expect("COMMIT");
    };
    let mut options = options(20);
    (options.batch_size, options.batch_delay) = (Some(500), Duration::from_millis(10));
    tokio::join!(start(&database, options, &listener), hold);
    assert_eq!(ask(&client, OUTCOME).await, "0 | 20000 | 0");
}

#[tokio::test]
async fn a_table_that_somebody_keeps_to_himself_is_waited_for() {
    let (database, client) = open(SCHEMA).await;
    let holder = connect(&database.url()).await;
    let stage = Cell::new(0);
    let is_held = tokio::sync::Notify::new();
    let is_waiting = tokio::sync::Notify::new();
    let listener = |event: &Event<'_>| match (event, stage.get()) {
        (Event::Backfilled { .. }, 0) => {
            stage.set(1);
            is_held.notify_one();
        }
        (Event::Waiting { blockers, .. }, 1) => {
            stage.set(2);
            assert!(
                blockers.iter().any(|one| one.to_string().contains("LOCK TABLE")),
                "{blockers:?}"
            );
            is_waiting.notify_one();
        }
        _ => {}
    };
    let hold = async {
        is_held.notified().await;
        holder.batch_execute("BEGIN; LOCK TABLE orders").await.expect("the table");
        is_waiting.notified().await;
        holder.batch_execute("COMMIT").await.expect("COMMIT");
    };
    let mut options = options(20);
    // Slow enough for the other to come in between.
    (options.batch_size, options.batch_delay) = (Some(500), Duration::from_millis(10));
    options.lock_timeout = Duration::from_millis(50);
    tokio::join!(start(&database, options, &listener), hold);
    assert_eq!(stage.get(), 2, "it was waited for");
    assert_eq!(ask(&client, OUTCOME).await, "0 | 20000 | 0");
}

#[tokio::test]
async fn several_workers_fill_every_row_once() {
    let (database, client) = open(&format!(
        "{SCHEMA};
         INSERT INTO orders SELECT i, repeat('.', 500) FROM generate_series(20001, 60000) i;
         CREATE SCHEMA aside; CREATE TABLE aside.seen (workers bigint)"
    ))
    .await;
    let (url, most) = (database.url(), Cell::new(0));
    let listener = |event: &Event<'_>| {
        if let Event::Backfilled { .. } = event {
            most.set(most.get() + 1);
            // A worker may be late where the machine is busy.
            if most.get() <= 20 {
                let count = "INSERT INTO aside.seen SELECT count(*) FROM pg_stat_activity
                      WHERE datname = current_database() AND query ~ 'straddle|COMMIT'
                        AND backend_type = 'client backend'
                        AND pid <> pg_backend_pid() AND application_name <> 'straddle: watch'";
                aside(url.clone(), count.to_owned());
            }
        }
    };
    let mut options = options(10);
    options.workers = 3;
    start(&database, options, &listener).await;
    assert!(most.get() > 4, "{} batches", most.get());
    // Who looks whom they wait for is a session, too, before it has its name.
    assert_eq!(ask(&client, "SELECT max(workers) >= 3 FROM aside.seen").await, "t");
    assert_eq!(ask(&client, OUTCOME).await, "0 | 60000 | 0");
    assert_eq!(ask(&client, WRITTEN).await, "60000");
}

#[tokio::test]
async fn a_backfill_that_was_killed_goes_on_and_writes_no_row_twice_but_a_batch() {
    let (database, client) = open(SCHEMA).await;
    let (url, batches) = (database.url(), Cell::new(0));
    let listener = |event: &Event<'_>| {
        if let Event::Backfilled { .. } = event {
            batches.set(batches.get() + 1);
            if batches.get() == 12 {
                let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND query ~ 'straddle|COMMIT'
                      AND pid <> pg_backend_pid()";
                aside(url.clone(), kill.to_owned());
            }
        }
    };
    let mut options = options(50);
    (options.workers, options.batch_size) = (2, Some(500));
    let engine = Engine::open(&database.target(), options.clone(), &listener).await;
    let killed = engine.expect("an engine").start(&ticket()).await;
    assert!(killed.is_err_and(|error| error.is_lost()), "killed");
    let written: u32 = ask(&client, WRITTEN).await.parse().expect("a number");
    assert!((1..20_000).contains(&written), "{written}");
    // With another number of workers.
    options.workers = 3;
    start(&database, options, &|_| {}).await;
    assert_eq!(ask(&client, OUTCOME).await, "0 | 20000 | 0");
    let written: u32 = ask(&client, WRITTEN).await.parse().expect("a number");
    assert!(written <= 20_000 + 2 * 500, "{written}");
    // What was computed is what is there, but for the batches that were lost.
    let drawn: u32 =
        ask(&client, "SELECT last_value FROM tickets").await.parse().expect("a number");
    assert!(drawn <= 20_000 + 2 * 500, "{drawn}");
}

/// The limit is 400 ms; a first batch without one would take two seconds.
#[tokio::test]
async fn slow_expressions_keep_no_row_locked_for_long() {
    let (database, client) = open(
        "CREATE TABLE orders (id int PRIMARY KEY, note text NOT NULL);
         INSERT INTO orders SELECT i, 'note' FROM generate_series(1, 150) i;
         CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql
           AS 'BEGIN PERFORM pg_sleep(0.01); RETURN $1; END'",
    )
    .await;
    let slow = migration(
        "next",
        r#"[{"add_column": {"table": "orders", "up": "slow(id)",
              "column": {"name": "slow", "type": "integer"}}}]"#,
    );
    let watcher = connect(&database.url()).await;
    let is_done = Cell::new(false);
    let watch = async {
        let mut longest = 0.0_f64;
        while !is_done.get() {
            let age = "SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)
                FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'UPDATE ONLY%'";
            let age: f64 = ask(&watcher, age).await.parse().expect("a number");
            longest = longest.max(age);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        longest
    };
    let run = async {
        let engine = Engine::open(&database.target(), options(200), &|_| {}).await;
        let engine = engine.expect("an engine");
        engine.start(&slow).await.expect("a start");
        engine.close().await.expect("a clean end");
        is_done.set(true);
    };
    let (longest, ()) = tokio::join!(watch, run);
    assert!((0.05..1.0).contains(&longest), "{longest} s");
    let unfilled = "SELECT count(*) FROM orders WHERE \"_straddle_new_slow\" IS DISTINCT FROM id";
    assert_eq!(ask(&client, unfilled).await, "0");
}

#[tokio::test]
async fn a_constant_that_a_function_gives_is_in_every_row_and_no_row_is_written() {
    let (database, client) = open(
        "CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1), (2);
         CREATE FUNCTION lucky() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 7; END'",
    )
    .await;
    let file = "SELECT pg_relation_filenode('public.orders')";
    let before = ask(&client, file).await;
    let lucky = r#"[{"add_column": {"table": "orders", "up": "lucky()",
        "column": {"name": "number", "type": "integer"}}}]"#;
    database.start("next", &migration("next", lucky)).await;
    assert_eq!(ask(&client, file).await, before, "the table has been rewritten");
    assert_eq!(ask(&client, "SELECT sum(number) FROM public_next.orders").await, "14");
}
