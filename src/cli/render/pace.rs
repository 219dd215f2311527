//! How far a table is filled, in words and as a bar, on as much room as there is.

use std::time::Duration;

use console::measure_text_width;
use indicatif::HumanCount;

use crate::cli::duration;
use crate::engine::{Pace, percent};

/// A narrower bar says less than the percentage beside it.
const NARROWEST_BAR: usize = 10;

/// A wider one says no more.
const WIDEST_BAR: usize = 30;

/// How far a table is filled.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Far {
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) rows: u64,
    pub(super) pace: Option<Pace>,
}

impl Far {
    /// The part that is done, of a hundred.
    pub(super) fn percent(self) -> u64 {
        percent(self.done, self.total)
    }

    /// `block 812 of 2,000`, the next one to be filled.
    pub(super) fn place(self) -> String {
        format!("block {} of {}", HumanCount(self.done), HumanCount(self.total))
    }

    /// `42 % (840 of 2,000 blocks), 1,200,000 rows, 56,000 rows/s, 12 s left`.
    pub(super) fn words(self) -> String {
        let Self { done, total, .. } = self;
        let (percent, parts) = (self.percent(), self.parts().join(", "));
        format!("{percent} % ({} of {} blocks), {parts}", HumanCount(done), HumanCount(total))
    }

    /// What there is to say, the most important last.
    fn parts(self) -> Vec<String> {
        let mut parts = vec![format!("{} rows", HumanCount(self.rows))];
        if let Some(pace) = self.pace {
            parts.push(format!("{} rows/s", HumanCount(pace.rows_per_second)));
            if self.done < self.total {
                parts.push(format!("{} left", left(pace.left)));
            }
        }
        parts
    }

    /// One line that is no longer than `width`; `held` is why the table's backfill rests.
    pub(super) fn line(self, table: &str, held: Option<&str>, width: usize) -> String {
        // A terminal breaks a line that fills it, and writes `^C` behind it.
        let width = width.saturating_sub(3);
        let name = format!("  `{}`", shortened(table, (width / 3).max(8)));
        let percent = format!(" {:>3} %", self.percent());
        let fixed = measure_text_width(&name) + percent.len();
        // One that leaves room for longer words does not change its width with each of them.
        let widest = (width / 4).clamp(NARROWEST_BAR, WIDEST_BAR);
        // The bar, two brackets and a space.
        let bar = |rest: usize| match width.saturating_sub(fixed + rest + 3) {
            room @ NARROWEST_BAR.. => format!(" [{}]", self.bar(room.min(widest))),
            _ => String::new(),
        };
        if let Some(reason) = held {
            // A reason is more than a bar: only what it leaves is for that.
            let reason = format!("  held: {reason}");
            let bar = bar(measure_text_width(&reason));
            return shortened(&format!("{name}{bar}{percent}{reason}"), width);
        }
        let parts = self.parts();
        for skipped in 0..=parts.len() {
            let words = match parts[skipped..].join(", ") {
                none if none.is_empty() => none,
                some => format!("  {some}"),
            };
            let bar = bar(words.len());
            if !bar.is_empty() {
                return format!("{name}{bar}{percent}{words}");
            }
        }
        shortened(&format!("{name}{percent}"), width)
    }

    /// `====>     `.
    fn bar(self, width: usize) -> String {
        let full =
            usize::try_from(self.percent()).map_or(0, |percent| percent.min(100) * width / 100);
        let head = if full < width { ">" } else { "" };
        let rest = width - full - head.len();
        format!("{}{head}{}", "=".repeat(full), " ".repeat(rest))
    }
}

/// How far an index is built: `building index: scanning table, 42 %`.
pub(super) fn building(phase: &str, (done, total): (u64, u64), waits_for: Option<&str>) -> String {
    match waits_for {
        Some(who) => format!("{phase}: {who}"),
        None if total == 0 => phase.to_owned(),
        None => format!("{phase}, {} %", percent(done, total)),
    }
}

/// One line about an index that is no longer than `width`.
pub(super) fn building_line(index: &str, words: &str, width: usize) -> String {
    let name = shortened(index, (width / 3).max(8));
    shortened(&format!("  `{name}`  {words}"), width.saturating_sub(3))
}

/// An estimate: tenths of it would only flicker.
fn left(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 1..10 => format!("{seconds} s"),
        _ => duration::say(time),
    }
}

/// The text, with `…` for what there is no room for.
fn shortened(text: &str, width: usize) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while measure_text_width(&kept) >= width.max(1) {
        kept.pop();
    }
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Far = Far {
        done: 42_000,
        total: 100_000,
        rows: 1_200_000,
        pace: Some(Pace { rows_per_second: 56_000, left: Duration::from_millis(80_400) }),
    };

    #[test]
    fn a_bar_fits_its_terminal() {
        let held = Some("replica standby1 is 12 s behind (limit 10 s)");
        let long = "größe_".repeat(10);
        let done = Far { done: 7, total: 7, ..FAR };
        let none = Far { done: 0, total: 0, rows: 0, pace: None };
        let shown: Vec<String> = [120, 80, 60, 40, 20, 5]
            .into_iter()
            .flat_map(|width| {
                let lines = [
                    FAR.line("orders", None, width),
                    FAR.line("orders", held, width),
                    FAR.line(&long, None, width),
                    done.line("表", None, width),
                    none.line("t", None, width),
                ];
                lines.map(|line| {
                    assert!(measure_text_width(&line) < width - 2, "{width}: {line}");
                    format!("{line}\n")
                })
            })
            .collect();
        insta::assert_snapshot!(shown.concat());
    }
}
