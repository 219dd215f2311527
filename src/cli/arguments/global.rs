//! The flags that every command takes, and the environment variables that stand for them.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use crate::cli::duration;
use crate::engine::Options;
use crate::plan::names;
use crate::sql::Ident;

/// Flags that every command takes, before or after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(in crate::cli) struct Global {
    /// The database: a URL, or `host=... dbname=...`; libpq's variables and ~/.pgpass count, too
    #[arg(long, global = true, value_name = "URL")]
    #[arg(env = "STRADDLE_POSTGRES_URL", hide_env_values = true)]
    pub(in crate::cli) postgres_url: Option<String>,
    /// The file with settings; a flag or its variable comes before what is in it [default: straddle.toml]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "STRADDLE_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// Which of the environments in that file
    #[arg(long, global = true, value_name = "NAME")]
    #[arg(env = "STRADDLE_ENVIRONMENT", hide_env_values = true)]
    environment: Option<String>,
    /// The base schema: the one whose tables are migrated
    #[arg(long, global = true, value_name = "NAME", default_value = "public", value_parser = base_schema)]
    #[arg(env = "STRADDLE_SCHEMA", hide_env_values = true)]
    pub(in crate::cli) schema: Ident,
    /// The role that acts, where it is not the one that logs in
    #[arg(long, global = true, value_name = "NAME", value_parser = name)]
    #[arg(env = "STRADDLE_ROLE", hide_env_values = true)]
    pub(in crate::cli) role: Option<Ident>,
    /// How long one try for a lock may make others wait: `500ms`, `1s`; a bare number is milliseconds
    #[arg(long, global = true, value_name = "TIME", default_value = "500ms")]
    #[arg(env = "STRADDLE_LOCK_TIMEOUT", hide_env_values = true)]
    #[arg(value_parser = lock_timeout)]
    pub(in crate::cli) lock_timeout: Duration,
    /// Ends sessions that are in the way of a lock for so long: `10s`. A statement is cancelled first; an
    /// idle transaction, or who is there still, is terminated. Never Straddle's own, replication or autovacuum
    #[arg(long, global = true, value_name = "TIME")]
    #[arg(env = "STRADDLE_KILL_BLOCKERS_AFTER", hide_env_values = true)]
    #[arg(value_parser = duration::parse)]
    pub(in crate::cli) kill_blockers_after: Option<Duration>,
    /// How many rows a batch of the backfill writes at the most [default: as many as fit in 50 ms]
    #[arg(long, global = true, value_name = "ROWS")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_SIZE", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) backfill_batch_size: Option<u32>,
    /// How long the backfill rests between two batches: `50ms`, `1s`
    #[arg(long, global = true, value_name = "TIME", default_value = "0s")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_DELAY", hide_env_values = true)]
    #[arg(value_parser = duration::parse)]
    pub(in crate::cli) backfill_batch_delay: Duration,
    /// How long a batch of the backfill should take: `50ms`. None keeps a row from an application for
    /// more than twice as long
    #[arg(long, global = true, value_name = "TIME", default_value = "50ms")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_TIME", hide_env_values = true)]
    #[arg(value_parser = duration::parse_batch)]
    pub(in crate::cli) backfill_batch_time: Duration,
    /// How many connections fill a table at once
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 1)]
    #[arg(env = "STRADDLE_BACKFILL_WORKERS", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(in crate::cli) backfill_workers: u32,
    /// What the result is written as: with `json` one object on stdout, and progress as JSON lines
    /// on stderr
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = Output::Text)]
    #[arg(env = "STRADDLE_OUTPUT", hide_env_values = true)]
    pub(in crate::cli) output: Output,
    /// Shows the SQL and the lock of each step as it runs
    #[arg(short, long, global = true, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_VERBOSE", hide_env_values = true)]
    pub(in crate::cli) verbose: bool,
    /// No colours (NO_COLOR does the same)
    #[arg(long, global = true, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_NO_COLOR", hide_env_values = true)]
    pub(in crate::cli) no_color: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Global {
    /// How the engine is to act.
    pub(in crate::cli) fn options(&self) -> Options {
        let mut options = Options::new(self.schema.clone());
        options.role.clone_from(&self.role);
        options.lock_timeout = self.lock_timeout;
        options.kill_blockers_after = self.kill_blockers_after;
        options.batch_size = self.backfill_batch_size;
        options.batch_delay = self.backfill_batch_delay;
        options.batch_time = self.backfill_batch_time;
        options.workers = self.backfill_workers;
        options
    }
}

/// The lock timeouts that make sense.
const LOCK_TIMEOUTS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_mins(10);

/// A time, in milliseconds where it has no unit, as pgroll has it.
fn lock_timeout(text: &str) -> Result<Duration, String> {
    let time = match text.parse() {
        Ok(milliseconds) => Duration::from_millis(milliseconds),
        Err(_) => duration::parse(text)?,
    };
    if LOCK_TIMEOUTS.contains(&time) { Ok(time) } else { Err("from `1ms` to `10m`".into()) }
}

/// The name of a schema that may be migrated.
fn base_schema(text: &str) -> Result<Ident, String> {
    let schema = name(text)?;
    if text.starts_with("pg_") || text == "information_schema" {
        return Err("that schema is Postgres' own".into());
    }
    if schema == names::own_schema() {
        return Err("that schema is straddle's own; name the one with your tables".into());
    }
    Ok(schema)
}

/// A name of Postgres'.
pub(super) fn name(text: &str) -> Result<Ident, String> {
    Ident::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_timeout_has_a_unit_or_is_milliseconds() {
        for (text, milliseconds) in
            [("500", 500), ("500ms", 500), ("1.5s", 1_500), ("10m", 600_000)]
        {
            assert_eq!(lock_timeout(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for wrong in ["0", "0s", "11m", "600001", "-1", "5 parsecs", "49999999m", ""] {
            assert!(lock_timeout(wrong).is_err(), "{wrong}");
        }
    }
}
