//! Helpers for fields where absent, null and a value are three things.

use serde::{Deserialize, Deserializer};

/// For a field where null is a value of its own: absent is `None`, null is `Some(None)`.
///
/// To be used as `#[serde(default, deserialize_with = "present")]`.
///
/// # Errors
///
/// When the value is not null and no `T`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// For a field that may be left out but not null: absent is `None`, null is refused.
///
/// A plain `Option` takes null for absent, and `up: NULL` in YAML is null, so that the user's
/// expression would be lost without a word. To be used as
/// `#[serde(default, deserialize_with = "given")]`.
///
/// # Errors
///
/// When the value is null or no `T`.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
