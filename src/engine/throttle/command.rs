//! `pause`, `resume` and `throttle`: from another session than the one that fills, so without the lock
//! that keeps a second operator out.

use serde::Serialize;

use super::look::PAUSED;
use super::{Gauge, Settings, read, stored};
use crate::engine::{Engine, Error};
use crate::ledger::{self, Controls, Entry, Told};
use crate::lifecycle::{self, Command};
use crate::plan::Phase;

/// What came of `pause` or `resume`.
#[derive(Debug, Clone, Serialize)]
pub struct Throttled {
    /// The migration.
    pub migration: String,
    /// Its phase.
    pub phase: Phase,
    /// Whether its backfill is paused now.
    pub paused: bool,
    /// Whether that is news.
    pub changed: bool,
}

/// What a backfill is throttled by, and what that shows at present.
#[derive(Debug, Clone, Serialize)]
pub struct Throttling {
    /// The migration.
    pub migration: String,
    /// Its phase.
    pub phase: Phase,
    /// Whether its backfill is paused.
    pub paused: bool,
    /// What it waits for at present.
    pub held: Option<String>,
    /// The gauges.
    pub gauges: Vec<Limited>,
    /// The settings in force.
    pub settings: Settings,
}

/// A gauge with its limits.
#[derive(Debug, Clone, Serialize)]
pub struct Limited {
    /// Its name.
    pub gauge: Gauge,
    /// What it shows, of the replica, slot or disk that is worst; none where it shows nothing.
    pub value: Option<u64>,
    /// The same in words, or why there is none.
    pub shows: String,
    /// The value at which the backfill waits.
    pub throttle_at: Option<u64>,
    /// The value at which the start is aborted.
    pub abort_at: Option<u64>,
}

impl Engine<'_> {
    /// Holds the backfill that is underway, or that is to come.
    ///
    /// # Errors
    /// When no start is underway.
    pub async fn pause(&self) -> Result<Throttled, Error> {
        self.set_paused(true).await
    }

    /// Lets a backfill that was paused go on.
    ///
    /// # Errors
    /// When no start is underway.
    pub async fn resume(&self) -> Result<Throttled, Error> {
        self.set_paused(false).await
    }

    async fn set_paused(&self, paused: bool) -> Result<Throttled, Error> {
        let entry = self.throttled().await?;
        self.refuse_read_only()?;
        let before = Controls::read(&self.connection, entry.id).await?.paused;
        Controls::pause(&self.connection, entry.id, paused).await?;
        let ((phase, _), migration) = (entry.next(), entry.name);
        Ok(Throttled { migration, phase, paused, changed: before != paused })
    }

    /// Changes the settings of the throttle of the start that is underway. Without `clear`, those that
    /// are not given stay.
    ///
    /// # Errors
    /// When no start is underway, or what is asked for cannot be looked at.
    pub async fn throttle(&self, given: &Settings, clear: bool) -> Result<Throttling, Error> {
        let entry = self.throttled().await?;
        let controls = Controls::read(&self.connection, entry.id).await?;
        let before = read(&controls)?;
        let mut settings = if clear { Settings::default() } else { before.clone() };
        settings.replace(given);
        if settings != before {
            self.refuse_read_only()?;
            self.check_throttle(&settings).await?;
            Controls::set(&self.connection, entry.id, stored(&settings)?).await?;
        }
        self.throttling(entry, controls, settings).await
    }

    async fn throttling(
        &self,
        entry: Entry,
        controls: Controls,
        settings: Settings,
    ) -> Result<Throttling, Error> {
        let mut gauges = Vec::new();
        for gauge in Gauge::ALL {
            let readings = gauge.read(&self.connection, &settings).await?;
            let worst = gauge.worst(readings);
            gauges.push(Limited {
                gauge,
                shows: worst.as_ref().map(|worst| gauge.words(worst)).unwrap_or_default(),
                value: worst.and_then(|worst| worst.value.ok()),
                throttle_at: settings.throttle.of(gauge),
                abort_at: settings.abort.of(gauge),
            });
        }
        let told = Told::read(&self.connection, entry.id).await?;
        let (phase, _) = entry.next();
        Ok(Throttling {
            migration: entry.name,
            phase,
            paused: controls.paused,
            held: held(&controls, told.unwrap_or_default()),
            gauges,
            settings,
        })
    }

    /// The migration whose start is underway.
    async fn throttled(&self) -> Result<Entry, Error> {
        let entry = self.entry().await?;
        let state = ledger::state(entry.as_ref());
        lifecycle::next(&state, &Command::Throttle)?;
        entry.ok_or_else(|| lifecycle::Refusal::NothingStarted { last: None }.into())
    }
}

/// What a backfill waits for, also where nobody runs it at present.
pub(in crate::engine) fn held(controls: &Controls, told: Told) -> Option<String> {
    // A run that is gone may have told so last.
    let for_others = || told.held.filter(|reason| reason != PAUSED);
    if controls.paused { Some(PAUSED.into()) } else { for_others() }
}
