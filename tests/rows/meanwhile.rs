//! Transactions that began before the start, and what Postgres knows of the columns when the version
//! is live.

use std::cell::Cell;

use straddle::engine::Event;
use straddle::plan::Phase;

use super::{Session, ask, open, quiet, run, slowly, start};
use crate::operator::migration;

const TABLES: &str = "
    CREATE TABLE others (id int);
    CREATE TABLE items (id int PRIMARY KEY, name text, seen int DEFAULT 0);
    INSERT INTO items SELECT i, 'name ' || i || repeat('.', 100) FROM generate_series(1, 1000) i";

const FILL: &str = r#"[{"add_column": {"table": "items", "up": "length(name)",
    "column": {"name": "size", "type": "integer"}}}]"#;

const UNFILLED: &str =
    "SELECT count(*) FROM public_next.items WHERE size IS DISTINCT FROM length(name)";

/// A transaction that sees the database as it was before the start.
fn old(database: &crate::server::Database, level: &str) -> Session {
    let session = Session::open(database);
    session.say(&format!("BEGIN ISOLATION LEVEL {level}")).expect("a transaction");
    session.say("SELECT count(*) FROM others").expect("a snapshot");
    session
}

#[tokio::test]
async fn what_old_snapshots_write_is_filled() {
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let (database, client) = open(TABLES).await;
        let [short, long, late] = [(); 3].map(|()| old(&database, level));
        let (batches, waited) = (Cell::new(0), Cell::new(false));
        let listener = |event: &Event<'_>| match event {
            Event::Backfilled { .. } => {
                batches.set(batches.get() + 1);
                if batches.get() != 5 {
                    return;
                }
                let write = "INSERT INTO items (id, name) VALUES (2000, 'short');
                    UPDATE items SET name = 'changed' WHERE id = 1000;
                    UPDATE items SET seen = 1 WHERE id = 999;
                    COMMIT";
                short.say(write).expect("rows that are not filled yet");
                long.say("INSERT INTO items (id, name) VALUES (2001, 'long one')").expect("a row");
            }
            // We wait for them, and not they for us.
            Event::Waiting { .. } if !waited.replace(true) => {
                long.say("COMMIT").expect("a commit");
            }
            _ => {}
        };
        start(&database, slowly(), &migration("next", FILL), &listener).await.expect("a start");
        assert!(batches.get() > 5 && waited.get(), "{level}: all of it happened");
        assert_eq!(ask(&client, UNFILLED).await, "0", "{level}");
        // Behind `activate`, what it writes is the old version's. Rows that were filled since its
        // snapshot are no longer what it saw, as after any UPDATE.
        late.say("INSERT INTO items (id, name) VALUES (2002, 'late')").expect("a row");
        late.say("SAVEPOINT s").expect("a savepoint");
        let refused =
            late.say("UPDATE items SET name = 'late' WHERE id = 1").expect_err("it moved");
        assert!(refused.contains("could not serialize access"), "{refused}");
        late.say("ROLLBACK TO s; COMMIT").expect("a commit");
        assert_eq!(ask(&client, UNFILLED).await, "0", "{level}");
        let shown = "SELECT id, size FROM public_next.items WHERE id >= 1000 ORDER BY id";
        assert_eq!(ask(&client, shown).await, "1000 | 7\n2000 | 5\n2001 | 8\n2002 | 4", "{level}");
    }
}

/// The backfill fires no trigger for rows that are updated: what it has filled already is looked at once more.
#[tokio::test]
async fn rows_that_are_changed_behind_the_backfill_are_right_in_the_new_version() {
    let (database, client) = open(
        "CREATE TABLE prices (id int PRIMARY KEY, net numeric, note text);
         INSERT INTO prices SELECT i, 1.0, repeat('.', 150) FROM generate_series(1, 1000) i",
    )
    .await;
    let change = r#"[{"add_column": {"table": "prices", "up": "abs(net)",
        "column": {"name": "gross", "type": "numeric"}}}]"#;
    let session = Session::open(&database);
    let batches = Cell::new(0);
    let listener = |event: &Event<'_>| {
        if matches!(event, Event::Backfilled { .. }) {
            batches.set(batches.get() + 1);
            if batches.get() == 5 {
                // Filled: one as good as equal, one deleted and there again, one within a transaction; and one that is
                // not filled, and moves to where the backfill has been.
                let write = "UPDATE prices SET net = 1.00 WHERE id = 1;
                    DELETE FROM prices WHERE id BETWEEN 5 AND 50;
                    INSERT INTO prices VALUES (5, -5, 'again');
                    BEGIN; UPDATE prices SET net = 7 WHERE id = 2; UPDATE prices SET net = -8 WHERE id = 2; COMMIT;
                    UPDATE prices SET note = 'seen' WHERE id = 1000";
                session.say(write).expect("rows of the old version");
                session.say("VACUUM prices").expect("room");
                let write = "UPDATE prices SET note = 'seen' WHERE id BETWEEN 990 AND 999";
                session.say(write).expect("rows that move");
            }
        }
    };
    start(&database, slowly(), &migration("next", change), &listener).await.expect("a start");
    assert!(batches.get() > 5, "all of it happened");
    let apart = "SELECT count(*) FROM prices WHERE _straddle_new_gross::text IS DISTINCT FROM abs(net)::text";
    assert_eq!(ask(&client, apart).await, "0");
    let shown = "SELECT id, gross FROM public_next.prices WHERE id IN (1, 2, 5, 1000) ORDER BY id";
    assert_eq!(ask(&client, shown).await, "1 | 1.00\n2 | 8\n5 | 5\n1000 | 1.0");
}

#[tokio::test]
async fn new_columns_are_analyzed_when_they_are_live() {
    let (database, client) = open(
        "CREATE TABLE people (id int PRIMARY KEY, name text, age text);
         INSERT INTO people SELECT i, 'first last' || i, i % 90 FROM generate_series(1, 300) i;
         CREATE INDEX people_name ON people (lower(name));
         CREATE TABLE parts (id int, name text) PARTITION BY RANGE (id);
         CREATE TABLE parts_0 PARTITION OF parts FOR VALUES FROM (0) TO (1000);
         INSERT INTO parts SELECT i, 'part ' || i FROM generate_series(1, 300) i",
    )
    .await;
    let change = migration(
        "next",
        r#"[{"alter_column": {"table": "people", "column": "age", "type": "integer", "nullable": true,
              "up": "age::integer", "down": "age::text"}},
            {"alter_column": {"table": "people", "column": "name", "type": "varchar(50)",
              "nullable": true, "up": "name", "down": "name"}},
            {"add_column": {"table": "people", "up": "split_part(name, ' ', 1)",
              "column": {"name": "given", "type": "text", "nullable": true}}},
            {"add_column": {"table": "people", "up": "split_part(name, ' ', 2)",
              "column": {"name": "family", "type": "text", "nullable": true}}},
            {"add_column": {"table": "people", "up": "'none'",
              "column": {"name": "state", "type": "text"}}},
            {"add_column": {"table": "parts", "up": "length(name)",
              "column": {"name": "size", "type": "integer"}}}]"#,
    );
    let live = Cell::new(false);
    let known = Cell::new(String::new());
    let session = Session::open(&database);
    let listener = |event: &Event<'_>| {
        if matches!(event, Event::Step { phase: Phase::Activate, .. }) && !live.replace(true) {
            let query = "SELECT left(tablename, 25), attname, inherited, n_distinct <> 0 FROM pg_stats \
                WHERE schemaname = 'public' AND (attname LIKE '\\_straddle%' \
                OR tablename LIKE '%people\\_name%') ORDER BY 1, 2, 3";
            known.set(session.say(query).expect("an answer").join("\n"));
        }
    };
    start(&database, slowly(), &change, &listener).await.expect("a start");
    assert_eq!(
        known.take(),
        "_straddle_dup_people_name | lower | f | t
parts | _straddle_new_size | t | t
parts_0 | _straddle_new_size | f | t
people | _straddle_new_age | f | t
people | _straddle_new_family | f | t
people | _straddle_new_given | f | t
people | _straddle_new_name | f | t
people | _straddle_new_state | f | t
people_name | lower | f | t"
    );
    assert_eq!(ask(&client, "SELECT count(*) FROM public_next.people").await, "300");
    start(&database, slowly(), &change, &quiet).await.expect("it is live");
}

/// A table that inherits is refused by name; one that comes meanwhile, by `complete`.
#[tokio::test]
async fn a_child_that_comes_while_both_versions_live_keeps_complete_from_losing_its_rows() {
    let (database, client) = open(TABLES).await;
    start(&database, slowly(), &migration("next", FILL), &quiet).await.expect("a start");
    run(
        &client,
        "CREATE TABLE children () INHERITS (items); INSERT INTO children VALUES (1, 'abc', 0, 3)",
    )
    .await;
    let engine = database.engine().await;
    let error = engine.complete().await.expect_err("rows of the old version alone");
    assert_eq!(
        error.to_string(),
        "`complete` would destroy or break what the plan does not know; nothing has changed\
         \n    the trigger \"~straddle_sync\" of public.children is gone: roll back, and start again"
    );
    engine.close().await.expect("a clean end");
    run(&client, "ALTER TABLE children NO INHERIT items").await;
    database.complete("without children").await;
}
