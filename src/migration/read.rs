//! Files in, migrations out, with located errors.

use std::io;
use std::path::{Path, PathBuf};

use super::Migration;
use super::document::{self, DocumentError, Format, Positions};
use super::file::File;
use crate::operation::{Operation, Rejection};

/// How many mistakes of one file are told: as many as anybody mends before trying again.
pub const MOST_MISTAKES: usize = 100;

/// A migration and the file that it was read from.
#[derive(Debug, Clone)]
pub struct Source {
    /// What the file says.
    pub migration: Migration,
    /// What the file names as the JSON Schema of the format.
    pub(super) schema: Option<String>,
    positions: Positions,
}

/// Why a file could not be read as a migration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file, or the directory, is not to be had.
    #[error("`{path}` cannot be read")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The extension says neither JSON nor YAML.
    #[error("`{path}` is neither .json nor .yaml nor .yml")]
    UnknownFormat {
        /// The path.
        path: PathBuf,
    },
    /// The text is no migration: the first mistake in each operation, in the order of the file.
    #[error("{}", lines(.0))]
    Document(Vec<DocumentError>),
    /// Two files have the same name but for the extension.
    #[error("`{path}` has the name of another migration in the directory")]
    SameName {
        /// The second one.
        path: PathBuf,
    },
}

/// Reads one file.
///
/// # Errors
/// When it is not to be had, or is no migration.
pub fn read(path: &Path) -> Result<Source, ReadError> {
    // That there is no such file is more to the point than what it is called.
    parse(path, &bytes(path)?)
}

/// What a file holds.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    std::fs::read(path).map_err(|source| ReadError::Unreadable { path: path.into(), source })
}

/// As [`read`](fn@read), of what the file holds.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Source, ReadError> {
    let format = Format::of(path).ok_or_else(|| ReadError::UnknownFormat { path: path.into() })?;
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (file, positions) = document::read_bytes::<File>(&shown, bytes, format)
        .map_err(|first| ReadError::Document(mistakes(first, &shown, bytes, format)))?;
    if file.operations.is_empty() {
        let error = positions.error("operations", "a migration needs an operation");
        return Err(ReadError::Document(vec![error]));
    }
    let File { schema, version_schema, replaces, column_order, operations, .. } = file;
    let migration = Migration { name, version_schema, replaces, column_order, operations };
    Ok(Source { migration, schema, positions })
}

/// The mistake that ended the reading, and those that it would have come to.
fn mistakes(first: DocumentError, file: &str, bytes: &[u8], format: Format) -> Vec<DocumentError> {
    let most = MOST_MISTAKES;
    let mut found = document::mistakes_in::<Operation>(file, bytes, format, "operations", most);
    if !found.iter().any(|other| other.position == first.position) {
        found.push(first);
    }
    found.sort_by_key(|error| error.position);
    found
}

fn lines(errors: &[DocumentError]) -> String {
    errors.iter().map(DocumentError::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads every migration of a directory, in the order of their names.
///
/// # Errors
/// When the directory or one of its files cannot be read, or two have one name: the mistakes of all files
/// at once.
pub fn read_directory(directory: &Path) -> Result<Vec<Source>, ReadError> {
    let (mut sources, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths(directory)? {
        match read(&path) {
            Ok(source) => sources.push(source),
            Err(ReadError::Document(found)) => mistakes.extend(found),
            Err(error) => return Err(error),
        }
    }
    mistakes.truncate(MOST_MISTAKES);
    if mistakes.is_empty() { Ok(sources) } else { Err(ReadError::Document(mistakes)) }
}

/// The files of a directory that are migrations by their extensions, in the order of their names.
///
/// # Errors
/// When the directory cannot be read, or two have one name.
pub fn paths(directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: directory.into(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if Format::of(&path).is_some() {
            paths.push(path);
        }
    }
    paths.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
    if let Some(pair) = paths.windows(2).find(|pair| pair[0].file_stem() == pair[1].file_stem()) {
        return Err(ReadError::SameName { path: pair[1].clone() });
    }
    Ok(paths)
}

/// The names of a directory's migrations, in order, whatever they hold.
///
/// # Errors
/// As [`paths`].
pub fn names_in(directory: &Path) -> Result<Vec<String>, ReadError> {
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(paths(directory)?.iter().map(stem).collect())
}

impl Source {
    /// An error about what the file has at a path.
    #[must_use]
    pub fn error(&self, path: &str, message: impl Into<String>) -> DocumentError {
        self.positions.error(path, message)
    }

    /// The rejection as an error that names file, line and column.
    #[must_use]
    pub fn locate(&self, rejection: &Rejection) -> DocumentError {
        let message = match &rejection.hint {
            None => rejection.message.clone(),
            Some(hint) => format!("{}; {hint}", rejection.message),
        };
        match rejection.offset {
            None => self.positions.error(&rejection.path, message),
            Some(offset) => self.positions.error_inside(&rejection.path, offset, message),
        }
    }
}

/// The rejection of migrations that were planned as one, in the file that it is about: which of them
/// that is, and the place there. Their operations are counted through.
#[must_use]
pub fn locate(sources: &[&Source], rejection: &Rejection) -> Option<(usize, DocumentError)> {
    let numbered = rejection.path.strip_prefix("operations[").and_then(|path| path.split_once(']'));
    if let Some((number, rest)) = numbered
        && let Ok(mut number) = number.parse::<usize>()
    {
        for (index, source) in sources.iter().enumerate() {
            let operations = source.migration.operations.len();
            if number < operations {
                let path = format!("operations[{number}]{rest}");
                let rejection = Rejection { path, ..rejection.clone() };
                return Some((index, source.locate(&rejection)));
            }
            number -= operations;
        }
    }
    let last = sources.last()?;
    Some((sources.len() - 1, last.locate(rejection)))
}
