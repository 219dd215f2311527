//! `check`: whether a branch may be merged, as far as its migrations go.

use serde_json::json;

use super::validate::{Looked, look_at, refuse_wrong};
use crate::cli::arguments::Check;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::git;
use crate::cli::render::Report;
use crate::migration;

pub(in crate::cli) async fn check(context: &Context, arguments: &Check) -> Result<Report, Failure> {
    let path = arguments.directory.as_path();
    let reference = arguments.against.as_str();
    let sources = super::migrate::read(path)?;
    refuse_wrong(context, &sources)?;
    let committed = git::files_at(path, reference)?;
    let (found, new) = migration::against(&committed, &sources, reference)?;
    if !found.is_empty() {
        let reference = reference.to_owned();
        return Err(Reason::Unlike { reference, found }.into());
    }
    let looked = look_at(context, path, &sources, arguments.offline).await?;
    let json = json!({ "linear": true, "against": reference, "new": new, "files": sources.len(),
        "database": looked.is_online, "rehearsed": looked.rehearsed });
    Ok(Report::new(text(reference, &new, &looked), json))
}

fn text(reference: &str, new: &[String], looked: &Looked) -> String {
    let names: Vec<String> = new.iter().map(|name| format!("`{name}`")).collect();
    let new = match names.len() {
        0 => "nothing is new".to_owned(),
        1 => format!("new is {}", names[0]),
        several => format!("{several} migrations are new: {}", names.join(", ")),
    };
    let rehearsed = match (looked.is_online, looked.rehearsed) {
        (false, _) => {
            "shape, names and order are right; no database was asked, so whether tables, columns and expressions are \
             right is not known"
                .to_owned()
        }
        (true, 0) => "shape, names and order are right; the database has nothing pending".into(),
        (true, number) => format!(
            "shape, names and order are right; the database has rehearsed {number} pending, with their expressions"
        ),
    };
    format!("the migrations follow on those of `{reference}`: {new}\n{rehearsed}")
}
