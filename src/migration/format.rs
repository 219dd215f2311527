//! Files as Straddle writes them itself.

use std::path::Path;

use super::document::{self, Format};
use super::{Content, ReadError, read};

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
    let source = read(path)?;
    let format = Format::of(path).ok_or_else(|| ReadError::UnknownFormat { path: path.into() })?;
    let present = std::fs::read_to_string(path)
        .map_err(|source| ReadError::Unreadable { path: path.into(), source })?;
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
