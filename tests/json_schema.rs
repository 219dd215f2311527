//! The published JSON Schema says of files what the reader says.

use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use serde_json::{Value, json};
use straddle::migration::document::{self, Format};
use straddle::migration::{self, json_schema};

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Every migration file below a directory.
fn migrations(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|e| panic!("{directory:?}: {e}"));
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| match path.is_dir() {
            true => migrations(&path),
            false => Format::of(&path).map(|_| path).into_iter().collect(),
        })
        .collect()
}

/// Whether a validator that is not ours takes the document.
fn is_valid(document: &Value) -> Result<(), String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("straddle.json", json_schema()).expect("a resource");
    let schema = compiler.compile("straddle.json", &mut schemas).expect("a valid JSON Schema");
    schemas.validate(document, schema).map_err(|error| format!("{error:#}"))
}

#[test]
fn editors_find_the_present_json_schema_in_docs() {
    let published = path("docs/migration.schema.json");
    let schema = format!("{:#}\n", json_schema());
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&published, &schema).expect("docs can be written");
    }
    let published = std::fs::read_to_string(published).expect("docs/migration.schema.json");
    assert!(published == schema, "INSTA_UPDATE=always cargo test json_schema brings it up to date");
}

#[test]
fn editors_take_every_migration_that_we_show() {
    let files = [migrations(&path("operations")), migrations(&path("tests/cases"))].concat();
    assert!(files.len() > 30, "the examples and the cases");
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        let format = Format::of(&file).expect("JSON or YAML");
        let shown = file.to_string_lossy();
        let (document, _) = document::read_bytes::<Value>(&shown, &bytes, format)
            .unwrap_or_else(|error| panic!("{error}"));
        is_valid(&document).unwrap_or_else(|error| panic!("{shown}: {error}"));
    }
}

#[test]
fn editors_mark_what_the_reader_refuses() {
    let directory = tempfile::tempdir().expect("a directory");
    let one = |operation: Value| json!({"operations": [operation]});
    for wrong in [
        json!({}),
        json!({"operations": []}),
        json!({"operations": {}}),
        json!({"operations": [], "more": 1}),
        one(json!({})),
        one(json!({"drop_table": {"name": "a"}, "drop_column": {"table": "a", "column": "b"}})),
        one(json!({"drop_table": {}})),
        one(json!({"drop_table": {"name": "a", "cascade": true}})),
        one(json!({"drop_table": {"name": ""}})),
        one(json!({"drop_column": {"table": "a", "column": "b", "down": null}})),
        one(json!({"no_such_operation": {}})),
    ] {
        assert!(is_valid(&wrong).is_err(), "{wrong}");
        let file = directory.path().join("wrong.json");
        std::fs::write(&file, wrong.to_string()).expect("a file can be written");
        assert!(migration::read(&file).is_err(), "{wrong}");
    }
}
