//! `latest schema` and `latest url`: one line each, for the configuration of applications.

use serde_json::json;

use crate::cli::arguments::Latest;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;

pub(in crate::cli) async fn latest(context: &Context, what: &Latest) -> Result<Report, Failure> {
    let target = context.target()?;
    let latest = context
        .act_on(&target, context.global.options(), async |engine| Ok(engine.latest().await?))
        .await?;
    let schema = context.global.schema.as_str().to_owned();
    let latest = latest.ok_or(Reason::NoVersion { schema })?;
    let mut json = json!(latest);
    let text = match what {
        Latest::Schema => latest.version_schema,
        Latest::Url { with_password } => {
            let url = target.url_with_search_path(&[&latest.version_schema], *with_password);
            json["url"] = json!(url);
            url
        }
    };
    Ok(Report::new(text, json))
}
