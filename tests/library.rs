//! The example of the library: instances of an application that start at the same moment.

use std::cell::Cell;

use straddle::engine::Event;

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
