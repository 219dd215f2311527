//! `start`, `complete`, `migrate`, `plan`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Drifting, Filling, Waiting};
use crate::engine;
use crate::migration::document::Format;

/// `start`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Start {
    /// The migration, JSON or YAML
    pub(in crate::cli) file: PathBuf,
    /// Completes it at once
    #[arg(long)]
    pub(in crate::cli) complete: bool,
    #[command(flatten)]
    pub(in crate::cli) drifting: Drifting,
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
    /// Completes them, too
    #[arg(short, long)]
    pub(in crate::cli) complete: bool,
    /// Starts each alone and completes it before the next one, so that each has its version for a while
    #[arg(long)]
    each: bool,
    /// Runs them up to this one
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Refuses to start more than one
    #[arg(short, long)]
    expect_one: bool,
    /// Shows what would be started, and the plan of the first start; changes nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) drifting: Drifting,
    #[command(flatten)]
    pub(in crate::cli) filling: Filling,
    #[command(flatten)]
    pub(in crate::cli) waiting: Waiting,
}

impl Migrate {
    /// As the engine takes it. A file's name is as good as a migration's.
    pub(in crate::cli) fn how(&self) -> engine::Migrate {
        let name = |given: &String| match Format::of(given) {
            Some(_) => Path::new(given).file_stem().unwrap_or_default().to_string_lossy().into(),
            None => given.clone(),
        };
        engine::Migrate {
            complete: self.complete,
            each: self.each,
            to: self.to.as_ref().map(name),
            expect_one: self.expect_one,
        }
    }
}

/// `plan`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    /// The migration, JSON or YAML
    pub(in crate::cli) file: PathBuf,
}
