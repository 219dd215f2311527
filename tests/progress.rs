//! What is seen of a start while it fills a table, and what Ctrl-C leaves.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::{Outcome, straddle};
use crate::server::{Client, Database, variable};

const MIGRATION: &str = "operations:\n  - alter_column: {table: orders, column: note, type: \
                         varchar(40), up: upper(note), down: lower(note)}\n";

const INDEX: &str = "operations:\n  - create_index: {table: orders, name: orders_note, columns: \
                     {note: {}}}\n";

const ROWS: usize = 20_000;

/// The rows of a block are the most that a batch writes here, and of those there are 108.
const SLOWLY: [&str; 4] = ["--backfill-batch-size", "200", "--backfill-batch-delay", "40ms"];

/// How long anything may take here that a user would call immediate.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A database with a table to fill, and the file of the migration that does it.
struct Shop {
    database: Database,
    client: Client,
    directory: tempfile::TempDir,
}

impl Shop {
    async fn open() -> Self {
        let database = Database::new().await;
        let client = database.client().await;
        client
            .batch_execute(&format!(
                "CREATE TABLE orders (id int PRIMARY KEY, note text);
                 INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(1, {ROWS}) i"
            ))
            .await
            .expect("orders");
        assert_eq!(straddle(&database.url(), &["init"]).code, 0);
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in [("02_note.yaml", MIGRATION), ("02_index.yaml", INDEX)] {
            std::fs::write(directory.path().join(name), text).expect("a file");
        }
        Self { database, client, directory }
    }

    fn file(&self) -> String {
        self.directory.path().join("02_note.yaml").to_string_lossy().into_owned()
    }

    /// A start that takes its time.
    fn start(&self, more: &[&str]) -> Child {
        let file = self.file();
        self.run(&[&["start", &file], &SLOWLY[..], more].concat())
    }

    fn run(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_straddle"))
            .args(arguments)
            .env_clear()
            .env("STRADDLE_POSTGRES_URL", self.database.url())
            .env("PGAPPNAME", "deploy")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs")
    }

    async fn ask(&self, query: &str) -> String {
        self.client.rows(query).await.expect("an answer").join("\n")
    }

    /// Waits until a query gives a row, and gives that.
    async fn until(&self, query: &str) -> String {
        let begun = Instant::now();
        loop {
            let answer = self.ask(query).await;
            if !answer.is_empty() {
                return answer;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "never true: {query}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn status(&self) -> Value {
        let outcome = straddle(&self.database.url(), &["status", "--output", "json"]);
        serde_json::from_str(&outcome.stdout).expect("JSON")
    }
}

const IN_THE_MIDDLE: &str = "SELECT next_block FROM straddle.backfills WHERE next_block > 20";

fn signal(child: &Child, signal: &str) {
    send(signal, &child.id().to_string());
}

fn send(signal: &str, pid: &str) {
    let kill = format!("kill -{signal} {pid}");
    let sent = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
    assert!(sent.success(), "{kill}");
}

/// What the program came to, and how long that took.
fn end(mut child: Child) -> (Outcome, Duration) {
    let begun = Instant::now();
    let code = child.wait().expect("an end").code().unwrap_or(-1);
    let took = begun.elapsed();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.expect("a pipe").read_to_string(&mut stdout).expect("text");
    child.stderr.expect("a pipe").read_to_string(&mut stderr).expect("text");
    (Outcome { code, stdout, stderr }, took)
}

#[tokio::test]
async fn others_see_how_far_a_table_is_filled() {
    let shop = Shop::open().await;
    let start = shop.start(&["--output", "json"]);
    let shown = shop
        .until(
            "SELECT pid, application_name FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name ~ ' [1-9]\\d? %'",
        )
        .await;
    let (pid, name) = shown.split_once(" | ").expect("two columns");
    assert!(name.starts_with("straddle: fill orders "), "{name}");
    assert!(name.ends_with(" % (deploy)"), "{name}");
    shop.until("SELECT 1 FROM straddle.progress WHERE rows_per_second > 0").await;
    let status = shop.status();
    let active = &status["active"];
    assert_eq!(active["running"]["pid"].to_string(), pid, "{status}");
    let backfill = &active["backfill"];
    assert_eq!(backfill["table"], "orders");
    for number in ["blocks_done", "blocks", "rows", "rows_per_second", "seconds_left"] {
        assert!(backfill[number].is_u64(), "{number} in {status}");
    }
    let text = straddle(&shop.database.url(), &["status"]).stdout;
    assert!(text.contains(&format!("running: pid {pid}")), "{text}");
    assert!(text.contains(" rows/s, ") && text.contains(" s left"), "{text}");

    let (outcome, _) = end(start);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let events: Vec<Value> = outcome
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .filter(|event: &Value| event["event"] == "backfill")
        .collect();
    let (first, last) = (events.first().expect("some"), events.last().expect("some"));
    assert_eq!(first["blocks_done"], 0, "{first}");
    assert_eq!(last["blocks_done"], last["blocks"], "{last}");
    assert_eq!(last["rows"], ROWS, "{last}");
    assert!(last["rows_per_second"].is_u64() && last["seconds_left"].is_u64(), "{last}");
    assert!(shop.status()["active"]["running"].is_null());
}

#[tokio::test]
async fn ctrl_c_leaves_at_once_and_the_same_command_goes_on() {
    let shop = Shop::open().await;
    let start = shop.start(&[]);
    shop.until(IN_THE_MIDDLE).await;
    signal(&start, "INT");
    let (stopped, took) = end(start);
    assert_eq!(stopped.code, 130, "{}", stopped.stderr);
    assert!(took < AT_ONCE, "{took:?}");
    let status = shop.status();
    let backfill = &status["active"]["backfill"];
    let (block, blocks, rows) = (&backfill["blocks_done"], &backfill["blocks"], &backfill["rows"]);
    let expected = format!("next: the same command again goes on at block {block} of {blocks}; ");
    assert!(stopped.stderr.contains(&expected), "{status}: {}", stopped.stderr);
    assert!(stopped.stderr.contains("stays filled"), "{}", stopped.stderr);
    let filled = "SELECT count(*) FROM orders WHERE _straddle_new_note IS NOT NULL";
    assert_eq!(shop.ask(filled).await, rows.to_string());
    let text = straddle(&shop.database.url(), &["status"]);
    assert!(text.stdout.contains("no start is running"), "{}", text.stdout);
    assert!(
        status["active"]["running"].is_null() && backfill["seconds_left"].is_null(),
        "{status}"
    );

    let again = straddle(&shop.database.url(), &["start", &shop.file()]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let all = "(20,000 with those of earlier runs)";
    assert!(again.stderr.contains(all), "{}", again.stderr);
    assert_eq!(
        shop.ask("SELECT sum(rows_written) FROM straddle.backfills").await,
        ROWS.to_string()
    );
    assert_eq!(shop.ask(filled).await, ROWS.to_string());
}

#[tokio::test]
async fn a_container_that_is_stopped_leaves_while_a_batch_waits() {
    let shop = Shop::open().await;
    let start = shop.start(&["--lock-timeout", "600000"]);
    shop.until(IN_THE_MIDDLE).await;
    let other = shop.database.client().await;
    let lock = "BEGIN; SELECT FROM orders WHERE id > 10000 FOR UPDATE";
    other.batch_execute(lock).await.expect("rows that nobody else may write");
    shop.until("SELECT pid FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")
        .await;
    signal(&start, "TERM");
    let (stopped, took) = end(start);
    assert_eq!(stopped.code, 143, "{}", stopped.stderr);
    assert!(took < AT_ONCE, "{took:?}");
    assert!(
        stopped.stderr.contains("the same command again goes on at block "),
        "{}",
        stopped.stderr
    );
    other.batch_execute("ROLLBACK").await.expect("an end");
    let again = straddle(&shop.database.url(), &["start", &shop.file()]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let rows = shop.ask("SELECT sum(rows_written) FROM straddle.backfills").await;
    assert_eq!(rows, ROWS.to_string());
}

#[tokio::test]
async fn an_index_that_waits_for_somebody_says_for_whom() {
    let shop = Shop::open().await;
    let other = shop.database.client().await;
    let pid = "BEGIN; UPDATE orders SET note = 'x' WHERE id = 1; SELECT pg_backend_pid()";
    let pid = other.rows(pid).await.expect("a row that is not committed").concat();
    let file = shop.file().replace("02_note", "02_index");
    let start = shop.run(&["start", &file, "--output", "json"]);
    let watches = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' \
                   AND application_name = 'straddle: watch orders_note (deploy)'";
    shop.until(watches).await;
    let status = shop.status();
    let index = &status["active"]["running"]["index"];
    let waits_for = index["waits_for"].as_str().expect("somebody");
    assert!(waits_for.starts_with(&format!("pid {pid} (")), "{status}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    other.batch_execute("ROLLBACK").await.expect("an end");
    let (outcome, _) = end(start);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let told = format!("\"waits_for\":\"pid {pid} (");
    assert!(outcome.stderr.contains(&told), "{}", outcome.stderr);
}

#[tokio::test]
async fn a_killed_start_does_not_look_alive() {
    let shop = Shop::open().await;
    let start = shop.start(&["--output", "json"]);
    shop.until("SELECT 1 FROM straddle.progress").await;
    assert!(shop.status()["active"]["running"]["pid"].is_u64());
    signal(&start, "KILL");
    let (killed, _) = end(start);
    assert_eq!(killed.code, -1);
    shop.until(
        "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
    )
    .await;
    let text = straddle(&shop.database.url(), &["status"]).stdout;
    assert!(text.contains("no start is running"), "{text}");
    assert!(text.contains("`orders`: ") && !text.contains("rows/s"), "{text}");
}

#[test]
fn ctrl_c_leaves_a_server_that_never_answers() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let status = Command::new(env!("CARGO_BIN_EXE_straddle"))
        .args(["status", "--postgres-url", &format!("postgresql://ann@127.0.0.1:{port}/shop")])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let _connection = silent.accept().expect("a connection");
    std::thread::sleep(Duration::from_millis(300));
    signal(&status, "INT");
    let (stopped, took) = end(status);
    assert_eq!(stopped.code, 130, "{}", stopped.stderr);
    assert!(took < AT_ONCE, "{took:?}");
    assert!(stopped.stderr.contains("now: nothing has changed"), "{}", stopped.stderr);
}

/// Only where the server is on this machine.
#[tokio::test]
async fn ctrl_c_leaves_a_server_that_hangs() {
    if variable("STRADDLE_TEST_URL").is_some() {
        return;
    }
    let shop = Shop::open().await;
    let start = shop.start(&[]);
    shop.until(IN_THE_MIDDLE).await;
    let backend = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                   AND application_name LIKE 'straddle%'";
    let backend = shop.ask(backend).await;
    send("STOP", &backend);
    tokio::time::sleep(Duration::from_millis(100)).await;
    signal(&start, "INT");
    let (stopped, took) = end(start);
    send("CONT", &backend);
    assert_eq!(stopped.code, 130, "{}", stopped.stderr);
    assert!(took < AT_ONCE, "{took:?}");
    let said = &stopped.stderr;
    assert!(said.contains("the server did not answer at once"), "{said}");
    assert!(said.contains("the same command again goes on at block "), "{said}");
    let again = straddle(&shop.database.url(), &["start", &shop.file()]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let rows = shop.ask("SELECT sum(rows_written) FROM straddle.backfills").await;
    assert_eq!(rows, ROWS.to_string());
}
