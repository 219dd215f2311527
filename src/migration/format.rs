//! Files as Straddle writes them itself.

use std::path::Path;

use super::document::{self, Format};
use super::{Content, ReadError, new_text, read};
use crate::operation::Operation;

/// A file beside what it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formatted {
    /// It is written as it should be.
    Same,
    /// It should be this text, which says the same.
    Other(String),
    /// It has comments, which would be lost.
    HasComments,
}

/// How a file would be written.
///
/// # Errors
/// When it is not to be had, or is no migration.
pub fn formatted(path: &Path) -> Result<Formatted, ReadError> {
    let bytes = read::bytes(path)?;
    let source = read::parse(path, &bytes)?;
    let format = Format::of(path).ok_or_else(|| ReadError::UnknownFormat { path: path.into() })?;
    let present = String::from_utf8_lossy(&bytes);
    let content = Content { schema: source.schema.clone(), ..source.migration.content() };
    let text = document::write(&content, format);
    let hashes = |text: &str| text.matches('#').count();
    Ok(if text == present {
        Formatted::Same
    } else if format == Format::Yaml && hashes(&present) > hashes(&text) {
        Formatted::HasComments
    } else {
        Formatted::Other(text)
    })
}

/// Operations as a file in YAML, each behind comments of its own; `head` is what the file begins with.
#[must_use]
pub fn with_comments(head: &[String], operations: &[(Vec<String>, Operation)]) -> String {
    let mut text = String::new();
    comment(&mut text, "", head);
    text.push_str("operations:\n");
    for (comments, operation) in operations {
        comment(&mut text, "  ", comments);
        let alone = new_text(vec![operation.clone()], Format::Yaml);
        // Behind the line that all of them have in common.
        text.push_str(alone.split_once('\n').map_or("", |(_, rest)| rest));
    }
    text
}

fn comment(text: &mut String, margin: &str, comments: &[String]) {
    for line in comments.iter().flat_map(|comment| comment.lines()) {
        text.push_str(&format!("{margin}# {line}\n"));
    }
}
