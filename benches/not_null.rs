//! How long does the start of a set-NOT-NULL migration take, beside one UPDATE of every row?
//!
//! `cargo bench --bench not_null` starts a throw-away Postgres, fills a table with 1,000,000 rows
//! (`-- --rows N` for another number), and times, in turns, one `UPDATE` of the whole table and the
//! `start` of a migration that fills the same column and makes it NOT NULL. Machines are noisy: what
//! counts is the ratio of two runs that are next to each other.

mod server;

use std::time::{Duration, Instant};

use straddle::migration::Migration;

use server::{Outcome, argument, engine, print, sql};

/// The target of the project: at most this many times one UPDATE.
const TARGET: f64 = 1.5;
const ROUNDS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let rows = argument("--rows", 1_000_000)?;
    let server = server::start(true, &[])?;
    print(&format!("Postgres {}, {rows} rows, {ROUNDS} rounds", server.major()));
    print(&format!("{:>12} {:>12} {:>7}", "one UPDATE", "start", "ratio"));
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let url = server.url(&format!("round_{round}"));
        sql(&server.url("postgres"), &format!("CREATE DATABASE round_{round}")).await?;
        let update = time_update(&url, rows).await?.as_secs_f64();
        let start = time_start(&url, rows).await?.as_secs_f64();
        let ratio = start / update;
        print(&format!("{update:>10.2} s {start:>10.2} s {ratio:>7.2}"));
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    print(&format!("median ratio {:.2}, target {TARGET:.2}", ratios[ROUNDS / 2]));
    Ok(())
}

/// One UPDATE that fills a new column of every row, as anybody would write it.
async fn time_update(url: &str, rows: u64) -> Outcome<Duration> {
    fill(url, "plain", rows).await?;
    sql(url, "ALTER TABLE plain ADD COLUMN filled text").await?;
    let started = Instant::now();
    sql(url, "UPDATE plain SET filled = COALESCE(review, product || ' is good')").await?;
    Ok(started.elapsed())
}

/// The start of the migration that does the same beside a live application.
async fn time_start(url: &str, rows: u64) -> Outcome<Duration> {
    fill(url, "reviews", rows).await?;
    let operation = serde_json::json!({"alter_column": {
        "table": "reviews",
        "column": "review",
        "nullable": false,
        "up": "COALESCE(review, product || ' is good')",
        "down": "review",
    }});
    let migration = Migration::new("02_not_null", vec![serde_json::from_value(operation)?]);
    let engine = engine(url).await?;
    let started = Instant::now();
    engine.start(&migration).await?;
    Ok(started.elapsed())
}

async fn fill(url: &str, table: &str, rows: u64) -> Outcome {
    let fill = format!(
        "CREATE TABLE {table} (id bigint PRIMARY KEY, product text NOT NULL, review text);
         INSERT INTO {table} SELECT n, 'product ' || n % 1000,
           CASE WHEN n % 3 > 0 THEN 'a review of some length, number ' || n END
         FROM generate_series(1, {rows}) AS n"
    );
    sql(url, &fill).await?;
    sql(url, &format!("VACUUM ANALYZE {table}")).await?;
    sql(url, "CHECKPOINT").await?;
    Ok(())
}
