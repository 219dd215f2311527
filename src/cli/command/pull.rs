//! `pull`: the history as files.

use serde_json::json;

use super::path;
use crate::cli::arguments::Pull;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;
use crate::engine::Recorded;
use crate::migration::{self, AsFiles, Migration, quoted};

pub(in crate::cli) async fn pull(context: &Context, arguments: &Pull) -> Result<Report, Failure> {
    path::refuse_file(&arguments.directory, None)?;
    let history = context.act(async |engine| Ok(engine.history().await?)).await?;
    let counts = history.into_iter().filter(Recorded::counts);
    let history: Vec<Migration> = counts.map(|recorded| recorded.migration).collect();
    let with_prefixes = arguments.with_prefixes;
    let files = AsFiles { format: arguments.written.format(), with_prefixes };
    let pulled = migration::pull(&arguments.directory, &history, files)?;
    let shown = |paths: &[std::path::PathBuf]| -> Vec<String> {
        paths.iter().map(|path| path.display().to_string()).collect()
    };
    let (written, kept) = (shown(&pulled.written), shown(&pulled.kept));
    let mut lines: Vec<String> = written.iter().map(|path| format!("wrote {path}")).collect();
    lines.push(match (written.len(), kept.len()) {
        (0, 0) if pulled.replaced.is_empty() => {
            "nothing was started yet: there is nothing to write".into()
        }
        (0, _) => "nothing to write: the directory has all of the history".into(),
        (written, 0) => format!("{written} written"),
        (written, kept) => format!("{written} written, {kept} there already"),
    });
    if !pulled.replaced.is_empty() {
        let replaced = quoted(&pulled.replaced);
        lines.push(format!("not written, as a file that is there replaces them: {replaced}"));
    }
    let json = json!({ "written": written, "kept": kept, "replaced": pulled.replaced });
    Ok(Report::new(lines.join("\n"), json))
}
