//! Partitions come, go and move while a migration is under way.

use std::cell::Cell;

use straddle::engine::{Engine, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Client, Database, aside};

const SCHEMA: &str = "
    CREATE TABLE items (id int, day int, name text) PARTITION BY RANGE (day);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
    CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20);
    CREATE TABLE items_3 PARTITION OF items FOR VALUES FROM (20) TO (30);
    INSERT INTO items SELECT i, i % 30, 'name ' || i || repeat('.', 100) FROM generate_series(1, 2000) i";

/// Rows that were not filled.
const UNFILLED: &str =
    "SELECT count(*) FROM items WHERE \"_straddle_new_size\" IS DISTINCT FROM length(name)";

fn size_and_label() -> Migration {
    migration(
        "next",
        r#"[{"add_column": {"table": "items", "up": "length(name)",
              "column": {"name": "size", "type": "integer", "nullable": true}}},
            {"alter_column": {"table": "items", "column": "name", "type": "varchar(200)",
              "nullable": true, "up": "name", "down": "name"}}]"#,
    )
}

async fn open() -> (Database, Client) {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(SCHEMA).await.expect("the schema");
    (database, client)
}

async fn ask(client: &Client, query: &str) -> String {
    client.rows(query).await.expect("an answer").join("\n")
}

pub(crate) async fn run(client: &Client, statements: &str) {
    client
        .batch_execute(statements)
        .await
        .unwrap_or_else(|error| panic!("{statements}: {error:?}"));
}

#[tokio::test]
async fn rows_that_move_under_the_backfill_are_filled() {
    let (database, client) = open().await;
    let url = database.url();
    let stage = Cell::new(0);
    let listener = |event: &Event<'_>| {
        let Event::Backfilled { table, done, total, .. } = event else {
            return;
        };
        assert_eq!(*table, "items", "one table, whatever it consists of");
        // The partitions are of one size. A batch may have more than one block, as Postgres counts its rows.
        let meanwhile = match (*done, stage.get()) {
            // Its last rows come to the front, where the backfill has been.
            (done, 0) if (3..total / 3).contains(&done) => {
                "DELETE FROM items_1 WHERE ctid < '(4,0)'; VACUUM FULL items_1;
                 -- This one is still to come.
                 VACUUM FULL items_2"
            }
            (done, 1) if (total / 3 + 1..2 * total / 3).contains(&done) => {
                "DROP TABLE items_3;
                 CREATE TABLE items_0 (LIKE items INCLUDING ALL);
                 INSERT INTO items_0 (id, day, name) VALUES (5000, 50, 'attached');
                 ALTER TABLE items ATTACH PARTITION items_0 FOR VALUES FROM (50) TO (60)"
            }
            _ => return,
        };
        stage.set(stage.get() + 1);
        for statement in meanwhile.split(';') {
            aside(url.clone(), statement.to_owned());
        }
    };
    let mut options = Options::new(Ident::new("public").expect("a name"));
    // A block at a time.
    options.batch_size = Some(300);
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    engine.start(&size_and_label()).await.expect("a start");
    engine.close().await.expect("a clean end");
    assert_eq!(stage.get(), 2, "all of it happened");
    assert_eq!(ask(&client, UNFILLED).await, "0");
    assert_eq!(ask(&client, "SELECT size FROM public_next.items WHERE id = 5000").await, "8");
}

#[tokio::test]
async fn partitions_come_and_go_while_both_versions_live() {
    let (database, client) = open().await;
    let before = database.catalog().await;
    for ends_well in [false, true] {
        database.start("partitions", &size_and_label()).await;
        run(
            &client,
            "CREATE TABLE items_4 PARTITION OF items FOR VALUES FROM (30) TO (40);
             CREATE TABLE items_5 (LIKE items INCLUDING ALL);
             ALTER TABLE items ATTACH PARTITION items_5 FOR VALUES FROM (40) TO (50);
             INSERT INTO items VALUES (3000, 33, 'old'), (3001, 43, 'old');
             INSERT INTO public_next.items (id, day, size, name) VALUES (3002, 43, 9, 'new');
             ALTER TABLE items DETACH PARTITION items_3;
             UPDATE public_next.items SET size = NULL WHERE id = 3000;
             UPDATE items SET day = 44 WHERE id = 3000",
        )
        .await;
        let shown =
            "SELECT id, day, name, size FROM public_next.items WHERE id >= 3000 ORDER BY id";
        assert_eq!(
            ask(&client, shown).await,
            "3000 | 44 | old | NULL\n3001 | 43 | old | 3\n3002 | 43 | new | 9"
        );
        if ends_well {
            database.complete("partitions").await;
            let catalog = database.catalog().await;
            let ours = catalog.lines().filter(|line| line.contains("_straddle_"));
            // What is detached is left alone.
            assert!(ours.clone().all(|line| line.contains("public.items_3 ")), "{catalog}");
            assert_eq!(
                ask(&client, "SELECT id, day, name, size FROM items WHERE id >= 3000 ORDER BY id")
                    .await,
                "3000 | 44 | old | NULL\n3001 | 43 | old | 3\n3002 | 43 | new | 9"
            );
        } else {
            database.rollback("partitions").await;
            run(
                &client,
                "DROP TABLE items_4; DROP TABLE items_5; DROP TABLE items_3;
                 CREATE TABLE items_3 PARTITION OF items FOR VALUES FROM (20) TO (30)",
            )
            .await;
            assert_eq!(before, database.catalog().await, "as before");
        }
    }
}

#[tokio::test]
async fn complete_looks_at_every_partition() {
    let (database, client) = open().await;
    database.start("partitions", &size_and_label()).await;
    run(&client, "ALTER TABLE items_2 DISABLE TRIGGER \"~straddle_sync\"").await;
    assert_eq!(
        database.in_the_way_of_complete().await,
        "the trigger \"~straddle_sync\" of public.items_2 is or was disabled, and what was written \
         meanwhile is in one version only: write that again, then `ALTER TABLE public.items_2 ENABLE \
         ALWAYS TRIGGER \"~straddle_sync\"`"
    );
    run(
        &client,
        "ALTER TABLE items_2 ENABLE ALWAYS TRIGGER \"~straddle_sync\";
         CREATE INDEX items_1_name ON items_1 (name);
         CREATE VIEW names AS SELECT name FROM items_2",
    )
    .await;
    assert_eq!(
        database.in_the_way_of_complete().await,
        "index items_1_name: `DROP INDEX public.items_1_name`\nview names: `DROP VIEW public.names`"
    );
    run(&client, "DROP INDEX items_1_name; DROP VIEW names").await;
    database.complete("partitions").await;
}

/// Postgres asks nobody for rights on the types of a partition key when it routes a row, nor do we.
#[tokio::test]
async fn a_row_is_moved_by_a_role_that_has_the_version_alone() {
    let database = Database::new().await;
    let client = database.client().await;
    run(
        &client,
        "CREATE SCHEMA shop;
         CREATE TYPE shop.state AS ENUM ('new', 'done');
         CREATE TABLE shop.tasks (id int, state shop.state, points text) PARTITION BY LIST (state);
         CREATE TABLE shop.tasks_new PARTITION OF shop.tasks FOR VALUES IN ('new');
         CREATE TABLE shop.tasks_done PARTITION OF shop.tasks FOR VALUES IN ('done');
         GRANT SELECT, UPDATE ON shop.tasks TO pg_signal_backend;
         INSERT INTO shop.tasks VALUES (1, 'new', '1')",
    )
    .await;
    let options = Options::new(Ident::new("shop").expect("a name"));
    let quiet = &|_: &Event<'_>| {};
    let engine = Engine::open(&database.target(), options, quiet).await.expect("an engine");
    let points = r#"[{"alter_column": {"table": "tasks", "column": "points", "type": "integer",
        "nullable": true, "up": "points::integer", "down": "COALESCE(points, 0)::text"}}]"#;
    engine.start(&migration("next", points)).await.expect("a start");
    run(
        &client,
        "GRANT USAGE ON SCHEMA shop_next TO pg_signal_backend;
         SET ROLE pg_signal_backend;
         SET search_path = shop_next;
         UPDATE tasks SET points = NULL;
         UPDATE tasks SET state = 'done'",
    )
    .await;
    assert_eq!(ask(&client, "SELECT * FROM tasks").await, "1 | done | NULL");
    engine.close().await.expect("a clean end");
}

/// Where a primary key is replaced, a partition that comes later has an index for that, or is still empty.
#[tokio::test]
async fn partitions_come_while_keys_of_their_table_are_replaced() {
    for ends_well in [true, false] {
        let database = Database::new().await;
        let client = database.client().await;
        run(
            &client,
            "CREATE TABLE people (id int PRIMARY KEY);
             CREATE TABLE items (id int, day int, owner int REFERENCES people, size int, PRIMARY KEY (id, day),
               UNIQUE (size, day)) PARTITION BY RANGE (day);
             CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
             INSERT INTO people VALUES (1);
             INSERT INTO items VALUES (1, 1, 1, 1)",
        )
        .await;
        let before = database.catalog().await;
        let wider = r#"[{"alter_column": {"table": "items", "column": "id", "type": "bigint"}},
            {"alter_column": {"table": "items", "column": "size", "type": "bigint"}},
            {"alter_column": {"table": "people", "column": "id", "type": "bigint"}}]"#;
        database.start("partitions", &migration("next", wider)).await;
        run(
            &client,
            "CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20);
             CREATE TABLE items_3 (LIKE items INCLUDING ALL);
             ALTER TABLE items ATTACH PARTITION items_3 DEFAULT;
             INSERT INTO public_next.items VALUES (2, 12, 1, 2)",
        )
        .await;
        if !ends_well {
            database.rollback("partitions").await;
            run(&client, "DROP TABLE items_2; DROP TABLE items_3").await;
            assert_eq!(before, database.catalog().await, "as before");
            continue;
        }
        let engine = database.engine().await;
        let error = engine.complete().await.expect_err("a refusal");
        let make = "CREATE UNIQUE INDEX CONCURRENTLY ON public.items_2 USING btree (_straddle_new_id, day)";
        assert_eq!(
            error.to_string().lines().nth(1).unwrap_or_default().trim(),
            format!(
                "the partition public.items_2 came meanwhile, and has no index that becomes its primary key: `{make}`"
            )
        );
        engine.close().await.expect("a clean end");
        run(&client, make).await;
        database.complete("partitions").await;
        let catalog = database.catalog().await;
        let left: Vec<&str> = catalog.lines().filter(|line| line.contains("_straddle")).collect();
        assert!(left.is_empty(), "{left:#?}");
        let keys =
            "SELECT conrelid::regclass, contype, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid::regclass::text LIKE 'items%' AND contype IN ('p', 'u', 'f')
              AND conparentid <> 0 ORDER BY 1, 2";
        let expected: Vec<String> = ["items_1", "items_2", "items_3"]
            .iter()
            .flat_map(|one| {
                [
                    format!("{one} | f | FOREIGN KEY (owner) REFERENCES people(id)"),
                    format!("{one} | p | PRIMARY KEY (id, day)"),
                    format!("{one} | u | UNIQUE (size, day)"),
                ]
            })
            .collect();
        assert_eq!(ask(&client, keys).await, expected.join("\n"));
    }
}
