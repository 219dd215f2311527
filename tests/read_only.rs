//! Servers that take no writes, and servers and ledgers of other times: each is recognised by every command
//! that writes, before anything is done.

use straddle::database::{Environment, Target};
use straddle::engine::doctor::Patience;
use straddle::engine::{Engine, Error};

use crate::command::straddle;
use crate::operator::{engine_by, migration};
use crate::server::Database;

const ADD: &str =
    r#"[{"add_column": {"table": "m", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;

/// Every command that writes, each refused for what `is_it` knows.
pub(crate) async fn refused_by_all(engine: &Engine<'_>, is_it: impl Fn(&Error) -> bool) {
    let next = migration("next", ADD);
    let refusals = [
        ("init", engine.init().await.err()),
        ("plan", engine.plan(&next).await.map(drop).err()),
        ("start", engine.start(&next).await.map(drop).err()),
        ("complete", engine.complete().await.map(drop).err()),
        ("rollback", engine.rollback().await.map(drop).err()),
        ("repair", engine.repair().await.map(drop).err()),
    ];
    for (command, refusal) in refusals {
        let refusal = refusal.unwrap_or_else(|| panic!("{command} is refused"));
        assert!(is_it(&refusal), "{command}: {refusal}");
        assert!(refusal.hint().is_some(), "{command}: {refusal}");
    }
}

async fn live() -> Database {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE m (id int PRIMARY KEY)").await.expect("a table");
    database.start("next", &migration("next", ADD)).await;
    database
}

#[tokio::test]
async fn a_session_that_may_not_write_is_refused_with_who_said_so() {
    let database = live().await;
    let before = database.catalog().await;
    let url = database.url();
    let by_url = format!(
        "{url}{}options=-c%20default_transaction_read_only%3Don",
        if url.contains('?') { "&" } else { "?" }
    );
    let target = Target::resolve(Some(&by_url), &Environment::empty()).expect("a valid URL");
    let engine = engine_by(&target).await.expect("an engine");
    refused_by_all(&engine, |error| error.to_string().contains("the connection's own options"))
        .await;
    engine.close().await.expect("a clean end");
    let client = database.client().await;
    let name = client.rows("SELECT current_database()").await.expect("a name").join("");
    let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    client.batch_execute(&set).await.expect("a setting");
    let engine = database.engine().await;
    refused_by_all(&engine, |error| error.to_string().contains("set by the database")).await;
    let status = engine.status().await.expect("looking is no writing");
    assert!(status.active.is_some());
    let diagnosis = engine.doctor(Patience::default()).await.expect("a diagnosis");
    assert!(diagnosis.findings.iter().any(|finding| finding.kind == "read_only"));
    assert_eq!(before, database.catalog().await);
    let by_url = by_url.replace("%3Don", "%3Doff");
    let target = Target::resolve(Some(&by_url), &Environment::empty()).expect("a valid URL");
    let engine = engine_by(&target).await.expect("an engine");
    engine.complete().await.expect("the hint is right");
}

#[tokio::test]
async fn a_ledger_of_a_later_release_is_left_alone() {
    let database = live().await;
    let client = database.client().await;
    let later = |sql: &'static str| {
        let client = &client;
        async move { client.batch_execute(sql).await.expect("a later ledger") }
    };
    let is_later = |error: &Error| error.to_string().contains("later release");
    // The tables, and one plan in them.
    for (sql, back) in [
        ("UPDATE straddle.format SET version = 99", "UPDATE straddle.format SET version = 4"),
        (
            r#"UPDATE straddle.migrations SET plan = plan || '{"format": 99}'"#,
            r#"UPDATE straddle.migrations SET plan = plan || '{"format": 1}'"#,
        ),
        (
            "UPDATE straddle.format SET version = 99; ALTER TABLE straddle.backfills RENAME TO other",
            "UPDATE straddle.format SET version = 4; ALTER TABLE straddle.other RENAME TO backfills",
        ),
    ] {
        later(sql).await;
        let before = database.catalog().await;
        let engine = database.engine().await;
        let next = migration("next", ADD);
        for refused in [
            engine.start(&next).await.map(drop),
            engine.complete().await.map(drop),
            engine.rollback().await.map(drop),
            engine.status().await.map(drop),
        ] {
            let refused = refused.expect_err("another release's");
            assert!(is_later(&refused), "{refused}");
        }
        let diagnosis = engine.doctor(Patience::default()).await.expect("a diagnosis");
        let found = diagnosis.findings.iter().find(|finding| finding.kind == "ledger");
        assert!(found.is_some(), "{diagnosis:?}");
        assert_eq!(before, database.catalog().await);
        later(back).await;
    }
    database.complete("next").await;
}

#[tokio::test]
#[ignore = "needs Postgres 13: `.ci/fetch-postgres 13`, then STRADDLE_TEST_PGBIN=..."]
async fn a_server_before_14_is_refused_before_anything_is_done() {
    let database = Database::new().await;
    for command in ["init", "status", "doctor", "complete", "rollback", "repair"] {
        let told = straddle(&database.url(), &[command]);
        assert_eq!(told.code, 1, "{command}: {}", told.stderr);
        for said in
            ["the server is Postgres 13", "needs 14 or later", "nothing has changed", "next: "]
        {
            assert!(told.stderr.contains(said), "{command}: {}", told.stderr);
        }
    }
}
