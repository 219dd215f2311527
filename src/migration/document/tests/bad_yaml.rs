//! YAML that is refused.

use super::{Format, refused};

#[test]
fn text_that_is_no_yaml() {
    refused(
        Format::Yaml,
        &[
            ("", "f:1:1: the file is empty"),
            ("\n\n", "f:1:1: the file is empty"),
            ("# later\n", "f:1:1: the file holds nothing but comments"),
            (
                "operations: []\n---\noperations: []\n",
                "f:2:1: a second YAML document begins here; a file holds one",
            ),
            (
                "operations: []\n...\nmore\n",
                "f:3:1: a second YAML document begins here; a file holds one",
            ),
            (
                "operations:\n\t- drop_table:\n",
                "f:2:1 operations: YAML is indented with spaces; here is a tab",
            ),
            (
                "operations:\n  - drop_table:\n\t\tname: a\n",
                "f:3:1 operations[0].drop_table: YAML is indented with spaces; here is a tab",
            ),
            (
                "operations:\n  - drop_table:\n      name: a\n\t  x: b\n",
                "f:4:1 operations[0].drop_table.name: YAML is indented with spaces; here is a tab",
            ),
            (
                "operations: [\n  {drop_table: {name: a}},\n",
                "f:1:13 operations[1]: this `[` is not closed",
            ),
            (
                "operations:\n  - drop_table:\n      name: 'a\n",
                "f:3:15 operations[0].drop_table.name: a quote before this is not closed, or its text is not indented here",
            ),
            (
                "operations:\n  - drop_table:\n      name: \"a\n",
                "f:3:15 operations[0].drop_table.name: a quote before this is not closed, or its text is not indented here",
            ),
            (
                "operations: a: b\n",
                "f:1:14: `: ` cannot stand here; a text with it needs quotes, a field its own line, indented as its neighbours",
            ),
            ("operations: []\nmore\n", "f:2:1: expected a field, `name: value`"),
            ("operations: @x\n", "f:1:13 operations: a value that begins with `@` needs quotes"),
            (
                "operations: *nope\n",
                "f:1:13 operations: no such anchor before this alias; a text that begins with `*` needs quotes",
            ),
            (
                "operations: * 2\n",
                "f:1:13 operations: a text that begins with `*` or `&` needs quotes",
            ),
            (
                "operations: &a [*a]\n",
                "f:1:17 operations[0]: an alias cannot stand within the value it repeats",
            ),
            (
                "operations: !now []\n",
                "f:1:13 operations: YAML tags such as `!now` are not read here",
            ),
            (
                "operations: !!int 1\n",
                "f:1:13 operations: YAML tags such as `!!int` are not read here",
            ),
            ("? [a]\n: b\n", "f:1:3: the name of a field is a plain text"),
            (
                "a: &a {x: 1}\nb:\n  <<: *a\n",
                "f:3:3 b.<<: merge keys (`<<`) are not part of YAML 1.2",
            ),
            (
                "operations: \"\\q\"\n",
                "f:1:13 operations: unknown escape in double quotes; a backslash is written twice",
            ),
            (
                "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n\
          c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n",
                "f:4:29 d[7]: aliases repeat more than 10000 values",
            ),
            (
                &("[".repeat(200) + &"]".repeat(200)),
                "f:1:102: more than 100 lists and objects within each other",
            ),
            (&"- ".repeat(200), "f:1:203: more than 100 lists and objects within each other"),
            (&"- ".repeat(2000), "f:1:203: more than 100 lists and objects within each other"),
        ],
    );
}

#[test]
fn values_that_do_not_fit() {
    refused(
        Format::Yaml,
        &[
            ("- 1\n", "f:1:1: expected an object, found a list"),
            ("---\n", "f:1:4: expected an object, found nothing"),
            ("a\n", "f:1:1: expected an object, found the string `a`"),
            ("operations:\n", "f:1:11 operations: expected a list, found nothing"),
            (
                "operations:\n  drop_table:\n    name: a\n",
                "f:2:3 operations: expected a list, found an object",
            ),
            (
                "operations: []\noperation: 1\n",
                "f:2:1 operation: unknown field `operation`; did you mean `operations`? allowed: `operations`",
            ),
            (
                "operations: []\noperations: []\n",
                "f:2:1 operations: field `operations` is given twice, first on line 1",
            ),
            (
                "x: {a: 1, a: 2}\noperations: []\n",
                "f:1:11 x.a: field `a` is given twice, first on line 1",
            ),
            (
                "operations:\n  - add_colum:\n      table: t\n",
                "f:2:5 operations[0].add_colum: unknown operation `add_colum`; did you mean `add_column`? allowed: `add_column`, `drop_table`",
            ),
            (
                "operations:\n  - vacuum: {}\n",
                "f:2:5 operations[0].vacuum: unknown operation `vacuum`; allowed: `add_column`, `drop_table`",
            ),
            (
                "operations:\n  - drop_table\n",
                "f:2:5 operations[0]: `drop_table` needs its fields: `drop_table: ...`",
            ),
            (
                "operations:\n- 7\n",
                "f:2:3 operations[0]: unknown operation `7`; allowed: `add_column`, `drop_table`",
            ),
            (
                "operations:\n  - - a\n",
                "f:2:5 operations[0]: expected an operation (one of `add_column`, `drop_table`), found a list",
            ),
            (
                "operations:\n  - drop_table:\n    name: a\n",
                "f:3:5 operations[0].name: `name` cannot stand beside `drop_table`: one field is expected, the operation; indent it, if it belongs to `drop_table`",
            ),
            (
                "operations:\n  - drop_table:\n",
                "f:2:15 operations[0].drop_table: expected an object, found nothing",
            ),
            (
                "operations:\n  - add_column:\n      table: t\n",
                "f:3:7 operations[0].add_column: missing field `column`",
            ),
            (
                "operations:\n  - drop_table:\n      nmae: a\n",
                "f:3:7 operations[0].drop_table.nmae: unknown field `nmae`; did you mean `name`? allowed: `name`",
            ),
            (
                "operations:\n  - drop_table:\n      name: null\n",
                "f:3:13 operations[0].drop_table.name: expected a string, found null (for the text, write it in quotes: \"null\")",
            ),
            (
                "operations:\n  - drop_table:\n      name:\n",
                "f:3:11 operations[0].drop_table.name: expected a string, found nothing",
            ),
            (
                "operations:\n  - drop_table:\n      name: [a]\n",
                "f:3:13 operations[0].drop_table.name: expected a string, found a list",
            ),
            (
                "operations:\n  - add_column: {table: t, column: {name: c}, up: NULL}\n",
                "f:2:51 operations[0].add_column.up: expected a string, found null (for the text, write it in quotes: \"NULL\")",
            ),
            (
                "operations:\n  - add_column: {table: t, column: {name: c, nullable: yes}}\n",
                "f:2:56 operations[0].add_column.column.nullable: expected `true` or `false`, found the string `yes`",
            ),
            (
                "operations:\n  - add_column: {table: t, column: {name: c, size: 1.50}}\n",
                "f:2:52 operations[0].add_column.column.size: expected a whole number from 0 to 255, found the number `1.50`",
            ),
            (
                "operations:\n  - add_column: {table: t, column: {name: c, size: '1'}}\n",
                "f:2:52 operations[0].add_column.column.size: expected a whole number from 0 to 255, found the string `1`",
            ),
            (
                "operations:\n  - add_column: {table: t, column: {name: c, on_delete: no}}\n",
                "f:2:57 operations[0].add_column.column.on_delete: unknown referential action `no`; allowed: `CASCADE`, `RESTRICT`",
            ),
            (
                "x: &x {nmae: a}\noperations:\n  - drop_table: *x\n",
                "f:1:1 x: unknown field `x`; allowed: `operations`",
            ),
            (
                "operations:\n  - drop_table: &x {nmae: a}\n  - drop_table: *x\n",
                "f:2:21 operations[0].drop_table.nmae: unknown field `nmae`; did you mean `name`? allowed: `name`",
            ),
        ],
    );
}
