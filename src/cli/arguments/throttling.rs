//! What a backfill is throttled by, as flags of `start`, `migrate` and `throttle`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::engine::Options;
use crate::engine::throttle::{Gauge, Limits, Settings};
use crate::operation::near;

/// The word that takes a setting away.
const OFF: &str = "off";

/// When a backfill waits, and when the start is aborted.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Throttle")]
pub(in crate::cli) struct Throttling {
    /// Waits while a gauge is beyond a limit: `replica-lag=10s`, `replica-lag-bytes=64MB`,
    /// `slot-backlog=1GB`, `archive-backlog=1GB`, `active-sessions=40`, `free-disk=10GB`; `off` takes a
    /// limit away
    #[arg(long, value_name = "GAUGE=LIMIT", value_delimiter = ',', value_parser = limit)]
    #[arg(env = "STRADDLE_THROTTLE_AT", hide_env_values = true)]
    throttle_at: Vec<(Gauge, Option<u64>)>,
    /// Aborts the start, and takes it back, when a gauge is beyond a limit
    #[arg(long, value_name = "GAUGE=LIMIT", value_delimiter = ',', value_parser = limit)]
    #[arg(env = "STRADDLE_ABORT_AT", hide_env_values = true)]
    abort_at: Vec<(Gauge, Option<u64>)>,
    /// The replicas that count, by application_name; `all` is what holds if none are named
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    #[arg(env = "STRADDLE_THROTTLE_REPLICAS", hide_env_values = true)]
    throttle_replicas: Vec<String>,
    /// Waits while this query says true; a text in a second column is the reason that is shown
    #[arg(long, value_name = "SQL")]
    #[arg(env = "STRADDLE_THROTTLE_QUERY", hide_env_values = true)]
    throttle_query: Option<String>,
    /// Aborts the start, and takes it back, when this query says true
    #[arg(long, value_name = "SQL")]
    #[arg(env = "STRADDLE_ABORT_QUERY", hide_env_values = true)]
    abort_query: Option<String>,
    /// Waits while this file is there, on the machine where the start runs
    #[arg(long, value_name = "PATH", value_parser = file)]
    #[arg(env = "STRADDLE_THROTTLE_FILE", hide_env_values = true)]
    throttle_file: Option<PathBuf>,
    /// Aborts the start, and takes it back, when this file is there
    #[arg(long, value_name = "PATH", value_parser = file)]
    #[arg(env = "STRADDLE_ABORT_FILE", hide_env_values = true)]
    abort_file: Option<PathBuf>,
    /// Whether to wait while autovacuum keeps the table from wraparound [default: on]
    #[arg(long, value_name = "on|off", value_parser = BoolishValueParser::new())]
    #[arg(hide_possible_values = true)]
    #[arg(env = "STRADDLE_THROTTLE_WRAPAROUND", hide_env_values = true)]
    throttle_wraparound: Option<bool>,
}

impl Throttling {
    /// The settings that were given.
    pub(in crate::cli) fn settings(&self) -> Settings {
        let query = |query: &Option<String>| {
            query.clone().map(|query| if query.trim() == OFF { String::new() } else { query })
        };
        let limits = |at: &[(Gauge, Option<u64>)], asked, file: &Option<PathBuf>| Limits {
            at: at.iter().copied().collect(),
            query: query(asked),
            file: file.clone(),
        };
        let replicas = match self.throttle_replicas.as_slice() {
            [] => None,
            [all] if all == "all" => Some(Vec::new()),
            named => Some(named.to_vec()),
        };
        Settings {
            throttle: limits(&self.throttle_at, &self.throttle_query, &self.throttle_file),
            abort: limits(&self.abort_at, &self.abort_query, &self.abort_file),
            replicas,
            wraparound: self.throttle_wraparound,
            ..Settings::default()
        }
    }

    /// The options of an engine, with these settings.
    pub(in crate::cli) fn added_to(&self, options: Options) -> Options {
        Options { throttle: self.settings(), ..options }
    }
}

/// `replica-lag=10s`.
fn limit(text: &str) -> Result<(Gauge, Option<u64>), String> {
    let names = Gauge::ALL.map(Gauge::name);
    let (name, limit) = text.split_once('=').unwrap_or((text, ""));
    let gauge = Gauge::ALL.into_iter().find(|gauge| gauge.name() == name.trim());
    let gauge = gauge.ok_or_else(|| near::allowed("gauge", name.trim(), &names))?;
    match limit.trim() {
        "" => Err(format!("the limit is missing, as in `{name}={}`", gauge.example())),
        OFF => Ok((gauge, None)),
        limit => gauge.unit().parse(limit).map(|limit| (gauge, Some(limit))),
    }
}

/// A path that means the same in another directory.
fn file(text: &str) -> Result<PathBuf, String> {
    if text == OFF {
        return Ok(PathBuf::new());
    }
    std::path::absolute(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        assert_eq!(limit("replica-lag=10s"), Ok((Gauge::ReplicaLag, Some(10_000))));
        assert_eq!(limit("free-disk = 1GB"), Ok((Gauge::FreeDisk, Some(1 << 30))));
        assert_eq!(limit("active-sessions=off"), Ok((Gauge::ActiveSessions, None)));
        let unknown = limit("replica_lag=10s").expect_err("an unknown gauge");
        assert!(unknown.contains("did you mean `replica-lag`?"), "{unknown}");
        assert!(unknown.contains("`slot-backlog`"), "{unknown}");
        let missing = limit("slot-backlog").expect_err("no limit");
        assert!(missing.contains("`slot-backlog=1GB`"), "{missing}");
        assert!(limit("active-sessions=10s").is_err());
    }
}
