//! `meta/_journal.json`, which says the order of Drizzle's files.

use serde_json::Value;

use super::error::FolderError;
use super::file::Files;
use super::shape::script;
use super::{Folder, Layout};

/// Where the journal is.
pub(super) const JOURNAL: &str = "meta/_journal.json";

pub(super) fn read(files: &Files) -> Result<Folder, FolderError> {
    let wrong =
        |reason: String| FolderError::Journal { path: files.directory.join(JOURNAL), reason };
    let journal: Value =
        serde_json::from_str(&files.text(JOURNAL)?).map_err(|error| wrong(error.to_string()))?;
    if let Some(dialect) = journal["dialect"].as_str().filter(|dialect| *dialect != "postgresql") {
        return Err(wrong(format!("it is for {dialect}")));
    }
    let entries = journal["entries"].as_array().ok_or_else(|| wrong("it has no entries".into()))?;
    let mut scripts = Vec::new();
    for entry in entries {
        let tag = entry["tag"].as_str().ok_or_else(|| wrong("an entry has no tag".into()))?;
        let path = format!("{tag}.sql");
        if !files.has(&path) {
            return Err(wrong(format!("`{path}` is in it, and not in the folder")));
        }
        scripts.push(script(files, &path, tag, None)?);
    }
    Ok(Folder { layout: Layout::Drizzle, scripts, left_out: Vec::new() })
}
