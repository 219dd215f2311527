//! What a command has to say when it is done.

use serde_json::Value;

use crate::cli::exit::Exit;

/// A result: for people, and for programs.
#[derive(Debug)]
pub(in crate::cli) struct Report {
    pub(super) text: String,
    pub(in crate::cli) json: Value,
    pub(super) next: Option<String>,
    /// How the process ends.
    pub(in crate::cli) exit: Exit,
}

impl Report {
    /// The result as text and as one JSON object.
    pub(in crate::cli) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, next: None, exit: Exit::Done }
    }

    /// Nothing that was not said before.
    pub(in crate::cli) fn nothing() -> Self {
        Self::new("", Value::Null)
    }

    /// The same result, of a command that was asked whether all is well, and says no.
    pub(in crate::cli) fn refused(self) -> Self {
        Self { exit: Exit::Refused, ..self }
    }

    /// The same result with what to type next.
    pub(in crate::cli) fn next(self, next: impl Into<String>) -> Self {
        let next = Some(next.into());
        Self { next, ..self }
    }
}
