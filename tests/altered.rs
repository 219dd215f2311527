//! A schema that was altered behind our back while a migration is live: `complete` and `rollback` each do
//! what is right, or refuse by name with nothing changed; `status` says which. What was altered is put back
//! afterwards, and then both go on.

use std::fmt::Write as _;

use straddle::engine::{Engine, Error, Event, Options};
use straddle::plan::Phase;
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Database, connect};

const BEFORE: &str = "
    CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, age int, nick text);
    CREATE INDEX users_age ON users (age);
    CREATE INDEX users_name ON users (name);
    ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '');
    CREATE TYPE state AS ENUM ('open', 'paid');
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total int NOT NULL, state state);
    CREATE TABLE other (id int PRIMARY KEY, what text);
    INSERT INTO users SELECT n, 'user ' || n, n, 'nick ' || n FROM generate_series(1, 5) AS n;
    INSERT INTO orders SELECT n, n, n * 10 FROM generate_series(1, 5) AS n;
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

const FIRST: &str = r#"[{"add_column": {"table": "other", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;

const NEXT: &str = r#"[
    {"rename_enum_value": {"name": "state", "from": "open", "to": "new"}},
    {"alter_column": {"table": "users", "column": "name", "type": "varchar(40)", "up": "upper(name)",
        "down": "lower(name)"}},
    {"drop_column": {"table": "users", "column": "nick", "down": "'nick ' || id"}},
    {"add_column": {"table": "orders", "column": {"name": "note", "type": "text", "nullable": true}}},
    {"add_column": {"table": "orders", "column": {"name": "gross", "type": "int"}, "up": "total * 2"}},
    {"create_table": {"name": "items", "columns": [{"name": "id", "type": "int", "pk": true}]}}]"#;

/// What is done where nothing can be put back.
const ROLL_BACK: &str = "straddle rollback";

/// What is done where the refusal says it.
const AS_IT_SAYS: &str = "as it says";

/// The first statement in each line of a refusal.
fn said(error: &Error) -> String {
    let said = error.to_string();
    let is_sql = |one: &&str| one.starts_with(|first: char| first.is_ascii_uppercase());
    let first = |line: &str| line.split('`').skip(1).step_by(2).find(is_sql).map(str::to_owned);
    said.lines().filter_map(first).collect::<Vec<String>>().join("; ")
}

/// A database with the migration live.
async fn live() -> Database {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("tables");
    database.start("first", &migration("first", FIRST)).await;
    database.complete("first").await;
    database.start("next", &migration("next", NEXT)).await;
    database
}

async fn run(database: &Database, sql: &str) {
    let done = database.client().await.batch_execute(sql).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// What came of a command, and of the same one once what was altered is put back.
async fn outcome(
    database: &Database,
    mend: &str,
    command: impl AsyncFn(&Engine<'_>) -> Result<(), Error>,
) -> String {
    let before = database.catalog().await;
    let engine = database.engine().await;
    let Err(error) = command(&engine).await else {
        return "done".into();
    };
    assert!(before == database.catalog().await, "{error}: something has changed");
    engine.close().await.expect("a clean end");
    assert!(error.to_string().contains("nothing has changed"), "{error}");
    let engine = database.engine().await;
    if mend == ROLL_BACK {
        engine.rollback().await.unwrap_or_else(|still| panic!("{still}, after {error}"));
        return error.to_string();
    }
    run(database, if mend == AS_IT_SAYS { said(&error) } else { mend.to_owned() }.as_str()).await;
    match command(&engine).await {
        Ok(()) => error.to_string(),
        Err(still) => format!("{error}\n    STUCK: {still}"),
    }
}

/// Alters the database of a live migration in each of these ways, and says what becomes of it.
async fn lived(alterations: &[(&str, &str)]) -> String {
    let live = live().await;
    let mut text = String::new();
    for (alter, mend) in alterations {
        writeln!(text, "{}", alter.trim()).expect("text");
        let altered = live.copy().await;
        run(&altered, alter).await;
        let status = altered.engine().await.status().await.expect("a status");
        let active = status.active.expect("a migration");
        let back = altered.copy().await;
        let completed = outcome(&altered, mend, async |engine| engine.complete().await.map(drop));
        let completed = completed.await;
        let rolled_back = outcome(&back, mend, async |engine| engine.rollback().await.map(drop));
        let rolled_back = rolled_back.await;
        for said in &active.in_the_way {
            assert!(completed.contains(said.as_str()), "{said}, but {completed}");
        }
        for said in &active.in_the_way_of_rollback {
            assert!(rolled_back.contains(said.as_str()), "{said}, but {rolled_back}");
        }
        let is_told = active.in_the_way.is_empty();
        writeln!(
            text,
            "  complete: {completed}{}",
            if is_told || completed == "done" { "" } else { " (as status says)" }
        )
        .expect("text");
        writeln!(text, "  rollback: {rolled_back}").expect("text");
        for (database, command) in [(&altered, "complete"), (&back, "rollback")] {
            let left = database.client().await.rows(LEFT).await.expect("what is left");
            for one in left {
                writeln!(text, "  left by {command}: {one}").expect("text");
            }
        }
    }
    text
}

/// What should not be left once a migration has ended.
const LEFT: &str = r"
    SELECT attrelid::regclass || '.' || attname FROM pg_attribute
    WHERE attname LIKE '\_straddle\_%' AND NOT attisdropped
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname ~ '^[~!]straddle'
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'straddle'::regnamespace
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE '\_straddle\_%'
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE conname LIKE '\_straddle\_%'";

#[tokio::test]
async fn tables_that_are_altered_while_a_migration_is_live() {
    let text = lived(&[
        ("ALTER TABLE users ADD COLUMN more text", ""),
        ("ALTER TABLE users RENAME TO people", "ALTER TABLE people RENAME TO users"),
        ("ALTER TABLE orders RENAME TO bills", "ALTER TABLE bills RENAME TO orders"),
        ("CREATE SCHEMA away; ALTER TABLE users SET SCHEMA away",
            "ALTER TABLE away.users SET SCHEMA public"),
        ("ALTER TABLE users RENAME TO users_old; CREATE TABLE users (id int PRIMARY KEY, name text)",
            "DROP TABLE users; ALTER TABLE users_old RENAME TO users"),
        ("ALTER TABLE users RENAME COLUMN name TO label", "ALTER TABLE users RENAME COLUMN label TO name"),
        ("ALTER TABLE users RENAME COLUMN age TO years", ""),
        ("ALTER TABLE users RENAME COLUMN _straddle_new_name TO label",
            "ALTER TABLE users RENAME COLUMN label TO _straddle_new_name"),
        ("ALTER TABLE other RENAME TO another", "ALTER TABLE another RENAME TO other"),
        ("DROP TABLE other CASCADE", ""),
    ])
    .await;
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn what_hangs_on_tables_is_altered_while_a_migration_is_live() {
    let text = lived(&[
        (
            "ALTER TABLE users DISABLE TRIGGER USER",
            r#"ALTER TABLE users ENABLE ALWAYS TRIGGER "~straddle_sync""#,
        ),
        (
            r#"CREATE VIEW mine AS SELECT id, name, "_straddle_new_name" FROM users"#,
            "DROP VIEW mine",
        ),
        ("CREATE VIEW mine AS SELECT id FROM items", "DROP VIEW mine"),
        ("CREATE TABLE mine (item int REFERENCES items)", "DROP TABLE mine"),
        ("CREATE INDEX late ON users (name)", "DROP INDEX late"),
        (r#"CREATE INDEX late ON users ("_straddle_new_name")"#, ""),
        ("DROP INDEX users_age", ""),
        (
            "ALTER TABLE users ADD CONSTRAINT late CHECK (name <> 'x')",
            "ALTER TABLE users DROP CONSTRAINT late",
        ),
        ("ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE", ""),
        ("ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey", ""),
        ("ALTER TABLE users ALTER COLUMN _straddle_new_name DROP NOT NULL", ROLL_BACK),
        ("DROP FUNCTION straddle.sync_users_69a4204df8 CASCADE", ROLL_BACK),
        ("DROP FUNCTION straddle.expr_users_2_819bf93b7d CASCADE", ROLL_BACK),
    ])
    .await;
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn versions_are_altered_while_a_migration_is_live() {
    let text = lived(&[
        ("ALTER SCHEMA public_next RENAME TO elsewhere", "ALTER SCHEMA elsewhere RENAME TO public_next"),
        ("DROP SCHEMA public_first CASCADE", "CREATE SCHEMA public_first"),
        ("DROP VIEW public_first.users", ""),
        ("CREATE VIEW public_first.mine AS SELECT 1 AS one", "DROP VIEW public_first.mine"),
        ("CREATE VIEW public_next.mine AS SELECT 1 AS one", "DROP VIEW public_next.mine"),
        ("CREATE VIEW mine AS SELECT * FROM public_next.users", "DROP VIEW mine"),
        ("CREATE VIEW mine AS SELECT * FROM public_first.users", "DROP VIEW mine"),
        ("CREATE TYPE public_next.mine AS ENUM ()", "DROP TYPE public_next.mine"),
        ("CREATE TABLE mine (state public_next.state)", AS_IT_SAYS),
        ("CREATE FUNCTION mine(public_next.state[]) RETURNS int LANGUAGE sql RETURN 1", AS_IT_SAYS),
        ("ALTER TYPE public_next.state RENAME TO mine", "ALTER TYPE public_next.mine RENAME TO state"),
        ("REVOKE ALL ON public_next.users FROM PUBLIC; GRANT SELECT ON public_next.users TO PUBLIC", ""),
    ])
    .await;
    insta::assert_snapshot!(text);
}

/// Drops the copy that the new version has of an index or a check.
const DROP_COPIES: &str = r"DO $$ BEGIN EXECUTE (
    SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
    WHERE indexrelid::regclass::text LIKE '\_straddle\_dup%');
  EXECUTE (
    SELECT format('ALTER TABLE users DROP CONSTRAINT %I', conname) FROM pg_constraint
    WHERE contype = 'c' AND conname LIKE '~straddle\_dup%'); END $$";

#[tokio::test]
async fn what_complete_would_lose_is_altered_while_a_migration_is_live() {
    let text = lived(&[
        (DROP_COPIES, AS_IT_SAYS),
        ("DROP TABLE items CASCADE", ROLL_BACK),
        ("ALTER TABLE items DROP CONSTRAINT items_pkey", AS_IT_SAYS),
        ("ALTER TABLE orders ADD COLUMN gross int", "ALTER TABLE orders DROP COLUMN gross"),
        (
            "ALTER TABLE users ALTER name SET DEFAULT 'x', ALTER name DROP NOT NULL, \
             ALTER name SET STATISTICS 7, ALTER name SET STORAGE EXTERNAL, ALTER name SET (n_distinct = 5); \
             COMMENT ON COLUMN users.name IS 'whose'",
            AS_IT_SAYS,
        ),
        ("ALTER TABLE users ALTER nick SET DEFAULT 'x'", ""),
        ("GRANT SELECT ON public_first.users TO pg_monitor", AS_IT_SAYS),
        ("GRANT UPDATE (name, nick) ON public_first.users TO pg_monitor", AS_IT_SAYS),
        ("GRANT USAGE ON SCHEMA public_first TO pg_monitor", AS_IT_SAYS),
        ("GRANT SELECT ON users, public_first.users TO pg_monitor", ""),
    ])
    .await;
    insta::assert_snapshot!(text);
}

/// Who has what, of the roles that these tests name.
const PRIVILEGES: &str = "
    SELECT concat_ws(' ', grantee::regrole, 'may', privilege_type, 'on', place, CASE WHEN is_grantable THEN 'and grant it' END)
    FROM (
      SELECT nspname::text AS place, nspacl AS acl FROM pg_namespace
      UNION ALL SELECT oid::regclass::text, relacl FROM pg_class
      UNION ALL SELECT attrelid::regclass || '.' || attname, attacl FROM pg_attribute WHERE NOT attisdropped
    ) AS held, aclexplode(acl)
    WHERE grantee::regrole::text LIKE 'pg\\_%' AND grantee::regrole::text <> 'pg_database_owner'
      AND place ~ '^(public_next|users|orders|items)'
    ORDER BY 1";

#[tokio::test]
async fn what_is_granted_and_revoked_while_a_migration_is_live_holds_in_the_end() {
    let database = Database::new().await;
    run(&database, BEFORE).await;
    let grants = "
        GRANT SELECT ON users TO pg_signal_backend, pg_stat_scan_tables;
        GRANT SELECT (name), UPDATE (name, nick) ON users TO pg_read_all_stats;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_signal_backend";
    run(&database, grants).await;
    database.start("first", &migration("first", FIRST)).await;
    database.complete("first").await;
    database.start("next", &migration("next", NEXT)).await;
    let by_hand = "
        REVOKE SELECT ON users FROM pg_signal_backend;
        REVOKE SELECT ON public_next.users FROM pg_stat_scan_tables;
        REVOKE SELECT ON public_next.items FROM pg_signal_backend;
        REVOKE UPDATE (name) ON users FROM pg_read_all_stats;
        REVOKE USAGE ON SCHEMA public_first FROM PUBLIC;
        GRANT SELECT (name) ON users TO pg_read_all_settings;
        GRANT INSERT ON users, items TO pg_monitor WITH GRANT OPTION;
        GRANT UPDATE (total) ON orders TO pg_monitor;
        GRANT USAGE, CREATE ON SCHEMA public TO pg_monitor";
    run(&database, by_hand).await;
    let (before, back) = (database.copy().await, database.copy().await);
    back.rollback("next").await;
    let rows = async |database: &Database| {
        database.client().await.rows(PRIVILEGES).await.expect("privileges").join("\n")
    };
    let (live, back) = (rows(&before).await, rows(&back).await);
    let without_versions: Vec<&str> = live
        .lines()
        .filter(|line| !line.contains("public_next") && !line.contains("items"))
        .collect();
    let without_new = without_versions.iter().filter(|line| !line.contains("_straddle_new"));
    assert_eq!(without_new.copied().collect::<Vec<&str>>().join("\n"), back);
    database.complete("next").await;
    insta::assert_snapshot!(format!("live\n{live}\n\ncompleted\n{}", rows(&database).await));
}

#[tokio::test]
async fn a_table_that_is_renamed_while_a_rollback_is_at_work_stops_it() {
    let database = Database::new().await;
    run(&database, BEFORE).await;
    let before = database.catalog().await;
    database.start("next", &migration("next", NEXT)).await;
    let url = database.url();
    let rename = |sql: &'static str| {
        let url = url.clone();
        let renamed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                connect(&url).await.batch_execute(sql).await.expect("another name");
            });
        });
        renamed.join().expect("an end");
    };
    let listener = |event: &Event<'_>| {
        if let Event::Step { phase: Phase::Abort, number: 2, .. } = event {
            rename("ALTER TABLE users RENAME TO people");
        }
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    let refused = engine.rollback().await.expect_err("a table has another name");
    assert!(matches!(refused, Error::AlteredMeanwhile { .. }), "{refused}");
    assert!(refused.to_string().contains("what was made on it is on people"), "{refused}");
    engine.close().await.expect("a clean end");
    let status =
        database.engine().await.status().await.expect("a status").active.expect("a migration");
    assert!(!status.shown, "{status:?}");
    run(&database, "ALTER TABLE people RENAME TO users").await;
    database.rollback("next").await;
    assert_eq!(before, database.catalog().await);
}
