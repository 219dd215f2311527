//! What there is on newer majors of Postgres alone.

use straddle::engine::Error;
use straddle::operation::Rejection;

use crate::operator::migration;
use crate::server::{Client, Database};

async fn is_before(client: &Client, major: u32) -> bool {
    let version = client.rows("SHOW server_version_num").await.expect("a version").join("");
    version.parse::<u32>().expect("a number") < major * 10_000
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

async fn ask(client: &Client, sql: &str) -> String {
    client.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).join(", ")
}

/// What a migration of these operations is refused for.
async fn refused(database: &Database, operations: &str) -> String {
    let said = rejections(database, operations).await;
    said.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("\n")
}

/// The refusals of a migration of these operations, before which nothing has changed.
async fn rejections(database: &Database, operations: &str) -> Vec<Rejection> {
    let before = database.catalog().await;
    let engine = database.engine().await;
    let error = engine.start(&migration("next", operations)).await.expect_err("a refusal");
    engine.close().await.expect("a clean end");
    assert!(before == database.catalog().await, "something has changed");
    match error {
        Error::Rejected { rejections, .. } => rejections,
        other => panic!("{other:?}"),
    }
}

/// Completes the live migration, or takes it back and looks that it has left no trace.
async fn end(database: &Database, before: &str, ends_well: bool) {
    if ends_well {
        return database.complete("virtual").await;
    }
    database.rollback("virtual").await;
    run(&database.client().await, "DELETE FROM t WHERE id > 1").await;
    assert_eq!(before, database.catalog().await, "as before");
}

/// Postgres 18 computes such columns when they are read, so that no row has to be written for them.
#[tokio::test]
async fn virtual_columns_live_beside_what_is_changed() {
    let database = Database::new().await;
    let client = database.client().await;
    if is_before(&client, 18).await {
        return;
    }
    run(
        &client,
        "CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL,
           loud text GENERATED ALWAYS AS (b || '!') VIRTUAL, more int GENERATED ALWAYS AS (c + 1) VIRTUAL);
         INSERT INTO t (id, a, b, c) VALUES (1, 1, 'x', 5)",
    )
    .await;
    let before = database.catalog().await;
    // What a virtual column reads can go, and can be replaced, along with it.
    let change = migration(
        "next",
        r#"[{"drop_column": {"table": "t", "column": "loud"}},
            {"alter_column": {"table": "t", "column": "b", "type": "varchar(9)", "up": "upper(b)", "down": "lower(b)"}},
            {"drop_column": {"table": "t", "column": "more"}},
            {"drop_column": {"table": "t", "column": "c", "down": "7"}},
            {"rename_column": {"table": "t", "from": "twice", "to": "doubled"}},
            {"add_column": {"table": "t", "column": {"name": "n", "type": "int"}, "up": "a + 1"}}]"#,
    );
    for ends_well in [false, true] {
        database.start("virtual", &change).await;
        run(&client, "INSERT INTO public_next.t (id, a, b, n) VALUES (2, 3, 'Y', 9)").await;
        run(&client, "INSERT INTO public.t (id, a, b, c) VALUES (3, 4, 'z', 6)").await;
        assert_eq!(
            ask(&client, "SELECT id, a, b, twice, loud, c, more FROM public.t ORDER BY 1").await,
            "1 | 1 | x | 2 | x! | 5 | 6, 2 | 3 | y | 6 | y! | 7 | 8, 3 | 4 | z | 8 | z! | 6 | 7"
        );
        assert_eq!(
            ask(&client, "SELECT id, a, b, doubled, n FROM public_next.t ORDER BY 1").await,
            "1 | 1 | X | 2 | 2, 2 | 3 | Y | 6 | 9, 3 | 4 | Z | 8 | 5"
        );
        end(&database, &before, ends_well).await;
    }
    assert_eq!(
        ask(&client, "SELECT id, a, b, doubled, n FROM public_next.t ORDER BY 1").await,
        "1 | 1 | X | 2 | 2, 2 | 3 | Y | 6 | 9, 3 | 4 | Z | 8 | 5"
    );
    let generated = "SELECT attname, attgenerated FROM pg_attribute WHERE attrelid = 't'::regclass
        AND attgenerated <> '' AND NOT attisdropped";
    assert_eq!(ask(&client, generated).await, "doubled | v");
}

/// Virtual columns are made, in tables that are there, too, where Postgres has them.
#[tokio::test]
async fn virtual_columns_are_made_from_18_on() {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1)").await;
    let (twice, both) = (
        r#"{"name": "twice", "type": "int", "nullable": true, "generated": {"expression": "a * 2", "virtual": true}}"#,
        r#"{"name": "both", "type": "int", "generated": {"expression": "a + id", "virtual": true}}"#,
    );
    let add = |column: &str, more: &str| {
        format!(r#"{{"add_column": {{"table": "t", "column": {column}{more}}}}}"#)
    };
    let create = format!(
        r#"{{"create_table": {{"name": "u", "columns": [{{"name": "id", "type": "int", "pk": true}},
            {{"name": "a", "type": "int"}}, {both}]}}}}"#
    );
    let all = format!("[{}, {create}]", add(twice, ""));
    if is_before(&client, 18).await {
        let message = "`virtual` needs Postgres 18 or later";
        assert_eq!(refused(&database, &all).await, [message; 2].join("\n"));
        return;
    }
    let before = database.catalog().await;
    let replaced = r#"{"alter_column": {"table": "t", "column": "a", "type": "bigint"}}"#;
    let added =
        r#"{"add_column": {"table": "t", "column": {"name": "n", "type": "int"}, "up": "twice"}}"#;
    for (operations, message) in [
        (add(both, ""), "whether it is NULL somewhere shows only when each row is read"),
        (add(twice, r#", "up": "7""#), "the column is computed from others, so it takes no `up`"),
        (format!("{replaced}, {}", add(twice, "")), "it reads `t.a`, which the migration makes"),
        (format!("{}, {added}", add(twice, "")), "it reads the generated column `twice`"),
    ] {
        assert_eq!(refused(&database, &format!("[{operations}]")).await, message);
    }
    for ends_well in [false, true] {
        database.start("virtual", &migration("next", &all)).await;
        run(&client, "INSERT INTO public_next.t (id, a) VALUES (2, 3)").await;
        run(&client, "INSERT INTO public_next.u (id, a) VALUES (2, 3)").await;
        run(&client, "INSERT INTO t VALUES (3, 4)").await;
        let shown = ask(&client, "SELECT id, a, twice FROM public_next.t ORDER BY 1").await;
        assert_eq!(shown, "1 | 1 | 2, 2 | 3 | 6, 3 | 4 | 8");
        end(&database, &before, ends_well).await;
    }
    let shown = ask(&client, "SELECT id, a, twice FROM public_next.t ORDER BY 1").await;
    assert_eq!(shown, "1 | 1 | 2, 2 | 3 | 6, 3 | 4 | 8");
    assert_eq!(ask(&client, "SELECT \"both\" FROM u").await, "5");
    let generated = "SELECT attname, attgenerated FROM pg_attribute WHERE attgenerated <> ''
        AND attrelid IN ('t'::regclass, 'u'::regclass) AND NOT attisdropped ORDER BY 1";
    assert_eq!(ask(&client, generated).await, "both | v, twice | v");
}

/// Before 18, no foreign key of a partitioned table can be made without reading it.
#[tokio::test]
async fn partitioned_tables_refer_to_a_replaced_primary_key_from_18_on() {
    let database = Database::new().await;
    let client = database.client().await;
    run(
        &client,
        "CREATE TABLE visits (id int, day int, up int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
         CREATE TABLE visits_2 PARTITION OF visits DEFAULT;
         ALTER TABLE visits ADD CONSTRAINT above FOREIGN KEY (up, day) REFERENCES visits ON DELETE CASCADE;
         CREATE TABLE lines (visit int, day int, CONSTRAINT lines_of FOREIGN KEY (visit, day) REFERENCES visits
           ON DELETE CASCADE) PARTITION BY LIST (day);
         CREATE TABLE lines_1 PARTITION OF lines FOR VALUES IN (1, 2, 3);
         CREATE TABLE lines_2 PARTITION OF lines DEFAULT;
         INSERT INTO visits VALUES (1, 1, NULL), (2, 2, NULL), (12, 12, NULL), (20, 2, 2);
         INSERT INTO lines VALUES (1, 1), (2, 2), (12, 12)",
    )
    .await;
    let wider = r#"[{"alter_column": {"table": "visits", "column": "id", "type": "bigint"}}]"#;
    if is_before(&client, 18).await {
        let said = refused(&database, wider).await;
        assert_eq!(said, "`visits_pkey` is on the partitioned table `visits`");
        return;
    }
    let before = database.catalog().await;
    database.start("wider", &migration("wider", wider)).await;
    database.rollback("wider").await;
    assert_eq!(before, database.catalog().await, "as before");
    database.start("wider", &migration("wider", wider)).await;
    run(&client, "DELETE FROM public_wider.visits WHERE id = 2; DELETE FROM visits WHERE id = 12")
        .await;
    database.complete("wider").await;
    assert_eq!(ask(&client, "SELECT * FROM lines").await, "1 | 1");
    assert_eq!(
        ask(&client, "SELECT id, pg_typeof(id), pg_typeof(up) FROM visits").await,
        "1 | bigint | bigint"
    );
    let keys = "SELECT count(*), bool_and(convalidated), bool_and(conindid IN (
          SELECT indexrelid FROM pg_index WHERE indisprimary)), string_agg(DISTINCT left(conname, 5), ' ')
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
    assert_eq!(ask(&client, keys).await, "10 | t | t | above lines");
}

#[tokio::test]
async fn what_18_brings_and_cannot_be_carried_is_refused() {
    let database = Database::new().await;
    let client = database.client().await;
    if is_before(&client, 18).await {
        return;
    }
    run(
        &client,
        "CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL);
         ALTER TABLE t ADD b int;
         CREATE TABLE owners (id int PRIMARY KEY);
         CREATE TABLE parts (id int, owner int) PARTITION BY RANGE (id);
         CREATE TABLE parts_1 PARTITION OF parts DEFAULT;
         ALTER TABLE parts ADD CONSTRAINT parts_owner FOREIGN KEY (owner) REFERENCES owners NOT VALID;
         CREATE TABLE noted (id int, owner int) PARTITION BY RANGE (id);
         CREATE TABLE noted_1 PARTITION OF noted DEFAULT;
         ALTER TABLE noted ADD CONSTRAINT noted_owner FOREIGN KEY (owner) REFERENCES owners NOT ENFORCED;
         CREATE TABLE stays (room int4range, during daterange, CONSTRAINT stays_apart PRIMARY KEY (room, during WITHOUT OVERLAPS));
         CREATE TABLE nights (room int4range, during daterange, CONSTRAINT nights_apart PRIMARY KEY (room, during WITHOUT OVERLAPS));
         CREATE TABLE meals (room int4range, during daterange,
           CONSTRAINT meals_of_nights FOREIGN KEY (room, PERIOD during) REFERENCES nights)",
    )
    .await;
    let alter = |table: &str, column: &str, becomes: &str| {
        format!(
            r#"[{{"alter_column": {{"table": "{table}", "column": "{column}", "type": "{becomes}",
                "up": "NULL", "down": "NULL"}}}}]"#
        )
    };
    for (table, column, becomes, message) in [
        ("t", "a", "bigint", "the generated column `twice` reads `a`"),
        ("t", "twice", "bigint", "`twice` is generated, and cannot be replaced"),
        ("parts", "owner", "bigint", "`parts_owner` is on the partitioned table `parts`"),
        ("stays", "room", "int8range", "`stays_apart` is a key WITHOUT OVERLAPS"),
        ("meals", "room", "int8range", "`meals_of_nights` is a foreign key with a PERIOD"),
    ] {
        assert_eq!(refused(&database, &alter(table, column, becomes)).await, message);
    } // What refers to a key goes with it, and is named beside it.
    let follows = r#"[{"alter_column": {"table": "nights", "column": "room", "type": "int8range",
        "up": "room::text::int8range", "down": "room::text::int4range"}}]"#;
    assert_eq!(refused(&database, follows).await, "`nights_apart` is a key WITHOUT OVERLAPS");
    let withheld = r#"[{"alter_column": {"table": "t", "column": "b", "type": "bigint", "on_violation": "null",
        "check": {"name": "less", "constraint": "b < twice"}}}]"#;
    let reads = "a check on `t.b` reads the generated `t.twice`";
    assert_eq!(refused(&database, withheld).await, reads);
    let refers = r#"[{"create_constraint": {"table": "meals", "name": "meals_of_stays", "type": "foreign_key",
        "columns": ["room", "during"], "references": {"table": "stays", "columns": ["room", "during"]}}}]"#;
    let temporal =
        "`stays_apart` is a key WITHOUT OVERLAPS, to which a foreign key refers by a PERIOD";
    assert_eq!(refused(&database, refers).await, temporal);
    for (table, hint) in [
        ("parts", "it is NOT VALID there: validate it, or drop it, before"),
        ("noted", "it is NOT ENFORCED there: drop it before, and make it again after `complete`"),
    ] {
        let said = rejections(&database, &alter(table, "owner", "bigint")).await;
        assert_eq!(said.first().and_then(|one| one.hint.as_deref()), Some(hint));
    }
}
