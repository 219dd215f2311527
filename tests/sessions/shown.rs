//! What the versions of a script show, seen from outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::client::Session;
use super::script::Script;

/// A table of a version.
type Table = (&'static str, String);

/// What the versions that are live have shown last.
pub(super) struct Shown<'a> {
    script: &'a Script,
    observer: Arc<Session>,
    live: Vec<&'static str>,
    rows: BTreeMap<Table, Vec<String>>,
}

impl<'a> Shown<'a> {
    /// Nothing, as yet.
    pub(super) fn new(script: &'a Script, observer: Arc<Session>) -> Self {
        Self { script, observer, live: vec!["old"], rows: BTreeMap::new() }
    }

    /// These versions are live from now on; says which are no more.
    pub(super) fn are_live(&mut self, live: Vec<&'static str>) -> Vec<String> {
        let gone = self.live.iter().filter(|version| !live.contains(version));
        let gone = gone.map(|version| format!("{version} is gone")).collect();
        self.live = live;
        gone
    }

    /// What is different in either version since the last time.
    pub(super) async fn changes(&mut self) -> Vec<String> {
        let tables = self.tables().await;
        let mut queries = String::new();
        for (version, table) in &tables {
            let schema = self.script.schema_of(version).replace('"', "\"\"");
            let query = format!(
                "SELECT * FROM \"{schema}\".{table} AS shown ORDER BY shown::text COLLATE \"C\";"
            );
            queries.write_str(&query).expect("text");
        }
        let lists = self.observer.lists(&queries).await;
        let rows = tables.iter().cloned().zip(lists).collect();
        let before = std::mem::replace(&mut self.rows, rows);
        let mut changes = Vec::new();
        // In the order of `tables`: the old version first.
        for key in &tables {
            let (version, table) = key;
            let (now, then) = (&self.rows[key], before.get(key).map_or(&[][..], Vec::as_slice));
            let gone = without(then, now);
            let gone = gone.filter(|row| !now.iter().any(|other| first(other) == first(row)));
            changes.extend(gone.map(|row| format!("{version}.{table} - {row}")));
            changes.extend(without(now, then).map(|row| format!("{version}.{table} + {row}")));
        }
        changes
    }

    async fn tables(&self) -> Vec<Table> {
        let mut queries = String::new();
        for version in &self.live {
            let schema = self.script.schema_of(version).replace('\'', "''");
            let tables = format!(
                "SELECT quote_ident(relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                 WHERE nspname = '{schema}' AND relkind IN ('v', 'm', 'r', 'p') AND NOT relispartition
                 ORDER BY relname COLLATE \"C\";"
            );
            queries.push_str(&tables);
        }
        let lists = self.observer.lists(&queries).await;
        let tables = self.live.iter().zip(lists);
        tables
            .flat_map(|(version, tables)| tables.into_iter().map(|table| (*version, table)))
            .collect()
    }
}

/// The rows that are in one list more often than in the other.
fn without<'r>(rows: &'r [String], others: &[String]) -> impl Iterator<Item = &'r String> {
    let mut others = others.to_vec();
    rows.iter().filter(move |row| match others.iter().position(|other| other == *row) {
        None => true,
        Some(at) => {
            others.swap_remove(at);
            false
        }
    })
}

fn first(row: &str) -> &str {
    row.split(" | ").next().unwrap_or(row)
}
