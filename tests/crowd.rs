//! Sixteen applications of both versions at once, and of the tables themselves, while start, rollback,
//! start and complete go by. Every row says who wrote it last and what, so that every read, and in the
//! end all of it, can be judged: each version shows what its own writer stored, or `up` or `down` of
//! what the other's did; no row is lost; no statement fails.
//!
//! `CROWD_STARTS` says how many starts there are, the last of which is completed, `CROWD_SECONDS` how
//! long each may be used, and `CROWD_SEED` what the applications do.

mod client;
mod references;
mod row;
mod speech;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::operator::migration;
use crate::server::{Database, variable};
use client::{Client, Left};
use row::{BEFORE, MIGRATION, NEW_LINE, OLD_LINE, Row, Version, wrong};

const STARTS: usize = 2;
const SECONDS: f64 = 3.0;

fn number<T: FromStr>(name: &str, otherwise: T) -> T {
    variable(name).and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// The database, and what clients that are gone left in it.
struct Crowd {
    database: Database,
    seed: u64,
    seconds: f64,
    clients: i64,
    own: BTreeMap<i64, Row>,
    statements: usize,
}

/// Clients of one version that work until they are told to stop.
struct Working {
    stop: Arc<AtomicBool>,
    clients: JoinSet<Result<Left, String>>,
}

impl Crowd {
    /// Clients of a version begin to work, some of them with the tables themselves.
    async fn begin(&mut self, version: Version, clients: usize, of_tables: usize) -> Working {
        let stop = Arc::new(AtomicBool::new(false));
        let mut working = Working { stop: Arc::clone(&stop), clients: JoinSet::new() };
        for number in 0..clients {
            self.clients += 1;
            let of_table = number < of_tables;
            let client =
                Client::new(&self.database, self.clients, version, of_table, self.seed).await;
            working.clients.spawn(client.work(Arc::clone(&stop)));
        }
        working
    }

    async fn end(&mut self, working: Working) {
        working.stop.store(true, Ordering::Relaxed);
        let left = working.clients.join_all().await;
        let failed: Vec<&String> = left.iter().filter_map(|left| left.as_ref().err()).collect();
        assert!(failed.is_empty(), "CROWD_SEED={}\n{failed:#?}", self.seed);
        for left in left.into_iter().flatten() {
            self.own.extend(left.rows);
            self.statements += left.statements;
        }
    }

    async fn go_on(&self, share: f64) {
        tokio::time::sleep(Duration::from_secs_f64(self.seconds * share)).await;
    }

    /// What these versions show at one moment, row by row.
    async fn moment(&self, versions: &[Version]) -> Vec<Vec<Row>> {
        let client = self.database.client().await;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
        client.batch_execute(begin).await.expect("a transaction");
        let mut shown = Vec::new();
        for version in versions {
            let (schema, line) = match version {
                Version::Old => ("public_base", OLD_LINE),
                Version::New(_) => ("public_next", NEW_LINE),
            };
            let select = format!("SELECT {line} FROM {schema}.accounts ORDER BY name_n");
            let lines = client.rows(&select).await.expect("the rows");
            let wrong: Vec<String> =
                lines.iter().filter_map(|line| wrong(line, *version)).collect();
            assert!(wrong.is_empty(), "CROWD_SEED={} {version}\n{wrong:#?}", self.seed);
            shown.push(lines.iter().filter_map(|line| Row::read(line)).collect());
        }
        shown
    }

    /// Both versions show the same rows, each in its own way.
    async fn agree(&self, start: usize) {
        let moment = self.moment(&[Version::Old, Version::New(start)]).await;
        assert_eq!(moment[0], moment[1], "CROWD_SEED={}: both versions have all rows", self.seed);
    }

    /// Nobody writes, and what each client wrote to rows of its own is there.
    async fn nothing_is_lost(&self, version: Version) {
        let [rows] = self.moment(&[version]).await.try_into().expect("one version");
        let own = rows.into_iter().filter(|row| row.code >= 1000);
        let found: BTreeMap<i64, Row> = own.map(|row| (row.code, row)).collect();
        assert_eq!(found, self.own, "CROWD_SEED={}: rows of their own", self.seed);
    }
}

#[tokio::test]
async fn sixteen_applications_lose_nothing_and_see_no_error() {
    let database = Database::new().await;
    database.client().await.batch_execute(BEFORE).await.expect("a table");
    let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
    database.start("base", &base).await;
    database.complete("base").await;
    let (seed, seconds) = (number("CROWD_SEED", 0), number("CROWD_SECONDS", SECONDS));
    let (own, starts) = (BTreeMap::new(), number("CROWD_STARTS", STARTS));
    let mut crowd = Crowd { database, seed, seconds, clients: 0, own, statements: 0 };

    let old = crowd.begin(Version::Old, 9, 2).await;
    let next = migration("next", MIGRATION);
    for start in 1..=starts {
        crowd.go_on(0.2).await;
        crowd.database.start("next", &next).await;
        let new = crowd.begin(Version::New(start), 7, 0).await;
        for _ in 0..4 {
            crowd.go_on(0.2).await;
            crowd.agree(start).await;
        }
        if start < starts {
            crowd.end(new).await;
            crowd.agree(start).await;
            crowd.database.rollback("next").await;
            continue;
        }
        crowd.end(old).await;
        crowd.agree(start).await;
        crowd.database.complete("next").await;
        crowd.go_on(0.2).await;
        crowd.end(new).await;
        crowd.nothing_is_lost(Version::New(start)).await;
        break;
    }
    assert!(crowd.statements > 1000, "{} statements say too little", crowd.statements);
}
