//! How long does the start of a set-NOT-NULL migration take, beside one UPDATE of every row?
//!
//! `cargo bench --bench not_null` starts a throw-away Postgres, fills a table with 1,000,000 rows
//! (`-- --rows N` for another number), and times, in turns, one `UPDATE` of the whole table and the
//! `start` of a migration that fills the same column and makes it NOT NULL. Machines are noisy: what
//! counts is the ratio of two runs that are next to each other.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use straddle::database::target::{Environment, Target};
use straddle::engine::{Engine, Event, Options};
use straddle::migration::Migration;
use straddle::server::{Binaries, Options as ServerOptions, Server};
use straddle::sql::Ident;
use tokio_postgres::NoTls;

/// The target of the project: at most this many times one UPDATE.
const TARGET: f64 = 1.5;
const ROUNDS: usize = 3;

#[expect(clippy::disallowed_methods, reason = "a bench is told here which server to use")]
fn binaries() -> Binaries {
    let explicit = std::env::var("STRADDLE_TEST_PGBIN").ok().map(PathBuf::from);
    Binaries::find(explicit.as_deref()).expect("a Postgres to measure with")
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--rows").skip(1);
    let rows = arguments.next().map_or(1_000_000, |rows| rows.parse().expect("a number of rows"));
    // As a server is set up that keeps its data: the ratio should be that of production.
    let settings = [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("wal_level", "replica"),
        ("shared_buffers", "512MB"),
        ("max_wal_size", "4GB"),
        ("autovacuum", "off"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let server = Server::start(&binaries(), ServerOptions { settings, tcp: false });
    let server = server.expect("a server to measure with");
    println!("Postgres {}, {rows} rows, {ROUNDS} rounds", server.major());
    println!("{:>12} {:>12} {:>7}", "one UPDATE", "start", "ratio");
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let url = server.url(&format!("round_{round}"));
        sql(&server.url("postgres"), &format!("CREATE DATABASE round_{round}")).await;
        let update = time_update(&url, rows).await;
        let start = time_start(&url, rows).await;
        let ratio = start.as_secs_f64() / update.as_secs_f64();
        println!("{:>10.2} s {:>10.2} s {ratio:>7.2}", update.as_secs_f64(), start.as_secs_f64());
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}, target {TARGET:.2}", ratios[ROUNDS / 2]);
}

/// One UPDATE that fills a new column of every row, as anybody would write it.
async fn time_update(url: &str, rows: u64) -> Duration {
    fill(url, "plain", rows).await;
    sql(url, "ALTER TABLE plain ADD COLUMN filled text").await;
    let started = Instant::now();
    sql(url, "UPDATE plain SET filled = COALESCE(review, product || ' is good')").await;
    started.elapsed()
}

/// The start of the migration that does the same beside a live application.
async fn time_start(url: &str, rows: u64) -> Duration {
    fill(url, "reviews", rows).await;
    let operation = serde_json::json!({"alter_column": {
        "table": "reviews",
        "column": "review",
        "nullable": false,
        "up": "COALESCE(review, product || ' is good')",
        "down": "review",
    }});
    let migration = Migration {
        name: "02_not_null".into(),
        version_schema: None,
        operations: vec![serde_json::from_value(operation).expect("an operation")],
    };
    let target = Target::resolve(Some(url), &Environment::empty()).expect("a valid URL");
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&target, options, &|_: &Event<'_>| {}).await.expect("an engine");
    let started = Instant::now();
    engine.start(&migration).await.expect("a start");
    started.elapsed()
}

async fn fill(url: &str, table: &str, rows: u64) {
    sql(
        url,
        &format!(
            "CREATE TABLE {table} (id bigint PRIMARY KEY, product text NOT NULL, review text);
             INSERT INTO {table} SELECT n, 'product ' || n % 1000,
               CASE WHEN n % 3 > 0 THEN 'a review of some length, number ' || n END
             FROM generate_series(1, {rows}) AS n"
        ),
    )
    .await;
    sql(url, &format!("VACUUM ANALYZE {table}")).await;
    sql(url, "CHECKPOINT").await;
}

#[expect(clippy::disallowed_methods, reason = "the baseline is plain SQL")]
async fn sql(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client.batch_execute(statements).await.expect("a statement");
}
