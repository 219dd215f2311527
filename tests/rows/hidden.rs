//! Row level security hides no row from the backfill, or the start is refused.

use straddle::engine::Error;

use super::{as_role, ask, major, open, owner, quiet, run, start};
use crate::operator::migration;

const TABLES: &str = "
    CREATE TABLE notes (id int PRIMARY KEY, body text);
    INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 100) i;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY first_ten ON notes USING (id <= 10) WITH CHECK (false);
    CREATE TABLE books (id int PRIMARY KEY);
    INSERT INTO books SELECT generate_series(1, 100)";

const FILL: &str = r#"[{"add_column": {"table": "notes", "up": "length(body)",
    "column": {"name": "size", "type": "integer"}}}]"#;

/// Constraints that bind both versions, whose culprits are looked for before they are made.
const CHECK: &str = r#"[{"create_constraint": {"table": "notes", "name": "short", "type": "check",
    "columns": ["id"], "check": "id <> 50", "up": {"id": "id"}, "down": {"id": "id"}}}]"#;
const REFER: &str = r#"[{"create_constraint": {"table": "notes", "name": "of_a_book",
    "type": "foreign_key", "columns": ["id"], "references": {"table": "books", "columns": ["id"]},
    "up": {"id": "id"}, "down": {"id": "id"}}}]"#;

#[tokio::test]
async fn rows_that_policies_hide_are_filled_or_the_start_is_refused() {
    let (database, client) = open("").await;
    let role = owner(&client).await;
    run(&client, TABLES).await;
    // On 14, views would show the rows to everybody.
    if major(&client).await < 15 {
        return;
    }
    run(&client, "ALTER TABLE notes FORCE ROW LEVEL SECURITY").await;
    let before = database.catalog().await;
    for operations in [FILL, CHECK, REFER] {
        let change = migration("next", operations);
        let error = start(&database, as_role(&role), &change, &quiet).await;
        let Err(Error::Rejected { rejections, .. }) = error else {
            panic!("{operations}: {error:?}");
        };
        assert_eq!(
            rejections[0].message,
            "`notes` has FORCE ROW LEVEL SECURITY, which hides rows from the role that migrates"
        );
        let hint = rejections[0].hint.clone().expect("a hint");
        assert_eq!(
            hint,
            format!(
                "`ALTER ROLE \"{role}\" BYPASSRLS`, or `ALTER TABLE \"public\".\"notes\" NO FORCE ROW \
                 LEVEL SECURITY` until it is completed"
            )
        );
    }
    assert_eq!(before, database.catalog().await, "nothing has changed");

    let filled = "RESET ROLE; SELECT count(*) FROM public_next.notes WHERE size = length(body)";
    run(&client, "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY").await;
    // The owner, and who is no owner but a member of it.
    let member = format!("{role}_member");
    run(
        &client,
        &format!(
            "RESET ROLE; CREATE ROLE {member}; GRANT {role} TO {member};
             GRANT CREATE ON DATABASE {} TO {member}",
            role.trim_end_matches("_owner")
        ),
    )
    .await;
    for who in [&role, &member] {
        let change = migration("next", FILL);
        start(&database, as_role(who), &change, &quiet).await.expect("a start");
        assert_eq!(ask(&client, filled).await, "100", "{who}");
        database.rollback("next").await;
    }
    // A bad row is found where policies would hide it from others.
    let change = migration("next", CHECK);
    let error = start(&database, as_role(&member), &change, &quiet).await.expect_err("bad rows");
    assert!(error.to_string().contains("{\"id\": 50}"), "{error}");

    run(
        &client,
        &format!("ALTER TABLE notes FORCE ROW LEVEL SECURITY; ALTER ROLE {role} BYPASSRLS"),
    )
    .await;
    start(&database, as_role(&role), &migration("next", FILL), &quiet).await.expect("a start");
    assert_eq!(ask(&client, filled).await, "100");
}

/// Where policies come to bind the owner in the middle of it, that is an error and not silence.
#[tokio::test]
async fn policies_that_come_meanwhile_hide_nothing_in_silence() {
    let (database, client) = open("").await;
    let role = owner(&client).await;
    run(&client, TABLES).await;
    if major(&client).await < 15 {
        return;
    }
    let url = database.url();
    let listener = |event: &straddle::engine::Event<'_>| {
        if matches!(event, straddle::engine::Event::Backfilled { .. }) {
            let force = "ALTER TABLE notes FORCE ROW LEVEL SECURITY".to_owned();
            crate::server::aside(url.clone(), force);
        }
    };
    let before = database.catalog().await;
    let error = start(&database, as_role(&role), &migration("next", FILL), &listener).await;
    let error = error.expect_err("rows that cannot be seen").to_string();
    assert!(error.contains("row-level security"), "{error}");
    run(&client, "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY").await;
    assert_eq!(before, database.catalog().await, "all is undone");
}
