//! The pages in `docs/operations`: what the page of an operation's source says, an example from
//! `operations/`, and the fields as the JSON Schema describes them. `INSTA_UPDATE=always` writes them.
//! And the links of all pages.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use straddle::migration::{self, Source, json_schema};

use crate::server::variable;

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn read(relative: &str) -> String {
    std::fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// The operations in the order of the source: key, type.
fn operations(schema: &Value) -> Vec<(String, String)> {
    let variants = schema["$defs"]["Operation"]["oneOf"].as_array().expect("one schema a variant");
    let one = |variant: &Value| {
        let properties = variant["properties"].as_object().expect("an object");
        let (key, value) = properties.iter().next().expect("one key");
        (key.clone(), referenced(value).expect("a type of its own").to_owned())
    };
    variants.iter().map(one).collect()
}

/// The type that a schema refers to.
fn referenced(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// The page of an operation's source: its first sentence, and what follows the example there.
fn prose(key: &str) -> (String, String) {
    let source = read(&format!("src/operation/{key}.rs"));
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let text = lines.join("\n");
    let (first, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let first = first.split_once(": ").map_or(first, |(_, sentence)| sentence);
    // The example is the one of `operations/`.
    let mut parts = rest.split("```");
    let rest = match (parts.next(), parts.next(), parts.next()) {
        (Some(before), Some(_), Some(after)) => format!("{before}{after}"),
        _ => rest.to_owned(),
    };
    (first.replace('\n', " "), rest.trim().to_owned())
}

/// What a field may hold, in a word or a link to the table that tells.
fn kind(field: &Value, types: &mut Vec<String>) -> String {
    if let Some(name) = referenced(field) {
        types.push(name.to_owned());
        return format!("[{name}](#{})", name.to_lowercase());
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(several) = field[key].as_array() {
            let kinds: Vec<String> = several.iter().map(|one| kind(one, types)).collect();
            return kinds
                .into_iter()
                .filter(|kind| !kind.is_empty())
                .collect::<Vec<_>>()
                .join(" or ");
        }
    }
    if let Some(only) = field["const"].as_str() {
        return format!("`{only}`");
    }
    let words = match &field["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => vec![one.as_str().unwrap_or("anything")],
    };
    match words.as_slice() {
        ["array"] => format!("list of {}", kind(&field["items"], types)),
        ["object"] if field["additionalProperties"].is_object() => {
            format!("map to {}", kind(&field["additionalProperties"], types))
        }
        words => {
            words.iter().filter(|word| **word != "null").copied().collect::<Vec<_>>().join(" or ")
        }
    }
}

/// The fields of a type, and then those of the types that they refer to.
fn fields(schema: &Value, name: &str) -> String {
    let mut text = String::new();
    let (mut waiting, mut told) = (vec![name.to_owned()], BTreeSet::new());
    while let Some(name) = (!waiting.is_empty()).then(|| waiting.remove(0)) {
        if !told.insert(name.clone()) {
            continue;
        }
        let definition = &schema["$defs"][&name];
        let is_first = told.len() == 1;
        let heading = if is_first { "## Fields".to_owned() } else { format!("### {name}") };
        writeln!(text, "{heading}\n").expect("text");
        if let (false, Some(description)) = (is_first, definition["description"].as_str()) {
            writeln!(text, "{}\n", description.replace('\n', " ")).expect("text");
        }
        match definition["properties"].as_object() {
            Some(properties) => text.push_str(&table(definition, properties, &mut waiting)),
            None => text.push_str(&values(definition)),
        }
    }
    text
}

fn table(definition: &Value, properties: &Map<String, Value>, types: &mut Vec<String>) -> String {
    let required = definition["required"].as_array().cloned().unwrap_or_default();
    let mut text = String::from("| field | holds | |\n|---|---|---|\n");
    for (name, field) in properties {
        let must = if required.contains(&Value::from(name.as_str())) { " (required)" } else { "" };
        let holds = kind(field, types).replace('|', "\\|");
        let says = field["description"].as_str().unwrap_or_default().replace('\n', " ");
        writeln!(text, "| `{name}`{must} | {holds} | {} |", says.replace('|', "\\|"))
            .expect("text");
    }
    text + "\n"
}

/// The values of a type that is one of several words.
fn values(definition: &Value) -> String {
    let mut text = String::new();
    for value in definition["oneOf"].as_array().into_iter().flatten() {
        let word = value["const"].as_str().unwrap_or("anything");
        let says = value["description"].as_str().unwrap_or_default().replace('\n', " ");
        writeln!(text, "* `{word}`: {says}").expect("text");
    }
    text + "\n"
}

/// The first example that uses the operation, as it is in its file.
fn example(key: &str, examples: &[Source]) -> String {
    let uses = |source: &&Source| source.migration.operations.iter().any(|one| one.key() == key);
    let source = examples.iter().find(uses).unwrap_or_else(|| panic!("no example of {key}"));
    let name = &source.migration.name;
    let (file, format) = match path(&format!("operations/{name}.json")).exists() {
        true => (format!("operations/{name}.json"), "json"),
        false => (format!("operations/{name}.yaml"), "yaml"),
    };
    format!("## Example\n\n[{file}](../../{file}):\n\n```{format}\n{}```\n", read(&file))
}

/// Compares a page with what it should be.
fn check(file: &str, text: &str) {
    let shown = path(file);
    if variable("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::create_dir_all(shown.parent().expect("a directory")).expect("docs");
        std::fs::write(&shown, text).expect("docs can be written");
    }
    assert!(read(file) == text, "{file}: `INSTA_UPDATE=always cargo test documentation` renews it");
}

#[test]
fn every_operation_has_a_page_with_its_example_and_its_fields() {
    let schema = json_schema();
    let examples = migration::read_directory(&path("operations")).expect("the examples");
    let mut index = String::from("# Operations\n\n| operation | |\n|---|---|\n");
    let operations = operations(&schema);
    for (key, name) in &operations {
        let (first, mut rest) = prose(key);
        // What links to a type in the source links to its page here.
        for (other, name) in &operations {
            rest = rest.replace(&format!("](super::{name})"), &format!("]({other}.md)"));
        }
        let sentence = first[..1].to_uppercase() + &first[1..];
        writeln!(index, "| [`{key}`]({key}.md) | {sentence} |").expect("text");
        let (example, fields) = (example(key, &examples), fields(&schema, name));
        let page = format!("# `{key}`\n\n{sentence}\n\n{rest}\n\n{example}\n{fields}");
        check(&format!("docs/operations/{key}.md"), &format!("{}\n", page.trim_end()));
    }
    check("docs/operations/README.md", &index);
}

/// All pages for readers, by their path from the root of the project.
fn pages() -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for folder in ["", "docs/", "docs/benchmarks/", "docs/operations/"] {
        for entry in std::fs::read_dir(path(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("text");
            if name.ends_with(".md") {
                found.push(format!("{folder}{name}"));
            }
        }
    }
    found.sort();
    found
}

/// The targets of a page's links to other pages and files.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.starts_with("http") && !target.contains(' ')).collect()
}

/// The heading's anchor, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path(&page),
                file => path(&page).parent().expect("a folder").join(file),
            };
            let is_there = target.exists()
                && (heading.is_empty()
                    || std::fs::read_to_string(target).expect("a page").lines().any(|line| {
                        line.starts_with('#')
                            && anchor(line.trim_start_matches(['#', ' '])) == heading
                    }));
            if !is_there {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}
