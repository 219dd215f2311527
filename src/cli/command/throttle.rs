//! `throttle`: what the backfill waits for, from another terminal.

use serde_json::json;

use crate::cli::arguments::Throttle;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn throttle(
    context: &Context,
    arguments: &Throttle,
) -> Result<Report, Failure> {
    let given = arguments.settings();
    let throttling =
        context.act(async |engine| Ok(engine.throttle(&given, arguments.clear).await?)).await?;
    Ok(Report::new(render::throttling(&throttling), json!(throttling)))
}
