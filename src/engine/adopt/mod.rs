//! `adopt`: a database that pgroll manages, with its history, goes on with Straddle. Idle, or in the middle
//! of a migration.

mod error;
mod read;

pub use error::AdoptError;
pub use read::Adoption;

use read::Found;

use super::onlooker::Trial;
use super::rights::Needed;
use super::{Engine, Error};
use crate::ledger::{self, Recorded};
use crate::migration::Migration;
use crate::plan::names;
use crate::sql;
use crate::sql::{Ident, Literal};

/// What is known beforehand of what is adopted.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopt {
    /// The schema of pgroll's ledger.
    pub pgroll_schema: Ident,
    /// The files of the directory, in order, where there is one: they must say the same.
    pub files: Option<Vec<Migration>>,
}

impl Engine<'_> {
    /// What [`Engine::adopt`] would do. Changes nothing.
    ///
    /// # Errors
    /// When there is nothing that can be adopted.
    pub async fn plan_adopt(&self, how: &Adopt) -> Result<Adoption, Error> {
        Ok(self.read_what_is_there(how).await?.adoption)
    }

    /// Takes over what pgroll manages in the base schema: its history, the version that is open and, in the
    /// middle of a migration, what is left of that. Nothing of applications' changes; pgroll itself is kept
    /// from changing the base schema. All or nothing.
    ///
    /// # Errors
    /// When there is nothing that can be adopted, or it cannot be completed.
    pub async fn adopt(&self, how: &Adopt) -> Result<Adoption, Error> {
        self.as_command("adopt", "", Box::pin(self.adopt_as_operator(how))).await
    }

    async fn adopt_as_operator(&self, how: &Adopt) -> Result<Adoption, Error> {
        self.become_operator().await?;
        self.refuse_lacking(Needed::SCHEMAS).await?;
        let mut found = self.read_what_is_there(how).await?;
        self.prove_underway(&found).await?;
        for one in &mut found.history {
            if one.ended_at.is_none() {
                one.plan.noted = Some(self.note(&one.plan).await?);
            }
        }
        self.write_down(async || Ok(ledger::install(&self.connection).await?)).await?;
        let purpose = "take pgroll's ledger over";
        self.with_retries(Trial::of_ours(purpose), async || self.take(how, &found).await).await?;
        Ok(found.adoption)
    }

    async fn read_what_is_there(&self, how: &Adopt) -> Result<Found, Error> {
        self.refuse_read_only()?;
        let history = self.history().await?;
        if let Some(first) = history.into_iter().find(Recorded::counts) {
            return Err(AdoptError::HasHistory { first: first.name }.into());
        }
        self.with_retries(Trial::of_ours("read pgroll's ledger"), async || {
            self.connection.begin().await?;
            let found = self.found(how).await;
            self.connection.rollback().await?;
            found
        })
        .await
    }

    /// In one transaction. pgroll waits meanwhile, and then finds the door closed.
    async fn take(&self, how: &Adopt, found: &Found) -> Result<(), Error> {
        let (pgroll, base) = (&how.pgroll_schema, &self.options.base_schema);
        self.connection.begin().await?;
        let lock = sql!("LOCK TABLE {p}.migrations IN SHARE ROW EXCLUSIVE MODE", p = pgroll);
        self.connection.batch(&lock).await?;
        // What was to be proven has been.
        let proven = found.adoption.proven.clone();
        if (Adoption { proven, ..self.found(how).await?.adoption }) != found.adoption {
            return Err(AdoptError::GoneOn.into());
        }
        for one in &found.history {
            ledger::adopt(&self.connection, one, self.run).await?;
        }
        // What is live is in one ledger only, so that `pgroll complete` and `pgroll rollback` find nothing.
        let end =
            sql!("DELETE FROM {p}.migrations WHERE schema = $1::text AND NOT done", p = pgroll);
        self.connection.execute(&end, &[&base.as_str()]).await?;
        let guard = sql!(
            file "pgroll/guard.sql",
            pgroll = pgroll,
            trigger = names::adopted_trigger(base),
            base = Literal::new(base.as_str()),
        );
        self.connection.batch(&guard).await?;
        Ok(self.connection.commit().await?)
    }

    /// What pgroll would prove in its `complete`, while reads and writes go on.
    async fn prove_underway(&self, found: &Found) -> Result<(), Error> {
        let Some(name) = &found.adoption.live else {
            return Ok(());
        };
        let mut unfilled = Vec::new();
        for guard in &found.unfilled {
            let rows = self.connection.query(&guard.query, &[]).await?;
            unfilled.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        }
        if !unfilled.is_empty() {
            let name = name.clone();
            return Err(AdoptError::Underway { name, found: unfilled }.into());
        }
        for step in &found.validate {
            let validated = self.with_retries(Trial::patient(step), async || {
                for statement in step.statements() {
                    self.connection.batch(statement).await?;
                }
                Ok(())
            });
            match validated.await {
                Err(Error::Database(source)) if source.is_permanent() => {
                    let (name, purpose) = (name.clone(), step.purpose.clone());
                    let reason = source.to_string();
                    return Err(AdoptError::Unproven { name, purpose, reason }.into());
                }
                other => other?,
            }
        }
        Ok(())
    }
}
