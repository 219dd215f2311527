//! Documents that are read, and as what.

use serde::Deserialize;
use serde::de::{self, Visitor};

use super::super::{DocumentError, Format, read, read_bytes};
use super::{File, Operation, ReferentialAction, json, yaml};

fn names(text: &str) -> Vec<String> {
    let read = read::<Vec<String>>("f.yaml", text, Format::Yaml);
    read.map(|(names, _)| names).unwrap_or_else(|error| vec![error.to_string()])
}

#[test]
fn words_are_texts_where_texts_are_wanted() {
    let text = "[n, y, on, no, off, 1.50, 0x1F, 007, True, .inf, 1e3, 'null', !!str null, ! 1]";
    let spelled = "n, y, on, no, off, 1.50, 0x1F, 007, True, .inf, 1e3, null, null, 1";
    assert_eq!(names(text).join(", "), spelled);
    assert_eq!(
        names("- ~\n"),
        ["f.yaml:1:3 [0]: expected a string, found null (for the text, write it in quotes: \"~\")"]
    );
}

#[test]
fn words_have_the_meaning_of_the_core_schema() {
    let text = "[n, on, -1, +2, 0x1F, 0o17, 1., .5, 1e3, True, ~, '1', 1.2.3, 0x, ., 18446744073709551615, --1]";
    let (found, _) = read::<serde_json::Value>("f.yaml", text, Format::Yaml).expect("is YAML");
    let meant = serde_json::json!([
        "n",
        "on",
        -1,
        2,
        31,
        15,
        1.0,
        0.5,
        1000.0,
        true,
        null,
        "1",
        "1.2.3",
        "0x",
        ".",
        18446744073709551615u64,
        "--1"
    ]);
    assert_eq!(found, meant);
}

#[test]
fn json_is_what_serde_json_takes_it_for() {
    let text = r#" {"a": [1, -2, 3.5e2, "x\u00e9\ud83d\ude00\n\/", true, null, {}, []], "": ""} "#;
    let (found, _) = read::<serde_json::Value>("f.json", text, Format::Json).expect("is JSON");
    let (also, _) = read::<serde_json::Value>("f.yaml", text, Format::Yaml).expect("is YAML");
    assert_eq!(found, serde_json::from_str::<serde_json::Value>(text).expect("is JSON"));
    assert_eq!(found, also);
}

#[test]
fn absent_null_and_a_value_are_three() {
    let comment = |file: Result<(File, _), DocumentError>| {
        let (mut file, _) = file.expect("is a file");
        match file.operations.remove(0) {
            Operation::AddColumn(add) => add.column.comment,
            other => panic!("{other:?}"),
        }
    };
    let in_json = |field: &str| {
        comment(json(&format!(
            r#"{{"operations": [{{"add_column": {{"table": "t", "column": {{"name": "c"{field}}}}}}}]}}"#
        )))
    };
    let in_yaml = |field: &str| {
        comment(yaml(&format!(
            "operations: [{{add_column: {{table: t, column: {{name: c{field}}}}}}}]"
        )))
    };
    assert_eq!(in_json(""), None);
    assert_eq!(in_json(r#", "comment": null"#), Some(None));
    assert_eq!(in_json(r#", "comment": "x""#), Some(Some("x".to_owned())));
    assert_eq!(in_yaml(""), None);
    assert_eq!(in_yaml(", comment: null"), Some(None));
    assert_eq!(in_yaml(", comment: "), Some(None));
    assert_eq!(in_yaml(", comment: 'null'"), Some(Some("null".to_owned())));
    assert_eq!(in_yaml(", comment: 100"), Some(Some("100".to_owned())));
}

#[test]
fn aliases_repeat_values() {
    let text = "operations:\n  - drop_table: &x {name: a}\n  - drop_table: *x\n";
    let (file, places) = yaml(text).expect("is a file");
    assert_eq!(file.operations[0], file.operations[1]);
    // What is repeated stands where it is written.
    assert_eq!(places.nearest("operations[1].drop_table.name").to_string(), "2:27");
}

#[test]
fn variants_without_fields() {
    let read = |text| read::<Vec<ReferentialAction>>("f.yaml", text, Format::Yaml);
    let (found, _) = read("[CASCADE, RESTRICT: ]").expect("are actions");
    assert_eq!(found, [ReferentialAction::Cascade, ReferentialAction::Restrict]);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let text = "\u{feff}{\"operations\": [1]}";
    for format in [Format::Json, Format::Yaml] {
        let error = read_bytes::<File>("f", text.as_bytes(), format).expect_err("1 is none");
        assert_eq!(error.position.to_string(), "1:17");
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    let refused = |bytes: &[u8]| {
        let error = read_bytes::<File>("f.json", bytes, Format::Json).expect_err("is not UTF-8");
        error.to_string()
    };
    assert_eq!(refused(b"{\n \"\xc3\xa9\xff"), "f.json:2:4: the file is not UTF-8 from here on");
    assert_eq!(refused(b"\xef\xbb\xbf{\xff"), "f.json:1:2: the file is not UTF-8 from here on");
    assert_eq!(refused(b"\xff\xfe{\0"), "f.json:1:1: the file is UTF-16; save it as UTF-8");
}

#[test]
fn formats_by_extension() {
    let table = [
        ("a/01.json", Some(Format::Json)),
        ("01.yaml", Some(Format::Yaml)),
        ("01.YML", Some(Format::Yaml)),
        ("01.sql", None),
        ("json", None),
    ];
    for (path, format) in table {
        assert_eq!(Format::of(path), format, "{path}");
    }
}

/// A name, or an object that has one.
#[derive(Debug, PartialEq)]
struct Named(String);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Named;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name or an object with `name`")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Named, E> {
                Ok(Named(name.to_owned()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Named, A::Error> {
                let table =
                    super::DropTable::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Named(table.name))
            }
        }
        deserializer.deserialize_string(Either)
    }
}

#[test]
fn a_visitor_of_one_or_the_other() {
    let read = |text| read::<Vec<Named>>("f", text, Format::Yaml);
    let (found, _) = read("[a, 1, {name: b}]").expect("are names");
    assert_eq!(found, ["a", "1", "b"].map(|name| Named(name.to_owned())));
    let words = |text| read(text).expect_err("is none").to_string();
    assert_eq!(words("[[]]"), "f:1:2 [0]: expected a name or an object with `name`, found a list");
    assert_eq!(
        words("[a, {nam: b}]"),
        "f:1:6 [1].nam: unknown field `nam`; did you mean `name`? allowed: `name`"
    );
    assert_eq!(words("[a, {}]"), "f:1:5 [1]: missing field `name`");
}
