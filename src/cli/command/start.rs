//! `start`.

use serde_json::json;

use super::path;
use crate::cli::arguments::Start;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::engine::Started;

pub(in crate::cli) async fn start(context: &Context, arguments: &Start) -> Result<Report, Failure> {
    let source = path::one(&arguments.file, "straddle migrate")?;
    let options = arguments.filling.added_to(context.global.options());
    let options = arguments.drifting.added_to(options);
    let started = context
        .act_as(arguments.waiting.added_to(options), async |engine| {
            let started = engine.start(&source.migration).await;
            let started =
                started.map_err(|error| Reason::about(std::slice::from_ref(&source), error))?;
            if arguments.complete {
                engine.complete().await?;
            }
            Ok(started)
        })
        .await?;
    let version_schema = started.version_schema().as_str();
    let already_live = matches!(started, Started::AlreadyLive { .. });
    let name = &source.migration.name;
    let json = json!({
        "migration": name,
        "version_schema": version_schema,
        "already_live": already_live,
        "completed": arguments.complete,
    });
    if arguments.complete {
        let text = format!("`{name}` is completed; its version is `{version_schema}`");
        return Ok(Report::new(text, json));
    }
    let already = if already_live { "already " } else { "" };
    let text = format!(
        "`{name}` is {already}live: both versions serve\n\
         the new one is the schema `{version_schema}`; its URL: `straddle latest url`"
    );
    Ok(Report::new(text, json)
        .next("`straddle complete` (the old version goes), or `straddle rollback`"))
}
