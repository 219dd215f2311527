//! SQL scripts of other tools in `tests/convert`, one file each, and what `straddle convert` makes of
//! them. The first line of a script says where it comes from. `<name>.before` has the tables and rows
//! that it stands on.
//!
//! Each script is run as it is in one database, and in another one converted, started and completed: in
//! the end both have the same schema and the same rows. Views are the version's own, and are compared by
//! their rows.

use std::path::{Path, PathBuf};

use straddle::convert::{self, Conversion, Note};
use straddle::migration::document::Format;
use straddle::migration::{self, Migration};
use straddle::sql::Ident;

use crate::command::straddle;
use crate::server::{Client, Database, variable};

fn scripts() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert");
    let entries = std::fs::read_dir(directory).expect("tests/convert");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    if let Some(only) = variable("ONLY_CASES") {
        paths.retain(|path| name(path).contains(&only));
    }
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn converted(path: &Path) -> Conversion {
    let text = std::fs::read_to_string(path).expect("a script");
    let base = Ident::new("public").expect("a name");
    convert::convert(&text, &base).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn told(notes: &[Note]) -> Vec<String> {
    notes.iter().map(|note| format!("line {}: {}", note.line, note.text)).collect()
}

fn yaml(conversion: &Conversion) -> String {
    let operations: Vec<_> =
        conversion.operations.iter().map(|one| (told(&one.notes), one.operation.clone())).collect();
    migration::with_comments(&told(&conversion.left_out), &operations)
}

#[test]
fn scripts_of_other_tools_become_migrations() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("convert");
    for path in scripts() {
        let conversion = converted(&path);
        let yaml = yaml(&conversion);
        settings.bind(|| insta::assert_snapshot!(name(&path), yaml));
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [
            ("next.yaml", yaml),
            ("next.json", migration::new_text(conversion.migration(), Format::Json)),
        ] {
            let file = folder.path().join(file);
            std::fs::write(&file, text).expect("a file");
            let read = migration::read(&file)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(read.migration.operations, conversion.migration(), "{}", path.display());
        }
    }
}

/// The way forward alone, cut where its statements end.
pub(crate) fn statements(script: &str) -> Vec<String> {
    let is_back = |line: &&str| !["-- migrate:down", "-- +goose Down"].contains(&line.trim());
    let lines = script.lines().take_while(is_back).filter(|line| !line.starts_with('\\'));
    let forward = lines.collect::<Vec<_>>().join("\n");
    let cut = pg_query::split_with_parser(&forward).expect("statements");
    cut.into_iter().map(str::to_owned).collect()
}

const RELATIONS: &str = "SELECT format('%I', relname) FROM pg_class \
    WHERE relnamespace = to_regnamespace('SCHEMA') AND relkind IN ('KINDS') ORDER BY 1";

async fn relations(client: &Client, schema: &str, kinds: &str) -> Vec<String> {
    let query = RELATIONS.replace("SCHEMA", schema).replace("KINDS", kinds);
    client.rows(&query).await.expect("the relations")
}

/// The rows of these relations, whatever the order of their columns.
async fn rows(client: &Client, schema: &str, relations: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for relation in relations {
        let query = format!("SELECT to_jsonb(t) FROM {schema}.{relation} t ORDER BY 1");
        all.push(relation.clone());
        all.extend(client.rows(&query).await.expect("rows"));
    }
    all
}

/// What other tools keep of their own.
const LEDGERS: [&str; 4] =
    ["alembic_version", "schema_migrations", "ar_internal_metadata", "pgmigrations"];

/// The schema and the rows of a database, without what tools keep of their own; views as those of a
/// version, by their rows.
pub(crate) async fn what_is_there(database: &Database, version: &str) -> (String, Vec<String>) {
    let client = database.client().await;
    for ledger in LEDGERS {
        if version != "public" {
            let gone = format!("DROP VIEW IF EXISTS {version}.{ledger}");
            client.batch_execute(&gone).await.expect("no ledger");
        }
        let gone = format!("DROP TABLE IF EXISTS public.{ledger}");
        client.batch_execute(&gone).await.expect("no ledger");
    }
    let tables = relations(&client, "public", "r', 'p").await;
    let mut found = rows(&client, "public", &tables).await;
    let shown = relations(&client, version, "v', 'm").await;
    let views: Vec<String> = shown.into_iter().filter(|view| !tables.contains(view)).collect();
    found.extend(rows(&client, version, &views).await);
    if version == "public" {
        for (kind, object) in [("v", "VIEW"), ("m", "MATERIALIZED VIEW")] {
            for view in relations(&client, "public", kind).await {
                let drop = format!("DROP {object} {view} CASCADE");
                client.batch_execute(&drop).await.expect("no view");
            }
        }
    } else {
        let gone = format!("DROP SCHEMA {version} CASCADE; DROP SCHEMA straddle CASCADE");
        client.batch_execute(&gone).await.expect("nothing of ours");
    }
    (database.catalog().await, found)
}

/// The schema and the rows, once the script has run as it is.
async fn directly(path: &Path, before: &str) -> (String, Vec<String>) {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(before).await.expect("before");
    for statement in statements(&std::fs::read_to_string(path).expect("a script")) {
        let run = client.batch_execute(&statement).await;
        run.unwrap_or_else(|error| panic!("{}: {statement}: {error:?}", path.display()));
    }
    what_is_there(&database, "public").await
}

/// The same, once it was converted, started and completed.
async fn by_operations(path: &Path, before: &str) -> (String, Vec<String>) {
    let database = Database::new().await;
    database.client().await.batch_execute(before).await.expect("before");
    let operations = converted(path).migration();
    let migration = Migration::new("next", operations);
    let name = path.display().to_string();
    database.start(&name, &migration).await;
    database.complete(&name).await;
    what_is_there(&database, "public_next").await
}

/// Panics where two databases do not have the same.
pub(crate) fn is_the_same(path: &Path, one: &(String, Vec<String>), other: &(String, Vec<String>)) {
    let lines = |catalog: &str| {
        let mut lines: Vec<String> = catalog.lines().map(str::to_owned).collect();
        lines.sort();
        lines.join("\n")
    };
    let (schema, by_operations) = (lines(&one.0), lines(&other.0));
    if schema != by_operations {
        let lost = schema.lines().filter(|line| !by_operations.contains(line));
        let new = by_operations.lines().filter(|line| !schema.contains(line));
        let lost: Vec<&str> = lost.collect();
        let new: Vec<&str> = new.collect();
        panic!("{}:\n{}\nis now\n{}", path.display(), lost.join("\n"), new.join("\n"));
    }
    assert_eq!(one.1, other.1, "{}", path.display());
}

#[tokio::test]
async fn a_converted_script_does_what_the_script_does() {
    for path in scripts() {
        let before = std::fs::read_to_string(path.with_extension("before")).unwrap_or_default();
        let (directly, converted) =
            tokio::join!(directly(&path, &before), by_operations(&path, &before));
        is_the_same(&path, &directly, &converted);
    }
}

#[test]
fn what_cannot_be_converted_is_said_with_its_line() {
    let cases = [
        ("CREATE TABLE a (id int);\n\nCREATE TABEL b (id int);", 3, "syntax error"),
        ("COPY a FROM stdin;", 1, "takes its rows from the client"),
        ("BEGIN; COMMIT;", 0, "there is no statement in it"),
        ("", 0, "there is no statement in it"),
        (" \n\t\n", 0, "there is no statement in it"),
        ("-- Nothing yet.\n", 0, "there is no statement in it"),
        (";;", 0, "there is no statement in it"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("script.sql");
    for (text, line, message) in cases {
        std::fs::write(&file, text).expect("a script");
        let outcome = straddle("", &["convert", &file.to_string_lossy()]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{text}");
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
        assert!(
            line == 0 || outcome.stderr.contains(&format!("line {line}")),
            "{}",
            outcome.stderr
        );
    }
}
