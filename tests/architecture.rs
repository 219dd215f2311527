//! The house rules that a reader would otherwise have to be told.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src`, lowest first. A file names its own room and lower ones.
const ROOMS: &[&str] = &[
    "sql",
    "schema",
    "plan",
    "operation",
    "migration",
    "convert",
    "compile",
    "lifecycle",
    "database",
    "ledger",
    "engine",
    "server",
    "sandbox",
    "cli",
];

/// Rooms that could be a crate of their own, and name no other.
const ALONE: &[&str] = &["server"];

/// The rooms that name `server`: nothing that changes a database may start one.
const STARTERS: &[&str] = &["sandbox", "cli"];

const MOST_LINES_OF_A_FILE: usize = 300;
const MOST_LINES_OF_A_FUNCTION: usize = 70;

/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[];

/// Functions that may be longer, and why. Tables of cases in unit tests are not counted at all.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, with its path from the root of the project.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(root()).expect("a path below the root");
                let text = fs::read_to_string(&path).expect("text");
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    files("src", "rs")
}

/// The room of a file: `src/<room>.rs` or `src/<room>/..`.
fn room_of(path: &str) -> &str {
    let path = path.trim_start_matches("src/");
    path.split(['/', '.']).next().unwrap_or(path)
}

/// What a text names of the crate's root, each with its line: `crate::room` and `crate::{room, ..}`.
fn named(text: &str) -> Vec<(usize, String)> {
    let code: String = text
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .flat_map(|line| [line, "\n"])
        .collect();
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        let line = code[..start].lines().count().max(1);
        let Some(list) = rest.strip_prefix('{') else {
            found.push((line, word(rest)));
            continue;
        };
        let mut depth = 0;
        let mut is_first = true;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_first = true,
                c if is_first && !c.is_whitespace() => {
                    let line = line + list[..at].matches('\n').count();
                    found.push((line, word(&list[at..])));
                    is_first = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn floor(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

fn may_name(room: &str, other: &str) -> bool {
    room == other
        || floor(other) < floor(room)
            && !ALONE.contains(&room)
            && (other != "server" || STARTERS.contains(&room))
}

fn assert_none(offenders: &[String]) {
    assert!(offenders.is_empty(), "\n{}\n", offenders.join("\n"));
}

#[test]
fn rooms_name_only_lower_rooms() {
    let mut offenders = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        if ["lib", "main"].contains(&room) {
            continue;
        }
        if floor(room).is_none() {
            offenders.push(format!("{path}: `{room}` is not in the list of rooms"));
            continue;
        }
        for (line, other) in named(&text) {
            if floor(&other).is_some() && !may_name(room, &other) {
                offenders.push(format!("{path}:{line}: `{room}` may not name `{other}`"));
            }
        }
    }
    assert_none(&offenders);
}

#[test]
fn names_in_lists_are_found() {
    let text = "// crate::engine\nuse crate::{\n  plan::{Step, Lock},\n  sql,\n};\nlet x = crate::cli::y();\n";
    let found: Vec<String> =
        named(text).into_iter().map(|(line, room)| format!("{line} {room}")).collect();
    assert_eq!(found, ["3 plan", "4 sql", "6 cli"]);
    assert!(may_name("cli", "server") && !may_name("engine", "server"));
    assert!(!may_name("server", "sql") && !may_name("operation", "database"));
}

#[test]
fn every_sql_file_is_used() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    let unused: Vec<String> = files("sql", "sql")
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| !sources.contains(&format!("\"{}\"", path.trim_start_matches("sql/"))))
        .map(|path| format!("{path}: nothing in src uses it"))
        .collect();
    assert_none(&unused);
}

/// The length of the code: unit tests in the file do not count.
fn lines_of_code(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[test]
fn no_file_is_too_long_to_read() {
    let sources = sources();
    let is_listed = |path: &str| LONG_FILES.iter().any(|(listed, _)| *listed == path);
    let is_long = |text: &str| lines_of_code(text) > MOST_LINES_OF_A_FILE;
    let long = sources
        .iter()
        .filter(|(path, text)| is_long(text) && !is_listed(path))
        .map(|(path, text)| format!("{path}: {} lines", lines_of_code(text)));
    let stale = LONG_FILES
        .iter()
        .filter(|(listed, _)| !sources.iter().any(|(path, text)| path == listed && is_long(text)))
        .map(|(path, _)| format!("{path}: need not be in LONG_FILES any more"));
    assert_none(&long.chain(stale).collect::<Vec<_>>());
}

/// Functions of a file as rustfmt lays them out: name, first line, number of lines.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let Some((before, after)) = code.split_once("fn ") else {
            continue;
        };
        let is_qualifier =
            |word: &str| word.starts_with("pub") || ["const", "async"].contains(&word);
        if !before.split_whitespace().all(is_qualifier) {
            continue;
        }
        let name = after.split(['(', '<']).next().unwrap_or(after);
        let body = lines[number..].iter().position(|line| line.ends_with(['{', ';', '}']));
        let opens = body.is_some_and(|body| lines[number + body].ends_with('{'));
        let end = format!("{indent}}}");
        let length = lines[number..].iter().position(|line| *line == end);
        if let (true, Some(length)) = (opens, length) {
            found.push((name.to_owned(), number + 1, length + 1));
        }
    }
    found
}

#[test]
fn no_function_is_too_long_to_read() {
    let mut offenders = Vec::new();
    let mut allowed = Vec::new();
    for (path, text) in sources().into_iter().chain(files("tests", "rs")) {
        let is_table_of_cases = path.starts_with("src/") && path.contains("tests");
        let long = functions(&text).into_iter().filter(|(_, line, length)| {
            *length > MOST_LINES_OF_A_FUNCTION && *line < lines_of_code(&text) && !is_table_of_cases
        });
        for (name, line, length) in long {
            if LONG_FUNCTIONS.iter().any(|(file, listed, _)| *file == path && *listed == name) {
                allowed.push(name);
            } else {
                offenders.push(format!("{path}:{line}: `{name}` has {length} lines"));
            }
        }
    }
    for (_, listed, _) in LONG_FUNCTIONS {
        if !allowed.iter().any(|name| name == listed) {
            offenders.push(format!("`{listed}` need not be in LONG_FUNCTIONS any more"));
        }
    }
    assert_none(&offenders);
}

#[test]
fn every_name_says_what_is_inside() {
    let vague = ["common", "helpers", "utils", "misc"];
    let is_vague = |path: &str| path.split(['/', '.']).any(|part| vague.contains(&part));
    let all = sources().into_iter().chain(files("tests", "rs"));
    let offenders: Vec<String> = all.map(|(path, _)| path).filter(|path| is_vague(path)).collect();
    assert_none(&offenders);
}

#[test]
fn every_test_file_is_run() {
    let files = files("tests", "rs");
    let main = files.iter().find(|(path, _)| path == "tests/main.rs");
    let (_, main) = main.expect("tests/main.rs");
    let modules: BTreeSet<&str> = main
        .lines()
        .filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let offenders: Vec<String> = files
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("tests/")?.strip_suffix(".rs"))
        .filter(|name| !name.contains('/') && *name != "main" && !modules.contains(name))
        .map(|name| format!("tests/{name}.rs: tests/main.rs has no `mod {name};`"))
        .collect();
    assert_none(&offenders);
}
