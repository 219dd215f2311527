//! What can be typed: commands, flags, and the environment variables that stand for flags.

mod adopt;
mod check;
mod configuration;
#[cfg(feature = "convert")]
mod convert;
mod doctor;
#[cfg(all(test, feature = "convert"))]
mod documented;
mod drift;
mod files;
mod filling;
mod global;
mod latest;
mod running;
mod sandbox;
mod status;
mod throttle;
mod throttling;
mod waiting;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub(super) use adopt::Adopt;
pub(super) use check::Check;
#[cfg(feature = "convert")]
pub(super) use convert::Convert;
pub(super) use doctor::{Doctor, Repair};
pub(super) use drift::{Drift, Drifting};
pub(super) use files::{Baseline, Create, Formatting, Pull, Squash, Validate};
pub(super) use filling::Filling;
pub(super) use global::{Global, Output};
pub(super) use latest::{Latest, UrlFormat};
pub(super) use running::{Complete, Migrate, Plan, Start};
pub(super) use sandbox::Sandbox;
pub(super) use status::Status;
pub(super) use throttle::{Throttle, parse};
pub(super) use throttling::Throttling;
pub(super) use waiting::Waiting;

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
  straddle start 02_add_email.json --complete       where no old application is running
  straddle start 02_add_email.json --keep-failed    to mend the rows that it fails for, and go on

Interrupted, the same command goes on. What the data does not allow fails here, and is taken back.")]
    Start(Start),
    /// Closes the old version and drops what only it needed
    #[command(after_help = "\
Example:
  straddle complete

One short transaction. Until it has committed nothing has changed; afterwards there is no rollback.")]
    Complete(Complete),
    /// Takes back the migration that is underway or live
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
  straddle status --short
  straddle status --output json")]
    Status(Status),
    /// Looks at the database and says what is wrong, and what mends it; changes nothing
    #[command(after_help = "\
Examples:
  straddle doctor
  straddle doctor --output json
  straddle doctor --role deploy      what that role may do

Exit code 1 where there are errors or warnings, 0 where there is nothing, or nothing but notes.")]
    Doctor(Doctor),
    /// Says what was changed in the base schema outside of straddle since the last migration
    Drift(Drift),
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
    /// Runs the migrations of a directory that are not completed yet, together as one start
    #[command(after_help = "\
Examples:
  straddle migrate operations               the last one's version is live
  straddle migrate operations --complete    and completed, where no old application is running
  straddle migrate operations --dry-run     shows what would be started
  straddle migrate operations --to 07_price

The order is that of the file names. They are one start, so that the old version stays until the
last one's is there; the history has each of them. SQL that cannot be planned with the rest ends a
start: then the exit code is 1, with the others pending. Interrupted, the same command goes on.")]
    Migrate(Migrate),
    /// Shows what a migration would do: steps, locks, SQL; changes nothing
    #[command(after_help = "\
Examples:
  straddle plan 02_add_email.json
  straddle plan 02_add_email.json --output json

The migration is rehearsed in a transaction that is rolled back, so the database must be writable.")]
    Plan(Plan),
    /// Lists every migration that was ever started, and what came of it
    #[command(visible_alias = "log")]
    #[command(after_help = "\
Examples:
  straddle history
  straddle history --output json")]
    History,
    /// Writes files of what the history has and a directory does not
    #[command(after_help = "\
Examples:
  straddle pull migrations
  straddle pull elsewhere --with-prefixes    0001_users.yaml, 0002_add_email.yaml

What was rolled back is not written. Files that are there stay; where one says something else than
the history, nothing is written. What a file there replaces is not written, either.

Names with prefixes are other names than the history has. `migrate` with such a directory refuses on this
database, and says which are renamed; another one begins with it.")]
    Pull(Pull),
    /// Makes the first version of a database that was there before, as it is
    #[command(after_help = "\
Example:
  straddle baseline 00_before migrations

The file has the DDL of the schema, as pg_dump gives it, so that another environment is built from it;
here nothing of it is run. Its version is opened, so that applications can be pinned before the first
change.")]
    Baseline(Baseline),
    /// Puts one file in the place of all that are completed, so that a new environment is built in one go
    #[command(after_help = "\
Examples:
  straddle squash migrations
  straddle squash migrations --name 00_base --yes

The file has the DDL of the schema, as pg_dump gives it, the views that migrations have made, and the
names of what it replaces, whose files are removed. What is pending stays. Where all of that was run,
nothing is run again; where nothing was, the file is; where a part was, `migrate` refuses. Rows that
migrations have written are not in it. The database is only read.")]
    Squash(Squash),
    /// Takes over a database that pgroll manages, with its history, also in the middle of a migration
    #[command(after_help = "\
Examples:
  straddle adopt --dry-run        what it would do; changes nothing
  straddle adopt migrations       and refuses where the files say something else than pgroll's history

The version that is open stays open. pgroll can change nothing in the schema afterwards. In the middle
of a migration both versions go on, and `straddle complete` or `straddle rollback` ends it.")]
    Adopt(Adopt),
    /// Says whether migrations are right: by the files alone, or, where a database is named, by a rehearsal
    #[command(after_help = "\
Examples:
  straddle validate migrations --offline    shape, names and order
  straddle validate 02_add_email.json       and what the database makes of it
  straddle validate migrations --sandbox    and what a throw-away Postgres makes of all of them")]
    Validate(Validate),
    /// Says whether the migrations of a branch follow on those of another, for pull requests
    Check(Check),
    /// Writes a file for the next migration
    #[command(visible_alias = "new")]
    #[command(after_help = "\
Examples:
  straddle create migrations                              asks what it is to do
  straddle create migrations --name 'add email' --empty
  straddle create migrations --name 'drop logs' --operation 'drop_table: {name: logs}'

Where a database is named, its tables and columns are offered. Nothing is asked where nobody is at a
terminal. The name begins with a counter where those in the directory do, and else with the time.")]
    Create(Create),
    /// Writes files as straddle would, so that a diff shows what they say; older forms become present ones
    #[command(visible_alias = "update")]
    #[command(after_help = "\
Examples:
  straddle format migrations
  straddle format migrations --check

What pgroll has written in other ways before (`name` in the file, columns of an index as a map) is
written as it is now. Fields that say what is so without them are left out. A file in YAML with comments is left alone.")]
    Format(Formatting),
    /// Names the newest version, for the configuration of an application
    #[command(subcommand)]
    Latest(Latest),
    /// Converts SQL of an ORM, or of your own, to migrations; needs no database
    #[cfg(feature = "convert")]
    #[command(after_help = convert::HELP)]
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
