//! The command line: arguments in, text or JSON out, one exit code. Everything that is printed is
//! printed here, and nothing is decided here that a library user could not decide as well. It never
//! speaks to Postgres.

mod arguments;
mod command;
mod context;
mod duration;
mod exit;
mod failure;
mod git;
mod hint;
mod interrupt;
mod render;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use arguments::Command;
use context::Context;
use exit::Exit;
use failure::Failure;
use render::{Report, Terminal};

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(render::bug));
    panic::catch_unwind(run).unwrap_or(Exit::Bug).into()
}

fn run() -> Exit {
    let line: Vec<OsString> = std::env::args_os().collect();
    let arguments = match arguments::parse(line.clone()) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, &line),
    };
    let terminal = Terminal::new(&arguments.global);
    let context = Context {
        terminal: match arguments.command {
            Command::Sandbox(_) => terminal.brief(),
            _ => terminal,
        },
        global: arguments.global,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system lets a process have timers and sockets");
    let outcome = runtime
        .block_on(dispatch(&context, arguments.command))
        .and_then(|report| Ok((context.terminal.report(&report)?, report.exit)));
    // Not even for a name server that does not answer.
    runtime.shutdown_background();
    match outcome {
        Ok(((), exit)) => exit,
        Err(failure) => {
            context.terminal.failure(&failure);
            failure.reason.exit()
        }
    }
}

async fn dispatch(context: &Context, command: Command) -> Result<Report, Failure> {
    match command {
        Command::Init => command::init(context).await,
        Command::Start(arguments) => command::start(context, &arguments).await,
        Command::Complete(arguments) => command::complete(context, &arguments).await,
        Command::Rollback => command::rollback(context).await,
        Command::Status(arguments) => command::status(context, &arguments).await,
        Command::Doctor(arguments) => command::doctor(context, &arguments).await,
        Command::Drift(arguments) => command::drift(context, &arguments).await,
        Command::Repair(arguments) => command::repair(context, &arguments).await,
        Command::Pause => command::pause(context).await,
        Command::Resume => command::resume(context).await,
        Command::Throttle(arguments) => command::throttle(context, &arguments).await,
        Command::Migrate(arguments) => command::migrate(context, &arguments).await,
        Command::Plan(arguments) => command::plan(context, &arguments).await,
        Command::Latest(arguments) => command::latest(context, &arguments).await,
        Command::History => command::history(context).await,
        Command::Pull(arguments) => command::pull(context, &arguments).await,
        Command::Baseline(arguments) => command::baseline(context, &arguments).await,
        Command::Squash(arguments) => command::squash(context, &arguments).await,
        Command::Adopt(arguments) => command::adopt(context, &arguments).await,
        Command::Validate(arguments) => command::validate(context, &arguments).await,
        Command::Create(arguments) => command::create(context, &arguments).await,
        Command::Check(arguments) => command::check(context, &arguments).await,
        Command::Format(arguments) => command::formatting(context, &arguments),
        #[cfg(feature = "convert")]
        Command::Convert(arguments) => command::convert(context, &arguments),
        Command::JsonSchema => Ok(command::json_schema()),
        Command::Sandbox(arguments) => command::sandbox(context, &arguments).await,
    }
}

/// What clap has to say: help and the version are no errors.
fn usage(error: &clap::Error, line: &[OsString]) -> Exit {
    if error.exit_code() == 0 {
        // Nobody is left to be told that it could not be written.
        drop(error.print());
        return Exit::Done;
    }
    match asks_for_json(line) {
        true => drop(writeln!(io::stdout(), "{}", render::usage(error))),
        false => drop(error.print()),
    }
    Exit::Usage
}

/// Whether a line that cannot be read is a program's.
fn asks_for_json(line: &[OsString]) -> bool {
    let typed = line.windows(2).any(|two| two[0] == "--output" && two[1] == "json");
    typed
        || line.iter().any(|word| word == "--output=json")
        || std::env::var_os("STRADDLE_OUTPUT").is_some_and(|output| output == "json")
}
