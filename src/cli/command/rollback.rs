//! `rollback`.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;

pub(in crate::cli) async fn rollback(context: &Context) -> Result<Report, Failure> {
    let names = context.act(async |engine| Ok(engine.rollback().await?)).await?;
    let schema = context.global.schema.as_str();
    let (are, their) = if names.len() > 1 { ("are", "their") } else { ("is", "its") };
    Ok(Report::new(
        format!(
            "`{}` {are} rolled back: the schema `{schema}` is what it was before {their} start",
            names.join("`, `")
        ),
        json!({ "migration": names.last(), "together": names, "rolled_back": true }),
    ))
}
