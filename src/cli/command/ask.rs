//! What `create` asks where there is somebody to answer: a name, and an operation with its table and
//! columns.

use std::io;

use serde_json::{Map, Value, json};

use super::dialogue::{Dialogue, Others};
use crate::cli::failure::Reason;
use crate::migration;
use crate::operation::Operation;

/// What can be asked for.
const KINDS: [&str; 12] = [
    "create_table",
    "add_column",
    "alter_column",
    "rename_column",
    "drop_column",
    "rename_table",
    "drop_table",
    "create_index",
    "unique constraint",
    "foreign key",
    "sql",
    "none: a file to be filled in",
];

impl Dialogue<'_> {
    /// What a migration does, in a few words.
    pub(super) fn words(&mut self) -> io::Result<String> {
        self.needed("What does it do, in a few words (the name of the file)")
    }

    /// Operations, one after the other.
    pub(super) fn operations(&mut self) -> Result<Vec<Operation>, Reason> {
        let mut operations = Vec::new();
        let kinds = KINDS.map(str::to_owned);
        loop {
            let kind = self.choice("Which operation", &kinds, Others::Refused)?;
            let fields = match kind.as_str() {
                "create_table" => self.create_table()?,
                "create_index" => self.create_index()?,
                "unique constraint" | "foreign key" => self.create_constraint(&kind)?,
                "sql" => {
                    let up = self.needed("SQL")?;
                    let down = self.optional("SQL that takes it back (nothing: none)")?;
                    object([("up", Some(up)), ("down", down)])
                }
                "rename_table" => {
                    let from = self.table("Which table")?;
                    object([("from", Some(from)), ("to", Some(self.needed("Its new name")?))])
                }
                "drop_table" => object([("name", Some(self.table("Which table")?))]),
                column if column.ends_with("_column") => self.of_column(column)?,
                _ => return Ok(operations),
            };
            let name = if kind.contains(' ') { "create_constraint" } else { kind.as_str() };
            let text = json!({ name: fields }).to_string();
            let read = migration::read_operation(&text);
            operations.push(read.map_err(|error| Reason::Document(vec![error]))?);
            if !self.agrees("Another operation")? {
                return Ok(operations);
            }
        }
    }

    fn of_column(&mut self, kind: &str) -> io::Result<Value> {
        let table = self.table("Which table")?;
        if kind == "add_column" {
            return self.add_column(&table);
        }
        let column = self.column("Which column", &table)?;
        let mut fields = Map::from_iter([("table".to_owned(), json!(table))]);
        let mut set = |field: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(field.to_owned(), json!(value));
            }
        };
        match kind {
            "rename_column" => {
                set("from", Some(column));
                set("to", Some(self.needed("Its new name")?));
            }
            "drop_column" => {
                set("column", Some(column));
                let question =
                    "What the old version finds in new rows, as SQL (nothing: its default)";
                set("down", self.optional(question)?);
            }
            _ => {
                set("column", Some(column));
                let new_type = self.optional("Its new type (nothing: as it is)")?;
                set("type", new_type);
                let question = "Its new value, as SQL over the old row (nothing: the old one)";
                set("up", self.optional(question)?);
                let question = "Its old value, as SQL over the new row (nothing: the new one)";
                set("down", self.optional(question)?);
                if self.agrees("May it no longer be NULL")? {
                    fields.insert("nullable".into(), json!(false));
                }
            }
        }
        Ok(Value::Object(fields))
    }

    fn add_column(&mut self, table: &str) -> io::Result<Value> {
        let name = self.needed("Name of the column")?;
        let of_type = self.needed("Its type")?;
        let mut column =
            Map::from_iter([("name".to_owned(), json!(name)), ("type".to_owned(), json!(of_type))]);
        if let Some(default) = self.optional("Its default, as SQL (nothing: none)")? {
            column.insert("default".into(), json!(default));
        }
        let nullable = self.agrees("May it be NULL")?;
        if nullable {
            column.insert("nullable".into(), json!(true));
        }
        let mut fields = json!({ "table": table, "column": Value::Object(column.clone()) });
        if !nullable && !column.contains_key("default") {
            fields["up"] = json!(self.needed("What rows that are there have in it, as SQL")?);
        }
        Ok(fields)
    }

    fn create_table(&mut self) -> io::Result<Value> {
        let name = self.needed("Name of the table")?;
        let mut columns = Vec::new();
        loop {
            let question = match columns.is_empty() {
                true => "The primary key, as `name type`",
                false => "A column, as `name type` or `name type NULL` (nothing: no more)",
            };
            let Some(answer) = self.optional(question)? else {
                if columns.is_empty() {
                    continue;
                }
                return Ok(json!({ "name": name, "columns": columns }));
            };
            let Some((column, of_type)) = answer.split_once(' ') else {
                self.say("  a name and a type, such as `id bigint`")?;
                continue;
            };
            let of_type = of_type.trim();
            let without = of_type.to_ascii_lowercase().strip_suffix(" null").map(str::len);
            let mut definition =
                json!({ "name": column, "type": &of_type[..without.unwrap_or(of_type.len())] });
            if columns.is_empty() {
                definition["pk"] = json!(true);
            } else if without.is_some() {
                definition["nullable"] = json!(true);
            }
            columns.push(definition);
        }
    }

    fn create_index(&mut self) -> io::Result<Value> {
        let table = self.table("Which table")?;
        let columns = self.columns(&table)?;
        let name = self.name(&format!("{table}_{}_idx", columns.join("_")))?;
        let by: Vec<Value> = columns.iter().map(|column| json!({ "column": column })).collect();
        let mut fields = json!({ "name": name, "table": table, "columns": by });
        if self.agrees("Is it unique")? {
            fields["unique"] = json!(true);
        }
        Ok(fields)
    }

    fn create_constraint(&mut self, kind: &str) -> io::Result<Value> {
        let table = self.table("Which table")?;
        let columns = self.columns(&table)?;
        if kind == "unique constraint" {
            let name = self.name(&format!("{table}_{}_key", columns.join("_")))?;
            return Ok(
                json!({ "name": name, "table": table, "type": "unique", "columns": columns }),
            );
        }
        let other = self.table("To which table")?;
        let referenced = self.columns(&other)?;
        let name = self.name(&format!("{table}_{}_fkey", columns.join("_")))?;
        let references = json!({ "table": other, "columns": referenced });
        Ok(json!({ "name": name, "table": table, "type": "foreign_key", "columns": columns,
            "references": references }))
    }
}

/// An object of what was answered.
fn object<const N: usize>(fields: [(&str, Option<String>); N]) -> Value {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Value::Object(given.map(|(name, value)| (name.to_owned(), json!(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::dialogue::Tables;
    use super::*;
    use crate::migration::document::Format;

    /// What is written, and what was asked, for these answers.
    fn asked(answers: &str) -> (String, String) {
        let columns = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let tables = vec![
            ("orders".to_owned(), columns(&["id", "total"])),
            ("users".to_owned(), columns(&["id", "email"])),
        ];
        let mut output = Vec::new();
        let mut dialogue =
            Dialogue { input: &mut answers.as_bytes(), output: &mut output, tables: &tables };
        let operations = dialogue.operations().expect("operations");
        let output = String::from_utf8(output).expect("text");
        (migration::new_text(operations, Format::Yaml), output)
    }

    #[test]
    fn the_columns_of_a_table_are_offered() {
        let (text, output) = asked("rename_column\n2\n2\nmail\n\n");
        assert_eq!(
            text,
            "operations:\n  - rename_column:\n      table: users\n      from: email\n      to: mail\n"
        );
        assert!(
            output.ends_with(
                "Which operation:    1 orders\n   2 users\nWhich table:    1 id\n   2 email\nWhich \
             column: Its new name: Another operation [y/N]: "
            ),
            "{output}"
        );
    }

    #[test]
    fn each_kind_becomes_an_operation() {
        let answers = "
1\nshop\nid bigint\nname\nname text\nnote text NULL\n\ny
2\nshop\nopen\nboolean\n\nn\ntrue\ny
2\nshop\nsince\ndate\n\ny\ny
3\nusers\nemail\nvarchar(320)\n\n\ny\ny
5\norders\ntotal\n0\ny
6\norders\nsales\ny
7\nusers\ny
8\norders\n1\ny\n2\n\n\ny\ny
9\nusers\nemail\n\nmine\ny
10\norders\nid\n\nusers\nid\n\n\ny
11\nSELECT 1\n\ny
12\n";
        let (text, output) = asked(answers);
        assert!(output.contains("a name and a type"));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_end_of_the_answers_is_an_error() {
        let tables = Tables::new();
        let mut dialogue =
            Dialogue { input: &mut "add\n".as_bytes(), output: &mut Vec::new(), tables: &tables };
        assert!(dialogue.words().is_ok());
        assert!(dialogue.operations().is_err());
    }
}
