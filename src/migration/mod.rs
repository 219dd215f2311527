//! A migration: a name and operations, as a file holds them. Reading is in [`read`](fn@read).

pub mod document;
mod file;
mod read;
mod write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use file::json_schema;
pub use read::{MOST_MISTAKES, ReadError, Source, read, read_directory};
pub use write::{to_json, to_yaml};

use crate::operation::Operation;

/// What one file asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Migration {
    /// Its name: the file's, without the extension.
    pub name: String,
    /// The version's name, where it is not the migration's.
    pub version_schema: Option<String>,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

impl Migration {
    /// The version's name; the version schema is `<base schema>_<version>`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.version_schema.as_deref().unwrap_or(&self.name)
    }

    /// A checksum of what it says, whatever the format or the layout of the file.
    #[must_use]
    pub fn checksum(&self) -> String {
        let content = serde_json::to_string(&(&self.version_schema, &self.operations))
            .expect("operations are made of strings, numbers and lists, which JSON can hold");
        Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
