//! Paths to lines and columns.

use super::super::{Format, Positions, read};
use super::{json, yaml};

fn places(text: &str, format: Format) -> Positions {
    let read = read::<serde_json::Value>("f", text, format);
    read.expect("is a document").1
}

#[test]
fn values_by_path() {
    let text = "# head\noperations:\n- add_column:\n    table: té\n    up: |\n      a\n    \"a.b\": [1, {x: 2}]\n    a: {b: 3}\n    none:\n";
    let places = places(text, Format::Yaml);
    let table = [
        ("", "2:1"),
        ("operations", "3:1"),
        ("operations[0]", "3:3"),
        ("operations[0].add_column", "4:5"),
        ("operations[0].add_column.table", "4:12"),
        ("operations[0].add_column.up", "6:7"),
        ("operations[0].add_column.\"a.b\"[1].x", "7:20"),
        ("operations[0].add_column.a.b[1]", "7:16"),
        ("operations[0].add_column.a", "8:8"),
        ("operations[0].add_column.none", "9:9"),
    ];
    for (path, place) in table {
        assert_eq!(places.of(path).map(|p| p.to_string()).as_deref(), Some(place), "{path}");
    }
    let around = [
        ("operations[1]", "3:1"),
        ("operations[0].add_column.tabl", "4:5"),
        ("operations[0].add_column.tables", "4:5"),
        ("operations[x].a", "3:1"),
        ("nothing.at.all", "2:1"),
    ];
    for (path, place) in around {
        assert_eq!(places.of(path), None, "{path}");
        assert_eq!(places.nearest(path).to_string(), place, "{path}");
    }
}

#[test]
fn values_by_path_in_json() {
    let places = places("{\n  \"a\": [\n    {\"é\": 1, \"b\": \"x\"}\n  ]\n}", Format::Json);
    for (path, place) in [("", "1:1"), ("a", "2:8"), ("a[0]", "3:5"), ("a[0].b", "3:19")] {
        assert_eq!(places.of(path).map(|p| p.to_string()).as_deref(), Some(place), "{path}");
    }
}

/// The character of `^` in the text must be found as the first `$` of the value.
#[test]
fn characters_within_texts() {
    let exact = [
        ("{\"a\": \"lower($x)\"}", Format::Json),
        ("{\"a\": \"é\\\"\\u00e9\\ud83d\\ude00\\n$x\"}", Format::Json),
        ("a: lower($x)\n", Format::Yaml),
        ("a: 'it''s $x'\n", Format::Yaml),
        ("a: \"\\x41\\U0001F600\\t$x\"\n", Format::Yaml),
        ("a: |\n  first\n\n    second $x\n  third\n", Format::Yaml),
        ("a: |-\n\n\n  é $x\n", Format::Yaml),
        ("a: |2\n     $x\n", Format::Yaml),
        ("a: |\r\n  b\r\n  é$x\r\n", Format::Yaml),
        ("a: >-\n  one $x\n", Format::Yaml),
        ("a: one $x\n  two\n", Format::Yaml),
    ];
    for (text, format) in exact {
        let (value, places) = read::<serde_json::Value>("f", text, format).expect("is a document");
        let decoded = value["a"].as_str().expect("is a text");
        let offset = decoded.chars().position(|c| c == '$').expect("is marked");
        let found = places.inside("a", offset);
        let line = text.split('\n').nth(found.line - 1).expect("is a line");
        assert_eq!(line.chars().nth(found.column - 1), Some('$'), "{text:?} at {found}");
    }
}

#[test]
fn characters_whose_place_is_not_certain() {
    let table = [
        ("a: one\n  two $x\n", 8, "1:4"),
        ("a: >-\n  one\n  two $x\n", 8, "2:3"),
        ("a: \"one\n  two\"\n", 4, "1:4"),
        ("a: b\n", 2, "1:4"),
        ("a: 'b'\n", 3, "1:4"),
        ("a: [b]\n", 1, "1:4"),
    ];
    for (text, offset, place) in table {
        let places = places(text, Format::Yaml);
        assert_eq!(places.inside("a", offset).to_string(), place, "{text:?}");
    }
}

#[test]
fn ends_of_texts_and_bare_words() {
    let table = [
        ("a: b\n", 1, "1:5"),
        ("a: 'b'\n", 1, "1:6"),
        ("a: |\n  bc\n\n", 3, "2:5"),
        ("a: 1.50\n", 2, "1:6"),
        ("a: |\n\nb: 1\n", 0, "1:4"),
    ];
    for (text, offset, place) in table {
        let places = places(text, Format::Yaml);
        assert_eq!(places.inside("a", offset).to_string(), place, "{text:?}");
    }
}

#[test]
fn the_line_with_a_caret() {
    let yaml = yaml("operations:\n  - add_column:\n      colum: c\n").expect_err("no `colum`");
    assert_eq!(yaml.snippet(), "3 |       colum: c\n  |       ^^^^^");
    let json = json("{\"operations\": [\n\t{\"drop_table\": {\"name\":3}}]}").expect_err("3");
    assert_eq!(
        json.snippet(),
        "2 |  {\"drop_table\": {\"name\":3}}]}\n  |                         ^"
    );
    let end = super::json("{\"operations\": [\n\n").expect_err("not closed");
    assert_eq!(end.snippet(), "1 | {\"operations\": [\n  |                 ^");
    let long = format!("{{\"a\": \"{}\", \"a\": 1}}", "x".repeat(500));
    let long = super::json(&long).expect_err("twice");
    let caret = long.snippet().lines().nth(1).expect("has two lines");
    assert_eq!(caret, format!("  | {}^^^", " ".repeat(60)));
}

#[test]
fn errors_of_later_checks() {
    let places = places("a:\n  b: 1\n", Format::Yaml);
    let error = places.error("a.b", "is too small");
    assert_eq!(error.to_string(), "f:2:6 a.b: is too small");
    assert_eq!(error.snippet(), "2 |   b: 1\n  |      ^");
    assert_eq!(places.error("a.c", "is missing").to_string(), "f:2:3 a.c: is missing");
    assert_eq!(places.snippet(places.nearest("a")), "2 |   b: 1\n  |   ^");
    assert_eq!(places.file(), "f");
}
