//! Starts that the rows do not allow, one file a case in `tests/refusals`: they undo themselves,
//! say which rows are at fault, and succeed when those have been mended.

use std::path::{Path, PathBuf};

use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration;
use straddle::sql::Ident;

use crate::server::{Client, Database};

/// What every case begins with.
const SCHEMA: &str = "
    CREATE TABLE groups (id int PRIMARY KEY);
    CREATE TABLE users (id int PRIMARY KEY, name text, age text, grp int, born text);
    INSERT INTO groups VALUES (1);
    INSERT INTO users VALUES (1, 'Ann', '20', 1, '2000-01-01'), (2, NULL, 'many', 7, NULL),
      (3, 'Ann', '-3', NULL, '2001-02-03');
    CREATE TABLE parts (id int PRIMARY KEY, size int) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    INSERT INTO parts VALUES (1, 1), (2, NULL), (3, -3);
    CREATE TABLE animals (id int PRIMARY KEY, legs int);
    CREATE TABLE birds () INHERITS (animals);
    INSERT INTO birds VALUES (1, 2), (2, -2)";

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    let entries = std::fs::read_dir(directory).expect("tests/refusals");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == "yaml"));
    paths.sort();
    paths
}

/// The schema and the rows.
async fn everything(client: &Client) -> Vec<String> {
    let mut lines = client.rows(include_str!("catalog.sql")).await.expect("the catalog");
    let rows = "SELECT * FROM users ORDER BY id; SELECT nspname FROM pg_namespace ORDER BY 1";
    lines.extend(client.rows(rows).await.expect("the rows"));
    lines
}

async fn refused(path: &Path) -> String {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(SCHEMA).await.expect("the schema");
    let mut migration = migration::read(path).expect("a migration").migration;
    migration.name = "next".into();
    let options = Options::new(Ident::new("public").expect("a name"));
    let quiet = &|_: &Event<'_>| {};
    let engine = Engine::open(&database.target(), options, quiet).await.expect("an engine");
    engine.init().await.expect("a ledger");
    let before = everything(&client).await;
    let error = engine.start(&migration).await.err();
    let Some(error @ Error::StartUndone { .. }) = error else {
        return format!("no refusal: {error:?}");
    };
    assert_eq!(before, everything(&client).await, "{}: all is undone", path.display());
    let mended = "UPDATE users SET name = 'n' || id, age = '20', grp = 1, born = '2000-01-01';
        UPDATE parts SET size = 1; UPDATE animals SET legs = 2";
    client.batch_execute(mended).await.expect("mended rows");
    engine.start(&migration).await.expect("a start after the rows have been mended");
    engine.close().await.expect("a clean end");
    format!("{error}\n{}\n", error.hint().unwrap_or_default())
}

#[tokio::test]
async fn a_start_that_the_rows_refuse_undoes_itself_and_names_them() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("refusals");
    for path in cases() {
        let transcript = refused(&path).await;
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, transcript));
    }
}
