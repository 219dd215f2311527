//! Looks, and changes nothing: what is live, how far it is, which version is the newest.

use serde::Serialize;

use super::complete_gate::InTheWay;
use super::{Engine, Error, throttle};
use crate::ledger::{self, BackfillCursor, BackfillKey, Building, Controls, Entry, Operator, Told};
use crate::lifecycle::Ended;
use crate::plan::{Action, Phase, Step, names};

/// Where a base schema stands.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// The base schema.
    pub base_schema: String,
    /// The migration that is underway or live.
    pub active: Option<Progress>,
    /// The version that was completed last.
    pub completed: Option<Latest>,
    /// The migration that ended last, and how.
    pub last: Option<(String, Ended)>,
}

/// How far a migration is.
#[derive(Debug, Clone, Serialize)]
pub struct Progress {
    /// Its name; of several that were started as one, the last one's.
    pub migration: String,
    /// The names of all that were started as one, in order.
    pub together: Vec<String>,
    /// Its version schema.
    pub version_schema: String,
    /// Its phase.
    pub phase: Phase,
    /// How many steps of the phase are done.
    pub steps_done: usize,
    /// How many there are.
    pub steps: usize,
    /// What comes next.
    pub next_step: Option<String>,
    /// How far the table is that is being filled, in the phase `backfill`.
    pub backfill: Option<Filled>,
    /// Whether its backfill is paused by command.
    pub paused: bool,
    /// What its backfill waits for, by command or for others' sake.
    pub held: Option<String>,
    /// The session that is at work on it, if there is one.
    pub running: Option<Running>,
    /// Whether its version is there for applications.
    pub shown: bool,
    /// When it was started, UTC.
    pub started_at: String,
    /// What `complete` would refuse for, while it is live.
    pub in_the_way: Vec<String>,
    /// What `rollback` would refuse for.
    pub in_the_way_of_rollback: Vec<String>,
}

/// How far a table is filled, over all of its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// The table.
    pub table: String,
    /// Blocks that are done.
    pub blocks_done: i64,
    /// How many there are.
    pub blocks: i64,
    /// Rows that were written.
    pub rows: i64,
    /// Rows written in a second; none while nobody is at it, or it is not known yet.
    pub rows_per_second: Option<i64>,
    /// How many seconds it still takes at this pace.
    pub seconds_left: Option<i64>,
}

/// A session that is at work on a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Running {
    /// Its process on the server.
    pub pid: i32,
    /// The index that it builds, if it does.
    pub index: Option<Building>,
    /// Whom it waits for at this moment: who holds a lock that it needs, or, where it waits for transactions
    /// to end, whose they are.
    pub waits_for: Vec<String>,
}

/// A version that applications can pin themselves to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latest {
    /// The migration's name.
    pub migration: String,
    /// Its version schema.
    pub version_schema: String,
}

impl Progress {
    /// What goes on with a start that was interrupted.
    #[must_use]
    pub fn start_again(&self) -> &'static str {
        match self.together.len() {
            1 => "`straddle start` with its file, to go on, or `straddle rollback`",
            _ => "`straddle migrate` with its directory, to go on, or `straddle rollback`",
        }
    }
}

impl Engine<'_> {
    /// Where the base schema stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn status(&self) -> Result<Status, Error> {
        let base = &self.options.base_schema;
        let mut status = Status {
            base_schema: base.as_str().to_owned(),
            active: None,
            completed: None,
            last: None,
        };
        let Some(entry) = self.entry_of_schema().await? else {
            return Ok(status);
        };
        let completed = ledger::last_completed(&self.connection, base).await?;
        status.completed = completed.map(|completed| Latest {
            migration: completed.name,
            version_schema: completed.version_schema.as_str().to_owned(),
        });
        match entry.ended {
            None => status.active = Some(self.progress(&entry).await?),
            Some(ended) => status.last = Some((entry.name, ended)),
        }
        Ok(status)
    }

    async fn progress(&self, entry: &Entry) -> Result<Progress, Error> {
        let (phase, done) = entry.next();
        let phases = entry.plan.start.phases();
        let steps = phases.iter().find(|(of, _)| *of == phase).map_or(&[][..], |(_, steps)| *steps);
        let next = steps.get(done);
        let running = self.running().await?;
        // What the run has told is of no interest once there is no run.
        let told = match running {
            Some(_) => Told::read(&self.connection, entry.id).await?.unwrap_or_default(),
            None => Told::default(),
        };
        let backfill = match (phase, next) {
            (Phase::Backfill, Some(step)) => self.how_far(entry, step, done, &told).await?,
            _ => None,
        };
        let controls = match phase {
            Phase::Live | Phase::Contract | Phase::Abort => Controls::default(),
            _ => Controls::read(&self.connection, entry.id).await?,
        };
        let held = throttle::held(&controls, told);
        // What a command at work finds in its way, it says itself.
        let is_idle = running.is_none();
        Ok(Progress {
            migration: entry.name.clone(),
            together: entry.together.clone(),
            version_schema: entry.version_schema.as_str().to_owned(),
            phase,
            steps_done: done,
            steps: match phase {
                Phase::Contract => entry.plan.contract.cleanup.len() + 1,
                Phase::Abort => entry.plan.start.steps().count(),
                _ => steps.len(),
            },
            next_step: next.map(|step| step.purpose.clone()),
            backfill,
            paused: controls.paused,
            held,
            running,
            shown: match phase {
                Phase::Live | Phase::Contract => true,
                // Hiding it is the first thing that is undone.
                Phase::Abort => self.is_shown(entry).await?,
                _ => false,
            },
            started_at: entry.started_at.clone(),
            in_the_way: match phase {
                Phase::Live if is_idle => self.seen_in_the_way(entry).await?,
                _ => Vec::new(),
            },
            in_the_way_of_rollback: match phase {
                Phase::Contract => Vec::new(),
                _ => self.altered_for_rollback(entry).await?,
            },
        })
    }

    /// Who is at work on the base schema, but for us.
    pub(super) async fn running(&self) -> Result<Option<Running>, Error> {
        let lock = names::operator_lock(&self.options.base_schema);
        let operator = ledger::operator(&self.connection, lock).await?;
        Ok(operator.map(|Operator { pid, index, waits_for }| Running { pid, index, waits_for }))
    }

    /// How far the table of a step is filled.
    async fn how_far(
        &self,
        entry: &Entry,
        step: &Step,
        number: usize,
        told: &Told,
    ) -> Result<Option<Filled>, Error> {
        let Action::Backfill(backfill) = &step.action else {
            return Ok(None);
        };
        let step = i32::try_from(number).unwrap_or(i32::MAX);
        let key = BackfillKey { migration: entry.id, step };
        let sum = BackfillCursor::sum(&self.connection, key).await?;
        Ok(sum.map(|(blocks_done, blocks, rows)| Filled {
            table: backfill.table.name.as_str().to_owned(),
            blocks_done,
            blocks,
            rows,
            rows_per_second: told.rows_per_second,
            seconds_left: told.seconds_left,
        }))
    }

    /// As [`Engine::in_the_way`]; where that cannot be told, say because a table is gone, this is it.
    async fn seen_in_the_way(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        match self.look_what_is_in_the_way(entry).await {
            Err(error) if !error.is_lost() => Ok(vec![error.to_string()]),
            seen => seen,
        }
    }

    async fn look_what_is_in_the_way(&self, entry: &Entry) -> Result<Vec<String>, Error> {
        let altered = self.altered_for_complete(entry).await?;
        if !altered.is_empty() {
            return Ok(altered);
        }
        self.connection.begin().await?;
        self.connection.plan_once().await?;
        let looked = async {
            let changed = self.changed_dependents(entry).await?;
            match changed.is_empty() {
                true => self.in_the_way(entry).await,
                false => Ok(InTheWay { found: changed, of_sync: false }),
            }
        };
        let looked = looked.await;
        self.connection.rollback().await?;
        let found = looked?;
        if found.of_sync {
            // Who may only look, may not note it.
            drop(ledger::suspect(&self.connection, entry.id).await);
        }
        Ok(found.found)
    }

    /// The newest version that is shown, live included.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn latest(&self) -> Result<Option<Latest>, Error> {
        let status = self.status().await?;
        let live =
            status.active.filter(|active| matches!(active.phase, Phase::Live | Phase::Contract));
        let live = live.map(|active| Latest {
            migration: active.migration,
            version_schema: active.version_schema,
        });
        Ok(live.or(status.completed))
    }
}
