//! What a file may hold, for the reader and for editors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;

use crate::operation::Operation;
use crate::schema::Name;

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
    /// The migrations in the place of which this one stands, as `straddle squash` writes it: it is not run where
    /// all of them were. Such a file is the first of its directory.
    #[serde(default)]
    pub(super) replaces: Vec<String>,
    /// For each table whose columns the version shows in another order than the table, which SQL makes, has them:
    /// their names in that order.
    #[serde(default)]
    pub(super) column_order: BTreeMap<Name, Vec<Name>>,
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
