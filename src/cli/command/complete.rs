//! `complete`.

use serde_json::json;

use crate::cli::arguments::Complete;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;

pub(in crate::cli) async fn complete(
    context: &Context,
    arguments: &Complete,
) -> Result<Report, Failure> {
    let options = arguments.waiting.added_to(context.global.options());
    let version = context.act_as(options, async |engine| Ok(engine.complete().await?)).await?;
    let version = version.as_str();
    Ok(Report::new(
        format!("completed: `{version}` is the only version now"),
        json!({ "version_schema": version, "completed": true }),
    ))
}
