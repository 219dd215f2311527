//! `drift`, and what a start does about it.

use clap::{Args, ValueEnum};

use crate::engine::{self, Options};

/// `drift`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  straddle drift
  straddle drift --output json
  straddle drift --record        takes the schema as it is for given
  straddle drift --recorded      what was recorded before

Exit code 1 where something was changed, 0 where nothing was, or nothing is known of it. Tables, columns, types,
defaults, constraints, indexes, triggers, policies, views, functions, types and sequences are compared; owners,
privileges, settings of storage, partitions, temporary objects and those of extensions are not. While a migration
is live, what it has to do with is left out.")]
pub(in crate::cli) struct Drift {
    /// Records what was changed, and takes the schema as it is for given
    #[arg(long, conflicts_with = "recorded")]
    pub(in crate::cli) record: bool,
    /// Lists what was recorded before, by a start or by --record
    #[arg(long)]
    pub(in crate::cli) recorded: bool,
}

/// What `start` and `migrate` do about drift.
#[derive(Debug, Args)]
pub(in crate::cli) struct Drifting {
    /// What it does where the base schema was changed outside of straddle: tells and records that, or refuses
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = OnDrift::Record)]
    #[arg(env = "STRADDLE_ON_DRIFT", hide_env_values = true)]
    on_drift: OnDrift,
}

/// What to do.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnDrift {
    /// Tells it, and goes on.
    Record,
    /// Starts nothing.
    Refuse,
}

impl Drifting {
    /// The same ways, with this.
    pub(in crate::cli) fn added_to(&self, options: Options) -> Options {
        let on_drift = match self.on_drift {
            OnDrift::Record => engine::OnDrift::Record,
            OnDrift::Refuse => engine::OnDrift::Refuse,
        };
        Options { on_drift, ..options }
    }
}
