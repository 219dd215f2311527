//! The clients of one version, all at work.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::RwLock;
use tokio::task::JoinHandle;

use crate::application::Application;
use crate::session::{Session, SharedTally, Tally};

/// How many clients a version has.
pub(crate) const CLIENTS: u64 = 4;

/// The pause of a client between two pieces of work: a machine that is always full measures queues.
const PAUSE: Duration = Duration::from_millis(1);

/// Every piece of work holds it for reading, so that who holds it for writing finds everybody still.
pub(crate) type Gate = Arc<RwLock<()>>;

static SEED: AtomicU64 = AtomicU64::new(1);

/// Clients that are pinned to one version.
pub(crate) struct Crew {
    /// The version schema.
    pub(crate) schema: String,
    stopped: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
    tally: SharedTally,
}

impl Crew {
    /// Connects the clients and lets them work.
    pub(crate) async fn hire(
        url: &str,
        schema: &str,
        version: usize,
        rows: u64,
        gate: &Gate,
    ) -> Result<Self, tokio_postgres::Error> {
        let tally = SharedTally::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let mut chance = StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed));
            let dice = StdRng::from_rng(&mut chance);
            let mut session = Session::open(url, schema, Arc::clone(&tally), dice).await?;
            let (invoices, tracks, customers) = (Vec::new(), Vec::new(), Vec::new());
            let mut application =
                Application { version, rows, chance, invoices, tracks, customers };
            let (gate, stopped) = (Arc::clone(gate), Arc::clone(&stopped));
            clients.push(tokio::spawn(async move {
                while !stopped.load(Ordering::Relaxed) {
                    let at_work = gate.read().await;
                    // A failure is in the tally.
                    let _counted = application.work(&mut session).await;
                    drop(at_work);
                    tokio::time::sleep(PAUSE).await;
                }
            }));
        }
        Ok(Self { schema: schema.to_owned(), stopped, clients, tally })
    }

    /// What the clients have seen since this was asked last.
    pub(crate) fn tally(&self) -> Tally {
        std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The clients finish what they are at, and disconnect.
    pub(crate) async fn leave(self) -> Tally {
        self.stopped.store(true, Ordering::Relaxed);
        let mut lost = 0;
        for client in self.clients {
            lost += u64::from(client.await.is_err());
        }
        let mut tally =
            std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner));
        tally.failed += lost;
        tally
    }
}
