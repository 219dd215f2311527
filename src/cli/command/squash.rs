//! `squash`: one file in the place of all that are completed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::agree::agree;
use super::migrate::{migrations, read};
use super::path;
use super::validate::refuse_wrong;
use crate::cli::arguments::Squash;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::database::dump;
use crate::migration::document;
use crate::migration::{self, Migration, SquashError, quoted};

pub(in crate::cli) async fn squash(
    context: &Context,
    arguments: &Squash,
) -> Result<Report, Failure> {
    let directory = arguments.directory.as_path();
    path::refuse_file(directory, None)?;
    let sources = read(directory)?;
    let files = migrations(&sources);
    let (left, others) = left_over(&files);
    if !left.is_empty() {
        return finish(context, arguments, &others, &left).await;
    }
    refuse_wrong(context, &sources)?;
    let target = context.target()?;
    context
        .act_on(&target, context.global.options(), async |engine| {
            let present = engine.present(&files).await?;
            let name = arguments.name.as_deref();
            let squash = migration::Squash::of(&files, &present.completed, name)?;
            let removed: Vec<String> = squash.replaced.iter().map(|one| one.name.clone()).collect();
            let question = format!(
                "`{}` takes the place of {}, whose files are removed from `{}`.",
                squash.name,
                named(&removed),
                directory.display()
            );
            agree(context, arguments.dumping.yes, &question)?;
            let schema = &context.global.schema;
            let ddl = dump(&target, &arguments.dumping.pg_dump, schema).map_err(Reason::Dump)?;
            // What is written down has to be what was looked at.
            if engine.present(&files).await? != present {
                return Err(SquashError::Meanwhile.into());
            }
            let with_sql = squash.with_sql();
            let views = present.views.len();
            let migration = squash.migration(present, &ddl)?;
            let format = arguments.dumping.written.format();
            let text = document::write(&migration.content(), format);
            let file =
                directory.join(format!("{}.{}", migration.name, migration::extension_of(format)));
            write_whole(&file, &text)?;
            remove(directory, &removed)?;
            Ok(report(schema.as_str(), &migration, &file, &removed, (views, &with_sql)))
        })
        .await
}

fn report(
    schema: &str,
    migration: &Migration,
    file: &Path,
    removed: &[String],
    (views, with_sql): (usize, &[String]),
) -> Report {
    let views = match views {
        0 => String::new(),
        1 => ", and a view of the version".to_owned(),
        several => format!(", and {several} views of the version"),
    };
    let sql = match with_sql {
        [] => String::new(),
        some => {
            format!("\nSQL of their own was run by {}: look what of it is missing", named(some))
        }
    };
    let text = format!(
        "wrote {}\nit has the schema `{schema}` as it is{views}, and takes the place of {}, whose files are removed\n\
         not in it: rows, privileges, and what is in other schemas{sql}",
        file.display(),
        named(removed)
    );
    Report::new(text, told(migration, Some(file), removed, with_sql))
}

fn told(
    migration: &Migration,
    file: Option<&Path>,
    removed: &[String],
    with_sql: &[String],
) -> Value {
    json!({
        "file": file.map(|file| file.display().to_string()),
        "migration": migration.name,
        "version_schema": migration.version(),
        "replaces": migration.replaces,
        "removed": removed,
        "with_sql": with_sql,
    })
}

/// Files that one of the directory replaces, as an interrupted squash leaves them; and the others.
fn left_over(files: &[Migration]) -> (Vec<Migration>, Vec<Migration>) {
    let is_left = |file: &&Migration| {
        files.iter().any(|by| {
            let is_whole = file.stands_for().iter().all(|name| by.replaces.contains(name));
            by.name != file.name && is_whole
        })
    };
    files.iter().cloned().partition(|file| is_left(&file))
}

/// Removes what an interrupted squash has left.
async fn finish(
    context: &Context,
    arguments: &Squash,
    files: &[Migration],
    left: &[Migration],
) -> Result<Report, Failure> {
    let directory = arguments.directory.as_path();
    context.act(async |engine| Ok(engine.present(files).await.map(drop)?)).await?;
    let is_it = |file: &&Migration| file.replaces.contains(&left[0].stands_for()[0]);
    let Some(squashed) = files.iter().find(is_it) else {
        return Ok(Report::nothing());
    };
    let (by, left) = (&squashed.name, left.iter().map(|one| one.name.clone()));
    let left: Vec<String> = left.collect();
    let question = format!(
        "`{by}` takes the place of {}, whose files are still in `{}`, and are removed.",
        named(&left),
        directory.display()
    );
    agree(context, arguments.dumping.yes, &question)?;
    remove(directory, &left)?;
    let text = format!("removed the files that `{by}` replaces: {}", named(&left));
    Ok(Report::new(text, told(squashed, None, &left, &[])))
}

/// Writes a file that is there whole, or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let unwritable = |source| Reason::Unwritable { path: path.into(), source };
    // No migration by its ending.
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let write = || {
        let mut file = File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    Ok(write().map_err(unwritable)?)
}

fn remove(directory: &Path, names: &[String]) -> Result<(), Failure> {
    for path in migration::paths(directory)? {
        let is_named = |name: &String| path.file_stem().is_some_and(|stem| stem == name.as_str());
        if names.iter().any(is_named) {
            fs::remove_file(&path).map_err(|source| Reason::Unwritable { path, source })?;
        }
    }
    Ok(())
}

/// All names of a few, or the first and the last.
fn named(names: &[String]) -> String {
    match names {
        [first, .., last] if names.len() > 6 => {
            format!("{} migrations, `{first}` to `{last}`", names.len())
        }
        few => quoted(few),
    }
}
