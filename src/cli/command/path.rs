//! The files and directories that commands are given, where one is not the other.

use std::path::Path;

use crate::cli::failure::{Failure, Reason};
use crate::migration::{self, Source};

/// The one migration that is named; a directory is for the command `instead`.
pub(super) fn one(path: &Path, instead: &'static str) -> Result<Source, Failure> {
    if path.is_dir() {
        return Err(Reason::IsDirectory { path: path.into(), instead }.into());
    }
    Ok(migration::read(path)?)
}

/// Refuses what is no directory; a file is for the command `instead`.
pub(super) fn directory(path: &Path, instead: Option<&'static str>) -> Result<(), Failure> {
    refuse_file(path, instead)?;
    if !path.is_dir() {
        return Err(Reason::NoDirectory { path: path.into() }.into());
    }
    Ok(())
}

/// Refuses a file, where a directory may be made.
pub(super) fn refuse_file(path: &Path, instead: Option<&'static str>) -> Result<(), Failure> {
    if path.is_file() {
        return Err(Reason::IsFile { path: path.into(), instead }.into());
    }
    Ok(())
}
