//! Operations out, as a file: without what goes without saying, in YAML with comments.

use std::fmt::Write as _;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::{self, Format};
use crate::operation::Operation;

/// A document whose fields keep their order.
#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Operations as a file in YAML, each with comments before it; `head` comes first of all.
#[must_use]
pub fn to_yaml(head: &[String], operations: &[(Vec<String>, &Operation)]) -> String {
    let mut text = String::new();
    for line in head {
        comment(&mut text, 0, line);
    }
    text.push_str("operations:\n");
    for (comments, operation) in operations {
        for line in comments {
            comment(&mut text, 2, line);
        }
        text.push_str("  - ");
        value(&mut text, 4, &tree(operation));
    }
    text
}

/// Operations as JSON, as short as they can be said.
#[must_use]
pub fn to_json(operations: &[&Operation]) -> serde_json::Value {
    let json = |operation: &&Operation| {
        serde_json::to_value(tree(operation)).expect("a tree has nothing that JSON has not")
    };
    serde_json::json!({ "operations": operations.iter().map(json).collect::<Vec<_>>() })
}

fn comment(text: &mut String, indent: usize, line: &str) {
    for line in line.lines() {
        writeln!(text, "{:indent$}# {line}", "").expect("text");
    }
}

/// An operation, without the fields that say what holds without them.
fn tree(operation: &Operation) -> Tree {
    let text = serde_json::to_string(operation).expect("operations are texts and lists");
    let mut tree: Tree = serde_json::from_str(&text).expect("what was just written");
    let mut number = 0;
    // Left out is what the format, read without it, understands in the same way.
    while let Some(shorter) = without(&tree, number) {
        let text = serde_json::to_string(&shorter).expect("a tree is JSON");
        match document::read::<Operation>("", &text, Format::Json) {
            Ok((read, _)) if read == *operation => tree = shorter,
            _ => number += 1,
        }
    }
    tree
}

/// The tree without one field that may be a default, counted from the first one.
fn without(tree: &Tree, number: usize) -> Option<Tree> {
    let mut left = number;
    let mut copy = tree.clone();
    remove(&mut copy, &mut left).then_some(copy)
}

fn remove(tree: &mut Tree, left: &mut usize) -> bool {
    match tree {
        Tree::List(items) => items.iter_mut().any(|item| remove(item, left)),
        Tree::Object(fields) => {
            for at in 0..fields.len() {
                if may_go(&fields[at].1) {
                    if *left == 0 {
                        fields.remove(at);
                        return true;
                    }
                    *left -= 1;
                } else if remove(&mut fields[at].1, left) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

/// Whether it is what some field has by default.
fn may_go(value: &Tree) -> bool {
    match value {
        Tree::Bool(_) => true,
        Tree::Text(text) => {
            let defaults = ["NO ACTION", "SIMPLE", "btree", "ALWAYS", "volatile", "unsafe", "sql"];
            text.is_empty() || defaults.contains(&text.as_str())
        }
        Tree::List(items) => items.is_empty(),
        Tree::Object(fields) => fields.is_empty(),
        Tree::Null | Tree::Number(_) => false,
    }
}

/// A value behind a dash or a colon, with its line break.
fn value(text: &mut String, indent: usize, tree: &Tree) {
    match tree {
        Tree::Null => text.push_str("null\n"),
        Tree::Bool(truth) => writeln!(text, "{truth}").expect("text"),
        Tree::Number(number) => writeln!(text, "{number}").expect("text"),
        Tree::Text(words) => scalar(text, indent, words),
        Tree::List(items) if items.is_empty() => text.push_str("[]\n"),
        Tree::Object(fields) if fields.is_empty() => text.push_str("{}\n"),
        Tree::List(items) => {
            if let Some(line) = in_a_line(items) {
                writeln!(text, "[{line}]").expect("text");
                return;
            }
            text.push('\n');
            for item in items {
                write!(text, "{:indent$}- ", "").expect("text");
                value(text, indent + 2, item);
            }
        }
        Tree::Object(fields) => {
            for (number, (key, field)) in fields.iter().enumerate() {
                if number > 0 {
                    write!(text, "{:indent$}", "").expect("text");
                }
                let key = if is_plain(key) { key.clone() } else { quoted(key) };
                write!(text, "{key}:").expect("text");
                match field {
                    Tree::Object(inner) if !inner.is_empty() => {
                        let deeper = indent + 2;
                        write!(text, "\n{:deeper$}", "").expect("text");
                        value(text, deeper, field);
                    }
                    Tree::List(items) if !items.is_empty() && in_a_line(items).is_none() => {
                        value(text, indent + 2, field);
                    }
                    _ => {
                        text.push(' ');
                        value(text, indent + 2, field);
                    }
                }
            }
        }
    }
}

/// A list of a few short words.
fn in_a_line(items: &[Tree]) -> Option<String> {
    let words: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Tree::Text(text) if !text.contains('\n') => Some(one_line(text)),
            _ => None,
        })
        .collect();
    words.map(|words| words.join(", ")).filter(|line| line.len() <= 80)
}

fn scalar(text: &mut String, indent: usize, words: &str) {
    let first = words.lines().find(|line| !line.is_empty());
    let is_block = words.contains('\n')
        && first.is_some()
        && !words.ends_with("\n\n")
        && !words.chars().any(|c| c.is_control() && c != '\n')
        && !words.lines().any(|line| line.ends_with(' '));
    if !is_block {
        writeln!(text, "{}", one_line(words)).expect("text");
        return;
    }
    // Where the text itself begins with blanks, how many are ours has to be said.
    let ours = if first.is_some_and(|line| line.starts_with(' ')) { "2" } else { "" };
    let end = if words.ends_with('\n') { "" } else { "-" };
    writeln!(text, "|{ours}{end}").expect("text");
    for line in words.lines() {
        if line.is_empty() {
            text.push('\n');
        } else {
            writeln!(text, "{:indent$}{line}", "").expect("text");
        }
    }
}

fn one_line(words: &str) -> String {
    if is_plain(words) { words.to_owned() } else { quoted(words) }
}

/// In the quotes that need the fewest backslashes.
fn quoted(words: &str) -> String {
    if words.contains('"') && !words.chars().any(|c| c.is_control() || c == '\\') {
        return format!("'{}'", words.replace('\'', "''"));
    }
    serde_json::to_string(words).expect("a text is JSON")
}

/// Whether YAML reads it as this very text, also within brackets.
fn is_plain(words: &str) -> bool {
    let is_word = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '_' | '(' | ')' | ' ' | '.' | '-' | '=' | '>' | '<' | '+' | '*' | '/' | '|'
            )
    };
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    words.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && words.chars().all(is_word)
        && !words.ends_with(' ')
        && !reserved.contains(&words.to_ascii_lowercase().as_str())
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, field) in fields {
                    map.serialize_entry(key, field)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Tree;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Tree, E> {
        i64::try_from(number).map(Tree::Number).map_err(E::custom)
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Object(fields))
    }
}
