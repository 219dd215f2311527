//! Indexes that partitions have by themselves, on partitions that come and go while a migration is under way.

use crate::operator::migration;
use crate::partitions::run;
use crate::server::{Client, Database};

const SCHEMA: &str = "
    CREATE TABLE items (id int NOT NULL, day int) PARTITION BY RANGE (day);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
    CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20);
    CREATE TABLE items_3 PARTITION OF items FOR VALUES FROM (20) TO (30);
    CREATE UNIQUE INDEX items_1_id ON items_1 (id);
    ALTER TABLE items_2 ADD PRIMARY KEY (id);
    CREATE UNIQUE INDEX items_3_id ON items_3 (id);
    INSERT INTO items SELECT i, i FROM generate_series(1, 29) i";

const WIDER: &str = r#"[{"alter_column": {"table": "items", "column": "id", "type": "bigint"}}]"#;

/// The indexes of each partition, whatever it belongs to.
const INDEXES: &str = "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'items%' ORDER BY 1";

async fn open() -> (Database, Client) {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, SCHEMA).await;
    (database, client)
}

async fn ask(client: &Client, query: &str) -> Vec<String> {
    client.rows(query).await.expect("an answer")
}

/// A partition that is detached keeps the columns of both versions, and what it has on them.
#[tokio::test]
async fn partitions_with_indexes_of_their_own_are_detached_and_dropped() {
    for ends_well in [false, true] {
        let (database, client) = open().await;
        database.start("next", &migration("next", WIDER)).await;
        run(&client, "ALTER TABLE items DETACH PARTITION items_1; DROP TABLE items_2").await;
        if ends_well {
            database.complete("next").await;
        } else {
            database.rollback("next").await;
        }
        let mut indexes = ask(&client, INDEXES).await;
        let copies: Vec<String> =
            indexes.extract_if(.., |index| index.contains("_straddle_")).collect();
        assert_eq!(copies.len(), usize::from(ends_well), "{copies:?}");
        assert!(copies.iter().all(|index| index.contains("ON public.items_1 ")), "{copies:?}");
        let kept = [1, 3].map(|n| {
            format!("CREATE UNIQUE INDEX items_{n}_id ON public.items_{n} USING btree (id)")
        });
        assert_eq!(indexes, kept);
        let type_name = if ends_well { "bigint" } else { "integer" };
        let types = "SELECT format_type(atttypid, -1) FROM pg_attribute
            WHERE attrelid = 'items_3_id'::regclass";
        assert_eq!(ask(&client, types).await, [type_name]);
    }
}

/// An index of the table has a part in each partition.
#[tokio::test]
async fn partitions_are_dropped_while_an_index_of_their_table_is_made() {
    for ends_well in [false, true] {
        let (database, client) = open().await;
        run(&client, "CREATE INDEX items_day ON items (day, id)").await;
        database.start("next", &migration("next", WIDER)).await;
        run(&client, "DROP TABLE items_2").await;
        if ends_well {
            database.complete("next").await;
        } else {
            database.rollback("next").await;
        }
        let indexes = ask(&client, INDEXES).await;
        assert_eq!(indexes.len(), 5, "{indexes:?}");
        let ours = indexes.iter().find(|index| index.contains("_straddle_"));
        assert_eq!(ours, None, "{indexes:?}");
    }
}

#[tokio::test]
async fn complete_wants_every_copy_of_an_index_that_a_partition_has_by_itself() {
    let (database, client) = open().await;
    database.start("next", &migration("next", WIDER)).await;
    let copy =
        "SELECT indexname FROM pg_indexes WHERE tablename = 'items_3' AND indexname LIKE '\\_%'";
    let copy = ask(&client, copy).await.concat();
    run(&client, &format!("DROP INDEX {copy}")).await;
    let make = format!(
        "CREATE UNIQUE INDEX \"{copy}\" ON \"public\".\"items_3\" USING btree (_straddle_new_id)"
    );
    assert_eq!(
        database.in_the_way_of_complete().await,
        format!(
            "the index {copy} of the partition items_3 is gone, which is to become its items_3_id: `{make}`, \
             or roll back, and start again"
        )
    );
    run(&client, &make).await;
    run(
        &client,
        "CREATE TABLE items_4 (LIKE items INCLUDING ALL);
         CREATE UNIQUE INDEX items_4_id ON items_4 (id);
         ALTER TABLE items ATTACH PARTITION items_4 DEFAULT",
    )
    .await;
    assert_eq!(
        database.in_the_way_of_complete().await,
        "index items_4_id: `DROP INDEX public.items_4_id`"
    );
    run(&client, "DROP INDEX items_4_id").await;
    database.complete("next").await;
    let indexes = [
        "CREATE UNIQUE INDEX items_1_id ON public.items_1 USING btree (id)",
        "CREATE UNIQUE INDEX items_2_pkey ON public.items_2 USING btree (id)",
        "CREATE UNIQUE INDEX items_3_id ON public.items_3 USING btree (id)",
    ];
    assert_eq!(ask(&client, INDEXES).await, indexes);
}

/// What the new version cannot have is told with the rows of that partition.
#[tokio::test]
async fn a_partition_whose_own_index_would_have_duplicates_stops_the_start() {
    let (database, client) = open().await;
    let before = database.catalog().await;
    let halves = r#"[{"alter_column": {"table": "items", "column": "id", "type": "bigint",
        "up": "id / 2", "down": "id"}}]"#;
    let engine = database.engine().await;
    let error = engine.start(&migration("next", halves)).await.expect_err("duplicates");
    let told = error.to_string();
    assert!(told.contains("_straddle_dup_items_1_id"), "{told}");
    engine.close().await.expect("a clean end");
    assert_eq!(before, database.catalog().await, "as before");
    assert_eq!(ask(&client, "SELECT count(*) FROM items").await, ["29"]);
}
