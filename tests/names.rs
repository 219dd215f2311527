//! Names as nobody would give them: of schemas, tables, columns, types, constraints, versions. They are quoted wherever they
//! go, and mean what they mean whatever Straddle, PL/pgSQL or SQL calls so.

use std::fmt::Write as _;

use serde_json::{Value, json};
use straddle::engine::{Engine, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::command::straddle;
use crate::operator::migration;
use crate::server::{Client, Database};

/// Everything that somebody may call a column: key words, variables of PL/pgSQL and of our own functions, our own
/// parameters, what is quoted otherwise, and names of all lengths.
const COLUMNS: &[&str] = &[
    "select",
    "user",
    "order",
    "null",
    "default",
    "new",
    "old",
    "NEW",
    "tg_op",
    "tg_relid",
    "found",
    "sqlstate",
    "sqlerrm",
    "up",
    "down",
    "row",
    "referenced",
    "newer",
    "note",
    "done",
    "mark",
    "place",
    "~key",
    "~taken",
    "~patience",
    "~since",
    "~state",
    "~0",
    "pg_catalog",
    "straddle",
    "_straddle",
    "Mixed Case",
    " ",
    "with \"quotes\"",
    "\"",
    "o'clock",
    "a.b",
    "$1",
    "$$",
    "$straddle0$",
    "%s %I %",
    "%",
    "line\nbreak",
    "tab\there",
    "back\\slash",
    "\\",
    "{t}",
    "{}",
    "--",
    "/*",
    ";",
    "ünïcødé ☃",
    "ÜNÏ",
    "e\u{301}",
    "é",
    "x23456789_123456789_123456789_123456789_123456789_123456789_12a",
    "x23456789_123456789_123456789_123456789_123456789_123456789_12b",
    "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü",
];

/// The columns that are unique: writers of a key wait for one another by a function whose parameters they are.
const KEYS: &[&str] = &[
    "new",
    "found",
    "~key",
    "~0",
    "sqlstate",
    "a.b",
    "with \"quotes\"",
    "line\nbreak",
    "$straddle0$",
];

/// Two base schemas, one referring to the other.
const FIRST: &str = "Shop \"1\".%s\n$x$";
const SECOND: &str = "straddle's";

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

async fn engine(database: &Database, base: &str) -> Engine<'static> {
    let options = Options::new(Ident::new(base).expect("a name"));
    Engine::open(&database.target(), options, &|_: &Event<'_>| {}).await.expect("an engine")
}

/// A version's name that leaves no byte of its schema's unused.
fn version(base: &str, begins: &str) -> String {
    format!("{begins}{}", "v".repeat(63 - base.len() - 1 - begins.len()))
}

/// The columns that are replaced: of the second table some of them, for the time that it takes.
fn replaced(table: &str) -> Vec<&'static str> {
    let every = if table == "select" { 1 } else { 4 };
    COLUMNS.iter().step_by(every).copied().collect()
}

fn named(name: &str, operations: &Value) -> Migration {
    migration(name, &operations.to_string())
}

/// The schema `base` with a table for each way in which rows are kept in step.
fn schema(base: &str) -> String {
    let base = quoted(base);
    let columns: Vec<String> =
        COLUMNS.iter().map(|name| format!("{} text", quoted(name))).collect();
    let mut sql = format!(
        "CREATE SCHEMA {base}; SET search_path = {base};
         CREATE TABLE \"select\" (id int PRIMARY KEY, \"from\" int REFERENCES \"select\", {columns});
         CREATE TABLE \"~straddle_sync\" (id int, \"Day\" int NOT NULL, \"gone %\" text, {columns}) PARTITION BY RANGE (\"Day\");
         CREATE TABLE \"%I \"\"part\"\"\" PARTITION OF \"~straddle_sync\" FOR VALUES FROM (0) TO (10);
         CREATE TABLE \"users_1.x\" PARTITION OF \"~straddle_sync\" DEFAULT;
         CREATE TYPE \"Mood's\" AS ENUM ('it''s \"fine\"', '%s', E'new\\nline');
         CREATE TABLE \"Mood's table\" (\"Mood's\" \"Mood's\" DEFAULT '%s', id serial);
         CREATE FUNCTION \"set\"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER \"a \"\"trigger\"\"\" BEFORE INSERT OR UPDATE ON \"~straddle_sync\" FOR EACH ROW EXECUTE FUNCTION \"set\"();
         CREATE TABLE \"{long}\" (\"table\" int, CONSTRAINT \"{long}\" CHECK (\"table\" > 0));
         COMMENT ON TABLE \"select\" IS E'it''s \\\\ \"quoted\" $$\\n%';",
        columns = columns.join(", "),
        long = "t".repeat(63),
    );
    for key in KEYS {
        let index = quoted(&format!("{key} key"));
        write!(sql, "CREATE UNIQUE INDEX {index} ON \"select\" ({});", quoted(key)).expect("text");
    }
    for name in COLUMNS.iter().step_by(3) {
        let (check, name) = (quoted(&format!("check {:.20}", name)), quoted(name));
        write!(sql, "ALTER TABLE \"select\" ADD CONSTRAINT {check} CHECK ({name} <> 'never');")
            .expect("text");
        write!(sql, "CREATE INDEX ON \"select\" (lower({name})) WHERE {name} > '';").expect("text");
        write!(sql, "COMMENT ON COLUMN \"select\".{name} IS {};", literal(&name)).expect("text");
    }
    let values = |row: usize| {
        let values: Vec<String> = COLUMNS
            .iter()
            .map(|name| literal(&format!("{row} of {name}").to_lowercase()))
            .collect();
        values.join(", ")
    };
    write!(sql, "INSERT INTO \"select\" VALUES (1, NULL, {}), (2, 1, {});", values(1), values(2))
        .expect("text");
    write!(
        sql,
        "INSERT INTO \"~straddle_sync\" VALUES (1, 1, 'x', {}), (2, 12, 'y', {});",
        values(1),
        values(2)
    )
    .expect("text");
    write!(sql, "INSERT INTO \"Mood's table\" VALUES ('%s');").expect("text");
    sql
}

/// Replaces every column, and renames, adds, drops and makes things under such names.
fn next() -> Value {
    let mut operations = vec![
        json!({"add_enum_value": {"name": "Mood's", "value": "\\'\"", "before": "%s", "down": "%s"}}),
        json!({"rename_enum_value": {"name": "Mood's", "from": "it's \"fine\"", "to": "$$"}}),
    ];
    for table in ["select", "~straddle_sync"] {
        for name in replaced(table) {
            let column = quoted(name);
            operations.push(json!({"alter_column": {
                "table": table, "column": name, "type": "varchar(200)", "nullable": true,
                "up": format!("upper({column})"),
                "down": format!("lower({}.{column})", quoted(table)),
            }}));
        }
    }
    let rest = json!([
        {"add_column": {"table": "select", "column": {"name": "it's \"new\"", "type": "text", "nullable": true}, "up": "\"order\""}},
        {"drop_column": {"table": "~straddle_sync", "column": "gone %", "down": "'gone %'"}},
        {"rename_column": {"table": "select", "from": "from", "to": "where\n\"is\" it"}},
        {"rename_column": {"table": "~straddle_sync", "from": "id", "to": "ID"}},
        {"rename_table": {"from": "t".repeat(63), "to": "T".repeat(63)}},
        {"create_enum": {"name": "e.n\"um", "values": ["a'b", "\\"]}},
        {"create_table": {"name": "new $$ \"table\"", "columns": [
            {"name": "when", "type": "int", "pk": true},
            {"name": "e.n\"um", "type": "\"e.n\"\"um\"", "nullable": true, "default": "'a''b'"},
            {"name": "limit", "type": "int", "nullable": true,
             "references": {"name": "f'k", "table": "select", "column": "id"}}]}},
        {"create_constraint": {"table": "select", "name": "c\"%s", "type": "check", "check": "\"user\" <> '%s'"}},
        {"create_index": {"name": "i'\n", "table": "~straddle_sync", "columns": [{"column": "select"}]}},
        {"create_view": {"name": "v\" %", "query": "SELECT \"select\" AS \"from\" FROM \"select\""}},
    ]);
    operations.extend(rest.as_array().expect("a list").iter().cloned());
    json!(operations)
}

/// Everything in the database, without what tells one run from another.
async fn catalog(client: &Client) -> Vec<String> {
    client.rows(include_str!("catalog.sql")).await.expect("the catalog")
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// What a version shows of a column, row by row.
async fn shown(client: &Client, schema: &str, table: &str, name: &str) -> Vec<String> {
    let (schema, table) = (quoted(schema), quoted(table));
    // The partitioned table's key has another name in the new version.
    let query = format!(
        "SELECT t.{} FROM {schema}.{table} AS t ORDER BY to_jsonb(t)->>'id', to_jsonb(t)->>'ID'",
        quoted(name)
    );
    client.rows(&query).await.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

/// Both versions write every column of their own, and see what the other one wrote.
async fn speak(client: &Client, old: &str, new: &str, table: &str) {
    let has_days = table != "select";
    for (number, schema) in [old, new].into_iter().enumerate() {
        let is_old = number == 0;
        let id = quoted(if has_days && !is_old { "ID" } else { "id" });
        let (days, day) = if has_days { (", \"Day\"", ", 5") } else { ("", "") };
        let cased = |text: String| if is_old { text.to_lowercase() } else { text.to_uppercase() };
        let names: Vec<String> = replaced(table).into_iter().map(quoted).collect();
        let values: Vec<String> = replaced(table)
            .into_iter()
            .map(|name| literal(&cased(format!("row {number} of {name}"))))
            .collect();
        let target = format!("{}.{}", quoted(schema), quoted(table));
        let insert = format!(
            "INSERT INTO {target} ({id}{days}, {}) VALUES (1{number}{day}, {})",
            names.join(", "),
            values.join(", "),
        );
        run(client, &insert).await;
        for (at, name) in names.iter().enumerate() {
            let update = format!(
                "UPDATE {target} SET {name} = {name} || '{at}' WHERE {id} = {}",
                number + 1
            );
            run(client, &update).await;
        }
    }
    for name in replaced(table) {
        let (of_old, of_new) =
            (shown(client, old, table, name).await, shown(client, new, table, name).await);
        assert_eq!(of_old.len(), 4, "{table}.{name}");
        // Whether letters beyond ASCII have another case is the locale's to say.
        let upper = |rows: &[String]| -> Vec<String> {
            rows.iter().map(|row| row.to_uppercase()).collect()
        };
        assert_eq!(upper(&of_old), upper(&of_new), "{table}.{name}");
        assert!(of_old.iter().all(|row| row != "NULL"), "{table}.{name}: {of_old:?}");
        assert_eq!(of_old[3].to_lowercase(), of_old[3], "{table}.{name} comes from `down`");
    }
}

/// The command line gets to a version by the URL that it gives.
async fn get_there(database: &Database, base: &str, version_schema: &str) {
    let said = straddle(&database.url(), &["latest", "url", "--schema", base]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let client = crate::server::connect(said.stdout.trim_end()).await;
    let found = client.rows("SELECT current_schema()").await.expect("an answer");
    assert_eq!(found, [version_schema]);
    for command in ["status", "doctor"] {
        let said = straddle(&database.url(), &[command, "--schema", base]);
        assert_eq!(said.code, 0, "{command}: {}{}", said.stdout, said.stderr);
    }
}

#[tokio::test]
async fn names_are_quoted_wherever_they_go() {
    let database = Database::new().await;
    let client = database.client().await;
    for base in [FIRST, SECOND] {
        run(&client, &schema(base)).await;
    }
    let (first, second) = (quoted(FIRST), quoted(SECOND));
    let keys = format!(
        "SET search_path = public;
         ALTER TABLE {second}.\"select\" ADD FOREIGN KEY (id) REFERENCES {first}.\"select\" ON DELETE CASCADE,
           ADD FOREIGN KEY (\"from\") REFERENCES {first}.\"select\""
    );
    run(&client, &keys).await;
    let old: fn(&str) -> String = |base| version(base, "old % \"1\" ");
    let new: fn(&str) -> String = |base| version(base, "new\n$$ ' ");
    for base in [FIRST, SECOND] {
        let engine = engine(&database, base).await;
        engine
            .start(&named(&old(base), &json!([{"sql": {"up": "SELECT 1"}}])))
            .await
            .expect("a start");
        engine.complete().await.expect("a complete");
        engine.close().await.expect("a clean end");
    }
    // Each is taken back while the other one is live.
    let before = catalog(&client).await;
    for base in [FIRST, SECOND] {
        let engine = engine(&database, base).await;
        let started = engine.start(&named(&new(base), &next())).await;
        started.unwrap_or_else(|error| panic!("{base}: {error}\n{error:?}"));
    }
    for base in [FIRST, SECOND] {
        let engine = engine(&database, base).await;
        engine.rollback().await.unwrap_or_else(|error| panic!("{base}: {error}"));
    }
    assert_eq!(before, catalog(&client).await, "rollback leaves everything as it was");
    for base in [FIRST, SECOND] {
        let engine = engine(&database, base).await;
        engine.start(&named(&new(base), &next())).await.expect("a start");
        let schemas = [old, new].map(|name| format!("{base}_{}", name(base)));
        for table in ["select", "~straddle_sync"] {
            speak(&client, &schemas[0], &schemas[1], table).await;
        }
        get_there(&database, base, &schemas[1]).await;
    }
    for base in [FIRST, SECOND] {
        let engine = engine(&database, base).await;
        engine.complete().await.unwrap_or_else(|error| panic!("{base}: {error}"));
        let made = format!(
            "INSERT INTO {}.\"new $$ \"\"table\"\"\" (\"when\") VALUES (1)",
            quoted(&format!("{base}_{}", new(base)))
        );
        run(&client, &made).await;
        get_there(&database, base, &format!("{base}_{}", new(base))).await;
    }
    let left = catalog(&client).await.join("\n");
    for ours in ["_straddle_", "straddle."] {
        assert!(!left.contains(ours), "{left}");
    }
}

/// What has room in a database of one byte to a letter may have none where a letter like this takes two.
#[tokio::test]
async fn a_name_that_is_too_long_in_utf_8_is_named_with_what_has_it() {
    let database = Database::new_in("LATIN1").await;
    let client = database.client().await;
    let long = "é".repeat(40);
    run(&client, &format!("CREATE TABLE t (id int PRIMARY KEY, \"{long}\" int)")).await;
    let change = r#"[{"alter_column": {"table": "t", "column": "id", "type": "bigint"}}]"#;
    let engine = database.engine().await;
    let error = engine.start(&migration("next", change)).await.expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        format!(
            "column {long} of table public.t: this name takes 80 bytes in UTF-8, in which straddle works, and 63 are \
             the most that a name may take; in LATIN1, which this database is in, it takes fewer"
        )
    );
    let hint = "rename it (`ALTER .. RENAME`), and run the same command again";
    assert_eq!(error.hint().as_deref(), Some(hint));
    run(&client, &format!("ALTER TABLE t RENAME \"{long}\" TO \"é\"; INSERT INTO t VALUES (1, 2)"))
        .await;
    database.start("next", &migration("next", change)).await;
    run(&client, "UPDATE public_next.t SET \"é\" = 3").await;
    database.complete("next").await;
    let shown = client.rows("SELECT pg_typeof(id), \"é\" FROM t").await.expect("rows");
    assert_eq!(shown, ["bigint | 3"]);
}
