//! Databases that pgroll manages go on with straddle: idle, and in the middle of a migration.

use std::path::Path;

use serde_json::Value;

use crate::command::{Outcome, straddle};
use crate::restored::assert_clean;
use crate::server::{Client, Database};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/adopt/migrations");

/// What pgroll has left.
async fn left(dump: &str) -> Database {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adopt").join(dump);
    let text = std::fs::read_to_string(path).expect("a dump");
    let database = Database::new().await;
    let client = database.client().await;
    let version = client.rows("SHOW server_version_num").await.expect("a version");
    // Before 15 there is no such option, and pgroll does not use it.
    let text = match version[0].as_str() < "150000" {
        true => text.replace(" WITH (security_invoker='true')", ""),
        false => text,
    };
    client.batch_execute(&text).await.expect("what pgroll has left");
    database
}

fn done(database: &Database, arguments: &[&str]) -> Outcome {
    let outcome = straddle(&database.url(), arguments);
    assert_eq!(outcome.code, 0, "{arguments:?}\n{}{}", outcome.stdout, outcome.stderr);
    outcome
}

fn json(database: &Database, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--output", "json"]).collect();
    serde_json::from_str(&done(database, &arguments).stdout).expect("JSON")
}

/// An application that is pinned as pgroll wants it.
async fn application(database: &Database, version: &str) -> Client {
    let client = database.client().await;
    client.batch_execute(&format!("SET search_path = {version}")).await.expect("a pin");
    client
}

async fn rows(client: &Client, query: &str) -> Vec<String> {
    client.rows(query).await.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

/// What there is in the base schema, whatever versions there are of it.
async fn base(database: &Database) -> Vec<String> {
    let kinds = ["table public ", "column public.", "constraint public ", "index ", "trigger "];
    let catalog = database.catalog().await;
    let is_base =
        |line: &&str| kinds.iter().any(|kind| line.starts_with(kind)) && !line.contains("pgroll.");
    // Columns of an index go on being called as they were when it was built, as pgroll leaves them.
    let lines = catalog.lines().filter(is_base);
    let mut lines: Vec<String> = lines.map(|line| line.replace("_pgroll_new_", "")).collect();
    lines.sort();
    lines
}

/// Nothing is left of what pgroll makes for the time of a migration.
async fn assert_tidy(database: &Database) {
    let catalog = database.catalog().await;
    let mut lines = catalog.lines().filter(|line| !line.starts_with("column "));
    let left = lines.find(|line| line.contains("_pgroll_"));
    assert_eq!(left, None);
    assert_clean(database).await;
}

/// pgroll, as it begins any start.
const PGROLL_START: &str = "INSERT INTO pgroll.migrations (schema, name, migration, parent)
    VALUES ('public', '99_by_pgroll', '{\"operations\": []}', '13_rename_column')";

/// What pgroll's event triggers do for every statement but its own.
const EVENT_TRIGGER: &str = "CREATE FUNCTION pgroll.raw_migration() RETURNS event_trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pgroll, pg_catalog, pg_temp AS $$ BEGIN
      IF (pg_catalog.current_setting('pgroll.no_inferred_migrations', TRUE) = 'TRUE') THEN
        RETURN;
      END IF;
      INSERT INTO pgroll.migrations (schema, name, migration, done, parent, migration_type)
        VALUES ('public', clock_timestamp(), '{\"operations\": []}', true, '13_rename_column', 'inferred');
      ASSERT current_query() LIKE '%by_hand%', current_query();
    END $$;
    CREATE EVENT TRIGGER pg_roll_handle_ddl ON ddl_command_end EXECUTE FUNCTION pgroll.raw_migration()";

#[tokio::test]
async fn an_idle_database_goes_on() {
    let database = left("idle.sql").await;
    database.client().await.batch_execute(EVENT_TRIGGER).await.expect("an event trigger");
    let before = database.catalog().await;
    let planned = json(&database, &["adopt", MIGRATIONS, "--dry-run"]);
    assert_eq!(before, database.catalog().await);
    assert_eq!(planned, json(&database, &["adopt", MIGRATIONS, "--yes"]));
    assert_eq!(planned["version_schema"], "public_13_rename_column");
    let history = json(&database, &["history"]);
    let names = history["migrations"].as_array().expect("a list").iter();
    let names: Vec<&str> = names.filter_map(|one| one["name"].as_str()).collect();
    let files = [
        "01_create_tables",
        "02_create_another_table",
        "03_add_column",
        "04_rename_table",
        "12_create_employees_table",
        "13_rename_column",
    ];
    assert_eq!(names, files);
    assert_eq!(done(&database, &["latest", "schema"]).stdout.trim(), "public_13_rename_column");
    // The files that pgroll has run say the same.
    let migrated = json(&database, &["migrate", MIGRATIONS]);
    assert_eq!(migrated["pending"].as_array().map(Vec::len), Some(0));
    let pulled = tempfile::tempdir().expect("a directory");
    let place = pulled.path().to_string_lossy().into_owned();
    let pulled = json(&database, &["pull", &place]);
    assert_eq!(pulled["written"].as_array().map(Vec::len), Some(6));
    // pgroll finds the door closed, and its event triggers go on unheard.
    let client = database.client().await;
    let refused = client.batch_execute(PGROLL_START).await.expect_err("it has nothing to do here");
    let refused = refused.as_db_error().expect("Postgres says so").message().to_owned();
    assert!(refused.starts_with("straddle has adopted the schema public"), "{refused}");
    let by_hand = "CREATE INDEX by_hand ON bills (date); DROP INDEX by_hand";
    client.batch_execute(by_hand).await.expect("it is passed over");
    // What comes next is one more version, beside the one that pgroll has opened.
    std::fs::write(
        Path::new(&place).join("14_price.yaml"),
        "operations:\n  - alter_column:\n      {table: products, column: price, type: 'numeric(12,3)', up: price * 10, down: price / 10}\n",
    )
    .expect("a file");
    done(&database, &["migrate", &place]);
    let old = application(&database, "public_13_rename_column").await;
    let new = application(&database, "public_14_price").await;
    let insert =
        "INSERT INTO products (name, price, category) VALUES ('tea', 2, 'drink') RETURNING id";
    rows(&old, insert).await;
    rows(&new, &insert.replace("'tea', 2", "'rum', 30")).await;
    let read = "SELECT name, price::float8 FROM products ORDER BY id";
    assert_eq!(rows(&old, read).await, ["tea | 2", "rum | 3"]);
    assert_eq!(rows(&new, read).await, ["tea | 20", "rum | 30"]);
    done(&database, &["complete"]);
    assert_eq!(rows(&new, read).await, ["tea | 20", "rum | 30"]);
    let open = "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%public\\_%'";
    assert_eq!(rows(&client, open).await, ["public_14_price"]);
    assert_eq!(rows(&client, "SELECT count(*) FROM pgroll.migrations").await, ["6"]);
    assert_clean(&database).await;
}

#[tokio::test]
async fn a_started_migration_is_completed_or_rolled_back() {
    let direct = left("idle.sql").await;
    let client = direct.client().await;
    let rows_there = "INSERT INTO employees VALUES (3, 'cook'), (4, 'waiter')";
    client.batch_execute(rows_there).await.expect("rows");
    let before = base(&direct).await;
    let directly = "DROP SCHEMA public_13_rename_column CASCADE;
        ALTER TABLE employees ALTER job_title TYPE varchar(80);
        ALTER TABLE employees ADD CONSTRAINT title_length CHECK (length(job_title) > 1)";
    client.batch_execute(directly).await.expect("the same at once");
    let after = base(&direct).await;
    let files = with_the_last();
    let files = files.path().to_string_lossy();
    for ends in ["complete", "rollback"] {
        let database = left("in-progress.sql").await;
        let adopted = json(&database, &["adopt", &files, "--yes"]);
        assert_eq!(adopted["live"], "90_job_title");
        assert_eq!(adopted["previous_schema"], "public_13_rename_column");
        let old = application(&database, "public_13_rename_column").await;
        let new = application(&database, "public_90_job_title").await;
        rows(&old, "INSERT INTO employees VALUES (5, 'clerk')").await;
        rows(&new, "INSERT INTO employees VALUES (6, 'driver')").await;
        rows(&new, "UPDATE employees SET job_title = 'chef' WHERE id = 3").await;
        let read = "SELECT id, job_title || '.' FROM employees ORDER BY id";
        assert_eq!(
            rows(&old, read).await,
            ["3 | chef.", "4 | waiter.", "5 | clerk.", "6 | driver."]
        );
        let shown = ["3 | chef.", "4 | waiter .", "5 | clerk .", "6 | driver."];
        assert_eq!(rows(&new, read).await, shown);
        let client = database.client().await;
        let pgroll = rows(&client, "SELECT count(*) FROM pgroll.migrations WHERE NOT done").await;
        assert_eq!(pgroll, ["0"], "pgroll knows nothing to complete");
        assert!(done(&database, &["doctor"]).stdout.contains("nothing"));
        let status = json(&database, &["status"]);
        assert_eq!(status["active"]["in_the_way"], serde_json::json!([]));
        assert_eq!(status["active"]["in_the_way_of_rollback"], serde_json::json!([]));
        done(&database, &[ends]);
        let (end, left, open) = match ends {
            "complete" => (&after, &new, "public_90_job_title"),
            _ => (&before, &old, "public_13_rename_column"),
        };
        assert_eq!(&base(&database).await, end, "{ends}");
        assert_eq!(done(&database, &["latest", "schema"]).stdout.trim(), open);
        assert_eq!(rows(left, "SELECT count(*) FROM employees").await, ["4"]);
        let schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%public\\_%'";
        assert_eq!(rows(&client, schemas).await, [open]);
        if ends == "complete" {
            assert_eq!(rows(&new, read).await, shown);
            done(&database, &["migrate", &files]);
        }
        assert_tidy(&database).await;
    }
}

/// The files of both: pgroll's examples, and the one that it is in the middle of.
fn with_the_last() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for file in std::fs::read_dir(MIGRATIONS).expect("the migrations") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), directory.path().join(file.file_name())).expect("a copy");
    }
    let last = "operations:
  - alter_column:
      {table: employees, column: job_title, type: varchar(80), up: \"job_title || ' '\", down: job_title,
       check: {name: title_length, constraint: length(job_title) > 1}}\n";
    std::fs::write(directory.path().join("90_job_title.yaml"), last).expect("a file");
    directory
}

#[tokio::test]
async fn every_operation_that_is_carried_on_ends_as_pgroll_has_it() {
    let source = left("many.sql").await;
    let row = "INSERT INTO users (id, email, age) VALUES (7, 'x@x', 5)";
    source.client().await.batch_execute(row).await.expect("a row without a name");
    for ends in ["complete", "rollback"] {
        let database = source.copy().await;
        let adopted = json(&database, &["adopt", "--yes"]);
        assert_eq!(adopted["completed"], serde_json::json!(["01_base"]));
        assert_eq!(adopted["left_out"], serde_json::json!(["01_base_20261121033949123456"]));
        assert_eq!(adopted["others"], serde_json::json!(["other"]));
        let old = application(&database, "public_01_base").await;
        let new = application(&database, "public_many").await;
        rows(&new, "INSERT INTO users VALUES ('eve', 9, 2, 40, 'eve@x', 9)").await;
        rows(&old, "INSERT INTO users VALUES ('c', 2, 50, 'cid@x', 'cid', 10)").await;
        let read_old =
            "SELECT id, name, email, age, team, note FROM users WHERE id > 7 ORDER BY id";
        let read_new = "SELECT id, name, email, age, team, rank FROM users ORDER BY id";
        let of_old = ["9 | eve | eve@x | 40 | 2 | none", "10 | cid | cid@x | 50 | 2 | c"];
        let of_new = [
            "1 | ann | ann@x | 30 | 1 | 1",
            "2 | bob | bob@x | 1 | 1 | 2",
            "7 | NULL | x@x | 5 | 1 | 7",
            "9 | eve | eve@x | 40 | 2 | 9",
            "10 | cid | cid@x | 50 | 2 | 10",
        ];
        assert_eq!(rows(&old, read_old).await, of_old);
        assert_eq!(rows(&new, read_new).await, of_new);
        done(&database, &[ends]);
        let direct = Database::new().await;
        let client = direct.client().await;
        client.batch_execute(before_its_start()).await.expect("what was there");
        if ends == "complete" {
            let directly = include_str!("adopt/many-directly.sql");
            client.batch_execute(directly).await.expect("the same at once");
            assert_eq!(rows(&new, read_new).await, of_new);
        } else {
            assert_eq!(rows(&old, read_old).await, of_old);
        }
        assert_eq!(base(&database).await, base(&direct).await, "{ends}");
        assert_tidy(&database).await;
    }
}

/// The tables of `many.sql` before pgroll has changed them.
fn before_its_start() -> &'static str {
    let text = include_str!("adopt/many.sql");
    let begin = text.find("CREATE TABLE teams").expect("the tables");
    let end = text.find("CREATE SCHEMA public_01_base").expect("the version");
    &text[begin..end]
}

/// A row that is older than the check of the new version, and does not satisfy it.
const UNPROVEN: &str = "ALTER TABLE employees DROP CONSTRAINT title_length;
    SET session_replication_role = replica; UPDATE employees SET _pgroll_new_job_title = 'x';
    ALTER TABLE employees ADD CONSTRAINT title_length CHECK (length(_pgroll_new_job_title) > 1) NOT VALID";

#[tokio::test]
async fn what_cannot_be_carried_on_is_left_to_pgroll() {
    let source = left("in-progress.sql").await;
    let operations = |to: &str| {
        format!(
            "UPDATE pgroll.migrations SET migration = '{{\"operations\": [{to}]}}' WHERE NOT done"
        )
    };
    let cases = [
        ("SET session_replication_role = replica; UPDATE employees SET _pgroll_needs_backfill = true".to_owned(), "has not filled all rows"),
        ("DROP TRIGGER _pgroll_trigger_employees_job_title ON employees".into(), "is not there"),
        ("CREATE INDEX by_title ON employees (job_title)".into(), "`by_title` of `employees` would go"),
        ("CREATE VIEW titles AS SELECT job_title FROM employees".into(), "view public.titles stands on"),
        ("CREATE TABLE _pgroll_del_x ()".into(), "no operation tells of the table `_pgroll_del_x`"),
        ("DROP SCHEMA public_90_job_title CASCADE".into(), "its version schema `public_90_job_title` is not there"),
        (UNPROVEN.into(), "title_length"),
        (operations(r#"{"sql": {"up": "SELECT 1"}}"#), "`sql` is left to pgroll"),
        (operations(r#"{"rename_table": {"from": "bills", "to": "b"}}"#), "`rename_table` is left to pgroll"),
        (operations(""), "no operation tells of the column `employees._pgroll_new_job_title`"),
        (operations(r#"{"no_such": {}}"#), "cannot be read"),
    ];
    for (disturbed, reason) in cases {
        let database = source.copy().await;
        let client = database.client().await;
        client.batch_execute(&disturbed).await.unwrap_or_else(|e| panic!("{disturbed}: {e:?}"));
        let before = base(&database).await.join("\n");
        let outcome = straddle(&database.url(), &["adopt", "--yes"]);
        assert_eq!(outcome.code, 1, "{disturbed}\n{}", outcome.stdout);
        assert!(outcome.stderr.contains(reason), "{disturbed}\n{}", outcome.stderr);
        assert!(outcome.stderr.contains("next: "), "{}", outcome.stderr);
        // What could be proven is.
        let proven = |lines: &str| lines.replace(" NOT VALID", "");
        let after = base(&database).await.join("\n");
        assert_eq!(proven(&after), proven(&before), "{disturbed}");
        let pgroll = rows(&client, "SELECT count(*) FROM pgroll.migrations WHERE NOT done").await;
        assert_eq!(pgroll, ["1"], "{disturbed}");
    }
}

#[tokio::test]
async fn a_guard_of_complete_sees_what_was_done_to_pgrolls_triggers() {
    let database = left("in-progress.sql").await;
    done(&database, &["adopt", "--yes"]);
    let client = database.client().await;
    let trigger = "TRIGGER _pgroll_trigger_employees_job_title";
    let disable = format!("ALTER TABLE employees DISABLE {trigger}");
    client.batch_execute(&disable).await.expect("it is disabled");
    let outcome = straddle(&database.url(), &["complete"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("is gone or disabled"), "{}", outcome.stderr);
    client.batch_execute(&disable.replace("DISABLE", "ENABLE")).await.expect("it is enabled");
    done(&database, &["complete"]);
}
