//! The text of a script: which part of it leads forward, and its statements.

use std::collections::BTreeSet;

use pg_query::{NodeEnum, ParserOptions};

use super::back::Back;
use super::guard::{Guarded, guarded};
use super::statement::Statement;
use super::text::tokens;
use super::{ConvertError, Note};
use crate::sql::Ident;

/// Comments with which tools begin the way forward, and the way back.
const FORWARD: [&str; 3] = ["migrate:up", "+goose up", "+migrate up"];
const BACK: [&str; 3] = ["migrate:down", "+goose down", "+migrate down"];

/// With which Alembic begins a revision.
const REVISION: &str = "-- Running upgrade ";

/// A script, as it is to be read.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// As it was given.
    text: &'a str,
    /// The same, as long, with blanks in the place of what is not to be read.
    blanked: String,
    base: Ident,
    /// What is not read, and why.
    pub(super) left_out: Vec<Note>,
    /// The way back, where it is in the same script.
    pub(super) back: Option<Back>,
}

impl<'a> Source<'a> {
    pub(super) fn read(text: &'a str, base: &Ident) -> Result<Self, ConvertError> {
        let mut left_out = Vec::new();
        let (forward, back) = directions(text, &mut left_out);
        let blanked = without_base(&forward, base)?;
        Ok(Self { text, blanked, base: base.clone(), left_out, back })
    }

    /// Its statements, each by itself.
    pub(super) fn statements(&self) -> Result<Vec<Statement<'a>>, ConvertError> {
        let parsed = pg_query::parse(&self.blanked, ParserOptions::DEFAULT)
            .map_err(|error| syntax(&self.blanked, &error))?;
        let mut statements = Vec::new();
        for raw in parsed.protobuf.stmts {
            let start = usize::try_from(raw.stmt_location).unwrap_or(0);
            let length = usize::try_from(raw.stmt_len).unwrap_or(0);
            let end = if length == 0 { self.blanked.len() } else { start + length };
            let start = start + leading(&self.blanked[start..end]);
            let Some(node) = raw.stmt.and_then(|node| node.node) else {
                continue;
            };
            let line = line_of(self.text, start);
            if let NodeEnum::CopyStmt(copy) = &node
                && copy.filename.is_empty()
                && copy.is_from
            {
                return Err(ConvertError::Copy { line });
            }
            let alone = pg_query::parse(&self.blanked[start..end], ParserOptions::DEFAULT)
                .map_err(|error| ConvertError::Syntax { line, message: said(&error) })?;
            let mut reads: BTreeSet<String> = alone.tables().into_iter().collect();
            if names_tables_elsewhere(&node) {
                reads.extend(words(&self.blanked[start..end]));
            }
            let text = self.text[start..end].trim_end();
            let guarded = match &node {
                NodeEnum::DoStmt(block) => guarded(block, &self.base),
                _ => None,
            };
            statements.push(match guarded {
                Some(Guarded { node, reads }) => {
                    Statement { node, text, line, reads, is_guarded: true }
                }
                None => Statement { node, text, line, reads, is_guarded: false },
            });
        }
        Ok(statements)
    }
}

/// Whether it names tables where the grammar's list of them does not look.
fn names_tables_elsewhere(node: &NodeEnum) -> bool {
    matches!(
        node,
        NodeEnum::CreateTrigStmt(_)
            | NodeEnum::CreatePolicyStmt(_)
            | NodeEnum::AlterPolicyStmt(_)
            | NodeEnum::GrantStmt(_)
            | NodeEnum::RenameStmt(_)
            | NodeEnum::RuleStmt(_)
            | NodeEnum::CreateStatsStmt(_)
            | NodeEnum::AlterOwnerStmt(_)
            | NodeEnum::AlterObjectSchemaStmt(_)
            | NodeEnum::CreatePublicationStmt(_)
            | NodeEnum::AlterPublicationStmt(_)
    )
}

/// Every word of a statement, as a name would be.
fn words(text: &str) -> impl Iterator<Item = String> {
    let tokens = tokens(text).unwrap_or_default();
    tokens.into_iter().filter_map(|token| {
        let start = usize::try_from(token.start).ok()?;
        let word = text.get(start..usize::try_from(token.end).ok()?)?;
        let quoted = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
        let is_word = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
        match quoted {
            Some(name) => Some(name.replace("\"\"", "\"")),
            None => is_word.then(|| word.to_lowercase()),
        }
    })
}

/// Whether a comment begins the way forward, or the way back.
fn marker(line: &str) -> Option<bool> {
    let comment = line.trim().strip_prefix("--")?.trim().to_ascii_lowercase();
    let is_one_of = |all: &[&str]| all.iter().any(|one| comment.starts_with(one));
    // Those of node-pg-migrate may begin a sentence, too.
    match comment.as_str() {
        "up migration" => Some(true),
        "down migration" => Some(false),
        _ if is_one_of(&FORWARD) => Some(true),
        _ => is_one_of(&BACK).then_some(false),
    }
}

/// Whether a script says which part of it leads forward, or back.
pub(super) fn is_marked(text: &str) -> bool {
    text.lines().any(|line| marker(line).is_some())
}

/// The revision of Alembic that begins with a line.
pub(super) fn revision(line: &str) -> Option<&str> {
    let (_, to) = line.strip_prefix(REVISION)?.split_once("-> ")?;
    to.split([',', ' ']).next().map(str::trim).filter(|revision| !revision.is_empty())
}

/// The script without the way back and without psql's own commands; and the way back.
fn directions(text: &str, left_out: &mut Vec<Note>) -> (String, Option<Back>) {
    let mut is_forward = true;
    let mut forward = String::with_capacity(text.len());
    let mut back: Option<Back> = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        is_forward = marker(line).unwrap_or(is_forward);
        let is_psql = line
            .strip_prefix('\\')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()));
        if is_forward && is_psql {
            let text = "a command of psql is left out".into();
            left_out.push(Note { line: number + 1, text });
        }
        if is_forward && !is_psql {
            forward.push_str(line);
            continue;
        }
        forward.push_str(&blank(line));
        if !is_forward {
            let start = || Back { line: number + 1, text: String::new() };
            let line = if marker(line).is_some() { "\n" } else { line };
            back.get_or_insert_with(start).text.push_str(line);
        }
    }
    (forward, back)
}

/// As many blanks as there are bytes; lines stay lines.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// The script with blanks in the place of `base.` before names.
pub(super) fn without_base(text: &str, base: &Ident) -> Result<String, ConvertError> {
    let tokens = tokens(text).map_err(|error| syntax(text, &error))?;
    let mut bytes = text.as_bytes().to_vec();
    let word = |number: usize| {
        let token = tokens.get(number)?;
        let start = usize::try_from(token.start).ok()?;
        let end = usize::try_from(token.end).ok()?;
        Some((text.get(start..end)?, start, end))
    };
    for number in 0..tokens.len() {
        let (Some((name, start, _)), Some((".", _, end))) = (word(number), word(number + 1)) else {
            continue;
        };
        let bare = name.to_lowercase();
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let is_base = quoted.unwrap_or(&bare).replace("\"\"", "\"") == base.as_str();
        let is_first = number == 0 || word(number - 1).is_none_or(|(before, ..)| before != ".");
        if is_base && is_first {
            bytes[start..end].fill(b' ');
        }
    }
    Ok(String::from_utf8(bytes).expect("whole tokens were replaced by blanks"))
}

/// How many bytes of blanks and comments come before the statement.
fn leading(text: &str) -> usize {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.find('\n').map_or("", |end| &comment[end..]).trim_start();
        } else if rest.starts_with("/*") {
            let mut depth = 0_usize;
            let mut end = rest.len();
            let bytes = rest.as_bytes();
            let mut at = 0;
            while at + 1 < bytes.len() {
                match &bytes[at..at + 2] {
                    b"/*" => (depth, at) = (depth + 1, at + 2),
                    b"*/" => (depth, at) = (depth - 1, at + 2),
                    _ => at += 1,
                }
                if depth == 0 {
                    end = at;
                    break;
                }
            }
            rest = rest[end..].trim_start();
        } else {
            return text.len() - rest.len();
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn said(error: &pg_query::Error) -> String {
    match error {
        pg_query::Error::Parse(message) | pg_query::Error::Scan(message) => message.clone(),
        other => other.to_string(),
    }
}

/// The first statement that is wrong: the grammar tells no place.
fn syntax(text: &str, error: &pg_query::Error) -> ConvertError {
    let pieces = pg_query::split_with_scanner(text).unwrap_or_default();
    let wrong = pieces.into_iter().find_map(|piece| {
        let error = pg_query::parse(piece, ParserOptions::DEFAULT).err()?;
        let start = piece.as_ptr() as usize - text.as_ptr() as usize;
        Some((start + leading(piece), error))
    });
    let (start, message) = match wrong {
        Some((start, error)) => (start, said(&error)),
        None => (0, said(error)),
    };
    ConvertError::Syntax { line: line_of(text, start), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_never_taken_for_the_way_forward() {
        let both = "-- Up Migration\nA;\n-- Down Migration\nB;\n-- migrate:up\nC;\n";
        let only_back = "A;\r\n-- migrate:down\r\nB;\r\n";
        let sentence = "A;\n-- Down migration is not possible.\nB;\n";
        for (text, forward, back) in [
            (both, vec!["A;", "C;"], Some((3, "B;"))),
            (only_back, vec!["A;"], Some((2, "B;"))),
            (sentence, vec!["A;", "B;"], None),
        ] {
            let (found, found_back) = directions(text, &mut Vec::new());
            let lines = found.lines().map(str::trim);
            let found: Vec<&str> = lines.filter(|line| line.ends_with(';')).collect();
            assert_eq!(found, forward, "{text}");
            let found_back = found_back
                .as_ref()
                .map(|back| (back.line, back.text.lines().last().map_or("", str::trim)));
            assert_eq!(found_back, back, "{text}");
        }
    }
}
