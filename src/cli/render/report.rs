//! What a command has to say when it is done.

use serde_json::Value;

/// A result: for people, and for programs.
#[derive(Debug)]
pub(in crate::cli) struct Report {
    pub(super) text: String,
    pub(in crate::cli) json: Value,
    pub(super) next: Option<String>,
}

impl Report {
    /// The result as text and as one JSON object.
    pub(in crate::cli) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, next: None }
    }

    /// Nothing that was not said before.
    pub(in crate::cli) fn nothing() -> Self {
        Self::new("", Value::Null)
    }

    /// The same result with what to type next.
    pub(in crate::cli) fn next(self, next: impl Into<String>) -> Self {
        let next = Some(next.into());
        Self { next, ..self }
    }
}
