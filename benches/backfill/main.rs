//! How fast is the backfill, and what does the application notice of it?
//!
//! `cargo bench --bench backfill` starts a throw-away Postgres and measures on tables of 1,000,000 rows
//! (`-- --rows N`; `--quick` is a look at 100,000 rows in a minute):
//!
//! - the whole `start` of a migration that fills a column, and the WAL of that, beside one UPDATE
//!   statement that fills the same column: serial and random keys, narrow and wide rows, with and
//!   without an index on the column;
//! - the latency of an application at a fixed rate, and the throughput of one that does what it can,
//!   with and without the backfill;
//! - the memory of the process, by the compiled command;
//! - a constant, which must cost nothing.
//!
//! Machines are noisy: everything is compared within one run, by turns, each time on a fresh copy of the
//! same table behind a checkpoint, and what counts are medians (`--rounds N`). `--only fill`, `load`,
//! `memory` or `constant` measures one of them, and `--only fill --setting "serial key, narrow"` the
//! tables and changes whose name has that in it. What was measured is written to `target/backfill/`.

mod command;
mod fill;
mod load;
mod plot;
#[path = "../quantile/mod.rs"]
mod quantile;
mod report;
#[path = "../server/mod.rs"]
mod server;
mod table;
mod watch;

use std::path::Path;

use straddle::server::Server;

use report::Report;
use server::{Outcome, argument, print};

/// What all parts of the run are told.
pub(crate) struct Bench {
    pub(crate) server: Server,
    pub(crate) rows: u64,
    pub(crate) rounds: usize,
    /// How long applications work undisturbed.
    pub(crate) seconds: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (rows, rounds, seconds) = if is_quick { (100_000, 1, 3) } else { (1_000_000, 3, 15) };
    let bench = Bench {
        server: server::start(true, &[])?,
        rows: argument("--rows", rows)?,
        rounds: argument("--rounds", rounds)?,
        seconds: argument("--seconds", seconds)?,
    };
    let only = argument("--only", String::new())?;
    let is_asked = |part: &str| only.is_empty() || only == part;
    let mut report = Report::new(&bench);
    print(&report.setting);
    if is_asked("constant") {
        command::constants(&bench, &mut report).await?;
    }
    if is_asked("memory") {
        command::memory(&bench, &mut report).await?;
    }
    if is_asked("load") {
        load::run(&bench, &mut report).await?;
    }
    if is_asked("fill") {
        fill::run(&bench, &mut report).await?;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("backfill");
    report.write(&directory)?;
    print(&format!("\n{}\nwritten to {}", report.goals(), directory.display()));
    Ok(())
}
