//! What a version calls things.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::sql::{Ident, IdentError};

/// The name of a table or column in a version. It is no SQL fragment: what the table holds may be
/// called otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Ident);

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// As [`Ident::new`].
    pub fn new(name: impl Into<String>) -> Result<Self, IdentError> {
        Ident::new(name).map(Self)
    }

    /// The name where a version's view is made, or where it becomes the storage name.
    #[must_use]
    pub fn ident(&self) -> &Ident {
        &self.0
    }

    /// The bare name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl JsonSchema for Name {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    // In bytes it is 63, too, which a JSON Schema cannot say.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1, "maxLength": 63})
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl From<Ident> for Name {
    fn from(ident: Ident) -> Self {
        Self(ident)
    }
}

impl TryFrom<String> for Name {
    type Error = IdentError;

    fn try_from(name: String) -> Result<Self, IdentError> {
        Self::new(name)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.into()
    }
}
