//! Carries plans out: start, complete, rollback. It emits events and prints nothing, and it builds no
//! SQL: what it runs is in the plan or in `sql/`.

mod adopt;
mod altered;
mod backfill;
mod baseline;
mod by_hand;
mod cause;
mod complete;
mod complete_gate;
mod described;
mod directory;
pub mod doctor;
mod drift;
mod error;
mod event;
mod fill_progress;
mod hint;
mod inside;
mod inspect;
mod locks;
mod lost;
mod midway;
mod migrate;
mod older_snapshots;
mod onlooker;
mod operator;
mod outside;
mod pace;
mod planning;
mod privileges;
mod recorded;
mod replicas;
mod rights;
mod rollback;
mod run;
mod squash;
mod stale_ledger;
mod start;
pub mod throttle;
mod two_sessions;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::Duration;

use uuid::Uuid;

pub use crate::ledger::{Building, LedgerError, Noted, Recorded};
pub use crate::lifecycle::{Ended, Refusal};
pub use adopt::{Adopt, AdoptError, Adoption};
pub use cause::Cause;
pub use directory::DirectoryError;
pub use drift::{Drift, OnDrift};
pub use error::Error;
pub use event::{Event, Listener};
pub use inspect::{Filled, Latest, Progress, Running, Status};
pub use migrate::{Composed, Migrate, Migrated};
pub use pace::{Pace, percent};
pub use replicas::Replicas;
pub use start::Started;

use crate::database::target::Canceller;
use crate::database::{Activity, Connection, Settings, Support, Target};
use crate::ledger::{self, Entry};
use crate::sql::Ident;
use rights::Needed;
use throttle::Throttle;

/// How an engine acts.
#[derive(Debug, Clone)]
pub struct Options {
    /// The base schema.
    pub base_schema: Ident,
    /// The role that acts, if it is not the one that logs in.
    pub role: Option<Ident>,
    /// How long one try for a lock may make others wait.
    pub lock_timeout: Duration,
    /// How many tries for a lock there are.
    pub lock_tries: u32,
    /// How long a lock is tried for before the command gives up.
    pub lock_patience: Duration,
    /// After how long sessions are ended that are in the way of a lock; none means never.
    pub kill_blockers_after: Option<Duration>,
    /// How many rows a batch of the backfill writes at the most; none means as many as fit into
    /// [`Options::batch_time`].
    pub batch_size: Option<u32>,
    /// How long the backfill rests between two batches.
    pub batch_delay: Duration,
    /// How long a batch should take. None holds locks of rows for more than twice as long.
    pub batch_time: Duration,
    /// How many workers fill a table at once, each over a connection of its own.
    pub workers: u32,
    /// When the backfill waits, and when the start is aborted. What is not given stays as it was said
    /// before of the same start.
    pub throttle: throttle::Settings,
    /// Whether triggers and rules of the users' own may fire for rows that the backfill writes, where they
    /// cannot be kept from it.
    pub allow_triggers: bool,
    /// Whether a start that fails for good stays where it is, to be mended and gone on with.
    pub keep_failed: bool,
    /// What a start does where others have changed the base schema.
    pub on_drift: OnDrift,
    /// The replicas that are waited for once a version is live, or the only one.
    pub replicas: Option<Replicas>,
}

impl Options {
    /// The usual ways, for this base schema.
    #[must_use]
    pub fn new(base_schema: Ident) -> Self {
        Self {
            base_schema,
            role: None,
            lock_timeout: Duration::from_millis(500),
            lock_tries: 120,
            lock_patience: Duration::from_secs(120),
            kill_blockers_after: None,
            batch_size: None,
            batch_delay: Duration::ZERO,
            batch_time: Duration::from_millis(50),
            workers: 1,
            throttle: throttle::Settings::default(),
            allow_triggers: false,
            keep_failed: false,
            on_drift: OnDrift::default(),
            replicas: None,
        }
    }
}

/// One operator at one base schema.
pub struct Engine<'a> {
    connection: Connection,
    target: Target,
    options: Options,
    listener: Listener<'a>,
    run: Uuid,
    throttle: Throttle,
    /// The command that runs, and the migration that it is about.
    command: RefCell<(&'static str, String)>,
    /// The table that is being filled.
    filling: RefCell<Option<fill_progress::Filling>>,
    /// What a start has found to be changed by others.
    drift: RefCell<Option<drift::Found>>,
    /// Whether others are kept from being the operator.
    is_operator: Cell<bool>,
}

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
            lock_timeout: options.lock_timeout,
        };
        let connection = Connection::open(target, settings).await?;
        Ok(Self {
            connection,
            target: target.clone(),
            throttle: Throttle::new(&options),
            options,
            listener,
            run: Uuid::new_v4(),
            command: RefCell::default(),
            filling: RefCell::default(),
            drift: RefCell::default(),
            is_operator: Cell::default(),
        })
    }

    /// Something that can interrupt the running statement, from any task.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.connection.canceller()
    }

    /// Undoes what a command that was dropped had not committed, and keeps no other operator out any more.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn let_go(&self) -> Result<(), Error> {
        self.connection.rollback().await?;
        self.resign().await;
        Ok(())
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
        self.refuse_read_only()?;
        if !ledger::is_installed(&self.connection).await? {
            self.refuse_lacking(Needed::SCHEMAS).await?;
        }
        self.write_down(async || Ok(ledger::install(&self.connection).await?)).await
    }

    /// A standby, or a server that is set to be read-only, would refuse in the middle.
    fn refuse_read_only(&self) -> Result<(), Error> {
        match &self.connection.facts().read_only {
            Some(read_only) => Err(Error::ReadOnly(read_only.clone())),
            None => Ok(()),
        }
    }

    /// Says so where the server came later than this release. Nothing is known against it.
    fn note_newer_server(&self) {
        let facts = self.connection.facts();
        if facts.support == Support::Newer {
            let version = &facts.version;
            self.emit(&Event::Note(&format!(
                "the server is Postgres {version}, and this release of straddle was made for 14 to 18"
            )));
        }
    }

    /// The migration that is underway or live, or else the one that ended last; where there is none, the base
    /// schema has to be there at least.
    pub(super) async fn entry_of_schema(&self) -> Result<Option<Entry>, Error> {
        let (entry, base) = (self.entry().await?, &self.options.base_schema);
        if entry.is_none() && !self.schema_exists(base).await? {
            return Err(Error::NoSchema { schema: base.as_str().to_owned() });
        }
        Ok(entry)
    }

    /// The migration that is underway or live, or else the one that ended last.
    async fn entry(&self) -> Result<Option<Entry>, Error> {
        if !ledger::is_installed(&self.connection).await? {
            return Ok(None);
        }
        Ok(ledger::read(&self.connection, &self.options.base_schema).await?)
    }

    /// Does the work of a command, which `pg_stat_activity` names meanwhile.
    async fn as_command<T>(
        &self,
        command: &'static str,
        migration: &str,
        work: Pin<Box<dyn Future<Output = Result<T, Error>> + '_>>,
    ) -> Result<T, Error> {
        self.command.replace((command, migration.to_owned()));
        self.show_command().await?;
        let outcome = work.await;
        self.command.take();
        if outcome.is_err() {
            // Who goes on with this connection is no operator, and in the middle of nothing.
            drop(self.let_go().await);
        }
        self.resign().await;
        // Only to be tidy: the outcome is known.
        drop(self.show_command().await);
        outcome
    }

    async fn show_command(&self) -> Result<(), Error> {
        let (verb, object) = self.command.borrow().clone();
        let activity = Activity { verb, object: &object, far: "" };
        Ok(self.connection.show(activity, Duration::ZERO).await?)
    }

    fn emit(&self, event: &Event<'_>) {
        (self.listener)(event);
    }
}
