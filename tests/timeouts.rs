//! What ends sessions: timeouts that others have set, which are not for us, and those that we set ourselves, so
//! that nobody waits for a command whose process is stopped, or whose machine is gone.

use std::error::Error;

use straddle::engine::{Engine, Event, Options};
use straddle::plan::Phase;
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Database, aside};

#[tokio::test]
async fn who_stops_while_he_holds_locks_lets_the_application_in() {
    let database = Database::new().await;
    let schema =
        "CREATE TABLE items (id int PRIMARY KEY, note text); INSERT INTO items VALUES (1, 'x')";
    database.client().await.batch_execute(schema).await.expect("a table");
    let drop = r#"[{"drop_column": {"table": "items", "column": "note", "down": "'gone'"}}]"#;
    database.start("next", &migration("next", drop)).await;

    // As long as this has not come back, the command does nothing: Ctrl-Z, or the lid of a laptop.
    let stopped = |event: &Event<'_>| {
        if matches!(event, Event::Step { phase: Phase::Contract, .. }) {
            aside(database.url(), "UPDATE items SET id = id".into());
        }
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &stopped).await.expect("an engine");
    engine.complete().await.expect_err("the session is gone");

    database.complete("next").await;
    let rows = database.client().await.rows("TABLE public_next.items").await;
    assert_eq!(rows.expect("the row"), ["1"]);
}

#[tokio::test]
async fn timeouts_that_a_database_sets_for_applications_end_no_command() {
    let database = Database::new().await;
    let client = database.client().await;
    let timeouts = client
        .rows(
            "SELECT name FROM pg_settings WHERE name ~ '_timeout$' AND context = 'user' AND unit IN ('ms', 's') \
             AND NOT name ~ '^(tcp|lock|wal)_' ORDER BY 1",
        )
        .await
        .expect("the timeouts");
    assert!(timeouts.contains(&"idle_session_timeout".to_owned()), "{timeouts:?}");
    for timeout in &timeouts {
        let set = format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {timeout} = ''77min''', current_database()); END $$"
        );
        client.batch_execute(&set).await.expect("a setting");
    }
    let shown = timeouts.iter().map(|name| format!("current_setting('{name}') AS {name}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let sql = format!(r#"[{{"sql": {{"up": "CREATE TABLE seen AS SELECT {shown}"}}}}]"#);
    database.start("next", &migration("next", &sql)).await;
    let seen = client.rows("SELECT to_jsonb(seen)::text FROM public.seen").await.expect("a row");
    assert!(!seen.concat().contains("77min"), "{seen:?}");
}

#[tokio::test]
async fn a_session_that_the_server_ended_while_nothing_ran_says_why() {
    let database = Database::new().await;
    let (engine, client) = (database.engine().await, database.client().await);
    let ours = "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'straddle%'";
    let end = format!("SELECT pg_terminate_backend(pid) {ours}");
    client.batch_execute(&end).await.expect("an end");
    client.until_found(&format!("SELECT 1 WHERE NOT EXISTS (SELECT {ours})")).await;
    let error = engine.status().await.expect_err("the session is gone");
    let (mut cause, mut causes) = (error.source(), String::new());
    while let Some(one) = cause {
        causes = format!("{causes}: {one}");
        cause = one.source();
    }
    assert!(causes.contains("due to administrator command"), "{error}{causes}");
}
