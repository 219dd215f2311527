//! `straddle.toml`: what would otherwise be typed again and again. A flag comes first, then its
//! environment variable, then the file.
//!
//! ```toml
//! directory = "migrations"
//! schema = "shop"
//!
//! [environments.production]
//! postgres-url = "postgresql://deploy@db/shop"
//! throttle-at = "replica-lag=10s"
//! ```

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{Arg, Command};
use toml::{Table, Value};

/// The file, where no other is named.
const FILE: &str = "straddle.toml";

/// The commands whose directory can be left out, and what they call it.
const OF_DIRECTORIES: [(&str, &str); 8] = [
    ("migrate", "directory"),
    ("pull", "directory"),
    ("baseline", "directory"),
    ("squash", "directory"),
    ("create", "directory"),
    ("validate", "path"),
    ("check", "directory"),
    ("format", "paths"),
];

/// The command with what the file says as its defaults.
///
/// # Errors
/// When the file, or the environment in it that was named, is not there, or says what no flag takes.
pub(super) fn configured(mut command: Command, line: &[OsString]) -> Result<Command, clap::Error> {
    let named = given(line, "--config", "STRADDLE_CONFIG");
    let environment = given(line, "--environment", "STRADDLE_ENVIRONMENT");
    let path = PathBuf::from(named.clone().unwrap_or_else(|| FILE.into()));
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_some() || environment.is_some() => {
            return Err(wrong(&mut command, &format!("`{shown}` cannot be read: {error}")));
        }
        Err(_) => return Ok(command),
    };
    let settings = settings(&text, environment.as_deref());
    let settings = settings.map_err(|what| wrong(&mut command, &format!("`{shown}`: {what}")))?;
    for (key, value) in settings {
        command = match with_default(command.clone(), &key, &value) {
            Some(changed) => changed,
            None => {
                let what = format!("`{shown}`: `{key}` is no setting");
                return Err(wrong(&mut command, &what));
            }
        };
    }
    Ok(command)
}

/// What was given for a flag, before anything else of the line is understood.
fn given(line: &[OsString], flag: &str, variable: &str) -> Option<OsString> {
    let joined = format!("{flag}=");
    let mut words = line.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == flag {
            return words.next().cloned();
        }
        if let Some(value) = word.to_str().and_then(|word| word.strip_prefix(&joined)) {
            return Some(value.into());
        }
    }
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

/// The command for which a variable that is set to nothing is not set, as CI systems do it.
pub(super) fn without_empty(command: Command) -> Command {
    let is_empty = |argument: &Arg| {
        argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty())
    };
    let set = move |argument: Arg| {
        if is_empty(&argument) { without_variable(argument) } else { argument }
    };
    command.mut_args(set).mut_subcommands(move |one| one.mut_args(set))
}

/// The argument, for which no variable stands any more.
pub(super) fn without_variable(argument: Arg) -> Arg {
    argument.env(Resettable::<clap::builder::OsStr>::Reset)
}

/// The settings for an environment: its own in the place of those for all.
fn settings(text: &str, environment: Option<&OsStr>) -> Result<Vec<(String, String)>, String> {
    let mut all: Table = text.parse().map_err(|error: toml::de::Error| {
        // What is quoted of the file may be a password.
        let line =
            error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
        format!("line {}: {}", line.unwrap_or(1), error.message())
    })?;
    let environments = match all.remove("environments") {
        None => Table::new(),
        Some(Value::Table(environments)) => environments,
        Some(_) => return Err("`environments` is a table of tables".into()),
    };
    if let Some(name) = environment {
        match environments.get(&*name.to_string_lossy()) {
            Some(Value::Table(own)) => all.extend(own.clone()),
            _ => {
                let known: Vec<&str> = environments.keys().map(String::as_str).collect();
                let name = name.to_string_lossy();
                return Err(format!("no environment `{name}`; there are: {}", known.join(", ")));
            }
        }
    }
    all.into_iter().map(|(key, value)| Ok((key.replace('_', "-"), word(&key, value)?))).collect()
}

/// A value as it would be typed.
fn word(key: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(truth) => Ok(truth.to_string()),
        Value::Array(values) => {
            let words = values.into_iter().map(|value| word(key, value));
            Ok(words.collect::<Result<Vec<_>, _>>()?.join(","))
        }
        _ => Err(format!("`{key}` is a text, a number, true, false, or a list of these")),
    }
}

/// The command with a default for a flag, wherever it has it; none where nothing has it. Those that are for
/// repeating have an environment variable, too.
fn with_default(mut command: Command, key: &str, value: &str) -> Option<Command> {
    let mut is_known = false;
    // clap keeps defaults for as long as the process lives.
    let value: &'static str = String::from(value).leak();
    let has = |command: &Command| {
        let found = command.get_arguments().find(|argument| argument.get_long() == Some(key));
        found
            .filter(|argument| argument.get_env().is_some())
            .map(|argument| argument.get_id().clone())
    };
    if key == "directory" {
        for (name, id) in OF_DIRECTORIES {
            command = command.mut_subcommand(name, |one| {
                one.mut_arg(id, |argument| argument.default_value(value).required(false))
            });
        }
        return Some(command);
    }
    if ["config", "environment"].contains(&key) {
        return None;
    }
    if let Some(id) = has(&command) {
        is_known = true;
        command = command.mut_arg(id, |argument| defaulted(argument, value));
    }
    let names: Vec<String> =
        command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    // What `throttle` is not given stays as it is.
    for name in names.iter().filter(|name| *name != "throttle") {
        command = command.mut_subcommand(name, |one| match has(&one) {
            Some(id) => {
                is_known = true;
                one.mut_arg(id, |argument| defaulted(argument, value))
            }
            None => one,
        });
    }
    is_known.then_some(command)
}

/// A default of several values is one of each.
fn defaulted(argument: Arg, value: &'static str) -> Arg {
    match argument.get_value_delimiter() {
        Some(delimiter) => argument.default_values(value.split(delimiter)),
        None => argument.default_value(value),
    }
}

fn wrong(command: &mut Command, what: &str) -> clap::Error {
    command.error(ErrorKind::InvalidValue, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_its_own_settings() {
        let text = "schema = 'a'\nlock_timeout = 5\n[environments.live]\nschema = 'b'\nwait-replicas = ['x', 'y']";
        let shown = |environment: Option<&str>| {
            settings(text, environment.map(OsStr::new)).map(|settings| {
                let pairs: Vec<String> =
                    settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
                pairs.join(" ")
            })
        };
        assert_eq!(shown(None), Ok("lock-timeout=5 schema=a".into()));
        assert_eq!(shown(Some("live")), Ok("lock-timeout=5 schema=b wait-replicas=x,y".into()));
        assert_eq!(shown(Some("test")), Err("no environment `test`; there are: live".into()));
        assert!(settings("schema = ", None).is_err_and(|error| error.starts_with("line 1: ")));
    }

    #[test]
    fn the_line_comes_first() {
        let line = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let found = given(&line(&["straddle", "status", "--config", "a.toml"]), "--config", "");
        assert_eq!(found, Some("a.toml".into()));
        let found = given(&line(&["straddle", "--config=b.toml"]), "--config", "");
        assert_eq!(found, Some("b.toml".into()));
        assert_eq!(given(&line(&["straddle", "--", "--config=b.toml"]), "--config", ""), None);
    }
}
