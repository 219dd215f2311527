//! The text of a file, JSON or YAML, turned into a typed value whose every part knows its place.
//!
//! Both formats are read into one tree of our own, and serde reads that tree. So an error has the
//! same words, the same path and an exact place in both, which neither `serde_json` (an error
//! within an enum is reported at its closing brace) nor a YAML reader gives.
//!
//! What is not here: what a migration is. This module knows fields, lists and texts.
//!
//! The YAML is 1.2, core schema: `on`, `no`, `y` are texts. Where a text is expected, a bare number
//! or boolean is taken as it is spelled; JSON stays strict. Tags (but `!!str`) and merge keys are
//! refused.
//!
//! A hand-written visitor that takes a text *or* an object should ask for `deserialize_string`:
//! lists and objects reach the visitor all the same, and bare YAML words arrive as text.

mod error;
mod expectation;
mod fault;
mod inside;
mod json;
mod nul;
mod positions;
mod reader;
mod source;
mod tree;
mod variant;
mod words;
mod write;
mod yaml;

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::de::DeserializeOwned;

pub use error::DocumentError;
pub use positions::Positions;
pub use source::Position;
pub use write::write;

use fault::Fault;
use nul::refuse_nul;
use reader::Reader;
use source::Source;
use tree::{Node, Trail, Value};

/// How a file is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON as RFC 8259 has it: no comments, no trailing commas.
    Json,
    /// YAML 1.2, one document.
    Yaml,
}

impl Format {
    /// The format a file's extension stands for: `.json`, `.yaml` or `.yml`.
    #[must_use]
    pub fn of(path: impl AsRef<Path>) -> Option<Self> {
        let extension = path.as_ref().extension()?.to_str()?;
        match extension.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// Reads a document; a byte order mark in front is passed over.
///
/// # Errors
///
/// When the text is not a document of this format, or not one `T` takes.
pub fn read<T: DeserializeOwned>(
    file_name: &str,
    text: &str,
    format: Format,
) -> Result<(T, Positions), DocumentError> {
    let source = Source::new(file_name, text.strip_prefix('\u{feff}').unwrap_or(text));
    let root = match parse(source.text(), format) {
        Ok(root) => root,
        Err(fault) => return Err(DocumentError::new(&source, fault)),
    };
    let reader = Reader::new(&root, &Trail::Root, format);
    match refuse_nul(&source, &root, &Trail::Root).and_then(|()| reader.read::<T>()) {
        Ok(value) => Ok((value, Positions::new(source, root))),
        Err(fault) => Err(DocumentError::new(&source, fault)),
    }
}

/// Reads a document from the bytes of a file, which must be UTF-8.
///
/// # Errors
///
/// As [`read`], and when the bytes are not UTF-8.
pub fn read_bytes<T: DeserializeOwned>(
    file_name: &str,
    bytes: &[u8],
    format: Format,
) -> Result<(T, Positions), DocumentError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(file_name, text, format),
        Err(error) => Err(not_utf8(file_name, bytes, error.valid_up_to())),
    }
}

/// The first mistake in each item of the list at `field` of a document that [`read_bytes`] refuses, up
/// to `most`; none where there is no such list.
#[must_use]
pub fn mistakes_in<T: DeserializeOwned>(
    file_name: &str,
    bytes: &[u8],
    format: Format,
    field: &str,
    most: usize,
) -> Vec<DocumentError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let source = Source::new(file_name, text.strip_prefix('\u{feff}').unwrap_or(text));
    let Ok(Node { value: Value::Object(entries), .. }) = parse(source.text(), format) else {
        return Vec::new();
    };
    let list = entries.iter().find(|entry| entry.key == field).map(|entry| &entry.value.value);
    let Some(Value::List(items)) = list else {
        return Vec::new();
    };
    let trail = Trail::Field(&Trail::Root, field);
    let faults = items.iter().enumerate().filter_map(|(number, item)| {
        let trail = Trail::Item(&trail, number);
        let reader = Reader::new(item, &trail, format);
        refuse_nul(&source, item, &trail).and_then(|()| reader.read::<T>().map(drop)).err()
    });
    faults.take(most).map(|fault| DocumentError::new(&source, fault)).collect()
}

fn parse(text: &str, format: Format) -> Result<Node, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new("the file is empty").place(&(0..0), &Trail::Root));
    }
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
    }
}

fn not_utf8(file_name: &str, bytes: &[u8], valid: usize) -> DocumentError {
    let message = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16; save it as UTF-8",
        _ => "the file is not UTF-8 from here on",
    };
    // Lossy text has the same first `valid` bytes, so places in it are those of the file.
    let text = String::from_utf8_lossy(bytes);
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let at = valid.saturating_sub(start);
    let source = Source::new(file_name, &text[start..]);
    DocumentError::new(&source, Fault::new(message).place(&(at..at), &Trail::Root))
}
