//! What can be typed: commands, flags, and the environment variables that stand for flags.

#[cfg(feature = "convert")]
mod convert;
mod doctor;
mod filling;
mod latest;
mod running;
mod sandbox;
mod throttle;
mod throttling;
mod waiting;

use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "convert")]
pub(super) use convert::Convert;
pub(super) use doctor::{Doctor, Repair};
pub(super) use filling::Filling;
pub(super) use latest::Latest;
pub(super) use running::{Complete, Migrate, Plan, Start};
pub(super) use sandbox::Sandbox;
pub(super) use throttle::{Throttle, parse};
pub(super) use throttling::Throttling;
pub(super) use waiting::Waiting;

use super::duration;
use crate::engine::Options;
use crate::sql::Ident;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Changes the schema of a live Postgres without anybody noticing: while a migration is live, the
/// old and the new version of an application each see their own schema.
#[derive(Debug, Parser)]
#[command(
    name = "straddle",
    version,
    styles = STYLES,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Examples:
  straddle sandbox                     two versions of a schema, on a throw-away Postgres
  straddle plan 02_add_email.json      what would happen; changes nothing
  straddle start 02_add_email.json     both versions serve from now on
  straddle complete                    the old version goes
  straddle rollback                    or the new one does

Exit codes: 0 done, 1 refused or failed, 2 usage, 3 no database, 70 a bug in straddle,
130 interrupted (the same command goes on)."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

/// Flags that every command takes, before or after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// The database: a URL, or `host=... dbname=...`; libpq's variables and ~/.pgpass count, too
    #[arg(long, global = true, value_name = "URL")]
    #[arg(env = "STRADDLE_POSTGRES_URL", hide_env_values = true)]
    pub(super) postgres_url: Option<String>,
    /// The base schema: the one whose tables are migrated
    #[arg(long, global = true, value_name = "NAME", default_value = "public", value_parser = name)]
    #[arg(env = "STRADDLE_SCHEMA", hide_env_values = true)]
    pub(super) schema: Ident,
    /// The role that acts, where it is not the one that logs in
    #[arg(long, global = true, value_name = "NAME", value_parser = name)]
    #[arg(env = "STRADDLE_ROLE", hide_env_values = true)]
    pub(super) role: Option<Ident>,
    /// How long one try for a lock may make others wait, in milliseconds
    #[arg(long, global = true, value_name = "MS", default_value_t = 500)]
    #[arg(env = "STRADDLE_LOCK_TIMEOUT", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=600_000))]
    pub(super) lock_timeout: u32,
    /// Ends sessions that are in the way of a lock for so long: `10s`. A statement is cancelled first; an
    /// idle transaction, or who is there still, is terminated. Never Straddle's own, replication or autovacuum
    #[arg(long, global = true, value_name = "TIME")]
    #[arg(env = "STRADDLE_KILL_BLOCKERS_AFTER", hide_env_values = true)]
    #[arg(value_parser = duration::parse)]
    pub(super) kill_blockers_after: Option<Duration>,
    /// How many rows a batch of the backfill writes at the most [default: as many as fit in 50 ms]
    #[arg(long, global = true, value_name = "ROWS")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_SIZE", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) backfill_batch_size: Option<u32>,
    /// How long the backfill rests between two batches: `50ms`, `1s`
    #[arg(long, global = true, value_name = "TIME", default_value = "0s")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_DELAY", hide_env_values = true)]
    #[arg(value_parser = duration::parse)]
    pub(super) backfill_batch_delay: Duration,
    /// How long a batch of the backfill should take: `50ms`. None keeps a row from an application for
    /// more than twice as long
    #[arg(long, global = true, value_name = "TIME", default_value = "50ms")]
    #[arg(env = "STRADDLE_BACKFILL_BATCH_TIME", hide_env_values = true)]
    #[arg(value_parser = duration::parse_batch)]
    pub(super) backfill_batch_time: Duration,
    /// How many connections fill a table at once
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 1)]
    #[arg(env = "STRADDLE_BACKFILL_WORKERS", hide_env_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(super) backfill_workers: u32,
    /// What the result is written as: with `json` one object on stdout, and progress as JSON lines
    /// on stderr
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = Output::Text)]
    #[arg(env = "STRADDLE_OUTPUT", hide_env_values = true)]
    pub(super) output: Output,
    /// Shows the SQL and the lock of each step as it runs
    #[arg(short, long, global = true, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_VERBOSE", hide_env_values = true)]
    pub(super) verbose: bool,
    /// No colours (NO_COLOR does the same)
    #[arg(long, global = true, value_parser = BoolishValueParser::new())]
    #[arg(env = "STRADDLE_NO_COLOR", hide_env_values = true)]
    pub(super) no_color: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes straddle's own tables; the first `start` does it, too
    #[command(after_help = "\
Example:
  straddle init --postgres-url postgresql://me@localhost:5432/shop

Needs CREATE on the database. Does nothing where it was done.")]
    Init,
    /// Opens the version that a migration makes, next to the one that is there
    #[command(after_help = "\
Examples:
  straddle start 02_add_email.json
  straddle start 02_add_email.json --complete    where no old application is running

  straddle start 02_add_email.json --keep-failed   to mend the rows that it fails for, and go on

Interrupted, the same command goes on. What the data does not allow fails here, and is taken back.")]
    Start(Start),
    /// Closes the old version and drops what only it needed
    #[command(after_help = "\
Example:
  straddle complete

One short transaction. Until it has committed nothing has changed; afterwards there is no rollback.")]
    Complete(Complete),
    /// Takes the migration that is underway or live back
    #[command(visible_alias = "abort")]
    #[command(after_help = "\
Example:
  straddle rollback

Works from any point before `complete`. What the new version alone could hold is lost.")]
    Rollback,
    /// Says what is live, how far it is, and what to type next
    #[command(after_help = "\
Examples:
  straddle status
  straddle status --output json")]
    Status,
    /// Looks at the database and says what is wrong, and what mends it; changes nothing
    #[command(after_help = "\
Examples:
  straddle doctor
  straddle doctor --output json
  straddle doctor --role deploy      what that role may do

Exit code 1 where there are errors or warnings, 0 where there is nothing, or nothing but notes.")]
    Doctor(Doctor),
    /// Does what is safe of what `doctor` says: drops leftovers of straddle's own, enables its triggers
    #[command(after_help = "\
Examples:
  straddle repair --dry-run    what it would do
  straddle repair

What users made is never touched.")]
    Repair(Repair),
    /// Holds the backfill of the start that is underway, from another terminal
    #[command(after_help = "\
Example:
  straddle pause

Within a second nothing is written any more, and no lock is held; the old version serves on. It
stays paused, whatever happens to the start, until `straddle resume`.")]
    Pause,
    /// Lets a backfill that was paused go on
    #[command(after_help = "\
Example:
  straddle resume")]
    Resume,
    /// Shows, or changes, what the backfill of the start that is underway waits for
    #[command(after_help = "\
Examples:
  straddle throttle                                  limits, and what the gauges show now
  straddle throttle --throttle-at replica-lag=5s     the other settings stay
  straddle throttle --throttle-at replica-lag=off
  straddle throttle --backfill-batch-delay 100ms     slower, at once
  straddle throttle --clear                          as if nothing had been said

For another terminal: the start takes it over within a second, and keeps it when it is run again.
Variables such as STRADDLE_THROTTLE_AT count for `start` and `migrate` only.")]
    Throttle(Throttle),
    /// Runs the migrations of a directory that are not completed yet, one after another
    #[command(after_help = "\
Examples:
  straddle migrate operations               the last one is left live
  straddle migrate operations --complete    it is completed, too

The order is that of the file names. Interrupted, the same command goes on.")]
    Migrate(Migrate),
    /// Shows what a migration would do: steps, locks, SQL; changes nothing
    #[command(after_help = "\
Examples:
  straddle plan 02_add_email.json
  straddle plan 02_add_email.json --output json

The migration is rehearsed in a transaction that is rolled back, so the database must be writable.")]
    Plan(Plan),
    /// Names the newest version, for the configuration of an application
    #[command(subcommand)]
    Latest(Latest),
    /// Converts SQL of an ORM, or of your own, to a migration, and prints it; needs no database
    #[cfg(feature = "convert")]
    #[command(after_help = "\
Examples:
  straddle convert V7__rating.sql > 07_rating.yaml
  straddle convert V7__rating.sql --output json > 07_rating.json
  alembic upgrade head --sql | straddle convert > 07_rating.yaml
  python manage.py sqlmigrate shop 0007 | straddle convert > 07_rating.yaml

Statements that belong together become one operation. What no operation says stays as `sql`, with the
reason: as a comment in the file, and on stderr. Of files that hold both ways (dbmate, goose) the way
forward is taken.")]
    Convert(Convert),
    /// Prints the JSON Schema of migration files, with which editors complete and explain them
    #[command(after_help = "\
Example:
  straddle json-schema > straddle.schema.json

Then `\"$schema\": \"straddle.schema.json\"` in a file in JSON, or the comment
`# yaml-language-server: $schema=straddle.schema.json` in one in YAML. Needs no database.")]
    JsonSchema,
    /// Starts a throw-away Postgres with the migrations of a directory, the last one live
    #[command(after_help = "\
Examples:
  straddle sandbox                         migrates operations/, waits for Ctrl-C
  straddle sandbox migrations --traffic    with clients that write through both versions
  straddle sandbox --exit                  completes the last one and ends, for scripts

Takes an installed Postgres server; --postgres-url, --schema and --role are not used. Everything
vanishes at the end.")]
    Sandbox(Sandbox),
}

impl Global {
    /// How the engine is to act.
    pub(super) fn options(&self) -> Options {
        let mut options = Options::new(self.schema.clone());
        options.role.clone_from(&self.role);
        options.lock_timeout_ms = self.lock_timeout;
        options.kill_blockers_after = self.kill_blockers_after;
        options.batch_size = self.backfill_batch_size;
        options.batch_delay = self.backfill_batch_delay;
        options.batch_time = self.backfill_batch_time;
        options.workers = self.backfill_workers;
        options
    }
}

fn name(text: &str) -> Result<Ident, String> {
    Ident::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in [
            ["straddle", "--schema", "shop", "complete"],
            ["straddle", "complete", "--schema", "shop"],
        ] {
            let arguments = Arguments::try_parse_from(line).expect("a valid line");
            assert_eq!(arguments.global.schema.as_str(), "shop");
        }
    }
}
