//! What does a migration of one column cost in a schema of thousands of tables?
//!
//! `cargo bench --bench many_tables` starts a throw-away Postgres with the usual lock table
//! (`max_locks_per_transaction` 64), makes a quarter of 5,000 tables of 20 columns, four of them with a default, with three
//! indexes each, and then all of them, and times at both sizes
//!
//! * one batch of as many CREATE VIEW statements, which is what a version at least is;
//! * `start` and `complete` of a migration that adds a column to one table, with a version there to be closed;
//! * the same behind a history of 1,000 migrations, beside 500 sessions that are in transactions.
//!
//! `-- --tables 400 --history 10 --sessions 20` is a short form. Exit code 1 where a goal is missed. Machines are noisy:
//! what counts is the ratio of what is next to each other.

#[path = "../server/mod.rs"]
mod server;

use std::ops::Range;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use straddle::migration::Migration;
use tokio_postgres::{Client, NoTls};

use server::{Outcome, argument, engine, print, sql};

/// The goals: so many times the batch of views; and so many times longer for so many times the tables.
const GOAL: f64 = 3.0;
const GROWTH: f64 = 1.25;
const COLUMNS: usize = 20;
const ROUNDS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<ExitCode> {
    let tables: usize = argument("--tables", 5_000)?;
    let history: usize = argument("--history", 1_000)?;
    let sessions: usize = argument("--sessions", 500)?;
    let server = server::start(true, &connections(sessions))?;
    print(&format!("Postgres {}, tables of {COLUMNS} columns, {ROUNDS} rounds", server.major()));
    let header = ["views", "start", "complete", "ratio"].map(|word| format!("{word:>10}")).concat();
    print(&format!("{:>36} {header}", ""));
    let mut bench = Bench { url: server.url("postgres"), migrations: 0 };
    let few = tables / 4;
    bench.make_tables(0..few).await?;
    let small = bench.rounds(&format!("{few} tables"), few).await?;
    bench.make_tables(few..tables).await?;
    let large = bench.rounds(&format!("{tables} tables"), tables).await?;
    bench.remember(history).await?;
    let _crowd = bench.crowd(sessions).await?;
    let what = format!("{history} migrations, {sessions} sessions");
    let busy = bench.rounds(&what, tables).await?;
    let growth = large.migration / small.migration / (tables as f64 / few as f64);
    let worst = [&small, &large, &busy].map(|found| found.ratio).into_iter().fold(0.0, f64::max);
    print(&format!("four times the tables: {growth:.2} times the time a table (goal {GROWTH})"));
    print(&format!("worst ratio: {worst:.2} (goal {GOAL}); memory: {} MB at the most", memory()?));
    Ok(if worst > GOAL || growth > GROWTH { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// So many sessions, and a lock table as large as usual: 64 for each of 100 connections, and of the 22 processes that
/// Postgres counts besides.
fn connections(sessions: usize) -> [(&'static str, String); 2] {
    let connections = sessions + 100;
    let locks = (64 * 122 / (connections + 22)).max(10);
    [("max_connections", connections.to_string()), ("max_locks_per_transaction", locks.to_string())]
}

/// What was measured: medians.
struct Found {
    /// Seconds of `start` and `complete`.
    migration: f64,
    ratio: f64,
}

struct Bench {
    url: String,
    /// How many there were.
    migrations: usize,
}

impl Bench {
    /// Tables with a primary key and two more indexes.
    async fn make_tables(&self, numbers: Range<usize>) -> Outcome {
        let default = |n: usize| if n.is_multiple_of(5) { " DEFAULT 'x'" } else { "" };
        let columns: Vec<String> =
            (1..COLUMNS).map(|n| format!("c{n} text{}", default(n))).collect();
        for first in numbers.clone().step_by(100) {
            let tables = (first..numbers.end.min(first + 100)).map(|n| {
                format!(
                    "CREATE TABLE t{n} (id bigserial PRIMARY KEY, {}); CREATE INDEX ON t{n} (c1);
                     CREATE INDEX ON t{n} (lower(c2)) WHERE c3 > '';",
                    columns.join(", ")
                )
            });
            sql(&self.url, &tables.collect::<String>()).await?;
        }
        sql(&self.url, "VACUUM ANALYZE").await?;
        Ok(())
    }

    /// The migration, and what it is compared with, in turns.
    async fn rounds(&mut self, what: &str, tables: usize) -> Outcome<Found> {
        // The version that is closed has views of all tables, too.
        self.migrate().await?;
        let (mut views, mut starts, mut completes, mut ratios) = (vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let batch = self.batch_of_views(tables).await?.as_secs_f64();
            let (start, complete) = self.migrate().await?;
            let (start, complete) = (start.as_secs_f64(), complete.as_secs_f64());
            ratios.push((start + complete) / batch);
            views.push(batch);
            starts.push(start);
            completes.push(complete);
        }
        let (start, complete) = (median(&mut starts), median(&mut completes));
        let (views, ratio) = (median(&mut views), median(&mut ratios));
        print(&format!("{what:>36} {views:>8.2} s {start:>7.2} s {complete:>7.2} s {ratio:>9.2}"));
        Ok(Found { migration: start + complete, ratio })
    }

    /// One batch, in transactions that fit into the lock table.
    async fn batch_of_views(&self, tables: usize) -> Outcome<Duration> {
        let columns: Vec<String> = (1..COLUMNS).map(|n| format!("c{n}")).collect();
        let columns = columns.join(", ");
        let mut batch = String::from("BEGIN; CREATE SCHEMA batch;");
        for table in 0..tables {
            let between = if table % 100 == 99 { "COMMIT; BEGIN;" } else { "" };
            batch.push_str(&format!(
                "CREATE VIEW batch.t{table} AS SELECT id, {columns} FROM t{table}; {between}"
            ));
        }
        batch.push_str("COMMIT");
        let started = Instant::now();
        sql(&self.url, &batch).await?;
        let elapsed = started.elapsed();
        for first in (0..tables).step_by(100) {
            let views = (first..tables.min(first + 100)).map(|table| format!("batch.t{table}"));
            let views: Vec<String> = views.collect();
            sql(&self.url, &format!("DROP VIEW {}", views.join(", "))).await?;
        }
        sql(&self.url, "DROP SCHEMA batch").await?;
        Ok(elapsed)
    }

    /// A migration of one column, started and completed.
    async fn migrate(&mut self) -> Outcome<(Duration, Duration)> {
        self.migrations += 1;
        let number = self.migrations;
        let column = serde_json::json!(
            {"name": format!("added_{number}"), "type": "int", "nullable": true});
        let operation = serde_json::json!({"add_column": {"table": "t0", "column": column, "up": "length(c1)"}});
        let migration =
            Migration::new(format!("{number:04}"), vec![serde_json::from_value(operation)?]);
        let started = Instant::now();
        let operator = engine(&self.url).await?;
        operator.start(&migration).await?;
        operator.close().await?;
        let start = started.elapsed();
        let started = Instant::now();
        let operator = engine(&self.url).await?;
        operator.complete().await?;
        operator.close().await?;
        Ok((start, started.elapsed()))
    }

    /// The ledger as it is after so many more migrations.
    async fn remember(&self, history: usize) -> Outcome {
        let copies = format!(
            "INSERT INTO straddle.migrations (base_schema, name, checksum, content, version_schema, plan,
               state, phase, steps_done, column_order, run, ended_at)
             SELECT base_schema, 'h' || n, checksum, content, 'public_h' || n, plan,
               state, phase, steps_done, column_order, run, '2020-01-01'
             FROM straddle.migrations, generate_series(1, {history}) AS n
             WHERE id = (SELECT max(id) FROM straddle.migrations)"
        );
        sql(&self.url, &copies).await?;
        Ok(())
    }

    /// Sessions that are in transactions, in which they have read a table.
    async fn crowd(&self, sessions: usize) -> Outcome<Vec<Client>> {
        let mut crowd = Vec::new();
        for number in 0..sessions {
            let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
            tokio::spawn(connection);
            let read = format!("BEGIN; SELECT FROM t{} LIMIT 1", number % 50 + 1);
            client.simple_query(&read).await?;
            crowd.push(client);
        }
        Ok(crowd)
    }
}

/// The most that this process ever had, in MB.
fn memory() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0");
    Ok(kilobytes.parse::<u64>()? / 1024)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
