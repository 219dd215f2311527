//! The one character that a document may hold and Postgres cannot.

use super::fault::Fault;
use super::inside::inside;
use super::source::Source;
use super::tree::{Node, Trail, Value};

/// Refuses a document that has it in a text or in the name of a field. A statement would end there, and what
/// Postgres then does is to end the session.
pub(super) fn refuse_nul(source: &Source, node: &Node, trail: &Trail<'_>) -> Result<(), Fault> {
    let fault = || Fault::new("Postgres has no NUL character in text");
    match &node.value {
        Value::Word(..) => Ok(()),
        Value::Text(text, _) => match text.chars().position(|character| character == '\0') {
            None => Ok(()),
            Some(offset) => {
                let at = inside(source, node, offset).unwrap_or(node.at.start);
                Err(fault().place(&(at..at), trail))
            }
        },
        Value::List(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| refuse_nul(source, item, &trail.item(index))),
        Value::Object(entries) => entries.iter().try_for_each(|entry| {
            let trail = trail.field(&entry.key);
            match entry.key.contains('\0') {
                true => Err(fault().place(&entry.key_at, &trail)),
                false => refuse_nul(source, &entry.value, &trail),
            }
        }),
    }
}
