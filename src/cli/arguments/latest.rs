//! `latest`.

use clap::Subcommand;

/// What to name.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Latest {
    /// The schema of the newest version
    #[command(after_help = "\
Example:
  psql -c \"SET search_path = $(straddle latest schema)\"")]
    Schema,
    /// A URL with which an application sees the newest version
    #[command(after_help = "\
Examples:
  straddle latest url
  export DATABASE_URL=\"$(straddle latest url --with-password)\"")]
    Url {
        /// Shows the password instead of `***`
        #[arg(long)]
        with_password: bool,
    },
}
