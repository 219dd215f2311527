//! A database that was dumped and restored elsewhere while a migration was on its way: every OID and file
//! node is another one. With the ledger everything goes on; without it doctor says what is left over.
//!
//! The dump is made by the server's own `pg_dump`; where that is not installed (the packages from npm have
//! none), there is nothing to be tested.

use std::path::Path;
use std::process::Command;

use straddle::engine::doctor::{Patience, Severity};
use straddle::engine::{Engine, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Database, pg_dump};

const BEFORE: &str = "
    CREATE TABLE other (id int PRIMARY KEY);
    CREATE TABLE users (id int PRIMARY KEY, age text, name text NOT NULL);
    INSERT INTO users SELECT n, n::text, repeat('x', 700) FROM generate_series(1, 60) AS n;
    UPDATE users SET age = 'none' WHERE id = 40";

const FIRST: &str = r#"[{"add_column": {"table": "other", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;

const NEXT: &str = r#"[
    {"alter_column": {"table": "users", "column": "age", "type": "int", "up": "age::int", "down": "age::text"}},
    {"add_column": {"table": "other", "column": {"name": "b", "type": "int", "nullable": true}}},
    {"create_table": {"name": "items", "columns": [{"name": "id", "type": "int", "pk": true}]}}]"#;

const MEND: &str = "UPDATE users SET age = '40' WHERE id = 40";

fn next() -> Migration {
    migration("next", NEXT)
}

/// One migration completed, the next one interrupted in its backfill: a row cannot be filled.
async fn interrupted() -> Database {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("tables");
    database.start("first", &migration("first", FIRST)).await;
    database.complete("first").await;
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.keep_failed = true;
    options.batch_size = Some(5);
    let engine = Engine::open(&database.target(), options, &|_| {}).await.expect("an engine");
    engine.start(&next()).await.expect_err("a row in the way");
    engine.close().await.expect("a clean end");
    database
}

/// The database as it comes out of a dump: all of it, or with these arguments.
pub(crate) async fn restored(database: &Database, pg_dump: &Path, arguments: &[&str]) -> Database {
    let other = Database::new().await;
    // Other OIDs than there.
    let client = other.client().await;
    client.batch_execute("CREATE TABLE first (a text); DROP TABLE first").await.expect("a table");
    let mut dump = Command::new(pg_dump);
    dump.arg(database.url()).args(arguments).env_clear().env("LC_ALL", "C");
    let dump = dump.output().expect("pg_dump runs");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &dump.stdout).expect("a dump");
    let mut psql = Command::new(pg_dump.with_file_name("psql"));
    psql.args(["-X", "-q", "-d", &other.url(), "-f"]).arg(file.path()).env_clear();
    // Where a part was left out, what stands on it cannot be made.
    let restored = psql.output().expect("psql runs");
    let errors = String::from_utf8_lossy(&restored.stderr);
    let errors: Vec<&str> = errors.lines().filter(|line| line.contains("ERROR")).collect();
    let expected = errors.iter().all(|error| error.contains("schema \"public\" already exists"));
    assert!(expected || !arguments.is_empty(), "{errors:?}");
    other
}

const RIGHT: &str = "SELECT count(*) FROM public_next.users WHERE age = id";

#[tokio::test]
async fn a_migration_goes_on_in_a_database_that_was_restored_from_a_dump() {
    let Some(pg_dump) = pg_dump() else {
        return;
    };
    let source = interrupted().await;
    let copy = restored(&source, &pg_dump, &[]).await;
    let back = restored(&source, &pg_dump, &[]).await;
    // Interrupted.
    back.rollback("interrupted").await;
    assert_clean(&back).await;
    copy.client().await.batch_execute(MEND).await.expect("a row");
    copy.start("interrupted", &next()).await;
    let client = copy.client().await;
    assert_eq!(client.rows(RIGHT).await.expect("a count"), ["60"]);
    // Live.
    let live = restored(&copy, &pg_dump, &[]).await;
    let client = live.client().await;
    let write = "INSERT INTO public_first.users VALUES (61, '61', 'new'); INSERT INTO public_next.users VALUES (62, 62, 'newer')";
    client.batch_execute(write).await.expect("both versions write");
    assert_eq!(client.rows(RIGHT).await.expect("a count"), ["62"]);
    let status = live.engine().await.status().await.expect("a status").active.expect("it is live");
    assert!(status.in_the_way.is_empty() && status.in_the_way_of_rollback.is_empty(), "{status:?}");
    let back = restored(&live, &pg_dump, &[]).await;
    back.rollback("live").await;
    assert_clean(&back).await;
    live.complete("live").await;
    assert_clean(&live).await;
    // Idle.
    let idle = restored(&live, &pg_dump, &[]).await;
    assert_eq!(idle.engine().await.completed().await.expect("names"), ["first", "next"]);
    idle.start("third", &migration("third", r#"[{"drop_table": {"name": "items"}}]"#)).await;
    idle.complete("third").await;
    assert_clean(&idle).await;
}

pub(crate) async fn assert_clean(database: &Database) {
    let diagnosis = database.engine().await.doctor(Patience::default()).await.expect("a diagnosis");
    let left = diagnosis
        .findings
        .iter()
        .filter(|one| one.kind != "blocker" && one.kind != "replication_slot");
    let left: Vec<_> = left.filter(|one| one.severity != Severity::Note).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_dump_without_a_part_is_told_and_can_be_cleared() {
    let Some(pg_dump) = pg_dump() else {
        return;
    };
    let source = interrupted().await;
    source.client().await.batch_execute(MEND).await.expect("a row");
    source.start("live", &next()).await;
    // Without the versions: complete refuses, and rollback leads back.
    let versions = restored(&source, &pg_dump, &["-n", "public", "-n", "straddle"]).await;
    let engine = versions.engine().await;
    let refused = engine.complete().await.expect_err("no version");
    assert!(refused.to_string().contains("the version's schema public_next is gone"), "{refused}");
    engine.rollback().await.expect("a rollback");
    engine.close().await.expect("a clean end");
    versions.start("again", &next()).await;
    versions.complete("again").await;
    assert_clean(&versions).await;
    // Without the ledger: doctor names what is left over, and what it says clears it away.
    let ledger = restored(&source, &pg_dump, &["-N", "straddle"]).await;
    let engine = ledger.engine().await;
    let before = ledger.catalog().await;
    let refused = engine.start(&next()).await.expect_err("things are in the way");
    assert_eq!(before, ledger.catalog().await, "{refused}");
    let diagnosis = engine.doctor(Patience::default()).await.expect("a diagnosis");
    let kinds: Vec<_> = diagnosis.findings.iter().map(|finding| finding.kind).collect();
    assert!(kinds.contains(&"leftover") && kinds.contains(&"version"), "{diagnosis:?}");
    let client = ledger.client().await;
    let named = |kind| ["version", "leftover"].contains(&kind);
    for finding in diagnosis.findings.iter().filter(|one| named(one.kind)) {
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        for sql in remedy.split('`').skip(1).step_by(2) {
            client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
    }
    client.batch_execute("DROP TABLE items").await.expect("no table");
    engine.start(&next()).await.expect("a start");
    engine.complete().await.expect("a complete");
    assert_clean(&ledger).await;
}
