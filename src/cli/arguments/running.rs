//! `start`, `complete`, `migrate`, `plan`.

use std::path::PathBuf;

use clap::Args;

use super::{Filling, Waiting};

/// `start`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Start {
    /// The migration, JSON or YAML
    pub(in crate::cli) file: PathBuf,
    /// Completes it at once
    #[arg(long)]
    pub(in crate::cli) complete: bool,
    #[command(flatten)]
    pub(in crate::cli) filling: Filling,
    #[command(flatten)]
    pub(in crate::cli) waiting: Waiting,
}

/// `complete`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Complete {
    #[command(flatten)]
    pub(in crate::cli) waiting: Waiting,
}

/// `migrate`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Migrate {
    /// The directory of the migrations
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: PathBuf,
    /// Completes the last one, too
    #[arg(long)]
    pub(in crate::cli) complete: bool,
    #[command(flatten)]
    pub(in crate::cli) filling: Filling,
    #[command(flatten)]
    pub(in crate::cli) waiting: Waiting,
}

/// `plan`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    /// The migration, JSON or YAML
    pub(in crate::cli) file: PathBuf,
}
