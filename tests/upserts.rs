//! Upserts of both versions at the same time, when a column under a unique index is replaced: the two
//! indexes must not get into each other's way.

use crate::lifecycle::Case;

/// One application: upserts a few keys again and again. Says what failed.
async fn upsert(case: &Case, schema: &str, rounds: usize) -> Vec<String> {
    let client = case.database.client().await;
    client.batch_execute(&format!("SET search_path = {schema}")).await.expect("a version");
    let mut failed = Vec::new();
    for round in 0..rounds {
        let upsert = format!(
            "INSERT INTO users (email) VALUES ('user{}@example') \
             ON CONFLICT (email) DO UPDATE SET visits = users.visits + 1",
            round % 5
        );
        if let Err(error) = client.batch_execute(&upsert).await {
            failed.push(error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string));
        }
        if round % 7 == 0 {
            let delete = format!("DELETE FROM users WHERE email = 'user{}@example'", round % 5);
            client.batch_execute(&delete).await.expect("a delete");
        }
    }
    failed
}

#[tokio::test]
async fn upserts_through_both_versions_do_not_fail() {
    let case = Case::open("alter_column_unique").await;
    case.start(&case.migration).await;
    let rounds = 400;
    let failed = tokio::join!(
        upsert(&case, "public_base", rounds),
        upsert(&case, "public_next", rounds),
        upsert(&case, "public_base", rounds),
        upsert(&case, "public_next", rounds),
        upsert(&case, "public_base", rounds),
        upsert(&case, "public_next", rounds),
    );
    let failed = [failed.0, failed.1, failed.2, failed.3, failed.4, failed.5].concat();
    assert!(failed.is_empty(), "{} failed, such as: {}", failed.len(), failed[0]);
}
