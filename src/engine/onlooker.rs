//! Looks, over a connection of its own, whom a statement waits for: the one that runs it is busy. Says so
//! where that takes its time, tells how far an index is, and ends who is in the way where that was asked for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{Engine, Error, Event};
use crate::database::{Activity, Blocker, BlockerKind, Connection, Ending};
use crate::ledger;
use crate::plan::{Action, Lock, Step, names};
use crate::sql::QualifiedName;

/// What takes no longer is not looked at: it needs no second connection. With a shorter timeout for locks, a
/// half of that.
const FIRST_LOOK: Duration = Duration::from_millis(250);

/// How often it is looked at whom a statement waits for that gives up soon.
const SOON: Duration = Duration::from_millis(100);

/// How often, where it waits for as long as it takes.
const PAUSE: Duration = Duration::from_secs(1);

/// Before that, nothing is said of a wait without end: most are over by then.
const GRACE: Duration = Duration::from_secs(2);

/// How long a session has to let go, once its statement is cancelled, until it is ended.
const MERCY: Duration = Duration::from_secs(1);

/// What is tried until its locks are to be had.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial<'a> {
    pub(super) purpose: &'a str,
    pub(super) relations: &'a [QualifiedName],
    pub(super) lock: Lock,
    /// Whether it waits for as long as it takes, as nobody waits behind it.
    pub(super) is_patient: bool,
    /// The transactions that it waits for, by their virtual ids.
    pub(super) transactions: &'a [String],
    /// The index that it builds.
    pub(super) index: Option<&'a QualifiedName>,
}

impl<'a> Trial<'a> {
    /// What locks nothing of the users' so that others would wait.
    pub(super) fn of_ours(purpose: &'a str) -> Self {
        let (relations, transactions) = (&[], &[]);
        Self { purpose, relations, lock: Lock::None, is_patient: false, transactions, index: None }
    }

    /// A step whose locks have a timeout.
    pub(super) fn of(step: &'a Step) -> Self {
        let (purpose, relations) = (step.purpose.as_str(), step.relation.as_slice());
        Self { relations, lock: step.lock, ..Self::of_ours(purpose) }
    }

    /// A step that waits politely, where it does.
    pub(super) fn patient(step: &'a Step) -> Self {
        let index = match &step.action {
            Action::Outside { index, .. } => Some(index),
            _ => None,
        };
        let is_patient = step.is_patient() || index.is_some();
        Self { is_patient, index, ..Self::of(step) }
    }
}

/// What was seen beside the tries of one thing.
pub(super) struct Onlooker<'e, 'l, 't> {
    engine: &'e Engine<'l>,
    trial: Trial<'t>,
    began: Instant,
    connection: Mutex<Option<Connection>>,
    /// Who was in the way last.
    seen: RefCell<Vec<Blocker>>,
    /// Since when somebody is.
    blocked: Cell<Option<Instant>>,
    /// What was told to end, by process and beginning, and when.
    told: RefCell<BTreeMap<(i32, Option<String>), Instant>>,
    /// Why somebody was not ended, and whom nobody needs to hear of again.
    spared: RefCell<BTreeMap<String, String>>,
}

impl<'e, 'l, 't> Onlooker<'e, 'l, 't> {
    pub(super) fn new(engine: &'e Engine<'l>, trial: Trial<'t>) -> Self {
        Self {
            engine,
            trial,
            began: Instant::now(),
            connection: Mutex::default(),
            seen: RefCell::default(),
            blocked: Cell::default(),
            told: RefCell::default(),
            spared: RefCell::default(),
        }
    }

    /// Does the work, and looks whom it waits for.
    pub(super) async fn beside<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let first_look = FIRST_LOOK.min(self.engine.options.lock_timeout / 2);
        if let Ok(done) = tokio::time::timeout(first_look, &mut work).await {
            return done;
        }
        tokio::select! {
            biased;
            done = &mut work => return done,
            // There may be no connection left: it goes on without being watched.
            Err(_) = self.look_on() => {}
        }
        work.await
    }

    /// Who was in the way of the try that has failed, as far as that can still be seen.
    pub(super) async fn blockers(&self) -> Result<Vec<Blocker>, Error> {
        let since = self.blocked.get().unwrap_or(self.began);
        self.blocked.set(Some(since));
        let seen = self.seen.take();
        if !seen.is_empty() {
            return Ok(seen);
        }
        // There may be no second connection to be had, all of them being stuck behind who is in the way.
        let Trial { relations, lock, transactions, .. } = self.trial;
        let connection = &self.engine.connection;
        let blockers = connection.blockers(relations, lock, transactions).await?;
        self.end_late(connection, since, &blockers).await?;
        Ok(blockers)
    }

    /// The same, with the reasons for which they were not ended.
    pub(super) fn with_reasons(&self, mut blockers: Vec<Blocker>) -> Vec<Blocker> {
        let spared = self.spared.borrow();
        for blocker in &mut blockers {
            blocker.spared = spared.get(&name(blocker)).cloned();
        }
        blockers
    }

    async fn look_on(&self) -> Result<Infallible, Error> {
        let mut place = self.connection.lock().await;
        let outcome = match &*place {
            Some(connection) => self.look(connection).await,
            None => {
                let connection = self.engine.connection.another(&self.engine.target).await?;
                let activity = Activity { verb: "watch", object: "", far: "" };
                connection.show(activity, Duration::ZERO).await?;
                self.look(place.insert(connection)).await
            }
        };
        *place = None;
        outcome
    }

    async fn look(&self, connection: &Connection) -> Result<Infallible, Error> {
        loop {
            let blockers = connection.blockers_of(self.engine.connection.pid()).await?;
            if blockers.is_empty() && self.trial.is_patient {
                self.blocked.set(None);
                self.seen.take();
            }
            if !blockers.is_empty() {
                let since = self.blocked.get().unwrap_or_else(Instant::now);
                self.blocked.set(Some(since));
                self.end_late(connection, since, &blockers).await?;
                self.seen.replace(blockers);
            }
            let is_slow = self.trial.is_patient && self.began.elapsed() >= GRACE;
            if is_slow {
                self.tell(connection).await?;
            }
            tokio::time::sleep(if is_slow { PAUSE } else { SOON }).await;
        }
    }

    /// How far an index is, or whom something waits for without end.
    async fn tell(&self, connection: &Connection) -> Result<(), Error> {
        if let Some(index) = self.trial.index {
            let activity = Activity { verb: "watch", object: index.name.as_str(), far: "" };
            connection.show(activity, Duration::ZERO).await?;
            let lock = names::operator_lock(&self.engine.options.base_schema);
            let operator = ledger::operator(connection, lock).await?;
            if let Some(building) = operator.and_then(|operator| operator.index) {
                self.engine.emit(&Event::Building {
                    index: index.name.as_str(),
                    phase: &building.phase,
                    done: building.done.unsigned_abs(),
                    total: building.total.unsigned_abs(),
                    waits_for: building.waits_for.as_deref(),
                });
                return Ok(());
            }
        }
        let blockers = self.with_reasons(self.seen.borrow().clone());
        if !blockers.is_empty() {
            let purpose = self.trial.purpose;
            self.engine.emit(&Event::Waiting { purpose, tries: None, blockers: &blockers });
        }
        Ok(())
    }

    /// Ends who has been in the way for as long as was asked for.
    async fn end_late(
        &self,
        connection: &Connection,
        since: Instant,
        blockers: &[Blocker],
    ) -> Result<(), Error> {
        match self.engine.options.kill_blockers_after {
            Some(limit) if since.elapsed() >= limit => self.end(connection, blockers).await,
            _ => Ok(()),
        }
    }

    /// Ends who is in the way: a statement is cancelled, which leaves the session; one that does nothing, or
    /// is there still, is ended itself.
    async fn end(&self, connection: &Connection, blockers: &[Blocker]) -> Result<(), Error> {
        for blocker in blockers.iter().filter(|one| one.kind != BlockerKind::Autovacuum) {
            let key = name(blocker);
            if self.spared.borrow().contains_key(&key) {
                continue;
            }
            let ending = match (blocker.immunity(), blocker.pid) {
                (Some(why), _) => Ending::Denied(why.to_owned()),
                (None, None) => Ending::Gone,
                (None, Some(pid)) => self.end_one(connection, blocker, pid).await?,
            };
            if let Ending::Denied(why) = ending {
                let blocker = blocker.to_string();
                self.engine.emit(&Event::Ended { blocker: &blocker, spared: Some(&why) });
                self.spared.borrow_mut().insert(key, why);
            }
        }
        Ok(())
    }

    async fn end_one(
        &self,
        connection: &Connection,
        blocker: &Blocker,
        pid: i32,
    ) -> Result<Ending, Error> {
        let key = (pid, blocker.since.clone());
        let told = self.told.borrow().get(&key).copied();
        let ending = match told {
            Some(when) if when.elapsed() < MERCY => return Ok(Ending::Told),
            None if !blocker.is_idle => connection.cancel(blocker).await?,
            _ => connection.terminate(blocker).await?,
        };
        self.told.borrow_mut().insert(key, Instant::now());
        if ending == Ending::Told {
            let blocker = blocker.to_string();
            self.engine.emit(&Event::Ended { blocker: &blocker, spared: None });
        }
        Ok(ending)
    }
}

/// What tells it from others.
fn name(blocker: &Blocker) -> String {
    match (blocker.pid, blocker.kind) {
        (Some(pid), kind) if kind != BlockerKind::Prepared => format!("pid {pid}"),
        _ => blocker.to_string(),
    }
}
