//! The flags of the commands that fill rows.

use clap::Args;
use clap::builder::BoolishValueParser;

use super::Throttling;
use crate::engine::Options;

/// What `start` and `migrate` may do when rows are filled.
#[derive(Debug, Args)]
pub(in crate::cli) struct Filling {
    /// Lets triggers and rules of yours fire for rows that the backfill writes, where the role cannot
    /// keep them from it
    #[arg(long, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_ALLOW_TRIGGERS", hide_env_values = true)]
    allow_triggers: bool,
    /// Where rows make it fail, stays where it is instead of taking itself back: when they have been
    /// mended, the same command goes on; until then, the old version's writes to such rows fail, too
    #[arg(long, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_KEEP_FAILED", hide_env_values = true)]
    keep_failed: bool,
    #[command(flatten)]
    throttling: Throttling,
}

impl Filling {
    /// The same ways, with these.
    pub(in crate::cli) fn added_to(&self, options: Options) -> Options {
        let mut options = self.throttling.added_to(options);
        options.allow_triggers = self.allow_triggers;
        options.keep_failed = self.keep_failed;
        options
    }
}
