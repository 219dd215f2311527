//! JSON with places. `serde_json` decodes the strings and checks the numbers.

use std::ops::Range;

use super::fault::Fault;
use super::tree::{
    DEEPEST, Entry, Meaning, Node, Style, Trail, Value, line, refuse_duplicates, too_deep,
};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser { text, at: 0 };
    let root = parser.value(&Trail::Root, 0)?;
    match parser.peek() {
        None => Ok(root),
        Some(c) => Err(parser.unexpected(c, "the end of the file", &Trail::Root)),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character that is not blank.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.rest().chars().next()
    }

    fn value(&mut self, trail: &Trail<'_>, depth: usize) -> Result<Node, Fault> {
        let Some(first) = self.peek() else {
            return Err(self.fault(0..0, "the file ends before its value", trail));
        };
        let start = self.at;
        if depth > DEEPEST {
            return Err(too_deep(start));
        }
        let value = match first {
            '{' => self.object(trail, depth)?,
            '[' => self.list(trail, depth)?,
            '"' => Value::Text(self.string(trail)?, Style::DoubleQuoted),
            _ => self.word(first, trail)?,
        };
        Ok(Node { at: start..self.at, value })
    }

    fn object(&mut self, trail: &Trail<'_>, depth: usize) -> Result<Value, Fault> {
        let open = self.at;
        let mut entries = Vec::new();
        while self.more('}', open, entries.is_empty(), trail)? {
            let start = self.at;
            let key = match self.peek() {
                Some('"') => self.string(trail)?,
                Some(c) => {
                    return Err(self.unexpected(c, "a field's name in double quotes", trail));
                }
                None => return Err(self.unfinished(open, trail)),
            };
            let key_at = start..self.at;
            match self.peek() {
                Some(':') => self.at += 1,
                Some(c) => {
                    let expected = format!("`:` after `{key}`");
                    return Err(self.unexpected(c, &expected, trail));
                }
                None => return Err(self.unfinished(open, trail)),
            }
            if self.peek().is_none() {
                return Err(self.unfinished(open, trail));
            }
            let value = self.value(&trail.field(&key), depth + 1)?;
            entries.push(Entry { key, key_at, value });
        }
        refuse_duplicates(&entries, self.text, trail)?;
        Ok(Value::Object(entries))
    }

    fn list(&mut self, trail: &Trail<'_>, depth: usize) -> Result<Value, Fault> {
        let open = self.at;
        let mut items = Vec::new();
        while self.more(']', open, items.is_empty(), trail)? {
            items.push(self.value(&trail.item(items.len()), depth + 1)?);
        }
        Ok(Value::List(items))
    }

    /// Goes past the bracket or comma before the next member; false when there is none.
    fn more(
        &mut self,
        close: char,
        open: usize,
        first: bool,
        trail: &Trail<'_>,
    ) -> Result<bool, Fault> {
        if first {
            self.at += 1;
        }
        let next = self.peek().ok_or_else(|| self.unfinished(open, trail))?;
        if next == close {
            self.at += 1;
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        if next != ',' {
            return Err(self.unexpected(next, &format!("`,` or `{close}`"), trail));
        }
        let comma = self.at;
        self.at += 1;
        let next = self.peek().ok_or_else(|| self.unfinished(open, trail))?;
        if next == close {
            return Err(self.fault(comma..comma + 1, "a comma with nothing after it", trail));
        }
        Ok(true)
    }

    fn string(&mut self, trail: &Trail<'_>) -> Result<String, Fault> {
        let start = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((index, c)) = characters.next() {
            match c {
                '"' => {
                    self.at = start + index + 1;
                    return self.decode(start..self.at, trail);
                }
                '\\' => {
                    characters.next();
                }
                '\n' | '\r' => {
                    let message = "this string does not end on its line; for a line break in it, \
                                   write `\\n`";
                    return Err(self.fault(start..start + 1, message, trail));
                }
                c if c < ' ' => {
                    let at = start + index..start + index + 1;
                    let message = format!("within a string, write `{}`", json_escape(c));
                    return Err(self.fault(at, &message, trail));
                }
                _ => {}
            }
        }
        Err(self.fault(start..start + 1, "the file ends within this string", trail))
    }

    fn decode(&self, at: Range<usize>, trail: &Trail<'_>) -> Result<String, Fault> {
        serde_json::from_str(&self.text[at.clone()]).map_err(|error| {
            // It counts bytes, and stands behind the one it minds.
            let place = at.start + error.column().saturating_sub(1);
            let place = self.text.floor_char_boundary(place.min(at.end));
            let message = error.to_string();
            let message = message.split(" at line").next().unwrap_or_default();
            self.fault(place..place, &format!("{message} in a string"), trail)
        })
    }

    /// Whatever is neither a list, an object nor a string.
    fn word(&mut self, first: char, trail: &Trail<'_>) -> Result<Value, Fault> {
        let part = |c: char| c.is_alphanumeric() || "+-._".contains(c);
        let word: String = self.rest().chars().take_while(|c| part(*c)).collect();
        let meaning = match word.as_str() {
            "null" => Meaning::Null,
            "true" => Meaning::Bool(true),
            "false" => Meaning::Bool(false),
            number if serde_json::from_str::<serde_json::Number>(number).is_ok() => Meaning::Number,
            "" => return Err(self.unexpected(first, "a value", trail)),
            number if first.is_ascii_digit() || "+-.".contains(first) => {
                let message = format!("`{number}` is not a number of JSON");
                return Err(self.fault(self.at..self.at + word.len(), &message, trail));
            }
            _ => {
                let message = format!("`{word}` is not JSON; a string needs double quotes");
                return Err(self.fault(self.at..self.at + word.len(), &message, trail));
            }
        };
        self.at += word.len();
        Ok(Value::Word(word, meaning))
    }

    fn unexpected(&self, found: char, expected: &str, trail: &Trail<'_>) -> Fault {
        let hint = match found {
            '/' | '#' => "; JSON has no comments",
            '\'' => "; JSON takes double quotes only",
            _ => "",
        };
        let message = format!("expected {expected}, found `{found}`{hint}");
        self.fault(self.at..self.at + found.len_utf8(), &message, trail)
    }

    /// The file ends although a bracket is open.
    fn unfinished(&self, open: usize, trail: &Trail<'_>) -> Fault {
        let end = self.text.trim_end().len();
        let bracket = self.text[open..].chars().next().unwrap_or_default();
        let line = line(self.text, open);
        let message = format!("the file ends before the `{bracket}` of line {line} is closed");
        self.fault(end..end, &message, trail)
    }

    fn fault(&self, at: Range<usize>, message: &str, trail: &Trail<'_>) -> Fault {
        Fault::new(message).place(&at, trail)
    }
}

/// How JSON writes a control character.
fn json_escape(c: char) -> String {
    if c == '\t' { "\\t".to_owned() } else { format!("\\u{:04x}", u32::from(c)) }
}
