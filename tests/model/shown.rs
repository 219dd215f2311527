//! What the two versions show of the tables, and whether that is what the model says.

use super::ask::Asked;
use super::expression::Value;
use super::life::Life;
use super::reference::Reference;
use super::shape::{TAG, Version, quoted};

impl Life<'_> {
    /// The keys that came from a sequence, for the rows of the statement.
    pub(super) async fn generated(&self, asked: &Asked) -> Result<Vec<(i64, Value)>, String> {
        let (shape, version) = (&self.world.tables[asked.table], asked.by.writer.columns_of);
        let mut shown = shape.shown(version);
        let key = shown.find(|(cell, _)| shape.cells[*cell].fills.is_some());
        let tags = asked.statement.keyless();
        let Some((key, _)) = key.filter(|_| !tags.is_empty()) else { return Ok(Vec::new()) };
        let (tag, key) = (shape.called(TAG, version), shape.called(key, version));
        let (schema, table) = (version.schema(), quoted(shape.name(version)));
        let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
        let tags = tags.join(", ");
        let sql = format!("SELECT {tag}, {key} FROM {schema}.{table} WHERE {tag} IN ({tags})");
        let rows = self.client.rows(&sql).await.map_err(|error| format!("{sql}: {error}"))?;
        let pairs = rows.iter().filter_map(|row| row.split_once(" | "));
        Ok(pairs.map(|(tag, key)| (tag.parse().expect("a tag"), Some(key.to_owned()))).collect())
    }

    /// Whose foreign key acts first: Postgres goes by the names of the triggers.
    pub(super) async fn acts_first(&self) -> Result<Version, String> {
        if self.world.reference.as_ref().and_then(Reference::copy).is_none() {
            return Ok(Version::Old);
        }
        let sql = "SELECT k.conname FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint \
                   WHERE k.contype = 'f' AND t.tgrelid = k.confrelid ORDER BY t.tgname LIMIT 1";
        let first = self.client.rows(sql).await.map_err(|error| error.to_string())?.concat();
        Ok(if first == "ref_fkey" { Version::Old } else { Version::New })
    }

    pub(super) async fn compare(&self) -> Result<(), String> {
        self.compare_version(Version::Old).await?;
        if self.state.live() { self.compare_version(Version::New).await } else { Ok(()) }
    }

    pub(super) async fn compare_version(&self, version: Version) -> Result<(), String> {
        for table in 0..self.world.tables.len() {
            self.compare_table(table, version).await?;
        }
        Ok(())
    }

    async fn compare_table(&self, table: usize, version: Version) -> Result<(), String> {
        let (shape, rows) = (&self.world.tables[table], &self.state.tables[table]);
        let columns: Vec<String> =
            shape.shown(version).map(|(cell, _)| shape.called(cell, version)).collect();
        let (columns, table) = (columns.join(", "), quoted(shape.name(version)));
        let (schema, tag) = (version.schema(), shape.called(TAG, version));
        let sql = format!("SELECT {columns} FROM {schema}.{table} ORDER BY {tag}");
        let found = self.client.rows(&sql).await.map_err(|error| format!("{sql}: {error:?}"))?;
        let expected = rows.shown(shape, version);
        if found == expected {
            return Ok(());
        }
        let minus = expected.iter().filter(|row| !found.contains(row));
        let plus = found.iter().filter(|row| !expected.contains(row));
        let minus: String = minus.map(|row| format!("- {row}\n")).collect();
        let plus: String = plus.map(|row| format!("+ {row}\n")).collect();
        Err(format!("{schema}.{table} ({columns}), expected (-) and found (+)\n{minus}{plus}"))
    }
}
