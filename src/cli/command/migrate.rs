//! `migrate`: the files of a directory one after another, the last one left live.

use std::path::Path;

use serde_json::json;

use crate::cli::arguments::Migrate;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::{Report, Terminal};
use crate::engine::{self, Engine};
use crate::lifecycle::Refusal;
use crate::migration::{self, Source};
use crate::plan::Phase;

/// What `migrate` has done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Migrated {
    /// The migrations that were completed, in order.
    pub(in crate::cli) completed: Vec<String>,
    /// The one that is live.
    pub(in crate::cli) live: Option<String>,
    /// Its version schema.
    pub(in crate::cli) version_schema: Option<String>,
}

pub(in crate::cli) async fn migrate(
    context: &Context,
    arguments: &Migrate,
) -> Result<Report, Failure> {
    let sources = read(&arguments.directory)?;
    let options = arguments.filling.added_to(context.global.options());
    let migrated = context
        .act_as(arguments.waiting.added_to(options), async |engine| {
            run(engine, &context.terminal, &sources, arguments.complete).await
        })
        .await?;
    let Migrated { completed, live, version_schema } = &migrated;
    let mut lines = Vec::new();
    match completed.as_slice() {
        [] if live.is_none() => lines.push("nothing to do: every migration is completed".into()),
        [] => {}
        [one] => lines.push(format!("`{one}` is completed")),
        [first, .., last] => {
            let number = completed.len();
            lines.push(format!("{number} migrations are completed, `{first}` to `{last}`"));
        }
    }
    if let (Some(live), Some(schema)) = (live, version_schema) {
        lines.push(format!("`{live}` is live: both versions serve"));
        lines.push(format!("the new one is the schema `{schema}`; its URL: `straddle latest url`"));
    }
    let json = json!({ "completed": completed, "live": live, "version_schema": version_schema });
    let report = Report::new(lines.join("\n"), json);
    Ok(match live {
        Some(_) => {
            report.next("`straddle complete` (the old version goes), or `straddle rollback`")
        }
        None => report,
    })
}

/// The migrations of a directory. All are read before anything is done.
pub(in crate::cli) fn read(directory: &Path) -> Result<Vec<Source>, Failure> {
    let path = directory.to_owned();
    if !directory.is_dir() {
        return Err(Reason::NoDirectory { path }.into());
    }
    let sources = migration::read_directory(directory)?;
    if sources.is_empty() {
        return Err(Reason::NoMigrations { path }.into());
    }
    Ok(sources)
}

/// Runs what is pending. The last one is completed only when `complete` says so.
pub(in crate::cli) async fn run(
    engine: &Engine<'_>,
    terminal: &Terminal,
    sources: &[Source],
    complete: bool,
) -> Result<Migrated, Failure> {
    let mut migrated = Migrated::default();
    let mut active = engine.status().await?.active;
    // Behind the point of no return there is one way only.
    if let Some(contracting) = active.take_if(|active| active.phase == Phase::Contract) {
        terminal.migration("complete", &contracting.migration);
        engine.complete().await?;
        migrated.completed.push(contracting.migration);
    }
    let completed = engine.completed().await?;
    let mut pending: Vec<&Source> = sources.iter().collect();
    pending.retain(|source| !completed.contains(&source.migration.name));
    if let Some(active) = active {
        let is_active = |source: &&Source| source.migration.name == active.migration;
        // What was begun comes first, wherever its name sorts.
        pending.sort_by_key(|source| !is_active(source));
        let others = pending.iter().filter(|source| !is_active(source));
        let others: Vec<String> = others.map(|source| source.migration.name.clone()).collect();
        if active.phase == Phase::Live && !others.is_empty() {
            return Err(Reason::Pending { live: active.migration, pending: others }.into());
        }
        if pending.is_empty() && active.phase != Phase::Live {
            let (name, phase) = (active.migration, active.phase);
            return Err(engine::Error::from(Refusal::NotLive { name, phase }).into());
        }
        if pending.is_empty() {
            migrated.live = Some(active.migration);
            migrated.version_schema = Some(active.version_schema);
            return Ok(migrated);
        }
    }
    for (index, source) in pending.iter().enumerate() {
        terminal.migration("start", &source.migration.name);
        let started = engine.start(&source.migration).await;
        let started = started.map_err(|error| Reason::about(source, error))?;
        let name = source.migration.name.clone();
        if complete || index + 1 < pending.len() {
            terminal.migration("complete", &name);
            engine.complete().await?;
            migrated.completed.push(name);
        } else {
            migrated.live = Some(name);
            migrated.version_schema = Some(started.version_schema().as_str().to_owned());
        }
    }
    Ok(migrated)
}
