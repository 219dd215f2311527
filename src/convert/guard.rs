//! Blocks that do something unless it is done already, as tools write them for what has no IF NOT EXISTS:
//!
//! ```sql
//! DO $$ BEGIN CREATE TYPE a AS ENUM ('b'); EXCEPTION WHEN duplicate_object THEN null; END $$;
//! DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE ..) THEN CREATE TYPE ..; END IF; END $$;
//! ```

use std::collections::BTreeSet;

use pg_query::protobuf::{AlterTableType, DoStmt};
use pg_query::{NodeEnum, ParserOptions};

use super::source::without_base;
use super::statement::commands;
use super::text;
use crate::sql::Ident;

/// What a block comes to, where nothing of that is there.
#[derive(Debug)]
pub(super) struct Guarded {
    /// Its one statement.
    pub(super) node: NodeEnum,
    /// The relations that it names.
    pub(super) reads: BTreeSet<String>,
}

/// The statement of such a block.
pub(super) fn guarded(block: &DoStmt, base: &Ident) -> Option<Guarded> {
    let option = |name: &str| {
        block.args.iter().find_map(|arg| match &arg.node {
            Some(NodeEnum::DefElem(option)) if option.defname == name => {
                text::constant(option.arg.as_deref()?)
            }
            _ => None,
        })
    };
    if option("language").is_some_and(|language| language != "plpgsql") {
        return None;
    }
    let body = without_base(&option("as")?, base).ok()?;
    let inner = inner(&body)?;
    let parsed = pg_query::parse(inner, ParserOptions::DEFAULT).ok()?;
    let reads = parsed.tables().into_iter().collect();
    let mut statements = parsed.protobuf.stmts.into_iter();
    let (first, None) = (statements.next()?, statements.next()) else {
        return None;
    };
    let node = first.stmt?.node?;
    only_makes(&node).then_some(Guarded { node, reads })
}

/// Whether a statement does nothing but make something, and so fails where that is there.
fn only_makes(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::CreateStmt(_)
        | NodeEnum::CreateEnumStmt(_)
        | NodeEnum::CreateDomainStmt(_)
        | NodeEnum::CompositeTypeStmt(_)
        | NodeEnum::CreateSeqStmt(_)
        | NodeEnum::CreateTrigStmt(_)
        | NodeEnum::CreatePolicyStmt(_)
        | NodeEnum::CreateExtensionStmt(_)
        | NodeEnum::IndexStmt(_) => true,
        NodeEnum::AlterTableStmt(alter) => commands(&alter.cmds).all(|kind| {
            matches!(kind, AlterTableType::AtAddColumn | AlterTableType::AtAddConstraint)
        }),
        _ => false,
    }
}

/// A word of the block: where it is, in small letters.
struct Word {
    start: usize,
    end: usize,
    text: String,
}

fn inner(body: &str) -> Option<&str> {
    let mut words = Vec::new();
    for token in text::tokens(body).ok()? {
        let (start, end) = (usize::try_from(token.start).ok()?, usize::try_from(token.end).ok()?);
        let text = body.get(start..end)?.to_lowercase();
        if !text.starts_with("--") && !text.starts_with("/*") {
            words.push(Word { start, end, text });
        }
    }
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let texts = texts.strip_suffix(&[";"]).unwrap_or(&texts);
    let texts = texts.strip_suffix(&["end"])?.strip_prefix(&["begin"])?;
    // `words` has BEGIN before these.
    let between = |from: usize, to: usize| body.get(words.get(from)?.end..words.get(to)?.start);
    if let Some(texts) = texts.strip_suffix(&["end", "if", ";"]) {
        let texts = texts.strip_prefix(&["if", "not", "exists"])?;
        let then = texts.iter().position(|text| *text == "then")?;
        let condition = between(3, 4 + then)?;
        return is_about_catalogs(condition).then(|| between(4 + then, 4 + texts.len())).flatten();
    }
    let exception = texts.iter().rposition(|text| *text == "exception")?;
    let (handler, null) = texts[exception + 1..].split_at_checked(2)?;
    let is_duplicate = handler[0] == "when" && handler[1].starts_with("duplicate_");
    let mut rest = null;
    while let ["or", other, after @ ..] = rest {
        if !other.starts_with("duplicate_") {
            return None;
        }
        rest = after;
    }
    let does_nothing = rest == ["then", "null", ";"];
    (is_duplicate && does_nothing).then(|| between(0, 1 + exception)).flatten()
}

/// Whether `(SELECT ..)` asks nothing but what there is.
fn is_about_catalogs(condition: &str) -> bool {
    let question = format!("SELECT EXISTS {condition}");
    let Ok(parsed) = pg_query::parse(&question, ParserOptions::DEFAULT) else {
        return false;
    };
    let tables = parsed.tables();
    !tables.is_empty()
        && tables
            .iter()
            .all(|table| table.starts_with("pg_") || table.starts_with("information_schema."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner_of(body: &str) -> Option<String> {
        inner(body).map(|inner| inner.trim().to_owned())
    }

    #[test]
    fn what_is_guarded_is_found() {
        for body in [
            "BEGIN CREATE TYPE a AS ENUM ('b'); EXCEPTION WHEN duplicate_object THEN null; END",
            "\n begin\n -- why\n CREATE TYPE a AS ENUM ('b');\nexception when duplicate_object or duplicate_table then NULL; end;\n",
            "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a') THEN CREATE TYPE a AS ENUM ('b'); END IF; END",
        ] {
            let found = inner_of(body).unwrap_or_default();
            assert!(found.ends_with("CREATE TYPE a AS ENUM ('b');"), "{body}: {found}");
        }
    }

    #[test]
    fn other_blocks_are_left_alone() {
        for body in [
            "BEGIN CREATE TYPE a AS ENUM ('b'); EXCEPTION WHEN others THEN null; END",
            "BEGIN CREATE TYPE a AS ENUM ('b'); EXCEPTION WHEN duplicate_object THEN DELETE FROM t; END",
            "BEGIN IF NOT EXISTS (SELECT FROM users) THEN CREATE TABLE a (); END IF; END",
            "BEGIN CREATE TABLE a (); END",
            "BEGIN END",
            "DECLARE a int; BEGIN CREATE TABLE b (); EXCEPTION WHEN duplicate_table THEN null; END",
            "",
        ] {
            assert_eq!(inner_of(body), None, "{body}");
        }
    }
}
