//! Where a character of a decoded text stands in the file, as far as that is certain.

use super::source::Source;
use super::tree::{Meaning, Node, Style, Value};

/// The byte of the file at which the character number `offset` of a text is written.
pub(super) fn inside(source: &Source, node: &Node, offset: usize) -> Option<usize> {
    let (text, style) = match &node.value {
        Value::Text(text, style) => (text.as_str(), *style),
        Value::Word(spelled, Meaning::Bool(_) | Meaning::Number) => {
            (spelled.as_str(), Style::Plain)
        }
        _ => return None,
    };
    match style {
        _ if text.is_empty() => Some(node.at.start + quote(style)).filter(|_| offset == 0),
        Style::Literal => block(source, node.at.start, text, offset),
        // Within one line nothing is folded.
        Style::Folded if !text.trim_end().contains('\n') => {
            let found = block(source, node.at.start, text, offset)?;
            let line = |at| source.position(at).line;
            (line(found) == line(node.at.start)).then_some(found)
        }
        Style::Folded => None,
        _ => {
            let written = source.text().get(node.at.clone())?;
            Some(node.at.start + line(written, text, style, offset)?)
        }
    }
}

/// Goes through a text and its spelling side by side; gives up where they part, which is where a
/// line is folded.
fn line(written: &str, text: &str, style: Style, offset: usize) -> Option<usize> {
    let mut at = quote(style);
    let mut decoded = text.chars();
    for _ in 0..offset {
        let rest = written.get(at..)?;
        let expected = decoded.next()?;
        let first = rest.chars().next()?;
        at += match style {
            Style::DoubleQuoted if first == '\\' => escape(rest)?,
            Style::SingleQuoted if rest.starts_with("''") => 2,
            _ if first == expected => first.len_utf8(),
            _ => return None,
        };
    }
    // Also the next character must be the one that is meant.
    let rest = written.get(at..)?;
    let first = rest.chars().next();
    match decoded.next() {
        Some(_) if style == Style::DoubleQuoted && first == Some('\\') => escape(rest).map(|_| at),
        next if next == first || next.is_none() => Some(at),
        _ => None,
    }
}

/// How much of a spelling comes before the text.
fn quote(style: Style) -> usize {
    usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted))
}

/// The length of an escape of JSON or YAML; none for one that joins lines.
fn escape(written: &str) -> Option<usize> {
    let length = match written.as_bytes().get(1)? {
        b'\n' | b'\r' => return None,
        b'x' => 4,
        b'U' => 10,
        b'u' => {
            let code = u32::from_str_radix(written.get(2..6)?, 16).ok()?;
            // One character beyond the first 65536 is two escapes.
            if (0xd800..0xdc00).contains(&code) { 12 } else { 6 }
        }
        _ => 2,
    };
    Some(length)
}

/// In a block each line of the text is the end of one line of the file.
fn block(source: &Source, start: usize, text: &str, offset: usize) -> Option<usize> {
    // Past the last character is where that one ends, not a line below.
    let kept = text.trim_end_matches('\n');
    let length = text.chars().count();
    let offset = if offset == length { kept.chars().count() } else { offset };
    let before: String = text.chars().take(offset).collect();
    if offset > length {
        return None;
    }
    let index = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default();
    // The value begins at its first line that is not blank.
    let blank = text.len() - text.trim_start_matches('\n').len();
    let number = (source.position(start).line + index).checked_sub(blank)?;
    let content = text.split('\n').nth(index)?;
    let written = source.line(number);
    if !source.has_line(number) || !written.ends_with(content) {
        return None;
    }
    Some(source.start(number) + written.len() - content.len() + column.len())
}
