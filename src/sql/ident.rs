//! Names of objects, quoted whenever they are printed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most bytes that Postgres keeps of a name (`NAMEDATALEN - 1`; manual, section 4.1.1). It cuts
/// a longer one off with no more than a notice, so a longer one is refused here.
const MAX_BYTES: usize = 63;

/// The name of a database object: 1 to 63 bytes without a NUL. Its `Display` is always quoted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ident(String);

/// Why a text cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentError {
    /// The text has no characters.
    #[error("a name must not be empty")]
    Empty,
    /// Postgres would cut the name off.
    #[error("the name `{}` has {bytes} bytes; Postgres keeps 63 of a name, so shorten it by {}", clipped(name), bytes - MAX_BYTES)]
    TooLong {
        /// The name.
        name: String,
        /// Its length in bytes.
        bytes: usize,
    },
    /// Postgres has no NUL in text.
    #[error("a name must not contain a NUL character")]
    Nul,
}

/// As much of a name as somebody reads.
fn clipped(name: &str) -> String {
    match name.char_indices().nth(200) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

impl Ident {
    /// Checks a name.
    ///
    /// # Errors
    /// When it is empty, longer than 63 bytes, or contains a NUL.
    pub fn new(name: impl Into<String>) -> Result<Self, IdentError> {
        let name = name.into();
        if name.is_empty() {
            Err(IdentError::Empty)
        } else if name.contains('\0') {
            Err(IdentError::Nul)
        } else if name.len() > MAX_BYTES {
            let bytes = name.len();
            Err(IdentError::TooLong { name, bytes })
        } else {
            Ok(Self(name))
        }
    }

    /// The bare name, unquoted: for comparing and for messages, never for SQL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

impl TryFrom<String> for Ident {
    type Error = IdentError;

    fn try_from(name: String) -> Result<Self, IdentError> {
        Self::new(name)
    }
}

impl From<Ident> for String {
    fn from(ident: Ident) -> Self {
        ident.0
    }
}

/// An object's name with the schema it is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema.
    pub schema: Ident,
    /// The name in it.
    pub name: Ident,
}

impl QualifiedName {
    /// The object `name` in `schema`.
    #[must_use]
    pub fn new(schema: &Ident, name: &Ident) -> Self {
        Self { schema: schema.clone(), name: name.clone() }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.schema, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_over_63_bytes_says_by_how_much() {
        let error = Ident::new("ü".repeat(32)).expect_err("64 bytes");
        assert_eq!(
            error.to_string(),
            format!(
                "the name `{}` has 64 bytes; Postgres keeps 63 of a name, so shorten it by 1",
                "ü".repeat(32)
            )
        );
    }
}
