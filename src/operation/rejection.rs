//! Why a migration cannot be planned.

use std::fmt;

/// One thing that is wrong, and where in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The place in the document: `operations[1].add_column.up`.
    pub path: String,
    /// Where in the text at that place, in characters from 0.
    pub offset: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)?;
        match &self.hint {
            Some(hint) => write!(formatter, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Says that a [`Rejection`] has been recorded, and that the operation cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rejected;
