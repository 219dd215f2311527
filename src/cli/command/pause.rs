//! `pause` and `resume`, from another terminal.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;
use crate::plan::Phase;

pub(in crate::cli) async fn pause(context: &Context) -> Result<Report, Failure> {
    let paused = context.act(async |engine| Ok(engine.pause().await?)).await?;
    let name = &paused.migration;
    let text = match (paused.changed, paused.phase) {
        (false, _) => format!("the backfill of `{name}` is paused already"),
        (true, Phase::Expand) => format!("paused: the backfill of `{name}` will not begin"),
        (true, _) => format!("paused: within a second the backfill of `{name}` writes no more"),
    };
    Ok(Report::new(text, json!(paused)).next("`straddle resume`, to go on"))
}

pub(in crate::cli) async fn resume(context: &Context) -> Result<Report, Failure> {
    let resumed = context.act(async |engine| Ok(engine.resume().await?)).await?;
    let name = &resumed.migration;
    let text = match resumed.changed {
        false => format!("the backfill of `{name}` is not paused"),
        true => format!("resumed: where the start of `{name}` runs, it goes on within a second"),
    };
    Ok(Report::new(text, json!(resumed))
        .next("`straddle status`; where no start runs, `straddle start` with its file"))
}
