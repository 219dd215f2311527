//! What doctor has found, and what repair has done.

use super::style::{BAD, CARE, GOOD, QUIET, styled};
use crate::engine::doctor::{Diagnosis, Repaired, Severity};

/// For `doctor`.
pub(in crate::cli) fn diagnosis(diagnosis: &Diagnosis) -> String {
    let mut lines = Vec::new();
    for finding in &diagnosis.findings {
        let severity = match finding.severity {
            Severity::Error => styled(BAD, "error"),
            Severity::Warning => styled(CARE, "warning"),
            Severity::Note => styled(QUIET, "note"),
        };
        lines.push(format!("{severity}: {}: {}", finding.object, finding.what));
        lines.extend(finding.remedy.iter().map(|remedy| format!("  {remedy}")));
    }
    if !diagnosis.is_wrong() {
        let well = styled(GOOD, "nothing is wrong");
        lines.push(format!("{well} with schema `{}`", diagnosis.base_schema));
    }
    lines.join("\n")
}

/// For `repair`.
pub(in crate::cli) fn repaired(repaired: &Repaired) -> String {
    let mut lines = Vec::new();
    for repair in &repaired.repairs {
        let (outcome, reason) = match &repair.failed {
            _ if repaired.dry_run => ("would run".to_owned(), None),
            None => (styled(GOOD, "done"), None),
            Some(reason) => (styled(BAD, "failed"), Some(reason)),
        };
        lines.push(format!("{outcome}: {}", repair.statement));
        lines.extend(reason.map(|reason| format!("  {reason}")));
    }
    let apart = styled(CARE, "to be mended by hand");
    lines.extend(repaired.rows_apart.iter().map(|row| format!("{apart}: {row}")));
    if lines.is_empty() {
        lines.push("there is nothing that `repair` may do".into());
    }
    lines.join("\n")
}
