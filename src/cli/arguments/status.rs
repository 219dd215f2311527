//! `status`.

use clap::Args;

/// `status`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Status {
    /// One line
    #[arg(short, long)]
    pub(in crate::cli) short: bool,
}
