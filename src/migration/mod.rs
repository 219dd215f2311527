//! A migration: a name and operations, as a file holds them. Reading is in [`read`](fn@read).

mod against;
mod baseline;
mod create;
mod directory;
pub mod document;
mod file;
mod format;
mod history;
mod pull;
mod read;
mod together;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use against::{Committed, Unlike, against};
pub use baseline::baseline;
pub use create::{NewNameError, new_text, next_name, read_operation};
pub use directory::check_directory;
pub use file::json_schema;
pub use format::{Formatted, formatted, with_comments};
pub use history::{Contradiction, contradictions};
pub use pull::{PullError, Pulled, extension_of, pull};
pub use read::{MOST_MISTAKES, ReadError, Source, locate, names_in, paths, read, read_directory};
pub use together::{Group, Together, groups};

use crate::operation::Operation;

/// What the file of a migration holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Where the JSON Schema of the format is, for editors.
    #[serde(default, rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version's name, where it is not the migration's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_schema: Option<String>,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

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
        hexadecimal(&Sha256::digest(content))
    }

    /// What its file holds.
    #[must_use]
    pub fn content(&self) -> Content {
        let (version_schema, operations) = (self.version_schema.clone(), self.operations.clone());
        Content { schema: None, version_schema, operations }
    }

    /// Whether both say the same, whatever they are called.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.version_schema == other.version_schema && self.operations == other.operations
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
