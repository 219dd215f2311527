//! What a schema of many tables costs: reading the catalog grows no faster than the number of tables.

use straddle::engine::Error;

use crate::operator::migration;
use crate::server::{Client, Database};
use crate::throttle::own_server;

/// What a plan asks the catalog for every table, and the parameters behind the schema.
const QUERIES: &[(&str, &str, &str)] = &[
    ("tables", include_str!("../sql/catalog/tables.sql"), ", NULL"),
    ("families", include_str!("../sql/catalog/families.sql"), ", NULL"),
    ("published", include_str!("../sql/catalog/published.sql"), ", NULL"),
    ("columns", include_str!("../sql/catalog/columns.sql"), ", NULL"),
    ("constraints", include_str!("../sql/catalog/constraints.sql"), ", NULL"),
    ("foreign_keys", include_str!("../sql/catalog/foreign_keys.sql"), ", NULL"),
    ("indexes", include_str!("../sql/catalog/indexes.sql"), ", NULL"),
    ("own_indexes", include_str!("../sql/catalog/indexes.sql"), ", NULL"),
    ("statistics", include_str!("../sql/catalog/statistics.sql"), ", NULL"),
    ("triggers", include_str!("../sql/catalog/triggers.sql"), ""),
    ("firing", include_str!("../sql/catalog/firing.sql"), ""),
    ("dependents", include_str!("../sql/catalog/dependents.sql"), ", '{}'"),
    ("partitions_own", include_str!("../sql/catalog/partitions_own.sql"), ""),
    ("users", include_str!("../sql/catalog/users.sql"), ", '{}'"),
];

/// What some of them have in them.
const TREE: &str = include_str!("../sql/catalog/tree.sql");
const MEMBER: &str = include_str!("../sql/catalog/member.sql");
const OWN: &str = include_str!("../sql/catalog/own_index.sql");
const INDEXED: [&str; 2] = [
    include_str!("../sql/catalog/indexed_tables.sql"),
    include_str!("../sql/catalog/indexed_partitions.sql"),
];

/// So many tables, and then this many times more.
const TABLES: u32 = 30;
const TIMES: u32 = 10;

/// Each with a bit of everything, and with a foreign key to the one before.
async fn make_tables(client: &Client, numbers: std::ops::Range<u32>) {
    let before = "CREATE FUNCTION public.same() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RETURN NEW; END'";
    if numbers.start == 0 {
        client.batch_execute(before).await.expect("a function");
    }
    for n in numbers {
        let other = n.saturating_sub(1);
        let make = format!(
            "CREATE TABLE public.t{n} (id serial PRIMARY KEY, a text NOT NULL CHECK (a <> ''), b int UNIQUE,
               other int REFERENCES public.t{other});
             CREATE INDEX ON public.t{n} (lower(a)) WHERE b > 0;
             CREATE TRIGGER same BEFORE UPDATE ON public.t{n} FOR EACH ROW EXECUTE FUNCTION public.same();
             CREATE STATISTICS public.s{n} ON a, b FROM public.t{n};
             CREATE VIEW public.v{n} AS SELECT id, a FROM public.t{n}"
        );
        client.batch_execute(&make).await.expect("a table");
    }
}

/// How many blocks of the catalog a query looks at.
async fn blocks(client: &Client, (name, query, parameters): (&str, &str, &str)) -> u64 {
    let query = query.replace("{tables}", INDEXED[usize::from(name == "own_indexes")]);
    let query = query.replace("{tree}", TREE).replace("{member}", MEMBER).replace("{own}", OWN);
    let types = if parameters.is_empty() { "text" } else { "text, text[]" };
    let explain = format!(
        "DEALLOCATE ALL; PREPARE question ({types}) AS {query};
         EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE question('public'{parameters})"
    );
    let rows = client.rows(&explain).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let explained: serde_json::Value = serde_json::from_str(&rows.concat()).expect("JSON");
    let plan = &explained[0]["Plan"];
    let blocks = |kind: &str| plan[kind].as_u64().expect("a number of blocks");
    blocks("Shared Hit Blocks") + blocks("Shared Read Blocks")
}

#[tokio::test]
async fn many_tables_cost_no_more_than_their_number() {
    let database = Database::new().await;
    let client = database.client().await;
    let settings = "SET jit = off; SET search_path = pg_catalog;
        SET plan_cache_mode = force_generic_plan; SET max_parallel_workers_per_gather = 0";
    client.batch_execute(settings).await.expect("settings");
    make_tables(&client, 0..TABLES).await;
    let mut few = Vec::new();
    for query in QUERIES {
        few.push(blocks(&client, *query).await);
    }
    make_tables(&client, TABLES..TABLES * TIMES).await;
    let mut offenders = Vec::new();
    for (query, few) in QUERIES.iter().zip(few) {
        let (name, many) = (query.0, blocks(&client, *query).await);
        // A scan of a whole catalog for every table or index makes it twenty to fifty times.
        if many > few * u64::from(TIMES) * 3 / 2 {
            offenders.push(format!("{name}: {few} blocks, {many} for {TIMES} times the tables"));
        }
    }
    assert!(offenders.is_empty(), "{}", offenders.join("\n"));
}

/// How many tables there are, and partitions that no migration is about: each by itself more than the lock table holds.
const MANY: u32 = 1200;

/// A lock table for fewer relations than there are, as it usually is in a database of thousands.
#[tokio::test]
async fn a_lock_for_every_table_is_not_needed() {
    let settings = [
        ("max_connections", "12"),
        ("max_locks_per_transaction", "28"),
        ("max_worker_processes", "2"),
        ("max_wal_senders", "0"),
        ("autovacuum", "off"),
    ];
    let server = own_server(&settings);
    let database = Database::new_by(|name| server.url(name)).await;
    let client = database.client().await;
    for first in (0..MANY).step_by(20) {
        let tables: String = (first..first + 20)
            .map(|n| {
                format!(
                    "CREATE TABLE t{n} (id int PRIMARY KEY, a text);
                     CREATE TABLE p{n} PARTITION OF p FOR VALUES FROM ({n}) TO ({n} + 1);"
                )
            })
            .collect();
        let parent =
            if first == 0 { "CREATE TABLE p (id int) PARTITION BY RANGE (id);" } else { "" };
        client.batch_execute(&format!("{parent} {tables}")).await.expect("tables");
    }
    let all = format!(
        "DO $$ BEGIN FOR n IN 0..{} LOOP EXECUTE 'LOCK TABLE t' || n; END LOOP; END $$",
        MANY - 1
    );
    // Postgres 18 has room for all of them, for a reason of its own.
    if let Err(error) = client.batch_execute(&all).await {
        assert_eq!(error.code().map(|code| code.code()), Some("53200"), "the lock table is full");
    }
    // Postgres says so before it lets go.
    client.batch_execute("SELECT 1").await.expect("an answer");
    let add = |name: &str| {
        let column = format!(
            r#"[{{"add_column": {{"table": "t1", "column": {{"name": "{name}", "type": "int", "nullable": true}}, "up": "length(a)"}}}}]"#
        );
        migration(name, &column)
    };
    database.start("first", &add("first")).await;
    database.complete("first").await;
    database.start("later", &add("later")).await;
    database.rollback("later").await;
    let left = "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%later%'
        UNION ALL SELECT attname FROM pg_attribute WHERE attname LIKE '%later%' AND NOT attisdropped";
    assert!(client.rows(left).await.expect("an answer").is_empty(), "rollback leaves nothing");
    database.start("later", &add("later")).await;
    database.complete("later").await;
    let views = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public_later'::regnamespace";
    assert_eq!(client.rows(views).await.expect("an answer"), [(MANY + 1).to_string()]);
}

/// Columns that are not there any more count, too: what does not fit is refused before anything has changed.
#[tokio::test]
async fn column_slots_that_are_used_up_are_refused() {
    let database = Database::new().await;
    let client = database.client().await;
    let columns: Vec<String> = (0..1590).map(|n| format!("c{n} int")).collect();
    let gone: Vec<String> = (5..1590).map(|n| format!("DROP COLUMN c{n}")).collect();
    let table = format!(
        "CREATE TABLE used (id int PRIMARY KEY, {}); ALTER TABLE used {}",
        columns.join(", "),
        gone.join(", ")
    );
    client.batch_execute(&table).await.expect("a table");
    let add = |count: usize| {
        let add = |n| {
            format!(
                r#"{{"add_column": {{"table": "used", "column": {{"name": "d{n}", "type": "int", "nullable": true}}}}}}"#
            )
        };
        let operations: Vec<String> = (0..count).map(add).collect();
        migration(&format!("add_{count}"), &format!("[{}]", operations.join(", ")))
    };
    let before = database.catalog().await;
    let engine = database.engine().await;
    let refused = engine.start(&add(10)).await;
    let Err(Error::Rejected { rejections, .. }) = refused else { panic!("{refused:?}") };
    assert!(rejections[0].message.contains("`used` has used 1591 of the 1600 columns that Postgres ever gives a table, dropped ones included, and this needs 10 more"), "{rejections:?}");
    assert!(before == database.catalog().await, "nothing has changed");
    engine.start(&add(9)).await.expect("a start");
    engine.complete().await.expect("a complete");
}

/// A wide table costs the more, the wider it is, and not by its width again for each column.
#[tokio::test]
async fn wide_tables_have_versions() {
    let wanted = crate::server::variable("STRADDLE_TEST_COLUMNS");
    let width: usize = wanted.and_then(|columns| columns.parse().ok()).unwrap_or(400);
    let database = Database::new().await;
    let client = database.client().await;
    let columns: Vec<String> = (0..width).map(|n| format!("c{n} int DEFAULT {n}")).collect();
    let table = format!(
        "CREATE TABLE wide (id int PRIMARY KEY, {}); INSERT INTO wide VALUES (1)",
        columns.join(", ")
    );
    client.batch_execute(&table).await.expect("a table");
    let replace = |n| {
        format!(
            r#"{{"alter_column": {{"table": "wide", "column": "c{n}", "type": "text", "up": "c{n}::text", "down": "c{n}::int"}}}}"#
        )
    };
    let operations: Vec<String> = (0..60).map(replace).collect();
    let next = migration("next", &format!("[{}]", operations.join(", ")));
    let before = database.catalog().await;
    database.start("next", &next).await;
    let insert = "INSERT INTO public_next.wide (id, c7) VALUES (2, '-7')";
    client.batch_execute(insert).await.expect("a row");
    let rows = client.rows("SELECT c7, c59 FROM public.wide ORDER BY id").await.expect("rows");
    assert_eq!(rows, ["7 | 59", "-7 | 59"]);
    database.rollback("next").await;
    assert!(before == database.catalog().await, "rollback leaves nothing");
    database.start("next", &next).await;
    database.complete("next").await;
}
