//! What was changed outside of straddle.

use super::style::{BAD, CARE, GOOD, STRONG, styled};
use crate::engine::{Drift, Noted};
use crate::schema::diff;

/// How many lines of a diff a start shows.
const MOST_LINES: usize = 40;

/// For `drift`.
pub(in crate::cli) fn drift(drift: &Drift, recorded: bool) -> String {
    let mut lines = Vec::new();
    match &drift.unknown {
        Some(reason) => lines.push(format!("nothing is known of drift: {reason}")),
        None if drift.changes.is_empty() => {
            let same = styled(GOOD, "nothing was changed");
            let since = drift.since.as_ref().map(|name| format!(" since `{name}`"));
            lines.push(format!(
                "{same} in schema `{}` outside of straddle{}",
                drift.base_schema,
                since.unwrap_or_default()
            ));
        }
        None => {
            lines.push(drift.told());
            lines.push(coloured(&drift.diff()));
        }
    }
    if !drift.not_compared.is_empty() {
        let left_out = drift.not_compared.join(", ");
        lines.push(format!("the migration has to do with these, which are left out: {left_out}"));
    }
    if recorded {
        lines.push("the schema is taken for given as it is".into());
    }
    lines.join("\n")
}

/// For `drift --recorded`.
pub(in crate::cli) fn noted(noted: &[Noted]) -> String {
    if noted.is_empty() {
        return "no drift was recorded".into();
    }
    let shown = noted.iter().map(|one| {
        let diff = coloured(&diff(one.since.as_deref(), &one.changes));
        format!("{}\n{diff}", styled(STRONG, &format!("found at {}", one.found_at)))
    });
    shown.collect::<Vec<String>>().join("\n")
}

/// For a start that has found some.
pub(super) fn found(drift: &Drift, recorded: bool) -> String {
    let diff = drift.diff();
    let all = diff.lines().count();
    let shown: Vec<String> =
        diff.lines().take(MOST_LINES).map(|line| format!("  {}", coloured(line))).collect();
    let more = match (all.saturating_sub(MOST_LINES), recorded) {
        (0, _) => String::new(),
        (more, true) => format!("\n  and {more} lines more: `straddle drift --recorded`"),
        (more, false) => format!("\n  and {more} lines more: `straddle drift`"),
    };
    let what = if recorded { "; that is recorded" } else { "" };
    format!("{}: {}{what}\n{}{more}", styled(CARE, "note"), drift.told(), shown.join("\n"))
}

fn coloured(diff: &str) -> String {
    let line = |line: &str| match line.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => styled(STRONG, line),
        [b'-', ..] => styled(BAD, line),
        [b'+', ..] => styled(GOOD, line),
        _ => line.to_owned(),
    };
    diff.lines().map(line).collect::<Vec<String>>().join("\n")
}
