//! Applications of both versions refer to keys that others of either version change, while start, rollback, start and
//! complete go by: where a key and what refers to it are both replaced, and no expression gives back what the other
//! version has stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;

use super::number;
use crate::operator::migration;
use crate::server::{Client, Database};

const BEFORE: &str = "
    CREATE TABLE groups (id int PRIMARY KEY, code text UNIQUE NOT NULL);
    CREATE TABLE members (id serial PRIMARY KEY,
      code text REFERENCES groups (code) ON UPDATE CASCADE ON DELETE CASCADE);
    CREATE INDEX ON members (code);
    INSERT INTO groups SELECT i, 'k' || i FROM generate_series(1, 8) i";

const MIGRATION: &str = r#"[
    {"alter_column": {"table": "groups", "column": "code", "type": "varchar(40)",
      "up": "upper(code)", "down": "lower(code)"}},
    {"alter_column": {"table": "members", "column": "code", "type": "varchar(40)",
      "up": "upper(code)", "down": "lower(code)"}}]"#;

/// Rows that refer to something else in one version than in the other.
const APART: &str = "
    SELECT count(*)::text
    FROM public.members AS old JOIN public_next.members AS new USING (id)
    JOIN public.groups AS was ON was.code = old.code
    LEFT JOIN public_next.groups AS becomes ON becomes.code = new.code
    WHERE becomes.id IS DISTINCT FROM was.id";

/// One after the other writes, and locks the key that it refers to, as one does who reads it first.
async fn work(client: Client, seed: u64, stop: Arc<AtomicBool>) -> Result<usize, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut statements = 0;
    while !stop.load(Ordering::Relaxed) {
        let (group, value) = (random.random_range(1..=8), random.random_range(0..1_000_000_000));
        let key = format!("SELECT code FROM groups WHERE id = {group} FOR KEY SHARE");
        let statement = match random.random_range(0..8) {
            0..=3 => format!("INSERT INTO members (code) {key}"),
            4 => format!("INSERT INTO members (code) VALUES (NULL), (({key}))"),
            5 => "DELETE FROM members WHERE id = (SELECT min(id) FROM members) \
                  AND (SELECT count(*) FROM members) > 200"
                .to_owned(),
            _ => format!("UPDATE groups SET code = 'Key{group}_{value}' WHERE id = {group}"),
        };
        client.batch_execute(&statement).await.map_err(|error| {
            stop.store(true, Ordering::Relaxed);
            format!("{statement}: {error}")
        })?;
        statements += 1;
    }
    Ok(statements)
}

struct Working(JoinSet<Result<usize, String>>, Arc<AtomicBool>);

impl Working {
    async fn begin(database: &Database, schema: &str, clients: u64, seed: u64) -> Self {
        let mut working = Self(JoinSet::new(), Arc::default());
        for number in 0..clients {
            let client = database.client().await;
            let path = format!("SET search_path = {schema}");
            client.batch_execute(&path).await.expect("a search path");
            working.0.spawn(work(client, seed * 1000 + number, Arc::clone(&working.1)));
        }
        working
    }

    async fn end(self) -> usize {
        self.1.store(true, Ordering::Relaxed);
        let done = self.0.join_all().await.into_iter().collect::<Result<Vec<usize>, String>>();
        done.expect("no statement fails").into_iter().sum()
    }
}

#[tokio::test]
async fn rows_refer_to_the_same_keys_in_both_versions_whoever_wrote_those() {
    let database = Database::new().await;
    let looker = database.client().await;
    looker.batch_execute(BEFORE).await.expect("tables");
    let seed = number("CROWD_SEED", 0);
    let seconds = Duration::from_secs_f64(number("CROWD_SECONDS", super::SECONDS) / 2.0);
    let old = Working::begin(&database, "public", 4, seed).await;
    let next = migration("next", MIGRATION);
    let mut statements = 0;
    for start in 1..=3 {
        database.start("next", &next).await;
        let new = Working::begin(&database, "public_next", 2, seed + start).await;
        tokio::time::sleep(seconds).await;
        let apart = looker.rows(APART).await.expect("both versions");
        assert_eq!(apart, ["0"], "CROWD_SEED={seed}");
        statements += new.end().await;
        if start < 3 {
            database.rollback("next").await;
        }
    }
    statements += old.end().await;
    database.complete("next").await;
    assert!(statements > 200, "{statements} statements say too little");
}
