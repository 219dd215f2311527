//! `convert`.

use std::path::PathBuf;

use clap::Args;

/// What to convert.
#[derive(Debug, Args)]
pub(in crate::cli) struct Convert {
    /// The script; `-`, or nothing, is standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
}
