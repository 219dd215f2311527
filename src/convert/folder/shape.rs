//! What a folder is, by the names of its files.

use super::error::FolderError;
use super::file::{Files, extension, is_sql, stem};
use super::name::parts;
use super::{Folder, FolderScript, Layout, drizzle, flyway};
use crate::convert::source;

pub(super) fn read(files: &Files) -> Result<Folder, FolderError> {
    if files.has(drizzle::JOURNAL) {
        return drizzle::read(files);
    }
    if files.paths().any(|path| is_below(path, "migration.sql")) {
        return folders(files, Layout::Prisma, "migration.sql", None);
    }
    if files.paths().any(|path| is_below(path, "up.sql")) {
        return folders(files, Layout::Diesel, "up.sql", Some("down.sql"));
    }
    if files.paths().any(flyway::is_name) {
        return flyway::read(files);
    }
    if files.top_sql().any(|path| way(path) == Some(Way::Up)) {
        return pairs(files);
    }
    if files.top_sql().next().is_none() {
        return Err(none(files));
    }
    let mut scripts = Vec::new();
    for path in files.top_sql() {
        scripts.push(script(files, path, stem(path), None)?);
    }
    let is_marked = scripts.iter().any(|script| source::is_marked(&script.forward));
    let layout = if is_marked { Layout::Marked } else { Layout::Plain };
    let same = if is_marked { SameNumber::Refused } else { SameNumber::Allowed };
    in_order(&mut scripts, same)?;
    Ok(Folder { layout, scripts, left_out: Vec::new() })
}

/// Why a file is in no script of a folder of this layout.
pub(super) fn why_not(layout: Layout, path: &str) -> &'static str {
    match layout {
        _ if !is_sql(path) => "it is no SQL",
        Layout::Drizzle => "the journal does not name it",
        Layout::Flyway => "its name is none of a migration",
        Layout::Pairs => "its name says neither up nor down",
        Layout::Prisma | Layout::Diesel => "it is no migration's own",
        Layout::Marked | Layout::Plain | Layout::Alembic => "it is in another folder",
    }
}

/// A script of the folder.
pub(super) fn script(
    files: &Files,
    path: &str,
    name: &str,
    back: Option<&str>,
) -> Result<FolderScript, FolderError> {
    let (number, words) = parts(name);
    let back = match back {
        Some(back) => Some((back.to_owned(), files.text(back)?)),
        None => None,
    };
    Ok(FolderScript { path: path.to_owned(), number, words, forward: files.text(path)?, back })
}

fn is_below(path: &str, name: &str) -> bool {
    path.split_once('/').is_some_and(|(_, rest)| rest == name)
}

/// `<name>/up.sql`, and what takes it back.
fn folders(
    files: &Files,
    layout: Layout,
    forward: &str,
    back: Option<&str>,
) -> Result<Folder, FolderError> {
    let mut scripts = Vec::new();
    for path in files.paths().filter(|path| is_below(path, forward)) {
        let name = path.split('/').next().unwrap_or(path);
        let back = back.map(|back| format!("{name}/{back}")).filter(|back| files.has(back));
        scripts.push(script(files, path, name, back.as_deref())?);
    }
    in_order(&mut scripts, SameNumber::Refused)?;
    Ok(Folder { layout, scripts, left_out: Vec::new() })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The way that a name says a file leads.
fn way(path: &str) -> Option<Way> {
    let (_, end) = stem(path).rsplit_once(['.', '_', '-'])?;
    match end.to_ascii_lowercase().as_str() {
        "up" => Some(Way::Up),
        "down" => Some(Way::Down),
        _ => None,
    }
}

fn pairs(files: &Files) -> Result<Folder, FolderError> {
    let mut scripts = Vec::new();
    let name = |path: &str| {
        let stem = stem(path);
        stem[..stem.rfind(['.', '_', '-']).unwrap_or(stem.len())].to_owned()
    };
    let downs: Vec<&str> = files.top_sql().filter(|path| way(path) == Some(Way::Down)).collect();
    let mut left_out = Vec::new();
    for path in files.top_sql().filter(|path| way(path) == Some(Way::Up)) {
        let back = downs.iter().find(|down| name(down) == name(path));
        scripts.push(script(files, path, &name(path), back.copied())?);
    }
    for down in downs.iter().filter(|down| !scripts.iter().any(|up| name(&up.path) == name(down))) {
        left_out.push(format!("`{down}` is left out: it takes back a script that is not here"));
    }
    in_order(&mut scripts, SameNumber::Refused)?;
    Ok(Folder { layout: Layout::Pairs, scripts, left_out })
}

/// What becomes of two scripts with one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SameNumber {
    Allowed,
    Refused,
}

/// By number where all have one, as the tools that number them do, and else by name.
fn in_order(scripts: &mut [FolderScript], same: SameNumber) -> Result<(), FolderError> {
    let number = |one: &FolderScript| one.number.as_ref().and_then(|one| one.parse::<u64>().ok());
    if !scripts.iter().all(|script| number(script).is_some()) {
        return Ok(());
    }
    scripts.sort_by_key(number);
    let twins = scripts.windows(2).find(|pair| number(&pair[0]) == number(&pair[1]));
    match twins {
        None => Ok(()),
        Some(_) if same == SameNumber::Allowed => Ok(()),
        Some(pair) => {
            let (one, other) = (pair[0].path.clone(), pair[1].path.clone());
            Err(FolderError::SameNumber { one, other })
        }
    }
}

/// Why there is nothing to convert.
fn none(files: &Files) -> FolderError {
    let path = files.directory.clone();
    let below = files.paths().find(|path| is_sql(path)).and_then(|path| {
        // Where folders are scripts, their folder is meant.
        let folder = path.rsplit_once('/')?.0;
        let is_script =
            ["migration.sql", "up.sql", "down.sql"].iter().any(|one| path.ends_with(one));
        Some(if is_script {
            folder.rsplit_once('/').map_or("", |(above, _)| above)
        } else {
            folder
        })
    });
    if let Some(below) = below {
        let below = path.join(below);
        return FolderError::Below { path, below };
    }
    let has = |wanted: &str| files.paths().any(|path| extension(path) == wanted);
    let is_alembic = |path: &str| path.ends_with("env.py") || path.ends_with("script.py.mako");
    let (language, tool, hint) = if has("py") && files.paths().any(is_alembic) {
        let hint = "`alembic upgrade head --sql | straddle convert --to DIR` gives a migration for each revision";
        ("Python", "Alembic", hint)
    } else if has("py") {
        let hint = "have it write each as SQL into a folder, `python manage.py sqlmigrate APP NAME > sql/NAME.sql`, and \
             convert that";
        ("Python", "Django or Alembic", hint)
    } else if has("rb") {
        let hint = "with `config.active_record.schema_format = :sql` Rails writes db/structure.sql: convert that";
        ("Ruby", "Rails", hint)
    } else if has("go") {
        ("Go", "goose", "convert the SQL that they run, one script each")
    } else if ["ts", "js", "mjs", "cjs"].iter().any(|extension| has(extension)) {
        ("JavaScript", "their tool", "have it print the SQL, one script each, and convert that")
    } else {
        return FolderError::Nothing { path };
    };
    FolderError::Programs { path, language, tool, hint }
}
