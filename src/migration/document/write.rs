//! A typed value turned into the text of a file: the one way to write it, in JSON and in YAML.
//!
//! What says nothing is left out: a field without which the value is read as the same one.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::reader::Reader;
use super::tree::{Entry, Meaning, Node, Trail, Value};
use super::{Format, json};

/// Words that stand for a default, where one does. Whether it does, reading tells.
const DEFAULTS: [&str; 8] =
    ["SIMPLE", "NO ACTION", "btree", "ALWAYS", "volatile", "unsafe", "sql", "refuse"];

/// Writes a value down; reading gives it back.
///
/// # Panics
///
/// When the value is not made of texts, numbers, truths, lists and maps with texts as keys.
#[must_use]
pub fn write<T: Serialize + DeserializeOwned + PartialEq>(value: &T, format: Format) -> String {
    let text = serde_json::to_string(value).expect("JSON can hold what a file could");
    let mut root = json::parse(&text).expect("serde_json writes JSON");
    without_what_says_nothing(&mut root, &mut Vec::new(), value);
    let mut text = String::new();
    match format {
        Format::Json => as_json(&root, 0, &mut text),
        Format::Yaml => as_yaml(&root, 0, &mut text),
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Takes fields away, one by one, without which the whole is read as the same.
fn without_what_says_nothing<T: DeserializeOwned + PartialEq>(
    root: &mut Node,
    way: &mut Vec<usize>,
    meant: &T,
) {
    let mut index = 0;
    loop {
        let here = descend(root, way);
        let candidate = match &mut here.value {
            Value::List(items) if index < items.len() => None,
            Value::Object(entries) if index < entries.len() => {
                says_little(&entries[index].value).then(|| entries.remove(index))
            }
            _ => return,
        };
        if let Some(entry) = candidate {
            let read = Reader::new(root, &Trail::Root, Format::Json).read::<T>();
            if read.is_ok_and(|read| read == *meant) {
                continue;
            }
            if let Value::Object(entries) = &mut descend(root, way).value {
                entries.insert(index, entry);
            }
        }
        way.push(index);
        without_what_says_nothing(root, way, meant);
        way.pop();
        index += 1;
    }
}

fn descend<'n>(root: &'n mut Node, way: &[usize]) -> &'n mut Node {
    let mut node = root;
    for index in way {
        node = match &mut node.value {
            Value::List(items) => &mut items[*index],
            Value::Object(entries) => &mut entries[*index].value,
            Value::Word(..) | Value::Text(..) => {
                unreachable!("the way leads through lists and objects")
            }
        };
    }
    node
}

fn says_little(node: &Node) -> bool {
    match &node.value {
        Value::Word(_, meaning) => *meaning != Meaning::Bool(true),
        Value::Text(text, _) => text.is_empty() || DEFAULTS.contains(&text.as_str()),
        Value::List(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    }
}

fn margin(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn as_json(node: &Node, depth: usize, out: &mut String) {
    let (open, close, length) = match &node.value {
        Value::Word(word, _) => return out.push_str(word),
        Value::Text(text, _) => return out.push_str(&quoted(text)),
        Value::List(items) => ('[', ']', items.len()),
        Value::Object(entries) => ('{', '}', entries.len()),
    };
    out.push(open);
    for index in 0..length {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        margin(depth + 1, out);
        match &node.value {
            Value::Object(entries) => {
                out.push_str(&format!("{}: ", quoted(&entries[index].key)));
                as_json(&entries[index].value, depth + 1, out);
            }
            Value::List(items) => as_json(&items[index], depth + 1, out),
            Value::Word(..) | Value::Text(..) => {}
        }
    }
    if length > 0 {
        out.push('\n');
        margin(depth, out);
    }
    out.push(close);
}

/// A block: fields or items, each on lines of its own.
fn as_yaml(node: &Node, depth: usize, out: &mut String) {
    match &node.value {
        Value::Object(entries) => {
            for entry in entries {
                margin(depth, out);
                field(entry, depth, out);
            }
        }
        Value::List(items) => {
            for item in items {
                margin(depth, out);
                out.push_str("- ");
                match &item.value {
                    // The first field stands behind the dash, the others below it.
                    Value::Object(entries) if !entries.is_empty() => {
                        for (index, entry) in entries.iter().enumerate() {
                            if index > 0 {
                                margin(depth + 1, out);
                            }
                            field(entry, depth + 1, out);
                        }
                    }
                    Value::List(items) if !items.is_empty() => {
                        let mut inner = String::new();
                        as_yaml(item, depth + 1, &mut inner);
                        out.push_str(inner.trim_start());
                    }
                    _ => {
                        scalar(item, depth + 1, out);
                        out.push('\n');
                    }
                }
            }
        }
        Value::Word(..) | Value::Text(..) => {
            scalar(node, depth, out);
            out.push('\n');
        }
    }
}

fn field(entry: &Entry, depth: usize, out: &mut String) {
    out.push_str(&plain_or_quoted(&entry.key));
    out.push(':');
    let is_block = match &entry.value.value {
        Value::List(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        Value::Word(..) | Value::Text(..) => false,
    };
    if is_block {
        out.push('\n');
        as_yaml(&entry.value, depth + 1, out);
    } else {
        out.push(' ');
        scalar(&entry.value, depth + 1, out);
        out.push('\n');
    }
}

/// What stands on one line, or a text of several lines in a block of its own at `depth`.
fn scalar(node: &Node, depth: usize, out: &mut String) {
    match &node.value {
        Value::Word(word, _) => out.push_str(word),
        Value::List(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        Value::Text(text, _) if is_literal(text) => {
            let body = text.trim_end_matches('\n');
            out.push_str(match text.len() - body.len() {
                0 => "|-",
                1 => "|",
                _ => "|+",
            });
            for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                out.push('\n');
                if !line.is_empty() {
                    margin(depth, out);
                    out.push_str(line);
                }
            }
        }
        Value::Text(text, _) => out.push_str(&plain_or_quoted(text)),
    }
}

/// Whether a block of lines gives the text back: it begins without a blank, and has nothing in it that
/// YAML would read as something else.
fn is_literal(text: &str) -> bool {
    let odd = |c: char| {
        c != '\n' && (c.is_control() || ['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'].contains(&c))
    };
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with(char::is_whitespace)
        && !text.contains(odd)
        && !text.trim_end_matches('\n').ends_with(char::is_whitespace)
}

/// A text without quotes where every reader of YAML takes it for that text.
fn plain_or_quoted(text: &str) -> String {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " _.,()/*+-=<>'$%".contains(c);
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(is_plain)
        && !text.ends_with(' ')
        && !is_word;
    if plain { text.to_owned() } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::migration::document::read;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let texts = [
            "",
            "a",
            "yes",
            "1",
            "a: b",
            "a #b",
            " a",
            "a ",
            "'x'",
            "\"",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\na\nb",
            "  a\nb",
            "a\n  b\n\n c",
            "a\n\tb",
            "a\tb",
            "a\r\nb",
            "ü\nß",
            "- a",
            "{a}",
            "a\n \n",
            "a\n---\nb\n...\n",
            "a\n# b",
            "null",
            "~",
            "a\u{2028}b\nc",
            "\u{1}",
            "\n",
            "\n\n",
            "a\n...",
            "2026-01-01",
            "0x1",
            "e\u{301}\nx",
        ];
        let mut value = BTreeMap::new();
        for text in texts {
            value.insert(
                text.to_owned(),
                vec![vec![text.to_owned()], vec![text.to_owned(), "x".into()], vec![]],
            );
        }
        for format in [Format::Json, Format::Yaml] {
            let text = write(&value, format);
            let again = read::<BTreeMap<String, Vec<Vec<String>>>>("f", &text, format);
            let (again, _) =
                again.unwrap_or_else(|error| panic!("{error}\n{}\n{text}", error.snippet()));
            assert_eq!(again, value, "{text}");
        }
    }
}
