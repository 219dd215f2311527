//! Rows that cannot be filled: the start stops, says which row it is and what it was computing, and
//! undoes itself or, on request, stays to be mended.

use std::cell::Cell;

use straddle::engine::{Error, Event};
use straddle::plan::Phase;

use super::{ask, open, quiet, run, slowly, start};
use crate::command::straddle;
use crate::operator::migration;
use crate::server::aside;

const TABLES: &str = "
    CREATE TABLE items (id int PRIMARY KEY, price int, count int, name text);
    INSERT INTO items SELECT i, 100, i, 'name ' || i || repeat('.', 100) FROM generate_series(1, 1000) i;
    CREATE TABLE keyless (name text, age text) PARTITION BY LIST (name);
    CREATE TABLE keyless_a PARTITION OF keyless FOR VALUES IN ('a');
    CREATE TABLE keyless_b PARTITION OF keyless FOR VALUES IN ('b');
    INSERT INTO keyless VALUES ('a', '1'), ('b', '2'), ('b', 'three'), ('b', '4');
    CREATE FUNCTION checked(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
      IF name LIKE '%!' THEN RAISE EXCEPTION 'no shouting'; END IF;
      RETURN upper(name);
    END $$;
    CREATE TABLE broad (id int PRIMARY KEY, text text);
    ALTER TABLE broad ALTER text SET STORAGE PLAIN;
    INSERT INTO broad SELECT i, repeat('x', i * 2700) FROM generate_series(1, 3) i";

/// A row that is made bad, what is filled, and what is said of it.
const CASES: &[(&str, &str, &[&str])] = &[
    (
        "UPDATE items SET count = 0 WHERE id = 777",
        r#"{"add_column": {"table": "items", "up": "price",
              "column": {"name": "whole", "type": "integer", "nullable": true}}},
           {"add_column": {"table": "items", "up": "price / count",
              "column": {"name": "each", "type": "integer"}}}"#,
        &[
            "the start failed: fill the new columns of `items`",
            "  division by zero (SQLSTATE 22012)",
            "    while filling `items.each` with: price / count",
            "    {\"id\": 777, \"count\": 0, \"price\": 100} in block ",
        ],
    ),
    (
        "SELECT",
        r#"{"alter_column": {"table": "keyless", "column": "age", "type": "integer", "nullable": true,
              "up": "age::integer", "down": "age::text"}}"#,
        &[
            "the start failed: fill the new columns of `keyless`, one partition after the other",
            "  invalid input syntax for type integer: \"three\" (SQLSTATE 22P02)",
            "    while filling `keyless.age` with: age::integer",
            "    {\"age\": \"three\"} in block 0 of `keyless_b`, ctid (0,2)",
        ],
    ),
    (
        "UPDATE items SET name = 'x' WHERE id = 999",
        r#"{"add_column": {"table": "items", "up": "length(name)", "column": {"name": "size",
              "type": "integer", "check": {"name": "long", "constraint": "size > 1"}}}},
           {"add_column": {"table": "items", "up": "count - 1000",
              "column": {"name": "left", "type": "integer"}}}"#,
        &[
            "the start failed: fill the new columns of `items`",
            "  new row for relation \"items\" violates check constraint \"long\" (SQLSTATE 23514)",
            "  Failing row contains (999, 100, 999, x, 1, -1).",
            "    while filling `items.size` with: length(name)",
            "    {\"id\": 999, \"name\": \"x\", \"count\": 999} in block ",
        ],
    ),
    (
        "UPDATE items SET name = 'hey!' WHERE id = 3",
        r#"{"alter_column": {"table": "items", "column": "name", "type": "text", "nullable": true,
              "up": "checked(name)", "down": "name"}}"#,
        &[
            "the start failed: fill the new columns of `items`",
            "  no shouting (SQLSTATE P0001)",
            "    while filling `items.name` with: checked(name)",
            "    {\"id\": 3, \"name\": \"hey!\"} in block ",
        ],
    ),
    (
        "SELECT",
        r#"{"add_column": {"table": "broad", "up": "id::text::name", "column": {"name": "label",
              "type": "name"}}}"#,
        &[
            "the start failed: fill the new columns of `broad`",
            "  row is too big: size 8200, maximum size 8160 (SQLSTATE 54000)",
            "    while filling `broad.label` with: id::text::name",
            "    {\"id\": 3} in block 2 of `broad`, ctid (2,1)",
        ],
    ),
    (
        "SELECT",
        r#"{"add_column": {"table": "items", "up": "(SELECT i FROM generate_series(999, id) i)",
              "column": {"name": "one", "type": "integer", "nullable": true}}}"#,
        &[
            "the start failed: fill the new columns of `items`",
            "  more than one row returned by a subquery used as an expression (SQLSTATE 21000)",
            "    while filling `items.one` with: (SELECT i FROM generate_series(999, id) i)",
            "    {\"id\": 1000} in block ",
        ],
    ),
];

#[tokio::test]
async fn a_bad_row_is_named_with_its_place_and_what_was_computed() {
    let (database, client) = open(TABLES).await;
    let before = database.catalog().await;
    for (break_it, operations, told) in CASES {
        run(&client, break_it).await;
        let change = migration("next", &format!("[{operations}]"));
        let error = start(&database, slowly(), &change, &quiet).await.expect_err("a bad row");
        let text = error.to_string();
        for (line, told) in text.lines().zip(*told) {
            assert!(line.starts_with(told), "{told}\n{text}");
        }
        let last = text.lines().last().expect("a line");
        assert_eq!(last, "everything is as it was before the start", "{text}");
        assert_eq!(before, database.catalog().await, "{operations}");
        run(&client, "UPDATE items SET count = id, name = 'name ' || id").await;
    }
}

#[tokio::test]
async fn a_start_that_is_kept_is_mended_and_goes_on() {
    let (database, client) = open(TABLES).await;
    run(&client, "UPDATE items SET count = 0 WHERE id = 777").await;
    let before = database.catalog().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("next.yaml");
    let text = "operations:\n  - add_column: {table: items, column: {name: each, type: integer}, \
                up: price / count}\n";
    std::fs::write(&file, text).expect("a file");
    let file = file.to_string_lossy();
    let url = database.url();
    let small = ["--backfill-batch-size", "50"];
    let kept = straddle(&url, &["start", &file, "--keep-failed", small[0], small[1]]);
    assert_eq!(kept.code, 1, "{}", kept.stderr);
    for told in [
        "the start failed, and stays where it is: fill the new columns of `items`",
        "division by zero",
        "while filling `items.each` with: price / count",
        "{\"id\": 777, \"count\": 0, \"price\": 100} in block ",
        "until such rows are mended, or the start is taken back, its writes to them may fail alike",
        "next: mend that, and run the same command again to go on from here; or `straddle rollback`",
    ] {
        assert!(kept.stderr.contains(told), "{told}\n{}", kept.stderr);
    }
    // The old version goes on, but for new rows of that kind.
    run(
        &client,
        "UPDATE items SET price = 200 WHERE id < 3 OR id = 777; DELETE FROM items WHERE id = 4",
    )
    .await;
    let refused =
        client.batch_execute("INSERT INTO items (id, price, count) VALUES (0, 1, 0)").await;
    assert!(refused.expect_err("it has no answer").to_string().contains("db error"));
    let filled = "SELECT count(*) FROM items WHERE \"_straddle_new_each\" IS NOT NULL";
    let first: u32 = ask(&client, filled).await.parse().expect("a number");
    assert!((500..1000).contains(&first), "{first} were filled, and stay so");
    // What was done is not done again.
    run(&client, "CREATE TABLE done AS SELECT id, xmin::text AS by FROM items WHERE id < 500")
        .await;

    let again = straddle(&url, &["start", &file, "--keep-failed"]);
    assert_eq!(again.code, 1, "not mended: {}", again.stderr);
    run(&client, "UPDATE items SET count = 50 WHERE id = 777").await;
    let live = straddle(&url, &["start", &file]);
    assert_eq!(live.code, 0, "{}", live.stderr);
    let unlike = "SELECT count(*) FROM public_next.items WHERE each IS DISTINCT FROM price / count";
    assert_eq!(ask(&client, unlike).await, "0");
    // But for what the old version has changed meanwhile.
    let twice = "SELECT array_agg(id ORDER BY id) FROM done JOIN items USING (id) WHERE items.xmin::text <> done.by";
    assert_eq!(ask(&client, twice).await, "{1,2}");
    database.rollback("kept").await;
    assert_eq!(before, {
        run(&client, "DROP TABLE done").await;
        database.catalog().await
    });

    // Or it is taken back.
    run(&client, "UPDATE items SET count = 0 WHERE id = 777").await;
    let kept = straddle(&url, &["start", &file, "--keep-failed"]);
    assert_eq!(kept.code, 1, "{}", kept.stderr);
    assert_eq!(straddle(&url, &["rollback"]).code, 0);
    assert_eq!(before, database.catalog().await, "all is undone");
    run(&client, "UPDATE items SET price = 1 WHERE id = 777").await;
}

/// In settle there is more that rows can fail: it is kept, too.
#[tokio::test]
async fn a_start_that_is_kept_in_settle_goes_on_there() {
    let (database, client) = open(TABLES).await;
    run(&client, "UPDATE items SET name = 'name 1' WHERE id < 3").await;
    let change = migration(
        "next",
        r#"[{"alter_column": {"table": "items", "column": "name", "type": "text", "nullable": true,
              "unique": {"name": "one_name"}, "up": "upper(name)", "down": "lower(name)"}}]"#,
    );
    let mut options = slowly();
    options.keep_failed = true;
    let error = start(&database, options.clone(), &change, &quiet).await.expect_err("duplicates");
    assert!(matches!(error, Error::StartKept { .. }), "{error}");
    assert!(error.to_string().contains("\n    {\"id\": 2, \"name\": \"name 1\"}"), "{error}");
    run(&client, "UPDATE items SET name = 'name 2' WHERE id = 2").await;
    let began = Cell::new(None);
    let listener = |event: &Event<'_>| {
        if let Event::Step { phase, .. } = event {
            began.set(began.get().or(Some(*phase)));
        }
    };
    start(&database, options, &change, &listener).await.expect("a start that goes on");
    assert_eq!(began.get(), Some(Phase::Settle), "where it stopped");
}

/// Somebody writes a row behind our back, between the backfill and the proof.
#[tokio::test]
async fn the_proof_finds_a_row_that_was_broken_behind_our_back() {
    let (database, client) = open(TABLES).await;
    let change = migration(
        "next",
        r#"[{"add_column": {"table": "items", "up": "price / count",
              "column": {"name": "each", "type": "integer", "nullable": true}}}]"#,
    );
    let url = database.url();
    let broken = Cell::new(0);
    let break_by = |statement: &'static str| {
        let (url, broken) = (url.clone(), &broken);
        move |event: &Event<'_>| {
            if matches!(event, Event::Step { phase: Phase::Settle, number: 1, .. }) {
                let unseen = "SET straddle.backfill = 'on'; SET session_replication_role = replica";
                aside(url.clone(), format!("{unseen}; {statement}"));
                broken.set(broken.get() + 1);
            }
        }
    };
    let wrong = break_by(
        "UPDATE items SET \"_straddle_new_each\" = -1 WHERE id = 7;
         UPDATE items SET \"_straddle_new_each\" = NULL WHERE id = 700;
         INSERT INTO items VALUES (2000, 6, 3, 'unfilled')",
    );
    start(&database, slowly(), &change, &wrong).await.expect("they are filled again");
    let shown = "SELECT id, each FROM public_next.items WHERE id IN (7, 700, 2000) ORDER BY id";
    assert_eq!(ask(&client, shown).await, "7 | 14\n700 | 0\n2000 | 2");
    database.rollback("next").await;

    // What cannot be filled at all is named by the backfill that the proof asks for.
    let bad = break_by("UPDATE items SET count = 0 WHERE id = 8");
    let error = start(&database, slowly(), &change, &bad).await.expect_err("a bad row").to_string();
    assert!(
        error.contains("prove that every row of `items` is filled\n  division by zero"),
        "{error}"
    );
    assert!(error.contains("with: price / count\n    {\"id\": 8, \"count\": 0, "), "{error}");
    run(&client, "UPDATE items SET count = 8 WHERE id = 8").await;

    // What somebody breaks again and again is not accepted.
    run(
        &client,
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON items FOR EACH ROW WHEN (OLD.id = 9)
           EXECUTE FUNCTION keep();
         ALTER TABLE items ENABLE ALWAYS TRIGGER keep",
    )
    .await;
    let before = database.catalog().await;
    let mut options = slowly();
    options.allow_triggers = true;
    let error = start(&database, options, &change, &quiet).await.expect_err("never filled");
    assert!(error.to_string().contains("for other sessions\n    {\"id\": 9, "), "{error}");
    assert_eq!(before, database.catalog().await, "all is undone");
    assert_eq!(broken.get(), 2);
}
