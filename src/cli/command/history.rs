//! `history`, also called `log`.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn history(context: &Context) -> Result<Report, Failure> {
    let history = context.act(async |engine| Ok(engine.history().await?)).await?;
    let schema = context.global.schema.as_str();
    Ok(Report::new(
        render::history(&history),
        json!({ "base_schema": schema, "migrations": history }),
    ))
}
