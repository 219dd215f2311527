//! `init`.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;

pub(in crate::cli) async fn init(context: &Context) -> Result<Report, Failure> {
    context.act(async |engine| Ok(engine.init().await?)).await?;
    Ok(Report::new(
        "straddle's own tables are in the schema `straddle`",
        json!({ "initialised": true }),
    )
    .next("`straddle start FILE`"))
}
