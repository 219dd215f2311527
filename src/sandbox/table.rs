//! A table as one version shows it, and the statements that write made-up rows into it.

use serde::Deserialize;
use uuid::Uuid;

use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Sql, commas};

/// What the catalog says of a table. See `sql/sandbox/tables.sql`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Table {
    name: Ident,
    key: Option<Ident>,
    columns: Vec<Column>,
}

/// A column that a new row needs a value for.
#[derive(Debug, Clone, Deserialize)]
struct Column {
    name: Ident,
    /// `pg_type.typcategory`.
    category: String,
    type_name: String,
    length: Option<usize>,
    /// The first value of an enumeration.
    label: Option<String>,
    /// Whether it is certain to be.
    nullable: bool,
    parent: Option<Parent>,
}

/// The column that a foreign key leads to.
#[derive(Debug, Clone, Deserialize)]
struct Parent {
    schema: Ident,
    table: Ident,
    column: Ident,
}

/// A table with the schema that shows it.
#[derive(Debug, Clone)]
pub(super) struct View {
    place: QualifiedName,
    table: Table,
    /// Whether every second row leaves out what it can.
    with_nulls: bool,
}

impl View {
    pub(super) fn new(schema: &Ident, table: Table) -> Self {
        let place = QualifiedName::new(schema, &table.name);
        Self { place, table, with_nulls: false }
    }

    /// The same table, every second of whose new rows leaves out what it can.
    pub(super) fn with_nulls(&self) -> Self {
        let with_nulls = true;
        Self { with_nulls, ..self.clone() }
    }

    pub(super) fn name(&self) -> &str {
        self.table.name.as_str()
    }

    /// Inserts row number `number`, and returns its key as text.
    pub(super) fn insert(&self, label: &str, number: u64) -> Sql {
        let columns = &self.table.columns;
        let returned = match &self.table.key {
            Some(key) => sql!("{k}::text", k = key),
            None => sql!("NULL::text"),
        };
        // Two clients that take turns have odd numbers and even ones: both are to leave things out.
        let is_sparse = self.with_nulls && (number / 2).is_multiple_of(2);
        let values = columns.iter().map(|column| match column.nullable {
            true if is_sparse => sql!("NULL"),
            _ => column.value(label, number),
        });
        if columns.is_empty() {
            return sql!(
                "INSERT INTO {v} DEFAULT VALUES RETURNING {r}",
                v = self.place,
                r = returned
            );
        }
        sql!(
            "INSERT INTO {v} ({c}) VALUES ({w}) RETURNING {r}",
            v = self.place,
            c = commas(columns.iter().map(|column| &column.name)),
            w = commas(values),
            r = returned,
        )
    }

    /// Changes the row with this key, where there is a column fit for it: not the key, and no
    /// reference.
    pub(super) fn update(&self, key: &str, label: &str, number: u64) -> Option<Sql> {
        let own = self.table.key.as_ref()?;
        let is_fit = |column: &&Column| {
            column.parent.is_none() && column.name != *own && column.category == "S"
        };
        let column = self.table.columns.iter().find(is_fit)?;
        Some(sql!(
            "UPDATE {v} SET {c} = {w} WHERE {k} = {l}",
            v = self.place,
            c = column.name,
            w = column.value(label, number),
            k = own,
            l = Literal::new(key),
        ))
    }

    /// The row with this key, as JSON.
    pub(super) fn select(&self, key: &str) -> Option<Sql> {
        let own = self.table.key.as_ref()?;
        Some(sql!(
            "SELECT to_jsonb(v)::text FROM {v} AS v WHERE {k} = {l}",
            v = self.place,
            k = own,
            l = Literal::new(key),
        ))
    }
}

impl Column {
    /// A value of the column's type. A bare literal has the type of the column that it goes to.
    fn value(&self, label: &str, number: u64) -> Sql {
        if let Some(Parent { schema, table, column }) = &self.parent {
            let parent = QualifiedName::new(schema, table);
            return sql!("(SELECT {c} FROM {t} ORDER BY {c} DESC LIMIT 1)", c = column, t = parent);
        }
        match self.text(label, number) {
            Some(text) => sql!("{l}", l = Literal::new(text)),
            None => sql!("DEFAULT"),
        }
    }

    fn text(&self, label: &str, number: u64) -> Option<String> {
        Some(match (self.category.as_str(), self.type_name.as_str()) {
            ("N", "int2") => (number % 30_000).to_string(),
            ("N", _) => number.to_string(),
            // Looks like an address, which is what checks on texts ask for most.
            ("S", _) => fitting(format!("{label}-{number}@example.com"), number, self.length),
            ("B", _) => number.is_multiple_of(2).to_string(),
            ("D", _) => "now".into(),
            ("T", _) => "1 day".into(),
            ("E", _) => self.label.clone()?,
            ("A", _) => "{}".into(),
            ("I", _) => "127.0.0.1".into(),
            (_, "uuid") => Uuid::new_v4().to_string(),
            (_, "json" | "jsonb") => "{}".into(),
            (_, "bytea") => "bytes".into(),
            _ => return None,
        })
    }
}

/// The text, or the end of the number where the column is too narrow for it.
fn fitting(text: String, number: u64, length: Option<usize>) -> String {
    match length {
        Some(length) if text.len() > length => {
            let digits = number.to_string();
            digits[digits.len().saturating_sub(length)..].to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_column_gets_the_end_of_the_number() {
        let fitting = |length| fitting("old-1234@example.com".into(), 1234, length);
        assert_eq!(fitting(None), "old-1234@example.com");
        assert_eq!(fitting(Some(20)), "old-1234@example.com");
        assert_eq!(fitting(Some(6)), "1234");
        assert_eq!(fitting(Some(2)), "34");
    }
}
