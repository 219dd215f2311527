//! The files of a directory as one start.

use std::path::Path;

use straddle::engine::{Error, Migrate};
use straddle::migration::document::{self, Format};
use straddle::migration::{self, Migration, Together};

use crate::command::straddle;
use crate::operator::migration as migration_of;
use crate::server::{Database, pg_dump};

const BEFORE: &str = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, seen date);
    INSERT INTO users SELECT n, 'user ' || n, '2026-01-01' FROM generate_series(1, 100) AS n";

/// A first version, and three that change what those before them have made.
fn files() -> Vec<Migration> {
    let first = r#"[{"add_column": {"table": "users", "column":
        {"name": "age", "type": "int", "nullable": true}}}]"#;
    let wide = r#"[{"alter_column": {"table": "users", "column": "name", "type": "varchar(40)",
        "up": "upper(name)", "down": "lower(name)"}},
        {"add_column": {"table": "users", "up": "length(name)",
        "column": {"name": "size", "type": "int"}}}]"#;
    let renamed = r#"[{"rename_column": {"table": "users", "from": "name", "to": "full_name"}},
        {"alter_column": {"table": "users", "column": "size", "type": "bigint", "up": "size * 2",
        "down": "size / 2"}}]"#;
    let orders = r#"[{"create_table": {"name": "orders", "columns":
        [{"name": "id", "type": "int", "pk": true}, {"name": "buyer", "type": "int"}]}},
        {"create_index": {"name": "users_size", "table": "users", "columns": ["size"]}}]"#;
    [("01_age", first), ("02_wide", wide), ("03_renamed", renamed), ("04_orders", orders)]
        .map(|(name, operations)| migration_of(name, operations))
        .to_vec()
}

async fn one_completed() -> Database {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("tables");
    database.start("01_age", &files()[0]).await;
    database.complete("01_age").await;
    database
}

async fn history(database: &Database) -> Vec<String> {
    let engine = database.engine().await;
    let history = engine.history().await.expect("the history");
    engine.close().await.expect("a clean end");
    history.iter().map(|one| format!("{}: {}", one.name, one.state)).collect()
}

async fn migrate(database: &Database, how: &Migrate) -> Result<(), Error> {
    let engine = database.engine().await;
    let outcome = engine.migrate(&files(), how).await;
    engine.close().await.expect("a clean end");
    outcome.map(drop)
}

#[tokio::test]
async fn files_that_are_started_as_one_end_as_files_that_are_started_one_by_one() {
    let (together, each) = (one_completed().await, one_completed().await);
    let before = together.catalog().await;
    migrate(&together, &Migrate::default()).await.expect("one start");
    // Both versions serve, none between them is there, and writes of either are seen by the other.
    let client = together.client().await;
    let versions = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public\\_%' ORDER BY 1";
    let shown = client.rows(versions).await.expect("the versions");
    assert_eq!(shown, ["public_01_age", "public_04_orders"]);
    let writes = "INSERT INTO public_01_age.users (id, name) VALUES (200, 'old');
        INSERT INTO public_04_orders.users (id, full_name, size) VALUES (201, 'NEW', 8)";
    client.batch_execute(writes).await.expect("writes");
    let seen = client.rows("SELECT id, full_name, size FROM public_04_orders.users WHERE id = 200");
    assert_eq!(seen.await.expect("a row"), ["200 | OLD | 6"]);
    let seen = client.rows("SELECT id, name FROM public_01_age.users WHERE id = 201");
    assert_eq!(seen.await.expect("a row"), ["201 | new"]);
    client.batch_execute("DELETE FROM users WHERE id >= 200").await.expect("as before");

    together.rollback("all of them").await;
    assert_eq!(before, together.catalog().await, "rolled back");
    let back = [
        "01_age: completed",
        "02_wide: rolled_back",
        "03_renamed: rolled_back",
        "04_orders: rolled_back",
    ];
    assert_eq!(history(&together).await, back);
    let all = Migrate { complete: true, ..Migrate::default() };
    migrate(&together, &all).await.expect("one start");
    migrate(&each, &Migrate { each: true, ..all.clone() }).await.expect("three starts");
    assert_eq!(together.catalog().await, each.catalog().await);
    for schema in ["public", "public_04_orders"] {
        assert_eq!(together.shown(schema).await, each.shown(schema).await, "{schema}");
    }
    let done =
        ["01_age", "02_wide", "03_renamed", "04_orders"].map(|name| format!("{name}: completed"));
    assert_eq!(history(&each).await, done);
    assert_eq!(history(&together).await[4..], done[1..], "behind those that were rolled back");
    migrate(&together, &all).await.expect("nothing is pending");
}

#[tokio::test]
async fn an_interrupted_start_of_several_goes_on_or_back() {
    let database = one_completed().await;
    let before = database.catalog().await;
    let all = files();
    for goes_on in [false, true] {
        let holder = database.client().await;
        holder.batch_execute("BEGIN; LOCK TABLE users IN SHARE MODE").await.expect("a lock");
        let engine = database.engine().await;
        let waits = "SELECT FROM pg_locks WHERE relation = 'users'::regclass AND NOT granted";
        let how = Migrate::default();
        tokio::select! {
            done = engine.migrate(&all, &how) => panic!("nothing is in the way: {done:?}"),
            () = holder.until_found(waits) => {}
        }
        drop(engine);
        holder.batch_execute("COMMIT").await.expect("an end");
        let underway = history(&database).await;
        assert!(underway.ends_with(&["04_orders: expand".to_owned()]), "{underway:?}");
        if !goes_on {
            database.rollback("all of them").await;
            assert_eq!(before, database.catalog().await, "rolled back");
            continue;
        }
        // One of them alone, or some, is not what was begun.
        let engine = database.engine().await;
        let fewer = Together::of(&all[2..]).expect("two");
        for error in [
            engine.start(&all[3]).await.expect_err("another start"),
            engine.start_together(fewer).await.expect_err("another start"),
        ] {
            assert!(matches!(error, Error::Refused(_)), "{error}");
        }
        engine.close().await.expect("a clean end");
        migrate(&database, &Migrate { complete: true, ..Migrate::default() })
            .await
            .expect("an end");
    }
    let last = history(&database).await;
    assert!(last.ends_with(&["04_orders: completed".to_owned()]), "{last:?}");
}

#[tokio::test]
async fn a_history_of_an_earlier_release_is_read_as_it_is() {
    let database = one_completed().await;
    let client = database.client().await;
    // Format 2 had one migration a row.
    let older = "UPDATE straddle.migrations SET content = content -> 0;
        UPDATE straddle.format SET version = 2";
    client.batch_execute(older).await.expect("an older ledger");
    assert_eq!(history(&database).await, ["01_age: completed"]);
    migrate(&database, &Migrate { complete: true, ..Migrate::default() }).await.expect("the rest");
    assert_eq!(history(&database).await.len(), 4);
    let rows = client.rows("SELECT version FROM straddle.format").await.expect("a format");
    assert_eq!(rows, ["4"]);
}

/// What ten years leave behind.
const OLD: &str = "CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2 FROM nowhere';
    CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL CHECK (name <> ''), mood mood DEFAULT 'good');
    CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, buyer bigint REFERENCES users,
        day date NOT NULL, twice int GENERATED ALWAYS AS (2) STORED);
    CREATE INDEX orders_day ON orders (day) WHERE buyer IS NOT NULL;
    CREATE TABLE logs (id int, at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE VIEW names AS SELECT name FROM users;
    CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN -- a ''quote''; and more
        RETURN NEW; END';
    CREATE TRIGGER seen BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION seen();
    ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON users USING (name = CURRENT_USER);
    COMMENT ON TABLE users IS 'who buys';";

#[tokio::test]
async fn a_baseline_builds_another_environment() {
    let Some(pg_dump) = pg_dump() else {
        return;
    };
    let (here, there) = (Database::new().await, Database::new().await);
    let version = here.client().await.rows("SHOW server_version_num").await.expect("a version");
    let is_older = version[0].as_str() < "150000";
    // Before 15 views bypass policies.
    let old = if is_older {
        OLD.replace("ALTER TABLE users ENABLE ROW LEVEL SECURITY;", "")
    } else {
        OLD.to_owned()
    };
    // A function whose body makes no sense yet is what dumps have to cope with.
    let old = format!("SET check_function_bodies = off; {old}");
    here.client().await.batch_execute(&old).await.expect("tables");
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().join("migrations").to_string_lossy().into_owned();
    let pg_dump = pg_dump.to_string_lossy().into_owned();
    let baseline = ["baseline", "00_before", &place, "--yes", "--pg-dump", &pg_dump];
    let outcome = straddle(&here.url(), &baseline);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let age = "operations: [{add_column: {table: users, column: {name: age, type: int, nullable: true}}}]";
    std::fs::write(directory.path().join("migrations/01_age.yaml"), age).expect("a file");
    for database in [&here, &there] {
        let outcome = straddle(&database.url(), &["migrate", &place, "--complete"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }
    assert_eq!(here.catalog().await, there.catalog().await);
    assert_eq!(history(&here).await, history(&there).await);
}

#[test]
fn what_is_written_into_a_file_says_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = migration::paths(&root.join("operations")).expect("the examples");
    for case in std::fs::read_dir(root.join("tests/cases")).expect("the cases") {
        files.push(case.expect("a case").path().join("migration.yaml"));
    }
    for path in files {
        let migration = migration::read(&path).unwrap_or_else(|error| panic!("{error}")).migration;
        for format in [Format::Json, Format::Yaml] {
            let text = document::write(&migration.content(), format);
            let read = document::read::<migration::Content>("written", &text, format);
            let (read, _) =
                read.unwrap_or_else(|error| panic!("{}: {error}\n{text}", path.display()));
            assert_eq!(read, migration.content(), "{}\n{text}", path.display());
            assert_eq!(document::write(&read, format), text, "{}", path.display());
        }
    }
}
