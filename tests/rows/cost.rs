//! What a plan says of rows to rewrite is what happens: seen by where the rows lie, over all cases of
//! `tests/cases` as they are lived through.

use std::collections::BTreeMap;

use straddle::plan::Plan;

use crate::server::Client;

/// The tables of the base schema, and where their rows lie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Places(BTreeMap<String, Place>);

#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// The table, or that of which it is a partition, as the version before calls it.
    table: String,
    /// Another one when Postgres has rewritten the table.
    file_node: String,
    size: String,
    /// Other ones when rows have been written.
    rows: Vec<String>,
}

impl Places {
    pub(crate) async fn of(client: &Client) -> Self {
        let tables = client
            .rows(
                "SELECT c.oid, COALESCE(r.relname, c.relname), pg_relation_filenode(c.oid),
                   pg_relation_size(c.oid), format('%I.%I', 'public', c.relname)
                 FROM pg_class c LEFT JOIN pg_class r ON r.oid = pg_partition_root(c.oid)
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'",
            )
            .await
            .expect("the tables");
        let mut places = BTreeMap::new();
        for line in tables {
            let [oid, table, file_node, size, name]: [&str; 5] =
                line.split(" | ").collect::<Vec<_>>().try_into().expect("five columns");
            let rows = format!("SELECT ctid, xmin FROM ONLY {name} ORDER BY ctid");
            let rows = client.rows(&rows).await.expect("the rows");
            let [table, file_node, size] = [table, file_node, size].map(ToOwned::to_owned);
            places.insert(oid.to_owned(), Place { table, file_node, size, rows });
        }
        Self(places)
    }

    /// What a start has done to these tables is what its plan says.
    pub(crate) fn changed_as_planned(&self, after: &Self, plan: &Plan, name: &str) {
        for (before, after) in self.with(after) {
            assert_eq!(
                before.file_node, after.file_node,
                "{name}: `{}` was rewritten",
                before.table
            );
            let mut rewrites = plan.rewrites.iter();
            if rewrites.any(|rewrites| rewrites.table.as_str() == before.table) {
                let written = before.rows.is_empty() || before.rows != after.rows;
                assert!(written, "{name}: no row of `{}` was written", before.table);
            } else {
                assert_eq!(before, after, "{name}: rows to rewrite: 0");
            }
        }
    }

    /// Nothing has been done to these tables' rows.
    pub(crate) fn stayed(&self, after: &Self, name: &str) {
        for (before, after) in self.with(after) {
            let before = (&before.file_node, &before.size, &before.rows);
            assert_eq!(before, (&after.file_node, &after.size, &after.rows), "{name}: complete");
        }
    }

    /// The tables that are there before and after.
    fn with<'a>(&'a self, after: &'a Self) -> impl Iterator<Item = (&'a Place, &'a Place)> {
        self.0.iter().filter_map(|(oid, before)| Some((before, after.0.get(oid)?)))
    }
}
