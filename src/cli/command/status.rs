//! `status`.

use serde_json::json;

use crate::cli::arguments::Status;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn status(
    context: &Context,
    arguments: &Status,
) -> Result<Report, Failure> {
    let status = context.act(async |engine| Ok(engine.status().await?)).await?;
    if arguments.short {
        return Ok(Report::new(render::status_line(&status), json!(status)));
    }
    let report = Report::new(render::status(&status), json!(status));
    Ok(match render::what_next(&status) {
        Some(next) => report.next(next),
        None => report,
    })
}
