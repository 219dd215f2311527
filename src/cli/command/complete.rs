//! `complete`.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;

pub(in crate::cli) async fn complete(context: &Context) -> Result<Report, Failure> {
    let version = context.act(async |engine| Ok(engine.complete().await?)).await?;
    let version = version.as_str();
    Ok(Report::new(
        format!("completed: `{version}` is the only version now"),
        json!({ "version_schema": version, "completed": true }),
    ))
}
