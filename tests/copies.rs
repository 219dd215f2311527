//! What columns have only from Postgres 18 on is kept, too, when they are replaced.

use serde_json::json;
use straddle::migration::Migration;

use crate::server::Database;

const BEFORE: &str = "
    CREATE TABLE things (
      id int PRIMARY KEY,
      kind varchar(9) CONSTRAINT kind_is_given NOT NULL,
      place text,
      note text CONSTRAINT note_is_given NOT NULL NO INHERIT,
      CONSTRAINT wishful CHECK (kind <> 'c') NOT ENFORCED);
    CREATE TABLE kinds (name varchar(9) PRIMARY KEY);
    INSERT INTO things VALUES (1, 'a', 'x', 'x'), (2, 'b', 'y', 'y'), (3, 'c', 'z', 'z');
    ALTER TABLE things ADD CONSTRAINT place_is_given NOT NULL place NOT VALID,
      ADD CONSTRAINT known FOREIGN KEY (kind) REFERENCES kinds NOT ENFORCED;
    COMMENT ON CONSTRAINT kind_is_given ON things IS 'every thing is of a kind';
    COMMENT ON CONSTRAINT wishful ON things IS 'not yet'";

const DIRECTLY: &str = "ALTER TABLE things ALTER kind TYPE text, ALTER place TYPE varchar(20),
    ALTER note TYPE varchar(30)";

fn migration() -> Migration {
    let alter = |column: &str, new: &str, down: &str| {
        let change = serde_json::json!({
            "table": "things", "column": column, "type": new, "up": column, "down": down
        });
        serde_json::from_value(serde_json::json!({ "alter_column": change })).expect("an operation")
    };
    Migration::new(
        "next",
        vec![
            alter("kind", "text", "CAST(kind AS varchar(9))"),
            alter("place", "varchar(20)", "place"),
            alter("note", "varchar(30)", "note"),
        ],
    )
}

/// The schema, but for what is about versions.
async fn described(database: &Database) -> Vec<String> {
    let catalog = database.catalog().await;
    let lines = catalog.lines().map(str::to_owned);
    lines.filter(|line| !line.contains("public_") && !line.starts_with(' ')).collect()
}

/// A migration leaves the schema as the same change made directly does, and a rollback as it was.
/// Older servers have nothing of what this is about.
async fn is_as_if_made_directly(before: &str, migration: &Migration, directly: &str) {
    let ours = Database::new().await;
    let client = ours.client().await;
    let version = client.rows("SHOW server_version_num").await.expect("a version").concat();
    if version.parse::<u32>().expect("a number") < 180_000 {
        return;
    }
    client.batch_execute(before).await.expect("a schema");
    let at_first = described(&ours).await;
    ours.start("copies", migration).await;
    ours.rollback("copies").await;
    assert_eq!(at_first, described(&ours).await, "rollback leaves the schema as it was");
    ours.start("copies", migration).await;
    ours.complete("copies").await;
    let theirs = Database::new().await;
    let client = theirs.client().await;
    client.batch_execute(before).await.expect("a schema");
    client.batch_execute(directly).await.expect("the same change");
    assert_eq!(described(&theirs).await, described(&ours).await);
}

#[tokio::test]
async fn what_only_postgres_18_has_is_kept() {
    is_as_if_made_directly(BEFORE, &migration(), DIRECTLY).await;
}

/// A migration of these operations.
fn of(operations: &serde_json::Value) -> Migration {
    let operations = operations.as_array().expect("a list").clone();
    let operation = |value| serde_json::from_value(value).expect("an operation");
    Migration::new("next", operations.into_iter().map(operation).collect())
}

#[tokio::test]
async fn a_not_null_column_is_replaced_in_a_table_that_is_renamed() {
    let before = "CREATE TABLE t (id int NOT NULL, n int)";
    let wide = json!({"table": "t", "column": "id", "type": "bigint", "up": "id", "down": "id"});
    let number = json!({"name": "k", "type": "int", "default": "1"});
    let operations = json!([
        {"alter_column": wide},
        {"add_column": {"table": "t", "column": number}},
        {"alter_column": {"table": "t", "column": "n", "nullable": false}},
        {"rename_table": {"from": "t", "to": "tt"}},
    ]);
    let directly = "ALTER TABLE t ALTER id TYPE bigint, ADD k int NOT NULL DEFAULT 1,
        ALTER n SET NOT NULL; ALTER TABLE t RENAME TO tt";
    is_as_if_made_directly(before, &of(&operations), directly).await;
}

#[tokio::test]
async fn a_check_has_the_name_that_a_not_null_would_have() {
    let before = "CREATE TABLE t (id int, a int, CONSTRAINT t_a_not_null CHECK (a > 0))";
    let fill = json!({"table": "t", "column": "a", "nullable": false,
        "up": "coalesce(a, 1)", "down": "a"});
    let operations = json!([{"alter_column": fill}]);
    let directly = "ALTER TABLE t ALTER a SET NOT NULL";
    is_as_if_made_directly(before, &of(&operations), directly).await;
}

#[tokio::test]
async fn a_not_null_is_renamed_and_its_column_replaced() {
    let before = "CREATE TABLE t (id int, d int CONSTRAINT dnn NOT NULL);
        COMMENT ON CONSTRAINT dnn ON t IS 'given'";
    let rename = json!({"rename_constraint": {"table": "t", "from": "dnn", "to": "dnn2"}});
    let wide = json!({"alter_column":
        {"table": "t", "column": "d", "type": "bigint", "up": "d", "down": "d"}});
    let renamed = "ALTER TABLE t RENAME CONSTRAINT dnn TO dnn2";
    let directly = format!("{renamed}; ALTER TABLE t ALTER d TYPE bigint");
    is_as_if_made_directly(before, &of(&json!([rename, wide])), &directly).await;
    is_as_if_made_directly(before, &of(&json!([wide, rename])), &directly).await;
    is_as_if_made_directly(before, &of(&json!([rename])), renamed).await;
}

#[tokio::test]
async fn a_check_takes_the_name_of_a_not_null() {
    let before = "CREATE TABLE t (id int, d int CONSTRAINT dnn NOT NULL)";
    let drop = json!({"drop_constraint": {"table": "t", "name": "dnn"}});
    let check = json!({"create_constraint":
        {"table": "t", "name": "dnn", "type": "check", "check": "d > 0"}});
    let again = json!({"alter_column": {"table": "t", "column": "d", "nullable": false}});
    let fill = json!({"alter_column": {"table": "t", "column": "d", "nullable": false,
        "up": "coalesce(d, 1)", "down": "d"}});
    let dropped = "ALTER TABLE t DROP CONSTRAINT dnn, ADD CONSTRAINT dnn CHECK (d > 0)";
    let directly = format!("{dropped}; ALTER TABLE t ALTER d SET NOT NULL");
    is_as_if_made_directly(before, &of(&json!([drop, check, again])), &directly).await;
    is_as_if_made_directly(before, &of(&json!([drop, check, fill])), &directly).await;
    is_as_if_made_directly(before, &of(&json!([drop, check])), dropped).await;
}
