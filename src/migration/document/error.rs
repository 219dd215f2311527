//! The one error of reading a document: where it is, what is wrong, and how the line looks.

use super::fault::Fault;
use super::positions::snippet;
use super::source::{Position, Source};

/// A document that cannot be read.
///
/// Shown as `02_add.yaml:3:5 operations[0].add_column.colum: unknown field ...`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{position}{}: {message}", path.iter().map(|p| format!(" {p}")).collect::<String>())]
pub struct DocumentError {
    /// The name of the file, as it was given.
    pub file: String,
    /// Where in the file.
    pub position: Position,
    /// Where in the document; `None` for the whole of it, and for text that could not be parsed
    /// so far.
    pub path: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    snippet: String,
}

impl DocumentError {
    pub(super) fn new(source: &Source, fault: Fault) -> Self {
        let (message, place) = fault.into_parts();
        let (at, path) = place.map_or((0..0, String::new()), |place| (place.at, place.path));
        let position = source.position(at.start);
        let snippet = snippet(source, position, at.len());
        let path = Some(path).filter(|path| !path.is_empty());
        Self { file: source.name().to_owned(), position, path, message, snippet }
    }

    /// Points to another place of the same file.
    pub(super) fn move_to(&mut self, source: &Source, position: Position) {
        self.snippet = snippet(source, position, 1);
        self.position = position;
    }

    /// The line of the file, and below it a caret under the place.
    #[must_use]
    pub fn snippet(&self) -> &str {
        &self.snippet
    }
}
