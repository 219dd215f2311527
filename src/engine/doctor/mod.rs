//! Looks at a database and says, finding by finding, what is wrong, and what mends it. It changes
//! nothing; [`Engine::repair`] does what is safe of it.

mod check;
mod repair;
mod unfinished;

use std::time::Duration;

use serde::Serialize;

pub use repair::{Repair, Repaired};

use super::{Engine, Error};
use crate::database::Support;
use crate::ledger::{self, LedgerError};
use check::Ledger;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A command fails for it, or rows go wrong.
    Error,
    /// It costs something, or will be in the way.
    Warning,
    /// It is so, and may be meant.
    Note,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of finding it is, the same word in each release: `leftover`, `blocker`.
    pub kind: &'static str,
    /// What it is about: ``index public.a``.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
    /// What to type.
    pub remedy: Option<String>,
    /// What `repair` would run, where it is safe.
    pub repair: Option<String>,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The base schema.
    pub base_schema: String,
    /// The version of the server.
    pub server: String,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl Diagnosis {
    /// Whether something is wrong; notes are no such thing.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity != Severity::Note)
    }
}

/// What counts as too long.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a transaction of others.
    pub transaction: Duration,
    /// For a migration that is live, in days.
    pub live_days: i32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { transaction: Duration::from_secs(60), live_days: 14 }
    }
}

/// A ledger, or a plan in it, of a later release is a finding, and so is one of another role.
fn or_unusable(found: Result<Vec<Finding>, Error>) -> Result<Vec<Finding>, Error> {
    let found = match found {
        Err(Error::Ledger(LedgerError::TooNew { found })) => found,
        Err(error @ Error::Ledger(LedgerError::Unreadable(_))) => {
            let what = error.to_string();
            let finding = Finding::new(Severity::Error, "ledger", "schema straddle", &what);
            return Ok(vec![finding.mended_by(error.hint().unwrap_or_default())]);
        }
        // The query for privileges tells it.
        Err(Error::Ledger(LedgerError::NotOurs { .. })) => return Ok(Vec::new()),
        other => return other,
    };
    let what = format!("a later release of straddle has written it (format {found})");
    let finding = Finding::new(Severity::Error, "ledger", "schema straddle", &what);
    Ok(vec![finding.mended_by("use that release, or a later one")])
}

impl Finding {
    fn new(severity: Severity, kind: &'static str, object: &str, what: &str) -> Self {
        let (object, what) = (object.to_owned(), what.to_owned());
        Self { severity, kind, object, what, remedy: None, repair: None }
    }

    fn mended_by(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl Engine<'_> {
    /// What is wrong with the database.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub async fn doctor(&self, patience: Patience) -> Result<Diagnosis, Error> {
        let mut findings = self.of_the_server();
        self.connection.begin().await?;
        let may_silence = self.connection.may_silence_triggers().await;
        self.connection.rollback().await?;
        let may_silence = may_silence?;
        findings.extend(match ledger::is_installed(&self.connection).await {
            Ok(false) => self.without_a_ledger(patience, may_silence).await?,
            Ok(true) => {
                let mut found = or_unusable(self.unfinished().await)?;
                found.extend(self.checks(patience, Ledger::There, may_silence).await?);
                found
            }
            Err(error) => {
                let mut found = or_unusable(Err(error.into()))?;
                found.extend(self.checks(patience, Ledger::None, may_silence).await?);
                found
            }
        });
        findings.sort_by_key(|finding| finding.severity);
        Ok(Diagnosis {
            base_schema: self.options.base_schema.as_str().to_owned(),
            server: self.connection.facts().version.clone(),
            findings,
        })
    }

    fn of_the_server(&self) -> Vec<Finding> {
        let facts = self.connection.facts();
        let mut findings = Vec::new();
        if facts.support == Support::Newer {
            let what = "this release of straddle was made for 14 to 18";
            let object = format!("Postgres {}", facts.version);
            let finding = Finding::new(Severity::Note, "server", &object, what);
            findings.push(finding.mended_by("look for a later release of straddle"));
        }
        if let Some(read_only) = &facts.read_only {
            let what = read_only.reason();
            let finding = Finding::new(Severity::Error, "read_only", "server", &what);
            findings.push(finding.mended_by(read_only.hint()));
        }
        findings
    }

    /// Where there is no ledger, one is made for the moment: what is there of Straddle's is then
    /// accounted for by nobody. Where none can be made, no more than the rest is looked at.
    async fn without_a_ledger(
        &self,
        patience: Patience,
        may_silence: bool,
    ) -> Result<Vec<Finding>, Error> {
        self.connection.begin().await?;
        let made = self.connection.batch(&crate::sql!(file "ledger/install.sql")).await;
        let found = match made {
            Ok(()) => self.checks(patience, Ledger::There, may_silence).await,
            Err(error) if error.refused().is_some() => {
                self.connection.rollback().await?;
                self.connection.begin().await?;
                self.checks(patience, Ledger::None, may_silence).await
            }
            Err(error) => Err(error.into()),
        };
        self.connection.rollback().await?;
        found
    }
}
