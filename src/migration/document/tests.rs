//! Documents that are read, and the exact words and places of those that are not.

mod bad_json;
mod bad_yaml;
mod good;
mod places;

use serde::Deserialize;

use super::{DocumentError, Format, Positions, read};
use crate::operation::field::{given, present};

/// A file like a migration, in small.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct File {
    operations: Vec<Operation>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Operation {
    AddColumn(AddColumn),
    DropTable(DropTable),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct AddColumn {
    table: String,
    column: Column,
    #[serde(default, deserialize_with = "given")]
    up: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    #[serde(default)]
    nullable: bool,
    #[serde(default, deserialize_with = "present")]
    comment: Option<Option<String>>,
    size: Option<u8>,
    on_delete: Option<ReferentialAction>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum ReferentialAction {
    Cascade,
    Restrict,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct DropTable {
    name: String,
}

fn json(text: &str) -> Result<(File, Positions), DocumentError> {
    read("f.json", text, Format::Json)
}

fn yaml(text: &str) -> Result<(File, Positions), DocumentError> {
    read("f.yaml", text, Format::Yaml)
}

/// Reads each text, which must be refused in these words.
#[track_caller]
fn refused(format: Format, table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let found = match read::<File>("f", text, format) {
            Ok((file, _)) => format!("{file:?}"),
            Err(error) => error.to_string(),
        };
        if found != *expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
