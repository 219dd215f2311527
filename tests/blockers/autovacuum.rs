//! Autovacuum, on a server of its own, where it comes soon and takes its time.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use straddle::database::target::{Environment, Target};
use straddle::engine::Error;
use straddle::server::{Binaries, Options, Server};

use crate::operator::{engine_by, migration};
use crate::server::{Client, connect, variable};

const NEXT: &str = r#"[{"alter_column": {"table": "items", "column": "note", "type": "varchar(400)",
    "up": "upper(note)", "down": "lower(note)"}}]"#;

/// A table that is vacuumed all the time: one page in a tenth of a second.
const SCHEMA: &str = "CREATE TABLE items (id int PRIMARY KEY, note text) WITH (
      autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
    INSERT INTO items SELECT i, repeat('.', 300) FROM generate_series(1, 4000) i;
    DELETE FROM items WHERE id % 2 = 0";

/// It has not been vacuumed for more transactions than it may.
const URGENT: &str = "CREATE TABLE other (id int);
    DO $$ BEGIN FOR i IN 1..100100 LOOP
      BEGIN INSERT INTO other VALUES (1); EXCEPTION WHEN division_by_zero THEN NULL; END;
    END LOOP; END $$;
    ALTER TABLE items SET (autovacuum_freeze_max_age = 100000)";

struct Busy {
    server: Server,
    client: Client,
}

impl Busy {
    async fn new() -> Self {
        let explicit = variable("STRADDLE_TEST_PGBIN").map(PathBuf::from);
        let binaries = Binaries::find(explicit.as_deref()).expect("a Postgres to test with");
        let settings = [("autovacuum_naptime", "1s"), ("deadlock_timeout", "300ms")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let server = Server::start(&binaries, Options { settings, tcp: false }).expect("a server");
        let client = connect(&server.url("postgres")).await;
        Self { server, client }
    }

    async fn prepare(&self, sql: &str) {
        self.client.batch_execute(sql).await.expect("a table");
    }

    fn target(&self) -> Target {
        Target::resolve(Some(&self.server.url("postgres")), &Environment::empty()).expect("a URL")
    }

    /// Waits until a worker is at the table; gives its process.
    async fn at_work(&self, kind: &str) -> String {
        let query = format!(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%public.items{kind}'"
        );
        let begun = Instant::now();
        loop {
            let pid = self.client.rows(&query).await.expect("sessions").concat();
            if !pid.is_empty() {
                return pid;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "no autovacuum came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn autovacuum_gives_way_to_every_command() {
    let busy = Busy::new().await;
    busy.prepare(SCHEMA).await;
    let target = busy.target();
    let next = migration("next", NEXT);
    let engine = engine_by(&target).await.expect("an engine");
    busy.at_work("").await;
    engine.start(&next).await.expect("a start");
    busy.at_work("").await;
    engine.rollback().await.expect("a rollback");
    engine.start(&next).await.expect("another start");
    busy.at_work("").await;
    engine.complete().await.expect("an end");
}

#[tokio::test]
async fn autovacuum_against_wraparound_is_named_and_left_alone() {
    let busy = Busy::new().await;
    busy.prepare(SCHEMA).await;
    busy.prepare(URGENT).await;
    let pid = busy.at_work(" (to prevent wraparound)").await;
    let engine = engine_by(&busy.target()).await.expect("an engine");
    let error = engine.start(&migration("next", NEXT)).await.expect_err("it is in the way");
    let Error::Blocked { blockers, tries, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(*tries < 10, "it is not waited for in vain: {tries} tries");
    let named = format!("pid {pid} (autovacuum worker, ");
    assert!(blockers[0].to_string().starts_with(&named), "{blockers:?}");
    let gives_way = "public.items (to prevent wraparound); it gives way to nobody";
    assert!(blockers[0].to_string().contains(gives_way), "{blockers:?}");
}
