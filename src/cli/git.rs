//! What a commit holds, by way of git.

use std::path::Path;
use std::process::Command;

use crate::migration::Committed;

/// Why git has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    #[error("git cannot be run")]
    NoProgram(#[source] std::io::Error),
    #[error("`{0}` names no commit here")]
    NoCommit(String),
    #[error("`{directory}` is in no git repository")]
    NoRepository { directory: String },
    #[error("git failed: {0}")]
    Failed(String),
}

impl GitError {
    /// What to type next.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::NoProgram(_) => "install git, or put it into the path",
            Self::NoCommit(_) => {
                "name a branch, a tag or a commit that is here: in CI, fetch it first (`git fetch origin main`)"
            }
            Self::NoRepository { .. } => "name a directory of a working tree",
            Self::Failed(_) => "mend that, and try again",
        }
    }
}

/// The files of a directory as a commit has them.
pub(super) fn files_at(directory: &Path, reference: &str) -> Result<Vec<Committed>, GitError> {
    let inside = git(directory, &["rev-parse", "--is-inside-work-tree"])?;
    if inside.as_deref().map(<[u8]>::trim_ascii) != Some(b"true") {
        return Err(GitError::NoRepository { directory: directory.display().to_string() });
    }
    let name = format!("{reference}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
    let commit = match git(directory, &verify)? {
        Some(commit) => text(&commit),
        None => return Err(GitError::NoCommit(reference.to_owned())),
    };
    // Where histories have nothing in common, nothing is known of both.
    let base = git(directory, &["merge-base", "HEAD", &commit])?.map(|base| text(&base));
    let known = match &base {
        Some(base) => names_at(directory, base)?,
        None => Vec::new(),
    };
    let known: Vec<String> = known.into_iter().map(|(file, _)| file).collect();
    let mut files = Vec::new();
    for (file, object) in names_at(directory, &commit)? {
        let bytes = git(directory, &["cat-file", "blob", &object])?;
        let bytes = bytes.ok_or_else(|| GitError::Failed(format!("no object {object}")))?;
        files.push(Committed { is_known: known.contains(&file), file, bytes });
    }
    Ok(files)
}

/// The files of the directory itself in a commit, with their objects.
fn names_at(directory: &Path, commit: &str) -> Result<Vec<(String, String)>, GitError> {
    let listed = git(directory, &["ls-tree", "-z", commit])?.unwrap_or_default();
    let entries = listed.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let files = entries.filter_map(|entry| {
        let (of, file) = entry.split_once('\t')?;
        match of.split(' ').collect::<Vec<&str>>()[..] {
            // Neither links nor directories.
            ["100644" | "100755", "blob", object] => Some((file.to_owned(), object.to_owned())),
            _ => None,
        }
    });
    Ok(files.collect())
}

/// What git prints; nothing where it says no.
fn git(directory: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, GitError> {
    let output = Command::new("git").arg("-C").arg(directory).args(arguments).output();
    let output = output.map_err(GitError::NoProgram)?;
    match output.status.code() {
        Some(0) => Ok(Some(output.stdout)),
        _ => Ok(None),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
