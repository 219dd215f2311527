//! `sandbox`.

use std::path::PathBuf;

use clap::Args;

/// What to try.
#[derive(Debug, Args)]
pub(in crate::cli) struct Sandbox {
    /// The directory of the migrations
    #[arg(value_name = "DIR", default_value = "operations")]
    pub(in crate::cli) directory: PathBuf,
    /// Completes the last migration and ends
    #[arg(long)]
    pub(in crate::cli) exit: bool,
    /// Writes through both versions all the while, and shows what each sees
    #[arg(long)]
    pub(in crate::cli) traffic: bool,
    /// The bin directory of the Postgres server to use, instead of the newest found
    #[arg(long, value_name = "DIR", env = "STRADDLE_TEST_PGBIN", hide_env_values = true)]
    pub(in crate::cli) pgbin: Option<PathBuf>,
}
