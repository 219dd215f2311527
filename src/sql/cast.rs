//! Casts of a column, told from other expressions over it.

use super::expression::Expression;
use super::lexer::{Kind, Token};

/// What goes on behind the name of a type, so that it is more than a cast.
const OPERATORS: [&str; 14] = [
    "and", "at", "between", "ilike", "in", "is", "isnull", "like", "not", "notnull", "operator",
    "or", "overlaps", "similar",
];

impl Expression {
    /// Whether it is nothing but a cast of the column: `CAST(id AS bigint)` or `id::bigint`.
    #[must_use]
    pub fn is_cast_of(&self, table: &str, column: &str) -> bool {
        self.cast_of(table, column).is_some()
    }

    /// The type that it casts the column to, if it does nothing else.
    #[must_use]
    pub fn cast_of(&self, table: &str, column: &str) -> Option<Self> {
        let tokens = self.tokens();
        let is_as = |token: &Token| is_word(token, "as");
        let is_colon = |token: &Token| token.kind == Kind::Other(':');
        let (first, sign, rest, end) = match tokens.as_slice() {
            [cast, Token { kind: Kind::Open('('), .. }, inside @ .., end]
                if is_word(cast, "cast") && end.kind == Kind::Close(')') =>
            {
                let at = inside.iter().position(is_as)?;
                (inside.first()?, &inside[at], &inside[at + 1..], end.start)
            }
            all => {
                let at = all.windows(2).position(|two| two.iter().all(is_colon))?;
                (all.first()?, &all[at], &all[at + 2..], self.as_str().len())
            }
        };
        let text = |from: usize, to: usize| Self::from_catalog(self.as_str()[from..to].trim_end());
        let is_column = text(first.start, sign.start).is_column(table, column);
        (is_column && is_type(rest)).then(|| text(rest[0].start, end))
    }
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.kind, Kind::Word(text) if text == word)
}

/// Whether that can be the name of a type, with its modifiers.
fn is_type(tokens: &[Token]) -> bool {
    let mut open = 0;
    let is_part = |token: &Token| {
        match &token.kind {
            Kind::Open(_) => open += 1,
            Kind::Close(_) => open -= 1,
            Kind::Word(word) => return !OPERATORS.contains(&word.as_str()),
            Kind::Other(sign) => return *sign == ',' && open > 0,
            Kind::Semicolon => return false,
            Kind::Quoted(_) | Kind::Constant | Kind::Dot => {}
        }
        open >= 0
    };
    !tokens.is_empty() && tokens.iter().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_of_the_column_is_recognised() {
        let is_cast = |text| Expression::parse(text).expect(text).is_cast_of("orders", "id");
        for text in [
            "CAST(id AS bigint)",
            "cast(orders.id as numeric(10, 2))",
            "id::bigint",
            "\"id\" :: pg_catalog.int8",
            "orders.id::timestamp with time zone",
        ] {
            assert!(is_cast(text), "{text}");
        }
        let cast = Expression::parse("CAST(id AS numeric(4,2) )").expect("a cast");
        assert_eq!(cast.cast_of("orders", "id"), Some(Expression::from_catalog("numeric(4,2)")));
        for text in [
            "id",
            "CAST(id AS bigint) + 1",
            "CAST(id + 1 AS bigint)",
            "CAST(other AS bigint)",
            "CAST(id AS bigint) || CAST(id AS bigint)",
            "CAST(id AS bool) AND CAST(id AS bool)",
            "id::text::bigint",
            "id::bigint * 2",
            "id::bigint IS NULL",
            "id::",
        ] {
            assert!(!is_cast(text), "{text}");
        }
    }
}
