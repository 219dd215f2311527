//! What was measured, against the goals, as a page of markdown with its plots.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::watch::Course;
use crate::{Bench, plot, server::Outcome};

/// The curve of a plot.
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) struct Report {
    /// What it was measured on.
    pub(crate) setting: String,
    /// Figure, value, goal, verdict.
    goals: Vec<Vec<String>>,
    sections: String,
    /// Rows a second over time.
    pub(crate) rates: Vec<Series>,
    /// Milliseconds over time, and when the backfill ran.
    pub(crate) latency: Option<(Vec<Series>, (f64, f64))>,
}

/// A count, to reckon with.
pub(crate) fn number(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nothing here is counted to 2^52")]
    let number = count as f64;
    number
}

impl Series {
    /// Rows a second of a backfill, in quarters of a second.
    pub(crate) fn rate(name: String, course: &Course) -> Self {
        let began = course.fill().0.as_secs_f64();
        let mut points = Vec::new();
        let mut last = (0.0, 0);
        for (at, rows) in &course.progress {
            let at = at.as_secs_f64() - began;
            if at - last.0 >= 0.25 {
                let written = rows.saturating_sub(last.1);
                let written = number(usize::try_from(written).unwrap_or(usize::MAX));
                points.push((at, written / (at - last.0)));
                last = (at, *rows);
            }
        }
        Self { name, points }
    }
}

impl Report {
    pub(crate) fn new(bench: &Bench) -> Self {
        let Bench { server, rows, rounds, .. } = bench;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let setting = format!(
            "Postgres {}, {rows} rows, {rounds} rounds, {cores} cores, fsync and full_page_writes on",
            server.major(),
        );
        let goals = vec![["figure", "measured", "goal", ""].map(str::to_owned).into()];
        Self { setting, goals, sections: String::new(), rates: Vec::new(), latency: None }
    }

    /// A figure with a goal.
    pub(crate) fn at_most(&mut self, figure: &str, goal: f64, measured: f64) {
        let measured_as = format!("{measured:.prec$}", prec = if goal < 10.0 { 2 } else { 1 });
        self.judge(figure, measured_as, format!("at most {goal}"), measured <= goal);
    }

    /// A figure that nothing is asked of.
    pub(crate) fn shown(&mut self, figure: &str, measured: &str) {
        self.goals.push(vec![figure.to_owned(), measured.to_owned(), String::new(), String::new()]);
    }

    /// A figure that was measured several times, and must be reached each time.
    pub(crate) fn worst(&mut self, figure: &str, goal: f64, mut measured: Vec<(f64, String)>) {
        measured.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (Some(best), Some(worst)) = (measured.first(), measured.last()) else { return };
        let met = measured.iter().filter(|(value, _)| *value <= goal).count();
        let value = format!(
            "{:.2} to {:.2} ({}); {met} of {} meet it",
            best.0,
            worst.0,
            worst.1,
            measured.len(),
        );
        self.judge(figure, value, format!("at most {goal}"), worst.0 <= goal);
    }

    fn judge(&mut self, figure: &str, measured: String, goal: String, is_met: bool) {
        let verdict = if is_met { "PASS" } else { "MISSED" };
        self.goals.push(vec![figure.to_owned(), measured, goal, verdict.to_owned()]);
    }

    /// A table of its own, the first row being its head.
    pub(crate) fn table(&mut self, title: &str, text: &str, rows: &[Vec<String>]) {
        self.sections.push_str(&format!("\n## {title}\n\n{text}\n\n{}", markdown(rows)));
    }

    /// The figures against the goals.
    pub(crate) fn goals(&self) -> String {
        markdown(&self.goals)
    }

    /// Writes the page and its plots.
    pub(crate) fn write(&self, directory: &Path) -> Outcome {
        fs::create_dir_all(directory)?;
        let mut page = format!(
            "# How fast the backfill is\n\nWritten by `cargo bench --bench backfill`. {}.\n\n{}{}",
            self.setting,
            self.goals(),
            self.sections,
        );
        if !self.rates.is_empty() {
            let file = "backfill-rate.svg";
            let labels = ["Rate of the backfill", "seconds", "rows a second"];
            plot::lines(&directory.join(file), labels, &self.rates, None)?;
            write!(page, "\n![Rate of the backfill over time]({file})\n")?;
        }
        if let Some((series, backfill)) = &self.latency {
            let file = "backfill-latency.svg";
            let labels = ["Latency of the application; grey: backfill", "seconds", "ms"];
            plot::lines(&directory.join(file), labels, series, Some(*backfill))?;
            write!(page, "\n![Latency of the application over time]({file})\n")?;
        }
        Ok(fs::write(directory.join("backfill.md"), page)?)
    }
}

fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("| {cell:<width$} "));
        text.push_str(&format!("{}|\n", cells.collect::<String>()));
        if index == 0 {
            let rules = widths.iter().map(|width| format!("|{}", "-".repeat(width + 2)));
            text.push_str(&format!("{}|\n", rules.collect::<String>()));
        }
    }
    text
}
