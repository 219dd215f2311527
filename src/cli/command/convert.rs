//! `convert`.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::cli::arguments::Convert;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::convert::{self, Note};
use crate::migration::document::Format;
use crate::migration::{self, ReadError};

pub(in crate::cli) fn convert(context: &Context, arguments: &Convert) -> Result<Report, Failure> {
    let file = arguments.file.as_deref().filter(|path| *path != Path::new("-"));
    let text = read(file).map_err(|source| {
        let path = file.map_or_else(|| PathBuf::from("standard input"), Path::to_path_buf);
        Reason::Read(ReadError::Unreadable { path, source })
    })?;
    let name = file.map_or_else(|| "standard input".into(), |path| path.display().to_string());
    let converted = convert::convert(&text, &context.global.schema)
        .map_err(|error| Reason::Convert { file: name, error })?;
    for note in converted.notes() {
        context.terminal.notice(&told(note));
    }
    let head: Vec<String> = converted.left_out.iter().map(told).collect();
    let commented: Vec<_> = converted
        .operations
        .iter()
        .map(|one| (one.notes.iter().map(told).collect(), one.operation.clone()))
        .collect();
    let yaml = migration::with_comments(&head, &commented);
    let json = migration::new_text(converted.migration(), Format::Json);
    let json = serde_json::from_str(&json).expect("what was just written is JSON");
    Ok(Report::new(yaml.trim_end(), json))
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

fn told(note: &Note) -> String {
    format!("line {}: {}", note.line, note.text)
}
