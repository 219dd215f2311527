//! Who sees the tables as they were before `start`.

use super::onlooker::Trial;
use super::{Engine, Error};
use crate::ledger::Entry;
use crate::plan::ddl;
use crate::sql;
use crate::sql::Literal;

impl Engine<'_> {
    /// A transaction that began before the rows were filled, and keeps its snapshot (REPEATABLE READ, a dump, a
    /// cursor), would find the new columns empty once they have the old ones' names in the base schema.
    /// Whoever begins from now on sees them filled, so that those who are there now are all to be waited for. (One who came
    /// later, while somebody wrote who is older, looks the same from outside.)
    pub(super) async fn wait_for_older(&self, entry: &Entry) -> Result<(), Error> {
        if entry.plan.contract.guards.is_empty() {
            return Ok(());
        }
        let query = sql!(file "catalog/older.sql");
        let rows = self.connection.query(&query, &[&entry.version_schema.as_str()]).await?;
        let transactions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        if transactions.is_empty() {
            return Ok(());
        }
        let list = Literal::new(format!("{{{}}}", transactions.join(",")));
        let left = sql!(file "catalog/older_left.sql", transactions = list);
        let left = ddl::anonymous_block(&left);
        let purpose = "wait for transactions that are older than the new version";
        let trial = Trial { transactions: &transactions, ..Trial::of_ours(purpose) };
        self.with_retries(trial, async || Ok(self.connection.batch(&left).await?)).await
    }
}
