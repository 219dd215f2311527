//! What does it cost to make an int primary key bigint, with the column that refers to it?
//!
//! `cargo bench --bench bigint` starts a throw-away Postgres and fills `orders`, of which `id` is a serial
//! primary key, and `lines`, of which each row refers to an order, with 1,000,000 rows each (`-- --rows
//! 10000000` for ten million). It times `start` and `complete` of the migration, while an application inserts
//! orders with their lines and deletes others, and beside that, on the same rows, what one does
//! without it: `ALTER TABLE`, for the time of which nobody can read or write.

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use straddle::migration::Migration;
use tokio_postgres::NoTls;

use server::{Outcome, argument, engine, print, sql};

const ALTER: &str = "BEGIN;
  ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
  ALTER TABLE orders ALTER id TYPE bigint;
  ALTER SEQUENCE orders_id_seq AS bigint;
  ALTER TABLE lines ALTER order_id TYPE bigint;
  ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE;
COMMIT";

/// What the application saw.
#[derive(Debug, Default)]
struct Seen {
    statements: u64,
    failed: u64,
    longest: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let rows: u64 = argument("--rows", 1_000_000)?;
    let server = server::start(true, &[])?;
    print(&format!("Postgres {}, {rows} rows in each of two tables", server.major()));
    let by_hand = server.url("by_hand");
    fill(&server.url("postgres"), "by_hand", &by_hand, rows).await?;
    let started = Instant::now();
    sql(&by_hand, ALTER).await?;
    print(&format!("ALTER TABLE, both tables closed: {:>8.2} s", started.elapsed().as_secs_f64()));
    sql(&server.url("postgres"), "DROP DATABASE by_hand").await?;

    let url = server.url("online");
    fill(&server.url("postgres"), "online", &url, rows).await?;
    let is_over = Arc::new(AtomicBool::new(false));
    let application = {
        let (url, is_over) = (url.clone(), Arc::clone(&is_over));
        std::thread::spawn(move || use_tables(&url, &is_over).map_err(|error| error.to_string()))
    };
    let outcome = migrate(&url).await;
    is_over.store(true, Ordering::Relaxed);
    let seen = application.join().map_err(|_| "the application panicked")??;
    let (start, complete) = outcome?;
    print(&format!("start:                           {:>8.2} s", start.as_secs_f64()));
    print(&format!("complete:                        {:>8.2} s", complete.as_secs_f64()));
    print(&format!(
        "the application meanwhile: {} statements, {} failed, the slowest took {:.0} ms",
        seen.statements,
        seen.failed,
        seen.longest.as_secs_f64() * 1000.0
    ));
    let checks = "SELECT format_type(atttypid, NULL) FROM pg_attribute
      WHERE attrelid IN ('orders'::regclass, 'lines'::regclass) AND attname IN ('id', 'order_id')
        AND NOT attisdropped";
    if sql(&url, checks).await?.iter().any(|name| name != "bigint") {
        return Err("a column is not bigint".into());
    }
    Ok(())
}

async fn migrate(url: &str) -> Outcome<(Duration, Duration)> {
    let operation = serde_json::json!(
        {"alter_column": {"table": "orders", "column": "id", "type": "bigint"}}
    );
    let migration = Migration::new("02_bigint", vec![serde_json::from_value(operation)?]);
    let engine = engine(url).await?;
    let started = Instant::now();
    engine.start(&migration).await?;
    let start = started.elapsed();
    let started = Instant::now();
    engine.complete().await?;
    Ok((start, started.elapsed()))
}

/// An application of the old version, until it is over.
fn use_tables(url: &str, is_over: &AtomicBool) -> Outcome<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let mut seen = Seen::default();
        while !is_over.load(Ordering::Relaxed) {
            for statement in [
                "WITH made AS (INSERT INTO orders (note) VALUES ('new') RETURNING id)
                 SELECT id FROM made",
                "INSERT INTO lines (order_id, good) SELECT max(id), 'ink' FROM orders",
                "DELETE FROM orders WHERE id = (SELECT min(id) FROM orders)",
            ] {
                let started = Instant::now();
                seen.failed += u64::from(client.simple_query(statement).await.is_err());
                seen.longest = seen.longest.max(started.elapsed());
                seen.statements += 1;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(seen)
    })
}

async fn fill(postgres: &str, database: &str, url: &str, rows: u64) -> Outcome {
    sql(postgres, &format!("CREATE DATABASE {database}")).await?;
    let fill = format!(
        "CREATE TABLE orders (id serial PRIMARY KEY, note text);
         CREATE TABLE lines (
           id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int NOT NULL, good text);
         INSERT INTO orders (note) SELECT 'a note of some length, number ' || n
         FROM generate_series(1, {rows}) AS n;
         INSERT INTO lines (order_id, good) SELECT n, 'good ' || n % 1000
         FROM generate_series(1, {rows}) AS n;
         CREATE INDEX lines_by_order ON lines (order_id);
         ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE"
    );
    sql(url, &fill).await?;
    sql(url, "VACUUM ANALYZE").await?;
    sql(url, "CHECKPOINT").await?;
    Ok(())
}
