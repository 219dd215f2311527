//! The files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::FolderError;

/// How far down is looked.
const DEPTH: usize = 4;

/// What may change a schema, by its extension.
const CODE: [&str; 10] = ["sql", "pgsql", "py", "rb", "ts", "js", "mjs", "cjs", "go", "java"];

/// The files below a folder, by their paths in it, in order.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) directory: PathBuf,
    paths: Vec<String>,
}

impl Files {
    pub(super) fn below(directory: &Path) -> Result<Self, FolderError> {
        let mut paths = Vec::new();
        collect(directory, "", 0, &mut paths)?;
        paths.sort();
        Ok(Self { directory: directory.into(), paths })
    }

    /// All of them.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Those that are in the folder itself.
    pub(super) fn top(&self) -> impl Iterator<Item = &str> {
        self.paths().filter(|path| !path.contains('/'))
    }

    /// The SQL in the folder itself.
    pub(super) fn top_sql(&self) -> impl Iterator<Item = &str> {
        self.top().filter(|path| is_sql(path))
    }

    /// Whether there is a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|one| one == path)
    }

    /// What a file says.
    pub(super) fn text(&self, path: &str) -> Result<String, FolderError> {
        let path = self.directory.join(path);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(source) => Err(FolderError::Unreadable { path, source }),
        }
    }
}

fn collect(
    directory: &Path,
    prefix: &str,
    depth: usize,
    paths: &mut Vec<String>,
) -> Result<(), FolderError> {
    let unreadable = |source: io::Error| FolderError::Unreadable { path: directory.into(), source };
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "node_modules" || name == "__pycache__" {
            continue;
        }
        let path = format!("{prefix}{name}");
        // A link to a folder is not followed, for it may lead back here.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            if depth < DEPTH {
                collect(&entry.path(), &format!("{path}/"), depth + 1, paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// Whether a file is SQL, by its name.
pub(super) fn is_sql(path: &str) -> bool {
    matches!(extension(path).as_str(), "sql" | "pgsql")
}

/// Whether a file may change a schema, by its name.
pub(super) fn is_code(path: &str) -> bool {
    CODE.contains(&extension(path).as_str())
}

/// What is behind the last point, in small letters.
pub(super) fn extension(path: &str) -> String {
    path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// The name of a file without its folder and its extension.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
