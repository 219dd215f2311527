//! Users' triggers and rules do not fire for rows that the backfill writes; where they would, the plan
//! names them, and `start` wants to be told.

use straddle::engine::Error;
use straddle::migration::Migration;

use super::{as_role, ask, major, open, owner, quiet, run, slowly, start};
use crate::command::straddle;
use crate::operator::migration;
use crate::server::{Client, Database};

const TABLES: &str = r#"
    CREATE TABLE log (who text);
    CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO log VALUES (TG_NAME); RETURN NEW; END $$;
    CREATE TABLE users (id int PRIMARY KEY, name text);
    CREATE TABLE orders (id int, user_id int REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE);
    CREATE TRIGGER "before it" BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_it();
    CREATE TRIGGER after_it AFTER INSERT OR UPDATE ON users FOR EACH ROW WHEN (NEW.id > 1)
      EXECUTE FUNCTION log_it();
    CREATE TRIGGER each_statement AFTER UPDATE ON users EXECUTE FUNCTION log_it();
    CREATE CONSTRAINT TRIGGER in_the_end AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION log_it();
    CREATE TRIGGER of_name AFTER UPDATE OF name ON users EXECUTE FUNCTION log_it();
    CREATE TRIGGER of_insert AFTER INSERT ON users EXECUTE FUNCTION log_it();
    CREATE TRIGGER asleep AFTER UPDATE ON users EXECUTE FUNCTION log_it();
    ALTER TABLE users DISABLE TRIGGER asleep;
    CREATE TRIGGER on_replica AFTER UPDATE ON users EXECUTE FUNCTION log_it();
    ALTER TABLE users ENABLE REPLICA TRIGGER on_replica;
    CREATE RULE also AS ON UPDATE TO users DO ALSO INSERT INTO log VALUES ('also');
    CREATE TABLE items (id int, name text) PARTITION BY RANGE (id);
    CREATE TRIGGER of_all AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION log_it();
    CREATE TRIGGER of_none AFTER UPDATE ON items EXECUTE FUNCTION log_it();
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
    CREATE TRIGGER of_one AFTER UPDATE ON items_1 EXECUTE FUNCTION log_it();
    CREATE TABLE tidied (id int, name text);
    CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.name := trim(NEW.name); RETURN NEW; END $$;
    CREATE TRIGGER tidy BEFORE UPDATE ON tidied FOR EACH ROW EXECUTE FUNCTION tidy();
    INSERT INTO tidied VALUES (1, ' ann '), (2, 'bob');
    -- Nothing here is filled row by row.
    CREATE TABLE plain (id int);
    CREATE TRIGGER of_plain AFTER UPDATE ON plain EXECUTE FUNCTION log_it();
    INSERT INTO users VALUES (1, 'ann'), (2, 'bob');
    INSERT INTO orders VALUES (1, 1), (2, 2);
    INSERT INTO items VALUES (1, 'one');
    INSERT INTO plain VALUES (1);
    TRUNCATE log"#;

fn change() -> Migration {
    migration(
        "next",
        r#"[{"add_column": {"table": "users", "up": "length(name)",
              "column": {"name": "size", "type": "integer", "nullable": true}}},
            {"add_column": {"table": "items", "up": "length(name)",
              "column": {"name": "size", "type": "integer", "nullable": true}}},
            {"add_column": {"table": "tidied", "up": "length(name)",
              "column": {"name": "size", "type": "integer", "nullable": true}}},
            {"add_column": {"table": "plain", "up": "7",
              "column": {"name": "size", "type": "integer"}}}]"#,
    )
}

async fn open_as_owner() -> (Database, Client, String) {
    let (database, client) = open("").await;
    let role = owner(&client).await;
    run(&client, TABLES).await;
    (database, client, role)
}

async fn log(client: &Client) -> String {
    ask(client, "SELECT DISTINCT who FROM log ORDER BY who").await
}

#[tokio::test]
async fn a_role_that_cannot_keep_triggers_from_firing_is_told_before_anything_changes() {
    let (database, client, role) = open_as_owner().await;
    let before = database.catalog().await;
    let error = start(&database, as_role(&role), &change(), &quiet).await.expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        "the backfill would have these fire; nothing has changed\
         \n    the trigger `of_all` on `items`\
         \n    the trigger `of_one` on the partition `items_1`\
         \n    the trigger `tidy` on `tidied`\
         \n    the trigger `after_it` on `users`\
         \n    the trigger `before it` on `users`\
         \n    the trigger `each_statement` on `users`\
         \n    the trigger `in_the_end` on `users`\
         \n    the rule `also` on `users`"
    );
    let grant = format!("GRANT SET ON PARAMETER session_replication_role TO \"{role}\"");
    let hint = error.hint().expect("a hint");
    if major(&client).await < 15 {
        assert_eq!(hint, "start it as a superuser; or let them fire: --allow-triggers");
    } else {
        assert_eq!(hint, format!("`{grant}`; or let them fire: --allow-triggers"));
    }
    assert_eq!(before, database.catalog().await, "nothing has changed");
    assert_eq!(ask(&client, "SELECT to_regnamespace('straddle')").await, "NULL");

    let mut options = as_role(&role);
    options.allow_triggers = true;
    start(&database, options, &change(), &quiet).await.expect("a start that may");
    assert_eq!(
        log(&client).await,
        "after_it\nalso\nbefore it\neach_statement\nin_the_end\nof_all\nof_one",
        "what was named fired, and nothing else"
    );
    // Of what triggers make of a row, too, the new columns are what `up` makes.
    let tidied = "SELECT name, size FROM public_next.tidied ORDER BY id";
    assert_eq!(ask(&client, tidied).await, "ann | 3\nbob | 3");
    database.rollback("next").await;
    run(&client, "TRUNCATE log").await;

    if major(&client).await >= 15 {
        run(&client, &format!("RESET ROLE; ALTER TABLE users DISABLE TRIGGER on_replica; {grant}"))
            .await;
        start(&database, as_role(&role), &change(), &quiet).await.expect("a start of who may");
        assert_eq!(log(&client).await, "");
        assert_eq!(ask(&client, "SELECT sum(size) FROM public_next.users").await, "6");
    }
}

#[tokio::test]
async fn triggers_that_fire_for_replicas_are_named_to_a_superuser_too() {
    let (database, client) = open(TABLES).await;
    run(
        &client,
        "ALTER TABLE users ENABLE ALWAYS TRIGGER each_statement;
         ALTER TABLE users ENABLE REPLICA RULE also;
         -- Of this partition alone.
         ALTER TABLE items_1 ENABLE ALWAYS TRIGGER of_all",
    )
    .await;
    let error = start(&database, slowly(), &change(), &quiet).await.expect_err("a refusal");
    let Error::WouldFire { found } = &error else {
        panic!("{error}");
    };
    let found: Vec<&str> = found.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(
        found,
        [
            "the trigger `of_all` on `items`",
            "the trigger `each_statement` on `users`",
            "the trigger `on_replica` on `users`",
            "the rule `also` on `users`",
        ]
    );
    run(
        &client,
        "ALTER TABLE users ENABLE TRIGGER each_statement, DISABLE TRIGGER on_replica;
         ALTER TABLE users ENABLE RULE also;
         ALTER TABLE items_1 ENABLE TRIGGER of_all",
    )
    .await;
    start(&database, slowly(), &change(), &quiet).await.expect("a start");
    assert_eq!(log(&client).await, "", "nothing fired");
    assert_eq!(ask(&client, "SELECT size FROM public_next.items").await, "3");
    // From here on they fire as ever.
    run(&client, "UPDATE public_next.users SET size = 4").await;
    assert_eq!(
        log(&client).await,
        "after_it\nalso\nbefore it\neach_statement\nin_the_end",
        "clients' writes are theirs"
    );
}

/// The plan is read before the start is typed.
#[tokio::test]
async fn the_plan_names_the_triggers_and_the_flag_lets_them_fire() {
    let (database, _, role) = open_as_owner().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("next.yaml");
    let text = "operations:\n  - add_column: {table: users, column: {name: size, type: integer, \
                nullable: true}, up: length(name)}\n";
    std::fs::write(&file, text).expect("a file");
    let file = file.to_string_lossy();
    let url = database.url();
    let told = straddle(&url, &["plan", &file, "--role", &role]);
    assert!(
        told.stdout.contains(
            "note: the trigger `after_it` on `users` fires for rows that the backfill writes, for \
             the role may not set `session_replication_role`; `start` wants --allow-triggers"
        ),
        "{}",
        told.stdout
    );
    let refused = straddle(&url, &["start", &file, "--role", &role]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("nothing has changed"), "{}", refused.stderr);
    let allowed = straddle(&url, &["start", &file, "--role", &role, "--allow-triggers"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);
}
