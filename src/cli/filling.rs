//! The flags of the commands that fill rows.

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::engine::Options;

/// What `start` and `migrate` may do when rows are filled.
#[derive(Debug, Args)]
pub(super) struct Filling {
    /// Lets triggers and rules of yours fire for rows that the backfill writes, where the role cannot
    /// keep them from it
    #[arg(long, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_ALLOW_TRIGGERS", hide_env_values = true)]
    pub(super) allow_triggers: bool,
    /// Where rows make it fail, stays where it is instead of taking itself back: when they have been
    /// mended, the same command goes on; until then, the old version's writes to such rows fail, too
    #[arg(long, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_KEEP_FAILED", hide_env_values = true)]
    pub(super) keep_failed: bool,
}

impl Filling {
    /// The same ways, with these.
    pub(super) fn added_to(&self, mut options: Options) -> Options {
        options.allow_triggers = self.allow_triggers;
        options.keep_failed = self.keep_failed;
        options
    }
}
