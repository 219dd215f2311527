//! The history as files of a directory.

use std::io;
use std::path::{Path, PathBuf};

use super::document::{self, Format};
use super::{Covered, Migration, ReadError, paths, read};

/// What came of writing the history into a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulled {
    /// The files that were written.
    pub written: Vec<PathBuf>,
    /// Those that were there and say the same.
    pub kept: Vec<PathBuf>,
    /// The migrations that have no file, as another one that is there stands in their place.
    pub replaced: Vec<String>,
}

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsFiles {
    /// The format.
    pub format: Format,
    /// Whether a name begins with the migration's place in the history: `0001_`.
    pub with_prefixes: bool,
}

/// Why the history is not written into a directory. Nothing was written but where a file could not be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// A file that is there cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Files that are there say something else.
    #[error("files of the directory say something else than the history; nothing was written{}", lines(.0))]
    Differing(Vec<PathBuf>),
    /// A migration's name is no name for a file.
    #[error("`{0}` cannot be the name of a file; nothing was written")]
    NoFileName(String),
    /// A file cannot be written.
    #[error("`{path}` cannot be written")]
    Unwritable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn lines(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("\n    {}", path.display())).collect()
}

/// Writes each migration into a file of its own, unless one that says the same, or stands in its place, is there. All or, where
/// one that is there says something else, none.
///
/// # Errors
/// When a file that is there cannot be read or says something else, or one cannot be written.
pub fn pull(
    directory: &Path,
    history: &[Migration],
    written: AsFiles,
) -> Result<Pulled, PullError> {
    let mut pulled = Pulled::default();
    let (mut missing, mut differing) = (Vec::new(), Vec::new());
    let there = there(directory);
    for (index, migration) in history.iter().enumerate() {
        let name = &migration.name;
        let is_one_name = Path::new(name).components().count() == 1 && !name.contains(['/', '\\']);
        if !is_one_name || name == "." || name == ".." {
            return Err(PullError::NoFileName(name.clone()));
        }
        // An extension is put behind the name, and not in the place of what looks like one.
        let path = |stem: &str, extension| directory.join(format!("{stem}.{extension}"));
        let stem = match written.with_prefixes {
            true => format!("{:04}_{name}", index + 1),
            false => name.clone(),
        };
        let named = [&stem, name]
            .into_iter()
            .flat_map(|stem| ["yaml", "yml", "json"].map(|extension| path(stem, extension)));
        match named.into_iter().find(|path| path.exists()) {
            Some(path) if read(&path)?.migration.says_the_same(migration) => pulled.kept.push(path),
            Some(path) => differing.push(path),
            None if there.has(migration) => pulled.replaced.push(name.clone()),
            None => missing.push((path(&stem, extension_of(written.format)), migration)),
        }
    }
    if !differing.is_empty() {
        return Err(PullError::Differing(differing));
    }
    for (path, migration) in missing {
        let unwritable = |source| PullError::Unwritable { path: path.clone(), source };
        std::fs::create_dir_all(directory).map_err(unwritable)?;
        let text = document::write(&migration.content(), written.format);
        std::fs::write(&path, text).map_err(unwritable)?;
        pulled.written.push(path);
    }
    Ok(pulled)
}

/// What the files of a directory stand for, as far as they can be read: which of them matter is told elsewhere.
fn there(directory: &Path) -> Covered {
    let paths = paths(directory).unwrap_or_default();
    let read = paths.iter().filter_map(|path| read(path).ok());
    let there: Vec<Migration> = read.map(|source| source.migration).collect();
    Covered::of_all(&there)
}

/// The extension of files of a format.
#[must_use]
pub fn extension_of(format: Format) -> &'static str {
    match format {
        Format::Json => "json",
        Format::Yaml => "yaml",
    }
}
