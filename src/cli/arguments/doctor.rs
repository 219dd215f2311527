//! `doctor` and `repair`.

use std::time::Duration;

use clap::Args;

use crate::cli::duration;
use crate::engine::doctor::Patience;

/// `doctor`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Doctor {
    /// How old a transaction of others may be before it is told
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = duration::parse)]
    #[arg(env = "STRADDLE_LONG_TRANSACTION", hide_env_values = true)]
    long_transaction: Duration,
    /// How many days a migration may be live before it is told
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    #[arg(env = "STRADDLE_LONG_LIVE", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(i32).range(0..=10_000))]
    long_live: i32,
}

impl Doctor {
    /// What counts as too long.
    pub(in crate::cli) fn patience(&self) -> Patience {
        Patience { transaction: self.long_transaction, live_days: self.long_live }
    }
}

/// `repair`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Repair {
    /// Says what it would do, and does nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}
