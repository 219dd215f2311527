//! One of several: `cascade`, or `add_column: {...}`, an object with one field.

use std::ops::Range;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::Format;
use super::fault::Fault;
use super::reader::Reader;
use super::tree::{Entry, Meaning, Node, Trail, Value};

pub(super) struct Variant<'d, 'p> {
    tag: &'d str,
    at: &'d Range<usize>,
    content: Option<&'d Node>,
    /// The way to the object, or to the text that is the tag.
    trail: &'p Trail<'p>,
    format: Format,
    /// The Rust name of the enum.
    name: &'static str,
}

impl<'d, 'p> Variant<'d, 'p> {
    /// A tag that stands alone.
    pub(super) fn bare(
        tag: &'d str,
        at: &'d Range<usize>,
        trail: &'p Trail<'p>,
        name: &'static str,
    ) -> Self {
        Self { tag, at, content: None, trail, format: Format::Json, name }
    }

    /// A tag that is the one field of an object.
    pub(super) fn keyed(
        entries: &'d [Entry],
        trail: &'p Trail<'p>,
        format: Format,
        name: &'static str,
    ) -> Result<Self, Fault> {
        let noun = noun(name);
        match entries {
            [Entry { key, key_at, value }] => {
                Ok(Self { tag: key, at: key_at, content: Some(value), trail, format, name })
            }
            [] => Err(Fault::new(format!("an empty object; expected one field, the {noun}"))),
            [first, second, ..] => {
                let empty = matches!(first.value.value, Value::Word(_, Meaning::Null));
                // The usual cause: the fields are not further in than the name above them.
                let hint = if format == Format::Yaml && empty {
                    format!("; indent it, if it belongs to `{}`", first.key)
                } else {
                    String::new()
                };
                let message = format!(
                    "`{}` cannot stand beside `{}`: one field is expected, the {noun}{hint}",
                    second.key, first.key
                );
                Err(Fault::new(message).place(&second.key_at, &trail.field(&second.key)))
            }
        }
    }

    /// Neither a text nor an object.
    pub(super) fn none(name: &str, variants: &[&str]) -> Fault {
        use serde::de::{Error as _, Unexpected};
        let names: Vec<_> = variants.iter().map(|name| format!("`{name}`")).collect();
        let expected = format!("{} (one of {})", article(&noun(name)), names.join(", "));
        Fault::invalid_type(Unexpected::Unit, &expected.as_str())
    }

    /// Reads what belongs to the tag.
    fn content<T>(
        &self,
        read: impl FnOnce(Reader<'d, '_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let trail = self.trail.field(self.tag);
        let Some(node) = self.content else {
            let message = format!("`{}` needs its fields: `{}: ...`", self.tag, self.tag);
            return Err(Fault::new(message).place(self.at, self.trail));
        };
        read(Reader::new(node, &trail, self.format)).map_err(|fault| fault.at(node, &trail))
    }
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let value = seed.deserialize(StrDeserializer::<Fault>::new(self.tag)).map_err(|fault| {
            let field = self.trail.field(self.tag);
            let trail = if self.content.is_some() { &field } else { self.trail };
            fault.call(&noun(self.name)).place(self.at, trail)
        })?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None | Some(Node { value: Value::Word(_, Meaning::Null), .. }) => Ok(()),
            Some(_) => self.content(|_| {
                Err(Fault::new(format!("`{}` stands alone, without fields", self.tag)))
            }),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        self.content(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        self.content(|reader| reader.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.content(|reader| reader.deserialize_struct("", fields, visitor))
    }
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// The name of an enum in the user's words: `ReferentialAction` is a referential action.
fn noun(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}
