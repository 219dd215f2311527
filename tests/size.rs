//! What a schema of many tables costs: reading the catalog grows no faster than the number of tables.

use crate::server::{Client, Database};

/// What a plan asks the catalog for every table, and the parameters behind the schema.
const QUERIES: &[(&str, &str, &str)] = &[
    ("tables", include_str!("../sql/catalog/tables.sql"), ""),
    ("columns", include_str!("../sql/catalog/columns.sql"), ""),
    ("constraints", include_str!("../sql/catalog/constraints.sql"), ""),
    ("foreign_keys", include_str!("../sql/catalog/foreign_keys.sql"), ""),
    ("indexes", include_str!("../sql/catalog/indexes.sql"), ""),
    ("statistics", include_str!("../sql/catalog/statistics.sql"), ""),
    ("triggers", include_str!("../sql/catalog/triggers.sql"), ""),
    ("firing", include_str!("../sql/catalog/firing.sql"), ""),
    ("dependents", include_str!("../sql/catalog/dependents.sql"), ", '{}'"),
    ("users", include_str!("../sql/catalog/users.sql"), ", '{}'"),
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
async fn blocks(client: &Client, query: &str, parameters: &str) -> u64 {
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
    for (_, query, parameters) in QUERIES {
        few.push(blocks(&client, query, parameters).await);
    }
    make_tables(&client, TABLES..TABLES * TIMES).await;
    let mut offenders = Vec::new();
    for ((name, query, parameters), few) in QUERIES.iter().zip(few) {
        let many = blocks(&client, query, parameters).await;
        // A scan of a whole catalog for every table or index makes it twenty to fifty times.
        if many > few * u64::from(TIMES) * 3 / 2 {
            offenders.push(format!("{name}: {few} blocks, {many} for {TIMES} times the tables"));
        }
    }
    assert!(offenders.is_empty(), "{}", offenders.join("\n"));
}
