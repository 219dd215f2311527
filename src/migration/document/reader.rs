//! serde's view of the tree: every value is read knowing where it stands.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::Format;
use super::fault::Fault;
use super::tree::{Entry, Meaning, Node, Trail, Value};
use super::variant::Variant;

#[derive(Clone, Copy)]
pub(super) struct Reader<'d, 'p> {
    node: &'d Node,
    trail: &'p Trail<'p>,
    /// In YAML a bare word may stand for a text.
    format: Format,
}

impl<'d, 'p> Reader<'d, 'p> {
    pub(super) fn new(node: &'d Node, trail: &'p Trail<'p>, format: Format) -> Self {
        Self { node, trail, format }
    }

    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Fault> {
        T::deserialize(self).map_err(|fault| fault.at(self.node, self.trail))
    }

    /// Reads this value; a fault that has no place yet gets this one.
    pub(super) fn seed<S: DeserializeSeed<'d>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self).map_err(|fault| fault.at(self.node, self.trail))
    }

    fn is_null(&self) -> bool {
        matches!(self.node.value, Value::Word(_, Meaning::Null))
    }

    /// The value as a text, if it is one where a text is wanted.
    fn text(&self) -> Option<&'d str> {
        match &self.node.value {
            Value::Text(text, _) => Some(text),
            Value::Word(spelled, Meaning::Bool(_) | Meaning::Number)
                if self.format == Format::Yaml =>
            {
                Some(spelled)
            }
            _ => None,
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Word(_, Meaning::Null) => visitor.visit_unit(),
            Value::Word(_, Meaning::Bool(value)) => visitor.visit_bool(*value),
            Value::Word(spelled, Meaning::Number) => number(spelled, visitor),
            Value::Text(text, _) => visitor.visit_borrowed_str(text),
            Value::List(items) => {
                let (trail, format) = (self.trail, self.format);
                visitor.visit_seq(Items { items: items.iter().enumerate(), trail, format })
            }
            Value::Object(entries) => {
                let (trail, format) = (self.trail, self.format);
                visitor.visit_map(Fields { entries: entries.iter(), current: None, trail, format })
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        // serde's own visitors would take a list for the fields in their order.
        match self.node.value {
            Value::Object(_) => self.deserialize_any(visitor),
            _ => Err(Fault::invalid_type(Unexpected::Unit, &"an object")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::List(items) if items.len() != length => {
                Err(Fault::new(format!("expected a list of {length}, found {}", items.len())))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let variant = match (&self.node.value, self.text()) {
            (_, Some(text)) => Variant::bare(text, &self.node.at, self.trail, name),
            (Value::Object(entries), None) => {
                Variant::keyed(entries, self.trail, self.format, name)?
            }
            _ => return Err(Variant::none(name, variants)),
        };
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 bytes byte_buf unit unit_struct seq
        map identifier
    }
}

/// A number goes to serde as the narrowest of what Rust has.
fn number<'de, V: Visitor<'de>>(spelled: &str, visitor: V) -> Result<V::Value, Fault> {
    let bare = spelled.strip_prefix('+').unwrap_or(spelled);
    let based = match bare.get(..2) {
        Some("0x") => u64::from_str_radix(&bare[2..], 16).ok(),
        Some("0o") => u64::from_str_radix(&bare[2..], 8).ok(),
        _ => None,
    };
    if let Some(value) = based.or_else(|| bare.parse().ok()) {
        return visitor.visit_u64(value);
    }
    if let Ok(value) = bare.parse() {
        return visitor.visit_i64(value);
    }
    // YAML's `.inf` and `.nan` are Rust's without the dot.
    let float = match bare.to_ascii_lowercase().as_str() {
        ".inf" => Some(f64::INFINITY),
        "-.inf" => Some(f64::NEG_INFINITY),
        ".nan" => Some(f64::NAN),
        other => other.parse().ok(),
    };
    match float {
        Some(value) => visitor.visit_f64(value),
        None => Err(Fault::new(format!("the number `{spelled}` is too large"))),
    }
}

struct Items<'d, 'p> {
    items: std::iter::Enumerate<std::slice::Iter<'d, Node>>,
    trail: &'p Trail<'p>,
    format: Format,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        let trail = self.trail.item(index);
        Reader::new(node, &trail, self.format).seed(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Fields<'d, 'p> {
    entries: std::slice::Iter<'d, Entry>,
    /// The field whose name has been read and whose value comes next.
    current: Option<&'d Entry>,
    trail: &'p Trail<'p>,
    format: Format,
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        self.current = self.entries.next();
        let Some(entry) = self.current else {
            return Ok(None);
        };
        let key = seed.deserialize(StrDeserializer::<Fault>::new(&entry.key));
        key.map(Some).map_err(|fault| fault.place(&entry.key_at, &self.trail.field(&entry.key)))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some(entry) = self.current.take() else {
            return Err(Fault::new("a value was asked for before its field's name"));
        };
        let trail = self.trail.field(&entry.key);
        Reader::new(&entry.value, &trail, self.format).seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
