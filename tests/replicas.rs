//! Real standbys: commands wait for them, and are refused on them.

use std::cell::RefCell;
use std::time::Duration;

use straddle::database::{Environment, Target};
use straddle::engine::doctor::Patience;
use straddle::engine::{Engine, Error, Event, Options, Replicas, Started};
use straddle::sql::Ident;

use crate::command::straddle;
use crate::operator::{engine_by, migration};
use crate::read_only::refused_by_all;
use crate::server::{Client, connect};
use crate::throttle::standby::Standby;
use crate::throttle::{own_server, until};

const ADD: &str =
    r#"[{"add_column": {"table": "m", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;

/// Long enough for any machine; nothing waits for it to pass.
const LONG: Duration = Duration::from_secs(300);

fn target(url: &str) -> Target {
    Target::resolve(Some(url), &Environment::empty()).expect("a valid URL")
}

fn waiting_for(names: &[&str], patience: Duration) -> Options {
    let mut options = Options::new(Ident::new("public").expect("a name"));
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    options.replicas = Some(Replicas { names, patience });
    options
}

const VERSIONS: &str = "SELECT count(*) FROM pg_namespace WHERE nspname = 'public_next'";

/// A primary with a standby.
struct Pair {
    url: String,
    standby: Standby,
    replica: Client,
}

impl Pair {
    async fn open(&self, names: &[&str], patience: Duration) -> Engine<'static> {
        let options = waiting_for(names, patience);
        let engine = Engine::open(&target(&self.url), options, &|_: &Event<'_>| {}).await;
        engine.expect("an engine")
    }

    async fn versions(&self) -> String {
        self.replica.rows(VERSIONS).await.expect("a count").join("")
    }

    async fn pause(&self) {
        self.replica.rows("SELECT pg_wal_replay_pause()").await.expect("a pause");
        let state = "SELECT pg_get_wal_replay_pause_state()";
        let is_paused = async || self.replica.rows(state).await.expect("a state") == ["paused"];
        until("replay is paused", is_paused).await;
    }

    async fn resume(&self) {
        self.replica.rows("SELECT pg_wal_replay_resume()").await.expect("replay");
    }
}

#[tokio::test]
async fn commands_wait_for_replicas_and_are_refused_on_them() {
    let server = own_server(&[("wal_level", "logical"), ("max_wal_senders", "5")]);
    let url = server.url("postgres");
    let client = connect(&url).await;
    for sql in [
        "CREATE TABLE m (id int PRIMARY KEY)",
        "CREATE ROLE blind; GRANT CREATE ON DATABASE postgres TO blind",
    ] {
        client.batch_execute(sql).await.expect("a statement");
    }
    let standby = Standby::of(&server, "standby1").await;
    let replica = standby.client().await;
    let pair = Pair { url, standby, replica };
    what_cannot_be_seen(&pair).await;
    in_time_and_too_late(&pair).await;
    the_same_command_again(&pair).await;
    on_the_standby(&pair).await;
    // Complete as well, and a second time when the first one was too late.
    pair.pause().await;
    let behind = pair.open(&["standby1"], Duration::ZERO).await.complete().await;
    let behind = behind.expect_err("too late");
    assert!(matches!(behind, Error::ReplicasBehind { again: "complete", .. }), "{behind}");
    // What is true now it has said.
    let late = ["complete", "--wait-replicas", "standby1", "--wait-replicas-timeout", "0s"];
    let told = straddle(&pair.url, &late).stderr;
    assert!(
        told.contains("`public_next` is the only version, but") && !told.contains("now:"),
        "{told}"
    );
    assert_eq!(straddle(&pair.url, &["complete", "--wait-replicas", ""]).code, 2);
    pair.resume().await;
    pair.open(&["standby1"], LONG).await.complete().await.expect("it is completed");
}

/// Refused before anything is done.
async fn what_cannot_be_seen(pair: &Pair) {
    let mut options = waiting_for(&["standby1"], LONG);
    options.role = Some(Ident::new("blind").expect("a name"));
    let engine = Engine::open(&target(&pair.url), options, &|_| {}).await.expect("an engine");
    let refused = engine.start(&migration("next", ADD)).await.expect_err("nothing to be seen");
    assert!(refused.to_string().contains("GRANT pg_monitor"), "{refused}");
    engine.close().await.expect("a clean end");
}

/// One that is not there is said to be so; the version is live all the same.
async fn in_time_and_too_late(pair: &Pair) {
    let next = migration("next", ADD);
    let engine = pair.open(&[], LONG).await;
    engine.start(&next).await.expect("a start");
    assert_eq!(pair.versions().await, "1", "replayed");
    engine.rollback().await.expect("a rollback");
    engine.close().await.expect("a clean end");
    until("the version is gone there, too", async || pair.versions().await == "0").await;
    pair.pause().await;
    let engine = pair.open(&["standby1", "nobody"], Duration::ZERO).await;
    let behind = engine.start(&next).await.expect_err("too late");
    let said = behind.to_string();
    assert!(said.contains("`next` is live as `public_next`, but after"), "{said}");
    assert!(said.contains("nobody is not connected") && said.contains("standby1 is "), "{said}");
    assert!(behind.hint().is_some_and(|hint| hint.contains("`straddle start`")), "{behind:?}");
    engine.close().await.expect("a clean end");
}

/// It waits again, and says for whom; nobody is kept from being the operator meanwhile.
async fn the_same_command_again(pair: &Pair) {
    let next = migration("next", ADD);
    let told = RefCell::new(String::new());
    let listener = |event: &Event<'_>| {
        if let Event::Replicas { behind, .. } = event {
            told.replace(behind.join(", "));
        }
    };
    let options = waiting_for(&["standby1"], LONG);
    let engine = Engine::open(&target(&pair.url), options, &listener).await.expect("an engine");
    let again = engine.start(&next);
    let other = async {
        until("it is said who is behind", async || told.borrow().starts_with("standby1 is ")).await;
        assert_eq!(pair.versions().await, "0");
        let operator = engine_by(&target(&pair.url)).await.expect("another engine");
        let started = operator.start(&next).await.expect("it is live");
        assert!(matches!(started, Started::AlreadyLive { .. }));
        operator.close().await.expect("a clean end");
        pair.resume().await;
    };
    let (again, ()) = tokio::join!(again, other);
    assert!(matches!(again.expect("in time"), Started::AlreadyLive { .. }));
    assert_eq!(pair.versions().await, "1", "replayed");
}

/// Every command that writes is refused, and looking is not.
async fn on_the_standby(pair: &Pair) {
    let there = engine_by(&target(pair.standby.url())).await.expect("an engine");
    refused_by_all(&there, |error| error.to_string().contains("is a standby")).await;
    let status = there.status().await.expect("a status");
    assert!(status.active.is_some_and(|active| active.in_the_way.is_empty()));
    let diagnosis = there.doctor(Patience::default()).await.expect("a diagnosis");
    assert!(diagnosis.findings.iter().any(|finding| finding.kind == "read_only"));
    there.close().await.expect("a clean end");
}
