//! `latest`: one thing each, for the configuration of applications.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::arguments::{Latest, UrlFormat};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};
use crate::cli::render::Report;
use crate::database::Target;
use crate::database::target::Passwords;
use crate::engine;
use crate::migration::ReadError;
use crate::plan::{ddl, names};
use crate::sql::Ident;

pub(in crate::cli) async fn latest(context: &Context, what: &Latest) -> Result<Report, Failure> {
    let found = match &what.local().local {
        Some(directory) => of_directory(context, directory)?,
        None => of_database(context).await?,
    };
    let schema = found.version_schema.as_str();
    let mut json = json!(found);
    let text = match what {
        Latest::Version(_) => version(context, schema),
        Latest::Schema(_) => schema.to_owned(),
        Latest::Url { secret, format, .. } => {
            let target = context.target()?;
            let url = url(&target, schema, secret.passwords(), *format)?;
            json["url"] = json!(url);
            url
        }
        Latest::Env { secret, .. } => {
            let variables = context.target()?.variables(schema, secret.passwords());
            let object = variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
            json["variables"] = Value::Object(object.collect());
            let line = |(name, value): &(&str, String)| format!("{name}={}", for_shell(value));
            variables.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Latest::Role { name, .. } => {
            let target = context.target()?;
            let database = Ident::new(target.database()).map_err(Reason::Name)?;
            let version = Ident::new(schema).map_err(Reason::Name)?;
            let statement = ddl::pin_role(name, &database, &version);
            json["sql"] = json!(statement.as_str());
            format!("{statement};")
        }
        Latest::Pgbouncer { name, .. } => {
            let target = context.target()?;
            let own = format!("{}_{}", target.database(), version(context, schema));
            let line = target.pgbouncer_entry(name.as_ref().unwrap_or(&own), schema);
            json["pgbouncer"] = json!(line);
            line
        }
    };
    Ok(Report::new(text, json))
}

async fn of_database(context: &Context) -> Result<engine::Latest, Failure> {
    let latest = context.act(async |engine| Ok(engine.latest().await?)).await?;
    let schema = context.global.schema.as_str().to_owned();
    Ok(latest.ok_or(Reason::NoVersion { schema })?)
}

/// What the last file of a directory will have made, wherever it is run.
fn of_directory(context: &Context, directory: &Path) -> Result<engine::Latest, Failure> {
    let sources = super::migrate::read(directory)?;
    let path = directory.to_owned();
    let last = sources.last().ok_or(Reason::NoMigrations { path })?;
    let schema = names::version_schema(&context.global.schema, last.migration.version());
    let schema = schema.map_err(|error| {
        let error = last.error("version_schema", format!("the version's schema: {error}"));
        Reason::from(ReadError::Document(vec![error]))
    })?;
    Ok(engine::Latest {
        migration: last.migration.name.clone(),
        version_schema: schema.as_str().to_owned(),
    })
}

/// The version's name: its schema's, without that of the base schema.
fn version(context: &Context, schema: &str) -> String {
    let base = format!("{}_", context.global.schema.as_str());
    schema.strip_prefix(&base).unwrap_or(schema).to_owned()
}

fn url(
    target: &Target,
    schema: &str,
    passwords: Passwords,
    format: UrlFormat,
) -> Result<String, Failure> {
    match format {
        UrlFormat::Libpq => Ok(target.url_with_search_path(&[schema], passwords)),
        UrlFormat::Jdbc => Ok(target.jdbc_url(schema, passwords).ok_or(Reason::NoJdbc)?),
    }
}

/// A value as a shell takes it, and a file of variables in quotes.
fn for_shell(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+=".contains(c);
    match !value.is_empty() && value.chars().all(is_plain) {
        true => value.to_owned(),
        false => format!("'{}'", value.replace('\'', "'\\''")),
    }
}
