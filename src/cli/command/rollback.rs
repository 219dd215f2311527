//! `rollback`.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;

pub(in crate::cli) async fn rollback(context: &Context) -> Result<Report, Failure> {
    let name = context.act(async |engine| Ok(engine.rollback().await?)).await?;
    let schema = context.global.schema.as_str();
    Ok(Report::new(
        format!("`{name}` is rolled back: the schema `{schema}` is what it was before its start"),
        json!({ "migration": name, "rolled_back": true }),
    ))
}
