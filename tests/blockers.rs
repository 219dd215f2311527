//! Who is in the way of a lock: each mode of it, sessions, prepared transactions, autovacuum. How long others
//! wait behind us meanwhile, who is named, and who is ended where that is asked for.

mod autovacuum;
mod modes;

use std::cell::{Cell, RefCell};
use std::sync::mpsc;
use std::thread::JoinHandle;

use straddle::database::Blocker;
use straddle::engine::{Engine, Event, Options};
use straddle::sql::Ident;
use tokio::sync::oneshot;

use crate::command::{Outcome, straddle, straddle_until};
use crate::operator::migration;
use crate::server::{Client, Database, aside, connect};

const NEXT: &str = r#"[{"alter_column": {"table": "items", "column": "note", "type": "varchar(40)",
    "up": "upper(note)", "down": "lower(note)"}}]"#;

/// A database with a migration that is live.
async fn live() -> Database {
    let database = Database::new().await;
    let schema = "CREATE TABLE items (id int PRIMARY KEY, note text);
        INSERT INTO items SELECT i, 'note ' || i FROM generate_series(1, 100) i";
    database.client().await.batch_execute(schema).await.expect("a table");
    database.start("next", &migration("next", NEXT)).await;
    database
}

fn words(blockers: &[Blocker]) -> String {
    blockers.iter().map(ToString::to_string).collect()
}

/// A session that does this, as an application of the name `shop`.
async fn session(database: &Database, sql: &str) -> (Client, String) {
    let client = database.client().await;
    let name = "SET application_name = 'shop'; SELECT pg_backend_pid()";
    let pid = client.rows(name).await.expect("a process").concat();
    client.batch_execute(sql).await.expect("a session");
    (client, pid)
}

fn complete(database: &Database, more: &[&str]) -> Outcome {
    let usual = ["complete", "--lock-timeout", "100", "--kill-blockers-after", "300ms"];
    straddle(&database.url(), &[&usual[..], more].concat())
}

/// A command, and what lets it go on once it has said whom it does not end.
async fn in_the_way_until_it_is_said(
    database: &Database,
    url: String,
    options: [&'static str; 5],
    end: &str,
) -> Outcome {
    let (tell, told) = oneshot::channel();
    let command = move || straddle_until(&url, &options, "not ended (", tell);
    let command = tokio::task::spawn_blocking(command);
    // It may be refused before it waits for anybody.
    if told.await.is_ok() {
        database.client().await.batch_execute(end).await.expect("its end");
    }
    command.await.expect("an outcome")
}

#[tokio::test]
async fn who_is_idle_in_a_transaction_is_named_and_ended_on_request() {
    let database = live().await;
    let (idle, pid) = session(&database, "BEGIN; SELECT count(*) FROM items").await;
    let outcome = complete(&database, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let named = format!("pid {pid} (postgres, shop, idle in transaction, since ");
    assert!(outcome.stderr.contains(&format!("held by\n    {named}")), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&format!("ended: {named}")), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("SELECT count(*) FROM items"), "{}", outcome.stderr);
    idle.batch_execute("SELECT 1").await.expect_err("the session is ended");
}

#[tokio::test]
async fn a_long_statement_is_cancelled_and_its_session_lives() {
    let database = live().await;
    let (long, pid) = session(&database, "").await;
    let statement = "SELECT count(*), pg_sleep(600) FROM items";
    let works = async { long.batch_execute(statement).await };
    let url = database.url();
    let commands = async {
        let watch = database.client().await;
        let query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' \
                     AND pid <> pg_backend_pid() AND datname = current_database()";
        watch.until_found(query).await;
        let more = ["rollback", "--lock-timeout", "100", "--kill-blockers-after", "0s"];
        tokio::task::spawn_blocking(move || straddle(&url, &more)).await.expect("an outcome")
    };
    let (cancelled, outcome) = tokio::join!(works, commands);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(cancelled.is_err(), "the statement is cancelled");
    let ended = format!("ended: pid {pid} (postgres, shop, active, since ");
    assert!(outcome.stderr.contains(&ended), "{}", outcome.stderr);
    long.batch_execute("SELECT 1").await.expect("the session lives");
}

#[tokio::test]
async fn a_prepared_transaction_is_named_with_what_ends_it() {
    let database = live().await;
    let client = database.client().await;
    let can = client.rows("SHOW max_prepared_transactions").await.expect("a setting").concat();
    assert_ne!(can, "0", "start the server with -c max_prepared_transactions=10");
    let prepare =
        "BEGIN; UPDATE items SET note = 'x' WHERE id = 1; PREPARE TRANSACTION 'two phases'";
    client.batch_execute(prepare).await.expect("a prepared transaction");
    let url = database.url();
    let options = ["complete", "--lock-timeout", "100", "--kill-blockers-after", "100ms"];
    let outcome =
        in_the_way_until_it_is_said(&database, url, options, "ROLLBACK PREPARED 'two phases'");
    let outcome = outcome.await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let named = "the prepared transaction 'two phases' (postgres, since ";
    assert!(outcome.stderr.contains(named), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("not ended (it has no session)"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("ROLLBACK PREPARED ends it"), "{}", outcome.stderr);
}

#[tokio::test]
async fn start_names_what_was_prepared_in_the_way_of_rows_and_of_indexes() {
    let database = Database::new().await;
    let schema =
        "CREATE TABLE items (id int PRIMARY KEY, note text); INSERT INTO items VALUES (1, 'x')";
    database.client().await.batch_execute(schema).await.expect("a table");
    let unique = r#"[{"alter_column": {"table": "items", "column": "note", "type": "varchar(40)",
        "unique": {"name": "one_note"}, "up": "upper(note)", "down": "lower(note)"}}]"#;
    let prepare = |write: &str, gid: &str| {
        aside(database.url(), format!("BEGIN; {write}; PREPARE TRANSACTION '{gid}'"));
    };
    let (is_filled, told) = (Cell::new(false), RefCell::new(Vec::new()));
    let is_told = tokio::sync::Notify::new();
    let tell = |who: &str| {
        told.borrow_mut().push(who.to_owned());
        is_told.notify_one();
    };
    let listener = |event: &Event<'_>| match event {
        Event::Backfilled { .. } if !is_filled.replace(true) => {
            prepare("UPDATE items SET note = 'y'", "a row in two phases");
            prepare("INSERT INTO items VALUES (2, 'z')", "an index in two phases");
        }
        Event::Waiting { blockers, .. } => tell(&words(blockers)),
        Event::Building { waits_for: Some(who), .. } => tell(who),
        _ => {}
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    let migration = migration("next", unique);
    let commits = async {
        let client = database.client().await;
        for gid in ["a row in two phases", "an index in two phases"] {
            let named = format!("the prepared transaction '{gid}' (");
            while !told.take().concat().contains(&named) {
                is_told.notified().await;
            }
            let commit = format!("COMMIT PREPARED '{gid}'");
            client.batch_execute(&commit).await.expect("a commit");
        }
    };
    let (started, ()) = tokio::join!(engine.start(&migration), commits);
    started.expect("a start");
    let rows = database.client().await.rows("TABLE public_next.items ORDER BY id").await;
    assert_eq!(rows.expect("both rows"), ["1 | Y", "2 | Z"]);
}

#[tokio::test]
async fn who_may_not_end_sessions_is_told_so() {
    let database = live().await;
    let client = database.client().await;
    let role = client.rows("SELECT current_database() || '_owner'").await.expect("a name").concat();
    client
        .batch_execute(&format!(
            "CREATE ROLE {role} LOGIN; ALTER TABLE items OWNER TO {role}; GRANT pg_read_all_stats TO {role}; \
             DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {role}', current_database()); END $$; \
             GRANT ALL ON SCHEMA public, straddle TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA straddle TO {role}"
        ))
        .await
        .expect("a role");
    let (_idle, pid) = session(&database, "BEGIN; SELECT count(*) FROM items").await;
    let url = database.url().replace("postgres@", &format!("{role}@"));
    let options = ["complete", "--lock-timeout", "50", "--kill-blockers-after", "100ms"];
    let end = format!("SELECT pg_terminate_backend({pid})");
    let told = in_the_way_until_it_is_said(&database, url, options, &end).await.stderr;
    // Its own part of the work has only to get as far as to the lock.
    assert!(told.contains("not ended ("), "{told}");
    assert!(told.contains("42501"), "{told}");
}

/// Somebody who takes a lock in a thread of his own, and keeps it until he is told otherwise.
struct Holder {
    let_go: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Holder {
    /// Comes back when the lock is held.
    fn new(url: String, statement: &'static str) -> Self {
        let (let_go, told) = mpsc::channel();
        let (has_it, held) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            let client = runtime.block_on(connect(&url));
            runtime.block_on(client.batch_execute(statement)).expect("a lock");
            has_it.send(()).expect("somebody who waits");
            told.recv().expect("a word");
            runtime.block_on(client.batch_execute("COMMIT")).expect("COMMIT");
        });
        held.recv().expect("the lock");
        Self { let_go, thread }
    }

    fn end(self) {
        self.let_go.send(()).expect("a holder");
        self.thread.join().expect("an end");
    }
}

#[tokio::test]
async fn a_wait_that_harms_nobody_is_told_and_seen_by_status() {
    let database = Database::new().await;
    let schema =
        "CREATE TABLE items (id int PRIMARY KEY, note text); INSERT INTO items VALUES (1, 'x')";
    database.client().await.batch_execute(schema).await.expect("a table");
    let check = r#"[{"create_constraint": {"table": "items", "name": "short", "type": "check",
        "columns": ["note"], "check": "length(note) < 9", "up": {"note": "note"},
        "down": {"note": "note"}}}]"#;
    let (holder, told) = (RefCell::new(None), RefCell::new(Vec::new()));
    let is_told = tokio::sync::Notify::new();
    let listener = |event: &Event<'_>| match event {
        Event::Step { step, .. } if step.purpose.starts_with("validate") => {
            let lock = "BEGIN; LOCK TABLE items IN SHARE UPDATE EXCLUSIVE MODE";
            holder.replace(Some(Holder::new(database.url(), lock)));
        }
        Event::Waiting { purpose, tries: None, blockers } => {
            told.borrow_mut().push(format!("{purpose}: {}", words(blockers)));
            is_told.notify_one();
        }
        _ => {}
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &listener).await.expect("an engine");
    let migration = migration("next", check);
    let looks = async {
        is_told.notified().await;
        let status = database.engine().await.status().await.expect("a status");
        let running = status.active.expect("a migration").running.expect("a run");
        let holder = holder.take().expect("a holder");
        holder.end();
        running.waits_for
    };
    let (started, waits_for) = tokio::join!(engine.start(&migration), looks);
    started.expect("a start");
    assert!(told.borrow()[0].starts_with("validate `"), "{told:?}");
    assert!(told.borrow()[0].contains("idle in transaction, since"), "{told:?}");
    assert!(waits_for[0].contains("LOCK TABLE items"), "{waits_for:?}");
}
