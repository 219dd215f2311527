//! A document as it was written: values, the names of fields, and where each stands.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::fault::Fault;

/// How deep lists and objects may lie in each other. Reading recurses, so something has to stop
/// it before the stack does; no migration comes near.
pub(super) const DEEPEST: usize = 100;

#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The bytes of the value; of a block list or object of YAML only where it begins.
    pub at: Range<usize>,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A scalar that is no text, as it is spelled.
    Word(String, Meaning),
    Text(String, Style),
    List(Vec<Node>),
    Object(Vec<Entry>),
}

/// What a bare word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    Number,
}

/// How a text is written, which decides where its characters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    /// Double quotes and backslashes, in JSON and in YAML.
    DoubleQuoted,
    /// YAML's `|`.
    Literal,
    /// YAML's `>`.
    Folded,
}

/// One field of an object.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub key_at: Range<usize>,
    pub value: Node,
}

impl Node {
    /// How many values this one holds, itself included, and how deep they lie.
    pub(super) fn measure(&self) -> (usize, usize) {
        let children: Vec<_> = match &self.value {
            Value::Word(..) | Value::Text(..) => return (1, 0),
            Value::List(items) => items.iter().map(Node::measure).collect(),
            Value::Object(entries) => entries.iter().map(|e| e.value.measure()).collect(),
        };
        let count: usize = children.iter().map(|(count, _)| count).sum();
        let depth = children.iter().map(|(_, depth)| *depth).max().unwrap_or(0);
        (count + 1, depth + 1)
    }
}

/// Says that a value lies too deep; its path would be as long as it is of no use.
pub(super) fn too_deep(at: usize) -> Fault {
    let message = format!("more than {DEEPEST} lists and objects within each other");
    Fault::new(message).place(&(at..at), &Trail::Root)
}

/// Refuses an object that has a field twice: one of the two would be lost without a word.
pub(super) fn refuse_duplicates(
    entries: &[Entry],
    text: &str,
    trail: &Trail<'_>,
) -> Result<(), Fault> {
    let mut seen = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(entry.key.as_str(), entry.key_at.start) {
            let message = format!(
                "field `{}` is given twice, first on line {}",
                entry.key,
                line(text, first)
            );
            return Err(Fault::new(message).place(&entry.key_at, &trail.field(&entry.key)));
        }
    }
    Ok(())
}

/// The number of the line a byte is on.
pub(super) fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The way from the root to a value, written `operations[1].add_column.up`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trail<'a> {
    Root,
    Field(&'a Trail<'a>, &'a str),
    Item(&'a Trail<'a>, usize),
}

impl<'a> Trail<'a> {
    pub(super) fn field(&'a self, key: &'a str) -> Self {
        Self::Field(self, key)
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Item(above, index) => write!(f, "{above}[{index}]"),
            Self::Field(Self::Root, key) => write!(f, "{}", written(key)),
            Self::Field(above, key) => write!(f, "{above}.{}", written(key)),
        }
    }
}

/// A key as it stands in a path: in quotes if it could be taken for more than one step.
fn written(key: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !".[]\"".contains(c);
    if !key.is_empty() && key.chars().all(plain) { key.to_owned() } else { format!("{key:?}") }
}
