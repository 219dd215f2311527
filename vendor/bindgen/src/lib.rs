//! Stands in for bindgen when `pg_query` is built: that has its bindings generated from one C header with
//! each build, which needs libclang on every machine. The bindings are the same on all of them (they
//! name C's types, not their widths), so they are written down, in `pg_query.rs.txt`, as bindgen 0.66.1 made them
//! of pg_query 18.1.0; README.md has the command.

use std::fs;
use std::io;
use std::path::Path;

/// As in bindgen.
#[derive(Debug, Default)]
pub struct Builder {
    header: String,
}

/// As in bindgen.
#[derive(Debug)]
pub struct Bindings(());

impl Builder {
    /// As in bindgen.
    #[must_use]
    pub fn header(self, header: impl Into<String>) -> Self {
        Self { header: header.into() }
    }

    /// As in bindgen, for one header.
    ///
    /// # Errors
    /// For any other one.
    pub fn generate(self) -> Result<Bindings, String> {
        if self.header.ends_with("pg_query.h") {
            return Ok(Bindings(()));
        }
        Err(format!("{} is not what the bindings in vendor/bindgen are of", self.header))
    }
}

impl Bindings {
    /// As in bindgen.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_to_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        fs::write(path, include_str!("pg_query.rs.txt"))
    }
}
