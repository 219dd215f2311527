//! Cuts a text into statements, where that can be done without reading SQL as Postgres does.

use super::expression::ExpressionError;
use super::lexer::{self, Kind, Token};

/// One statement of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The text.
    pub text: String,
    /// Where it starts, in characters from the start of the whole text, from 0.
    pub offset: usize,
    words: Vec<String>,
}

/// What can be made without a lock on anything that is there.
const OBJECTS: [&str; 9] = [
    "extension",
    "type",
    "domain",
    "function",
    "procedure",
    "sequence",
    "schema",
    "collation",
    "aggregate",
];

/// What begins or ends a transaction.
const CONTROL: [&str; 8] =
    ["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"];

impl Statement {
    /// Cuts `text` at its semicolons.
    ///
    /// # Errors
    /// When a quote or comment is not closed, or where semicolons may be inside of a statement.
    pub(crate) fn split(text: &str) -> Result<Vec<Self>, ExpressionError> {
        let error = |start: usize, message: String| ExpressionError {
            message,
            offset: text[..start].chars().count(),
        };
        let tokens = lexer::tokens(text).map_err(|unterminated| {
            error(unterminated.start, format!("this {} is never closed", unterminated.what))
        })?;
        let is_atomic = |token: &&Token| token.kind == Kind::Word("atomic".into());
        if let Some(token) = tokens.iter().find(is_atomic) {
            let message = "where a body of BEGIN ATOMIC ends is not known here: quote the body";
            return Err(error(token.start, message.into()));
        }
        let mut statements = Vec::new();
        let mut depth = 0_usize;
        let mut present: Vec<&Token> = Vec::new();
        // Counted on from statement to statement: there may be as many as there are rows.
        let (mut counted, mut offset) = (0, 0);
        let end = Token { kind: Kind::Semicolon, start: text.len() };
        for token in tokens.iter().chain([&end]) {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends = token.kind == Kind::Semicolon && (depth == 0 || token.start == text.len());
            if !ends {
                present.push(token);
            } else if let Some(first) = present.first() {
                offset += text[counted..first.start].chars().count();
                counted = first.start;
                statements.push(Self {
                    text: text[first.start..token.start].trim_end().to_owned(),
                    offset,
                    words: words(&present),
                });
                present.clear();
            }
        }
        Ok(statements)
    }

    /// Whether it only makes something that nobody uses yet, and is no relation with rows.
    #[must_use]
    pub(crate) fn makes_objects(&self) -> bool {
        let [verb, object, rest @ ..] = self.words.as_slice() else {
            return false;
        };
        // A schema may be made with tables in it, and a sequence for a table that is there.
        let more = |word: &String| word == "owned" || object == "schema" && word == "create";
        verb == "create" && OBJECTS.contains(&object.as_str()) && !rest.iter().any(more)
    }

    /// Whether it gives rights on such an object, as a sequence that it has made needs them; not on tables.
    #[must_use]
    pub(crate) fn grants_on_objects(&self) -> bool {
        let is_on = |words: &[String]| {
            words[0] == "on" && (OBJECTS.contains(&words[1].as_str()) || words[1] == "routine")
        };
        self.words.first().is_some_and(|verb| verb == "grant") && self.words.windows(2).any(is_on)
    }

    /// Whether it makes a function or the like, which may read what else there is.
    #[must_use]
    pub(crate) fn makes_routines(&self) -> bool {
        let routines = ["function", "procedure", "aggregate"];
        self.words.get(1).is_some_and(|object| routines.contains(&object.as_str()))
    }

    /// Whether it is a COPY from or to the client, which would have to send or take rows.
    #[must_use]
    pub(crate) fn copies_by_client(&self) -> bool {
        let by_client = |words: &[String]| {
            matches!(words[0].as_str(), "from" | "to")
                && matches!(words[1].as_str(), "stdin" | "stdout")
        };
        self.words.first().is_some_and(|word| word == "copy")
            && self.words.windows(2).any(by_client)
    }

    /// Whether it begins or ends a transaction.
    #[must_use]
    pub(crate) fn controls_transactions(&self) -> bool {
        self.words.first().is_some_and(|word| CONTROL.contains(&word.as_str()))
    }
}

fn words(tokens: &[&Token]) -> Vec<String> {
    let words = tokens.iter().filter_map(|token| match &token.kind {
        Kind::Word(word) => Some(word.clone()),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let statements = Statement::split(text).expect("statements");
        statements.into_iter().map(|one| format!("{}: {}", one.offset, one.text)).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_brackets_separate_nothing() {
        assert_eq!(
            texts("ü; SELECT ';' -- ;\n, $$;$$;;\nCREATE RULE r AS ON INSERT TO t DO (a; b) ; "),
            [
                "0: ü",
                "3: SELECT ';' -- ;\n, $$;$$",
                "29: CREATE RULE r AS ON INSERT TO t DO (a; b)"
            ]
        );
    }

    #[test]
    fn rights_on_tables_are_not_those_on_objects() {
        for (text, expected) in [
            ("GRANT USAGE ON SEQUENCE \"Numbers\" TO app", true),
            ("grant all privileges on type mood to public", true),
            ("GRANT SELECT ON users TO app", false),
            ("GRANT ALL ON ALL TABLES IN SCHEMA public TO app", false),
            ("GRANT writers TO app", false),
            ("REVOKE USAGE ON SEQUENCE numbers FROM app", false),
        ] {
            let statements = Statement::split(text).expect(text);
            assert!(statements.iter().all(|one| one.grants_on_objects() == expected), "{text}");
        }
    }

    #[test]
    fn only_what_is_new_and_holds_no_rows_is_an_object() {
        for (text, expected) in [
            ("CREATE EXTENSION IF NOT EXISTS citext", true),
            ("/* why */ create type \"Mood\" as enum ('a')", true),
            ("CREATE SCHEMA s", true),
            ("CREATE SCHEMA s CREATE TABLE t (id int)", false),
            ("CREATE SEQUENCE s OWNED BY t.id", false),
            ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS ''", false),
            ("CREATE TABLE t (id int)", false),
            ("SELECT 1", false),
        ] {
            let statements = Statement::split(text).expect(text);
            assert!(statements.iter().all(|one| one.makes_objects() == expected), "{text}");
        }
    }
}
