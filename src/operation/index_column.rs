//! The columns of an index, as files describe them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::schema::Name;

/// One column of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexColumn {
    /// The column.
    pub column: Name,
    /// Its collation in the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collate: Option<String>,
    /// Its direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// Where NULLs are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
    /// Its operator class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opclass: Option<OperatorClass>,
}

/// An operator class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorClass {
    /// Its name, qualified where need be.
    #[serde(default)]
    pub name: String,
    /// Its parameters, such as `siglen = 32`, with or without brackets around it.
    #[serde(default)]
    pub params: Vec<String>,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Sort {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// Where NULLs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// Settings of a column, where the columns are a map.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IndexColumnSettings {
    /// Its collation in the index.
    #[serde(default)]
    collate: Option<String>,
    /// Its direction.
    #[serde(default)]
    sort: Option<Sort>,
    /// Where NULLs are.
    #[serde(default)]
    nulls: Option<Nulls>,
    /// Its operator class.
    #[serde(default)]
    opclass: Option<OperatorClass>,
}

/// Columns as a list of objects, or in the older forms: a list of names, a map.
pub(super) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<IndexColumn>, D::Error> {
    struct Columns;

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Settings(Option<IndexColumnSettings>);

    impl<'de> Visitor<'de> for Columns {
        type Value = Vec<IndexColumn>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of columns")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some(Element(column)) = list.next_element()? {
                columns.push(column);
            }
            Ok(columns)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some((name, Settings(settings))) = map.next_entry::<Name, Settings>()? {
                let mut column = IndexColumn::plain(name);
                if let Some(settings) = settings {
                    column.collate = settings.collate;
                    column.sort = settings.sort;
                    column.nulls = settings.nulls;
                    column.opclass = settings.opclass;
                }
                columns.push(column);
            }
            Ok(columns)
        }
    }

    // Not `deserialize_any`: a bare word of YAML would arrive as a number or a boolean.
    deserializer.deserialize_string(Columns)
}

/// All that [`read`] takes.
pub(super) fn schema(generator: &mut SchemaGenerator) -> Schema {
    let name = generator.subschema_for::<Name>();
    let column = generator.subschema_for::<IndexColumn>();
    let settings = generator.subschema_for::<IndexColumnSettings>();
    json_schema!({
        "anyOf": [
            {"type": "array", "minItems": 1, "items": {"anyOf": [column, name]}},
            {"type": "object", "additionalProperties": {"anyOf": [settings, {"type": "null"}]}},
        ]
    })
}

/// A column of a list: an object, or a name alone.
struct Element(IndexColumn);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneColumn;

        impl<'de> Visitor<'de> for OneColumn {
            type Value = IndexColumn;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a column: an object with `column`, or a name")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<IndexColumn, E> {
                Name::new(name).map(IndexColumn::plain).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<IndexColumn, A::Error> {
                IndexColumn::deserialize(serde::de::value::MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_string(OneColumn).map(Element)
    }
}

impl IndexColumn {
    fn plain(column: Name) -> Self {
        Self { column, collate: None, sort: None, nulls: None, opclass: None }
    }
}
