//! What does a live migration cost the applications that go on working?
//!
//! `cargo bench --bench sync` measures pgbench's single-row updates of a table of 200,000 rows and twelve
//! columns (`-- --rows N`) in five databases of one throw-away server: without a migration, with one
//! live that replaces a column, and with the same change made in the usual way: two triggers, each
//! with a function that takes all columns into variables (`usual.sql`); as the least that is possible,
//! with a trigger that fills the column and asks nothing (`least.sql`); and, as a control, without a migration
//! once more. It also compares reading through a version with reading the table: the plans, and pgbench's
//! throughput.
//!
//! Machines are noisy, so the pgbenches of a round take turns of 40 ms in random order, each until it has worked
//! for `--seconds N`; the others are stopped meanwhile, and keep their connections. After `--rounds N`, what
//! counts is the median of the ratios within rounds. The control is what it is compared with, so that its
//! distance from 1 is the noise of the run (`docs/benchmarks/sync.md` says how to read that).
//! `--protocol simple` or `extended` measures statements that are not prepared, `--clients N` more
//! or fewer clients than four, and `--commits early` commits that do not wait for the disk.

mod measure;
#[path = "../quantile/mod.rs"]
mod quantile;
mod reading;
#[path = "../server/mod.rs"]
mod server;
mod turns;

use std::path::{Path, PathBuf};

use straddle::migration;
use straddle::server::Server;

use measure::{Arm, Bench, Database, Schema, Script};
use server::{Outcome, argument, engine, print, sql};

const BASE: &str = "public_01_base";
const NEXT: &str = "public_02_rating";

const DATABASES: [Database; 5] =
    [Database::Without, Database::Control, Database::Live, Database::Usual, Database::Least];

/// What is measured. The first of a script is what the others of it are compared with.
const ARMS: &[Arm] = &[
    Arm::new(Script::Input, Database::Without, Schema::Old, None),
    Arm::new(Script::Input, Database::Control, Schema::Old, None),
    Arm::new(Script::Input, Database::Live, Schema::Old, Some(0.95)),
    Arm::new(Script::Input, Database::Live, Schema::New, None),
    Arm::new(Script::Input, Database::Usual, Schema::Old, None),
    Arm::new(Script::Input, Database::Usual, Schema::New, None),
    Arm::new(Script::Input, Database::Least, Schema::Old, None),
    Arm::new(Script::Other, Database::Without, Schema::Old, None),
    Arm::new(Script::Other, Database::Control, Schema::Old, None),
    Arm::new(Script::Other, Database::Live, Schema::Old, Some(0.98)),
    Arm::new(Script::Other, Database::Live, Schema::New, None),
    Arm::new(Script::Other, Database::Usual, Schema::Old, None),
    Arm::new(Script::Other, Database::Usual, Schema::New, None),
    Arm::new(Script::Select, Database::Without, Schema::Base, None),
    Arm::new(Script::Select, Database::Control, Schema::Base, None),
    Arm::new(Script::Select, Database::Without, Schema::Old, None),
    Arm::new(Script::Select, Database::Live, Schema::Old, None),
    Arm::new(Script::Select, Database::Live, Schema::New, None),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let bench = Bench {
        rows: argument("--rows", 200_000)?,
        rounds: argument("--rounds", 10)?,
        seconds: argument("--seconds", 1.0)?,
        clients: argument("--clients", 4)?,
        protocol: argument("--protocol", "prepared".to_owned())?,
        commits_early: argument("--commits", "on disk".to_owned())? == "early",
    };
    let server = server::start(true, &[])?;
    let pgbench = measure::pgbench(&server)?;
    print(&format!("Postgres {}, {bench}", server.major()));
    for database in DATABASES {
        prepare(&server, database, bench.rows).await?;
    }
    print(&reading::compare_plans(&Database::Live.url(&server)).await?);
    let results = bench.run(&pgbench, &server, ARMS).await?;
    print(&measure::table(ARMS, &results));
    Ok(())
}

/// The database of one kind, with the table in it and what is done to it.
async fn prepare(server: &Server, database: Database, rows: u64) -> Outcome {
    sql(&server.url("postgres"), &format!("CREATE DATABASE {}", database.name())).await?;
    let url = database.url(server);
    let schema = format!("SET bench.rows = '{rows}';\n{}", include_str!("schema.sql"));
    sql(&url, &schema).await?;
    match database {
        Database::Usual => {
            sql(&url, include_str!("usual.sql")).await?;
        }
        Database::Least => {
            sql(&url, include_str!("least.sql")).await?;
        }
        Database::Without | Database::Control | Database::Live => {
            let mut migrations = migration::read_directory(&directory().join("migrations"))?;
            let next = migrations.pop().ok_or("two migrations")?.migration;
            let base = migrations.pop().ok_or("two migrations")?.migration;
            let engine = engine(&url).await?;
            engine.start(&base).await?;
            engine.complete().await?;
            if matches!(database, Database::Live) {
                engine.start(&next).await?;
            }
            engine.close().await?;
        }
    }
    // All alike from here on: as many pages, and none that is written for the first time.
    sql(&url, "VACUUM (FULL, ANALYZE) customers").await?;
    sql(&url, "CHECKPOINT").await?;
    sql(&url, "UPDATE customers SET visits = visits + 1").await?;
    sql(&url, "VACUUM customers").await?;
    Ok(())
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/sync")
}
