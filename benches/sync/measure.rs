//! What is measured, and the table of the ratios.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use straddle::server::{Binaries, Server};

use crate::quantile::{quantile, sorted};
use crate::server::{Outcome, sql};
use crate::{BASE, DATABASES, NEXT, directory, turns};

/// What the clients do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// They change the column that is replaced.
    Input,
    /// They change another one.
    Other,
    /// They read by key.
    Select,
}

/// What was done to the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    /// No migration is live.
    Without,
    /// The same once more: what differs is noise.
    Control,
    /// One is.
    Live,
    /// The same change, in the usual way.
    Usual,
    /// A trigger that fills the column, and asks nothing.
    Least,
}

/// Through what the clients see it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    Base,
    Old,
    New,
}

/// One thing that is measured.
pub(crate) struct Arm {
    script: Script,
    database: Database,
    schema: Schema,
    goal: Option<f64>,
}

/// How it is measured.
pub(crate) struct Bench {
    pub(crate) rows: u64,
    pub(crate) rounds: usize,
    pub(crate) seconds: f64,
    pub(crate) clients: u32,
    pub(crate) protocol: String,
    pub(crate) commits_early: bool,
}

impl Database {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Without => "no_migration",
            Self::Control => "control",
            Self::Live => "live",
            Self::Usual => "usual",
            Self::Least => "least",
        }
    }

    pub(crate) fn url(self, server: &Server) -> String {
        server.url(self.name())
    }
}

impl Arm {
    pub(crate) const fn new(
        script: Script,
        database: Database,
        schema: Schema,
        goal: Option<f64>,
    ) -> Self {
        Self { script, database, schema, goal }
    }

    fn describe(&self) -> String {
        let database = match self.database {
            Database::Without => "no migration",
            Database::Control => "control: no migration",
            Database::Live => "migration live",
            Database::Usual => "usual triggers",
            Database::Least => "the least trigger",
        };
        let schema = match self.schema {
            Schema::Base => "the table",
            Schema::Old => "old version",
            Schema::New => "new version",
        };
        format!("{database}, {schema}")
    }

    /// The arm that this one is compared with.
    fn baseline(&self, arms: &[Self]) -> usize {
        arms.iter().position(|arm| arm.script == self.script).unwrap_or_default()
    }

    fn url(&self, server: &Server, commits_early: bool) -> String {
        let schema = match self.schema {
            Schema::Base => "public",
            Schema::Old => BASE,
            Schema::New => NEXT,
        };
        let commit = if commits_early { "%20-c%20synchronous_commit%3Doff" } else { "" };
        let url = self.database.url(server);
        format!("{url}?options=-c%20search_path%3D{schema}{commit}")
    }

    fn script(&self) -> PathBuf {
        directory().join(match self.script {
            Script::Input => "input.pgbench",
            Script::Other => "other.pgbench",
            Script::Select => "select.pgbench",
        })
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, rounds, seconds, clients, protocol, commits_early } = self;
        write!(
            f,
            "{rows} rows, {clients} clients, {rounds} rounds of {seconds} s a line, {protocol}"
        )?;
        f.write_str(if *commits_early { ", commits do not wait for the disk" } else { "" })
    }
}

impl Bench {
    /// Transactions a second, of each arm in each round.
    pub(crate) async fn run(
        &self,
        pgbench: &Path,
        server: &Server,
        arms: &[Arm],
    ) -> Outcome<Vec<Vec<f64>>> {
        let mut results = vec![Vec::new(); arms.len()];
        for _ in 0..self.rounds {
            for database in DATABASES {
                sql(&database.url(server), "VACUUM customers").await?;
            }
            let rates = arms.chunk_by(|one, next| one.script == next.script).map(|arms| {
                let commands = arms.iter().map(|arm| self.command(pgbench, server, arm)).collect();
                turns::rates(commands, Duration::from_secs_f64(self.seconds))
            });
            let rates: Vec<Vec<f64>> = rates.collect::<Outcome<_>>()?;
            for (result, rate) in results.iter_mut().zip(rates.concat()) {
                result.push(rate);
            }
        }
        Ok(results)
    }

    fn command(&self, pgbench: &Path, server: &Server, arm: &Arm) -> Command {
        let mut command = Command::new(pgbench);
        command.args(["--no-vacuum", "--jobs", &self.clients.min(2).to_string()]);
        command.args(["--client", &self.clients.to_string()]);
        command.args(["--protocol", &self.protocol]);
        command.args(["--define", &format!("rows={}", self.rows)]);
        command.arg("--file").arg(arm.script());
        command.arg(arm.url(server, self.commits_early));
        command
    }
}

/// pgbench: beside the server's programs, beside another server's, or on PATH.
pub(crate) fn pgbench(server: &Server) -> Outcome<PathBuf> {
    let others = Binaries::installed().into_iter().map(|binaries| binaries.dir.join("pgbench"));
    let places = std::iter::once(server.bin("pgbench")).chain(others);
    let runs = |program: &PathBuf| Command::new(program).arg("--version").output().is_ok();
    places.into_iter().find(runs).ok_or_else(|| {
        "there is no pgbench here: it comes with the server (`apt install postgresql`, \
         `brew install postgresql`)"
            .into()
    })
}

/// The ratios of two arms within each round, in order.
fn ratios(own: &[f64], baseline: &[f64]) -> Vec<f64> {
    sorted(own.iter().zip(baseline).map(|(own, baseline)| own / baseline).collect())
}

/// How far the control of this script is from what it is the same as.
fn noise(arms: &[Arm], results: &[Vec<f64>], arm: &Arm) -> f64 {
    let is_control =
        |other: &&Arm| other.script == arm.script && matches!(other.database, Database::Control);
    let pairs = arms.iter().zip(results);
    let control = pairs.filter(|(other, _)| is_control(other)).map(|(_, result)| result).next();
    control
        .map_or(0.0, |own| (1.0 - quantile(&ratios(own, &results[arm.baseline(arms)]), 0.5)).abs())
}

/// What was measured, with goals and verdicts.
pub(crate) fn table(arms: &[Arm], results: &[Vec<f64>]) -> String {
    let mut lines = Vec::new();
    for (index, arm) in arms.iter().enumerate() {
        let baseline = arm.baseline(arms);
        if baseline == index {
            let title = match arm.script {
                Script::Input => "updates of the column that is replaced",
                Script::Other => "updates of another column",
                Script::Select => "reads by key",
            };
            let [tps, ratio, middle] = ["tps", "ratio", "middle half"];
            lines.push(format!("\n{title:<42} {tps:>8} {ratio:>6} {middle:>13}  goal"));
        }
        let ratios = ratios(&results[index], &results[baseline]);
        let [low, ratio, high] = [0.25, 0.5, 0.75].map(|share| quantile(&ratios, share));
        let tps = quantile(&sorted(results[index].clone()), 0.5);
        let goal = arm.goal.map_or(String::new(), |goal| {
            let noise = noise(arms, results, arm);
            let verdict = match ratio {
                ratio if ratio >= goal => "met",
                ratio if ratio + noise >= goal => {
                    "missed by less than the control's distance from 1"
                }
                _ => "MISSED",
            };
            format!("{goal:.2} {verdict}")
        });
        let middle = format!("{low:.2} - {high:.2}");
        let line = format!("  {:<40} {tps:>8.0} {ratio:>6.3} {middle:>13}  {goal}", arm.describe());
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
