//! `adopt`.

use std::path::PathBuf;

use clap::Args;

use crate::sql::Ident;

/// `adopt`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Adopt {
    /// The directory of the migrations, which must say what pgroll's history says
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: Option<PathBuf>,
    /// Does not ask
    #[arg(short, long)]
    pub(in crate::cli) yes: bool,
    /// Shows what would be adopted; changes nothing
    #[arg(long, conflicts_with = "yes")]
    pub(in crate::cli) dry_run: bool,
    /// The schema of pgroll's own tables
    #[arg(long, value_name = "NAME", default_value = "pgroll", value_parser = schema)]
    #[arg(env = "STRADDLE_PGROLL_SCHEMA", hide_env_values = true)]
    pub(in crate::cli) pgroll_schema: Ident,
}

fn schema(text: &str) -> Result<Ident, String> {
    Ident::new(text).map_err(|error| error.to_string())
}
