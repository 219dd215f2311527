//! `squash`: what is completed, as one file is to make it elsewhere.

use super::{DirectoryError, Engine, Error};
use crate::lifecycle::{Ended, Refusal};
use crate::migration::{Migration, Present};
use crate::schema::{Name, Table};

impl Engine<'_> {
    /// What one file has to make that stands in the place of all that is completed of these files, a
    /// directory's in order. Changes nothing.
    ///
    /// # Errors
    /// When the files contradict the history, a migration is underway or live, or others have changed the base
    /// schema and nobody has recorded it: elsewhere that is not there.
    pub async fn present(&self, files: &[Migration]) -> Result<Present, Error> {
        let entry = self.entry_of_schema().await?;
        if let Some(active) = entry.filter(|entry| entry.ended.is_none()) {
            return Err(Refusal::Busy { name: active.name, phase: active.cursor.phase }.into());
        }
        self.refuse_contradicted(files).await?;
        let mut history = self.history().await?;
        history.retain(|one| one.state == Ended::Completed.word());
        let Some(last) = history.pop() else {
            return Err(DirectoryError::NothingCompleted.into());
        };
        let drift = self.drift().await?;
        if !drift.changes.is_empty() {
            return Err(drift.refused());
        }
        self.connection.begin().await?;
        let facts = self.facts().await?;
        let stored = self.read_schema(facts.previous.as_ref(), &[], &[]).await?;
        self.connection.rollback().await?;
        // Without it, nobody knows the order of columns, and the views.
        if facts.previous.is_none() {
            return Err(DirectoryError::VersionGone { schema: last.version_schema }.into());
        }
        let names = |table: &Table| -> Vec<Name> {
            table.columns.iter().map(|column| column.name.clone()).collect()
        };
        let order = facts.schema.tables.iter().map(|(name, table)| (name.clone(), names(table)));
        let is_other = |(name, order): &(Name, Vec<Name>)| {
            stored.tables.get(name).is_some_and(|table| names(table) != *order)
        };
        Ok(Present {
            version: last.migration.version().to_owned(),
            completed: self.covered().await?,
            column_order: order.filter(is_other).collect(),
            views: facts.schema.views,
            extensions: self.extensions().await?,
        })
    }
}
