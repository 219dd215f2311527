//! `migrate`: what is pending of a directory, as few starts as can be.

use std::path::Path;

use serde_json::json;

use super::path;
use crate::cli::arguments::Migrate;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::{self, Report};
use crate::migration::{self, Migration, Source};

pub(in crate::cli) async fn migrate(
    context: &Context,
    arguments: &Migrate,
) -> Result<Report, Failure> {
    path::refuse_file(&arguments.directory, Some("straddle start"))?;
    let sources = read(&arguments.directory)?;
    let migrations = migrations(&sources);
    let how = arguments.how();
    let about = |error| Reason::about(&sources, error).told_to(&arguments.directory);
    let options = arguments.filling.added_to(context.global.options());
    let options = arguments.drifting.added_to(options);
    let options = arguments.waiting.added_to(options);
    if arguments.dry_run {
        let composed = context
            .act_as(options, async |engine| {
                Ok(engine.plan_migrate(&migrations, &how).await.map_err(about)?)
            })
            .await?;
        let report = Report::new(render::composed(&composed), json!({ "starts": composed }));
        return Ok(match composed.is_empty() {
            true => report,
            false => report.next(format!("`straddle migrate {}`", arguments.directory.display())),
        });
    }
    let migrated = context
        .act_as(options, async |engine| {
            Ok(engine.migrate(&migrations, &how).await.map_err(about)?)
        })
        .await?;
    let report = Report::new(render::migrated(&migrated), json!(migrated));
    Ok(match (migrated.live.is_empty(), migrated.pending.is_empty()) {
        (true, _) => report,
        (false, true) => {
            report.next("`straddle complete` (the old version goes), or `straddle rollback`")
        }
        // What was asked for is not so.
        (false, false) => report.refused().next(
            "`straddle complete` when nobody uses the old version, and this command again; with \
             --complete it does both",
        ),
    })
}

/// The migrations of a directory. All are read before anything is done.
pub(in crate::cli) fn read(directory: &Path) -> Result<Vec<Source>, Failure> {
    let path = directory.to_owned();
    path::directory(directory, None)?;
    let sources = migration::read_directory(directory)?;
    if sources.is_empty() {
        return Err(Reason::NoMigrations { path }.into());
    }
    Ok(sources)
}

/// What the files say.
pub(in crate::cli) fn migrations(sources: &[Source]) -> Vec<Migration> {
    sources.iter().map(|source| source.migration.clone()).collect()
}
