//! The one who gives the commands: a process each, which may be killed.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;
use straddle::migration::{self, Migration};

use crate::server::{Outcome, sql};

/// How often a command is killed at the most.
const KILLS: u64 = 3;

/// A command that is killed is so within this time.
const SOON: u64 = 1_200;

/// How long a command may take that is not killed.
const PATIENCE: Duration = Duration::from_secs(300);

/// Ends the sessions of a command.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'straddle%'";

/// The one who gives the commands on one database.
pub(crate) struct Operator {
    url: String,
    directory: tempfile::TempDir,
}

impl Operator {
    /// With the migrations of a case.
    pub(crate) fn new(url: String, case: &Path) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        let base = case.join("base.yaml");
        if base.exists() {
            std::fs::copy(base, directory.path().join("base.yaml"))?;
        } else {
            let nothing = "operations:\n  - sql: {up: SELECT 1}\n";
            std::fs::write(directory.path().join("base.yaml"), nothing)?;
        }
        std::fs::copy(case.join("migration.yaml"), directory.path().join("next.yaml"))?;
        Ok(Self { url, directory })
    }

    /// One of them.
    pub(crate) fn migration(&self, name: &str) -> Outcome<Migration> {
        let path = self.directory.path().join(format!("{name}.yaml"));
        Ok(migration::read(&path)?.migration)
    }

    fn spawn(&self, arguments: &[&str], output: impl Into<Stdio>) -> Outcome<Child> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_straddle"));
        for argument in arguments {
            match *argument {
                "base" | "next" => {
                    command.arg(self.directory.path().join(format!("{argument}.yaml")));
                }
                other => {
                    command.arg(other);
                }
            }
        }
        command.env("STRADDLE_POSTGRES_URL", &self.url).stdin(Stdio::null());
        let errors = std::fs::File::create(self.directory.path().join("stderr"))?;
        Ok(command.stdout(output).stderr(errors).spawn()?)
    }

    /// Gives a command that must get to its end.
    async fn command(&self, arguments: &[&str]) -> Outcome {
        let mut child = self.spawn(arguments, Stdio::null())?;
        let status = wait(&mut child, PATIENCE).await?.ok_or("a command takes too long")?;
        if status.success() {
            return Ok(());
        }
        let told = std::fs::read_to_string(self.directory.path().join("stderr"))?;
        Err(format!("{arguments:?}: {told}").into())
    }

    /// Gives a command again and again until it is done, while it is killed at random; how often it was.
    pub(crate) async fn insist(&self, command: &str, chance: &mut StdRng) -> Outcome<u64> {
        let arguments: &[&str] = if command == "start" { &["start", "next"] } else { &[command] };
        let mut kills = 0;
        while kills < KILLS && chance.random_bool(0.7) {
            let mut child = self.spawn(arguments, Stdio::null())?;
            let soon = Duration::from_millis(chance.random_range(0..SOON));
            if let Some(status) = wait(&mut child, soon).await? {
                if status.success() {
                    return Ok(kills);
                }
                break;
            }
            if chance.random_bool(0.5) {
                child.kill()?;
            } else {
                sql(&self.url, TERMINATE).await?;
            }
            let status = wait(&mut child, PATIENCE).await?.ok_or("a killed command goes on")?;
            kills += 1;
            if status.success() || (command != "start" && self.is_over()?) {
                return Ok(kills);
            }
        }
        self.command(arguments).await?;
        Ok(kills)
    }

    /// Whether nothing is underway: the command was done when it was killed.
    fn is_over(&self) -> Outcome<bool> {
        let path = self.directory.path().join("stdout");
        let file = std::fs::File::create(&path)?;
        self.spawn(&["status", "--output", "json"], file)?.wait()?;
        let status: serde_json::Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        Ok(status["active"].is_null())
    }
}

/// Waits for a process, which applications do not wait for; none when it takes longer.
async fn wait(child: &mut Child, patience: Duration) -> Outcome<Option<ExitStatus>> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() >= patience {
            return Ok(None);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
