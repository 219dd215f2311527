//! What was begun and not ended, and what keeps it from ending.

use super::{Finding, Severity};
use crate::engine::{Engine, Error, Running};
use crate::plan::Phase;

impl Engine<'_> {
    pub(super) async fn unfinished(&self) -> Result<Vec<Finding>, Error> {
        let Some(active) = self.status().await?.active else {
            // One that looks at the facts before its first step, say.
            let running = self.running().await?;
            return Ok(running.iter().flat_map(|one| at_work("a command", one)).collect());
        };
        let object = format!("migration {}", active.migration);
        let mut findings = Vec::new();
        let (command, remedy) = match active.phase {
            Phase::Live => ("", ""),
            Phase::Contract => ("complete", "`straddle complete`, to finish"),
            Phase::Abort => ("rollback", "`straddle rollback`, to finish"),
            _ => ("start", active.start_again()),
        };
        if let Some(running) = &active.running {
            findings.extend(at_work(&object, running));
        } else if !command.is_empty() {
            let what = format!(
                "its {command} was interrupted in phase {}, {} of {} steps; it was started {}",
                active.phase, active.steps_done, active.steps, active.started_at
            );
            let finding = Finding::new(Severity::Error, "unfinished", &object, &what);
            findings.push(finding.mended_by(remedy));
        }
        for (command, in_the_way) in
            [("complete", &active.in_the_way), ("rollback", &active.in_the_way_of_rollback)]
        {
            findings.extend(in_the_way.iter().map(|what| {
                let what = format!("`{command}` would refuse: {what}");
                let finding = Finding::new(Severity::Warning, "in_the_way", &object, &what);
                finding.mended_by(match command {
                    "complete" => "mend that as it says, and then `straddle complete`",
                    _ => "mend that as it says, and then `straddle rollback`, if you mean to",
                })
            }));
        }
        if active.phase == Phase::Live {
            findings.extend(self.of_suspicion(&object).await?);
        }
        Ok(findings)
    }

    /// Rows on which the versions do not agree, where sync was seen not to work.
    async fn of_suspicion(&self, object: &str) -> Result<Vec<Finding>, Error> {
        let Some(entry) = self.entry().await?.filter(|entry| entry.suspect) else {
            return Ok(Vec::new());
        };
        let told = |row: &String| {
            let what = format!("it was seen without its triggers: {row}");
            let finding = Finding::new(Severity::Error, "rows_apart", object, &what);
            finding.mended_by("write these rows again through the version that is right")
        };
        Ok(self.rows_apart(&entry).await.iter().map(told).collect())
    }
}

/// A command that is at work, and whom it waits for.
fn at_work(object: &str, running: &Running) -> Vec<Finding> {
    let what = format!("it is being worked on by pid {}", running.pid);
    let finding = Finding::new(Severity::Note, "running", object, &what);
    let mut findings = vec![finding.mended_by("`straddle status` says how far it is")];
    findings.extend(running.waits_for.iter().map(|who| {
        let what = format!("it waits for {who}");
        let finding = Finding::new(Severity::Warning, "blocker", object, &what);
        finding.mended_by("wait, or end that, or use --kill-blockers-after")
    }));
    findings
}
