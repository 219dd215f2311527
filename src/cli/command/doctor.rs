//! `doctor`.

use serde_json::json;

use crate::cli::arguments::Doctor;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn doctor(
    context: &Context,
    arguments: &Doctor,
) -> Result<Report, Failure> {
    let patience = arguments.patience();
    let diagnosis = context.act(async |engine| Ok(engine.doctor(patience).await?)).await?;
    let report = Report::new(render::diagnosis(&diagnosis), json!(diagnosis));
    let report = if diagnosis.is_wrong() { report.refused() } else { report };
    Ok(match diagnosis.findings.iter().any(|finding| finding.repair.is_some()) {
        true => report.next("`straddle repair --dry-run` shows what can be done about some of it"),
        false => report,
    })
}
