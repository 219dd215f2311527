//! The defaults of a version's views: `SET column = DEFAULT` through a view means the view's default, or else NULL.

use crate::schema::{Schema, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql};

/// How Postgres prints a call that looks for the sequence of a table by its name.
const BY_NAME: &str = "pg_get_serial_sequence('";

/// The statements that give a table's view its defaults.
pub(super) fn of(schema: &Schema, version: &Ident, table: &Table) -> Vec<Sql> {
    let view = QualifiedName::new(version, table.name.ident());
    let columns = table.columns.iter().filter(|column| column.generated.is_none());
    columns
        .filter_map(|column| {
            let default = column.default.as_ref()?;
            let found = names_its_table(schema, default);
            let (v, n, d) = (&view, column.name.ident(), found.as_ref().unwrap_or(default));
            Some(sql!("ALTER VIEW {v} ALTER COLUMN {n} SET DEFAULT {d}", v = v, n = n, d = d))
        })
        .collect()
}

/// The same default, where it looks for the sequence of a table by its name alone: who pins a version finds
/// the view of that name, which has no sequence, and the default would be NULL.
fn names_its_table(schema: &Schema, default: &Expression) -> Option<Expression> {
    let (before, asked) = default.as_str().split_once(BY_NAME)?;
    let (name, after) = asked.split_once('\'')?;
    let table = schema.tables.values().map(|table| &table.storage).find(|table| {
        // As it has to be written there: folded, and in quotes where that would change it.
        name == table.to_string() || name.to_ascii_lowercase() == table.as_str()
    })?;
    let full = QualifiedName::new(&schema.name, table).to_string();
    let call = BY_NAME.trim_end_matches('\'');
    let text = format!("{before}{call}{name}{after}", name = Literal::new(&full));
    Some(Expression::from_catalog(text))
}
