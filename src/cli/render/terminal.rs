//! The one door to stdout and stderr: results go to the first, everything else to the second.

use std::io::{self, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use serde_json::{Value, json};

use super::error;
use super::report::Report;
use super::style::{CARE, GOOD, QUIET, styled};
use crate::cli::arguments::{Global, Output};
use crate::cli::failure::Failure;

/// How to write, and whether to a person.
#[derive(Debug)]
pub(in crate::cli) struct Terminal {
    output: Output,
    /// Whether each step's SQL is shown.
    pub(super) is_verbose: bool,
    no_color: bool,
    /// Whether the steps of migrations are told.
    pub(super) tells_steps: bool,
}

impl Terminal {
    /// As the flags say.
    pub(in crate::cli) fn new(global: &Global) -> Self {
        Self {
            output: global.output,
            is_verbose: global.verbose,
            no_color: global.no_color,
            tells_steps: true,
        }
    }

    /// The same terminal, without the steps of migrations: where what comes out is what matters.
    pub(in crate::cli) fn brief(mut self) -> Self {
        self.tells_steps = self.is_verbose;
        self
    }

    /// Whether programs read what is written.
    pub(in crate::cli) fn is_json(&self) -> bool {
        self.output == Output::Json
    }

    /// Whether there is somebody to look at a progress bar.
    pub(super) fn is_watched(&self) -> bool {
        // One that cannot move its cursor gets lines, as a log does.
        !self.is_json() && io::stderr().is_terminal() && !console::is_dumb()
    }

    /// How many characters a line of the terminal has.
    pub(super) fn width(&self) -> usize {
        console::Term::stderr().size_checked().map_or(80, |(_, columns)| usize::from(columns))
    }

    /// Writes the result.
    pub(in crate::cli) fn report(&self, report: &Report) -> io::Result<()> {
        if report.text.is_empty() {
            return Ok(());
        }
        if self.is_json() {
            return self.out(&report.json.to_string());
        }
        self.out(&report.text)?;
        if let Some(next) = &report.next {
            self.line(&format!("{}: {next}", styled(GOOD, "next")));
        }
        Ok(())
    }

    /// Writes why there is no result.
    pub(in crate::cli) fn failure(&self, failure: &Failure) {
        if !self.is_json() {
            return self.line(&error::text(failure));
        }
        // Nobody is left to be told when this cannot be written.
        drop(self.out(&error::json(failure).to_string()));
    }

    /// Something that the user did not ask for, but should know.
    pub(in crate::cli) fn warning(&self, text: &str) {
        self.message("warning", &styled(CARE, "warning"), text);
    }

    /// Something that happens.
    pub(in crate::cli) fn notice(&self, text: &str) {
        if self.is_json() {
            return self.message("notice", "", text);
        }
        self.line(&styled(QUIET, text));
    }

    fn message(&self, kind: &str, shown: &str, text: &str) {
        if self.is_json() {
            return self.event(&json!({ "event": kind, "message": text }));
        }
        self.line(&format!("{shown}: {text}"));
    }

    /// A line of progress for programs.
    pub(super) fn event(&self, event: &Value) {
        self.line(&event.to_string());
    }

    /// Writes to stderr.
    pub(in crate::cli) fn line(&self, text: &str) {
        let raw = io::stderr();
        let choice = self.choice(&AutoStream::choice(&raw));
        let mut stream = AutoStream::new(raw.lock(), choice);
        // Where stderr is gone, there is no place to say so.
        drop(writeln!(stream, "{text}"));
    }

    /// Writes to stdout. A reader that has seen enough, such as `head`, is no error.
    pub(in crate::cli) fn out(&self, text: &str) -> io::Result<()> {
        let raw = io::stdout();
        let choice = self.choice(&AutoStream::choice(&raw));
        let mut stream = AutoStream::new(raw.lock(), choice);
        match writeln!(stream, "{text}").and_then(|()| stream.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    }

    fn choice(&self, auto: &ColorChoice) -> ColorChoice {
        if self.no_color || self.is_json() { ColorChoice::Never } else { *auto }
    }
}
