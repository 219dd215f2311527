//! Applications of one version: each says its statements one after the other, by the simple protocol, by the
//! extended one, and prepared, and takes back what it has written.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::task::JoinSet;
use tokio_postgres::{Client, Error, NoTls, Statement};

/// How many clients a version has.
const CLIENTS: usize = 3;

/// Applications of one version.
pub(crate) struct Crew {
    stop: Arc<AtomicBool>,
    said: Arc<AtomicU64>,
    workers: JoinSet<Vec<String>>,
}

/// A session of its own.
pub(crate) async fn connect(url: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

struct Worker {
    client: Client,
    statements: Vec<String>,
    prepared: BTreeMap<usize, Statement>,
    number: usize,
}

#[expect(clippy::disallowed_methods, reason = "this is an application, not the engine")]
impl Worker {
    async fn say(&mut self, turn: usize) -> Result<(), String> {
        let at = (turn + self.number) % self.statements.len();
        let way = (turn / self.statements.len() + self.number) % 3;
        let outcome = self.transaction(at, way).await;
        outcome.map_err(|error| match error.as_db_error() {
            Some(db) => format!("{} {}\n  {}", db.code().code(), db.message(), self.statements[at]),
            None => format!("{error}\n  {}", self.statements[at]),
        })
    }

    async fn transaction(&mut self, at: usize, way: usize) -> Result<(), Error> {
        self.client.batch_execute("BEGIN").await?;
        let statement = self.statements[at].as_str();
        match way {
            0 => self.client.batch_execute(statement).await?,
            1 => drop(self.client.query(statement, &[]).await?),
            _ => {
                if !self.prepared.contains_key(&at) {
                    let prepared = self.client.prepare(statement).await?;
                    self.prepared.insert(at, prepared);
                }
                drop(self.client.query(&self.prepared[&at], &[]).await?);
            }
        }
        self.client.batch_execute("ROLLBACK").await
    }
}

impl Crew {
    /// Connects the clients and lets them work.
    #[expect(clippy::disallowed_methods, reason = "this is an application, not the engine")]
    pub(crate) async fn hire(
        url: &str,
        version: &str,
        statements: &[String],
    ) -> Result<Self, Error> {
        let mut crew = Self { stop: Arc::default(), said: Arc::default(), workers: JoinSet::new() };
        for number in 0..CLIENTS {
            let client = connect(url).await?;
            client.batch_execute(&format!("SET search_path = {version}")).await?;
            let (statements, prepared) = (statements.to_vec(), BTreeMap::new());
            let mut worker = Worker { client, statements, prepared, number };
            let (stop, said) = (Arc::clone(&crew.stop), Arc::clone(&crew.said));
            crew.workers.spawn(async move {
                let mut failed = Vec::new();
                let mut turn = 0;
                while !stop.load(Ordering::Relaxed) && failed.is_empty() {
                    failed.extend(worker.say(turn).await.err());
                    turn += 1;
                    said.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
                failed
            });
        }
        Ok(crew)
    }

    /// They finish what they are at: how many statements there were, and those that failed.
    pub(crate) async fn leave(self) -> (u64, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let failed = self.workers.join_all().await.concat();
        (self.said.load(Ordering::Relaxed), failed)
    }
}
