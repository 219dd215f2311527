//! What a file may hold, for the reader and for editors.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;

use crate::operation::Operation;

/// A migration: what one file asks for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A migration of Straddle")]
pub(super) struct File {
    /// For editors: where the JSON Schema of this format is.
    #[serde(default, rename = "$schema")]
    pub(super) schema: Option<String>,
    /// Not used: the name of the file, without its extension, is the migration's.
    #[serde(default, rename = "name")]
    _name: Option<String>,
    /// The version's name, where it is not the file's: the version schema is `<base schema>_<version>`.
    #[serde(default)]
    pub(super) version_schema: Option<String>,
    /// What is done, in order. Each operation stands on what those before it made.
    #[schemars(length(min = 1))]
    pub(super) operations: Vec<Operation>,
}

/// The JSON Schema (draft 2020-12) of migration files, for editors and validators. It is made of the
/// types that read the files, and knows what they know: not whether a table exists.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value()
}
