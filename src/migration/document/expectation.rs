//! serde's words for kinds of values, in the words of who writes JSON or YAML.

use serde::de::Unexpected;

use super::tree::{Meaning, Node, Value};

/// What serde says it expects, in the user's terms.
pub(super) fn expectation(words: &str) -> String {
    let range = |low: &dyn std::fmt::Display, high: &dyn std::fmt::Display| {
        format!("a whole number from {low} to {high}")
    };
    match words {
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "unit" => "null".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "u8" => range(&u8::MIN, &u8::MAX),
        "i8" => range(&i8::MIN, &i8::MAX),
        "u16" => range(&u16::MIN, &u16::MAX),
        "i16" => range(&i16::MIN, &i16::MAX),
        "u32" => range(&u32::MIN, &u32::MAX),
        "i32" => range(&i32::MIN, &i32::MAX),
        "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "i64" | "isize" => "a whole number".to_owned(),
        _ if words.starts_with("struct ") => "an object".to_owned(),
        _ => words.to_owned(),
    }
}

/// What was found, where only serde's view of it is known.
pub(super) fn unexpected(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("the number `{value}`"),
        Unexpected::Signed(value) => format!("the number `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Char(value) => format!("the string `{value}`"),
        Unexpected::Str(value) => format!("the string {}", excerpt(value)),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// What was found, as the document spells it.
pub(super) fn describe(node: &Node, expected: &str) -> String {
    match &node.value {
        Value::Word(spelled, Meaning::Null) if spelled.is_empty() => "nothing".to_owned(),
        // `up: NULL` is no value at all in YAML, and looks like an expression of SQL.
        Value::Word(spelled, Meaning::Null) if expected == "a string" => {
            format!("null (for the text, write it in quotes: \"{spelled}\")")
        }
        Value::Word(_, Meaning::Null) => "null".to_owned(),
        Value::Word(spelled, Meaning::Bool(_)) => format!("`{spelled}`"),
        Value::Word(spelled, Meaning::Number) => format!("the number `{spelled}`"),
        Value::Text(text, _) => format!("the string {}", excerpt(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The beginning of a text, between backticks, on one line.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    let start: String = line.chars().take(LONGEST).collect();
    let more = if start.len() < text.trim_end().len() { "..." } else { "" };
    format!("`{start}{more}`")
}
