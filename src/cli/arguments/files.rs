//! The commands that read or write files of migrations.

use std::path::PathBuf;

use clap::Args;

use super::check::Trying;
use crate::migration::document::Format;

/// How files are written.
#[derive(Debug, Args)]
pub(in crate::cli) struct Written {
    /// Writes JSON instead of YAML
    #[arg(short, long)]
    json: bool,
}

impl Written {
    /// The format.
    pub(in crate::cli) fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Yaml }
    }
}

/// `pull`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Pull {
    /// The directory; it is made where it is not there
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: PathBuf,
    /// Begins each name with the place in the history, as pgroll does: to be read, or run elsewhere; here, to
    /// `migrate` they are renamed
    #[arg(short = 'p', long)]
    pub(in crate::cli) with_prefixes: bool,
    #[command(flatten)]
    pub(in crate::cli) written: Written,
}

/// `validate`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// A migration, or a directory of them
    #[arg(value_name = "FILE|DIR")]
    pub(in crate::cli) path: PathBuf,
    /// Looks at the files alone, also where a database is named
    #[arg(long)]
    pub(in crate::cli) offline: bool,
    #[command(flatten)]
    pub(in crate::cli) trying: Trying,
}

/// `format`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Formatting {
    /// Migrations, or directories of them
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Writes nothing; the exit code is 1 where something is to be formatted
    #[arg(long)]
    pub(in crate::cli) check: bool,
}

/// `create`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// The directory
    #[arg(value_name = "DIR", default_value = ".")]
    pub(in crate::cli) directory: PathBuf,
    /// What it does, in a few words: the name of the file, behind a number or a time
    #[arg(short, long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// An operation, as YAML or JSON: `add_column: {table: users, ..}`; may be given more than once
    #[arg(long = "operation", value_name = "YAML", conflicts_with = "empty")]
    pub(in crate::cli) operations: Vec<String>,
    /// Writes a file without operations, to be filled in
    #[arg(short, long)]
    pub(in crate::cli) empty: bool,
    #[command(flatten)]
    pub(in crate::cli) written: Written,
}

/// How the schema becomes a file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Dumping {
    /// Does not ask
    #[arg(short, long)]
    pub(in crate::cli) yes: bool,
    /// The program that writes the schema down
    #[arg(long, value_name = "PATH", default_value = "pg_dump")]
    #[arg(env = "STRADDLE_PG_DUMP", hide_env_values = true)]
    pub(in crate::cli) pg_dump: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) written: Written,
}

/// `baseline`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Baseline {
    /// The name of the first migration
    pub(in crate::cli) name: String,
    /// The directory of the migrations; it is made where it is not there
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) dumping: Dumping,
}

/// `squash`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Squash {
    /// The directory of the migrations
    #[arg(value_name = "DIR")]
    pub(in crate::cli) directory: PathBuf,
    /// The name of the new file [default: the number of the last that it replaces, and `_squashed`]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) dumping: Dumping,
}
