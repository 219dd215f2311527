//! Whatever users have done meanwhile, and whatever their SQL does, a command comes to an end.

use straddle::engine::{Engine, Error, Options};
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::Database;

async fn database() -> Database {
    let database = Database::new().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE m (id int PRIMARY KEY)").await.expect("a table");
    client.batch_execute("CREATE TABLE o (id int PRIMARY KEY)").await.expect("a table");
    let first = migration(
        "first",
        r#"[{"add_column": {"table": "o", "column": {"name": "a", "type": "int", "nullable": true}}}]"#,
    );
    database.start("first", &first).await;
    database.complete("first").await;
    database
}

const ADD: &str =
    r#"{"add_column": {"table": "o", "column": {"name": "b", "type": "int", "nullable": true}}}"#;

#[tokio::test]
async fn sql_behind_complete_that_always_fails_does_not_keep_it_from_ending() {
    let database = database().await;
    let late = r#"{"sql": {"up": "SELECT 1 / 0", "phase": "contract", "transaction": false}}"#;
    let next = migration("next", &format!("[{ADD}, {late}]"));
    database.start("next", &next).await;
    let engine = database.engine().await;
    let failed = engine.complete().await.expect_err("the SQL fails");
    assert!(matches!(failed, Error::SqlFailed { .. }), "{failed}");
    assert!(engine.status().await.expect("a status").active.is_none(), "it is completed");
    let names = engine.completed().await.expect("names");
    assert_eq!(names, ["first", "next"]);
}

#[tokio::test]
async fn a_down_that_always_fails_does_not_keep_rollback_from_ending() {
    let database = database().await;
    let sql = r#"[{"sql": {"up": "CREATE TABLE q (id int)", "down": "SELECT 1 / 0"}}]"#;
    let next = migration("next", sql);
    database.start("next", &next).await;
    let engine = database.engine().await;
    let failed = engine.rollback().await.expect_err("the SQL fails");
    assert!(matches!(failed, Error::SqlFailed { .. }), "{failed}");
    assert!(engine.status().await.expect("a status").active.is_none(), "it is rolled back");
}

#[tokio::test]
async fn a_start_that_fails_says_when_sql_without_down_has_done_something() {
    let database = database().await;
    let sql = r#"[{"sql": {"up": "CREATE TABLE q (id int)"}}, {"sql": {"up": "SELECT 1 / 0"}}]"#;
    let failed = database.engine().await.start(&migration("next", sql)).await;
    let failed = failed.expect_err("the SQL fails").to_string();
    assert!(failed.ends_with("but for what the migration's own SQL did"), "{failed}");
}

#[tokio::test]
async fn a_view_of_somebody_on_a_version_is_named_before_anything_changes() {
    let database = database().await;
    let client = database.client().await;
    let next = migration("next", &format!("[{ADD}]"));
    database.start("next", &next).await;
    let engine = database.engine().await;
    let before = database.catalog().await;
    client.batch_execute("CREATE VIEW new_m AS SELECT * FROM public_next.m").await.expect("a view");
    let refused = engine.rollback().await.expect_err("a view is in the way");
    assert!(
        matches!(&refused, Error::Altered { found, .. }
            if found == &["view new_m stands on the version public_next: `DROP VIEW public.new_m`"]),
        "{refused}"
    );
    client.batch_execute("DROP VIEW new_m").await.expect("no view");
    client
        .batch_execute("CREATE VIEW old_m AS SELECT * FROM public_first.m")
        .await
        .expect("a view");
    let refused = engine.complete().await.expect_err("a view is in the way");
    assert!(
        matches!(&refused, Error::InTheWay { found, .. } if found == &["view old_m"]),
        "{refused}"
    );
    client.batch_execute("DROP VIEW old_m").await.expect("no view");
    assert_eq!(before, database.catalog().await);
    engine.complete().await.expect("nothing is in the way");
}

#[tokio::test]
async fn the_plan_of_what_is_live_is_what_was_started() {
    let database = database().await;
    let next = migration("next", &format!("[{ADD}]"));
    let engine = database.engine().await;
    let plan = engine.plan(&next).await.expect("a plan");
    engine.start(&next).await.expect("a start");
    assert_eq!(engine.plan(&next).await.expect("a plan"), plan);
    let other = migration("other", &format!("[{ADD}]"));
    let refused = engine.plan(&other).await.expect_err("another one is live");
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
}

/// Each of them is named with the GRANT to type before anything has changed.
#[tokio::test]
async fn what_a_role_may_not_make_is_said_before_anything_is_made() {
    let database = Database::new().await;
    let client = database.client().await;
    let role = client.rows("SELECT current_database() || '_poor'").await.expect("a name").concat();
    let poor = format!(
        "CREATE TABLE m (id int PRIMARY KEY, a text); CREATE INDEX m_a ON m (a); CREATE ROLE {role};
         ALTER TABLE m OWNER TO {role}; REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    );
    client.batch_execute(&poor).await.expect("a role");
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.role = Some(Ident::new(role.as_str()).expect("a name"));
    let engine = Engine::open(&database.target(), options, &|_| {}).await.expect("an engine");
    let change = r#"[{"alter_column": {"table": "m", "column": "a", "type": "varchar(9)",
        "up": "a", "down": "a"}}]"#;
    let next = migration("next", change);
    let grant = async |refused: Error| {
        let hint = refused.hint().expect("what to type");
        let sql = hint.split('`').nth(1).expect("a statement");
        assert!(sql.starts_with("GRANT CREATE"), "{refused}: {sql}");
        client.batch_execute(sql).await.expect("a right");
        refused.to_string()
    };
    let before = database.catalog().await;
    for of in ["in the database", "in the schema public"] {
        let refused = engine.start(&next).await.expect_err("a right is lacking");
        assert_eq!(before, database.catalog().await, "{refused}");
        let said = grant(refused).await;
        assert!(said.contains(of) && said.contains("nothing has changed"), "{said}");
    }
    engine.start(&next).await.expect("nothing is lacking");
    // No version is closed, and so no schema gets another name.
    let deprived = format!(
        "REVOKE CREATE ON SCHEMA public FROM {role};
         DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM {role}', current_database()); END $$"
    );
    client.batch_execute(&deprived).await.expect("no right");
    let refused = engine.complete().await.expect_err("a right is lacking").to_string();
    let mut grants = refused.split('`').filter(|part| part.starts_with("GRANT"));
    let (sql, none) = (grants.next().expect("a statement"), grants.next());
    assert_eq!(none, None, "{refused}");
    client.batch_execute(sql).await.expect("a right");
    engine.complete().await.expect("nothing is lacking");
    engine.close().await.expect("a clean end");
    let gone = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
    client.batch_execute(&gone).await.expect("no role");
}

/// Refuses, to whoever acts as Straddle, to take a trigger off a table.
const KEPT: &str = "CREATE FUNCTION keep() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      IF tg_tag = 'DROP TRIGGER' THEN RAISE 'not now'; END IF; END $$;
    CREATE EVENT TRIGGER keep ON ddl_command_start EXECUTE FUNCTION keep()";

#[tokio::test]
async fn rows_that_are_written_while_a_rollback_is_held_up_have_their_defaults() {
    let database = database().await;
    let client = database.client().await;
    client
        .batch_execute("ALTER TABLE o ADD COLUMN state text DEFAULT 'new'")
        .await
        .expect("a column");
    let operations = r#"[
      {"alter_column": {"table": "o", "column": "state", "type": "varchar(20)", "up": "upper(state)", "down": "lower(state)"}},
      {"add_column": {"table": "o", "column": {"name": "source", "type": "text", "default": "'web'"}}}]"#;
    database.start("next", &migration("next", operations)).await;
    client.batch_execute(KEPT).await.expect("an event trigger");
    let engine = database.engine().await;
    engine.rollback().await.expect_err("the trigger stays");
    let insert = "INSERT INTO public.o (id) VALUES (1); SET search_path = public_first; INSERT INTO o (id) VALUES (2)";
    client.batch_execute(insert).await.expect("two rows");
    let rows = client.rows("SELECT id, state FROM public.o ORDER BY id").await.expect("the rows");
    assert_eq!(rows, ["1 | new", "2 | new"]);
    client
        .batch_execute("DROP EVENT TRIGGER keep; DROP FUNCTION public.keep()")
        .await
        .expect("no event trigger");
    engine.rollback().await.expect("a rollback");
    let rows = client.rows("SELECT id, state FROM public.o ORDER BY id").await.expect("the rows");
    assert_eq!(rows, ["1 | new", "2 | new"]);
}

#[tokio::test]
async fn an_index_for_which_temp_file_limit_is_too_low_names_what_raises_it() {
    let database = Database::new().await;
    let client = database.client().await;
    let set = async |setting: &str| {
        let set = format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting}', current_database()); END $$"
        );
        client.batch_execute(&set).await.expect("a setting");
    };
    let many = "CREATE TABLE many (id int PRIMARY KEY, text text);
        INSERT INTO many SELECT i, md5(i::text) FROM generate_series(1, 60000) i";
    client.batch_execute(many).await.expect("a table");
    set("maintenance_work_mem = 1024").await;
    set("temp_file_limit = 512").await;
    let index = r#"[{"create_index": {"table": "many", "name": "texts", "columns": ["text"]}}]"#;
    let failed = database.engine().await.start(&migration("next", index)).await;
    let failed = failed.expect_err("no room");
    // Later majors quote the setting.
    let said = failed.to_string().replace('"', "");
    assert!(said.contains("exceeds temp_file_limit (512kB)"), "{said}");
    let hint = failed.hint().unwrap_or_default();
    let raise = "(ALTER ROLE .. SET temp_file_limit = '10GB'; -1 is no limit)";
    assert!(hint.contains(raise), "{hint}");
    assert!(hint.ends_with("run the same command again, or `straddle rollback`"), "{hint}");
    set("temp_file_limit = -1").await;
    database.start("next", &migration("next", index)).await;
    let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'texts'::regclass";
    assert_eq!(client.rows(valid).await.expect("an index"), ["t"]);
}
