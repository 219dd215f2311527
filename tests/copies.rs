//! What columns have only from Postgres 18 on is kept, too, when they are replaced.

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
    Migration {
        name: "next".into(),
        version_schema: None,
        operations: vec![
            alter("kind", "text", "CAST(kind AS varchar(9))"),
            alter("place", "varchar(20)", "place"),
            alter("note", "varchar(30)", "note"),
        ],
    }
}

/// The schema, but for what is about versions.
async fn described(database: &Database) -> Vec<String> {
    let catalog = database.catalog().await;
    let lines = catalog.lines().map(str::to_owned);
    lines.filter(|line| !line.contains("public_") && !line.starts_with(' ')).collect()
}

#[tokio::test]
async fn what_only_postgres_18_has_is_kept() {
    let ours = Database::new().await;
    let client = ours.client().await;
    let version = client.rows("SHOW server_version_num").await.expect("a version").concat();
    if version.parse::<u32>().expect("a number") < 180_000 {
        return;
    }
    client.batch_execute(BEFORE).await.expect("a schema");
    let before = described(&ours).await;
    ours.start("copies", &migration()).await;
    ours.rollback("copies").await;
    assert_eq!(before, described(&ours).await, "rollback leaves the schema as it was");
    ours.start("copies", &migration()).await;
    ours.complete("copies").await;
    let theirs = Database::new().await;
    let client = theirs.client().await;
    client.batch_execute(BEFORE).await.expect("a schema");
    client.batch_execute(DIRECTLY).await.expect("the same change");
    assert_eq!(described(&theirs).await, described(&ours).await);
}
