//! `plan`.

use serde_json::json;

use super::path;
use crate::cli::arguments::Plan;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::{self, Report};

pub(in crate::cli) async fn plan(context: &Context, arguments: &Plan) -> Result<Report, Failure> {
    let source = path::one(&arguments.file, "straddle migrate --dry-run")?;
    let plan = context
        .act(async |engine| {
            let plan = engine.plan(&source.migration).await;
            Ok(plan.map_err(|error| Reason::about(std::slice::from_ref(&source), error))?)
        })
        .await?;
    let text = render::plan(&source.migration.name, &plan);
    Ok(Report::new(text, json!(plan))
        .next(format!("`straddle start {}`", arguments.file.display())))
}
