//! Keeps a backfill from harming anybody: before each batch it may have to wait, for a replica, an
//! archiver, a vacuum, a busy hour or an operator. What it goes by is in the ledger, so that it can be
//! changed from another terminal while the backfill runs.
//!
//! What is not here: the locks and the time of a batch, which are the backfill's own.

mod command;
mod disk;
mod gauge;
mod look;
mod query;
mod settings;
mod unit;

use std::cell::Cell;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

pub(super) use command::held;
pub use command::{Limited, Throttled, Throttling};
pub use gauge::Gauge;
pub use settings::{Limits, Settings};
pub use unit::Unit;

pub(super) use gauge::may_see_statistics;

use look::Finding;

use super::{Cause, Engine, Error, Event, Options};
use crate::database::Connection;
use crate::ledger::{Controls, LedgerError};
use crate::sql::QualifiedName;

/// How often the gauges are looked at, and the ledger is.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The throttle of an engine, shared by all workers of a backfill: what one of them finds counts for all.
#[derive(Debug)]
pub(super) struct Throttle {
    /// Of which migration, and when, the last look was that found all well. It is locked during a look
    /// and while somebody waits, so that the others wait with him.
    looked: Mutex<Option<(i64, Instant)>>,
    /// What holds by now.
    batches: Cell<Batches>,
}

/// The size of batches, and the rest between two.
#[derive(Debug, Clone, Copy)]
struct Batches {
    size: Option<u32>,
    delay: Duration,
}

impl Throttle {
    pub(super) fn new(options: &Options) -> Self {
        let batches = Batches { size: options.batch_size, delay: options.batch_delay };
        Self { looked: Mutex::new(None), batches: Cell::new(batches) }
    }

    /// How many rows a batch writes at the most, by now.
    pub(super) fn batch_size(&self) -> Option<u32> {
        self.batches.get().size
    }

    /// How long the backfill rests between two batches, by now.
    pub(super) fn batch_delay(&self) -> Duration {
        self.batches.get().delay
    }

    /// What is in force for a migration.
    async fn controls(
        &self,
        connection: &Connection,
        migration: i64,
    ) -> Result<(Controls, Settings), Error> {
        let controls = Controls::read(connection, migration).await?;
        let settings = read(&controls)?;
        self.batches.set(Batches {
            size: settings.batch_size,
            delay: settings.batch_delay.unwrap_or_default(),
        });
        Ok((controls, settings))
    }
}

impl Engine<'_> {
    /// Returns when a batch may be written to the table, or soon after `is_over`: another worker may have
    /// failed while this one waits. Looks at most once a second, and costs nothing in between. Not to be
    /// called in a transaction.
    pub(super) async fn pass_throttle(
        &self,
        connection: &Connection,
        migration: i64,
        table: &QualifiedName,
        is_over: impl Fn() -> bool,
    ) -> Result<(), Error> {
        let mut looked = self.throttle.looked.lock().await;
        let mut is_held = false;
        loop {
            let is_recent = |(of, at): (i64, Instant)| of == migration && at.elapsed() < LOOK_EVERY;
            if is_over() || looked.is_some_and(is_recent) {
                return Ok(());
            }
            let (controls, settings) = self.throttle.controls(connection, migration).await?;
            if looked.is_none() && !is_held && settings.wraparound() {
                self.note_blindness(connection).await?;
            }
            match look::look(connection, &controls, &settings, table).await? {
                Finding::Well => {
                    *looked = Some((migration, Instant::now()));
                }
                Finding::Wait(reason) => {
                    is_held = true;
                    self.held(connection, &reason).await?;
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Finding::Abort(reason) => {
                    return Err(Error::hopeless(Cause::Critical { reason }, Vec::new()));
                }
            }
        }
    }

    /// Says so where the role cannot see a vacuum against wraparound, which nobody asked it to look for.
    async fn note_blindness(&self, connection: &Connection) -> Result<(), Error> {
        if !gauge::may_see_statistics(connection).await? {
            self.emit(&Event::Note(
                "the role may not see whether autovacuum keeps the table from wraparound, so the \
                 backfill does not wait for it: GRANT pg_monitor to the role, or say \
                 --throttle-wraparound off",
            ));
        }
        Ok(())
    }

    /// Rests between two batches, for as long as the settings say by now, or until `is_over`. Not to be
    /// called in a transaction.
    pub(super) async fn rest(
        &self,
        connection: &Connection,
        migration: i64,
        is_over: impl Fn() -> bool,
    ) -> Result<(), Error> {
        let since = Instant::now();
        loop {
            let left = self.throttle.batch_delay().saturating_sub(since.elapsed());
            if is_over() || left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(LOOK_EVERY)).await;
            if left > LOOK_EVERY {
                self.throttle.controls(connection, migration).await?;
            }
        }
    }

    /// Checks that what is asked for can be looked at, before anything is done.
    pub(super) async fn check_throttle(&self, settings: &Settings) -> Result<(), Error> {
        match look::check(&self.connection, settings).await? {
            Ok(()) => Ok(()),
            Err(look::Unusable { setting, reason }) => Err(Error::Unthrottled { setting, reason }),
        }
    }

    /// What the command line says.
    fn given(&self) -> Settings {
        let Options { batch_size, batch_delay, .. } = self.options;
        let delay = Some(batch_delay).filter(|delay| !delay.is_zero());
        let mut given = self.options.throttle.clone();
        given.batch_size = given.batch_size.or(batch_size);
        given.batch_delay = given.batch_delay.or(delay);
        given
    }

    /// Puts what the command line says over what is stored of a start that begins or goes on.
    pub(super) async fn store_throttle(&self, migration: i64) -> Result<(), Error> {
        let controls = Controls::read(&self.connection, migration).await?;
        let before = read(&controls)?;
        let mut settings = before.clone();
        settings.replace(&self.given());
        if settings != before {
            // What was stored before may contradict what is given now.
            self.check_throttle(&settings).await?;
            Controls::set(&self.connection, migration, stored(&settings)?).await?;
        }
        Ok(())
    }
}

/// The settings that are stored.
fn read(controls: &Controls) -> Result<Settings, Error> {
    if controls.settings.is_null() {
        return Ok(Settings::default());
    }
    let settings = serde_json::from_value(controls.settings.clone());
    Ok(settings.map_err(|error| LedgerError::Unreadable(error.to_string()))?)
}

/// The settings, as they are stored.
fn stored(settings: &Settings) -> Result<serde_json::Value, Error> {
    let stored = serde_json::to_value(settings);
    Ok(stored.map_err(|error| LedgerError::Unreadable(error.to_string()))?)
}
