//! How the two versions of a sandbox look.

use serde_json::{Value, json};

use super::style::{BAD, QUIET, STRONG, styled};
use super::terminal::Terminal;
use crate::sandbox::Seen;

/// The ways to one version.
pub(in crate::cli) fn version(role: &str, schema: &str, psql: &str, url: &str) -> String {
    let title = styled(STRONG, &format!("{role} version"));
    format!("\n{title}\n  schema  {schema}\n  psql    {psql} \"{url}\"\n  url     {url}\n")
}

/// What the clients of both versions have written and see.
pub(in crate::cli) fn traffic(terminal: &Terminal, seen: &Seen) {
    let [old, new] = seen.written;
    if terminal.is_json() {
        let rows: Vec<_> = seen
            .rows
            .iter()
            .map(|row| json!({ "old": value(&row.old), "new": value(&row.new) }))
            .collect();
        return terminal.event(&json!({ "event": "traffic", "table": seen.table,
            "written": { "old": old, "new": new }, "failed": seen.failed,
            "last_error": seen.last_error, "rows": rows }));
    }
    let mut text = format!(
        "{} on `{}`: {old} writes through the old version, {new} through the new, {} failed",
        styled(STRONG, "traffic"),
        seen.table,
        seen.failed
    );
    for (row, role) in seen.rows.iter().zip(["old", "new"]) {
        let title = styled(QUIET, &format!("a row of the {role} version, seen by"));
        let shown = |row: &Option<String>| row.clone().unwrap_or_else(|| "nobody".into());
        let (old, new) = (shown(&row.old), shown(&row.new));
        text.push_str(&format!("\n  {title}\n    old: {old}\n    new: {new}"));
    }
    if let Some(error) = &seen.last_error {
        text.push_str(&format!("\n  {}: {error}", styled(BAD, "failed last")));
    }
    terminal.line(&text);
}

fn value(row: &Option<String>) -> Option<Value> {
    // Postgres made it, so it is JSON.
    serde_json::from_str(row.as_deref()?).ok()
}
