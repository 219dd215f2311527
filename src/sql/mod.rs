//! SQL as a type.
//!
//! Only [`sql!`](crate::sql!) makes an [`Sql`], its holes take typed fragments and nothing else, and
//! the connection takes nothing but an [`Sql`]: a name that was not quoted or a value that was not
//! escaped does not compile. This room knows no table.

mod cast;
mod expression;
mod ident;
mod lexer;
mod literal;
mod milliseconds;
mod statement;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use expression::{Expression, ExpressionError};
pub use ident::{Ident, IdentError, QualifiedName};
pub(crate) use literal::{Body, Literal};
pub(crate) use milliseconds::Milliseconds;
pub(crate) use statement::Statement;

/// One statement, or several separated by semicolons, made by [`sql!`](crate::sql!).
///
/// It can be read back from a stored plan, which the ledger alone writes: that is its second door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sql(String);

impl Sql {
    /// For [`sql!`](crate::sql!) only.
    #[doc(hidden)]
    #[must_use]
    pub fn from_template(text: String) -> Self {
        Self(text)
    }

    /// The text, as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same with another name for an object, whose own occurs nowhere else: quoted, as we write it, or
    /// as Postgres prints it, quoted where it has to be.
    #[must_use]
    pub(crate) fn renaming(&self, from: &QualifiedName, to: &QualifiedName) -> Self {
        let ways = |name: &Ident| [name.to_string(), name.as_str().to_owned()];
        let (schemas, names, to) = (ways(&from.schema), ways(&from.name), to.to_string());
        let ways = schemas
            .iter()
            .flat_map(|schema| names.iter().map(move |name| format!("{schema}.{name}")));
        Self(ways.fold(self.0.clone(), |text, way| text.replace(&way, &to)))
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What may stand in a hole of [`sql!`](crate::sql!): something that prints itself as safe SQL.
pub trait Fragment: fmt::Display {}

impl Fragment for Sql {}
impl Fragment for Ident {}
impl Fragment for QualifiedName {}
impl Fragment for Literal {}
impl Fragment for Body {}
impl Fragment for Expression {}
impl Fragment for Milliseconds {}
impl Fragment for u32 {}
impl<T: Fragment + ?Sized> Fragment for &T {}

/// Fragments, separated by commas or by another piece of SQL.
#[derive(Debug, Clone)]
pub struct Separated<T> {
    items: Vec<T>,
    separator: &'static str,
}

impl<T: Fragment> Separated<T> {
    /// The fragments, with `separator` between each two.
    pub fn by(separator: &'static str, items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), separator }
    }
}

/// The fragments as a comma-separated list.
pub fn commas<T: Fragment>(items: impl IntoIterator<Item = T>) -> Separated<T> {
    Separated::by(", ", items)
}

impl<T: Fragment> Fragment for Separated<T> {}

impl<T: Fragment> fmt::Display for Separated<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                formatter.write_str(self.separator)?;
            }
            item.fmt(formatter)?;
        }
        Ok(())
    }
}

/// Makes an [`Sql`](crate::sql::Sql) of a template (a literal, or `file "path/below/sql"`) and the
/// [`Fragment`](crate::sql::Fragment)s for its holes. Braces in SQL are doubled.
#[macro_export]
macro_rules! sql {
    // A file without holes is SQL as it stands, braces and all: it runs in psql, too.
    (file $path:literal) => {
        $crate::sql::Sql::from_template(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $path)).to_owned())
    };
    (file $path:literal $(, $hole:ident = $value:expr)+ $(,)?) => {{
        $( let $hole: &dyn $crate::sql::Fragment = &$value; )+
        $crate::sql::Sql::from_template(format!(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $path)) $(, $hole = $hole)*))
    }};
    // `concat!` is not idle: with a plain literal `format!` would capture variables of the
    // surroundings, a bare `String` among them.
    ($template:literal $(, $hole:ident = $value:expr)* $(,)?) => {{
        $( let $hole: &dyn $crate::sql::Fragment = &$value; )*
        $crate::sql::Sql::from_template(format!(concat!($template) $(, $hole = $hole)*))
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_quoted() {
        let table = Ident::new("odd \"name\"").expect("a valid name");
        let text = Literal::new("it's");
        assert_eq!(
            sql!("COMMENT ON TABLE {table} IS {text}", table = table, text = text).as_str(),
            r#"COMMENT ON TABLE "odd ""name""" IS 'it''s'"#,
        );
    }

    #[test]
    fn lists_are_separated() {
        let names = ["a", "b"].map(|name| Ident::new(name).expect("a valid name"));
        assert_eq!(sql!("({names})", names = commas(names)).as_str(), r#"("a", "b")"#);
    }
}
