//! `format`: files as Straddle writes them.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::arguments::Formatting;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::migration::{self, Formatted};

pub(in crate::cli) fn formatting(
    context: &Context,
    arguments: &Formatting,
) -> Result<Report, Failure> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in &arguments.paths {
        match path.is_dir() {
            true => paths.extend(migration::paths(path)?),
            false => paths.push(path.clone()),
        }
    }
    // All are read before any is written.
    let mut others = Vec::new();
    for path in paths {
        match migration::formatted(&path)? {
            Formatted::Same => {}
            Formatted::Other(text) => others.push((path, text)),
            Formatted::HasComments => context.terminal.warning(&format!(
                "`{}` is left alone: its comments would be lost",
                path.display()
            )),
        }
    }
    let shown: Vec<String> = others.iter().map(|(path, _)| path.display().to_string()).collect();
    let json = json!({ "formatted": shown, "written": !arguments.check });
    if others.is_empty() {
        return Ok(Report::new("nothing to format", json));
    }
    if arguments.check {
        let lines: Vec<String> =
            shown.iter().map(|path| format!("not formatted: {path}")).collect();
        return Ok(Report::new(lines.join("\n"), json)
            .refused()
            .next("`straddle format` of these"));
    }
    for (path, text) in others {
        std::fs::write(&path, text).map_err(|source| Reason::Unwritable { path, source })?;
    }
    let lines: Vec<String> = shown.iter().map(|path| format!("formatted {path}")).collect();
    Ok(Report::new(lines.join("\n"), json))
}
