//! SQL that somebody else wrote: a user, or Postgres when it prints what it has stored.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::lexer::{self, Kind, Token};

/// A piece of SQL that cannot leave the parentheses it is put in: its quotes are closed, its
/// brackets are balanced, and no semicolon ends a statement in it. Whether it makes sense, Postgres
/// says. It may end in a `--` comment, so a newline has to follow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(String);

/// Why a text is not one expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// Where, in characters from the start of the text, from 0.
    pub offset: usize,
}

impl Expression {
    /// Reads what a user wrote. One semicolon at the end is taken off.
    ///
    /// # Errors
    /// When the text is empty, a quote, comment or bracket in it is not closed, or a semicolon
    /// separates it into several statements.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let error = |start: usize, message: String| ExpressionError {
            message,
            offset: text[..start].chars().count(),
        };
        if let Some(start) = text.find('\0') {
            return Err(error(start, "Postgres has no NUL character in text".into()));
        }
        let mut tokens = lexer::tokens(text).map_err(|unterminated| {
            error(unterminated.start, format!("this {} is never closed", unterminated.what))
        })?;
        let mut end = text.len();
        if let Some(Token { kind: Kind::Semicolon, start }) = tokens.last() {
            end = *start;
            tokens.pop();
        }
        if tokens.is_empty() {
            return Err(error(0, "there is no expression here".into()));
        }
        check_brackets(&tokens).map_err(|(start, message)| error(start, message))?;
        Ok(Self(text[..end].trim_end().to_owned()))
    }

    /// What Postgres printed: from a `pg_get_..` function or `format_type`.
    #[must_use]
    pub fn from_catalog(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Every name that occurs, folded as Postgres folds: a superset of the columns it reads.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.tokens()
            .into_iter()
            .filter_map(|token| match token.kind {
                Kind::Word(name) | Kind::Quoted(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    /// Whether it is a query and not an expression.
    #[must_use]
    pub fn is_query(&self) -> bool {
        matches!(
            self.tokens().first().map(|token| &token.kind),
            Some(Kind::Word(word)) if matches!(word.as_str(), "select" | "with" | "values")
        )
    }

    /// Whether it is nothing but the column, bare or qualified with its table's name.
    #[must_use]
    pub fn is_column(&self, table: &str, column: &str) -> bool {
        let named = |kind: &Kind, name: &str| matches!(kind, Kind::Word(text) | Kind::Quoted(text) if text == name);
        let tokens = self.tokens();
        let tokens = match tokens.as_slice() {
            [Token { kind: Kind::Word(word), .. }, rest @ ..] if word == "select" => rest,
            all => all,
        };
        match tokens {
            [name] => named(&name.kind, column),
            [qualifier, Token { kind: Kind::Dot, .. }, name] => {
                named(&qualifier.kind, table) && named(&name.kind, column)
            }
            _ => false,
        }
    }

    /// A type and the collation that follows it, where one does.
    #[must_use]
    pub fn split_collation(&self) -> (Self, Option<Self>) {
        let tokens = self.tokens();
        let collate = |token: &Token| matches!(&token.kind, Kind::Word(word) if word == "collate");
        if let Some(at) = tokens.iter().rposition(collate).filter(|at| *at > 0) {
            let (type_name, rest) = self.0.split_at(tokens[at].start);
            let collation = Self(rest["collate".len()..].trim().to_owned());
            if collation.is_name() {
                return (Self(type_name.trim_end().to_owned()), Some(collation));
            }
        }
        (self.clone(), None)
    }

    /// Whether it is nothing but a name, which may be qualified.
    #[must_use]
    pub fn is_name(&self) -> bool {
        let tokens = self.tokens();
        tokens.len() % 2 == 1
            && tokens.iter().enumerate().all(|(index, token)| match token.kind {
                Kind::Word(_) | Kind::Quoted(_) => index % 2 == 0,
                Kind::Dot => index % 2 == 1,
                _ => false,
            })
    }

    pub(super) fn tokens(&self) -> Vec<Token> {
        lexer::tokens(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn check_brackets(tokens: &[Token]) -> Result<(), (usize, String)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Open(bracket) => open.push((bracket, token.start)),
            Kind::Close(bracket) => match (open.pop(), bracket) {
                (Some(('(', _)), ')') | (Some(('[', _)), ']') => {}
                _ => return Err((token.start, format!("this `{bracket}` closes nothing"))),
            },
            Kind::Semicolon => {
                let message = "more than one statement: only one expression can stand here";
                return Err((token.start, message.into()));
            }
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(()),
        Some((bracket, start)) => Err((start, format!("this `{bracket}` is never closed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = Expression::parse(text).expect_err(text);
        format!("{}: {}", error.offset, error.message)
    }

    #[test]
    fn one_expression_is_accepted() {
        for text in [
            "name",
            "upper(name);",
            "SELECT CASE WHEN a = ';' THEN $$;($$ ELSE e'\\';' END",
            "a -- not ) closed",
            "(\"odd ) name\" || $tag$ ) $ $tag$) /* ( /* ; */ */",
            "arr[1] || U&'d\\0061t'",
            "a->'b' #> '{c}'",
        ] {
            Expression::parse(text).expect(text);
        }
        assert_eq!(Expression::parse("upper(name) ; ").expect("valid").as_str(), "upper(name)");
    }

    #[test]
    fn injections_are_located() {
        assert_eq!(refused("1); DROP TABLE users; --"), "1: this `)` closes nothing");
        assert_eq!(
            refused("ü; SELECT 2"),
            "1: more than one statement: only one expression can stand here"
        );
        assert_eq!(refused("CAST(age AS integer"), "4: this `(` is never closed");
        assert_eq!(refused("'abc"), "0: this string constant is never closed");
        assert_eq!(refused("1 /* x"), "2: this comment is never closed");
        assert_eq!(refused(" ; "), "0: there is no expression here");
        assert_eq!(refused("(1]"), "2: this `]` closes nothing");
    }

    #[test]
    fn the_identity_is_recognised() {
        let is_name = |text| Expression::parse(text).expect(text).is_column("users", "name");
        assert!(is_name("name"));
        assert!(is_name("NAME"));
        assert!(is_name("users.\"name\" /* as it is */"));
        assert!(is_name("SELECT name;"));
        assert!(!is_name("\"NAME\""));
        assert!(!is_name("other.name"));
        assert!(!is_name("name || ''"));
    }

    #[test]
    fn a_collation_follows_its_type() {
        let split = |text| {
            let (type_name, collation) = Expression::parse(text).expect(text).split_collation();
            (type_name.0, collation.map(|collation| collation.0))
        };
        assert_eq!(split("text"), ("text".into(), None));
        assert_eq!(
            split("varchar(3) collate pg_catalog.\"C\""),
            ("varchar(3)".into(), Some("pg_catalog.\"C\"".into()))
        );
        assert_eq!(split("text COLLATE \"C\" NOT NULL").1, None);
        assert_eq!(split("\"collate\"").1, None);
    }

    #[test]
    fn names_inside_constants_do_not_count() {
        let names =
            Expression::parse("Lower(name) || 'age' || \"Full Name\"").expect("valid").names();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Full Name", "lower", "name"]);
    }
}
