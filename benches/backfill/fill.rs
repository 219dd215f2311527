//! A whole start beside one UPDATE statement: time and WAL.

use std::time::Instant;

use crate::Bench;
use crate::quantile::{quantile, sorted};
use crate::report::{Report, Series};
use crate::server::{Outcome, argument, print, sql};
use crate::table::{Change, Table};
use crate::watch::{self, Course, Part};

/// At most so many times the UPDATE.
const TIME: f64 = 1.15;
const WAL: f64 = 1.1;

const POSITION: &str = "SELECT pg_current_wal_insert_lsn() - '0/0'";

/// What all rounds of a line of the table have measured.
#[derive(Default)]
struct Line {
    updates: Vec<(f64, f64)>,
    starts: Vec<Course>,
    /// With two workers.
    pairs: Vec<Course>,
}

pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Outcome {
    let header = ["", "UPDATE s", "start s", "ratio", "middle half", "fill / UPDATE"];
    let more = ["proof s", "index s", "rest s", "WAL of the fill", "of the start", "2 workers / 1"];
    let mut rows = vec![header.into_iter().chain(more).map(str::to_owned).collect::<Vec<_>>()];
    let (mut times, mut wals, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    let asked = argument("--setting", String::new())?;
    for table in Table::all(bench.rows) {
        for change in Change::all(table) {
            let name = format!("{table}, {change}");
            if !name.contains(&asked) {
                continue;
            }
            table.make(bench).await?;
            let line = measure(bench, table, change).await?;
            let [time, wal] = [line.median(Line::whole), line.median(Line::wal)];
            print(&format!("{name}: time {time:.2}, WAL {wal:.2} of the UPDATE's"));
            times.push((time, name.clone()));
            wals.push((wal, name.clone()));
            pairs.extend(line.of_pairs());
            rows.push(line.row(name));
            if change == Change::Alter
                && let Some(last) = line.starts.last()
            {
                report.rates.push(Series::rate(table.to_string(), last));
            }
        }
    }
    report.worst("time of a start / time of one UPDATE", TIME, times);
    report.worst("WAL of the backfill / WAL of one UPDATE", WAL, wals);
    let pairs = sorted(pairs);
    if let [least, .., most] = pairs.as_slice() {
        report.shown("rate of two workers / rate of one", &format!("{least:.2} to {most:.2}"));
    }
    report.table("Time and WAL beside one UPDATE", EXPLAINED, &rows);
    Ok(())
}

const EXPLAINED: &str = "\
The UPDATE fills a new column of an identical table; where it says \"indexed\", both columns have an index, the old \
one and the new one, as they have once a start is done. A start makes the column, the triggers and the views, fills the \
column beside whoever writes, proves that every row is filled, builds the index, and analyzes. Two workers are compared by the backfill alone. Ratios are medians of those within rounds, the WAL is \
with full pages, behind a checkpoint.";

/// The UPDATE and the starts by turns, each round another one first.
async fn measure(bench: &Bench, table: Table, change: Change) -> Outcome<Line> {
    let mut line = Line::default();
    let migration = change.migration()?;
    // One comparison for each table is enough to see what a second worker does.
    let turns = if change == Change::Alter { 3 } else { 2 };
    for round in 0..bench.rounds {
        for turn in 0..turns {
            let turn = (round + turn) % turns;
            if turn == 0 {
                let url = table.copy(bench, &[change.before(), change.besides()].join(";")).await?;
                line.updates.push(update(&url).await?);
                continue;
            }
            let url = table.copy(bench, change.before()).await?;
            let workers = if turn == 1 { 1 } else { 2 };
            let course =
                watch::start(&url, &migration, |options| options.workers = workers).await?;
            let courses = if turn == 1 { &mut line.starts } else { &mut line.pairs };
            courses.push(course);
        }
    }
    Ok(line)
}

/// Seconds and bytes of WAL.
async fn update(url: &str) -> Outcome<(f64, f64)> {
    let before = position(url).await?;
    let started = Instant::now();
    sql(url, &Change::update()).await?;
    let took = started.elapsed().as_secs_f64();
    Ok((took, position(url).await? - before))
}

async fn position(url: &str) -> Outcome<f64> {
    Ok(sql(url, POSITION).await?.first().ok_or("no position")?.parse()?)
}

impl Line {
    fn whole(update: (f64, f64), start: &Course) -> f64 {
        start.whole().as_secs_f64() / update.0
    }

    fn fill(update: (f64, f64), start: &Course) -> f64 {
        start.time(Part::Fill).as_secs_f64() / update.0
    }

    fn wal(update: (f64, f64), start: &Course) -> f64 {
        start.wal(Part::Fill) / update.1
    }

    fn whole_wal(update: (f64, f64), start: &Course) -> f64 {
        start.whole_wal() / update.1
    }

    fn numbers(&self, ratio: fn((f64, f64), &Course) -> f64) -> Vec<f64> {
        let pairs = self.updates.iter().zip(&self.starts);
        sorted(pairs.map(|(update, start)| ratio(*update, start)).collect())
    }

    fn median(&self, ratio: fn((f64, f64), &Course) -> f64) -> f64 {
        quantile(&self.numbers(ratio), 0.5)
    }

    /// The rate of two workers / the rate of one, where that was measured.
    fn of_pairs(&self) -> Option<f64> {
        let fill = |course: &Course| course.time(Part::Fill).as_secs_f64();
        let pairs = self.starts.iter().zip(&self.pairs);
        let ratios = sorted(pairs.map(|(one, two)| fill(one) / fill(two)).collect());
        (!ratios.is_empty()).then(|| quantile(&ratios, 0.5))
    }

    fn seconds(&self, part: Part) -> String {
        let numbers = self.starts.iter().map(|start| start.time(part).as_secs_f64()).collect();
        format!("{:.2}", quantile(&sorted(numbers), 0.5))
    }

    fn row(&self, name: String) -> Vec<String> {
        let ratios = self.numbers(Self::whole);
        let number = |ratio| format!("{:.2}", self.median(ratio));
        vec![
            name,
            number(|update, _| update.0),
            number(|_, start| start.whole().as_secs_f64()),
            number(Self::whole),
            format!("{:.2} - {:.2}", quantile(&ratios, 0.25), quantile(&ratios, 0.75)),
            number(Self::fill),
            self.seconds(Part::Proof),
            self.seconds(Part::Index),
            self.seconds(Part::Rest),
            number(Self::wal),
            number(Self::whole_wal),
            self.of_pairs().map_or(String::new(), |ratio| format!("{ratio:.2}")),
        ]
    }
}
