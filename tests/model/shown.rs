//! What the two versions show of a table, and whether that is what the model says.

use super::client::Client;
use super::expression::Value;
use super::life::Life;
use super::shape::{TAG, Version, quoted};
use super::statement::Statement;

impl Life<'_> {
    /// The keys that came from a sequence, for the rows of the statement.
    pub(super) async fn generated(
        &self,
        statement: &Statement,
        by: &Client,
    ) -> Result<Vec<(i64, Value)>, String> {
        let version = by.writer.columns_of;
        let mut shown = self.shape.shown(version);
        let key = shown.find(|(cell, _)| self.shape.cells[*cell].fills.is_some());
        let (Some((key, _)), tags) = (key, statement.keyless()) else { return Ok(Vec::new()) };
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let schema = if version == Version::Old { "public_base" } else { "public_next" };
        let (tag, key) = (self.shape.called(TAG, version), self.shape.called(key, version));
        let table = quoted(self.shape.name(version));
        let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
        let tags = tags.join(", ");
        let sql = format!("SELECT {tag}, {key} FROM {schema}.{table} WHERE {tag} IN ({tags})");
        let rows = self.client.rows(&sql).await.map_err(|error| format!("{sql}: {error}"))?;
        let pairs = rows.iter().filter_map(|row| row.split_once(" | "));
        Ok(pairs.map(|(tag, key)| (tag.parse().expect("a tag"), Some(key.to_owned()))).collect())
    }

    pub(super) async fn compare(&self) -> Result<(), String> {
        self.compare_version(Version::Old).await?;
        if self.rows.live { self.compare_version(Version::New).await } else { Ok(()) }
    }

    pub(super) async fn compare_version(&self, version: Version) -> Result<(), String> {
        let schema = if version == Version::Old { "public_base" } else { "public_next" };
        let columns: Vec<String> =
            self.shape.shown(version).map(|(cell, _)| self.shape.called(cell, version)).collect();
        let (columns, table) = (columns.join(", "), quoted(self.shape.name(version)));
        let tag = self.shape.called(TAG, version);
        let sql = format!("SELECT {columns} FROM {schema}.{table} ORDER BY {tag}");
        let found = self.client.rows(&sql).await.map_err(|error| format!("{sql}: {error:?}"))?;
        let expected = self.rows.shown(&self.shape, version);
        if found == expected {
            return Ok(());
        }
        let minus = expected.iter().filter(|row| !found.contains(row));
        let plus = found.iter().filter(|row| !expected.contains(row));
        let minus: String = minus.map(|row| format!("- {row}\n")).collect();
        let plus: String = plus.map(|row| format!("+ {row}\n")).collect();
        Err(format!("{schema} ({columns}), expected (-) and found (+)\n{minus}{plus}"))
    }
}
