//! Random migrations, of `tests/cases`, under load and with random kills: does all of it hold?
//!
//! `cargo bench --bench soak` goes on for a minute (`-- --seconds 600`): a case is taken at random (`-- --seed
//! 7`) through start, rollback, start and complete by the command-line tool, whose process is killed (`kill -9`),
//! or its sessions ended, at random moments; then the same command is given again. Applications of the old
//! version are at work up to `complete`, those of the new one from the moment that it is live. What they write
//! is taken back, so that each version must show the same rows in the end as in the beginning.
//!
//! Exit code 1 if a statement failed, a row is different, or a command did not get to its end.

mod crew;
mod operator;
#[path = "../server/mod.rs"]
mod server;
#[path = "../../tests/load/statements.rs"]
mod statements;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use straddle::plan::Raw;
use straddle::server::Server;
use tokio_postgres::Client;

use crew::{Crew, connect};
use operator::Operator;
use server::{Outcome, argument, engine, print, sql};

/// The longest that a strong lock of ours has stood in the queue until now, in milliseconds.
const QUEUED: &str =
    "SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - l.waitstart) * 1000), 0)::bigint
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'relation' AND a.application_name LIKE 'straddle%'
      AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";

/// What a strong lock may stand in the queue at the most, in milliseconds: our timeout, and what a machine that
/// is always full takes to notice.
const MOST_QUEUED: u64 = 500 + 500;

/// What has been seen so far.
#[derive(Default)]
struct Soak {
    cycles: u64,
    kills: u64,
    statements: u64,
    rows: u64,
    wrong: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<ExitCode> {
    let seconds = Duration::from_secs(argument("--seconds", 60)?);
    let mut chance = StdRng::seed_from_u64(argument("--seed", rand::rng().random())?);
    let only: String = argument("--case", String::new())?;
    let server = server::start(false, &[])?;
    let cases = cases(&only)?;
    print(&format!("Postgres {}, {} cases", server.major(), cases.len()));
    let watch = tokio::spawn(queued(connect(&server.url("postgres")).await?));
    let (mut soak, began) = (Soak::default(), Instant::now());
    while began.elapsed() < seconds {
        let case = cases.choose(&mut chance).ok_or("there are no cases")?;
        soak.cycle(&server, case, &mut chance).await?;
    }
    watch.abort();
    let worst = *WORST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for wrong in &soak.wrong {
        print(wrong);
    }
    let Soak { cycles, kills, statements, rows, wrong } = &soak;
    print(&format!(
        "{cycles} cycles, {kills} kills, {statements} statements, {} failed or wrong, {rows} rows compared, \
         the longest that a strong lock stood in the queue: {worst} ms",
        wrong.len()
    ));
    let holds = wrong.is_empty() && worst <= MOST_QUEUED;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

static WORST: std::sync::Mutex<u64> = std::sync::Mutex::new(0);

/// Looks at the queues all the time.
async fn queued(client: Client) -> Result<(), tokio_postgres::Error> {
    loop {
        let found = statements::run(&client, QUEUED).await?;
        let found = found.first().and_then(|ms| ms.parse().ok()).unwrap_or(0);
        {
            let mut worst = WORST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *worst = found.max(*worst);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn cases(only: &str) -> Outcome<Vec<PathBuf>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.to_string_lossy().contains(only) {
            cases.push(path);
        }
    }
    cases.sort();
    Ok(cases)
}

/// The lines of a version in a case's traffic.
fn lines<'t>(traffic: &'t str, version: &str) -> Vec<&'t str> {
    traffic.lines().filter_map(|line| line.strip_prefix(version)).collect()
}

/// Every row that a version shows.
async fn shown(client: &Client, version: &str) -> Outcome<Vec<String>> {
    let tables = statements::run(
        client,
        &format!(
            "SELECT format('%I.%I', relnamespace::regnamespace::text, relname) FROM pg_class \
             WHERE relnamespace = '{version}'::regnamespace AND relkind IN ('v', 'm') ORDER BY 1"
        ),
    )
    .await?;
    let mut rows = Vec::new();
    for table in tables {
        let select = format!("SELECT x::text FROM {table} x ORDER BY 1");
        let found = statements::run(client, &select).await?;
        rows.extend(found.into_iter().map(|row| format!("{table} {row}")));
    }
    Ok(rows)
}

impl Soak {
    /// One migration, from its first start to its end.
    async fn cycle(&mut self, server: &Server, case: &Path, chance: &mut StdRng) -> Outcome {
        let name = case.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let read = |file: &str| std::fs::read_to_string(case.join(file));
        let (first, second) = (format!("first_{}", self.cycles), format!("second_{}", self.cycles));
        sql(&server.url("postgres"), &format!("CREATE DATABASE {first}")).await?;
        sql(&server.url(&first), &read("before.sql")?).await?;
        let operator = Operator::new(server.url(&second), case)?;
        let judging = engine(&server.url(&first)).await?;
        judging.start(&operator.migration("base")?).await?;
        judging.complete().await?;
        judging.close().await?;
        let copy = format!("CREATE DATABASE {second} TEMPLATE {first}");
        sql(&server.url("postgres"), &copy).await?;

        // What applications can say all the time.
        let judging = engine(&server.url(&first)).await?;
        judging.start(&operator.migration("next")?).await?;
        let judge = connect(&server.url(&first)).await?;
        let traffic = read("traffic.sql")?;
        let (old, new) = (lines(&traffic, "old: "), lines(&traffic, "new: "));
        let old = statements::repeatable(&judge, "public_base", &old).await?;
        let mut new = statements::repeatable(&judge, "public_next", &new).await?;
        let plan = judging.plan(&operator.migration("next")?).await?;
        if plan.raw.is_some_and(Raw::in_complete) {
            statements::of_named_columns(&mut new);
        }
        if plan.contract.carrying.is_some() {
            statements::of_the_version(&mut new);
        }
        judging.complete().await?;
        judging.close().await?;
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let new = statements::that_work(&judge, &new).await;
        drop(judge);

        let url = server.url(&second);
        let client = connect(&url).await?;
        let before = shown(&client, "public_base").await?;
        let olds = Crew::hire(&url, "public_base", &old).await?;
        self.kills += operator.insist("start", chance).await?;
        self.kills += operator.insist("rollback", chance).await?;
        self.compare(&name, &before, &shown(&client, "public_base").await?);
        self.kills += operator.insist("start", chance).await?;
        let news = Crew::hire(&url, "public_next", &new).await?;
        self.compare(&name, &before, &shown(&client, "public_base").await?);
        let live = shown(&client, "public_next").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.leave(&name, olds).await;
        self.kills += operator.insist("complete", chance).await?;
        self.compare(&name, &live, &shown(&client, "public_next").await?);
        self.leave(&name, news).await;
        drop(client);
        for database in [first, second] {
            let drop = format!("DROP DATABASE {database} WITH (FORCE)");
            sql(&server.url("postgres"), &drop).await?;
        }
        self.cycles += 1;
        Ok(())
    }

    async fn leave(&mut self, name: &str, crew: Crew) {
        let (statements, failed) = crew.leave().await;
        self.statements += statements;
        self.wrong.extend(failed.into_iter().map(|error| format!("{name}: {error}")));
    }

    /// A column may have come at the end.
    fn compare(&mut self, name: &str, before: &[String], after: &[String]) {
        let is_same = before.len() == after.len()
            && before
                .iter()
                .zip(after)
                .all(|(one, other)| other.starts_with(one.trim_end_matches(')')));
        self.rows += before.len() as u64;
        if !is_same {
            self.wrong.push(format!("{name}: rows are different\n{before:#?}\n{after:#?}"));
        }
    }
}
