//! The example migrations in `operations/`: one story, told in order on one database.

use std::collections::BTreeSet;
use std::path::Path;

use straddle::migration::{self, Source};
use straddle::operation::Operation;

use crate::server::Database;

fn examples() -> Vec<Source> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("operations");
    migration::read_directory(&directory).unwrap_or_else(|error| panic!("operations: {error}"))
}

#[tokio::test]
async fn the_story_can_be_told() {
    let database = Database::new().await;
    for example in examples() {
        let (name, migration) = (&example.migration.name, &example.migration);
        let (schema, rows) = (database.catalog().await, database.shown("public").await);
        database.start(name, migration).await;
        database.rollback(name).await;
        assert_eq!(schema, database.catalog().await, "{name}: rollback leaves the schema");
        assert_eq!(rows, database.shown("public").await, "{name}: rollback leaves the rows");

        database.start(name, migration).await;
        database.complete(name).await;
        let schema = database.catalog().await;
        assert!(
            !schema.contains("_straddle_"),
            "{name}: complete leaves nothing of ours\n{schema}"
        );
    }
}

#[test]
fn every_operation_has_an_example() {
    let unknown = serde_json::json!({"": {}});
    let error = serde_json::from_value::<Operation>(unknown).expect_err("it has no such key");
    // "unknown variant ``, expected one of `create_table`, `add_column`, ..."
    let error = error.to_string();
    let keys = error.split('`').skip(1).step_by(2).filter(|key| !key.is_empty());
    let keys: BTreeSet<&str> = keys.collect();
    assert!(keys.contains("create_table"), "the message names the keys: {error}");

    let examples = examples();
    let operations = examples.iter().flat_map(|example| &example.migration.operations);
    let shown: BTreeSet<&str> = operations.map(Operation::key).collect();
    assert_eq!(keys, shown, "one example at least for each operation");
}

#[test]
fn the_examples_are_numbered_without_gaps() {
    let names: Vec<String> = examples().into_iter().map(|one| one.migration.name).collect();
    for (index, name) in names.iter().enumerate() {
        let number = format!("{:02}_", index + 1);
        assert!(name.starts_with(&number), "operations/{name} should begin with {number}");
    }
}

#[test]
fn the_last_example_is_worth_looking_at() {
    // `straddle sandbox` leaves it live, and writes through both versions.
    let examples = examples();
    let last = examples.last().expect("an example");
    let replaces = |one: &Operation| matches!(one, Operation::AlterColumn(change) if change.up.is_some() && change.down.is_some());
    assert!(last.migration.operations.iter().any(replaces), "it has to replace a column");
}
