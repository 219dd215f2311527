//! Whom a command waits for when it is done.

use std::time::Duration;

use clap::Args;

use crate::cli::duration;
use crate::engine::{Options, Replicas};

/// Replicas on which applications run, too.
#[derive(Debug, Args)]
#[command(next_help_heading = "Replicas")]
pub(in crate::cli) struct Waiting {
    /// When it is done, waits until these replicas have replayed it: by application_name, or `all` that
    /// are connected then
    #[arg(long, value_name = "NAME|all", value_delimiter = ',')]
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    #[arg(env = "STRADDLE_WAIT_REPLICAS", hide_env_values = true)]
    wait_replicas: Vec<String>,
    /// How long it waits for them: `30s`, `10m`
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    #[arg(env = "STRADDLE_WAIT_REPLICAS_TIMEOUT", hide_env_values = true)]
    wait_replicas_timeout: Duration,
}

impl Waiting {
    /// The same ways, with these.
    pub(in crate::cli) fn added_to(&self, options: Options) -> Options {
        let names = match self.wait_replicas.as_slice() {
            [] => None,
            [all] if all == "all" => Some(Vec::new()),
            named => Some(named.to_vec()),
        };
        let patience = self.wait_replicas_timeout;
        Options { replicas: names.map(|names| Replicas { names, patience }), ..options }
    }
}
