//! What others change in the base schema is told, all of it, and nothing else is.

use std::path::Path;

use straddle::engine::{Drift, Engine, Error, Event, OnDrift, Options};
use straddle::sql::Ident;

use crate::operator::migration;
use crate::restored::restored;
use crate::server::{Database, pg_dump};

const BEFORE: &str = "
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
    CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE orgs (id bigserial PRIMARY KEY);
    CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'ann',
        kind varchar(3) CHECK (kind IN ('a', 'b')), mood mood DEFAULT 'good', nick short, org bigint REFERENCES orgs);
    CREATE INDEX users_name ON users (lower(name)) WHERE kind IN ('a', 'b');
    CREATE TRIGGER same BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION same();
    CREATE POLICY own ON users USING (EXISTS (SELECT FROM orgs WHERE orgs.id = org));
    CREATE VIEW names AS SELECT name FROM users WHERE kind IN ('a', 'b');
    CREATE TABLE logs (id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE SEQUENCE numbers";

const FIRST: &str = r#"[{"add_column": {"table": "orgs", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;
const NEXT: &str = r#"[{"add_column": {"table": "orgs", "column": {"name": "b", "type": "int", "nullable": true}}}]"#;

/// What is done by hand, what undoes it, and all that is told of it.
const BY_HAND: &[(&str, &str, &[&str])] = &[
    ("ALTER TABLE users ADD x int", "ALTER TABLE users DROP x", &["table users: +  x integer"]),
    (
        "ALTER TABLE users ALTER nick TYPE varchar(30)",
        "ALTER TABLE users ALTER nick TYPE short",
        &["table users: -  nick public.short", "table users: +  nick character varying(30)"],
    ),
    (
        "ALTER TABLE users ALTER name DROP NOT NULL, ALTER name DROP DEFAULT",
        "ALTER TABLE users ALTER name SET NOT NULL, ALTER name SET DEFAULT 'ann'",
        &[
            "table users: -  name character varying(20) not null default 'ann'::character varying",
            "table users: +  name character varying(20)",
        ],
    ),
    (
        "ALTER TABLE users RENAME nick TO other",
        "ALTER TABLE users RENAME other TO nick",
        &["table users: -  nick public.short", "table users: +  other public.short"],
    ),
    (
        "ALTER TABLE users RENAME CONSTRAINT users_pkey TO key",
        "ALTER TABLE users RENAME CONSTRAINT key TO users_pkey",
        &[
            "table users: +  constraint key PRIMARY KEY (id)",
            "table users: -  constraint users_pkey PRIMARY KEY (id)",
        ],
    ),
    (
        "ALTER INDEX users_name RENAME TO by_name",
        "ALTER INDEX by_name RENAME TO users_name",
        &["table users: +  index by_name", "table users: -  index users_name"],
    ),
    (
        "ALTER TABLE users DISABLE TRIGGER same",
        "ALTER TABLE users ENABLE TRIGGER same",
        &["table users: -  TRIGGER same BEFORE", "table users: +  TRIGGER same BEFORE"],
    ),
    (
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
        &["table users: +  row level security"],
    ),
    (
        "ALTER POLICY own ON users USING (EXISTS (SELECT FROM orgs WHERE orgs.id > org))",
        "DROP POLICY own ON users | CREATE POLICY own ON users USING (EXISTS (SELECT FROM orgs WHERE orgs.id = org))",
        &["table users: -  policy own for all", "table users: +  policy own for all"],
    ),
    (
        "COMMENT ON COLUMN users.nick IS 'a \"nick\"'",
        "COMMENT ON COLUMN users.nick IS NULL",
        &[
            "table users: -  nick public.short",
            "table users: +  nick public.short -- \"a \\\"nick\\\"\"",
        ],
    ),
    (
        "ALTER TABLE users REPLICA IDENTITY FULL",
        "ALTER TABLE users REPLICA IDENTITY DEFAULT",
        &["table users: +  replica identity FULL"],
    ),
    (
        "CREATE TABLE \"More \"\"x\"\"\" (id int)",
        "DROP TABLE \"More \"\"x\"\"\"",
        &["table \"More \"\"x\"\"\": +  id integer"],
    ),
    (
        "ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'bad'",
        &["enum mood: -  \"bad\"", "enum mood: +  \"sad\""],
    ),
    (
        "ALTER DOMAIN short SET NOT NULL",
        "ALTER DOMAIN short DROP NOT NULL",
        &["domain short: +  not null"],
    ),
    (
        "CREATE OR REPLACE VIEW names AS SELECT name FROM users WHERE kind = 'a'",
        "CREATE OR REPLACE VIEW names AS SELECT name FROM users WHERE kind IN  ('a', 'b')",
        &["view names: -  query (md5", "view names: +  query (md5"],
    ),
    (
        "CREATE OR REPLACE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "CREATE OR REPLACE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        &["function same(): -  BEGIN RETURN NEW; END", "function same(): +  BEGIN RETURN OLD; END"],
    ),
    (
        "ALTER SEQUENCE numbers INCREMENT 2",
        "ALTER SEQUENCE numbers INCREMENT 1",
        &[
            "sequence numbers: -  as bigint start 1 increment 1",
            "sequence numbers: +  as bigint start 1 increment 2",
        ],
    ),
    // What comes and goes, and what is nobody's schema.
    (
        "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
        "DROP TABLE logs_2",
        &[],
    ),
    ("CREATE TEMP TABLE users (id text)", "DROP TABLE pg_temp.users", &[]),
    ("CREATE TEMP VIEW names AS SELECT 1", "DROP VIEW pg_temp.names", &[]),
    ("CREATE SCHEMA other CREATE TABLE users (id text)", "DROP SCHEMA other CASCADE", &[]),
    ("GRANT SELECT ON users TO PUBLIC", "REVOKE SELECT ON users FROM PUBLIC", &[]),
    ("ANALYZE | VACUUM FULL users | REINDEX TABLE users", "SELECT 1", &[]),
    ("INSERT INTO orgs SELECT FROM generate_series(1, 9)", "TRUNCATE orgs CASCADE", &[]),
    (
        "ALTER TABLE users ALTER name SET STATISTICS 5",
        "ALTER TABLE users ALTER name SET STATISTICS -1",
        &[],
    ),
    ("ALTER TABLE users SET (fillfactor = 70)", "ALTER TABLE users RESET (fillfactor)", &[]),
];

/// A database with one migration completed.
async fn completed() -> Database {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("a schema");
    database.start("first", &migration("first", FIRST)).await;
    database.complete("first").await;
    database
}

async fn drift(database: &Database) -> Drift {
    let engine = database.engine().await;
    let drift = engine.drift().await.unwrap_or_else(|error| panic!("{error}"));
    engine.close().await.expect("a clean end");
    drift
}

/// Each line that differs, behind what it is of.
fn told(drift: &Drift) -> Vec<String> {
    let of = |change: &straddle::schema::Change| -> Vec<String> {
        let differs = change.diff.lines().filter(|line| line.starts_with(['-', '+']));
        differs.map(|line| format!("{}: {line}", change.object)).collect()
    };
    drift.changes.iter().flat_map(of).collect()
}

#[tokio::test]
async fn whatever_is_changed_by_hand_is_told_and_nothing_else() {
    let database = completed().await;
    let client = database.client().await;
    let engine = database.engine().await;
    assert_eq!(told(&drift(&database).await), [""; 0]);
    // Its views keep columns from being altered, and belong to no base schema.
    client.batch_execute("DROP SCHEMA public_first CASCADE").await.expect("no version");
    for (sql, back, meant) in BY_HAND {
        let run = async |sql: &str| {
            for statement in sql.split(" | ") {
                let done = client.batch_execute(statement).await;
                done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            }
        };
        run(sql).await;
        let told = told(&engine.drift().await.expect("an answer"));
        assert_eq!(told.len(), meant.len(), "{sql}: {told:#?}");
        for line in *meant {
            assert!(told.iter().any(|told| told.starts_with(line)), "{sql}: {line}: {told:#?}");
        }
        run(back).await;
        assert_eq!(engine.drift().await.expect("an answer").changes, [], "{back}");
    }
    // Where the server has this extension.
    if client.batch_execute("CREATE EXTENSION pg_stat_statements SCHEMA public").await.is_ok() {
        assert_eq!(engine.drift().await.expect("an answer").changes, []);
    }
    engine.close().await.expect("a clean end");
}

/// A start tells it once, as what it has recorded or refuses for; a start that is taken back leaves no drift.
#[tokio::test]
async fn a_start_records_drift_or_refuses_it() {
    let database = completed().await;
    let client = database.client().await;
    client.batch_execute("ALTER TABLE users ADD by_hand int").await.expect("a column");
    let next = migration("next", NEXT);
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.on_drift = OnDrift::Refuse;
    let before = database.catalog().await;
    let refusing = Engine::open(&database.target(), options.clone(), &|_| {}).await;
    let refusing = refusing.expect("an engine");
    let error = refusing.start(&next).await.expect_err("drift");
    assert!(matches!(&error, Error::Drifted { changes, .. } if changes.len() == 1), "{error}");
    assert!(error.to_string().contains("+  by_hand integer"), "{error}");
    assert_eq!(before, database.catalog().await, "nothing has changed");
    refusing.close().await.expect("a clean end");
    let events = std::cell::RefCell::new(Vec::new());
    let listener = |event: &Event<'_>| {
        if let Event::Drift { drift, recorded } = event {
            events.borrow_mut().push((told(drift), *recorded));
        }
    };
    let refuses = options.clone();
    options.on_drift = OnDrift::Record;
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    engine.plan(&next).await.expect("a plan");
    engine.start(&next).await.expect("a start");
    let line = || vec!["table users: +  by_hand integer".to_owned()];
    assert_eq!(events.borrow().as_slice(), [(line(), false), (line(), true)]);
    let noted = engine.noted_drift().await.expect("an answer");
    assert_eq!((noted.len(), noted[0].since.as_deref()), (1, Some("first")));
    // While it is live, what it has changed itself is not told, nor is it when it is taken back.
    assert_eq!(told(&drift(&database).await), [""; 0]);
    engine.rollback().await.expect("an undo");
    assert_eq!(told(&drift(&database).await), [""; 0]);
    let refusing = Engine::open(&database.target(), refuses, &|_| {}).await.expect("an engine");
    refusing.start(&next).await.expect("no drift");
    refusing.complete().await.expect("an end");
    refusing.close().await.expect("a clean end");
    assert_eq!(told(&drift(&database).await), [""; 0]);
    assert_eq!(engine.noted_drift().await.expect("an answer").len(), 1);
}

/// Another server prints in other words, and so may one after a dump and restore; an earlier release has described
/// nothing.
#[tokio::test]
async fn what_others_change_while_a_migration_is_live_is_told_when_it_is_completed() {
    let database = completed().await;
    database.start("next", &migration("next", NEXT)).await;
    let client = database.client().await;
    let by_hand = "ALTER TABLE logs ADD by_hand int; CREATE TABLE strange (id int)";
    client.batch_execute(by_hand).await.expect("others' work");
    database.complete("next").await;
    assert_eq!(
        told(&drift(&database).await),
        ["table logs: +  by_hand integer", "table strange: +  id integer"]
    );
}

#[tokio::test]
async fn an_upgrade_or_a_dump_and_restore_is_no_drift() {
    let database = completed().await;
    let client = database.client().await;
    if let Some(pg_dump) = pg_dump() {
        restored_is_no_drift(&database, &pg_dump).await;
    }
    let upgrade = "UPDATE straddle.descriptions SET server = server - 1, digest = 'other';
        UPDATE straddle.described SET description = description || ' in other words'";
    client.batch_execute(upgrade).await.expect("another server");
    let engine = database.engine().await;
    let unknown = engine.drift().await.expect("an answer");
    assert!(unknown.unknown.is_some_and(|why| why.contains("described on Postgres")));
    engine.start(&migration("next", NEXT)).await.expect("a start");
    assert_eq!(engine.noted_drift().await.expect("an answer"), []);
    engine.rollback().await.expect("an undo");
    let earlier = "DROP TABLE straddle.descriptions, straddle.described, straddle.drift;
        UPDATE straddle.format SET version = 3; ALTER TABLE users ADD unseen int";
    client.batch_execute(earlier).await.expect("an earlier ledger");
    let unknown = engine.drift().await.expect("an answer");
    assert!(unknown.unknown.is_some_and(|why| why.contains("not described")));
    assert_eq!(engine.noted_drift().await.expect("an answer"), []);
    engine.start(&migration("next", NEXT)).await.expect("a start");
    engine.complete().await.expect("an end");
    assert_eq!(told(&drift(&database).await), [""; 0]);
    client.batch_execute("ALTER TABLE users ALTER unseen SET NOT NULL").await.expect("a change");
    let meant = ["table users: -  unseen integer", "table users: +  unseen integer not null"];
    assert_eq!(told(&drift(&database).await), meant);
    // One that completes without describing leaves a description that is no longer true.
    let meanwhile = "UPDATE straddle.descriptions SET migration = 1";
    client.batch_execute(meanwhile).await.expect("an earlier release at work");
    assert!(drift(&database).await.unknown.is_some());
    engine.close().await.expect("a clean end");
}

async fn restored_is_no_drift(database: &Database, pg_dump: &Path) {
    let copy = restored(database, pg_dump, &[]).await;
    assert_eq!(told(&drift(&copy).await), [""; 0], "restored");
    let client = copy.client().await;
    client.batch_execute("ALTER TABLE users ALTER nick SET NOT NULL").await.expect("a change");
    let told = told(&drift(&copy).await);
    let meant = ["table users: -  nick public.short", "table users: +  nick public.short not null"];
    assert_eq!(told, meant);
}

/// SQL of one's own is no drift once it has run, nor when it is taken back and leaves something.
#[tokio::test]
async fn what_sql_of_a_migration_leaves_is_no_drift() {
    let database = completed().await;
    let sql = r#"[{"sql": {"up": "CREATE TABLE made (id int)"}}]"#;
    database.start("sql", &migration("sql", sql)).await;
    let unknown = drift(&database).await.unknown;
    assert!(unknown.as_ref().is_some_and(|why| why.contains("`sql`")), "{unknown:?}");
    database.rollback("sql").await;
    assert_eq!(told(&drift(&database).await), [""; 0]);
    database.client().await.batch_execute("DROP TABLE made").await.expect("no table");
    assert_eq!(told(&drift(&database).await), ["table made: -  id integer"]);
}
