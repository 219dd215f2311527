//! Whether columns of the row are others than before, as cheaply as their types allow.

use super::{Sync, any_image_changed};
use crate::sql;
use crate::sql::{Ident, Separated, Sql};

/// Types of which two values are equal only where their bytes are, and which have an operator for
/// exactly that in `pg_catalog` (so that it is the one that is found, unless somebody put both an operator of
/// his own for this very type and its schema before `pg_catalog`). Not of them: `numeric` (1.0 = 1.00), floats (0 = -0), `interval`,
/// `character(n)`, `jsonb`, and whatever is made of those.
const ALIKE: &[&str] = &[
    "bigint",
    "boolean",
    "date",
    "integer",
    "smallint",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

impl Sync<'_> {
    /// Whether any of these columns is another than before, by its bytes. On INSERT, OLD is a row of NULLs (manual,
    /// section 43.10.1; Postgres 11 and later), so that asking does no harm.
    ///
    /// The sync function asks this for every row of every transaction, and in each PL/pgSQL makes the expression ready anew:
    /// with ROW() that costs more than all the rest of the function.
    pub(super) fn any_changed(&self, columns: &[&Ident]) -> Sql {
        let mut changed: Vec<Sql> = Vec::new();
        let mut others: Vec<&Ident> = Vec::new();
        for &column in columns {
            match self.plainly_changed(column) {
                Some(plainly) => changed.push(plainly),
                None => others.push(column),
            }
        }
        if changed.is_empty() || !others.is_empty() {
            changed.push(any_image_changed(&others));
        }
        match changed.as_slice() {
            [only] => only.clone(),
            several => sql!("({c})", c = Separated::by(" OR ", several)),
        }
    }

    fn plainly_changed(&self, column: &Ident) -> Option<Sql> {
        let name = self.stored(column)?.type_name.as_str();
        if ALIKE.contains(&name) {
            return Some(sql!("(NEW.{c} IS DISTINCT FROM OLD.{c})", c = column));
        }
        // By bytes, also where the column's collation takes different ones for the same.
        let is_text =
            name == "text" || name.starts_with("character varying") && !name.ends_with(']');
        is_text.then(|| {
            sql!(
                "(NEW.{c}::pg_catalog.text COLLATE pg_catalog.\"C\" IS DISTINCT FROM OLD.{c}::pg_catalog.text)",
                c = column,
            )
        })
    }
}
