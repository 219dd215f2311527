//! `check`: whether a branch may be merged, as far as its migrations go.

use serde_json::json;

use super::trial::{Place, Trial};
use super::validate::{Looked, look_at, refuse_wrong};
use crate::cli::arguments::Check;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::git;
use crate::cli::render::Report;
use crate::migration::{self, Compared, Source, quoted};

pub(in crate::cli) async fn check(context: &Context, arguments: &Check) -> Result<Report, Failure> {
    let path = arguments.directory.as_path();
    let reference = arguments.against.as_str();
    let sources = super::migrate::read(path)?;
    refuse_wrong(context, &sources)?;
    let committed = git::files_at(path, reference)?;
    let Compared { found, new, before } = migration::against(&committed, &sources, reference)?;
    if !found.is_empty() {
        let reference = reference.to_owned();
        return Err(Reason::Unlike { reference, found }.into());
    }
    let looked = match arguments.trying.sandbox {
        true => try_on(context, arguments, &before, &sources, &new).await?,
        false => look_at(context, path, &sources, arguments.offline).await?,
    };
    let json = json!({ "linear": true, "against": reference, "new": new, "files": sources.len(),
        "database": looked.is_online, "sandbox": looked.sandbox, "rehearsed": looked.rehearsed });
    Ok(Report::new(text(reference, &new, &looked), json))
}

/// Runs what the commit has on a throw-away server, and then what is new.
async fn try_on(
    context: &Context,
    arguments: &Check,
    before: &[Source],
    sources: &[Source],
    new: &[String],
) -> Result<Looked, Failure> {
    let reference = arguments.against.as_str();
    let trial = Trial::start(context, arguments.trying.pgbin.as_deref())?;
    trial.run(Place::First, before).await.map_err(|mut failure| {
        let hint =
            "name a database that has them (--postgres-url), or look at the files alone: --offline";
        failure.next = Some(hint.into());
        trial.told(failure, &format!("these are migrations of `{reference}`, and not what is new"))
    })?;
    let about_new = |failure| trial.told(failure, &format!("behind all that `{reference}` has"));
    trial.run(Place::First, sources).await.map_err(about_new)?;
    // What replaces others is not run behind them.
    let is_new = |source: &&Source| new.contains(&source.migration.name);
    if sources.iter().filter(is_new).any(|source| !source.migration.replaces.is_empty()) {
        let from_nothing = |failure| trial.told(failure, "from the beginning");
        trial.run(Place::Second, sources).await.map_err(from_nothing)?;
    }
    Ok(Looked { is_online: false, sandbox: Some(trial.major()), rehearsed: new.len() })
}

fn text(reference: &str, new: &[String], looked: &Looked) -> String {
    let names = quoted(new);
    let new = match new.len() {
        0 => "nothing is new".to_owned(),
        1 => format!("new is {names}"),
        several => format!("{several} migrations are new: {names}"),
    };
    let expressions = match looked {
        Looked { sandbox: Some(major), .. } => {
            format!("expressions were checked in a sandbox (Postgres {major})")
        }
        Looked { is_online: false, .. } => {
            "no database was asked, so whether tables, columns and expressions are right is not known"
                .to_owned()
        }
        Looked { rehearsed: 0, .. } => "the database has nothing pending".into(),
        Looked { rehearsed, .. } => {
            format!("the database has rehearsed {rehearsed} pending, with their expressions")
        }
    };
    format!(
        "the migrations follow on those of `{reference}`: {new}\n\
         shape, names and order are right; {expressions}"
    )
}
