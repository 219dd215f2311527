//! What README, the pages in `docs` and the help of commands show can be typed as it stands there.

use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser as _};

use super::Arguments;

/// The pages that show commands.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).expect("the pages");
    let docs = docs.map(|entry| entry.expect("a page").path());
    let docs = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    docs.chain([root.join("README.md")]).collect()
}

/// The command line that begins with `straddle` in a line of a block of code: up to a comment, a pipe, a
/// redirection, or the blanks before an explanation. Help explains without a `#`.
fn command_line(line: &str) -> Option<Vec<String>> {
    let line = line.strip_prefix("    ").or(line.strip_prefix("  "))?;
    let line = line.rsplit_once("| ").map_or(line, |(_, last)| last);
    let line = line.strip_prefix("straddle ")?;
    let line = line.find("   ").map_or(line, |blanks| &line[..blanks]);
    let mut words = vec!["straddle".to_owned()];
    for (number, part) in line.split('\'').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    let end = words.iter().position(|word| word == ">" || word == "#");
    words.truncate(end.unwrap_or(words.len()));
    Some(words)
}

/// Asserts that they can be typed, and that there are any.
fn assert_can_be_typed(whose: &str, text: &str) -> usize {
    let lines: Vec<Vec<String>> = text.lines().filter_map(command_line).collect();
    for line in &lines {
        if let Err(error) = Arguments::try_parse_from(line) {
            panic!("{whose}: `{}`\n{error}", line.join(" "));
        }
    }
    lines.len()
}

#[test]
fn commands_of_the_pages_can_be_typed() {
    let mut shown = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        shown += assert_can_be_typed(&page.display().to_string(), &text);
    }
    assert!(shown > 40, "{shown} commands were found");
}

#[test]
fn commands_of_the_help_can_be_typed() {
    let whole = Arguments::command();
    let mut shown = 0;
    for command in [&whole].into_iter().chain(whole.get_subcommands()) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        shown += assert_can_be_typed(command.get_name(), &help);
    }
    assert!(shown > 30, "{shown} commands were found");
}
