//! Where a base schema stands.

use super::style::{CARE, GOOD, STRONG, styled};
use crate::engine::{Progress, Status};
use crate::plan::Phase;

/// For `status`.
pub(in crate::cli) fn status(status: &Status) -> String {
    let mut lines = vec![format!("schema `{}`", styled(STRONG, &status.base_schema))];
    match &status.active {
        Some(active) => lines.extend(progress(active)),
        None if status.completed.is_none() && status.last.is_none() => {
            lines.push("  no migration has been started yet".into());
        }
        None => lines.push("  no migration is underway".into()),
    }
    if let Some(completed) = &status.completed {
        let is_older = status.active.is_some();
        let role = if is_older { "old version" } else { "version" };
        lines.push(format!(
            "  {role}: `{}`, of `{}`",
            completed.version_schema, completed.migration
        ));
    } else if status.active.is_some() {
        lines.push(format!("  old version: the schema `{}` itself", status.base_schema));
    }
    if let Some((name, how)) = &status.last
        && how == "rolled_back"
    {
        lines.push(format!("  rolled back last: `{name}`"));
    }
    lines.join("\n")
}

fn progress(active: &Progress) -> Vec<String> {
    let (name, schema, since) = (&active.migration, &active.version_schema, &active.started_at);
    if active.phase == Phase::Live {
        let live = styled(GOOD, "live");
        let mut lines = vec![
            format!("  {live}: `{name}`, started {since}"),
            format!("  new version: `{schema}`"),
        ];
        let refuses = styled(CARE, "`complete` would refuse");
        lines.extend(active.in_the_way.iter().map(|what| format!("  {refuses}: {what}")));
        return lines;
    }
    let command = command(active.phase);
    let mut lines = vec![
        format!("  {}: {command} of `{name}`, started {since}", styled(CARE, "unfinished")),
        format!("  phase {}, {}", active.phase, steps(active)),
    ];
    if let Some(step) = &active.next_step {
        lines.push(format!("  next step: {step}"));
    }
    if let Some((done, blocks, rows)) = active.backfill {
        lines.push(format!("  backfill: {done} of {blocks} blocks, {rows} rows written"));
    }
    lines
}

fn steps(active: &Progress) -> String {
    match active.phase {
        // Undone from the last to the first, so what is done is what is left.
        Phase::Abort => format!("{} steps left to undo", active.steps_done),
        _ => format!("{} of {} steps done", active.steps_done, active.steps),
    }
}

fn command(phase: Phase) -> &'static str {
    match phase {
        Phase::Contract => "complete",
        Phase::Abort => "rollback",
        _ => "start",
    }
}

/// What is still true, in a sentence, after something did not go well.
pub(in crate::cli) fn state(status: &Status) -> String {
    let Some(active) = &status.active else {
        return "no migration is underway; what served before still serves".into();
    };
    let name = &active.migration;
    match active.phase {
        Phase::Live => format!("`{name}` is live, both versions serve"),
        Phase::Contract => {
            format!("the new version of `{name}` serves; the old one is being removed")
        }
        phase => format!(
            "the old version serves, the new one is not visible; {} of `{name}` is in phase \
             {phase}, {}",
            command(phase),
            steps(active)
        ),
    }
}

/// What to type next.
pub(in crate::cli) fn what_next(status: &Status) -> Option<&'static str> {
    let phase = status.active.as_ref().map(|active| active.phase);
    Some(match phase {
        Some(Phase::Live) => "`straddle complete` (the old version goes), or `straddle rollback`",
        Some(Phase::Contract) => "`straddle complete`, to finish",
        Some(Phase::Abort) => "`straddle rollback`, to finish",
        Some(_) => "`straddle start` with its file, to go on, or `straddle rollback`",
        None => "`straddle start FILE`",
    })
}
