//! Tells how far a table is filled: the listener at once; the ledger, for `status`, and
//! `pg_stat_activity` about once a second. What is told is told between transactions, so that it is
//! neither rolled back nor kept waiting.

use std::time::{Duration, Instant};

use super::pace::{Meter, Pace, percent};
use super::{Engine, Error, Event};
use crate::database::{Activity, Connection};
use crate::ledger::Told;

/// How often the database is told.
const PAUSE: Duration = Duration::from_secs(1);

/// How far a table is, over all of its partitions and of the workers that fill it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Far {
    /// Blocks that are done.
    pub(super) done: u64,
    /// How many there are.
    pub(super) total: u64,
    /// Rows that were written.
    pub(super) rows: u64,
}

/// The table that is being filled.
#[derive(Debug)]
pub(super) struct Filling {
    migration: i64,
    table: String,
    far: Far,
    meter: Meter,
    held: Option<String>,
    /// When the ledger was told last.
    told: Instant,
}

impl Engine<'_> {
    /// A table begins to be filled, where an earlier run has stopped.
    pub(super) async fn begin_filling(
        &self,
        migration: i64,
        table: &str,
        far: Far,
    ) -> Result<(), Error> {
        let now = Instant::now();
        *self.filling.borrow_mut() = Some(Filling {
            migration,
            table: table.to_owned(),
            far,
            meter: Meter::new(now, far.done, far.rows),
            held: None,
            told: now,
        });
        self.emit(&far.event(table, None));
        self.show_filling(&self.connection, Duration::ZERO).await
    }

    /// A batch is done. `connection` is the one that did it.
    pub(super) async fn filled(&self, connection: &Connection, far: Far) -> Result<(), Error> {
        let told = self.observe(|filling, now| {
            filling.far = far;
            filling.held = None;
            filling.meter.done(now, far.done, far.rows);
            let pace = filling.meter.pace(far.total.saturating_sub(far.done));
            self.emit(&far.event(&filling.table, pace));
            now.duration_since(filling.told) >= PAUSE
        });
        self.tell(connection, told).await
    }

    /// The filling rests, by command or for others' sake. To be said with every look, until it goes
    /// on; `connection` is one that has nothing else to do.
    pub(super) async fn held(&self, connection: &Connection, reason: &str) -> Result<(), Error> {
        let told = self.observe(|filling, now| {
            filling.meter.rests(now);
            self.emit(&Event::Held { table: &filling.table, reason });
            let before = filling.held.replace(reason.to_owned());
            before.as_deref() != Some(reason) || now.duration_since(filling.told) >= PAUSE
        });
        self.tell(connection, told).await
    }

    /// The table is filled.
    pub(super) async fn end_filling(&self) -> Result<(), Error> {
        self.filling.take();
        self.show_command().await
    }

    /// Takes note of something, and gives what is to be stored, if that is due.
    fn observe(&self, note: impl FnOnce(&mut Filling, Instant) -> bool) -> Option<(i64, Told)> {
        let mut filling = self.filling.borrow_mut();
        let filling = filling.as_mut()?;
        let now = Instant::now();
        if !note(filling, now) {
            return None;
        }
        filling.told = now;
        let pace = filling.meter.pace(filling.far.total.saturating_sub(filling.far.done));
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Some((
            filling.migration,
            Told {
                rows_per_second: pace.map(|pace| number(pace.rows_per_second)),
                seconds_left: pace.map(|pace| number(pace.left.as_secs())),
                held: filling.held.clone(),
            },
        ))
    }

    async fn tell(&self, connection: &Connection, told: Option<(i64, Told)>) -> Result<(), Error> {
        if let Some((migration, told)) = told {
            told.store(connection, migration, self.run).await?;
        }
        self.show_filling(connection, PAUSE).await
    }

    async fn show_filling(&self, connection: &Connection, pause: Duration) -> Result<(), Error> {
        let shown = self.filling.borrow().as_ref().map(|filling| {
            let percent = percent(filling.far.done, filling.far.total);
            let held = if filling.held.is_some() { ", held" } else { "" };
            (filling.table.clone(), format!("{percent} %{held}"))
        });
        let Some((object, far)) = shown else {
            return Ok(());
        };
        let activity = Activity { verb: "fill", object: &object, far: &far };
        Ok(connection.show(activity, pause).await?)
    }
}

impl Far {
    fn event(self, table: &str, pace: Option<Pace>) -> Event<'_> {
        let Self { done, total, rows } = self;
        Event::Backfilled { table, done, total, rows, pace }
    }
}
