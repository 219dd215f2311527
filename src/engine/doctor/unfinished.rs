//! What was begun and not ended, and what keeps it from ending.

use super::{Finding, Severity};
use crate::engine::{Engine, Error};
use crate::plan::Phase;

impl Engine<'_> {
    pub(super) async fn unfinished(&self) -> Result<Vec<Finding>, Error> {
        let Some(active) = self.status().await?.active else {
            return Ok(Vec::new());
        };
        let object = format!("migration {}", active.migration);
        let mut findings = Vec::new();
        let (command, remedy) = match active.phase {
            Phase::Live => ("", ""),
            Phase::Contract => ("complete", "`straddle complete`, to finish"),
            Phase::Abort => ("rollback", "`straddle rollback`, to finish"),
            _ => ("start", active.start_again()),
        };
        if !command.is_empty() && active.running.is_none() {
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
                    "complete" => "drop it, move it or put it back, before `straddle complete`",
                    _ => "drop it, move it or put it back, if you mean to roll back",
                })
            }));
        }
        Ok(findings)
    }
}
