//! `drift`: what was changed outside of straddle.

use serde_json::json;

use crate::cli::arguments::Drift;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn drift(context: &Context, arguments: &Drift) -> Result<Report, Failure> {
    let schema = context.global.schema.as_str();
    if arguments.recorded {
        let noted = context.act(async |engine| Ok(engine.noted_drift().await?)).await?;
        let json = json!({ "base_schema": schema, "recorded": noted });
        return Ok(Report::new(render::noted(&noted), json));
    }
    let drift = context
        .act(async |engine| match arguments.record {
            true => Ok(engine.record_drift().await?),
            false => Ok(engine.drift().await?),
        })
        .await?;
    let mut json = json!(drift);
    json["drift"] = json!(!drift.changes.is_empty());
    json["recorded"] = json!(arguments.record);
    let report = Report::new(render::drift(&drift, arguments.record), json);
    if arguments.record {
        return Ok(report);
    }
    Ok(match (&drift.unknown, drift.changes.is_empty()) {
        (Some(_), _) => {
            report.next("the next `straddle complete` describes it, or `straddle drift --record`")
        }
        (None, true) => report,
        (None, false) => {
            report.refused().next("put that back, or take it for given: `straddle drift --record`")
        }
    })
}
