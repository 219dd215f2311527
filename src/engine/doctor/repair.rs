//! Does what is safe of what doctor says: what is Straddle's own and serves nobody goes, and its triggers
//! are enabled again. What users made is never touched: a statement that would have to do that fails.

use serde::Serialize;

use super::{Finding, Patience};
use crate::engine::onlooker::Trial;
use crate::engine::{Engine, Error};
use crate::ledger;
use crate::sql;
use crate::sql::Expression;

/// What was done about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// What it was about.
    pub object: String,
    /// What was run, or would be.
    pub statement: String,
    /// Why it could not be.
    pub failed: Option<String>,
}

/// What `repair` did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Whether nothing was run.
    pub dry_run: bool,
    /// What was.
    pub repairs: Vec<Repair>,
    /// Rows on which the versions do not agree, for a trigger was disabled: which side is right, only
    /// their owner knows.
    pub rows_apart: Vec<String>,
}

impl Engine<'_> {
    /// Does what is safe of what [`Engine::doctor`] says.
    ///
    /// # Errors
    /// When another operator is at work, or the database cannot be looked at.
    pub async fn repair(&self) -> Result<Repaired, Error> {
        self.as_command("repair", "", Box::pin(self.repair_findings())).await
    }

    /// What [`Engine::repair`] would do. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be looked at.
    pub async fn plan_repair(&self) -> Result<Repaired, Error> {
        let findings = async { Ok(self.doctor(Patience::default()).await?.findings) };
        let findings = self.as_command("repair", "", Box::pin(findings)).await?.into_iter();
        let planned = |finding: Finding| {
            Some(Repair { statement: finding.repair?, object: finding.object, failed: None })
        };
        let repairs = findings.filter_map(planned).collect();
        Ok(Repaired { dry_run: true, repairs, rows_apart: Vec::new() })
    }

    async fn repair_findings(&self) -> Result<Repaired, Error> {
        self.become_operator().await?;
        let diagnosis = self.doctor(Patience::default()).await?;
        let mut repaired = Repaired::default();
        let is_of_sync = |finding: &Finding| finding.kind == "sync_trigger";
        let disabled = diagnosis.findings.iter().any(is_of_sync);
        let entry = if disabled { self.entry().await? } else { None };
        if let Some(entry) = &entry {
            // Before they are seen to be well again.
            ledger::suspect(&self.connection, entry.id).await?;
        }
        for finding in diagnosis.findings {
            let Some(statement) = finding.repair else {
                continue;
            };
            let failed = self.run_repair(&statement).await?;
            repaired.repairs.push(Repair { object: finding.object, statement, failed });
        }
        if let Some(entry) = &entry {
            repaired.rows_apart = self.rows_apart(entry).await;
        }
        Ok(repaired)
    }

    /// Runs one; gives the reason where Postgres refuses.
    async fn run_repair(&self, statement: &str) -> Result<Option<String>, Error> {
        let run = sql!("{s}", s = Expression::from_catalog(statement));
        let is_waited_for = statement.contains(" CONCURRENTLY ");
        let attempt = async || {
            let work = async || Ok(self.connection.batch(&run).await?);
            if is_waited_for { self.patiently(work).await } else { work().await }
        };
        match self.with_retries(Trial::of_ours(statement), attempt).await {
            Ok(()) => Ok(None),
            Err(error) if error.is_lost() => Err(error),
            Err(error) => Ok(Some(error.to_string())),
        }
    }
}
