//! Where a base schema stands.

use std::time::Duration;

use super::pace::{Far, building};
use super::style::{CARE, GOOD, STRONG, styled};
use crate::engine::{Filled, Latest, Pace, Progress, Running, Status};
use crate::lifecycle::Ended;
use crate::migration::named;
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
    if let Some((name, Ended::RolledBack)) = &status.last {
        lines.push(format!("  rolled back last: `{name}`"));
    }
    lines.join("\n")
}

/// For `status --short`: the base schema, and where it stands.
pub(in crate::cli) fn status_line(status: &Status) -> String {
    let base = &status.base_schema;
    let of = |latest: &Latest| format!("`{}`", latest.version_schema);
    let old = status.completed.as_ref().map_or_else(|| format!("`{base}` itself"), of);
    match &status.active {
        None => match &status.completed {
            None => format!("{base}: no version"),
            Some(completed) => format!("{base}: {}", of(completed)),
        },
        Some(active) if active.phase == Phase::Live => {
            format!("{base}: `{}` is live, beside {old}", active.version_schema)
        }
        Some(active) => format!(
            "{base}: {old}; {} of `{}` is in phase {}, {}{}",
            command(active.phase),
            active.migration,
            active.phase,
            steps(active),
            if active.running.is_some() { "" } else { ", and not running" }
        ),
    }
}

fn progress(active: &Progress) -> Vec<String> {
    let (name, schema, since) = (&active.migration, &active.version_schema, &active.started_at);
    if active.phase == Phase::Live {
        let live = styled(GOOD, "live");
        let mut lines = vec![
            format!("  {live}: `{name}`, started {since}"),
            format!("  new version: `{schema}`"),
        ];
        lines.extend(together(active));
        let refuses = styled(CARE, "`complete` would refuse");
        lines.extend(active.in_the_way.iter().map(|what| format!("  {refuses}: {what}")));
        lines.extend(rollback_refuses(active));
        lines.extend(active.running.as_ref().map(at_work));
        lines.extend(waits_for(active));
        return lines;
    }
    let command = command(active.phase);
    let mut lines = vec![
        format!("  {}: {command} of `{name}`, started {since}", styled(CARE, "unfinished")),
        format!("  phase {}, {}", active.phase, steps(active)),
    ];
    lines.extend(together(active));
    if let Some(step) = &active.next_step {
        lines.push(format!("  next step: {step}"));
    }
    if let Some(backfill) = &active.backfill {
        lines.push(filled(backfill));
    }
    if let Some(reason) = &active.held {
        lines.push(format!("  {}: {reason}", styled(CARE, "held")));
    }
    if active.phase == Phase::Abort && active.shown {
        lines.push(format!("  new version: `{schema}`, still there"));
    }
    lines.extend(rollback_refuses(active));
    lines.push(match &active.running {
        None => format!("  no {command} is running"),
        Some(running) => at_work(running),
    });
    lines.extend(waits_for(active));
    lines
}

/// The session that is at it.
fn at_work(Running { pid, index, .. }: &Running) -> String {
    match index {
        None => format!("  running: pid {pid}"),
        Some(index) => {
            let number = |number: i64| u64::try_from(number).unwrap_or_default();
            let far = (number(index.done), number(index.total));
            let building = building(&index.phase, far, index.waits_for.as_deref());
            format!("  running: pid {pid}, {building}")
        }
    }
}

fn waits_for(active: &Progress) -> impl Iterator<Item = String> {
    let waits = styled(CARE, "waits for");
    let waits_for = active.running.iter().flat_map(|running| &running.waits_for);
    waits_for.map(move |who| format!("  {waits}: {who}"))
}

/// Those that were started with it as one.
fn together(active: &Progress) -> Option<String> {
    let (_, others) = active.together.split_last()?;
    (!others.is_empty()).then(|| format!("  started with it: {}", named(others)))
}

fn rollback_refuses(active: &Progress) -> impl Iterator<Item = String> {
    let refuses = styled(CARE, "`rollback` would refuse");
    active.in_the_way_of_rollback.iter().map(move |what| format!("  {refuses}: {what}"))
}

/// How far a table is, as the bar of the run says it.
fn filled(backfill: &Filled) -> String {
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    let Filled { table, rows_per_second, seconds_left, .. } = backfill;
    let pace = rows_per_second.zip(*seconds_left).map(|(rows_per_second, left)| Pace {
        rows_per_second: number(rows_per_second),
        left: Duration::from_secs(number(left)),
    });
    let (done, total) = (number(backfill.blocks_done), number(backfill.blocks));
    let far = Far { done, total, rows: number(backfill.rows), pace };
    format!("  `{table}`: {}", far.words())
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
        Phase::Abort if active.shown => {
            format!("both versions still serve; rollback of `{name}` has begun")
        }
        phase => format!(
            "the old version serves, the new one is not visible; {} of `{name}` is in phase \
             {phase}, {}",
            command(phase),
            steps(active)
        ),
    }
}

/// Whether `complete` would refuse, and whether `rollback` would.
fn refuses(active: Option<&Progress>) -> (bool, bool) {
    let found = |found: &Vec<String>| !found.is_empty();
    active.map_or((false, false), |active| {
        (found(&active.in_the_way), found(&active.in_the_way_of_rollback))
    })
}

/// What to type next.
pub(in crate::cli) fn what_next(status: &Status) -> Option<&'static str> {
    let active = status.active.as_ref();
    if active.is_some_and(|active| active.running.is_some()) {
        return Some("`straddle status` again, to see how it goes on");
    }
    Some(match active.map(|active| active.phase) {
        Some(Phase::Live) if refuses(active) == (true, true) => {
            "mend what is named above, and then `straddle complete` or `straddle rollback`"
        }
        Some(Phase::Live) if refuses(active).0 => {
            "mend what is named above, and then `straddle complete`; or `straddle rollback`"
        }
        Some(Phase::Live) if refuses(active).1 => {
            "`straddle complete` (the old version goes); `straddle rollback`, once that is mended"
        }
        Some(Phase::Live) => "`straddle complete` (the old version goes), or `straddle rollback`",
        Some(Phase::Contract) => "`straddle complete`, to finish",
        Some(Phase::Abort) => "`straddle rollback`, to finish",
        Some(_) => active.map_or("", Progress::start_again),
        None => "`straddle start FILE`",
    })
}
