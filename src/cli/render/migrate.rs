//! What `migrate` has done, or would do.

use super::plan::plan;
use super::style::{CARE, GOOD, styled};
use crate::engine::{Composed, Migrated};
use crate::migration::named;

/// For `migrate`.
pub(in crate::cli) fn migrated(migrated: &Migrated) -> String {
    let Migrated { completed, live, version_schema, pending, because } = migrated;
    let mut lines = Vec::new();
    match completed.as_slice() {
        [] if live.is_empty() => lines.push("nothing to do: every migration is completed".into()),
        [] => {}
        [one] => lines.push(format!("`{one}` is completed")),
        [first, .., last] => {
            let number = completed.len();
            lines.push(format!("{number} migrations are completed, `{first}` to `{last}`"));
        }
    }
    if let (Some((last, others)), Some(schema)) = (live.split_last(), version_schema) {
        let with = match others {
            [] => String::new(),
            others => format!(" (started as one with {})", named(others)),
        };
        lines.push(format!("`{last}` is {}{with}: both versions serve", styled(GOOD, "live")));
        lines.push(format!("the new one is the schema `{schema}`; its URL: `straddle latest url`"));
    }
    if !pending.is_empty() {
        let because = because.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        lines.push(format!("{} {}{because}", styled(CARE, "not started yet:"), named(pending)));
    }
    lines.join("\n")
}

/// For `migrate --dry-run`.
pub(in crate::cli) fn composed(starts: &[Composed]) -> String {
    let mut pages = Vec::new();
    for start in starts {
        let name = start.migrations.join("`, `");
        pages.push(match &start.plan {
            Some(known) => plan(&name, known),
            None => format!("`{name}`\n  planned when those before it are completed"),
        });
        pages.extend(start.because.iter().map(|why| format!("the start ends here: {why}")));
    }
    match pages.is_empty() {
        true => "nothing to do: every migration is completed or live".into(),
        false => pages.join("\n\n"),
    }
}
