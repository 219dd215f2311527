//! `validate`: whether files are right, by themselves or to a database.

use std::path::Path;

use serde_json::json;

use super::migrate::migrations;
use super::path;
use super::trial::{Place, Trial};
use crate::cli::arguments::Validate;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::engine::Migrate;
use crate::migration::{self, ReadError, Source};
use crate::plan::names;

pub(in crate::cli) async fn validate(
    context: &Context,
    arguments: &Validate,
) -> Result<Report, Failure> {
    let path = arguments.path.as_path();
    let is_directory = path.is_dir();
    let sources = match is_directory {
        true => super::migrate::read(path)?,
        false => vec![migration::read(path)?],
    };
    refuse_wrong(context, &sources)?;
    let looked = match arguments.trying.sandbox {
        true => {
            // One file alone has nothing to stand on.
            path::directory(path, None)?;
            let trial = Trial::start(context, arguments.trying.pgbin.as_deref())?;
            let ran = trial.run(Place::First, &sources).await;
            ran.map_err(|failure| trial.told(failure, "from the beginning"))?;
            let rehearsed = sources.len();
            Looked { is_online: false, sandbox: Some(trial.major()), rehearsed }
        }
        false => look_at(context, path, &sources, arguments.offline).await?,
    };
    let json = json!({ "valid": true, "files": sources.len(), "database": looked.is_online,
        "sandbox": looked.sandbox, "rehearsed": looked.rehearsed });
    Ok(Report::new(text(path, sources.len(), &looked), json))
}

/// What a database was asked.
pub(super) struct Looked {
    /// Whether it was.
    pub(super) is_online: bool,
    /// The major version of the throw-away server that was asked instead.
    pub(super) sandbox: Option<u32>,
    /// How many migrations were rehearsed, or run.
    pub(super) rehearsed: usize,
}

/// Has what is pending rehearsed, where a database is named and that is not to be left out.
pub(super) async fn look_at(
    context: &Context,
    path: &Path,
    sources: &[Source],
    offline: bool,
) -> Result<Looked, Failure> {
    // Without a database that is named there is no question of asking one.
    let target = match (offline, context.target()) {
        (true, _) => None,
        (false, Err(failure)) if failure.reason.is_no_target() => None,
        (false, target) => Some(target?),
    };
    let Some(target) = target else {
        return Ok(Looked { is_online: false, sandbox: None, rehearsed: 0 });
    };
    let about = |error| Reason::about(sources, error).told_to(path);
    let rehearsed = context
        .act_on(&target, context.global.options(), async |engine| {
            if !path.is_dir() {
                let only = &sources[0].migration;
                return Ok(engine.plan(only).await.map(|_| 1).map_err(about)?);
            }
            let files = migrations(sources);
            let starts = engine.plan_migrate(&files, &Migrate::default()).await.map_err(about)?;
            let planned = starts.iter().filter(|start| start.plan.is_some());
            Ok(planned.map(|start| start.migrations.len()).sum())
        })
        .await?;
    Ok(Looked { is_online: true, sandbox: None, rehearsed })
}

/// What was looked at, and by whom.
fn text(path: &Path, files: usize, looked: &Looked) -> String {
    let path = path.display();
    let all = match files {
        1 => "one migration".to_owned(),
        several => format!("{several} migrations"),
    };
    if let Some(major) = looked.sandbox {
        return format!(
            "`{path}` is right: {all}\nexpressions were checked in a sandbox (Postgres {major}), from the beginning"
        );
    }
    match looked.is_online.then_some(looked.rehearsed) {
        None => format!(
            "`{path}` is right in itself: {all}\n\
             no database was asked: whether tables, columns and expressions are right is not known"
        ),
        Some(0) => format!("`{path}` is right: {all}, none of them pending"),
        Some(number) if number == files => {
            format!("`{path}` is right: {all}, rehearsed by the database")
        }
        Some(number) => {
            format!("`{path}` is right: {all}, {number} of them rehearsed by the database")
        }
    }
}

/// What the files alone tell.
pub(super) fn refuse_wrong(context: &Context, sources: &[Source]) -> Result<(), Failure> {
    let mut found = migration::check_directory(sources);
    for source in sources {
        let version = source.migration.version();
        if let Err(error) = names::version_schema(&context.global.schema, version) {
            let hint = "give a shorter `version_schema` in the file";
            found.push(source.error("", format!("the version's schema: {error}; {hint}")));
        }
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(Reason::from(ReadError::Document(found)).into()),
    }
}
