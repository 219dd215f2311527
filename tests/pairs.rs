//! Two sessions make and drop the views of many tables, and one does where two cannot.

use straddle::database::{Environment, Target};
use straddle::plan::names;
use straddle::sql::Ident;
use tokio::sync::oneshot;

use crate::command::{straddle, straddle_until};
use crate::operator::{engine_by, migration};
use crate::server::{Client, Database, variable};

/// More than two batches of views.
const TABLES: usize = 230;

/// Adds a column to one of the tables.
fn add(name: &str) -> straddle::migration::Migration {
    let column = format!(
        r#"[{{"add_column": {{"table": "t1", "column": {{"name": "{name}", "type": "int", "nullable": true}}}}}}]"#
    );
    migration(name, &column)
}

fn tables() -> String {
    (0..TABLES).map(|n| format!("CREATE TABLE t{n} (id int PRIMARY KEY, a text);")).collect()
}

/// A database of many tables, and of a version of them that is completed.
async fn many() -> (Database, Client) {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute(&tables()).await.expect("tables");
    database.start("first", &add("first")).await;
    database.complete("first").await;
    (database, client)
}

/// What there is of views: how many in which schema.
async fn views(client: &Client) -> Vec<String> {
    let views =
        "SELECT n.nspname, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND n.nspname ~ '^(public|_straddle)' GROUP BY 1 ORDER BY 1";
    client.rows(views).await.expect("an answer")
}

/// Started, rolled back, started and completed.
async fn live_through(database: &Database, client: &Client) {
    let before = database.catalog().await;
    database.start("next", &add("next")).await;
    let both = [format!("public_first | {TABLES}"), format!("public_next | {TABLES}")];
    assert_eq!(views(client).await, both);
    database.rollback("next").await;
    assert!(before == database.catalog().await, "rollback leaves nothing");
    database.start("next", &add("next")).await;
    database.complete("next").await;
    assert_eq!(views(client).await, [format!("public_next | {TABLES}")]);
}

/// Has each DDL statement write something down.
async fn note(client: &Client, statement: &str) {
    let trigger = format!(
        "CREATE SCHEMA audit; CREATE TABLE audit.ddl (pid int, tag text, number int);
         INSERT INTO audit.ddl VALUES (0, 'all', 0);
         CREATE FUNCTION audit.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; END $$;
         CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION audit.note()"
    );
    client.batch_execute(&trigger).await.expect("an event trigger");
}

#[tokio::test]
async fn views_of_many_tables_are_made_and_dropped_by_two_sessions() {
    let (database, client) = many().await;
    note(&client, "INSERT INTO audit.ddl VALUES (pg_backend_pid(), tg_tag, 1)").await;
    let sessions = async |tag: &str| {
        let sessions = format!("SELECT count(DISTINCT pid) FROM audit.ddl WHERE tag = '{tag}'; ");
        let found = client.rows(&sessions).await.expect("an answer");
        client.batch_execute("DELETE FROM audit.ddl").await.expect("an answer");
        found
    };
    database.start("next", &add("next")).await;
    assert_eq!(sessions("CREATE VIEW").await, ["2"]);
    database.rollback("next").await;
    assert_eq!(sessions("DROP VIEW").await, ["2"]);
    database.start("next", &add("next")).await;
    sessions("").await;
    database.complete("next").await;
    assert_eq!(sessions("DROP VIEW").await, ["2"]);
}

/// What the users have fire for DDL may have one session wait for the other, which waits for its turn.
#[tokio::test]
async fn sessions_that_wait_for_each_other_give_way() {
    let (database, client) = many().await;
    note(&client, "UPDATE audit.ddl SET number = number + 1").await;
    live_through(&database, &client).await;
}

#[tokio::test]
async fn where_there_is_no_second_connection_one_session_does_it_all() {
    if variable("STRADDLE_TEST_URL").is_some() {
        // The role would have to log in.
        return;
    }
    let database = Database::new().await;
    let client = database.client().await;
    let make = format!(
        "DO $$ BEGIN
           EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 1', current_database());
           EXECUTE format('GRANT CREATE ON DATABASE %1$I TO %1$I', current_database());
           EXECUTE format('ALTER SCHEMA public OWNER TO %I', current_database());
           EXECUTE format('SET ROLE %I', current_database());
         END $$; {}",
        tables()
    );
    client.batch_execute(&make).await.expect("tables");
    let user = client.rows("SELECT current_user").await.expect("an answer").concat();
    let url = database.url().replacen("postgres@", &format!("{user}@"), 1);
    let target = Target::resolve(Some(&url), &Environment::empty()).expect("a URL");
    let engine = engine_by(&target).await.expect("an engine");
    engine.start(&add("first")).await.expect("a start");
    engine.rollback().await.expect("a rollback");
    for name in ["first", "next"] {
        engine.start(&add(name)).await.expect("a start");
        engine.complete().await.expect("a complete");
    }
    assert_eq!(views(&client).await, [format!("public_next | {TABLES}")]);
}

/// A view of a table that somebody keeps to himself is waited for by the first session, as ever.
#[tokio::test]
async fn a_table_that_is_kept_is_waited_for_and_named() {
    let (database, client) = many().await;
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE t210 IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("next.yaml");
    let text = "operations:\n  - add_column: {table: t1, column: {name: next, type: int, nullable: true}}\n";
    std::fs::write(&file, text).expect("a file");
    let (tell, told) = oneshot::channel();
    let url = database.url();
    let start = tokio::task::spawn_blocking(move || {
        let file = file.to_string_lossy();
        straddle_until(&url, &["start", &file, "--lock-timeout", "100"], "for a lock, try", tell)
    });
    told.await.expect("it waits");
    holder.batch_execute("COMMIT").await.expect("no lock");
    let outcome = start.await.expect("an end");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let both = [format!("public_first | {TABLES}"), format!("public_next | {TABLES}")];
    assert_eq!(views(&client).await, both);
}

/// A second session of an operator that was killed may be at its COMMIT.
#[tokio::test]
async fn nobody_becomes_operator_beside_a_second_session() {
    let database = Database::new().await;
    let left = database.client().await;
    left.batch_execute("CREATE TABLE t1 (id int)").await.expect("a table");
    database.start("first", &add("first")).await;
    let key = names::second_lock(&Ident::new("public").expect("a name"));
    left.batch_execute(&format!("SELECT pg_advisory_lock_shared({key})")).await.expect("a lock");
    let outcome = straddle(&database.url(), &["complete"]);
    assert!(outcome.stderr.contains("another operator is working"), "{}", outcome.stderr);
    left.batch_execute("SELECT pg_advisory_unlock_all()").await.expect("no lock");
    database.complete("first").await;
}
