//! Five breaking migrations under traffic: does any statement of either version fail?
//!
//! `cargo bench --bench traffic` starts a throw-away Postgres, fills a music shop of eleven tables
//! with 100,000 rows in each big one (`-- --rows N`), adopts it with a first migration, and takes it
//! through five more. Clients of the old version are at work all the while, up to `complete`; clients
//! of the new one from the moment it is live up to `rollback`, and after `complete`, when they are
//! the clients of the old version for the migration that follows. Each migration is started, rolled
//! back, started and completed; each time that it is live, everybody holds still for a moment, and
//! every row must be in both versions what `up` and `down` make of it. `--seconds N` is how long the
//! clients work between two commands.
//!
//! Exit code 1 if a statement failed or a row is wrong.

mod application;
mod crew;
#[path = "../server/mod.rs"]
mod server;
mod session;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use straddle::engine::Started;
use straddle::migration::{self, Migration};

use crew::{CLIENTS, Crew, Gate};
use server::{Outcome, argument, engine, print, sql};
use session::Tally;

/// A statement that took longer is shown: nobody should wait longer than this because of us.
const SLOW: Duration = Duration::from_millis(500);

struct Run {
    url: String,
    rows: u64,
    quiet: Duration,
    gate: Gate,
    /// Rows that the versions do not agree on, and wrong ends.
    wrong: Vec<String>,
}

/// What one migration was like for the clients.
struct Line {
    name: String,
    old: Tally,
    new: Tally,
    /// The two starts.
    starts: [Duration; 2],
    complete: Duration,
    took: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<ExitCode> {
    let [rows, seconds] = [argument("--rows", 100_000)?, argument("--seconds", 3)?];
    let server = server::start(false, &[])?;
    print(&format!("Postgres {}, {rows} rows, 2 x {CLIENTS} clients", server.major()));
    sql(&server.url("postgres"), "CREATE DATABASE music").await?;
    let url = server.url("music");
    let schema = format!("SET bench.rows = '{rows}';\n{}", include_str!("schema.sql"));
    sql(&url, &schema).await?;
    let quiet = Duration::from_secs(seconds);
    let mut run = Run { url, rows, quiet, gate: Gate::default(), wrong: Vec::new() };
    let lines = run.all().await?;
    print(&table(&lines));
    let tallies = || lines.iter().flat_map(|line| [&line.old, &line.new]);
    for error in tallies().flat_map(|tally| &tally.errors).chain(&run.wrong) {
        print(error);
    }
    for tally in tallies().filter(|tally| tally.slowest > SLOW) {
        print(&format!("{} ms: {}", tally.slowest.as_millis(), tally.slowest_sql));
    }
    let failed: u64 = tallies().map(|tally| tally.failed).sum();
    Ok(if failed == 0 && run.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Run {
    async fn all(&mut self) -> Outcome<Vec<Line>> {
        let directory = directory();
        let mut migrations = migration::read_directory(&directory)?.into_iter();
        let adopt = migrations.next().ok_or("no migration")?.migration;
        let schema = self.start(&adopt).await?;
        self.complete().await?;
        let mut crew = self.hire(&schema, 1).await?;
        let mut lines = Vec::new();
        for (migration, version) in migrations.map(|source| source.migration).zip(2..) {
            let (line, next) = self.migrate(&migration, version, crew).await?;
            print(&format!("{}: {:.1} s", line.name, line.took.as_secs_f64()));
            lines.push(line);
            crew = next;
        }
        let last = crew.leave().await;
        if let Some(line) = lines.last_mut() {
            add(&mut line.new, last);
        }
        Ok(lines)
    }

    /// start, rollback, start, complete, with everybody at work.
    async fn migrate(
        &mut self,
        migration: &Migration,
        version: usize,
        old: Crew,
    ) -> Outcome<(Line, Crew)> {
        let began = Instant::now();
        tokio::time::sleep(self.quiet).await;

        let started = Instant::now();
        let schema = self.start(migration).await?;
        let first = started.elapsed();
        let crew = self.hire(&schema, version).await?;
        tokio::time::sleep(self.quiet).await;
        self.compare(&migration.name, &old, &crew).await?;
        let mut new_tally = crew.leave().await;
        let engine = engine(&self.url).await?;
        engine.rollback().await?;
        engine.close().await?;
        tokio::time::sleep(self.quiet).await;

        let started = Instant::now();
        let schema = self.start(migration).await?;
        let second = started.elapsed();
        let crew = self.hire(&schema, version).await?;
        tokio::time::sleep(self.quiet).await;
        self.compare(&migration.name, &old, &crew).await?;
        let old_tally = old.leave().await;
        let started = Instant::now();
        self.complete().await?;
        let complete = started.elapsed();
        tokio::time::sleep(self.quiet).await;
        add(&mut new_tally, crew.tally());
        let line = Line {
            name: migration.name.clone(),
            old: old_tally,
            new: new_tally,
            starts: [first, second],
            complete,
            took: began.elapsed(),
        };
        Ok((line, crew))
    }

    async fn hire(&self, schema: &str, version: usize) -> Outcome<Crew> {
        Ok(Crew::hire(&self.url, schema, version, self.rows, &self.gate).await?)
    }

    async fn start(&self, migration: &Migration) -> Outcome<String> {
        let engine = engine(&self.url).await?;
        let started = engine.start(migration).await?;
        engine.close().await?;
        let (Started::Live { version_schema } | Started::AlreadyLive { version_schema }) = started;
        Ok(version_schema.as_str().to_owned())
    }

    async fn complete(&self) -> Outcome {
        let engine = engine(&self.url).await?;
        engine.complete().await?;
        Ok(engine.close().await?)
    }

    /// Everybody holds still, and the migration's `.sql` looks for rows on which the versions differ.
    async fn compare(&mut self, name: &str, old: &Crew, new: &Crew) -> Outcome {
        let query = std::fs::read_to_string(directory().join(format!("{name}.sql")))?;
        let query = query.replace("old.", &format!("\"{}\".", old.schema));
        let query = query.replace("new.", &format!("\"{}\".", new.schema));
        // The check's own names for the rows are `o` and `n`, so that nothing else is replaced.
        let _still = self.gate.write().await;
        let rows = sql(&self.url, &query).await?;
        let shown = rows.iter().take(5).map(|row| format!("{name}: {row}"));
        self.wrong.extend(shown);
        if rows.len() > 5 {
            self.wrong.push(format!("{name}: {} rows in all differ", rows.len()));
        }
        Ok(())
    }
}

fn add(tally: &mut Tally, more: Tally) {
    tally.statements += more.statements;
    tally.failed += more.failed;
    tally.errors.extend(more.errors);
    if more.slowest > tally.slowest {
        (tally.slowest, tally.slowest_sql) = (more.slowest, more.slowest_sql);
    }
}

fn table(lines: &[Line]) -> String {
    let mut text = format!(
        "\n{:<20} {:>8} {:>8} {:>6} {:>11} {:>13} {:>8} {:>6}\n{:>30} {:>8} {:>6} {:>11} {:>13} {:>8} {:>6}",
        "migration",
        "old",
        "new",
        "failed",
        "slowest ms",
        "starts s",
        "complete",
        "all",
        "stmts",
        "stmts",
        "stmts",
        "old/new",
        "first/second",
        "s",
        "s",
    );
    for line in lines {
        let ms = |tally: &Tally| tally.slowest.as_millis();
        text.push_str(&format!(
            "\n{:<20} {:>9} {:>8} {:>6} {:>11} {:>13} {:>8.2} {:>6.1}",
            line.name,
            line.old.statements,
            line.new.statements,
            line.old.failed + line.new.failed,
            format!("{}/{}", ms(&line.old), ms(&line.new)),
            format!("{:.1}/{:.1}", line.starts[0].as_secs_f64(), line.starts[1].as_secs_f64()),
            line.complete.as_secs_f64(),
            line.took.as_secs_f64(),
        ));
    }
    text
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/traffic/migrations")
}
