//! What an application notices: its latency at a fixed rate, and its throughput when it does what it can.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};
use straddle::engine::Options;
use straddle::sql::Ident;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

use crate::Bench;
use crate::quantile::{quantile, sorted};
use crate::report::{Report, Series, number};
use crate::server::{Outcome, engine, print};
use crate::table::{Change, Table, migration};
use crate::watch::{self, Course};

const CLIENTS: u64 = 4;

/// The time between two statements of a client at a fixed rate.
const PACE: Duration = Duration::from_millis(10);

/// What connections need until they are as fast as they get.
const WARM_UP: Duration = Duration::from_secs(1);

/// One statement: when, and how long it took.
type Sample = (Duration, Duration);
type Samples = Arc<Mutex<Vec<Sample>>>;

/// An application, and what it saw of a start.
struct Story {
    samples: Vec<Sample>,
    /// When the start began.
    started: Duration,
    course: Course,
}

pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Outcome {
    let table = Table { is_random: false, is_wide: true, rows: bench.rows };
    table.make(bench).await?;
    let paced = Story::live(bench, table, Some(PACE)).await?;
    let free = Story::live(bench, table, None).await?;
    let header = ["", "p50 ms", "p99 ms", "max ms", "statements/s"].map(str::to_owned);
    let mut rows = vec![header.into()];
    for (rate, story) in [("fixed rate", &paced), ("all it can", &free)] {
        rows.push(story.row(format!("{rate}, before"), story.before()));
        rows.push(story.row(format!("{rate}, backfill"), story.backfill()));
        rows.push(story.row(format!("{rate}, whole start"), story.whole()));
    }
    let goal = Options::new(Ident::new("public")?).batch_time.as_secs_f64() * 1000.0;
    let [before, during] = [paced.before(), paced.backfill()].map(|span| paced.latencies(span));
    let added = quantile(&during, 0.99) - quantile(&before, 0.99);
    report.at_most("p99 latency that a backfill adds, in ms", goal, added);
    let longest = quantile(&during, 1.0) - quantile(&before, 1.0);
    report.shown("longest latency that a backfill adds, in ms", &format!("{longest:.1}"));
    let ratio = free.rate(free.backfill()) / free.rate(free.before());
    report.shown("throughput of an application with / without backfill", &format!("{ratio:.2}"));
    print(&format!("p99 + {added:.1} ms, max + {longest:.1} ms, throughput {ratio:.2}"));
    report.table("What an application notices", EXPLAINED, &rows);
    report.latency = Some((paced.plot(), paced.in_seconds(paced.backfill())));
    Ok(())
}

const EXPLAINED: &str = "\
Four clients read and update single rows of the table with a serial key and wide rows, through the old \
version, half of their statements each; at a fixed rate (400 a second, latency counted from when the \
statement was due), or one statement after the other.";

impl Story {
    /// Lets the application work, and starts the migration meanwhile.
    async fn live(bench: &Bench, table: Table, pace: Option<Duration>) -> Outcome<Self> {
        let url = table.copy(bench, "").await?;
        let adopter = engine(&url).await?;
        let adopt = serde_json::json!({"sql": {"up": "SELECT 1"}});
        adopter.start(&migration("01_base", adopt)?).await?;
        adopter.complete().await?;
        adopter.close().await?;
        let began = Instant::now();
        let (samples, stopped) = (Samples::default(), Arc::new(AtomicBool::new(false)));
        let mut clients = Vec::new();
        for number in 0..CLIENTS {
            let client = Client { url: url.clone(), rows: table.rows, pace, number, began };
            clients.push(client.hire(Arc::clone(&samples), Arc::clone(&stopped)));
        }
        let quiet = Duration::from_secs(bench.seconds);
        tokio::time::sleep(WARM_UP + quiet).await;
        let started = began.elapsed();
        let course = watch::start(&url, &Change::Alter.migration()?, |_| {}).await?;
        tokio::time::sleep(quiet / 3).await;
        stopped.store(true, Ordering::Relaxed);
        for client in clients {
            client.await?.map_err(|error| error.to_string())?;
        }
        let samples = std::mem::take(&mut *samples.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Self { samples, started, course })
    }

    fn before(&self) -> (Duration, Duration) {
        (WARM_UP, self.started)
    }

    fn backfill(&self) -> (Duration, Duration) {
        let (from, to) = self.course.fill();
        (self.started + from, self.started + to)
    }

    fn whole(&self) -> (Duration, Duration) {
        (self.started, self.started + self.course.whole())
    }

    /// In milliseconds, in order.
    fn latencies(&self, (from, to): (Duration, Duration)) -> Vec<f64> {
        let within = self.samples.iter().filter(|(at, _)| (from..to).contains(at));
        sorted(within.map(|(_, took)| took.as_secs_f64() * 1000.0).collect())
    }

    fn rate(&self, (from, to): (Duration, Duration)) -> f64 {
        number(self.latencies((from, to)).len()) / (to - from).as_secs_f64()
    }

    fn row(&self, name: String, span: (Duration, Duration)) -> Vec<String> {
        let latencies = self.latencies(span);
        let at = |share| format!("{:.1}", quantile(&latencies, share));
        vec![name, at(0.5), at(0.99), at(1.0), format!("{:.0}", self.rate(span))]
    }

    fn in_seconds(&self, (from, to): (Duration, Duration)) -> (f64, f64) {
        (from.as_secs_f64(), to.as_secs_f64())
    }

    /// The median and the longest of each quarter of a second.
    fn plot(&self) -> Vec<Series> {
        let bucket = Duration::from_millis(250);
        let mut series = [("longest", 1.0), ("p99", 0.99), ("median", 0.5)]
            .map(|(name, share)| (share, Series { name: name.to_owned(), points: Vec::new() }));
        let end = self.samples.iter().map(|(at, _)| *at).max().unwrap_or_default();
        let mut at = Duration::ZERO;
        while at < end {
            let latencies = self.latencies((at, at + bucket));
            for (share, series) in series.iter_mut().filter(|_| !latencies.is_empty()) {
                series.points.push((at.as_secs_f64(), quantile(&latencies, *share)));
            }
            at += bucket;
        }
        series.map(|(_, series)| series).into()
    }
}

struct Client {
    url: String,
    rows: u64,
    pace: Option<Duration>,
    number: u64,
    began: Instant,
}

#[expect(clippy::disallowed_methods, reason = "this is an application, not the engine")]
impl Client {
    fn hire(
        self,
        samples: Samples,
        stopped: Arc<AtomicBool>,
    ) -> JoinHandle<Result<(), tokio_postgres::Error>> {
        tokio::spawn(async move {
            let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute("SET search_path = public_01_base").await?;
            let read = client.prepare("SELECT code, amount FROM items WHERE id = $1").await?;
            let write = "UPDATE items SET amount = amount + 1 WHERE id = $1";
            let write = client.prepare(write).await?;
            let mut chance = StdRng::seed_from_u64(self.number);
            let pace = self.pace.unwrap_or_default();
            // One after the other, and not all at once.
            let mut due = Instant::now() + pace * u32::try_from(self.number).unwrap_or(0) / 4;
            while !stopped.load(Ordering::Relaxed) {
                if self.pace.is_some() {
                    tokio::time::sleep_until(due.into()).await;
                }
                let id = i64::try_from(chance.random_range(1..=self.rows)).unwrap_or(1);
                let statement = if chance.random_bool(0.5) { &read } else { &write };
                // A timer that fires late is none of the server's doing, a statement that had to wait
                // for the one before it is.
                let is_behind = self.pace.is_some() && due.elapsed() > pace;
                let begun = if is_behind { due } else { Instant::now() };
                client.query(statement, &[&id]).await?;
                let sample = (begun - self.began, begun.elapsed());
                samples.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
                due += pace;
            }
            Ok(())
        })
    }
}
