//! Migrations that cannot be planned, one file a case in `tests/rejections`: what is wrong is said at
//! its place in the file, all of it at once, and nothing has changed. The snapshot is what users read.
//! Those in `tests/rejections/with_views` meet a version that `base.yaml` there has given views.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::document::DocumentError;
use straddle::migration::{self, ReadError};
use straddle::sql::Ident;

use crate::server::{Client, Database};

fn cases(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(directory);
    let entries = std::fs::read_dir(directory).expect("tests/rejections");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == "json" || found == "yaml"));
    paths.retain(|path| !path.ends_with("base.yaml"));
    paths.sort();
    paths
}

/// The schema, line by line, and whether there is a ledger.
async fn catalog(client: &Client) -> Vec<String> {
    let mut lines = client.rows(include_str!("catalog.sql")).await.expect("the catalog");
    let ledger = "SELECT to_regnamespace('straddle')";
    lines.extend(client.rows(ledger).await.expect("an answer"));
    lines
}

fn tell(transcript: &mut String, error: &DocumentError) {
    let mut error = error.clone();
    // Postgres 18 says more.
    for more in [" of the referencing table", " of the referenced table"] {
        error.message = error.message.replace(more, "");
    }
    writeln!(transcript, "{error}\n{}\n", error.snippet()).expect("text");
}

/// Everything that is wrong with a file, as it is told.
async fn rejected(path: &Path, database: &Database) -> String {
    let mut transcript = String::new();
    let source = match migration::read(path) {
        Ok(source) => source,
        Err(ReadError::Document(errors)) => {
            errors.iter().for_each(|error| tell(&mut transcript, error));
            return transcript;
        }
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let quiet = &|_: &Event<'_>| {};
    let engine = Engine::open(&database.target(), options, quiet).await.expect("an engine");
    for outcome in [
        engine.plan(&source.migration).await.map(|_| ()),
        engine.start(&source.migration).await.map(|_| ()),
    ] {
        let mut said = String::new();
        match outcome {
            Err(Error::Rejected { rejections, .. }) => {
                rejections.iter().for_each(|rejection| tell(&mut said, &source.locate(rejection)))
            }
            Err(error) => return format!("no rejection: {error:?}"),
            Ok(()) => return "nothing is wrong with it".into(),
        }
        assert!(transcript.is_empty() || transcript == said, "`start` says what `plan` says");
        transcript = said;
    }
    engine.close().await.expect("a clean end");
    transcript
}

async fn all_are_located(directory: &str, database: &Database) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(directory);
    let client = database.client().await;
    let before = catalog(&client).await;
    for path in cases(directory) {
        let transcript = rejected(&path, database).await;
        assert_eq!(before, catalog(&client).await, "{}: something has changed", path.display());
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, transcript));
    }
}

#[tokio::test]
async fn every_rejection_is_located_and_changes_nothing() {
    let database = Database::new().await;
    let schema = include_str!("rejections/schema.sql");
    database.client().await.batch_execute(schema).await.expect("schema.sql");
    all_are_located("rejections", &database).await;
}

#[tokio::test]
async fn every_rejection_for_the_sake_of_a_view_is_located_and_changes_nothing() {
    let database = Database::new().await;
    let schema = include_str!("rejections/schema.sql");
    // Views that are nobody's version forbid more than the ones that are looked at here.
    let schema = format!("{schema}; DROP VIEW open_orders");
    database.client().await.batch_execute(&schema).await.expect("schema.sql");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejections/with_views/base.yaml");
    let mut base = migration::read(&base).expect("base.yaml").migration;
    base.name = "base".into();
    database.start("base", &base).await;
    database.complete("base").await;
    let late = "CREATE VIEW reachable AS SELECT label FROM crates";
    database.client().await.batch_execute(late).await.expect("a view that somebody made by hand");
    all_are_located("rejections/with_views", &database).await;
}
