//! `convert`.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::convert_to::convert_to;
use crate::cli::arguments::Convert;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::convert::folder;
use crate::convert::{self, Conversion, Note};
use crate::migration::document::Format;
use crate::migration::{self, ReadError};

pub(in crate::cli) fn convert(context: &Context, arguments: &Convert) -> Result<Report, Failure> {
    let path = arguments.path.as_deref().filter(|path| *path != Path::new("-"));
    if let Some(directory) = path.filter(|path| path.is_dir()) {
        let Some(to) = &arguments.to else {
            let unsaid =
                "the migrations of a directory need another one to be written into: --to DIR";
            return Err(Reason::Unsaid(unsaid).into());
        };
        let folder = folder::read(directory)?;
        let place = directory.display().to_string();
        return convert_to(context, (place, &folder), to, arguments.written.format());
    }
    let text = read(path).map_err(|source| {
        let path = path.map_or_else(|| PathBuf::from("standard input"), Path::to_path_buf);
        Reason::Read(ReadError::Unreadable { path, source })
    })?;
    let name = path.map_or_else(|| "standard input".into(), |path| path.display().to_string());
    if let Some(to) = &arguments.to {
        let folder = folder::revisions(&text).ok_or(Reason::Unsaid(
            "one script goes to standard output: --to is for a directory, and for what Alembic prints",
        ))?;
        return convert_to(context, (name, &folder), to, arguments.written.format());
    }
    let converted = convert::convert(&text, &context.global.schema)
        .map_err(|error| Reason::Convert { file: name, error })?;
    for note in converted.notes() {
        context.terminal.notice(&told(note));
    }
    let json = migration::new_text(converted.migration(), Format::Json);
    let shown = match arguments.written.format() {
        Format::Yaml => yaml(&converted),
        Format::Json => json.clone(),
    };
    let json = serde_json::from_str(&json).expect("what was just written is JSON");
    Ok(Report::new(shown.trim_end(), json))
}

fn read(file: Option<&Path>) -> io::Result<String> {
    let mut text = String::new();
    match file {
        Some(path) => text = std::fs::read_to_string(path)?,
        None => {
            io::stdin().read_to_string(&mut text)?;
        }
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A migration in YAML, with what there is to know as comments.
pub(super) fn yaml(converted: &Conversion) -> String {
    let head: Vec<String> = converted.left_out.iter().map(told).collect();
    let commented: Vec<_> = converted
        .operations
        .iter()
        .map(|one| (one.notes.iter().map(told).collect(), one.operation.clone()))
        .collect();
    migration::with_comments(&head, &commented)
}

/// A note as it is told.
pub(super) fn told(note: &Note) -> String {
    format!("line {}: {}", note.line, note.text)
}
