//! `create`, also called `new`: a file for the next migration.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::dialogue::{Dialogue, Tables};
use super::path;
use crate::cli::arguments::Create;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::interrupt::unless_stopped;
use crate::cli::render::Report;
use crate::migration;
use crate::operation::Operation;

pub(in crate::cli) async fn create(
    context: &Context,
    arguments: &Create,
) -> Result<Report, Failure> {
    let directory = &arguments.directory;
    path::directory(directory, None)?;
    let names = migration::names_in(directory)?;
    let (words, operations) = said_or_asked(context, arguments).await?;
    let name = migration::next_name(&names, &words, now()).map_err(Reason::NewName)?;
    let format = arguments.written.format();
    let path = directory.join(format!("{name}.{}", migration::extension_of(format)));
    let is_empty = operations.is_empty();
    let text = migration::new_text(operations, format);
    let unwritable = |source| Reason::Unwritable { path: path.clone(), source };
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)?;
    let shown = path.display().to_string();
    let report = Report::new(format!("wrote {shown}"), json!({ "file": shown, "migration": name }));
    Ok(match is_empty {
        true => report.next("fill in its operations: docs/operations has a page for each"),
        false => report.next(format!("`straddle validate {shown}`, `straddle plan {shown}`")),
    })
}

/// The words of its name, and what it does: as the flags say, and else as somebody says who is asked.
async fn said_or_asked(
    context: &Context,
    arguments: &Create,
) -> Result<(String, Vec<Operation>), Failure> {
    let read = arguments.operations.iter().map(|text| migration::read_operation(text));
    let operations =
        read.collect::<Result<Vec<_>, _>>().map_err(|error| Reason::Document(vec![error]))?;
    let are_said = !operations.is_empty() || arguments.empty;
    if let (Some(words), true) = (&arguments.name, are_said) {
        return Ok((words.clone(), operations));
    }
    let is_asked =
        io::stdin().is_terminal() && io::stderr().is_terminal() && !context.terminal.is_json();
    if !is_asked {
        let unsaid = match &arguments.name {
            None => "--name is needed where nobody can be asked",
            Some(_) => "--operation or --empty is needed where nobody can be asked",
        };
        return Err(Reason::Unsaid(unsaid).into());
    }
    let tables = if are_said { Tables::new() } else { context.tables().await };
    let words = arguments.name.clone();
    let asked = tokio::task::spawn_blocking(move || {
        let (mut input, mut output) = (io::stdin().lock(), io::stderr().lock());
        let mut dialogue = Dialogue { input: &mut input, output: &mut output, tables: &tables };
        let words = match words {
            Some(words) => words,
            None => dialogue.words()?,
        };
        let operations = if are_said { operations } else { dialogue.operations()? };
        Ok::<_, Reason>((words, operations))
    });
    unless_stopped(async {
        let asked = asked.await.map_err(|error| Reason::Output(io::Error::other(error)))?;
        asked.map_err(|reason| match reason {
            Reason::Output(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Reason::Unsaid("not all was answered; nothing was written").into()
            }
            other => Failure::from(other),
        })
    })
    .await
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the name of a file says when somebody wrote it")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
