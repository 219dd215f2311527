//! `sandbox`: a throw-away Postgres on which two versions of a schema can be looked at.

use std::env;
use std::time::Duration;

use serde_json::json;

use super::migrate;
use crate::cli::arguments::Sandbox;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::interrupt::signal;
use crate::cli::render::{self, Report};
use crate::database::target::Passwords;
use crate::database::{Environment, Target};
use crate::engine::{Migrate, Options, Status};
use crate::migration::Source;
use crate::sandbox::{Traffic, TrafficError, Version};
use crate::server::{self, Binaries, Server};
use crate::sql::Ident;

/// How long a script with `--exit --traffic` lets the clients write.
const SHORT_TRAFFIC: Duration = Duration::from_millis(3_500);

pub(in crate::cli) async fn sandbox(
    context: &Context,
    arguments: &Sandbox,
) -> Result<Report, Failure> {
    let sources = migrate::read(&arguments.directory)?;
    let binaries = Binaries::find(arguments.pgbin.as_deref())?;
    let notice = format!("starting a throw-away Postgres {}", binaries.major);
    context.terminal.notice(&notice);
    let options = server::Options { tcp: true, ..server::Options::default() };
    let sandbox = Running { context, server: Server::start(&binaries, options)? };
    let outcome = sandbox.run(arguments, &sources).await;
    outcome.map_err(|mut failure| {
        if let Reason::Interrupted(signal) = *failure.reason {
            *failure.reason = Reason::Stopped(signal);
        }
        failure.next = None;
        failure.state = Some("the throw-away server is gone, and everything in it".into());
        failure
    })
}

struct Running<'a> {
    context: &'a Context,
    server: Server,
}

impl Running<'_> {
    async fn run(&self, arguments: &Sandbox, sources: &[Source]) -> Result<Report, Failure> {
        // Nothing from the environment: PGHOST and the like mean another server.
        let target = Target::resolve(Some(&self.server.url("postgres")), &Environment::empty())?;
        let context = self.context;
        let status = context
            .act_on(&target, self.options(), async |engine| {
                engine.init().await?;
                // So that the old version has what all but the last have made.
                let each = Migrate { each: true, ..Migrate::default() };
                let migrated = engine.migrate(&migrate::migrations(sources), &each).await;
                migrated.map_err(|error| Reason::about(sources, error))?;
                Ok(engine.status().await?)
            })
            .await?;
        let [old, new] = versions(&target, &status)?;
        let report = self.show(&status, &[&old, &new]);
        if !arguments.exit {
            context.terminal.report(&report)?;
            self.wait(arguments, &old, &new).await?;
            context.terminal.notice("the throw-away server is gone, and everything in it");
            return Ok(Report::nothing());
        }
        if !context.terminal.is_json() {
            context.terminal.report(&report)?;
        }
        if arguments.traffic {
            // Nothing else listens to Ctrl-C any more.
            tokio::select! {
                ended = self.traffic(&old, &new, Some(SHORT_TRAFFIC)) => ended?,
                received = signal() => Err(Reason::Stopped(received.map_err(Reason::Output)?))?,
            }
        }
        let version = context
            .act_on(&target, self.options(), async |engine| Ok(engine.complete().await?))
            .await?;
        let text = format!("\ncompleted: `{}` is the only version now", version.as_str());
        let mut json = report.json;
        json["completed"] = json!(true);
        Ok(Report::new(text, json))
    }

    /// As the flags say, but for those that mean another database.
    fn options(&self) -> Options {
        let mut options = self.context.global.options();
        options.base_schema = Ident::new("public").expect("`public` is a name");
        options.role = None;
        options
    }

    /// Waits for Ctrl-C, which is how a sandbox ends well.
    async fn wait(&self, arguments: &Sandbox, old: &Version, new: &Version) -> Result<(), Failure> {
        let traffic = async {
            match arguments.traffic {
                true => self.traffic(old, new, None).await,
                false => std::future::pending().await,
            }
        };
        tokio::select! {
            ended = traffic => ended,
            received = signal() => Ok(received.map(|_| ()).map_err(Reason::Output)?),
        }
    }

    /// Writes through both versions: for a while, or until it is dropped.
    async fn traffic(
        &self,
        old: &Version,
        new: &Version,
        limit: Option<Duration>,
    ) -> Result<(), Failure> {
        let terminal = &self.context.terminal;
        let traffic = match Traffic::open(old, new).await {
            Ok(traffic) => traffic,
            Err(none @ TrafficError::NoTable { .. }) => {
                terminal.warning(&none.to_string());
                return match limit {
                    Some(_) => Ok(()),
                    None => std::future::pending().await,
                };
            }
            Err(error) => return Err(Reason::Traffic(error).into()),
        };
        let running = traffic.run(|seen| render::traffic(terminal, seen));
        let ended = match limit {
            None => running.await,
            Some(limit) => match tokio::time::timeout(limit, running).await {
                Ok(ended) => ended,
                Err(_) => return Ok(()),
            },
        };
        match ended {
            Err(error) => Err(Reason::Traffic(error).into()),
            Ok(never) => match never {},
        }
    }

    /// How to get at both versions.
    fn show(&self, status: &Status, versions: &[&Version; 2]) -> Report {
        let psql = self.psql();
        let live = status.active.as_ref().map_or("", |active| &active.migration);
        let mut text =
            format!("\n`{live}` is live: two versions of one schema, on the same tables\n");
        let mut json = json!({ "migration": live, "completed": false });
        for (version, role) in versions.iter().zip(["old", "new"]) {
            let schema = version.schema.as_str();
            let url = version.target.url_with_search_path(&[schema], Passwords::Shown);
            text.push_str(&render::version(role, schema, &psql, &url));
            json[role] = json!({ "schema": schema, "url": url });
        }
        text.push_str(
            "\nThe server listens on this machine only, lets any local user in without a \
             password,\nand vanishes with everything in it when this command ends: Ctrl-C.",
        );
        Report::new(text, json)
    }

    /// What is to be typed for psql, which is not always where the server is.
    fn psql(&self) -> String {
        let path = env::var_os("PATH").unwrap_or_default();
        if env::split_paths(&path).any(|directory| directory.join("psql").is_file()) {
            return "psql".into();
        }
        self.server.bin("psql").display().to_string()
    }
}

/// The old version, which is the base schema itself as long as nothing is completed, and the new.
fn versions(target: &Target, status: &Status) -> Result<[Version; 2], Failure> {
    let old = status.completed.as_ref().map(|latest| &latest.version_schema);
    let new = status.active.as_ref().map(|active| &active.version_schema);
    let schema = status.base_schema.clone();
    let new = new.ok_or(Reason::NoVersion { schema })?;
    Ok([old.unwrap_or(&status.base_schema), new].map(|name| Version {
        target: target.clone(),
        schema: Ident::new(name).expect("the database has a schema of this name"),
    }))
}
