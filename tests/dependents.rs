//! What stands on columns that are replaced and is no part of the table: policies that hold all the time,
//! publications, roles that have no more than they need, and what is changed behind our back.
//! What it is like in the end, `tests/cases/what_stands_on_it` says.

use std::fmt::Write as _;

use straddle::database::{Environment, Target};
use straddle::engine::Error;

use crate::operator::{engine_by, migration};
use crate::server::{Client, Database, connect};

const CHANGE: &str = r#"[
    {"alter_column": {"table": "notes", "column": "owner", "type": "varchar(80)", "up": "owner", "down": "owner"}},
    {"alter_column": {"table": "notes", "column": "size", "type": "bigint"}}]"#;

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

async fn ask(client: &Client, sql: &str) -> String {
    client.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).join(", ")
}

async fn is_before_15(client: &Client) -> bool {
    ask(client, "SHOW server_version_num").await.parse::<u32>().expect("a number") < 150_000
}

/// A connection as another role.
fn url_as(database: &Database, role: &str) -> String {
    database.url().replace("postgres@", &format!("{role}@"))
}

/// What the statement says, to a role in a version.
async fn said(client: &Client, sql: &str) -> String {
    match client.rows(sql).await {
        Ok(rows) => rows.join(", "),
        Err(error) => error.as_db_error().expect("an answer").code().code().to_owned(),
    }
}

/// A deploy role that owns all of this, but for a view of somebody who may only read, and is no superuser; an
/// application that sees its own notes.
fn secured(name: &str) -> String {
    let (deploy, app, reader) =
        (format!("{name}_deploy"), format!("{name}_app"), format!("{name}_reader"));
    format!(
        "CREATE ROLE {deploy} LOGIN; CREATE ROLE {app} LOGIN; CREATE ROLE {reader};
         GRANT {reader} TO {deploy};
         GRANT CREATE ON DATABASE {name} TO {deploy};
         GRANT CREATE, USAGE ON SCHEMA public TO {deploy};
         GRANT USAGE ON SCHEMA public TO {app}; GRANT CREATE, USAGE ON SCHEMA public TO {reader};
         SET ROLE {deploy};
         CREATE TABLE notes (id int PRIMARY KEY, owner text, size int);
         INSERT INTO notes VALUES (1, '{app}', 1), (2, 'else', 2);
         GRANT SELECT, INSERT, UPDATE ON notes TO {app};
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON notes USING (owner = current_user) WITH CHECK (owner = current_user AND size < 9);
         GRANT SELECT ON notes TO {reader};
         CREATE VIEW sizes AS SELECT id, size FROM notes;
         ALTER VIEW sizes OWNER TO {reader};
         CREATE PUBLICATION small FOR TABLE notes (id, owner, size) WHERE (size < 5)
           WITH (publish = 'insert');
         RESET ROLE"
    )
}

/// What the application is told while both versions are live.
async fn told_by_both(applications: &[Client]) -> String {
    let mut told = String::new();
    for (number, (application, version)) in
        applications.iter().zip(["public_first", "public_next"]).enumerate()
    {
        run(application, &format!("SET search_path = {version}")).await;
        let id = number + 10;
        for sql in [
            "SELECT id, size FROM notes ORDER BY id".to_owned(),
            format!(
                "INSERT INTO notes (id, owner, size) VALUES ({id}, current_user, 3) RETURNING id"
            ),
            format!("INSERT INTO notes (id, owner, size) VALUES ({id} + 10, 'else', 3)"),
            format!("UPDATE notes SET size = 9 WHERE id = {id}"),
            format!("UPDATE notes SET owner = 'else' WHERE id = {id}"),
            "UPDATE notes SET size = 7 WHERE id = 2 RETURNING id".to_owned(),
        ] {
            writeln!(told, "{version}: {sql}: {}", said(application, &sql).await).expect("text");
        }
    }
    told
}

#[tokio::test]
async fn policies_and_publications_hold_before_and_after() {
    let database = Database::new().await;
    let client = database.client().await;
    if is_before_15(&client).await {
        return;
    }
    let name = ask(&client, "SELECT current_database()").await;
    run(&client, &secured(&name)).await;
    let filters = "SELECT tablename, attnames, rowfilter FROM pg_publication_tables";
    let published = ask(&client, filters).await;
    let first = r#"[{"add_column": {"table": "notes", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;
    let url = url_as(&database, &format!("{name}_deploy"));
    let deploy = Target::resolve(Some(&url), &Environment::empty()).expect("a URL");
    let engine = engine_by(&deploy).await.expect("an engine");
    engine.start(&migration("first", first)).await.expect("a start");
    engine.complete().await.expect("an end");
    engine.start(&migration("next", CHANGE)).await.expect("a start");
    let app = url_as(&database, &format!("{name}_app"));
    let applications = [connect(&app).await, connect(&app).await];
    let mut told = told_by_both(&applications).await;
    engine.complete().await.expect("an end");
    for sql in [
        "SELECT id, size FROM notes ORDER BY id",
        "INSERT INTO notes (id, owner, size) VALUES (30, current_user, 8) RETURNING size",
        "INSERT INTO notes (id, owner, size) VALUES (31, current_user, 9)",
        "INSERT INTO notes (id, owner, size) VALUES (32, 'else', 8)",
    ] {
        writeln!(told, "completed: {sql}: {}", said(&applications[1], sql).await).expect("text");
    }
    writeln!(told, "before: {published}").expect("text");
    for sql in [
        filters,
        "SELECT pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
        "SELECT relname, relowner::regrole, relacl FROM pg_class WHERE relname = 'sizes'",
    ] {
        writeln!(told, "after: {}", ask(&client, sql).await).expect("text");
    }
    let all = "ALTER TABLE notes REPLICA IDENTITY FULL; ALTER PUBLICATION small SET (publish = 'insert, update')";
    run(&client, all).await;
    // Of a table that hides its rows, and by a function that the application may not call.
    let hidden = "CREATE FUNCTION short(text) RETURNS text LANGUAGE sql AS 'SELECT left($1, 9)';
        REVOKE EXECUTE ON FUNCTION short FROM PUBLIC; ALTER TABLE notes FORCE ROW LEVEL SECURITY";
    run(&client, &format!("SET ROLE {name}_deploy; {hidden}; RESET ROLE")).await;
    let by_function = r#"[{"add_column": {"table": "notes", "column": {"name": "b", "type": "text", "nullable": true},
        "up": "short(owner)"}}]"#;
    match engine.plan(&migration("more", by_function)).await {
        Err(Error::Rejected { rejections, .. }) => {
            rejections.iter().for_each(|one| writeln!(told, "{}", one.message).expect("text"));
        }
        other => panic!("updates would be refused: {other:?}"),
    }
    engine.close().await.expect("a clean end");
    insta::assert_snapshot!(told.replace(&name, "shop"));
}

/// What Postgres refuses every UPDATE for is told beforehand: by rows that cannot be filled, and by those that could not be
/// written any more.
#[tokio::test]
async fn tables_that_could_not_be_updated_are_told_beforehand() {
    let database = Database::new().await;
    let client = database.client().await;
    if is_before_15(&client).await {
        return;
    }
    run(
        &client,
        "CREATE TABLE chosen (id int PRIMARY KEY, size int NOT NULL);
         CREATE TABLE named (id int PRIMARY KEY, size int NOT NULL, \"no 1\" int);
         CREATE UNIQUE INDEX named_size ON named (size);
         ALTER TABLE named REPLICA IDENTITY USING INDEX named_size;
         CREATE TABLE parted (id int, size int, more int) PARTITION BY RANGE (id);
         CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
         CREATE UNIQUE INDEX parted_1_size ON parted_1 (size);
         ALTER TABLE parted_1 ALTER size SET NOT NULL, REPLICA IDENTITY USING INDEX parted_1_size;
         CREATE PUBLICATION some_rows FOR TABLE chosen WHERE (size > 3), named (size, \"no 1\") WHERE (size > 3);
         CREATE PUBLICATION by_root FOR TABLE parted (id) WITH (publish_via_partition_root);
         CREATE PUBLICATION inserts FOR TABLE chosen (id) WHERE (size > 4) WITH (publish = 'insert')",
    )
    .await;
    let mut told = String::new();
    for operations in [
        r#"[{"alter_column": {"table": "chosen", "column": "id", "type": "bigint"}}]"#,
        r#"[{"set_replica_identity": {"table": "named", "identity": {"type": "default"}}}]"#,
        r#"[{"set_replica_identity": {"table": "named", "identity": {"type": "nothing"}}}]"#,
        r#"[{"alter_column": {"table": "parted", "column": "more", "type": "bigint"}}]"#,
        // Nothing is filled here.
        r#"[{"add_column": {"table": "chosen", "column": {"name": "more", "type": "int", "default": "7"}}}]"#,
        r#"[{"alter_column": {"table": "named", "column": "size", "type": "bigint"}},
            {"alter_column": {"table": "named", "column": "no 1", "type": "bigint"}}]"#,
    ] {
        let engine = database.engine().await;
        match engine.plan(&migration("next", operations)).await {
            Err(Error::Rejected { rejections, .. }) => {
                rejections.iter().for_each(|one| writeln!(told, "{}", one.message).expect("text"));
            }
            Ok(_) => writeln!(told, "planned").expect("text"),
            other => panic!("{other:?}"),
        }
        engine.close().await.expect("a clean end");
    }
    insta::assert_snapshot!(told);
}

const STANDING: &str = "CREATE TABLE notes (id int PRIMARY KEY, owner text, size int) PARTITION BY RANGE (id);
    CREATE TABLE notes_1 PARTITION OF notes DEFAULT;
    INSERT INTO notes VALUES (1, 'ann', 1);
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER owned AFTER UPDATE OF owner ON notes FOR EACH ROW EXECUTE FUNCTION nothing();
    CREATE POLICY own ON notes USING (owner = current_user);
    CREATE FUNCTION owner_of(int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT owner FROM notes WHERE id = $1; END;
    CREATE PROCEDURE grow(more int) LANGUAGE sql BEGIN ATOMIC UPDATE notes SET size = size + more; END;
    CREATE VIEW owners AS SELECT id, owner FROM notes;
    CREATE VIEW big AS SELECT o.owner FROM owners o JOIN notes n USING (id) WHERE n.size > 9";

/// Each of these, and what puts it back.
const CHANGES: &[(&str, &str)] = &[
    (
        "CREATE OR REPLACE VIEW owners AS SELECT id, upper(owner) AS owner FROM notes",
        "CREATE OR REPLACE VIEW owners AS SELECT id, owner FROM notes",
    ),
    ("GRANT SELECT ON big TO PUBLIC", "REVOKE SELECT ON big FROM PUBLIC"),
    ("COMMENT ON VIEW big IS 'big'", "COMMENT ON VIEW big IS NULL"),
    ("ALTER VIEW big RENAME TO bigger", "ALTER VIEW bigger RENAME TO big"),
    ("CREATE VIEW other AS SELECT 1 AS one FROM big", "DROP VIEW other"),
    ("CREATE MATERIALIZED VIEW other AS SELECT owner FROM owners", "DROP MATERIALIZED VIEW other"),
    (
        "CREATE FUNCTION other() RETURNS SETOF big LANGUAGE sql AS 'SELECT * FROM big'",
        "DROP FUNCTION other",
    ),
    ("ALTER TABLE notes DISABLE TRIGGER owned", "ALTER TABLE notes ENABLE TRIGGER owned"),
    (
        "ALTER POLICY own ON notes USING (true)",
        "ALTER POLICY own ON notes USING (owner = current_user)",
    ),
    ("CREATE POLICY other ON notes USING (owner = 'ann')", "DROP POLICY other ON notes"),
    ("ALTER FUNCTION owner_of STRICT", "ALTER FUNCTION owner_of CALLED ON NULL INPUT"),
];

/// What has been changed since it was rehearsed is not overwritten, and `status` says so beforehand.
#[tokio::test]
async fn what_is_changed_meanwhile_is_not_overwritten() {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, STANDING).await;
    database.start("change", &migration("change", CHANGE)).await;
    let mut told = String::new();
    for (change, back) in CHANGES {
        run(&client, change).await;
        let before = database.catalog().await;
        let engine = database.engine().await;
        let status = engine.status().await.expect("a status").active.expect("it is live");
        let error = engine.complete().await.expect_err(change);
        assert!(matches!(error, Error::Altered { .. } | Error::InTheWay { .. }), "{error:?}");
        assert!(before == database.catalog().await, "{change}: something has changed");
        for what in &status.in_the_way {
            assert!(error.to_string().contains(what), "{error}\n{what}");
        }
        assert!(!status.in_the_way.is_empty(), "{change}: status says nothing");
        writeln!(told, "{change}\n    {}", status.in_the_way.join("\n    ")).expect("text");
        engine.close().await.expect("a clean end");
        run(&client, back).await;
    }
    let call =
        "CALL grow(2); SELECT owner_of(1), pg_typeof(owner) FROM owners; SELECT size FROM notes";
    assert_eq!(ask(&client, call).await, "ann | text, 3");
    database.complete("change").await;
    assert_eq!(ask(&client, call).await, "ann | character varying, 5");
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn triggers_and_functions_that_count_a_tables_columns_are_named_beforehand() {
    let database = Database::new().await;
    let functions =
        "CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE audit (LIKE users);
        CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO public.audit SELECT NEW.*; RETURN NULL; END';
        CREATE FUNCTION log_all() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO public.audit SELECT * FROM came; RETURN NULL; END';
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_notify(''users'', jsonb_build_object(''new'', to_jsonb(NEW))::text); RETURN NULL; END';
        CREATE FUNCTION compare() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF NEW.* IS DISTINCT FROM OLD.* THEN RETURN NEW; END IF; RETURN NULL; END';
        CREATE FUNCTION everybody() RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users';
        CREATE FUNCTION name_of(users) RETURNS text LANGUAGE sql AS 'SELECT $1.name';
        CREATE TRIGGER log AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log();
        CREATE TRIGGER tell AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
        CREATE TRIGGER log_all AFTER INSERT ON users REFERENCING NEW TABLE AS came
          FOR EACH STATEMENT EXECUTE FUNCTION log_all();
        CREATE TRIGGER compare BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION compare();";
    run(&database.client().await, functions).await;
    let add = r#"[{"add_column": {"table": "users", "column": {"name": "age", "type": "int", "nullable": true}}}]"#;
    let plan = database.engine().await.plan(&migration("next", add)).await.expect("a plan");
    insta::assert_snapshot!(plan.notes.join("\n"));
}
