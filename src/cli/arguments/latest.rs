//! `latest`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::database::target::Passwords;
use crate::sql::Ident;

/// What to name.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Latest {
    /// The newest version: the migration's name, or its `version_schema`
    #[command(visible_alias = "migration")]
    #[command(after_help = "\
Examples:
  straddle latest version
  straddle latest version --local migrations    of the last file; no database is asked")]
    Version(Local),
    /// The schema of the newest version
    #[command(after_help = "\
Example:
  psql -c \"SET search_path = $(straddle latest schema)\"")]
    Schema(Local),
    /// A URL with which an application sees the newest version
    #[command(after_help = "\
Examples:
  straddle latest url
  straddle latest url --format jdbc
  export DATABASE_URL=\"$(straddle latest url --with-password)\"")]
    Url {
        #[command(flatten)]
        secret: Secret,
        /// For whom
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = UrlFormat::Libpq)]
        format: UrlFormat,
        #[command(flatten)]
        local: Local,
    },
    /// Environment variables for a shell or a container: PGHOST to PGOPTIONS
    #[command(after_help = "\
Examples:
  straddle latest env > .env
  env $(straddle latest env) psql")]
    Env {
        #[command(flatten)]
        secret: Secret,
        #[command(flatten)]
        local: Local,
    },
    /// The statement that has a role see the newest version in this database: ALTER ROLE .. SET search_path
    #[command(after_help = "\
Example:
  straddle latest role app_02 | psql")]
    Role {
        /// The role
        #[arg(value_parser = super::global::name)]
        name: Ident,
        #[command(flatten)]
        local: Local,
    },
    /// A line for PgBouncer's [databases], by which the newest version is a database of its own
    #[command(after_help = "\
Example:
  straddle latest pgbouncer shop_02 >> databases.ini")]
    Pgbouncer {
        /// What the pooler is to call it [default: the database's and the version's name]
        name: Option<String>,
        #[command(flatten)]
        local: Local,
    },
}

/// Whom to ask.
#[derive(Debug, Args)]
pub(in crate::cli) struct Local {
    /// Goes by the last file of this directory instead of asking the database
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) local: Option<PathBuf>,
}

/// What is kept from lookers-on.
#[derive(Debug, Args)]
pub(in crate::cli) struct Secret {
    /// Shows the password instead of `***`
    #[arg(long)]
    with_password: bool,
}

impl Secret {
    pub(in crate::cli) fn passwords(&self) -> Passwords {
        if self.with_password { Passwords::Shown } else { Passwords::Hidden }
    }
}

/// Who is to read a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum UrlFormat {
    /// libpq, and most drivers.
    Libpq,
    /// Java's driver.
    Jdbc,
}

impl Latest {
    /// Whom to ask.
    pub(in crate::cli) fn local(&self) -> &Local {
        match self {
            Self::Version(local) | Self::Schema(local) => local,
            Self::Url { local, .. }
            | Self::Env { local, .. }
            | Self::Role { local, .. }
            | Self::Pgbouncer { local, .. } => local,
        }
    }
}
