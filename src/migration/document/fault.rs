//! What serde and the two parsers say is wrong, before it has a file's name.
//!
//! serde makes its errors without knowing where it is; the reader adds the place, at the innermost
//! value the error comes out of.

use std::fmt;
use std::ops::Range;

use serde::de::{self, Expected, Unexpected};

use super::expectation::{describe, expectation, unexpected};
use super::tree::{Node, Trail};
use crate::operation::near::allowed;

#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub(super) struct Fault {
    problem: Problem,
    place: Option<Place>,
}

#[derive(Debug)]
pub(super) struct Place {
    pub at: Range<usize>,
    pub path: String,
}

#[derive(Debug)]
enum Problem {
    Said(String),
    /// A value of another kind; what was found is best said by who sees the document.
    Expected {
        expected: String,
        found: String,
    },
    Variant {
        found: String,
        allowed: &'static [&'static str],
    },
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { problem: Problem::Said(message.into()), place: None }
    }

    /// Places a fault that has no place yet.
    pub(super) fn place(mut self, at: &Range<usize>, trail: &Trail<'_>) -> Self {
        self.place.get_or_insert_with(|| Place { at: at.clone(), path: trail.to_string() });
        self
    }

    /// Places a fault at a value, and says what was found in the words of the document.
    pub(super) fn at(mut self, node: &Node, trail: &Trail<'_>) -> Self {
        if self.place.is_none()
            && let Problem::Expected { expected, found } = &mut self.problem
        {
            *found = describe(node, expected);
        }
        self.place(&node.at, trail)
    }

    /// Says what an unknown variant would have been one of.
    pub(super) fn call(mut self, noun: &str) -> Self {
        if let Problem::Variant { found, allowed: names } = &self.problem {
            self.problem = Problem::Said(allowed(noun, found, names));
        }
        self
    }

    pub(super) fn into_parts(self) -> (String, Option<Place>) {
        (self.problem.to_string(), self.place)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(message) => f.write_str(message),
            Self::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Variant { found, allowed: names } => f.write_str(&allowed("value", found, names)),
        }
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expectation(&expected.to_string());
        let problem = Problem::Expected { expected, found: unexpected(found) };
        Self { problem, place: None }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {}, found {length}", expectation(&expected.to_string())))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let problem = Problem::Variant { found: variant.to_owned(), allowed: expected };
        Self { problem, place: None }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(allowed("field", field, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("missing field `{field}`"))
    }

    // The trees refuse a field given twice before serde sees it.
    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("field `{field}` is given twice"))
    }
}
