//! Migrations that are run on a throw-away server, to see whether they are right.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::database::{Environment, Target};
use crate::engine::{self, Engine, Event, Migrate};
use crate::migration::Source;
use crate::sandbox;
use crate::server::{Binaries, Options, Server};

/// A database on a throw-away server, with an empty base schema.
pub(super) struct Trial<'a> {
    context: &'a Context,
    server: Server,
}

/// The databases that a new server has. Both are empty.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// For what goes on from what is there.
    First,
    /// For what is built from the beginning.
    Second,
}

impl<'a> Trial<'a> {
    pub(super) fn start(context: &'a Context, pgbin: Option<&Path>) -> Result<Self, Failure> {
        let binaries = Binaries::find(pgbin)?;
        let notice = format!("starting a throw-away Postgres {}", binaries.major);
        context.terminal.notice(&notice);
        Ok(Self { context, server: Server::start(&binaries, Options::default())? })
    }

    /// The server's major version.
    pub(super) fn major(&self) -> u32 {
        self.server.major()
    }

    /// Starts and completes what is pending of these files, with nobody to be told of steps: Ctrl-C ends the process,
    /// and the server with it.
    pub(super) async fn run(&self, place: Place, sources: &[Source]) -> Result<(), Failure> {
        let database = match place {
            Place::First => "postgres",
            Place::Second => "template1",
        };
        // Nothing from the environment: PGHOST and the like mean another server.
        let url = self.server.url(database);
        let target = Target::resolve(Some(&url), &Environment::empty())?;
        let mut options = self.context.global.options();
        options.role = None;
        let made = sandbox::make_schema(&target, &options.base_schema).await;
        made.map_err(engine::Error::from)?;
        let engine = Engine::open(&target, options, &|_: &Event<'_>| {}).await?;
        let how = Migrate { complete: true, ..Migrate::default() };
        let migrated = engine.migrate(&super::migrate::migrations(sources), &how).await;
        migrated.map_err(|error| Reason::about(sources, error))?;
        Ok(engine.close().await?)
    }

    /// What is to be said beside an error of these files.
    pub(super) fn told(&self, mut failure: Failure, about: &str) -> Failure {
        failure.state = Some(format!(
            "{about}, on a throw-away server (Postgres {}), which is gone",
            self.major()
        ));
        failure
    }
}
