//! Carries plans out: start, complete, rollback. It emits events and prints nothing, and it builds no
//! SQL: what it runs is in the plan or in `sql/`.

mod backfill;
mod complete;
mod culprit;
mod error;
mod event;
mod gate;
mod inspect;
mod outside;
mod rollback;
mod run;
mod start;

use std::time::Duration;

use uuid::Uuid;

pub use error::Error;
pub use event::{Event, Listener};
pub use inspect::{Latest, Progress, Status};
pub use start::Started;

use crate::database::target::Canceller;
use crate::database::{Connection, Settings, Target};
use crate::ledger::{self, Entry};
use crate::plan::names;
use crate::sql::Ident;

/// How an engine acts.
#[derive(Debug, Clone)]
pub struct Options {
    /// The base schema.
    pub base_schema: Ident,
    /// The role that acts, if it is not the one that logs in.
    pub role: Option<Ident>,
    /// How long one try for a lock may make others wait, in milliseconds.
    pub lock_timeout_ms: u32,
    /// How many tries for a lock there are.
    pub lock_tries: u32,
    /// How many rows a batch of the backfill writes at the most; none means as many as fit into
    /// [`Options::batch_time`].
    pub batch_size: Option<u32>,
    /// How long the backfill rests between two batches.
    pub batch_delay: Duration,
    /// How long a batch should take.
    pub batch_time: Duration,
}

impl Options {
    /// The usual ways, for this base schema.
    #[must_use]
    pub fn new(base_schema: Ident) -> Self {
        Self {
            base_schema,
            role: None,
            lock_timeout_ms: 500,
            lock_tries: 120,
            batch_size: None,
            batch_delay: Duration::ZERO,
            batch_time: Duration::from_millis(50),
        }
    }
}

/// One operator at one base schema.
pub struct Engine<'a> {
    connection: Connection,
    options: Options,
    listener: Listener<'a>,
    run: Uuid,
}

/// How long a second operator waits for the first.
const PATIENCE: Duration = Duration::from_secs(5);

impl<'a> Engine<'a> {
    /// Connects. Nothing is changed.
    ///
    /// # Errors
    /// When there is no connection to be had, or the base schema does not exist.
    pub async fn open(
        target: &Target,
        options: Options,
        listener: Listener<'a>,
    ) -> Result<Self, Error> {
        let settings = Settings {
            base_schema: options.base_schema.clone(),
            role: options.role.clone(),
            lock_timeout_ms: options.lock_timeout_ms,
        };
        let connection = Connection::open(target, settings).await?;
        Ok(Self { connection, options, listener, run: Uuid::new_v4() })
    }

    /// Something that can interrupt the running statement, from any task.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.connection.canceller()
    }

    /// Says goodbye to the server.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.connection.close().await?)
    }

    /// Makes the ledger; does nothing where it is.
    ///
    /// # Errors
    /// When the role may not create a schema in the database.
    pub async fn init(&self) -> Result<(), Error> {
        Ok(ledger::install(&self.connection).await?)
    }

    /// Becomes the one operator of the base schema, for as long as the connection lasts.
    async fn become_operator(&self) -> Result<(), Error> {
        let key = names::operator_lock(&self.options.base_schema);
        let try_lock = crate::sql!("SELECT pg_try_advisory_lock($1)");
        let pause = Duration::from_millis(100);
        let mut waited = Duration::ZERO;
        loop {
            let rows = self.connection.query(&try_lock, &[&key]).await?;
            if rows.first().is_some_and(|row| row.get(0)) {
                return Ok(());
            }
            if waited >= PATIENCE {
                let schema = self.options.base_schema.as_str().to_owned();
                return Err(Error::AnotherOperator { schema });
            }
            tokio::time::sleep(pause).await;
            waited += pause;
        }
    }

    /// The migration that is underway or live, or else the one that ended last.
    async fn entry(&self) -> Result<Option<Entry>, Error> {
        if !ledger::is_installed(&self.connection).await? {
            return Ok(None);
        }
        Ok(ledger::read(&self.connection, &self.options.base_schema).await?)
    }

    fn emit(&self, event: &Event<'_>) {
        (self.listener)(event);
    }
}
