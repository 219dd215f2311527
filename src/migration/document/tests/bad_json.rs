//! JSON that is refused.

use super::{Format, refused};

#[test]
fn text_that_is_no_json() {
    refused(
        Format::Json,
        &[
            ("", "f:1:1: the file is empty"),
            (" \n ", "f:1:1: the file is empty"),
            (
                "{\n  \"operations\": [\n    {\"drop_table\": {\"name\": \"a\"}},\n",
                "f:3:35 operations: the file ends before the `[` of line 2 is closed",
            ),
            (
                "{\"operations\": [\n",
                "f:1:17 operations: the file ends before the `[` of line 1 is closed",
            ),
            ("{\"operations\":", "f:1:15: the file ends before the `{` of line 1 is closed"),
            ("{\"operations\"", "f:1:14: the file ends before the `{` of line 1 is closed"),
            ("{\"opera", "f:1:2: the file ends within this string"),
            ("{\"operations\": []} {}", "f:1:20: expected the end of the file, found `{`"),
            ("{\"operations\": [],}", "f:1:18: a comma with nothing after it"),
            ("{\"operations\": [1 2]}", "f:1:19 operations: expected `,` or `]`, found `2`"),
            ("{\"operations\" []}", "f:1:15: expected `:` after `operations`, found `[`"),
            ("{operations: []}", "f:1:2: expected a field's name in double quotes, found `o`"),
            (
                "{'operations': []}",
                "f:1:2: expected a field's name in double quotes, found `'`; JSON takes double quotes only",
            ),
            (
                "{ // why\n}",
                "f:1:3: expected a field's name in double quotes, found `/`; JSON has no comments",
            ),
            ("{\"operations\": [\"a\\qb\"]}", "f:1:20 operations[0]: invalid escape in a string"),
            (
                "{\"operations\": [\"\\ud800\"]}",
                "f:1:24 operations[0]: unexpected end of hex escape in a string",
            ),
            ("{\"operations\": [\"a\tb\"]}", "f:1:19 operations[0]: within a string, write `\\t`"),
            (
                "{\"operations\": [\"a\n\"]}",
                "f:1:17 operations[0]: this string does not end on its line; for a line break in it, write `\\n`",
            ),
            (
                "{\"operations\": True}",
                "f:1:16 operations: `True` is not JSON; a string needs double quotes",
            ),
            ("{\"operations\": 01}", "f:1:16 operations: `01` is not a number of JSON"),
            ("{\"operations\": +1}", "f:1:16 operations: `+1` is not a number of JSON"),
            ("{\"operations\": [;]}", "f:1:17 operations[0]: expected a value, found `;`"),
            ("é", "f:1:1: `é` is not JSON; a string needs double quotes"),
            (
                &("[".repeat(200) + &"]".repeat(200)),
                "f:1:102: more than 100 lists and objects within each other",
            ),
        ],
    );
}

#[test]
fn values_that_do_not_fit() {
    refused(
        Format::Json,
        &[
            ("[]", "f:1:1: expected an object, found a list"),
            ("null", "f:1:1: expected an object, found null"),
            ("{}", "f:1:1: missing field `operations`"),
            ("{\"operations\": {}}", "f:1:16 operations: expected a list, found an object"),
            (
                "{\"operations\": [], \"operation\": 1}",
                "f:1:20 operation: unknown field `operation`; did you mean `operations`? allowed: `operations`",
            ),
            (
                "{\"operations\": [],\n \"operations\": []}",
                "f:2:2 operations: field `operations` is given twice, first on line 1",
            ),
            (
                "{\"x\": {\"a\": 1, \"a\": 2}, \"operations\": []}",
                "f:1:16 x.a: field `a` is given twice, first on line 1",
            ),
            (
                "{\"operations\": [{\"add_colum\": {}}]}",
                "f:1:18 operations[0].add_colum: unknown operation `add_colum`; did you mean `add_column`? allowed: `add_column`, `drop_table`",
            ),
            (
                "{\"operations\": [{\"vacuum\": {}}]}",
                "f:1:18 operations[0].vacuum: unknown operation `vacuum`; allowed: `add_column`, `drop_table`",
            ),
            (
                "{\"operations\": [\"drop_table\"]}",
                "f:1:17 operations[0]: `drop_table` needs its fields: `drop_table: ...`",
            ),
            (
                "{\"operations\": [\"dropTable\"]}",
                "f:1:17 operations[0]: unknown operation `dropTable`; did you mean `drop_table`? allowed: `add_column`, `drop_table`",
            ),
            (
                "{\"operations\": [7]}",
                "f:1:17 operations[0]: expected an operation (one of `add_column`, `drop_table`), found the number `7`",
            ),
            (
                "{\"operations\": [{}]}",
                "f:1:17 operations[0]: an empty object; expected one field, the operation",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"name\": \"a\"}, \"add_column\": {}}]}",
                "f:1:47 operations[0].add_column: `add_column` cannot stand beside `drop_table`: one field is expected, the operation",
            ),
            (
                "{\"operations\": [{\"drop_table\": null}]}",
                "f:1:32 operations[0].drop_table: expected an object, found null",
            ),
            (
                "{\"operations\": [{\"drop_table\": [\"name\"]}]}",
                "f:1:32 operations[0].drop_table: expected an object, found a list",
            ),
            (
                "{\"operations\": [\n  {\"drop_table\": {\n  }\n}]}",
                "f:2:18 operations[0].drop_table: missing field `name`",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"nmae\": \"a\"}}]}",
                "f:1:33 operations[0].drop_table.nmae: unknown field `nmae`; did you mean `name`? allowed: `name`",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"name\": 3}}]}",
                "f:1:41 operations[0].drop_table.name: expected a string, found the number `3`",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"name\": null}}]}",
                "f:1:41 operations[0].drop_table.name: expected a string, found null (for the text, write it in quotes: \"null\")",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"name\": true}}]}",
                "f:1:41 operations[0].drop_table.name: expected a string, found `true`",
            ),
            (
                "{\"operations\": [{\"drop_table\": {\"name\": {\"a\": 1}}}]}",
                "f:1:41 operations[0].drop_table.name: expected a string, found an object",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "colum": {}}}]}"#,
                "f:1:47 operations[0].add_column.colum: unknown field `colum`; did you mean `column`? allowed: `table`, `column`, `up`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c"}, "up": null}}]}"#,
                "f:1:78 operations[0].add_column.up: expected a string, found null (for the text, write it in quotes: \"null\")",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "nullable": "yes"}}}]}"#,
                "f:1:83 operations[0].add_column.column.nullable: expected `true` or `false`, found the string `yes`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "comment": 1.50}}}]}"#,
                "f:1:82 operations[0].add_column.column.comment: expected a string, found the number `1.50`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "size": 300}}}]}"#,
                "f:1:79 operations[0].add_column.column.size: expected a whole number from 0 to 255, found the number `300`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "size": "many"}}}]}"#,
                "f:1:79 operations[0].add_column.column.size: expected a whole number from 0 to 255, found the string `many`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "on_delete": "CASCADES"}}}]}"#,
                "f:1:84 operations[0].add_column.column.on_delete: unknown referential action `CASCADES`; did you mean `CASCADE`? allowed: `CASCADE`, `RESTRICT`",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "on_delete": {"CASCADE": 1}}}}]}"#,
                "f:1:96 operations[0].add_column.column.on_delete.CASCADE: `CASCADE` stands alone, without fields",
            ),
            (
                r#"{"operations": [{"add_column": {"table": "t", "column": {"name": "c", "a.b": 1}}}]}"#,
                "f:1:71 operations[0].add_column.column.\"a.b\": unknown field `a.b`; allowed: `name`, `nullable`, `comment`, `size`, `on_delete`",
            ),
        ],
    );
}
