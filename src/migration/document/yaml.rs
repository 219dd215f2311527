//! YAML 1.2 with places: the events of `granit-parser` (which is also under `serde-saphyr`) built
//! into a tree, words understood by the core schema.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::fault::Fault;
use super::tree::{DEEPEST, Entry, Node, Style, Trail, Value, refuse_duplicates, too_deep};
use super::words::meaning;

/// How many values all aliases together may repeat, so that a few lines cannot fill the memory.
const MOST_COPIES: usize = 10_000;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let events = Parser::new_from_str(text);
    let mut builder = Builder { text, events, anchors: BTreeMap::new(), copies: 0 };
    let root = Trail::Root;
    let mut document = None;
    loop {
        let (event, span) = builder.next(&root)?;
        match event {
            Event::StreamStart | Event::DocumentEnd => {}
            Event::DocumentStart(..) if document.is_some() => {
                let message = "a second YAML document begins here; a file holds one";
                return Err(Fault::new(message).place(&builder.range(&span), &root));
            }
            Event::DocumentStart(..) => {
                let (event, span) = builder.next(&root)?;
                document = Some(builder.node(event, &span, &root, 0)?);
            }
            _ => break,
        }
    }
    document.ok_or_else(|| Fault::new("the file holds nothing but comments").place(&(0..0), &root))
}

struct Builder<'t, I> {
    text: &'t str,
    events: I,
    /// Finished values by the number of their anchor; one within itself is not there yet.
    anchors: BTreeMap<usize, Node>,
    copies: usize,
}

impl<'t, I: Iterator<Item = Result<(Event<'t>, Span), ScanError>>> Builder<'t, I> {
    fn next(&mut self, trail: &Trail<'_>) -> Result<(Event<'t>, Span), Fault> {
        match self.events.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(self.refusal(&error, trail)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(
        &mut self,
        event: Event<'t>,
        span: &Span,
        trail: &Trail<'_>,
        depth: usize,
    ) -> Result<Node, Fault> {
        let at = self.range(span);
        if depth > DEEPEST {
            return Err(too_deep(at.start));
        }
        let anchor = event.anchor_id();
        if let Some(tag) = event.tag() {
            self.check(tag, span, trail)?;
        }
        let node = match event {
            Event::Alias(id) => return self.copy(id, &at, trail, depth),
            Event::Scalar(text, style, _, tag) => self.scalar(&text, style, tag.as_deref(), at),
            Event::SequenceStart(..) => {
                let value = Value::List(self.items(trail, depth)?);
                // A list not further in than its field is reported behind its first dash.
                let before = self.text[..at.start].trim_end_matches(' ');
                let dash = before.len().saturating_sub(1);
                let behind =
                    before.ends_with('-') && !self.text[at.start..].starts_with(['-', '[']);
                Node { at: if behind { dash..dash } else { at }, value }
            }
            Event::MappingStart(..) => Node { at, value: self.entries(trail, depth)? },
            other => {
                return Err(Fault::new(format!("unexpected YAML: {other:?}")).place(&at, trail));
            }
        };
        if let Some(anchor) = anchor.filter(|id| *id != 0) {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn items(&mut self, trail: &Trail<'_>, depth: usize) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        loop {
            let trail = trail.item(items.len());
            let (event, span) = self.next(&trail)?;
            if event == Event::SequenceEnd {
                return Ok(items);
            }
            items.push(self.node(event, &span, &trail, depth + 1)?);
        }
    }

    fn entries(&mut self, trail: &Trail<'_>, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next(trail)?;
            let key_at = self.range(&span);
            let key = match event {
                Event::MappingEnd => break,
                // A word as a name is a text; an absent name is written `~` by the parser.
                Event::Scalar(..) if span.is_empty() => String::new(),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => {
                    let message = "the name of a field is a plain text";
                    return Err(Fault::new(message).place(&key_at, trail));
                }
            };
            let here = trail.field(&key);
            if key == "<<" {
                let message = "merge keys (`<<`) are not part of YAML 1.2";
                return Err(Fault::new(message).place(&key_at, &here));
            }
            let (event, span) = self.next(&here)?;
            let value = self.node(event, &span, &here, depth + 1)?;
            entries.push(Entry { key, key_at, value });
        }
        refuse_duplicates(&entries, self.text, trail)?;
        Ok(Value::Object(entries))
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Range<usize>) -> Node {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let plain = style == Style::Plain && tag.is_none();
        // The parser writes `~` for a value that is not there.
        let text = if plain && at.is_empty() { "" } else { text };
        if let Some(meaning) = meaning(text).filter(|_| plain) {
            return Node { at, value: Value::Word(text.to_owned(), meaning) };
        }
        // An empty block is reported at whatever comes next; its indicator is before that.
        let block = matches!(style, Style::Literal | Style::Folded);
        let end = self.text[..at.start].trim_end().len();
        let at = if block && text.is_empty() { end.saturating_sub(1)..end } else { at };
        Node { at, value: Value::Text(text.to_owned(), style) }
    }

    /// What an alias stands for. Its parts keep the places at which they are written.
    fn copy(
        &mut self,
        id: usize,
        at: &Range<usize>,
        trail: &Trail<'_>,
        depth: usize,
    ) -> Result<Node, Fault> {
        let Some(node) = self.anchors.get(&id) else {
            let message = "an alias cannot stand within the value it repeats";
            return Err(Fault::new(message).place(at, trail));
        };
        let (count, height) = node.measure();
        self.copies += count;
        if self.copies > MOST_COPIES {
            let message = format!("aliases repeat more than {MOST_COPIES} values");
            return Err(Fault::new(message).place(at, trail));
        }
        if depth + height > DEEPEST {
            return Err(too_deep(at.start));
        }
        Ok(node.clone())
    }

    /// `!!str` says that a word is a text. Other tags would change a value or mean nothing here.
    fn check(&self, tag: &Tag, span: &Span, trail: &Trail<'_>) -> Result<(), Fault> {
        if tag.is_yaml_core_schema_tag("str") || (tag.handle().is_empty() && tag.suffix() == "!") {
            return Ok(());
        }
        let at = span.tag_span().map_or_else(|| self.range(span), |span| self.range(&span));
        let message = format!("YAML tags such as `{}` are not read here", tag.original());
        Err(Fault::new(message).place(&at, trail))
    }

    fn refusal(&self, error: &ScanError, trail: &Trail<'_>) -> Fault {
        use ErrorKind as Kind;
        // At the end of the file, the end of what is written there.
        let at = self.byte(error.marker()).min(self.text.trim_end().len());
        let message = match error.kind() {
            Kind::TabNotAllowed
            | Kind::TabInBlockIndentation
            | Kind::TabInIndentation
            | Kind::TabInPlainScalar
            | Kind::TabAtBlockScalarStart => {
                // The parser points behind the tabs, or to what they come after.
                let tabs = self.text[..at].trim_end_matches('\t').len();
                let next = self.text[at..].find('\t').map_or(at, |index| at + index);
                let at = if tabs < at { tabs } else { next };
                let message = "YAML is indented with spaces; here is a tab";
                return Fault::new(message).place(&(at..at), trail);
            }
            Kind::UnexpectedCharacter { character } => {
                format!("a value that begins with `{character}` needs quotes")
            }
            Kind::UnknownAnchor => {
                "no such anchor before this alias; a text that begins with `*` needs quotes".into()
            }
            Kind::MissingAnchorOrAliasName => {
                "a text that begins with `*` or `&` needs quotes".into()
            }
            Kind::MappingValueNotAllowed => {
                "`: ` cannot stand here; a text with it needs quotes, a field its own line, \
                 indented as its neighbours"
                    .into()
            }
            Kind::SimpleKeyExpected => "expected a field, `name: value`".into(),
            Kind::UnclosedFlowCollection { open } => format!("this `{open}` is not closed"),
            Kind::UnclosedQuotedScalar => "this quote is not closed".into(),
            Kind::InvalidQuotedScalarIndent => {
                "a quote before this is not closed, or its text is not indented here".into()
            }
            Kind::UnknownQuotedScalarEscape => {
                "unknown escape in double quotes; a backslash is written twice".into()
            }
            Kind::RecursionLimitExceeded => return too_deep(at),
            other => {
                let message = other.to_string();
                let bare = message.split_once(", ").filter(|(doing, _)| doing.starts_with("while"));
                bare.map_or(message.as_str(), |(_, bare)| bare).to_owned()
            }
        };
        Fault::new(message).place(&(at..at), trail)
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let start = self.byte(&span.start);
        let end = self.byte(&span.end).max(start);
        start..start + self.text[start..end].trim_end().len()
    }

    fn byte(&self, marker: &Marker) -> usize {
        let index = || self.text.char_indices().nth(marker.index()).map(|(at, _)| at);
        let at = marker.byte_offset().or_else(index).unwrap_or(self.text.len());
        self.text.floor_char_boundary(at)
    }
}
