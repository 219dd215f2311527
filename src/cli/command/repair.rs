//! `repair`.

use serde_json::json;

use crate::cli::arguments::Repair;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn repair(
    context: &Context,
    arguments: &Repair,
) -> Result<Report, Failure> {
    let repaired = context.act(async |engine| {
        Ok(if arguments.dry_run { engine.plan_repair().await? } else { engine.repair().await? })
    });
    let repaired = repaired.await?;
    let report = Report::new(render::repaired(&repaired), json!(repaired));
    let is_well = repaired.rows_apart.is_empty()
        && repaired.repairs.iter().all(|repair| repair.failed.is_none());
    let report = if is_well { report } else { report.refused() };
    Ok(if arguments.dry_run && !repaired.repairs.is_empty() {
        report.next("`straddle repair` does it")
    } else {
        report.next("`straddle doctor` says what is left")
    })
}
