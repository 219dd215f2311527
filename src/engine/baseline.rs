//! `baseline`: a schema that was there before Straddle becomes the first version.

use tokio_postgres::Row;

use super::{DirectoryError, Engine, Error};
use crate::ledger::Recorded;
use crate::lifecycle::Next;
use crate::migration::{Extension, Migration, Together};
use crate::sql;
use crate::sql::{Ident, IdentError};

impl Engine<'_> {
    /// Takes the base schema, as it is, for what `migration` makes, and opens its version: that is the
    /// oldest one from then on. Nothing of the migration is run; elsewhere it is. Interrupted, the same
    /// goes on.
    ///
    /// # Errors
    /// When there is a history already, or as [`Engine::start`] and [`Engine::complete`].
    pub async fn baseline(&self, migration: &Migration) -> Result<Ident, Error> {
        self.refuse_history(&migration.name).await?;
        let migrations = Together::alone(migration);
        let work = Box::pin(self.open_baseline(migrations));
        self.as_command("baseline", migrations.name(), work).await?;
        self.complete().await
    }

    async fn open_baseline(&self, migrations: Together<'_>) -> Result<(), Error> {
        self.become_operator().await?;
        match self.admit(migrations).await? {
            (Next::Begin, _) => {
                let nothing = Migration { operations: Vec::new(), ..migrations.all()[0].clone() };
                let plan = self.compile(Together::alone(&nothing)).await?;
                let entry = self.store(migrations, plan).await?;
                self.run_start(entry).await?;
            }
            (Next::ContinueStart, Some(entry)) => {
                self.take_over(&entry).await?;
                self.run_start(entry).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Refuses where something else than a baseline of this name is in the history.
    ///
    /// # Errors
    /// When it is, or the ledger cannot be read.
    pub async fn refuse_history(&self, name: &str) -> Result<(), Error> {
        let mut history = self.history().await?;
        history.retain(|one| Recorded::counts(one) && one.name != name);
        match history.into_iter().next() {
            None => Ok(()),
            Some(first) => Err(DirectoryError::HasHistory { first: first.name }.into()),
        }
    }

    /// The extensions whose objects the base schema may use.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extensions(&self) -> Result<Vec<Extension>, Error> {
        let query = sql!(file "catalog/extensions.sql");
        let base = self.options.base_schema.as_str();
        let rows = self.connection.query(&query, &[&base]).await?;
        let extension = |row: &Row| {
            let [name, schema] = [0, 1].map(|place| Ident::new(row.get::<_, String>(place)));
            Ok(Extension { name: name?, schema: schema?, apart: row.get(2) })
        };
        let extensions: Result<Vec<Extension>, IdentError> = rows.iter().map(extension).collect();
        extensions.map_err(|error| crate::database::Error::Answer(error.to_string()).into())
    }
}
