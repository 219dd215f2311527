//! Text values inside DDL and function bodies, where Postgres takes no parameters.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text value. Its `Display` is a string constant (manual, section 4.1.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Literal(String);

impl Literal {
    /// The constant for `text`.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = self.0.replace('\'', "''");
        // With a backslash inside, the E form means the same whatever the session says of
        // standard_conforming_strings.
        if quoted.contains('\\') {
            write!(formatter, "E'{}'", quoted.replace('\\', "\\\\"))
        } else {
            write!(formatter, "'{quoted}'")
        }
    }
}

/// The body of a function, dollar-quoted with a tag that it does not contain (manual, section
/// 4.1.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body(String);

impl Body {
    /// The body `text`.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = (0..)
            .map(|number| format!("$straddle{number}$"))
            .find(|tag| !self.0.contains(tag.as_str()))
            .expect("a finite text does not contain every tag");
        write!(formatter, "{tag}{}{tag}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_contain_the_tag() {
        assert_eq!(Body::new("a$straddle0$b").to_string(), "$straddle1$a$straddle0$b$straddle1$");
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(Literal::new("o'clock").to_string(), "'o''clock'");
        assert_eq!(Literal::new(r"a\b'c").to_string(), r"E'a\\b''c'");
    }
}
