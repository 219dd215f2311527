//! `adopt`: a database that pgroll manages goes on with straddle.

use serde_json::json;

use super::agree::agree;
use super::migrate;
use crate::cli::arguments;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::{self, Report};
use crate::engine::{Adopt, Adoption};

pub(in crate::cli) async fn adopt(
    context: &Context,
    arguments: &arguments::Adopt,
) -> Result<Report, Failure> {
    let files = match &arguments.directory {
        None => None,
        Some(directory) => Some(migrate::migrations(&migrate::read(directory)?)),
    };
    let how = Adopt { pgroll_schema: arguments.pgroll_schema.clone(), files };
    let schema = context.global.schema.as_str();
    if arguments.dry_run {
        let adoption = context.act(async |engine| Ok(engine.plan_adopt(&how).await?)).await?;
        let text = render::adoption(schema, &arguments.pgroll_schema, &adoption, false);
        let report = Report::new(text, json!(adoption));
        return Ok(report.next("`straddle adopt`, as before without --dry-run"));
    }
    let question = format!("What pgroll manages in the schema `{schema}` becomes straddle's.");
    agree(context, arguments.yes, &question)?;
    let adoption = context.act(async |engine| Ok(engine.adopt(&how).await?)).await?;
    let text = render::adoption(schema, &arguments.pgroll_schema, &adoption, true);
    Ok(Report::new(text, json!(adoption)).next(next(arguments, &adoption)))
}

fn next(arguments: &arguments::Adopt, adoption: &Adoption) -> String {
    match (&adoption.live, &arguments.directory) {
        (Some(_), _) => "`straddle complete` (the old version goes), or `straddle rollback`".into(),
        (None, Some(directory)) => format!("`straddle migrate {}`", directory.display()),
        (None, None) => {
            "`straddle migrate DIR`, or `straddle pull DIR` where there are no files".into()
        }
    }
}
