//! How a failure looks: what happened, what is still true, what to type next.

use std::error::Error;
use std::io::Write as _;
use std::panic::PanicHookInfo;

use serde_json::{Value, json};

use super::style::{BAD, GOOD, QUIET, STRONG, styled};
use crate::cli::failure::Failure;
use crate::migration::document::DocumentError;
use crate::plan::names::as_shown;

/// For people.
pub(super) fn text(failure: &Failure) -> String {
    let reason = &failure.reason;
    let mut lines: Vec<String> = Vec::new();
    for error in reason.located() {
        lines.push(located(error));
    }
    lines.push(format!("{}: {reason}", styled(BAD, "error")));
    for cause in causes(failure) {
        lines.push(format!("  cause: {cause}"));
    }
    if let Some(state) = &failure.state {
        lines.push(format!("{}: {state}", styled(STRONG, "now")));
    }
    if let Some(hint) = failure.hint() {
        lines.push(format!("{}: {hint}", styled(GOOD, "next")));
    }
    lines.join("\n")
}

/// For programs.
pub(super) fn json(failure: &Failure) -> Value {
    let reason = &failure.reason;
    let located = reason.located().iter().map(|error| {
        json!({
            "file": error.file,
            "line": error.position.line,
            "column": error.position.column,
            "path": error.path,
            "message": error.message,
        })
    });
    // These are about whole files.
    let unlike = reason.unlike().iter().map(|one| {
        json!({ "file": one.name, "line": null, "column": null, "path": null,
            "message": one.message, "kind": one.kind, "hint": one.hint })
    });
    let located: Vec<Value> = located.chain(unlike).collect();
    json!({ "error": {
        "message": reason.to_string(),
        "causes": causes(failure),
        "locations": located,
        "state": failure.state,
        "next": failure.hint(),
        "exit_code": reason.exit() as u8,
    }})
}

/// A command line that cannot be read, for programs.
pub(in crate::cli) fn usage(error: &clap::Error) -> Value {
    let said = error.render().to_string();
    json!({ "error": {
        "message": said.trim().trim_start_matches("error: "),
        "causes": [],
        "locations": [],
        "state": null,
        "next": "`straddle help`",
        "exit_code": error.exit_code(),
    }})
}

/// `02_add.json:7:12 operations[1].add_column.up: message`, and the line with a caret.
fn located(error: &DocumentError) -> String {
    let snippet = styled(QUIET, error.snippet());
    format!("{}\n{snippet}\n", styled(STRONG, &error.to_string()))
}

/// What is behind it, each cause once: some errors have their cause in their own words already.
fn causes(failure: &Failure) -> Vec<String> {
    let mut said = failure.reason.to_string();
    let mut causes = Vec::new();
    let mut next = failure.reason.source();
    while let Some(cause) = next {
        // With the names that users know, as it stands in errors that have it in their words.
        let words = as_shown(&cause.to_string());
        // tokio-postgres says this, and in the next cause what it is.
        if words != "db error" && !said.contains(&words) {
            said.push_str(&words);
            causes.push(words);
        }
        next = cause.source();
    }
    causes
}

/// What is written when straddle itself is at fault.
pub(in crate::cli) fn bug(panic: &PanicHookInfo<'_>) {
    let words = panic.payload_as_str().unwrap_or("no message");
    let place = panic.location().map(ToString::to_string);
    let mut stderr = std::io::stderr().lock();
    // Where stderr is gone, there is no place to say so.
    drop(writeln!(
        stderr,
        "error: straddle {} has a bug: {words} (at {})\n\
         now: what was done is in the ledger; `straddle status` says where things stand\n\
         next: the same command again goes on, `straddle rollback` takes it back; please report \
         what is said here",
        env!("CARGO_PKG_VERSION"),
        place.unwrap_or_else(|| "an unknown place".into()),
    ));
}
