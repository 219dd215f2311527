//! How locks are taken: for one try a time that all of them have together, shorter than
//! `deadlock_timeout`; and before it a lock that nobody waits behind, for which autovacuum gives way.

use std::time::{Duration, Instant};

use super::{Engine, Error};
use crate::plan::{Lock, Step};
use crate::sql;
use crate::sql::{Milliseconds, QualifiedName, Sql};

/// How long an autovacuum worker may take to notice that it is asked to give way.
const REACTION: Duration = Duration::from_millis(500);

/// How long the locks of one try may take.
pub(super) enum Budget {
    /// All together: nobody waits longer behind us.
    Shared { all: Duration, began: Instant },
    /// Each of them; 0 is without end.
    Each(Duration),
}

impl Budget {
    /// What is left for the next one.
    pub(super) fn left(&self) -> Duration {
        match self {
            Self::Shared { all, began } => {
                Milliseconds::limit(all.saturating_sub(began.elapsed())).into()
            }
            Self::Each(timeout) => *timeout,
        }
    }
}

impl Step {
    /// Whether it locks a relation so strongly that writers wait behind it while it waits itself.
    fn is_strong(&self) -> bool {
        self.lock >= Lock::Share && self.relation.is_some()
    }

    /// Whether it may wait for its lock for as long as it takes: with a weak one nobody waits behind us.
    pub(super) fn is_patient(&self) -> bool {
        self.lock <= Lock::ShareUpdateExclusive && self.lock != Lock::None
    }
}

impl Engine<'_> {
    /// Takes the lock of a step in the transaction that is open. What its statements lock further (the other
    /// side of a foreign key) is to be had in what is left of the time.
    pub(super) async fn lock_for(&self, step: &Step) -> Result<Budget, Error> {
        let Some(relation) = step.relation.as_ref().filter(|_| step.is_strong()) else {
            return Ok(Budget::Each(match step.is_patient() {
                true => Duration::ZERO,
                false => self.options.lock_timeout,
            }));
        };
        let deadlock_timeout = self.deadlock_timeout().await?;
        let tables = self.make_way(std::slice::from_ref(relation), deadlock_timeout).await?;
        let budget = self.budget(deadlock_timeout);
        for table in &tables {
            self.connection.lock(table, step.lock, budget.left()).await?;
        }
        Ok(budget)
    }

    /// Runs statements in the transaction that is open. The ledger's row, which follows, is never waited for
    /// without end.
    pub(super) async fn run_within<'s>(
        &self,
        budget: &Budget,
        statements: impl IntoIterator<Item = &'s Sql>,
    ) -> Result<(), Error> {
        if let Budget::Each(timeout) = budget {
            let all = self.all_within(*timeout, statements);
            return Ok(self.connection.batch(&all).await?);
        }
        for statement in statements {
            let t = Milliseconds::from(budget.left());
            let statement = sql!("SET LOCAL lock_timeout = {t};\n{s}", t = t, s = statement);
            self.connection.batch(&statement).await?;
        }
        Ok(())
    }

    /// Statements of which none waits longer for a lock, and nothing behind them longer than usual.
    pub(super) fn all_within<'s>(
        &self,
        timeout: Duration,
        statements: impl IntoIterator<Item = &'s Sql>,
    ) -> Sql {
        sql!(
            "SET LOCAL lock_timeout = {t};\n{s};\nSET LOCAL lock_timeout = {l}",
            t = Milliseconds::from(timeout),
            s = sql::Separated::by(";\n", statements),
            l = Milliseconds::from(self.options.lock_timeout),
        )
    }

    /// Has autovacuum leave these tables: it gives way to who has waited for `deadlock_timeout`, which a
    /// strong lock must not, as everybody would wait behind it. So it is a weak one that waits, behind which
    /// reads and writes pass, and the strong one is to be had at once afterwards. Gives those that are
    /// tables: views, indexes, and what our role may not lock, are left to the statements.
    pub(super) async fn make_way<'r>(
        &self,
        relations: &'r [QualifiedName],
        deadlock_timeout: Duration,
    ) -> Result<Vec<&'r QualifiedName>, Error> {
        let names: Vec<String> = relations.iter().map(ToString::to_string).collect();
        let query = sql!(file "catalog/lockable.sql");
        let rows = self.connection.ask(&query, &[&names]).await?;
        let lockable: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let patience = deadlock_timeout + REACTION;
        let is_lockable = |one: &&QualifiedName| lockable.contains(&one.to_string());
        let tables: Vec<&QualifiedName> = relations.iter().filter(is_lockable).collect();
        for table in &tables {
            self.connection.lock(table, Lock::ShareUpdateExclusive, patience).await?;
        }
        Ok(tables)
    }

    /// The time for all locks of one try, from now on: shorter than `deadlock_timeout`, so that against a
    /// client that locks the other way round it is we who give up, and never the client.
    pub(super) fn budget(&self, deadlock_timeout: Duration) -> Budget {
        let all = self.options.lock_timeout.min(deadlock_timeout * 4 / 5);
        Budget::Shared { all, began: Instant::now() }
    }

    /// As it is at the moment. Not from `pg_settings`, which lists all settings for the sake of one.
    pub(super) async fn deadlock_timeout(&self) -> Result<Duration, Error> {
        let query = sql!(
            "SELECT (extract(epoch FROM current_setting('deadlock_timeout')::interval) * 1000)::bigint"
        );
        let rows = self.connection.ask(&query, &[]).await?;
        let patience: Option<i64> = rows.first().map(|row| row.get(0));
        let patience = patience.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(1000);
        Ok(Duration::from_millis(patience))
    }
}
