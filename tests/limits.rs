//! docs/limits.md is true, and whole: each line of it names a migration that is refused, or a test, and that is there; and
//! whatever the source can say when it refuses a migration has been said in a test, and stands on the page.
//!
//! `INSTA_UPDATE=always cargo test limits` writes the second part of the page.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn page() -> String {
    std::fs::read_to_string(root().join("docs/limits.md")).expect("the page")
}

/// Behind this, the page is written by the test.
const WORD_FOR_WORD: &str = "<!-- What follows is written by tests/limits.rs. -->\n";

/// What no test provokes: answers that would be those of another Postgres, or of a schema that changes between two questions,
/// and a table made by hand under the name of a version's view, which would be in the way of all other refusals of views.
const SAID_BY_NONE: [&str; 4] = [
    "it has changed meanwhile",
    "{what} reads {read} in a way that cannot be tried beforehand",
    "`{type_name}` is not a type",
    "a table and a view",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_limit_has_its_proof() {
    let tests = root().join("tests");
    let mut missing = Vec::new();
    let page = page();
    let rows = page.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    for row in rows.filter(|row| !row.starts_with("| refused |") && !row.starts_with("| said |")) {
        let proofs = row.trim_end_matches(['|', ' ']).rsplit(" | ").next().unwrap_or_default();
        let proofs: Vec<&str> = proofs.split('`').skip(1).step_by(2).collect();
        if proofs.is_empty() {
            missing.push(format!("{row}: no proof"));
        }
        for proof in proofs {
            let is_there = match proof.split_once("::") {
                Some((file, test)) => std::fs::read_to_string(tests.join(format!("{file}.rs")))
                    .is_ok_and(|text| text.contains(&format!("fn {test}("))),
                None => {
                    let is_file = |ending: &str| tests.join(format!("{proof}.{ending}")).exists();
                    is_file("snap") && (is_file("yaml") || is_file("json"))
                }
            };
            if !is_there {
                missing.push(format!("{proof}: there is none"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// A string of the source: its text, what stands before it, and the calls and macros that it is in.
struct Text {
    text: String,
    before: String,
    calls: Vec<String>,
}

/// The strings of a file of Rust, but for those of its own tests.
fn strings(source: &str) -> Vec<Text> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let chars: Vec<char> = source.chars().collect();
    let (mut found, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    let tail = |at: usize| chars[at.saturating_sub(60)..at].iter().collect::<String>();
    while at < chars.len() {
        match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '"' => {
                let before = tail(at);
                let (text, end) = string(&chars, at + 1);
                found.push(Text { text, before, calls: open.clone() });
                at = end;
            }
            // A character, and no lifetime.
            '\'' if chars.get(at + 1) == Some(&'\\') => at += 3,
            '\'' if chars.get(at + 2) == Some(&'\'') => at += 2,
            '(' | '[' | '{' => {
                let before = tail(at);
                let is_name = |c: char| c.is_alphanumeric() || "_:!#".contains(c);
                let name = before.trim_end().rsplit(|c: char| !is_name(c)).next();
                open.push(name.unwrap_or_default().to_owned());
            }
            ')' | ']' | '}' => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    found
}

/// A string from behind its first quote, and where its last one is.
fn string(chars: &[char], mut at: usize) -> (String, usize) {
    let mut text = String::new();
    while at < chars.len() && chars[at] != '"' {
        if chars[at] == '\\' {
            at += 1;
            match chars[at] {
                '\n' => {
                    while chars[at + 1].is_whitespace() {
                        at += 1;
                    }
                }
                'n' => text.push('\n'),
                other => text.push(other),
            }
        } else {
            text.push(chars[at]);
        }
        at += 1;
    }
    (text, at)
}

/// Whether a string is something that a refusal says, and no SQL, no hint (those stand behind messages) and no mistake of ours.
fn is_said(one: &Text) -> bool {
    let text = one.text.trim();
    let is_sql = text.chars().take_while(|one| one.is_ascii_uppercase()).count() > 3
        || !text.chars().any(char::is_lowercase);
    let silent = ["sql!", "expect", "#", "push_str", "Error::Answer"];
    let is_silent = one.calls.iter().any(|call| silent.contains(&call.as_str()));
    let before = one.before.trim_end().trim_end_matches("format!(").trim_end();
    let before = before.trim_end_matches("Some(").trim_end();
    let is_hint = ["hint =", "hint:", "hint = |"].iter().any(|end| before.ends_with(end));
    text.contains(' ') && !is_sql && !is_silent && !is_hint
}

/// What the source says where it refuses migrations, with holes, and the files in which it does.
fn said() -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let rooms = ["operation", "compile", "database"].map(|room| root().join("src").join(room));
    for file in rooms.iter().flat_map(|room| files_in(room)) {
        let source = std::fs::read_to_string(&file).expect("a file");
        let utters = ["reject(", "reject_with(", "reject_at(", ".refusal(", "Rejection {"];
        if utters.iter().any(|word| source.contains(word)) {
            said.extend(strings(&source).into_iter().filter(is_said).map(|one| one.text));
        }
    }
    said
}

fn files_in(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(directory).unwrap_or_else(|_| panic!("{directory:?}"));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// What stands between the holes of a text.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut chars) = (Vec::new(), String::new(), text.chars().peekable());
    while let Some(one) = chars.next() {
        match one {
            '{' | '}' if chars.peek() == Some(&one) => part.extend(chars.next()),
            '{' => {
                parts.push(std::mem::take(&mut part));
                while chars.next().is_some_and(|one| one != '}') {}
            }
            other => part.push(other),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

fn says(line: &str, parts: &[String]) -> bool {
    let mut rest = line;
    parts.iter().all(|part| match rest.split_once(part.as_str()) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

/// What tests have heard, line by line, each with its proof as the page names it: refused migrations, and tests that say what they
/// expect; then plans and other snapshots, for what the same files say that is no refusal.
fn heard() -> Vec<(String, Vec<String>)> {
    let tests = root().join("tests");
    let mut heard = Vec::new();
    let ending = |path: &Path, ending: &str| path.extension().is_some_and(|one| one == ending);
    let mut files: Vec<PathBuf> = ["rejections", "."]
        .iter()
        .flat_map(|name| match *name {
            "." => {
                let entries = std::fs::read_dir(&tests).expect("tests");
                let mut paths: Vec<PathBuf> = entries
                    .map(|entry| entry.expect("an entry").path())
                    .filter(|path| ending(path, "rs"))
                    .collect();
                paths.sort();
                paths
            }
            name => files_in(&tests.join(name))
                .into_iter()
                .filter(|path| ending(path, "snap"))
                .collect(),
        })
        .collect();
    files.extend(files_in(&tests.join("snapshots")));
    files.extend(files_in(&tests.join("refusals")));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        let stem = file.strip_prefix(&tests).expect("below it").with_extension("");
        let stem = stem.to_string_lossy().into_owned();
        if ending(&file, "rs") {
            if stem != "limits" {
                heard.extend(heard_by_tests(&stem, &text));
            }
            continue;
        }
        let lines = text.lines().map(str::to_owned).collect();
        let of_test =
            stem.strip_prefix("snapshots/main__").map(|name| name.replacen("__", "::", 1));
        heard.push((of_test.unwrap_or(stem), lines));
    }
    heard
}

/// The strings of each test of a file.
fn heard_by_tests(file: &str, source: &str) -> Vec<(String, Vec<String>)> {
    let functions = source.split("\nasync fn ").flat_map(|part| part.split("\nfn "));
    let functions = functions.skip(1);
    functions
        .map(|function| {
            let name = function.split('(').next().unwrap_or_default();
            (format!("{file}::{name}"), strings(function).into_iter().map(|one| one.text).collect())
        })
        .collect()
}

#[test]
fn every_refusal_is_on_the_page_with_its_proof() {
    let heard = heard();
    let (mut silent, mut rows) = (Vec::new(), String::new());
    for text in said() {
        let parts = parts(&text);
        let proof = heard.iter().find(|(_, lines)| lines.iter().any(|line| says(line, &parts)));
        match proof.map(|(proof, _)| proof) {
            None if SAID_BY_NONE.contains(&text.as_str()) => {}
            None => silent.push(text),
            // Plans and cases are not about refusals.
            Some(proof) if proof.starts_with("snapshots/") => {}
            Some(proof) => {
                let text = text.trim().replace('|', "\\|");
                writeln!(rows, "| {text} | `{proof}` |").expect("text");
            }
        }
    }
    assert!(silent.is_empty(), "no test provokes\n{}", silent.join("\n"));
    let page = page();
    let (by_hand, written) = page.split_once(WORD_FOR_WORD).expect("the mark");
    let word_for_word = format!("\n| said | proof |\n|---|---|\n{rows}");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        let page = format!("{by_hand}{WORD_FOR_WORD}{word_for_word}");
        std::fs::write(root().join("docs/limits.md"), page).expect("the page is written");
    } else {
        assert!(
            written == word_for_word,
            "`INSTA_UPDATE=always cargo test limits` writes docs/limits.md"
        );
    }
}
