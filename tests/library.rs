//! The example of the library: instances of an application that start at the same moment.

use std::cell::Cell;

use straddle::database::Error as DatabaseError;
use straddle::engine::{Cause, Error, Event};

use crate::operator::migration;
use crate::server::Database;

#[path = "../examples/migrate_at_start.rs"]
#[expect(dead_code, unreachable_pub, reason = "the example's own main is for cargo")]
mod migrate_at_start;

const FIRST: &str = "operations:\n  - create_table:\n      name: users\n      columns:\n        \
                     - {name: id, type: int, pk: true}\n";
const SECOND: &str = "operations:\n  - add_column:\n      table: users\n      column: {name: age, type: int, \
                      nullable: true}\n";

#[tokio::test]
async fn instances_that_start_at_once_are_migrated_by_one_of_them() {
    let database = Database::new().await;
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in [("01_users.yaml", FIRST), ("02_age.yaml", SECOND)] {
        std::fs::write(directory.path().join(name), text).expect("a file");
    }
    let url = database.url();
    let steps = Cell::new(0);
    let count = |event: &Event<'_>| {
        if let Event::Migration { command: "start", .. } = event {
            steps.set(steps.get() + 1);
        }
    };
    let instance = || migrate_at_start::migrate(&url, directory.path(), &count);
    let (one, other, third) = tokio::join!(instance(), instance(), instance());
    for version in [one, other, third, instance().await] {
        assert_eq!(version.expect("a version"), "public_02_age");
    }
    // Each of those that waited found it done.
    let client = database.client().await;
    let history = client.rows("SELECT name, state, phase FROM straddle.migrations").await;
    assert_eq!(history.expect("the ledger"), ["02_age | active | live"]);
    assert!(steps.get() >= 1);
}

/// An application tells why its migration failed by the SQLSTATE, and not by words.
#[tokio::test]
async fn what_postgres_said_is_at_the_bottom_of_a_failed_start() {
    let database = Database::new().await;
    let client = database.client().await;
    let rows = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO users VALUES (1, 'Ann'), (2, 'ann')";
    client.batch_execute(rows).await.expect("the rows");
    let unique = migration(
        "01_unique",
        r#"[{"alter_column": {"table": "users", "column": "name", "unique": {"name": "one_name"},
              "up": "lower(name)", "down": "name"}}]"#,
    );
    let error = database.engine().await.start(&unique).await.expect_err("two alike");
    let Error::StartUndone { cause, .. } = &error else {
        panic!("{error}");
    };
    assert!(matches!(**cause, Cause::Refused(_)), "{cause:?}");
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |one| one.source());
    let said: Vec<&DatabaseError> = causes.filter_map(|one| one.downcast_ref()).collect();
    assert_eq!(said.len(), 1, "{error:?}");
    let refused = said[0].refused().expect("Postgres said it");
    assert_eq!(refused.state.code(), "23505");
    assert_eq!(
        error.database().and_then(DatabaseError::refused).map(|it| it.state.code()),
        Some("23505")
    );
    // That is the name that Postgres knows; who reads the error is told his own.
    let detail = refused.detail.as_deref().unwrap_or_default();
    assert!(detail.contains("(_straddle_new_name)=(ann)"), "{detail}");
    assert!(error.to_string().contains("(name)=(ann)"), "{error}");
}

/// An application that is told no, and goes on with the same engine, is in nobody's way.
#[tokio::test]
async fn a_command_that_is_refused_lets_others_work() {
    let database = Database::new().await;
    let (first, second) = (database.engine().await, database.engine().await);
    let wrong = migration("01_wrong", r#"[{"drop_table": {"name": "nothing"}}]"#);
    let right = migration("01_right", r#"[{"sql": {"up": "CREATE TABLE users (id int)"}}]"#);
    first.start(&wrong).await.expect_err("there is no such table");
    let operators = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                     (SELECT oid FROM pg_database WHERE datname = current_database())";
    let client = database.client().await;
    assert_eq!(client.rows(operators).await.expect("the locks"), ["0"]);
    second.start(&right).await.expect("a start");
    first.start(&wrong).await.expect_err("another one is live");
    first.repair().await.expect("nothing to repair");
    second.complete().await.expect("an end");
    second.complete().await.expect_err("nothing is live");
    first.start(&right).await.expect_err("it is completed");
    assert_eq!(client.rows(operators).await.expect("the locks"), ["0"]);
}
