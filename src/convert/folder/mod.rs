//! Folders of scripts as other tools keep them: which tool's it is, by its shape alone, and the scripts
//! in the order in which that tool runs them, each with the name that its migration gets.

mod drizzle;
mod error;
mod file;
mod flyway;
mod name;
mod shape;

use std::fmt;
use std::path::Path;

use serde::Serialize;

pub use error::FolderError;
pub use name::migration_names;

use super::source;
use file::Files;

/// Whose folders look like this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Layout {
    /// `<name>/migration.sql`.
    Prisma,
    /// Files in the order of `meta/_journal.json`.
    Drizzle,
    /// `V1__name.sql`, `U1__name.sql`, `R__name.sql`.
    Flyway,
    /// `<name>/up.sql` and `<name>/down.sql`.
    Diesel,
    /// `<name>.up.sql` and `<name>.down.sql`.
    Pairs,
    /// Both ways in one file, with comments between them.
    Marked,
    /// Files in the order of their names.
    Plain,
    /// The parts of one script.
    Alembic,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prisma => "folders with a `migration.sql`, as Prisma writes them",
            Self::Drizzle => "files in the order of a journal, as Drizzle writes them",
            Self::Flyway => "files as Flyway names them",
            Self::Diesel => "folders with an `up.sql`, as Diesel has them",
            Self::Pairs => "files for up and down, as golang-migrate has them",
            Self::Marked => "files with both ways, as dbmate and goose have them",
            Self::Plain => "files of SQL, in the order of their names",
            Self::Alembic => "revisions of Alembic",
        })
    }
}

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderScript {
    /// Where it is in the folder.
    pub path: String,
    /// Its number, where it has one that is a number.
    pub number: Option<String>,
    /// What its name says besides.
    pub words: String,
    /// What it says.
    pub forward: String,
    /// The script that takes it back, where that is a file of its own, and what it says.
    pub back: Option<(String, String)>,
}

/// A folder, as it is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Whose folders look like it.
    pub layout: Layout,
    /// Its scripts, in the order in which they run.
    pub scripts: Vec<FolderScript>,
    /// What of it is in none of them, and why.
    pub left_out: Vec<String>,
}

/// Reads a folder.
///
/// # Errors
/// Where a file cannot be read, the folder has no SQL, or the order of its scripts is not certain.
pub fn read(directory: &Path) -> Result<Folder, FolderError> {
    let files = Files::below(directory)?;
    let mut folder = shape::read(&files)?;
    let used = |path: &str| {
        let is_back = |back: &(String, String)| back.0 == path;
        folder.scripts.iter().any(|one| one.path == path || one.back.as_ref().is_some_and(is_back))
    };
    let mut unused: Vec<String> = Vec::new();
    for path in files.paths() {
        let is_said = |note: &String| note.starts_with(&format!("`{path}`"));
        if file::is_code(path) && !used(path) && !folder.left_out.iter().any(is_said) {
            unused.push(format!("`{path}` is left out: {}", shape::why_not(folder.layout, path)));
        }
    }
    folder.left_out.extend(unused);
    folder.left_out.sort();
    if folder.scripts.is_empty() {
        return Err(FolderError::Nothing { path: directory.into() });
    }
    Ok(folder)
}

/// The revisions of what `alembic upgrade --sql` prints, if it is that, each as a script.
#[must_use]
pub fn revisions(text: &str) -> Option<Folder> {
    let mut scripts: Vec<FolderScript> = Vec::new();
    let mut lines_before = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(revision) = source::revision(line) {
            // Blank lines in the place of what came before, so that lines keep their numbers.
            let blank = match scripts.is_empty() {
                true => lines_before.clone(),
                false => "\n".repeat(lines_before.matches('\n').count()),
            };
            scripts.push(FolderScript {
                path: format!("revision {revision}"),
                number: None,
                words: revision.to_owned(),
                forward: blank,
                back: None,
            });
        }
        if let Some(last) = scripts.last_mut() {
            last.forward.push_str(line);
        }
        lines_before.push_str(line);
    }
    let found = Folder { layout: Layout::Alembic, scripts, left_out: Vec::new() };
    (!found.scripts.is_empty()).then_some(found)
}
