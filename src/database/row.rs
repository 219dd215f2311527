//! Rows as serde sees them: the fields of a struct by the names of the columns.

use std::error::Error as StdError;

use postgres_types::{FromSql, Type};
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error as JsonError;
use tokio_postgres::Row;

use super::catalog::unlike;
use super::error::Error;

/// What the columns of a row say, from the column `first` on. One that is NULL is as if it were not asked for, so that an
/// option is none of it, and anything else what serde is told to take by default.
///
/// # Errors
/// When they say something else.
pub(super) fn from_row<T: DeserializeOwned>(row: &Row, first: usize) -> Result<T, Error> {
    let mut fields = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate().skip(first) {
        if let Some(cell) = row.try_get::<_, Option<Cell<'_>>>(index).map_err(unlike)? {
            fields.push((column.name(), cell));
        }
    }
    T::deserialize(MapDeserializer::new(fields.into_iter()))
        .map_err(|error: JsonError| Error::Answer(error.to_string()))
}

/// A value that is not NULL.
enum Cell<'a> {
    Bool(bool),
    Integer(i64),
    Text(&'a str),
    Json(&'a str),
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(match *of {
            Type::BOOL => Self::Bool(bool::from_sql(of, raw)?),
            Type::INT2 => Self::Integer(i16::from_sql(of, raw)?.into()),
            Type::INT4 => Self::Integer(i32::from_sql(of, raw)?.into()),
            Type::INT8 => Self::Integer(i64::from_sql(of, raw)?),
            Type::JSON => Self::Json(std::str::from_utf8(raw)?),
            // Behind the number of the format, which is 1.
            Type::JSONB => Self::Json(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            _ => Self::Text(<&str>::from_sql(of, raw)?),
        })
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::BOOL | Type::INT2 | Type::INT4 | Type::INT8 | Type::JSON | Type::JSONB)
            || <&str>::accepts(of)
    }
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Json(text) => serde_json::Deserializer::from_str(text).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self {
            Self::Json(text) => {
                serde_json::Deserializer::from_str(text).deserialize_enum(name, variants, visitor)
            }
            Self::Text(text) => {
                StrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
            Self::Bool(_) | Self::Integer(_) => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, JsonError> for Cell<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
