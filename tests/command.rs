//! The program itself, as a user runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use straddle::engine::{Engine, Event, Options};
use straddle::sql::Ident;
use tokio::sync::oneshot;

use crate::server::Database;

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, against a database or against none.
fn program(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_straddle"));
    command.args(arguments).stdin(Stdio::null()).env_clear();
    if !url.is_empty() {
        command.env("STRADDLE_POSTGRES_URL", url);
    }
    command
}

/// Runs the program.
pub(crate) fn straddle(url: &str, arguments: &[&str]) -> Outcome {
    let output = program(url, arguments).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// Runs the program, and tells somebody as soon as it has said this on stderr.
pub(crate) fn straddle_until(
    url: &str,
    arguments: &[&str],
    phrase: &str,
    tell: oneshot::Sender<()>,
) -> Outcome {
    let mut command = program(url, arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let (mut stderr, mut tell) = (String::new(), Some(tell));
    for line in BufReader::new(child.stderr.take().expect("a pipe")).lines() {
        stderr.push_str(&line.expect("text"));
        stderr.push('\n');
        if stderr.contains(phrase) {
            // Who no longer listens has failed already.
            tell.take().map(|tell| tell.send(()));
        }
    }
    let code = child.wait().expect("an end").code().unwrap_or(-1);
    Outcome { code, stdout: String::new(), stderr }
}

/// Writes migrations into a directory of their own.
fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).expect("a file");
    }
    directory
}

fn path(directory: &Path, file: &str) -> String {
    directory.join(file).to_string_lossy().into_owned()
}

const TABLE: &str = "operations:\n  - create_table:\n      name: users\n      columns:\n        \
                     - {name: id, type: int, pk: true}\n";
const COLUMN: &str = "operations:\n  - add_column:\n      table: users\n      column: {name: name, \
                      type: text, nullable: true}\n";

#[test]
fn programs_are_told_in_json_that_a_command_line_is_wrong() {
    for arguments in [&["--output", "json", "strat"][..], &["start", "--output=json"]] {
        let outcome = straddle("", arguments);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (2, ""));
        let said: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        assert_eq!(said["error"]["exit_code"], 2, "{said}");
    }
}

#[test]
fn without_a_database_named_the_exit_code_is_usage() {
    let outcome = straddle("", &["status"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--postgres-url"), "{}", outcome.stderr);
}

#[test]
fn an_unreachable_server_is_said_to_be_unreachable() {
    let outcome = straddle("postgresql://ann@127.0.0.1:1/shop", &["status"]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("port 1,"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("next: "), "{}", outcome.stderr);
}

#[tokio::test]
async fn a_role_that_may_not_log_in_is_told_so() {
    let database = Database::new().await;
    let url = database.url().replace("postgres@", "nobody_of_that_name@");
    let outcome = straddle(&url, &["status"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("nobody_of_that_name"), "{}", outcome.stderr);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_so() {
    let database = Database::new().await;
    let url = database.url().replace("straddle_test", "not_there");
    let outcome = straddle(&url, &["status"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("not_there"), "{}", outcome.stderr);
}

#[tokio::test]
async fn commands_that_do_not_fit_the_state_say_what_to_type() {
    let database = Database::new().await;
    let url = database.url();
    let directory = files(&[("01_users.yaml", TABLE), ("02_name.yaml", COLUMN)]);
    let file = |name: &str| path(directory.path(), name);

    let nothing = straddle(&url, &["complete"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.stderr.contains("no migration is started"), "{}", nothing.stderr);

    assert_eq!(straddle(&url, &["start", &file("01_users.yaml")]).code, 0);
    let again = straddle(&url, &["start", &file("01_users.yaml")]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let other = straddle(&url, &["start", &file("02_name.yaml")]);
    assert_eq!(other.code, 1);
    assert!(other.stderr.contains("straddle complete"), "{}", other.stderr);
    assert_eq!(straddle(&url, &["complete"]).code, 0);
    let twice = straddle(&url, &["complete"]);
    assert_eq!(twice.code, 1);
    assert!(twice.stderr.contains("`01_users` was completed last"), "{}", twice.stderr);
    let done = straddle(&url, &["start", &file("01_users.yaml")]);
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("was completed before"), "{}", done.stderr);
}

#[tokio::test]
async fn migrate_runs_what_is_pending_and_no_more() {
    let database = Database::new().await;
    let url = database.url();
    let directory = files(&[("01_users.yaml", TABLE), ("02_name.yaml", COLUMN)]);
    let directory = directory.path().to_string_lossy().into_owned();
    assert_eq!(straddle(&url, &["migrate", &directory, "--each"]).code, 0);
    let client = database.client().await;
    let versions = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public\\_%' ORDER BY 1";
    let shown = client.rows(versions).await.expect("the versions");
    assert_eq!(shown, ["public_01_users", "public_02_name"]);
    assert_eq!(straddle(&url, &["migrate", &directory]).code, 0, "live, and nothing pending");
    assert_eq!(straddle(&url, &["migrate", &directory, "--complete"]).code, 0);
    let shown = client.rows(versions).await.expect("the versions");
    assert_eq!(shown, ["public_02_name"]);
    let latest = straddle(&url, &["latest", "schema"]);
    assert_eq!(latest.stdout.trim(), "public_02_name");
}

#[tokio::test]
async fn status_says_what_complete_would_refuse() {
    const WIDE: &str = "operations:
        - alter_column: {table: users, column: name, type: text, up: name, down: name}";
    let database = Database::new().await;
    let client = database.client().await;
    let users = "CREATE TABLE users (id int PRIMARY KEY, name varchar(20));
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";
    client.batch_execute(users).await.expect("a table");
    let url = database.url();
    let directory = files(&[("01_wide.yaml", WIDE)]);
    assert_eq!(straddle(&url, &["start", &path(directory.path(), "01_wide.yaml")]).code, 0);
    assert!(!straddle(&url, &["status"]).stdout.contains("refuse"));
    let late = "CREATE TRIGGER keep BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE users DISABLE TRIGGER USER; CREATE INDEX late ON users (name);";
    client.batch_execute(late).await.expect("what is in the way");
    let status = straddle(&url, &["status"]);
    assert_eq!(status.code, 0, "{}", status.stderr);
    for said in [
        "`DROP TRIGGER keep ON public.users`",
        "`ALTER TABLE public.users ENABLE ALWAYS TRIGGER \"~straddle_sync\"`",
        "index late",
    ] {
        assert!(status.stdout.contains(said), "{said}: {}", status.stdout);
    }
}

#[tokio::test]
async fn json_output_is_one_object() {
    let database = Database::new().await;
    let url = database.url();
    let directory = files(&[("01_users.yaml", TABLE)]);
    let file = path(directory.path(), "01_users.yaml");
    for arguments in [
        &["plan", &file, "--output", "json"][..],
        &["start", &file, "--output", "json"],
        &["status", "--output", "json"],
        &["latest", "schema", "--output", "json"],
        &["rollback", "--output", "json"],
        &["complete", "--output", "json"],
    ] {
        let outcome = straddle(&url, arguments);
        let text = &outcome.stdout;
        let value: serde_json::Value = serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{text}"));
        assert!(value.is_object(), "{arguments:?}: {text}");
    }
}

#[tokio::test]
async fn sql_on_complete_that_the_views_cannot_show_changes_nothing() {
    let database = Database::new().await;
    let url = database.url();
    database
        .client()
        .await
        .batch_execute("CREATE TABLE t (id int, c text, d text)")
        .await
        .expect("t");
    let rename = "operations:\n  - sql: {up: ALTER TABLE t RENAME c TO c2, onComplete: true}\n";
    let directory = files(&[("01_rename.yaml", rename)]);
    let file = path(directory.path(), "01_rename.yaml");
    assert_eq!(straddle(&url, &["start", &file]).code, 0);
    for _ in 0..2 {
        let outcome = straddle(&url, &["complete"]);
        assert_eq!(outcome.code, 1);
        assert!(outcome.stderr.contains("nothing has changed"), "{}", outcome.stderr);
    }
    let outcome = straddle(&url, &["rollback"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn the_sandbox_migrates_the_examples_and_ends() {
    let directory = files(&[("01_users.yaml", TABLE), ("02_name.yaml", COLUMN)]);
    let directory = directory.path().to_string_lossy().into_owned();
    let outcome = straddle("", &["sandbox", &directory, "--exit"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("public_02_name"), "{}", outcome.stdout);
}

#[tokio::test]
async fn what_create_offers_is_what_the_version_shows() {
    let database = Database::new().await;
    let url = database.url();
    let rename = "operations:\n  - rename_column: {table: users, from: id, to: number}\n";
    let directory = files(&[("01_users.yaml", TABLE), ("02_number.yaml", rename)]);
    let directory = directory.path().to_string_lossy().into_owned();
    let run = straddle(&url, &["migrate", &directory, "--each", "--complete"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &|_: &Event<'_>| {}).await;
    let tables = engine.expect("an engine").tables().await.expect("the tables");
    assert_eq!(tables, [("users".to_owned(), vec!["number".to_owned()])]);
}
