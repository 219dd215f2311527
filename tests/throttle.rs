//! Backfills that wait: for a replica, a slot, an archiver, a vacuum, sessions, a query, a file, a disk, an
//! operator at another terminal.

#[path = "throttle/standby.rs"]
pub(crate) mod standby;

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use straddle::database::Target;
use straddle::database::target::Environment;
use straddle::engine::throttle::{Gauge, Settings};
use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::Migration;
use straddle::server::{self, Binaries, Server};
use straddle::sql::Ident;

use crate::command::straddle;
use crate::operator::migration;
use crate::server::{Client, Database, connect, variable};
use standby::Standby;

/// How long anything may take to be noticed.
const PATIENCE: Duration = Duration::from_secs(60);

const ROWS: &str = "CREATE TABLE reviews (id int PRIMARY KEY, rating text, note text);
    INSERT INTO reviews SELECT n, n::text, repeat('x', 500) FROM generate_series(1, 1500) AS n;
    ANALYZE reviews";

const DOUBLED: &str = r#"[{"alter_column": {"table": "reviews", "column": "rating", "type": "integer",
    "up": "2 * CAST(rating AS integer)", "down": "CAST(rating / 2 AS text)"}}]"#;

fn doubled() -> Migration {
    migration("next", DOUBLED)
}

fn options(throttle: Settings) -> Options {
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.batch_size = Some(50);
    options.throttle = throttle;
    options
}

/// Waits on, but not for ever.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !is_so().await {
        assert!(since.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Starts with these settings; as soon as the reasons to wait have all of these in them, `then` has to end
/// the wait. Gives what came of the start.
async fn held(
    target: &Target,
    throttle: Settings,
    reasons: &[&str],
    then: impl AsyncFnOnce(Engine<'_>),
) -> Result<(), Error> {
    let last = RefCell::new(String::new());
    let listener = |event: &Event<'_>| {
        if let Event::Held { table, reason } = event {
            assert_eq!(*table, "reviews");
            last.replace((*reason).to_owned());
        }
    };
    let engine = Engine::open(target, options(throttle), &listener).await.expect("an engine");
    let migration = doubled();
    let start = async {
        let started = engine.start(&migration).await.map(|_| ());
        if let Err(error) = &started {
            last.replace(format!("failed: {error}"));
        }
        started
    };
    let other = async {
        let is_all = || reasons.iter().all(|reason| last.borrow().contains(reason));
        let since = Instant::now();
        while !is_all() {
            let said = last.borrow().clone();
            assert!(since.elapsed() < PATIENCE, "not {reasons:?}, but: {said}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        let options = options(Settings::default());
        then(Engine::open(target, options, &|_: &Event<'_>| {}).await.expect("another engine"))
            .await;
    };
    let (started, ()) = tokio::join!(start, other);
    engine.close().await.expect("a clean end");
    started
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

async fn ask(client: &Client, sql: &str) -> String {
    client.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).join(", ")
}

async fn wrong_rows(client: &Client) -> String {
    ask(client, "SELECT count(*) FROM public_next.reviews WHERE rating IS DISTINCT FROM 2 * id")
        .await
}

/// A server of its own, with these settings.
pub(crate) fn own_server(settings: &[(&str, &str)]) -> Server {
    let explicit = variable("STRADDLE_TEST_PGBIN").map(PathBuf::from);
    let binaries = Binaries::find(explicit.as_deref()).expect("a Postgres to test with");
    let settings = settings.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Server::start(&binaries, server::Options { settings, tcp: false }).expect("a server")
}

fn target(server: &Server) -> Target {
    Target::resolve(Some(&server.url("postgres")), &Environment::empty()).expect("a valid URL")
}

fn limits(settings: &mut Settings, limits: &[(Gauge, u64)]) {
    settings.throttle.at = limits.iter().map(|(gauge, limit)| (*gauge, Some(*limit))).collect();
}

/// A server with everything that a backfill may have to wait for.
struct Troubled {
    server: Server,
    client: Client,
    standby: Standby,
    directory: tempfile::TempDir,
}

impl Troubled {
    async fn new() -> Self {
        let server = own_server(&[
            ("wal_level", "logical"),
            ("max_wal_senders", "5"),
            ("archive_mode", "on"),
            ("archive_command", "/bin/false"),
        ]);
        let client = connect(&server.url("postgres")).await;
        run(&client, ROWS).await;
        run(&client, "CREATE TABLE busy (why text); INSERT INTO busy VALUES ('the shop is open')")
            .await;
        let standby = Standby::of(&server, "standby1").await;
        run(&standby.client().await, "SELECT pg_wal_replay_pause()").await;
        run(&client, "SELECT pg_create_physical_replication_slot('nobody', true)").await;
        run(&client, "SELECT pg_create_logical_replication_slot('nobody_either', 'pgoutput')")
            .await;
        for _ in 0..3 {
            run(&client, "INSERT INTO busy VALUES ('late'); SELECT pg_switch_wal()").await;
        }
        let sleeper = connect(&server.url("postgres")).await;
        tokio::spawn(async move { sleeper.rows("SELECT pg_sleep(600)").await });
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("hold"), "").expect("a file");
        Self { server, client, standby, directory }
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        limits(
            &mut settings,
            &[
                (Gauge::ReplicaLag, 500),
                (Gauge::SlotBacklog, 1 << 20),
                (Gauge::ArchiveBacklog, 20 << 20),
                (Gauge::ActiveSessions, 0),
                (Gauge::FreeDisk, u64::MAX),
            ],
        );
        let why =
            "SELECT count(*) > 0, 'because ' || min(why) FILTER (WHERE why <> 'late') FROM busy";
        settings.throttle.query = Some(why.into());
        settings.throttle.file = Some(self.directory.path().join("hold"));
        settings
    }

    /// Ends all of it.
    async fn end(&self) {
        let client = &self.client;
        run(&self.standby.client().await, "SELECT pg_wal_replay_resume()").await;
        run(client, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots").await;
        run(client, "ALTER SYSTEM SET archive_command = '/bin/true'").await;
        run(client, "SELECT pg_reload_conf()").await;
        let sleepers = "FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
        run(client, &format!("SELECT pg_cancel_backend(pid) {sleepers}")).await;
        run(client, "DELETE FROM busy").await;
        std::fs::remove_file(self.directory.path().join("hold")).expect("a file");
    }
}

#[tokio::test]
async fn a_backfill_waits_for_all_that_it_is_told_to_and_says_why() {
    let troubled = Troubled::new().await;
    let reasons = [
        "replica `standby1` is ",
        " s behind (limit 0.5 s)",
        "replication slot `nobody",
        " of WAL (limit 1 MB)",
        " MB of WAL wait for being archived (limit 20 MB)",
        "1 session is active (limit 0)",
        "left on its disk (limit ",
        "because the shop is open",
        "hold` is there",
    ];
    let target = target(&troubled.server);
    let started = held(&target, troubled.settings(), &reasons, async |engine| {
        let status = engine.status().await.expect("the status").active.expect("a start");
        let told = status.held.expect("what it waits for");
        assert!(reasons.iter().all(|reason| told.contains(reason)), "{told}");
        assert!(!status.paused);
        let shown = engine.throttle(&Settings::default(), false).await.expect("the gauges");
        assert!(shown.gauges.iter().all(|gauge| gauge.value.is_some()), "{:?}", shown.gauges);

        // The lag is told in bytes, too, and one that is not there is waited for.
        let mut other = Settings::default();
        limits(&mut other, &[(Gauge::ReplicaLagBytes, 1 << 20)]);
        other.throttle.at.insert(Gauge::FreeDisk, None);
        other.replicas = Some(vec!["standby1".into(), "standby2".into()]);
        engine.throttle(&other, false).await.expect("other settings");
        let seen = async |reason: &str| {
            let status = engine.status().await.expect("the status");
            let held = status.active.and_then(|active| active.held).unwrap_or_default();
            held.contains(reason) && !held.contains("left on its disk")
        };
        let away = "replica `standby2` is not connected";
        until("a replica that is away", async || seen(away).await).await;
        other.replicas = Some(vec!["standby1".into()]);
        engine.throttle(&other, false).await.expect("other settings");
        until("the lag in bytes", async || seen(" MB behind (limit 1 MB)").await).await;
        troubled.end().await;
    })
    .await;
    started.expect("a start that goes on when all is well");
    assert_eq!(wrong_rows(&troubled.client).await, "0");
}

#[tokio::test]
async fn a_backfill_waits_for_a_vacuum_against_wraparound() {
    let server =
        own_server(&[("autovacuum_freeze_max_age", "100000"), ("autovacuum_naptime", "1s")]);
    let client = connect(&server.url("postgres")).await;
    run(&client, ROWS).await;
    // One page in a tenth of a second.
    let slowly = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1";
    run(&client, &format!("ALTER TABLE reviews SET ({slowly})")).await;
    let directory = tempfile::tempdir().expect("a directory");
    let flag = directory.path().join("hold");
    std::fs::write(&flag, "").expect("a file");
    let mut settings = Settings::default();
    settings.throttle.file = Some(flag.clone());
    let server_target = target(&server);
    let began = held(&server_target, settings, &["hold` is there"], async |engine| {
        // A transaction of its own for each row.
        run(
            &client,
            "CREATE TEMP TABLE burnt (n int);
             DO $$ BEGIN FOR n IN 1..101000 LOOP
               BEGIN INSERT INTO burnt VALUES (n); EXCEPTION WHEN OTHERS THEN RAISE; END;
             END LOOP; END $$",
        )
        .await;
        let waits = async |reason: &str| {
            let active = engine.status().await.expect("the status").active.expect("a start");
            active.held.is_some_and(|held| held.contains(reason))
        };
        until("a vacuum", async || waits("autovacuum keeps `reviews` from wraparound").await).await;
        std::fs::remove_file(&flag).expect("a file");
        until("a vacuum alone", async || {
            waits("autovacuum keeps").await && !waits("is there").await
        })
        .await;
        // It lets go of the table when it is cancelled, and the next one does not take long.
        let other = connect(&server.url("postgres")).await;
        let reset = "ALTER TABLE reviews RESET (autovacuum_vacuum_cost_delay, autovacuum_vacuum_cost_limit)";
        let reset = async { run(&other, reset).await };
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let workers = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                 WHERE backend_type = 'autovacuum worker' AND query LIKE '%reviews%'";
            run(&client, workers).await;
        };
        tokio::join!(reset, cancel);
    });
    began.await.expect("a start that goes on when the table is safe");
    assert_eq!(wrong_rows(&client).await, "0");
}

#[tokio::test]
async fn a_critical_level_takes_the_start_back() {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, ROWS).await;
    database.engine().await.init().await.expect("a ledger");
    let before = (database.catalog().await, database.shown("public").await);
    let directory = tempfile::tempdir().expect("a directory");
    let flag = directory.path().join("panic");
    let mut settings = Settings::default();
    settings.throttle.query = Some("1 = 1".into());
    settings.abort.file = Some(flag.clone());
    settings.abort.query =
        Some("SELECT count(*) > 1, 'there are critics' FROM reviews WHERE id < 0".into());
    settings.abort.at.insert(Gauge::SlotBacklog, Some(u64::MAX));
    let busy = database.client().await;
    let busy = tokio::spawn(async move { busy.rows("SELECT pg_sleep(600)").await });
    for way in ["file", "query", "gauge"] {
        let target = database.target();
        let ended = held(&target, settings.clone(), &["1 = 1"], async |engine| {
            let mut critical = Settings::default();
            match way {
                "file" => std::fs::write(&flag, "").expect("a file"),
                "query" => critical.abort.query = Some("SELECT true, 'enough'".into()),
                _ => drop(critical.abort.at.insert(Gauge::ActiveSessions, Some(0))),
            }
            engine.throttle(&critical, false).await.expect("other settings");
        });
        let error = ended.await.expect_err(way).to_string();
        let expected = match way {
            "file" => "panic` is there (--abort-file)",
            "query" => "enough (--abort-query)",
            _ => " active, beyond the critical level of 0 (--abort-at active-sessions)",
        };
        assert!(error.contains(expected), "{error}");
        assert!(error.contains("everything is as it was before the start"), "{error}");
        let after = (database.catalog().await, database.shown("public").await);
        assert!(before == after, "{way}: {}\n{}", before.0, after.0);
        if way == "file" {
            std::fs::remove_file(&flag).expect("a file");
        }
    }
    busy.abort();
}

/// A role that may migrate, and see nothing of others.
async fn blind_role(client: &Client) -> Ident {
    let database = ask(client, "SELECT current_database()").await;
    let blind = format!("{database}_blind");
    let make = format!(
        "CREATE ROLE {blind}; GRANT CREATE ON DATABASE {database} TO {blind};
         GRANT USAGE, CREATE ON SCHEMA public TO {blind}; ALTER TABLE reviews OWNER TO {blind}"
    );
    run(client, &make).await;
    Ident::new(blind).expect("a name")
}

async fn drop_role(client: &Client, role: &Ident) {
    run(client, &format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_refused_before_anything_is_done() {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, ROWS).await;
    let blind = blind_role(&client).await;
    let one = |gauge: Gauge, limit| {
        let mut settings = Settings::default();
        limits(&mut settings, &[(gauge, limit)]);
        settings
    };
    let asking = |query: &str| {
        let mut settings = Settings::default();
        settings.throttle.query = Some(query.into());
        settings
    };
    let mut contradictory = one(Gauge::SlotBacklog, 100);
    contradictory.abort.at.insert(Gauge::SlotBacklog, Some(50));
    let vacuum = Settings { wraparound: Some(true), ..Settings::default() };
    for (settings, reason) in [
        (one(Gauge::ReplicaLag, 1), "GRANT pg_monitor"),
        (one(Gauge::ReplicaLagBytes, 1), "GRANT pg_monitor"),
        (one(Gauge::ActiveSessions, 1), "GRANT pg_monitor"),
        (one(Gauge::FreeDisk, 1), "GRANT pg_read_all_settings"),
        (vacuum, "GRANT pg_monitor"),
        (contradictory, "abort at 50 B before it could wait at 100 B"),
        (asking("SELECT 1"), "it gives (int4), and has to give one boolean"),
        (asking("SELECT true; SELECT true"), "more than one statement"),
        (asking("SELECT nowhere"), "column \"nowhere\" does not exist"),
        (asking("SELECT true FROM reviews) AS r, (SELECT 1"), "closes nothing"),
    ] {
        let mut options = options(settings);
        options.role = Some(blind.clone());
        let listener = |_: &Event<'_>| {};
        let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
        let error = engine.start(&doubled()).await.expect_err(reason).to_string();
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(error.contains("nothing has changed"), "{error}");
        assert!(engine.status().await.expect("the status").active.is_none());
        engine.close().await.expect("a clean end");
    }
    drop_role(&client, &blind).await;
}

#[tokio::test]
async fn what_cannot_be_looked_at_and_nobody_asked_for_is_only_told() {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, ROWS).await;
    let blind = blind_role(&client).await;
    let notes = RefCell::new(Vec::new());
    let listener = |event: &Event<'_>| {
        if let Event::Note(note) = event {
            notes.borrow_mut().push((*note).to_owned());
        }
    };
    // Everybody may see the slots, and NULL is no reason to wait.
    let mut settings = Settings::default();
    limits(&mut settings, &[(Gauge::SlotBacklog, u64::MAX)]);
    settings.throttle.query = Some("SELECT NULL::boolean".into());
    let mut options = options(settings);
    options.role = Some(blind.clone());
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    engine.start(&doubled()).await.expect("a start");
    engine.rollback().await.expect("a rollback");
    engine.close().await.expect("a clean end");
    let said = |note: &&String| note.contains("wraparound");
    assert_eq!(notes.borrow().iter().filter(said).count(), 1, "{notes:?}");
    drop_role(&client, &blind).await;
}

/// The program, while it runs; killed when it is dropped.
struct Running(Child);

impl Running {
    fn start(url: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_straddle"));
        command.args(arguments).env_clear().env("STRADDLE_POSTGRES_URL", url);
        // What is in the environment counts for a start, and not for `throttle`.
        command.env("STRADDLE_THROTTLE_AT", "slot-backlog=100TB");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("the program runs"))
    }

    async fn end(mut self) -> Option<i32> {
        until("an end", async || self.0.try_wait().expect("a process").is_some()).await;
        self.0.wait().expect("a process").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn a_start_is_paused_slowed_down_and_resumed_from_another_terminal() {
    let database = Database::new().await;
    let (url, client) = (database.url(), database.client().await);
    run(&client, ROWS).await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("next.json");
    std::fs::write(&file, format!(r#"{{"operations": {DOUBLED}}}"#)).expect("a file");
    let file = file.to_string_lossy();
    let slowly = ["--backfill-batch-size", "1", "--backfill-batch-delay", "1h"];
    let start = Running::start(&url, &[&["start", &file], &slowly[..]].concat());
    let written = "SELECT COALESCE(sum(rows_written), -1) FROM straddle.backfills";
    until("a first batch", async || {
        client
            .rows(written)
            .await
            .is_ok_and(|rows| rows[0].parse::<i64>().is_ok_and(|rows| rows > 0))
    })
    .await;
    let shown = straddle(&url, &["throttle"]);
    assert!(
        shown.stdout.contains("batches: at most 1 rows, 1 h 0 min between two"),
        "{}",
        shown.stdout
    );
    assert!(shown.stdout.contains("slot-backlog       100 TB"), "{}", shown.stdout);

    // An hour between two batches is over as soon as it is said to be.
    assert_eq!(straddle(&url, &["pause"]).code, 0);
    let faster = ["throttle", "--backfill-batch-delay", "0s", "--throttle-at", "slot-backlog=off"];
    let faster = straddle(&url, &faster);
    assert!(!faster.stdout.contains("between two"), "{}", faster.stdout);
    assert!(!faster.stdout.contains("100 TB"), "{}", faster.stdout);
    let status = || straddle(&url, &["status", "--output", "json"]);
    let is_held = || {
        let status: serde_json::Value = serde_json::from_str(&status().stdout).expect("JSON");
        let (active, reason) = (&status["active"], "paused; `straddle resume` goes on");
        active["paused"] == true && active["held"] == reason
    };
    assert!(is_held(), "{}", status().stdout);
    let held = "SELECT held IS NOT NULL FROM straddle.progress";
    until("a pause", async || ask(&client, held).await == "t").await;
    let paused_at = ask(&client, written).await;
    let idle = "SELECT count(*) FROM pg_locks WHERE relation = 'reviews'::regclass";
    assert_eq!(ask(&client, idle).await, "0", "no lock is held");

    // Whatever happens to the start, it stays paused.
    drop(start);
    let start = Running::start(&url, &["start", &file]);
    run(&client, "UPDATE straddle.progress SET held = NULL").await;
    until("a pause", async || ask(&client, held).await == "t").await;
    assert!(is_held(), "{}", status().stdout);
    assert_eq!(ask(&client, written).await, paused_at);
    let twice = straddle(&url, &["pause"]);
    assert!(twice.stdout.contains("paused already"), "{}", twice.stdout);

    assert_eq!(straddle(&url, &["throttle", "--clear"]).code, 0);
    assert_eq!(straddle(&url, &["resume"]).code, 0);
    assert_eq!(start.end().await, Some(0));
    assert_eq!(wrong_rows(&client).await, "0");
    let late = straddle(&url, &["pause"]);
    assert_eq!(late.code, 1);
    assert!(late.stderr.contains("`next` is live: nothing is left to fill"), "{}", late.stderr);
}

#[tokio::test]
async fn commands_for_a_backfill_say_what_to_type_where_there_is_none() {
    let database = Database::new().await;
    let url = database.url();
    for command in ["pause", "resume", "throttle"] {
        let refused = straddle(&url, &[command]);
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        assert!(refused.stderr.contains("no migration is started"), "{}", refused.stderr);
        assert!(refused.stderr.contains("next: run `straddle start FILE`"), "{}", refused.stderr);
    }
    let unknown = straddle(&url, &["start", "next.json", "--throttle-at", "replica-lack=1s"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean `replica-lag`?"), "{}", unknown.stderr);
}
