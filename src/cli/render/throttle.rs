//! What a backfill is throttled by, as a table.

use super::style::{CARE, STRONG, styled};
use crate::cli::duration;
use crate::engine::throttle::{Limited, Limits, Throttling};

/// For `throttle`.
pub(in crate::cli) fn throttling(throttling: &Throttling) -> String {
    let name = styled(STRONG, &throttling.migration);
    let mut lines = vec![format!("start of `{name}`, phase {}", throttling.phase)];
    if let Some(reason) = &throttling.held {
        lines.push(format!("  {}: {reason}", styled(CARE, "the backfill waits")));
    }
    let head = ["gauge", "waits at", "aborts at", "now"].map(str::to_owned);
    let rows: Vec<[String; 4]> =
        [head].into_iter().chain(throttling.gauges.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths = [0, 1, 2].map(|column| width(column).unwrap_or_default());
    for [gauge, wait, abort, now] in &rows {
        let [first, second, third] = widths;
        lines.push(
            format!("  {gauge:first$}  {wait:second$}  {abort:third$}  {now}")
                .trim_end()
                .to_owned(),
        );
    }
    let settings = &throttling.settings;
    lines.extend(besides("waits", &settings.throttle));
    lines.extend(besides("aborts", &settings.abort));
    if let Some(names) = settings.replicas.as_ref().filter(|names| !names.is_empty()) {
        lines.push(format!("  replicas: {}", names.join(", ")));
    }
    if settings.wraparound == Some(false) {
        lines.push("  does not wait for a vacuum against wraparound".into());
    }
    let size = settings.batch_size.map(|size| format!("at most {size} rows"));
    let delay = settings.batch_delay.filter(|delay| !delay.is_zero());
    let delay = delay.map(|delay| format!("{} between two", duration::say(delay)));
    let batches: Vec<String> = size.into_iter().chain(delay).collect();
    if !batches.is_empty() {
        lines.push(format!("  batches: {}", batches.join(", ")));
    }
    lines.join("\n")
}

fn row(limited: &Limited) -> [String; 4] {
    let unit = limited.gauge.unit();
    let limit = |limit: Option<u64>| limit.map_or_else(|| "-".into(), |limit| unit.say(limit));
    let shows = if limited.shows.is_empty() { "nothing to show" } else { &limited.shows };
    let name = limited.gauge.name().to_owned();
    [name, limit(limited.throttle_at), limit(limited.abort_at), shows.to_owned()]
}

/// A query and a file.
fn besides(does: &str, limits: &Limits) -> Vec<String> {
    let query = limits.query().map(|query| format!("  {does} while this says true: {query}"));
    let file = limits.file().map(|file| format!("  {does} while `{}` is there", file.display()));
    query.into_iter().chain(file).collect()
}
