//! `throttle`, for which only what was typed counts: a variable that stands for a flag of `start` would
//! change what somebody has set since, when all he wants is to look.

use std::ffi::OsString;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory as _, FromArgMatches as _};

use super::configuration::{configured, without_empty, without_variable};
use super::{Arguments, Command, Throttling};
use crate::engine::throttle::Settings;

/// What to change.
#[derive(Debug, Args)]
pub(in crate::cli) struct Throttle {
    /// Takes all settings away first, those of batches too
    #[arg(long)]
    pub(in crate::cli) clear: bool,
    #[command(flatten)]
    throttling: Throttling,
    #[arg(skip)]
    batch_size: Option<u32>,
    #[arg(skip)]
    batch_delay: Option<Duration>,
}

impl Throttle {
    /// The settings that were given.
    pub(in crate::cli) fn settings(&self) -> Settings {
        let (batch_size, batch_delay) = (self.batch_size, self.batch_delay);
        Settings { batch_size, batch_delay, ..self.throttling.settings() }
    }
}

/// Reads the command line.
pub(in crate::cli) fn parse(
    line: impl IntoIterator<Item = OsString>,
) -> Result<Arguments, clap::Error> {
    let line: Vec<OsString> = line.into_iter().collect();
    let command = Arguments::command()
        .mut_subcommand("throttle", |throttle| throttle.mut_args(without_variable));
    let matches = without_empty(configured(command, &line)?).try_get_matches_from(line)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    if let (Command::Throttle(throttle), Some((_, typed))) =
        (&mut arguments.command, matches.subcommand())
    {
        let is_typed = |flag| typed.value_source(flag) == Some(ValueSource::CommandLine);
        let global = &arguments.global;
        throttle.batch_size =
            global.backfill_batch_size.filter(|_| is_typed("backfill_batch_size"));
        throttle.batch_delay =
            is_typed("backfill_batch_delay").then_some(global.backfill_batch_delay);
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(line: &[&str]) -> Settings {
        let line = line.iter().map(OsString::from);
        match parse(line).expect("a valid line").command {
            Command::Throttle(throttle) => throttle.settings(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_what_is_typed_counts() {
        assert!(settings(&["straddle", "throttle"]).is_empty());
        let given = settings(&["straddle", "throttle", "--backfill-batch-delay", "0s"]);
        assert_eq!((given.batch_delay, given.batch_size), (Some(Duration::ZERO), None));
        let given = settings(&["straddle", "--backfill-batch-size", "7", "throttle"]);
        assert_eq!((given.batch_delay, given.batch_size), (None, Some(7)));
    }
}
