//! `check`.

use std::path::PathBuf;

use clap::Args;

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  straddle check migrations --against origin/main
  straddle check migrations --against origin/main --offline
  straddle check migrations --against origin/main --sandbox
  straddle check migrations --against origin/main --output json

For pull requests: new files sort behind all that REF has, none of which is edited, renamed or removed, by content
and not by formatting. Shape, names and order are looked at in all files. Where a database is named,
what is pending is rehearsed there, too, with its expressions, as `validate` does. With --sandbox a throw-away server is started instead, where all that REF has, and
then what is new, is started and completed, on empty tables. The answer says which of it was done. Needs git.")]
pub(in crate::cli) struct Check {
    /// The directory of the migrations
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: PathBuf,
    /// The branch, tag or commit that the directory is compared with
    #[arg(long, value_name = "REF")]
    pub(in crate::cli) against: String,
    /// Looks at the files alone, also where a database is named
    #[arg(long)]
    pub(in crate::cli) offline: bool,
    #[command(flatten)]
    pub(in crate::cli) trying: Trying,
}

/// Whether migrations are run on a throw-away server.
#[derive(Debug, Args)]
pub(in crate::cli) struct Trying {
    /// Runs them on a throw-away Postgres of this machine, and asks no other database
    #[arg(long, conflicts_with = "offline")]
    pub(in crate::cli) sandbox: bool,
    /// With --sandbox, the bin directory of the Postgres server to use, instead of the newest found
    #[arg(long, value_name = "DIR", env = "STRADDLE_TEST_PGBIN", hide_env_values = true)]
    pub(in crate::cli) pgbin: Option<PathBuf>,
}
