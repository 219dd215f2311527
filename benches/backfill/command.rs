//! The compiled command: how much memory it takes, and how long a constant.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use straddle::migration::Migration;
use tempfile::TempDir;

use crate::Bench;
use crate::quantile::{quantile, sorted};
use crate::report::Report;
use crate::server::{Outcome, engine, print, sql};
use crate::table::{Change, Table, migration};

/// In megabytes, whatever the size of the table.
const MEMORY: f64 = 50.0;

/// In milliseconds, whatever the size of the table.
const CONSTANT: f64 = 100.0;

const TURNS: usize = 5;

/// Two sizes, the second ten times the first.
fn sizes(bench: &Bench) -> [Table; 2] {
    [bench.rows / 10, bench.rows].map(|rows| Table { is_random: false, is_wide: false, rows })
}

/// The high-water mark of the process that fills a table of each size.
pub(crate) async fn memory(bench: &Bench, report: &mut Report) -> Outcome {
    let migration = Change::Alter.migration()?;
    for table in sizes(bench) {
        table.make(bench).await?;
        let url = table.copy(bench, "").await?;
        let straddle = Straddle::new(&url, &migration)?;
        let mut child = straddle.run(&["start", &straddle.file()])?;
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut most = None;
        while child.try_wait()?.is_none() {
            most = fs::read_to_string(&status).ok().and_then(|text| high_water(&text)).or(most);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        succeeded(child)?;
        let name = format!("memory of the process at {} rows, in MB", table.rows);
        match most {
            Some(most) => report.at_most(&name, MEMORY, most),
            None => report.shown(&name, "not known without /proc"),
        }
        print(&format!("{name}: {most:.1?}"));
    }
    Ok(())
}

/// `VmHWM` of /proc/<pid>/status, in MB.
fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}

/// A column with a default, and one with a constant `up`: by an open engine, and by the command.
pub(crate) async fn constants(bench: &Bench, report: &mut Report) -> Outcome {
    let column = |more: serde_json::Value| {
        let mut operation = serde_json::json!({"add_column": {"table": "items"}});
        operation["add_column"]["column"] = more;
        operation
    };
    let default = column(serde_json::json!({"name": "kind", "type": "integer", "default": "7"}));
    let mut up = column(serde_json::json!({"name": "kind", "type": "integer", "nullable": true}));
    up["add_column"]["up"] = "7".into();
    for table in sizes(bench) {
        table.make(bench).await?;
        for (name, operation) in [("default", &default), ("up", &up)] {
            let url = table.copy(bench, "").await?;
            let before = file(&url).await?;
            let migration = migration("02_next", operation.clone())?;
            let (mut engines, mut commands) = (Vec::new(), Vec::new());
            for _ in 0..TURNS {
                engines.push(by_engine(&url, &migration).await?);
                commands.push(by_command(&url, &migration).await?);
            }
            if file(&url).await? != before {
                return Err(format!("a constant {name} has rewritten the table").into());
            }
            for (by, times) in [("an open engine", engines), ("the command", commands)] {
                let name = format!("constant `{name}` at {} rows by {by}, in ms", table.rows);
                let median = quantile(&sorted(times), 0.5);
                print(&format!("{name}: {median:.0}"));
                report.at_most(&name, CONSTANT, median);
            }
        }
    }
    Ok(())
}

/// The file of the table, and its size.
async fn file(url: &str) -> Outcome<Vec<String>> {
    let file = "SELECT pg_relation_filepath('items') || ' ' || pg_relation_size('items')";
    sql(url, file).await
}

async fn by_engine(url: &str, migration: &Migration) -> Outcome<f64> {
    let engine = engine(url).await?;
    let started = Instant::now();
    engine.start(migration).await?;
    let took = started.elapsed();
    engine.rollback().await?;
    engine.close().await?;
    Ok(took.as_secs_f64() * 1000.0)
}

async fn by_command(url: &str, migration: &Migration) -> Outcome<f64> {
    let straddle = Straddle::new(url, migration)?;
    let started = Instant::now();
    succeeded(straddle.run(&["start", &straddle.file()])?)?;
    let took = started.elapsed();
    succeeded(straddle.run(&["rollback"])?)?;
    Ok(took.as_secs_f64() * 1000.0)
}

/// The command, for one database and one migration.
struct Straddle {
    url: String,
    directory: TempDir,
}

impl Straddle {
    fn new(url: &str, migration: &Migration) -> Outcome<Self> {
        let straddle = Self { url: url.to_owned(), directory: TempDir::new()? };
        let operations = serde_json::json!({"operations": migration.operations});
        fs::write(straddle.file(), operations.to_string())?;
        Ok(straddle)
    }

    fn file(&self) -> String {
        self.directory.path().join("02_next.json").to_string_lossy().into_owned()
    }

    fn run(&self, arguments: &[&str]) -> Outcome<Child> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_straddle"));
        // Nothing of the caller's settings.
        command.env_clear().args(arguments).args(["--postgres-url", &self.url]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(command.spawn()?)
    }
}

fn succeeded(child: Child) -> Outcome {
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}
