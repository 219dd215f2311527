//! `create`, also called `new`: a file for the next migration.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::path;
use crate::cli::arguments::Create;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::migration;

pub(in crate::cli) fn create(arguments: &Create) -> Result<Report, Failure> {
    let words = arguments.name.as_deref();
    let words = words.ok_or(Reason::Unsaid("--name is needed where nobody can be asked"))?;
    if arguments.operations.is_empty() && !arguments.empty {
        let unsaid = "--operation or --empty is needed where nobody can be asked";
        return Err(Reason::Unsaid(unsaid).into());
    }
    let read = arguments.operations.iter().map(|text| migration::read_operation(text));
    let operations =
        read.collect::<Result<Vec<_>, _>>().map_err(|error| Reason::Document(vec![error]))?;
    let directory = &arguments.directory;
    path::directory(directory, None)?;
    let names = migration::names_in(directory)?;
    let name = migration::next_name(&names, words, now()).map_err(Reason::NewName)?;
    let format = arguments.written.format();
    let path = directory.join(format!("{name}.{}", migration::extension_of(format)));
    let text = migration::new_text(operations, format);
    let unwritable = |source| Reason::Unwritable { path: path.clone(), source };
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)?;
    let shown = path.display().to_string();
    let report = Report::new(format!("wrote {shown}"), json!({ "file": shown, "migration": name }));
    Ok(match arguments.empty {
        true => report.next("fill in its operations: docs/operations has a page for each"),
        false => report.next(format!("`straddle validate {shown}`, `straddle plan {shown}`")),
    })
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the name of a file says when somebody wrote it")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
