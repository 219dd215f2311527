//! `convert` into a directory: a migration for each script.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::convert::{told, yaml};
use super::path;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::convert::folder::{self, Folder};
use crate::convert::{self, Conversion, ConvertError, Keys};
use crate::migration;
use crate::migration::document::Format;

/// Writes a migration for each script of a folder, which is at this place; all of them, or none.
pub(super) fn convert_to(
    context: &Context,
    (place, folder): (String, &Folder),
    to: &Path,
    format: Format,
) -> Result<Report, Failure> {
    path::refuse_file(to, None)?;
    let base = &context.global.schema;
    let names = folder::migration_names(&folder.scripts, base.as_str());
    let (mut converted, mut wrong) = (Vec::new(), Vec::new());
    let (mut left_out, mut keys) = (folder.left_out.clone(), Keys::default());
    for (script, name) in folder.scripts.iter().zip(names) {
        let back = script.back.as_ref().map(|(_, text)| text.as_str());
        match convert::convert_next(&script.forward, back, base, &mut keys) {
            Ok(conversion) => converted.push((script.path.as_str(), name, conversion)),
            Err(ConvertError::Nothing) => {
                left_out.push(format!("`{}` is left out: it changes nothing", script.path));
            }
            Err(error) => wrong.push((script.path.clone(), error)),
        }
    }
    if !wrong.is_empty() {
        return Err(Reason::ConvertAll(wrong).into());
    }
    if converted.is_empty() {
        return Err(Reason::Convert { file: place, error: ConvertError::Nothing }.into());
    }
    for note in &left_out {
        context.terminal.notice(note);
    }
    let files = write(to, &converted, format)?;
    let mut lines = Vec::new();
    let mut scripts = Vec::new();
    for ((script, name, conversion), (file, is_new)) in converted.iter().zip(&files) {
        let notes: Vec<String> = conversion.notes().into_iter().map(told).collect();
        for note in &notes {
            context.terminal.notice(&format!("{script}, {note}"));
        }
        let (file, wrote) = (file.display(), if *is_new { "wrote" } else { "kept" });
        lines.push(format!("{wrote} {file}, from {script}"));
        scripts.push(json!({ "script": script, "migration": name, "file": file.to_string(),
            "written": is_new, "notes": notes }));
    }
    let count = match lines.len() {
        1 => "one migration".to_owned(),
        several => format!("{several} migrations"),
    };
    lines.push(format!("{count}, of {}", folder.layout));
    let json = json!({ "layout": folder.layout, "scripts": scripts,
        "left_out": left_out });
    Ok(Report::new(lines.join("\n"), json)
        .next(format!("look through them, and `straddle validate {}`", to.display())))
}

/// Where each is, and whether it was written just now.
fn write(
    to: &Path,
    converted: &[(&str, String, Conversion)],
    format: Format,
) -> Result<Vec<(PathBuf, bool)>, Failure> {
    let (mut files, mut taken) = (Vec::new(), Vec::new());
    for (_, name, conversion) in converted {
        let text = match format {
            Format::Yaml => yaml(conversion),
            Format::Json => migration::new_text(conversion.migration(), format),
        };
        let path = |extension: &str| to.join(format!("{name}.{extension}"));
        match ["yaml", "yml", "json"].map(path).into_iter().find(|path| path.exists()) {
            Some(path) if fs::read_to_string(&path).is_ok_and(|there| there == text) => {
                files.push((path, text, false));
            }
            Some(path) => taken.push(path),
            None => files.push((path(migration::extension_of(format)), text, true)),
        }
    }
    if !taken.is_empty() {
        return Err(Reason::Taken(taken).into());
    }
    for (path, text, _) in files.iter().filter(|(.., is_new)| *is_new) {
        let unwritable = |source| Reason::Unwritable { path: path.clone(), source };
        fs::create_dir_all(to).map_err(unwritable)?;
        fs::write(path, text).map_err(unwritable)?;
    }
    Ok(files.into_iter().map(|(path, _, is_new)| (path, is_new)).collect())
}
