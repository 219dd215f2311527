//! The history as a table.

use crate::engine::Recorded;

const HEADINGS: [&str; 5] = ["migration", "state", "started", "ended", "version schema"];

/// For `history`.
pub(in crate::cli) fn history(history: &[Recorded]) -> String {
    if history.is_empty() {
        return "nothing was started yet".into();
    }
    let rows = history.iter().map(|one| {
        let version = match &one.with {
            // No version shows what it leaves.
            Some(last) => format!("as one with {last}"),
            None => one.version_schema.clone(),
        };
        let ended = one.ended_at.clone().unwrap_or_default();
        [one.name.clone(), one.state.replace('_', " "), one.started_at.clone(), ended, version]
    });
    let rows: Vec<[String; 5]> = std::iter::once(HEADINGS.map(String::from)).chain(rows).collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
