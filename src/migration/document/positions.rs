//! Where the parts of a document stand in its file.

use super::error::DocumentError;
use super::fault::Fault;
use super::inside::inside;
use super::source::{Position, Source};
use super::tree::{Node, Trail, Value};

/// The places of a document's values, asked for by paths such as `operations[1].add_column.up`.
///
/// Any key may be written in double quotes, and one with dots or brackets in it should be:
/// `columns."a.b"`. The root is the
/// empty path.
#[derive(Debug, Clone)]
pub struct Positions {
    source: Source,
    root: Node,
}

impl Positions {
    pub(super) fn new(source: Source, root: Node) -> Self {
        Self { source, root }
    }

    /// The name of the file, as it was given.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// Where a value begins; `None` if there is none at this path.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<Position> {
        let (node, rest) = self.walk(path);
        rest.is_empty().then(|| self.source.position(node.at.start))
    }

    /// Where a value begins, or else the nearest one around it.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Position {
        self.source.position(self.walk(path).0.at.start)
    }

    /// The place of a character within a text, counted from 0 in the text as it was decoded (so
    /// for a position Postgres reports, one less), or of the text's end.
    ///
    /// Where the text is written in a way that leaves this unclear (folded over several lines),
    /// where the offset is past its end, and where the value is no text: as [`nearest`].
    ///
    /// [`nearest`]: Self::nearest
    #[must_use]
    pub fn inside(&self, path: &str, offset: usize) -> Position {
        let (node, rest) = self.walk(path);
        let exact = if rest.is_empty() { inside(&self.source, node, offset) } else { None };
        self.source.position(exact.unwrap_or(node.at.start))
    }

    /// The line of a place, and below it a caret.
    #[must_use]
    pub fn snippet(&self, position: Position) -> String {
        snippet(&self.source, position, 1)
    }

    /// An error about the value at a path, for checks that come after reading.
    #[must_use]
    pub fn error(&self, path: &str, message: impl Into<String>) -> DocumentError {
        let node = self.walk(path).0;
        let fault = Fault::new(message).place(&node.at, &Trail::Root);
        let mut error = DocumentError::new(&self.source, fault);
        // The path as asked for, though there may be no such value yet.
        error.path = Some(path.to_owned()).filter(|path| !path.is_empty());
        error
    }

    /// As [`Positions::error`], about a character inside a text: `offset` is counted from 0.
    #[must_use]
    pub fn error_inside(
        &self,
        path: &str,
        offset: usize,
        message: impl Into<String>,
    ) -> DocumentError {
        let mut error = self.error(path, message);
        error.move_to(&self.source, self.inside(path, offset));
        error
    }

    /// The innermost value on the way of a path, and what is left of the path.
    fn walk<'p>(&self, path: &'p str) -> (&Node, &'p str) {
        let (mut node, mut rest) = (&self.root, path);
        while let Some((next, left)) = step(node, rest) {
            (node, rest) = (next, left);
        }
        (node, rest)
    }
}

fn step<'n, 'p>(node: &'n Node, path: &'p str) -> Option<(&'n Node, &'p str)> {
    match &node.value {
        Value::List(items) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            Some((items.get(index.parse::<usize>().ok()?)?, rest))
        }
        Value::Object(entries) => {
            let path = path.strip_prefix('.').unwrap_or(path);
            let steps = entries.iter().filter_map(|entry| {
                let rest = path.strip_prefix(format!("{:?}", entry.key).as_str());
                let rest = rest.or_else(|| path.strip_prefix(entry.key.as_str()))?;
                // Key `up` is no step of path `upper`, and an empty key is none at all.
                let whole = rest.is_empty() || rest.starts_with(['.', '[']);
                (whole && rest.len() < path.len()).then_some((&entry.value, rest))
            });
            // A key with a dot in it, written without quotes, is the longer of two that fit.
            steps.min_by_key(|(_, rest)| rest.len())
        }
        Value::Word(..) | Value::Text(..) => None,
    }
}

/// A line with its number, and carets under a number of its characters.
pub(super) fn snippet(source: &Source, position: Position, length: usize) -> String {
    /// A document on one long line is shown in part.
    const WIDEST: usize = 120;
    /// What is shown before the caret on such a line.
    const BEFORE: usize = 60;
    let line = source.line(position.line);
    let before = position.column.saturating_sub(1);
    let skipped = if line.chars().count() > WIDEST { before.saturating_sub(BEFORE) } else { 0 };
    // A tab would move the caret away from what it points to.
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let shown: String = line.chars().skip(skipped).take(WIDEST).map(shown).collect();
    let after: String = line.chars().skip(before).collect();
    let end = source.start(position.line) + line.len();
    let here = end - after.len().min(end);
    let marked = source.text().get(here..end.min(here + length)).unwrap_or_default();
    let marked = marked.chars().count().clamp(1, WIDEST - BEFORE);
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let blank = " ".repeat(before - skipped);
    format!("{number} | {}\n{margin} | {blank}{}", shown.trim_end(), "^".repeat(marked))
}
