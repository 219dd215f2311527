//! `baseline`: a database that was there before becomes the first version.

use std::path::PathBuf;

use serde_json::json;

use super::agree::agree;
use super::path;
use crate::cli::arguments::Baseline;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::database::dump;
use crate::migration::{self, AsFiles, Migration, Source};

pub(in crate::cli) async fn baseline(
    context: &Context,
    arguments: &Baseline,
) -> Result<Report, Failure> {
    let Baseline { name, directory, .. } = arguments;
    path::refuse_file(directory, None)?;
    let there = match directory.is_dir() {
        true => migration::paths(directory)?,
        false => Vec::new(),
    };
    let is_it = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == name.as_str());
    let first = there.iter().find(|path| !is_it(path));
    if let Some(first) = first.and_then(|path| path.file_stem()).map(|stem| stem.to_string_lossy())
        && *first < **name
    {
        let (name, first) = (name.clone(), first.into_owned());
        return Err(Reason::NotFirst { name, first }.into());
    }
    // One that was interrupted has written it.
    let written = there.iter().find(is_it).map(|path| migration::read(path)).transpose()?;
    let schema = context.global.schema.as_str();
    let directory_shown = directory.display();
    let question = format!(
        "`{name}` becomes the first version of the schema `{schema}`, and its DDL is written into `{directory_shown}`."
    );
    agree(context, arguments.dumping.yes, &question)?;
    let target = context.target()?;
    let (version, file) = context
        .act_on(&target, context.global.options(), async |engine| {
            engine.refuse_history(name).await?;
            let (migration, file) = match written {
                Some(Source { migration, .. }) => (migration, None),
                None => {
                    let schema = &context.global.schema;
                    let ddl =
                        dump(&target, &arguments.dumping.pg_dump, schema).map_err(Reason::Dump)?;
                    let operations = migration::baseline(&engine.extensions().await?, &ddl);
                    let migration = Migration::new(name, operations);
                    let written = AsFiles {
                        format: arguments.dumping.written.format(),
                        with_prefixes: false,
                    };
                    let only = std::slice::from_ref(&migration);
                    let pulled = migration::pull(directory, only, written)?;
                    (migration, pulled.written.into_iter().next())
                }
            };
            Ok((engine.baseline(&migration).await?, file))
        })
        .await?;
    let (version, schema) = (version.as_str(), context.global.schema.as_str());
    let file = file.map(|file| file.display().to_string());
    let wrote = file.as_ref().map(|file| format!("wrote {file}\n")).unwrap_or_default();
    Ok(Report::new(
        format!(
            "{wrote}`{name}` is the first version of the schema `{schema}`, as it is now: `{version}`\n\
             nothing in it was changed; applications can be pinned to it"
        ),
        json!({ "migration": name, "version_schema": version, "file": file }),
    )
    .next(format!("`straddle create {}`, `straddle migrate {0}`", directory.display())))
}
