//! Drift: what others have changed in the base schema since Straddle has changed it last. It is described at the
//! end of each `complete`; a later description that differs tells what was done by hand.

use serde::Serialize;

use super::{Engine, Error, Event};
use crate::ledger::{self, Description, Entry, Noted};
use crate::lifecycle::Refusal;
use crate::plan::{Plan, Raw};
use crate::schema::{Change, DESCRIPTION_FORMAT, Described, Schema, changes, diff, digest};

const NEVER_DESCRIBED: &str = "straddle has not described the schema yet";

/// What a start does about drift.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDrift {
    /// Records it, tells it, and goes on.
    #[default]
    Record,
    /// Refuses to start.
    Refuse,
}

/// What others have changed in the base schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The base schema.
    pub base_schema: String,
    /// The migration that was completed last when the schema was described.
    pub since: Option<String>,
    /// Why nothing could be compared, where that is so.
    pub unknown: Option<String>,
    /// What was not compared, as the migration that is underway or live has to do with it.
    pub not_compared: Vec<String>,
    /// What differs.
    pub changes: Vec<Change>,
}

/// Drift that was found on the way to a start, with what is to be recorded.
pub(super) struct Found {
    drift: Drift,
    server: u32,
    present: Vec<Described>,
}

impl Engine<'_> {
    /// What others have changed in the base schema since it was described last. Changes nothing.
    ///
    /// # Errors
    /// When the catalog or the ledger cannot be read.
    pub async fn drift(&self) -> Result<Drift, Error> {
        let entry = self.entry_of_schema().await?;
        let active = entry.filter(|entry| entry.ended.is_none());
        let Some(known) = self.known().await? else {
            return Ok(self.unknown(NEVER_DESCRIBED.into()));
        };
        if let Some(active) = &active
            && active.plan.raw.is_some_and(Raw::in_start)
        {
            return Ok(self.unknown(format!("SQL of `{}` may have changed anything", active.name)));
        }
        let (server, present) = self.described(None).await?;
        let mut drift = self.since(&known, server, &present).await?;
        if let Some(Entry { plan, .. }) = &active {
            drift.leave_out(plan);
        }
        Ok(drift)
    }

    /// What was recorded of changes by others, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn noted_drift(&self) -> Result<Vec<Noted>, Error> {
        self.entry_of_schema().await?;
        Ok(Noted::read(&self.connection, &self.options.base_schema).await?)
    }

    /// Takes the base schema as it is for given, and records what differs.
    ///
    /// # Errors
    /// When a migration is underway or live, or the ledger cannot be written.
    pub async fn record_drift(&self) -> Result<Drift, Error> {
        self.as_command("drift", "", Box::pin(self.record_as_operator())).await
    }

    async fn record_as_operator(&self) -> Result<Drift, Error> {
        self.become_operator().await?;
        let entry = self.entry_of_schema().await?;
        if let Some(Entry { name, ended: None, cursor, .. }) = entry {
            return Err(Refusal::Busy { name, phase: cursor.phase }.into());
        }
        let (server, present) = self.described(None).await?;
        let drift = match self.known().await? {
            None => self.unknown(NEVER_DESCRIBED.into()),
            Some(known) => self.since(&known, server, &present).await?,
        };
        self.write_down(async || Ok(ledger::install(&self.connection).await?)).await?;
        self.record(&Found { drift: drift.clone(), server, present }).await?;
        Ok(drift)
    }

    /// Compares the schema that a start has read with what it was like. In the transaction that is open.
    pub(super) async fn look_for_drift(&self, schema: &Schema) -> Result<(), Error> {
        self.drift.take();
        let Some(known) = self.known().await? else {
            return Ok(());
        };
        // Another major version may print the same in other words.
        if !known.is_comparable(schema.server) {
            return Ok(());
        }
        let present = self.describe(schema).await?;
        let drift = self.compared(&known, &present).await?;
        if !drift.changes.is_empty() {
            self.drift.replace(Some(Found { drift, server: schema.server, present }));
        }
        Ok(())
    }

    /// What the look for drift has found, told where nothing is done about it.
    pub(super) fn tell_drift(&self) {
        if let Some(Found { drift, .. }) = self.drift.take() {
            self.emit(&Event::Drift { drift: &drift, recorded: false });
        }
    }

    /// As it was asked for, refuses to start, or records what was found; `compiled` is told with it.
    pub(super) async fn settle_drift(&self, compiled: Result<Plan, Error>) -> Result<Plan, Error> {
        let found = self.drift.take();
        match (found, compiled) {
            (None, compiled) => compiled,
            (Some(_), Err(error)) if error.is_lost() => Err(error),
            (Some(Found { drift, .. }), _) if self.options.on_drift == OnDrift::Refuse => {
                Err(drift.refused())
            }
            (Some(Found { drift, .. }), Err(error)) => {
                self.emit(&Event::Drift { drift: &drift, recorded: false });
                Err(error)
            }
            (Some(found), Ok(plan)) => {
                self.write_down(async || Ok(ledger::install(&self.connection).await?)).await?;
                self.record(&found).await?;
                self.emit(&Event::Drift { drift: &found.drift, recorded: true });
                Ok(plan)
            }
        }
    }

    async fn record(&self, found: &Found) -> Result<(), Error> {
        let Found { drift, server, present } = found;
        let base = &self.options.base_schema;
        let changes = drift.changes.as_slice();
        let noted = (!changes.is_empty()).then_some((drift.since.as_deref(), changes));
        self.write_down(async || {
            let described = (*server, present.as_slice());
            Ok(Description::store(&self.connection, base, None, described, noted).await?)
        })
        .await
    }

    pub(super) async fn known(&self) -> Result<Option<Description>, Error> {
        if !ledger::is_installed(&self.connection).await? {
            return Ok(None);
        }
        Ok(Description::read(&self.connection, &self.options.base_schema).await?)
    }

    /// What differs since then, where the two descriptions can be compared.
    async fn since(
        &self,
        known: &Description,
        server: u32,
        present: &[Described],
    ) -> Result<Drift, Error> {
        if known.format != DESCRIPTION_FORMAT {
            let reason = "it was described by another release of straddle";
            return Ok(self.unknown(reason.into()));
        }
        if known.server != server {
            return Ok(self.unknown(format!(
                "it was described on Postgres {}, which may print it otherwise than Postgres {server}",
                known.server
            )));
        }
        self.compared(known, present).await
    }

    fn unknown(&self, reason: String) -> Drift {
        let base_schema = self.options.base_schema.as_str().to_owned();
        let (changes, not_compared) = (Vec::new(), Vec::new());
        Drift { base_schema, since: None, unknown: Some(reason), not_compared, changes }
    }

    async fn compared(&self, known: &Description, now: &[Described]) -> Result<Drift, Error> {
        let base = &self.options.base_schema;
        let changes = if known.digest == digest(now) {
            Vec::new()
        } else {
            let before = Description::objects(&self.connection, base).await?;
            changes(&before, now, known.in_place)
        };
        Ok(Drift {
            base_schema: base.as_str().to_owned(),
            since: known.since.clone(),
            unknown: None,
            not_compared: Vec::new(),
            changes,
        })
    }
}

impl Drift {
    /// That something was changed, in a sentence.
    #[must_use]
    pub fn told(&self) -> String {
        told(&self.base_schema, self.since.as_deref())
    }

    /// What has changed, as `diff -u` would say it.
    #[must_use]
    pub fn diff(&self) -> String {
        diff(self.since.as_deref(), &self.changes)
    }

    /// That nothing is done for it.
    pub(super) fn refused(self) -> Error {
        let Self { base_schema, since, changes, .. } = self;
        Error::Drifted { base_schema, since, changes }
    }

    /// Leaves out what a migration that is underway may have changed itself: whatever its plan names.
    fn leave_out(&mut self, plan: &Plan) {
        // Where it cannot be written, it was not read from the ledger.
        let plan = serde_json::to_string(plan).unwrap_or_default();
        let is_named = |change: &Change| {
            // In SQL a quote is doubled, and in JSON it is escaped.
            let name = change.name.replace('"', "\\\"\\\"");
            plan.contains(&change.name) || plan.contains(&name)
        };
        let all = std::mem::take(&mut self.changes);
        let (named, changes): (Vec<Change>, Vec<Change>) = all.into_iter().partition(is_named);
        self.changes = changes;
        self.not_compared = named.into_iter().map(|change| change.object).collect();
    }
}

/// That something was changed, in a sentence.
pub(super) fn told(base_schema: &str, since: Option<&str>) -> String {
    let since =
        since.map_or_else(|| "was described".to_owned(), |name| format!("was left by `{name}`"));
    format!("the schema `{base_schema}` is not as it {since}: it was changed outside of straddle")
}
