//! `convert`.

use std::path::PathBuf;

use clap::Args;

use super::files::Written;

pub(super) const HELP: &str = "\
Examples:
  straddle convert V7__rating.sql > 07_rating.yaml
  straddle convert V7__rating.sql --output json > 07_rating.json
  alembic upgrade head --sql | straddle convert --to migrations
  python manage.py sqlmigrate shop 0007 | straddle convert > 07_rating.yaml
  straddle convert prisma/migrations --to migrations

Statements that belong together become one operation. What no operation says stays as `sql`, with the
reason: as a comment in the file, and on stderr.

A directory is recognized by its shape: Prisma, Drizzle, Flyway, Diesel, golang-migrate, dbmate, goose, or plain
files of SQL. Each script becomes a migration, in their order, in the directory that --to names. What takes
a script back (a file of its own, or a part of it) becomes the `down` of what stays `sql`; of operations
`rollback` knows the way back.";

/// What to convert.
#[derive(Debug, Args)]
pub(in crate::cli) struct Convert {
    /// The script, or a directory of them; `-`, or nothing, is standard input
    #[arg(value_name = "FILE|DIR")]
    pub(in crate::cli) path: Option<PathBuf>,
    /// The directory that migrations are written into, instead of standard output; it is made where it
    /// is not there. Needed for a directory; of what Alembic prints, each revision becomes a migration
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) to: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) written: Written,
}
