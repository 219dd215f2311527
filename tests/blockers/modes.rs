//! Somebody holds a lock, of each mode, or of a row, while each command runs. How long a strong lock of ours
//! stands in the queue, and from the first of one try to its end, is read on the server, and by its clock.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use straddle::engine::{Engine, Event, Options};
use straddle::sql::Ident;
use tokio::sync::Notify;

use crate::operator::migration;
use crate::server::{Client, Database};

const MODES: [&str; 8] = [
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
];

const SCHEMA: &str = "CREATE TABLE owners (id int PRIMARY KEY);
    INSERT INTO owners SELECT generate_series(1, 10);
    CREATE TABLE lines (id int PRIMARY KEY);
    INSERT INTO lines SELECT generate_series(1, 100);
    CREATE TABLE items (id int, note text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (50);
    CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (50) TO (1000);
    INSERT INTO items SELECT i, 'note ' || i FROM generate_series(1, 100) i";

const NEXT: &str = r#"[
    {"alter_column": {"table": "items", "column": "note", "type": "varchar(40)", "up": "upper(note)",
        "down": "lower(note)"}},
    {"add_column": {"table": "lines", "column": {"name": "owner", "type": "int", "nullable": true,
        "references": {"name": "lines_owner", "table": "owners", "column": "id"}}}}]"#;

/// One try for locks, in milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// What a busy machine may add: to what is cancelled by a clock of the server's, and to what a try does once
/// it has its locks.
const SLACK: [i64; 2] = [700, 5_000];

/// How often a command must have waited before it gets its way.
const TRIES: usize = 2;

/// Locks of the commands on what applications use, behind which writers wait: since when one stands in the
/// queue, and whether there is one at all.
const STRONG: &str = "SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - l.waitstart) * 1000), 0)::bigint,
      count(*), (extract(epoch FROM clock_timestamp()) * 1000)::bigint
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND c.relnamespace::regnamespace::text IN ('public', 'public_base', 'public_next')
      AND a.application_name LIKE 'straddle%' AND l.mode ~ '^(Share|ShareRowExclusive|Exclusive|AccessExclusive)Lock$'";

/// What was seen of the commands' locks.
#[derive(Debug, Default)]
struct Seen {
    /// The longest that one stood in the queue.
    queued: i64,
    /// The longest that there were any, one try after the other.
    tried: i64,
}

/// Looks all the time.
async fn watch(client: Client, stop: Arc<AtomicBool>) -> Seen {
    let (mut seen, mut since) = (Seen::default(), None);
    while !stop.load(Ordering::Relaxed) {
        let row = client.rows(STRONG).await.expect("the locks").concat();
        let numbers: Vec<i64> = row.split(" | ").map(|n| n.parse().expect("a number")).collect();
        seen.queued = seen.queued.max(numbers[0]);
        if numbers[1] == 0 {
            since = None;
        } else {
            let began = *since.get_or_insert(numbers[2]);
            seen.tried = seen.tried.max(numbers[2] - began);
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    seen
}

/// Applications that read and write beside it; how many of their statements failed.
async fn work(client: Client, statement: &'static str, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut failed = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let outcome = client.batch_execute(statement).await;
        failed.extend(outcome.err().map(|error| format!("{statement}: {error:?}")));
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    failed
}

/// A command, while somebody has a lock, until it has waited for him some times.
async fn beside(database: &Database, hold: &str, command: &str, name: &str) {
    let holder = database.client().await;
    holder.batch_execute(hold).await.expect("a lock");
    let (waited, is_enough) = (Cell::new(0), Notify::new());
    let listener = |event: &Event<'_>| {
        // Where the machine is busy, a try may be over before anybody has looked. What counts is that he is named.
        if let Event::Waiting { blockers, .. } = event
            && blockers.iter().any(|one| one.to_string().contains("idle in transaction"))
        {
            waited.set(waited.get() + 1);
            if waited.get() == TRIES {
                is_enough.notify_one();
            }
        }
    };
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.lock_timeout = LOCK_TIMEOUT;
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    let next = migration("next", NEXT);
    let commands = async {
        let outcome = match command {
            "start" => engine.start(&next).await.map(|_| ()),
            "rollback" => engine.rollback().await.map(|_| ()),
            _ => engine.complete().await.map(|_| ()),
        };
        outcome.unwrap_or_else(|error| panic!("{name}: {command}: {error}"));
    };
    let lets_go = async {
        is_enough.notified().await;
        holder.batch_execute("COMMIT").await.expect("COMMIT");
    };
    tokio::join!(commands, lets_go);
    engine.close().await.expect("a clean end");
}

async fn each_command(hold: &str, name: &str) {
    let database = Database::new().await;
    let client = database.client().await;
    // As short as it may be for ours not to become shorter: so long an autovacuum would be waited for.
    let patient = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''650ms''',
        current_database()); END $$";
    client.batch_execute(&format!("{SCHEMA}; {patient}")).await.expect("a schema");
    let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
    database.start("base", &base).await;
    database.complete("base").await;

    let stop = Arc::new(AtomicBool::new(false));
    let watches = tokio::spawn(watch(database.client().await, Arc::clone(&stop)));
    let mut applications = Vec::new();
    for statement in [
        "SET search_path = public_base; SELECT count(note) FROM items WHERE id = 60",
        "SET search_path = public_base; UPDATE items SET note = note WHERE id = 2",
    ] {
        let client = database.client().await;
        applications.push(tokio::spawn(work(client, statement, Arc::clone(&stop))));
    }
    beside(&database, hold, "start", name).await;
    beside(&database, hold, "rollback", name).await;
    beside(&database, hold, "start", name).await;
    // The old version goes: its clients do, too.
    stop.store(true, Ordering::Relaxed);
    for application in applications {
        let failed = application.await.expect("an application");
        assert!(failed.is_empty(), "{name}: {failed:#?}");
    }
    let before = watches.await.expect("a watch");
    stop.store(false, Ordering::Relaxed);
    let watches = tokio::spawn(watch(database.client().await, Arc::clone(&stop)));
    let client = database.client().await;
    let select = "SET search_path = public_next; SELECT count(note) FROM items WHERE id = 60";
    let application = tokio::spawn(work(client, select, Arc::clone(&stop)));
    beside(&database, hold, "complete", name).await;
    stop.store(true, Ordering::Relaxed);
    let failed = application.await.expect("an application");
    assert!(failed.is_empty(), "{name}: {failed:#?}");
    for seen in [before, watches.await.expect("a watch")] {
        let limit = i64::try_from(LOCK_TIMEOUT.as_millis()).expect("milliseconds");
        assert!(seen.queued <= limit + SLACK[0], "{name}: {seen:?}");
        assert!(seen.tried <= limit + SLACK[1], "{name}: {seen:?}");
    }
}

#[tokio::test]
async fn nobody_waits_long_behind_us_whatever_lock_somebody_has() {
    let lock = |mode| format!("BEGIN; LOCK TABLE owners, items_1, items_2 IN {mode} MODE");
    let mut holds: Vec<(String, &str)> = MODES.iter().map(|mode| (lock(mode), *mode)).collect();
    let row = "BEGIN; SELECT FROM items, owners WHERE items.id = 1 AND owners.id = 1 FOR UPDATE";
    holds.push((row.to_owned(), "a row"));
    let commands = holds.iter().map(|(hold, name)| each_command(hold, name));
    futures_util::future::join_all(commands).await;
}
