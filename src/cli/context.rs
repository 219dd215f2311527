//! What every command works with: the flags, the terminal, and the way to an engine.

use std::time::Duration;

use super::arguments::Global;
use super::failure::{Failure, Reason};
use super::interrupt::{last_look, stoppable, unless_stopped};
use super::render::{Left, Progress, Terminal, state, what_next};
use crate::database::{Environment, Target};
use crate::engine::{Engine, Event, Options, Status};
use crate::plan::Phase;

/// How long a question may take that is asked only to be helpful.
const PATIENCE: Duration = Duration::from_secs(2);

/// What every command works with.
pub(super) struct Context {
    pub(super) global: Global,
    pub(super) terminal: Terminal,
}

impl Context {
    /// The database that was named.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        let environment = Environment::from_process();
        let target = Target::resolve(self.global.postgres_url.as_deref(), &environment)?;
        for warning in target.warnings() {
            self.terminal.warning(warning);
        }
        Ok(target)
    }

    /// The tables of the base schema and their columns, for somebody to choose from; none where that is
    /// not to be had soon.
    pub(super) async fn tables(&self) -> Vec<(String, Vec<String>)> {
        let Ok(target) = self.target() else {
            return Vec::new();
        };
        let tables = async {
            let options = self.global.options();
            let engine = Engine::open(&target, options, &|_: &Event<'_>| {}).await?;
            let tables = engine.tables().await;
            engine.close().await?;
            tables
        };
        let found = tokio::time::timeout(PATIENCE, tables).await;
        found.ok().and_then(Result::ok).unwrap_or_else(|| {
            self.terminal.notice("the database cannot be asked: names are taken as they are typed");
            Vec::new()
        })
    }

    /// Does something with the database that was named.
    pub(super) async fn act<T>(
        &self,
        work: impl AsyncFnOnce(&Engine<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.act_on(&self.target()?, self.global.options(), work).await
    }

    /// As [`Context::act`], with other options.
    pub(super) async fn act_as<T>(
        &self,
        options: Options,
        work: impl AsyncFnOnce(&Engine<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.act_on(&self.target()?, options, work).await
    }

    /// Does something with a database. Ctrl-C stops it, and where that, or an error, leaves the
    /// database is looked up, where that can be had soon.
    pub(super) async fn act_on<T>(
        &self,
        target: &Target,
        options: Options,
        work: impl AsyncFnOnce(&Engine<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let progress = Progress::new(&self.terminal);
        let listener = |event: &Event<'_>| progress.show(event);
        let open = async { Ok(Engine::open(target, options.clone(), &listener).await?) };
        let engine = unless_stopped(open).await?;
        let canceller = engine.canceller();
        let mut outcome = stoppable(&canceller, work(&engine)).await;
        if let Err(failure) = &mut outcome
            && let Reason::Interrupted(_) = *failure.reason
        {
            progress.clear();
            let status = last_look(async {
                engine.let_go().await?;
                let status = engine.status().await;
                engine.close().await?;
                status
            });
            let left = Left { status: status.await.and_then(Result::ok), far: progress.far() };
            failure.state = Some(left.state());
            failure.next = Some(left.next());
            return outcome;
        }
        progress.finish();
        if let Err(failure) = &mut outcome
            && let Some(status) = look(failure, target, &options, &engine).await
        {
            failure.state = Some(state(&status));
            let phase = status.active.as_ref().map(|active| active.phase);
            if matches!(phase, Some(Phase::Contract | Phase::Abort)) {
                // There is one way left.
                failure.next = what_next(&status).map(str::to_owned);
            }
        }
        // The outcome is known; a connection that does not close cleanly changes nothing of it.
        drop(tokio::time::timeout(PATIENCE, engine.close()).await);
        outcome
    }
}

/// Where a failure leaves the database, where that matters and can be had soon: over a new connection if
/// that is what was lost.
async fn look(
    failure: &Failure,
    target: &Target,
    options: &Options,
    engine: &Engine<'_>,
) -> Option<Status> {
    let is_lost = failure.reason.is_lost();
    if !is_lost && !failure.reason.is_midway() {
        return None;
    }
    let status = async {
        if !is_lost {
            return engine.status().await;
        }
        let again = Engine::open(target, options.clone(), &|_: &Event<'_>| {}).await?;
        let status = again.status().await;
        again.close().await?;
        status
    };
    tokio::time::timeout(PATIENCE, status).await.ok()?.ok()
}

impl From<std::io::Error> for Reason {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}
