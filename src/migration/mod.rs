//! A migration: a name and operations, as a file holds them. Reading is in [`read`](fn@read).

mod against;
mod baseline;
mod covered;
mod create;
mod directory;
pub mod document;
mod file;
mod format;
mod history;
mod pull;
mod read;
mod squash;
mod together;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use against::{Committed, Compared, Unlike, against};
pub use baseline::{Extension, baseline};
pub use covered::Covered;
pub use create::{NewNameError, new_text, next_name, read_operation};
pub use directory::check_directory;
pub use file::json_schema;
pub use format::{Formatted, formatted, with_comments};
pub use history::{Contradiction, contradictions};
pub(crate) use history::{named, quoted};
pub use pull::{AsFiles, PullError, Pulled, extension_of, pull};
pub use read::{MOST_MISTAKES, ReadError, Source, locate, names_in, paths, read, read_directory};
pub use squash::{Present, Squash, SquashError};
pub use together::{Group, Together, groups};

use crate::operation::Operation;
use crate::schema::Name;

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
    /// The migrations in the place of which it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// The order of a table's columns in the version, where it is not the table's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub column_order: BTreeMap<Name, Vec<Name>>,
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
    /// The names of the migrations in the place of which it stands: it makes at once what they made one
    /// after the other, and is not run where they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// The order of a table's columns in the version, where SQL makes the table with another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub column_order: BTreeMap<Name, Vec<Name>>,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

impl Content {
    /// What a file of this name asks for.
    #[must_use]
    pub fn named(self, name: String) -> Migration {
        let Self { version_schema, replaces, column_order, operations, .. } = self;
        Migration { name, version_schema, replaces, column_order, operations }
    }
}

impl Migration {
    /// One of this name, with the version of this name.
    #[must_use]
    pub fn new(name: impl Into<String>, operations: Vec<Operation>) -> Self {
        let (name, column_order) = (name.into(), BTreeMap::new());
        Self { name, version_schema: None, replaces: Vec::new(), column_order, operations }
    }

    /// The names that it stands for: those that it replaces, or its own.
    #[must_use]
    pub fn stands_for(&self) -> &[String] {
        match self.replaces.as_slice() {
            [] => std::slice::from_ref(&self.name),
            replaced => replaced,
        }
    }

    /// Whether another one stands in its place, or in that of what it stands for.
    fn is_replaced_by(&self, by: &Self) -> bool {
        self.stands_for().iter().chain([&self.name]).any(|name| by.replaces.contains(name))
    }

    /// Whether what it leaves is known only when it has run. Beside SQL nothing else could be planned; a file that
    /// replaces others may have views behind it, which are made when the tables are there.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        let is_view = |one: &Operation| {
            matches!(one, Operation::CreateView(_) | Operation::CreateMaterializedView(_))
        };
        let is_raw = |one: &Operation| {
            matches!(one, Operation::Sql(_)) || !self.replaces.is_empty() && is_view(one)
        };
        self.operations.iter().all(is_raw) && !self.operations.iter().all(is_view)
    }

    /// The version's name; the version schema is `<base schema>_<version>`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.version_schema.as_deref().unwrap_or(&self.name)
    }

    /// A checksum of what it says, whatever the format or the layout of the file.
    #[must_use]
    pub fn checksum(&self) -> String {
        let (version, operations) = (&self.version_schema, &self.operations);
        let content = match self.replaces.is_empty() && self.column_order.is_empty() {
            true => serde_json::to_string(&(version, operations)),
            false => {
                serde_json::to_string(&(version, operations, &self.replaces, &self.column_order))
            }
        };
        let content = content
            .expect("operations are made of strings, numbers and lists, which JSON can hold");
        hexadecimal(&Sha256::digest(content))
    }

    /// What its file holds.
    #[must_use]
    pub fn content(&self) -> Content {
        let Self { version_schema, replaces, column_order, operations, .. } = self.clone();
        Content { schema: None, version_schema, replaces, column_order, operations }
    }

    /// Whether both say the same, whatever they are called.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.version_schema == other.version_schema
            && self.replaces == other.replaces
            && self.column_order == other.column_order
            && self.operations == other.operations
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
