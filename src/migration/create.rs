//! The name and the text of a new file.

use std::fmt::Write as _;

use super::Migration;
use super::directory::number;
use super::document::{self, DocumentError, Format};
use crate::operation::Operation;

/// Why there is no name for a new file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewNameError {
    /// The words have nothing in them that a name could be made of.
    #[error("`{0}` has no letter and no digit in it")]
    NoWords(String),
    /// What would be the next name sorts before what is there.
    #[error("`{name}` would sort before `{last}`: rename that so that the numbers have one length")]
    SortsBefore {
        /// The name.
        name: String,
        /// What is there.
        last: String,
    },
}

/// The name of the next file of a directory: a counter where the names there, in order, begin with one, and
/// else the time (`seconds` since 1970, in UTC).
///
/// # Errors
/// When there is none that sorts behind all that are there.
pub fn next_name(names: &[String], words: &str, seconds: u64) -> Result<String, NewNameError> {
    let lower = words.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let words = parts.collect::<Vec<_>>().join("_");
    if words.is_empty() {
        return Err(NewNameError::NoWords(lower));
    }
    let digits = |name: &String| name.chars().take_while(char::is_ascii_digit).count();
    let last = names.iter().max();
    let time = timestamp(seconds);
    let name = match last.map(|last| (digits(last), number(last))) {
        // As many digits as a time has are one.
        Some((width, Some(last))) if width >= 12 => {
            let time: u64 = time.parse().unwrap_or_default();
            format!("{:0width$}_{words}", time.max(last + 1))
        }
        Some((width @ 1.., Some(last))) => format!("{:0width$}_{words}", last + 1),
        _ => format!("{time}_{words}"),
    };
    match last {
        Some(last) if *last >= name => Err(NewNameError::SortsBefore { name, last: last.clone() }),
        _ => Ok(name),
    }
}

/// `20260131235959`, by the days of the proleptic Gregorian calendar.
fn timestamp(seconds: u64) -> String {
    let (mut days, second) = (seconds / 86_400, seconds % 86_400);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let mut text = format!("{year:04}{month:02}{:02}", days + 1);
    // Writing to a string cannot fail.
    let _ = write!(text, "{hour:02}{minute:02}{second:02}");
    text
}

/// An operation as it is typed: `add_column: {table: users, ..}`, or the same in JSON.
///
/// # Errors
/// When it is none.
pub fn read_operation(text: &str) -> Result<Operation, DocumentError> {
    document::read("--operation", text, Format::Yaml).map(|(operation, _)| operation)
}

/// The text of a new file. Without operations it is to be filled in.
#[must_use]
pub fn new_text(operations: Vec<Operation>, format: Format) -> String {
    document::write(&Migration::new("", operations).content(), format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_on_as_those_that_are_there() {
        let next = |names: &[&str], words: &str| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            next_name(&names, words, 1_769_903_999).map_err(|error| error.to_string())
        };
        assert_eq!(next(&[], "Add email!"), Ok("20260131235959_add_email".into()));
        assert_eq!(next(&["01_a", "02_b"], "c"), Ok("03_c".into()));
        assert_eq!(next(&["0099_a"], "c"), Ok("0100_c".into()));
        assert_eq!(next(&["20250131235959_a"], "c"), Ok("20260131235959_c".into()));
        assert_eq!(next(&["20270131235959_a"], "c"), Ok("20270131235960_c".into()));
        assert_eq!(next(&["initial"], "c"), Err("`20260131235959_c` would sort before `initial`: rename that so that the numbers have one length".into()));
        assert!(next(&["99_a"], "c").is_err_and(|error| error.contains("would sort before")));
        assert!(next(&[], "--").is_err());
    }

    #[test]
    fn a_time_is_that_of_the_calendar() {
        for (seconds, expected) in [
            (0, "19700101000000"),
            (951_782_400, "20000229000000"),
            (1_709_164_800, "20240229000000"),
            (4_107_542_399, "21000228235959"),
            (4_107_542_400, "21000301000000"),
        ] {
            assert_eq!(timestamp(seconds), expected);
        }
    }
}
