//! Applications of both versions at work while a migration is started, rolled back, started and completed:
//! none of their statements fails in the version that stays, which is the old one up to `complete` and the new
//! one from `start` on. They say what they say by the simple protocol, by the extended one, and prepared, each
//! statement in a transaction of its own that is rolled back, so that all of it can be said again.
//!
//! `STRADDLE_TEST_LOAD=all` takes every case of `tests/cases`, anything else those with that in their names;
//! `STRADDLE_TEST_LOAD_CLIENTS` says how many clients each version has.

pub(crate) mod statements;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use straddle::migration::Migration;
use straddle::plan::Raw;
use tokio::task::JoinSet;

use crate::lifecycle::{Case, cases, directory};
use crate::server::{Client, Database, Prepared, variable};

/// Cases whose steps are of many kinds.
const USUAL: [&str; 5] = [
    "alter_column_type",
    "create_constraint_foreign_key",
    "rename_column",
    "drop_column",
    "partitioned_columns",
];

/// How often each client says something in every state before a command comes.
const TURNS: u64 = 3;

/// What one client does.
struct Worker {
    client: Client,
    statements: Vec<String>,
    prepared: BTreeMap<usize, Prepared>,
    number: usize,
}

impl Worker {
    async fn say(&mut self, turn: usize) -> Result<(), String> {
        let at = (turn + self.number) % self.statements.len();
        let statement = &self.statements[at];
        let told = |error: tokio_postgres::Error| match error.as_db_error() {
            Some(db) => format!("{statement}\n  {} {}", db.code().code(), db.message()),
            None => format!("{statement}\n  {error}"),
        };
        self.client.batch_execute("BEGIN").await.map_err(told)?;
        match (turn / self.statements.len() + self.number) % 3 {
            0 => self.client.batch_execute(statement).await.map_err(told)?,
            1 => self.client.extended(statement).await.map_err(told)?,
            _ => {
                if !self.prepared.contains_key(&at) {
                    let prepared = self.client.prepare(statement).await.map_err(told)?;
                    self.prepared.insert(at, prepared);
                }
                self.client.execute(&self.prepared[&at]).await.map_err(told)?;
            }
        }
        self.client.batch_execute("ROLLBACK").await.map_err(told)
    }
}

/// Applications of one version.
struct Crew {
    stop: Arc<AtomicBool>,
    said: Arc<AtomicU64>,
    workers: JoinSet<Vec<String>>,
}

impl Crew {
    async fn hire(database: &Database, version: &str, statements: &[String]) -> Self {
        let mut crew = Self { stop: Arc::default(), said: Arc::default(), workers: JoinSet::new() };
        let clients =
            variable("STRADDLE_TEST_LOAD_CLIENTS").map_or(2, |n| n.parse().expect("a number"));
        for number in 0..clients {
            let client = database.client().await;
            let path = format!("SET search_path = {version}");
            client.batch_execute(&path).await.expect("a version");
            let (statements, prepared) = (statements.to_vec(), BTreeMap::new());
            let mut worker = Worker { client, statements, prepared, number };
            let (stop, said) = (Arc::clone(&crew.stop), Arc::clone(&crew.said));
            crew.workers.spawn(async move {
                let (mut failed, mut turn) = (Vec::new(), 0);
                while !stop.load(Ordering::Relaxed) {
                    if let Err(error) = worker.say(turn).await {
                        failed.push(error);
                        stop.store(true, Ordering::Relaxed);
                    }
                    turn += 1;
                    said.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
                failed
            });
        }
        crew
    }

    /// Lets everybody say something meanwhile.
    async fn go_on(&self) {
        let enough = self.said.load(Ordering::Relaxed) + TURNS * self.workers.len() as u64;
        // Who fails stops everybody.
        while self.said.load(Ordering::Relaxed) < enough && !self.stop.load(Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    async fn leave(self, name: &str, version: &str) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        let failed = self.workers.join_all().await.concat();
        assert!(failed.is_empty(), "{name}: {version}: {failed:#?}");
        self.said.load(Ordering::Relaxed)
    }
}

async fn client(database: &Database) -> tokio_postgres::Client {
    let connecting = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls).await;
    let (client, connection) = connecting.expect("a connection");
    tokio::spawn(connection);
    client
}

/// The lines of a version in a case's traffic.
fn lines<'t>(traffic: &'t str, version: &str) -> Vec<&'t str> {
    traffic.lines().filter_map(|line| line.strip_prefix(version)).collect()
}

/// What applications of the old and of the new version can say all the time: while both live, and the new ones
/// also afterwards, when an identity of the new version takes no values any more.
async fn said(name: &str) -> [Vec<String>; 2] {
    let case = Case::open(name).await;
    let traffic = read(&directory().join(name).join("traffic.sql"));
    let judge = client(&case.database).await;
    case.start(&case.migration).await;
    let (old, new) = (lines(&traffic, "old: "), lines(&traffic, "new: "));
    let old = statements::repeatable(&judge, "public_base", &old).await.expect("statements");
    let mut new = statements::repeatable(&judge, "public_next", &new).await.expect("statements");
    let plan = case.plan().await;
    if plan.raw.is_some_and(Raw::in_complete) {
        statements::of_named_columns(&mut new);
    }
    if plan.contract.carrying.is_some() {
        statements::of_the_version(&mut new);
    }
    case.complete().await;
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let new = statements::that_work(&judge, &new).await;
    assert!(!old.is_empty() && !new.is_empty(), "{name}: there is something to say");
    [old, new]
}

/// The cycle; how many statements there were.
async fn cycle(name: &str) -> u64 {
    let [old, new] = said(name).await;
    let case = Case::open(name).await;
    let migration: &Migration = &case.migration;
    let olds = Crew::hire(&case.database, "public_base", &old).await;
    olds.go_on().await;
    case.start(migration).await;
    let news = Crew::hire(&case.database, "public_next", &new).await;
    olds.go_on().await;
    news.go_on().await;
    let mut said = news.leave(name, "the new version, live").await;
    case.rollback().await;
    olds.go_on().await;
    case.start(migration).await;
    let news = Crew::hire(&case.database, "public_next", &new).await;
    olds.go_on().await;
    news.go_on().await;
    said += olds.leave(name, "the old version").await;
    case.complete().await;
    news.go_on().await;
    said + news.leave(name, "the new version").await
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[tokio::test]
async fn no_statement_fails_in_the_version_that_stays() {
    let asked = variable("STRADDLE_TEST_LOAD");
    let is_asked = |name: &String| match &asked {
        None => USUAL.contains(&name.as_str()),
        Some(all) if all == "all" => true,
        Some(part) => name.contains(part.as_str()),
    };
    for name in cases().into_iter().filter(is_asked) {
        let said = cycle(&name).await;
        assert!(said > 0, "{name}: somebody was at work");
    }
}
