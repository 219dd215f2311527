//! The role that migrates has what docs/deploy-role.md says, and nothing else: the GRANTs are read from there.

use std::path::Path;

use straddle::database::{Environment, Target};
use straddle::engine::{Engine, Event, Options};
use straddle::migration::{self, Migration};
use straddle::sql::Ident;

use crate::server::{Client, Database, variable};

const PAGE: &str = include_str!("../docs/deploy-role.md");

/// The SQL under a heading of the page, with names of roles and of the database that are this test's alone.
fn grants(heading: &str, database: &str) -> String {
    let (_, section) = PAGE.split_once(&format!("## {heading}\n")).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or(section);
    let blocks =
        section.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest));
    let rename = |word: &str| match word {
        "deploy" | "owner" | "watch" => format!("\"{word} of {database}\""),
        "shop" => database.to_owned(),
        word => word.to_owned(),
    };
    let words = |line: &str| {
        let (line, end) = line.strip_suffix(';').map_or((line, ""), |line| (line, ";"));
        line.split(' ').map(rename).collect::<Vec<_>>().join(" ") + end
    };
    blocks.flat_map(str::lines).map(|line| words(line) + "\n").collect()
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// A way to the database for a role that logs in, or none where the server asks for passwords.
fn url_of(database: &Database, role: &str) -> Option<String> {
    if variable("STRADDLE_TEST_URL").is_some() {
        return None;
    }
    let role: String = role.bytes().map(|byte| format!("%{byte:02X}")).collect();
    Some(database.url().replacen("postgresql://postgres@", &format!("postgresql://{role}@"), 1))
}

async fn engine(url: &str, role: Option<&str>) -> Engine<'static> {
    let target = Target::resolve(Some(url), &Environment::empty()).expect("a URL");
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.role = role.map(|role| Ident::new(role).expect("a name"));
    Engine::open(&target, options, &|_: &Event<'_>| {}).await.expect("an engine")
}

/// The examples of all operations, in order.
fn story() -> Vec<Migration> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("operations");
    let entries = std::fs::read_dir(directory).expect("operations");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| migration::read(path).expect("a migration").migration).collect()
}

/// Nobody has lent the role anything, and nothing that was made belongs to anybody but these.
async fn is_plain(client: &Client, database: &str) {
    let strong = format!(
        "SELECT rolname FROM pg_roles r WHERE rolname LIKE '% of {database}' AND (
           rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
           OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                      WHERE m.member = r.oid AND g.rolname LIKE 'pg\\_%'))"
    );
    assert!(client.rows(&strong).await.expect("an answer").is_empty(), "a role with more rights");
    let others = format!(
        "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
           AND pg_get_userbyid(relowner) NOT LIKE '% of {database}'"
    );
    let found = client.rows(&others).await.expect("an answer");
    assert!(found.is_empty(), "they belong to somebody else: {found:?}");
}

/// Each as far as it goes, and every fourth taken back in between.
async fn live_through(engine: &Engine<'_>, story: &[Migration]) {
    for (number, migration) in story.iter().enumerate() {
        let name = &migration.name;
        let failed = |what: &str, error: &dyn std::fmt::Display| panic!("{name}: {what}: {error}");
        if let Err(error) = engine.start(migration).await {
            failed("start", &error);
        }
        if number % 4 == 3 {
            if let Err(error) = engine.rollback().await {
                failed("rollback", &error);
            }
            if let Err(error) = engine.start(migration).await {
                failed("start", &error);
            }
        }
        if let Err(error) = engine.complete().await {
            failed("complete", &error);
        }
    }
}

#[tokio::test]
async fn a_role_that_owns_the_tables_needs_what_the_page_says() {
    let database = Database::new().await;
    let client = database.client().await;
    let name = client.rows("SELECT current_database()").await.expect("a name").concat();
    let deploy = format!("deploy of {name}");
    run(&client, "CREATE TABLE customers (id int PRIMARY KEY); DROP TABLE IF EXISTS customers")
        .await;
    // The page gives an existing table to the role, which the story makes later under this name.
    let grants = grants("The tables are its own", &name);
    run(&client, &format!("CREATE TABLE customers (); {grants}; DROP TABLE customers")).await;
    let Some(url) = url_of(&database, &deploy) else { return };
    let engine = engine(&url, None).await;
    live_through(&engine, &story()).await;
    engine.close().await.expect("a clean end");
    is_plain(&client, &name).await;
}

/// What an application role that was given something on a table of another owner's lives through.
const TABLES: &str = "
    CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mail citizen DEFAULT 'new');
    CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, total text, note text);
    CREATE TABLE visits (id int, day int, page text) PARTITION BY RANGE (day);
    CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (9);
    CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := lower(NEW.note); RETURN NEW; END';
    CREATE TRIGGER tidy BEFORE INSERT OR UPDATE OF note ON orders FOR EACH ROW EXECUTE FUNCTION tidy();
    INSERT INTO customers (name) VALUES ('Ann'), ('Bob');
    INSERT INTO orders (customer, total) VALUES (1, '5'), (2, '7');
    INSERT INTO visits VALUES (1, 1, '/')";

const NEXT: &str = r#"[
    {"add_enum_value": {"name": "citizen", "value": "old", "before": "new", "down": "new"}},
    {"alter_column": {"table": "orders", "column": "total", "type": "int", "nullable": false, "up": "total::int", "down": "total::text",
      "check": {"name": "something", "constraint": "total > 0"}, "unique": {"name": "one_total"}}},
    {"alter_column": {"table": "orders", "column": "id", "type": "bigint", "up": "id", "down": "id"}},
    {"add_column": {"table": "orders", "column": {"name": "number", "type": "serial"}}},
    {"alter_column": {"table": "orders", "column": "customer", "type": "int", "nullable": false, "up": "COALESCE(customer, 1)", "down": "customer"}},
    {"alter_column": {"table": "visits", "column": "page", "type": "varchar(90)", "nullable": false, "up": "COALESCE(page, '')", "down": "page"}},
    {"create_index": {"name": "visits_page", "table": "visits", "columns": [{"column": "page"}]}},
    {"rename_table": {"from": "customers", "to": "people"}},
    {"create_table": {"name": "letters", "columns": [{"name": "id", "type": "serial", "pk": true},
      {"name": "person", "type": "int", "references": {"name": "letters_person", "table": "people", "column": "id"}}]}},
    {"create_view": {"name": "named", "query": "SELECT id, name FROM people"}},
    {"create_materialized_view": {"name": "totals", "query": "SELECT sum(total) AS total FROM orders", "indexes": []}},
    {"create_function": {"name": "twice", "arguments": "int", "returns": "int", "language": "sql", "body": "SELECT $1 * 2"}}
]"#;

#[tokio::test]
async fn a_member_of_the_owner_needs_what_the_page_says() {
    let database = Database::new().await;
    let client = database.client().await;
    let name = client.rows("SELECT current_database()").await.expect("a name").concat();
    let (deploy, owner) = (format!("deploy of {name}"), format!("owner of {name}"));
    let tables = format!(
        "CREATE ROLE \"{owner}\"; GRANT CREATE, USAGE ON SCHEMA public TO \"{owner}\"; SET ROLE \"{owner}\";
         CREATE TYPE citizen AS ENUM ('new', 'gone'); {TABLES}; RESET ROLE"
    );
    run(&client, &tables).await;
    run(&client, &grants("The tables are somebody else's", &name)).await;
    let Some(url) = url_of(&database, &deploy) else { return };
    let next = crate::operator::migration("next", NEXT);
    for role in [None, Some(owner.as_str())] {
        if role.is_some() {
            run(&client, &format!("GRANT CREATE ON DATABASE {name} TO \"{owner}\"")).await;
            run(&client, &format!("REVOKE CREATE ON DATABASE {name} FROM \"{deploy}\"")).await;
            // What the role itself has made is its own to migrate.
            run(&client, &format!("REASSIGN OWNED BY \"{deploy}\" TO \"{owner}\"")).await;
        }
        let engine = engine(&url, role).await;
        if role.is_none() {
            engine.start(&next).await.expect("a start");
            engine.rollback().await.expect("a rollback");
            engine.start(&next).await.expect("a start");
            engine.complete().await.expect("a complete");
        } else {
            let more = r#"[{"drop_column": {"table": "visits", "column": "page", "down": "'/'"}}, {"drop_view": {"name": "totals"}}]"#;
            let more = crate::operator::migration("more", more);
            engine.start(&more).await.expect("a start");
            engine.rollback().await.expect("a rollback");
            engine.start(&more).await.expect("a start");
            engine.complete().await.expect("a complete");
        }
        engine.close().await.expect("a clean end");
        is_plain(&client, &name).await;
    }
}

#[tokio::test]
async fn who_only_looks_sees_what_is_live_and_ends_nothing() {
    let database = Database::new().await;
    let client = database.client().await;
    let name = client.rows("SELECT current_database()").await.expect("a name").concat();
    run(&client, "CREATE TABLE things (id int, note text)").await;
    let next = r#"[{"alter_column": {"table": "things", "column": "note", "type": "int", "up": "note::int", "down": "note::text"}}]"#;
    database.start("next", &crate::operator::migration("next", next)).await;
    run(&client, &grants("Who only looks", &name)).await;
    let Some(url) = url_of(&database, &format!("watch of {name}")) else { return };
    let look = |arguments: &[&str]| crate::command::straddle(&url, arguments);
    let status = look(&["status"]);
    assert_eq!(status.code, 0, "{}", status.stderr);
    assert!(status.stdout.contains("live: `next`"), "{}", status.stdout);
    assert!(!status.stdout.contains("would refuse"), "{}", status.stdout);
    let latest = look(&["latest", "schema"]);
    assert_eq!(latest.stdout.trim(), "public_next", "{}", latest.stderr);
    for command in ["complete", "rollback"] {
        let refused = look(&[command]);
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        assert!(refused.stderr.contains("the ledger belongs to the role"), "{}", refused.stderr);
    }
    database.rollback("next").await;
}
