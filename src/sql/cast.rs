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
        let tokens = self.tokens();
        let is_column = |from: &Token, behind: &Token| {
            let text = &self.as_str()[from.start..behind.start];
            Self::from_catalog(text).is_column(table, column)
        };
        let is_as = |token: &Token| is_word(token, "as");
        let is_colon = |token: &Token| token.kind == Kind::Other(':');
        match tokens.as_slice() {
            [cast, Token { kind: Kind::Open('('), .. }, inside @ .., end]
                if is_word(cast, "cast") && end.kind == Kind::Close(')') =>
            {
                let at = inside.iter().position(is_as);
                at.and_then(|at| Some((inside.first()?, &inside[at], &inside[at + 1..])))
                    .is_some_and(|(first, behind, rest)| is_column(first, behind) && is_type(rest))
            }
            all => {
                let at = all.windows(2).position(|two| two.iter().all(is_colon));
                at.and_then(|at| Some((all.first()?, &all[at], &all[at + 2..])))
                    .is_some_and(|(first, behind, rest)| is_column(first, behind) && is_type(rest))
            }
        }
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
