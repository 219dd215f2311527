//! `complete`: one short transaction in which the new version becomes the only one, and then the old
//! views in batches.

use std::cell::RefCell;

use super::locks::Budget;
use super::onlooker::Trial;
use super::run::{Job, cursor};
use super::two_sessions::Turn;
use super::{Engine, Error, Event};
use crate::compile::{self, refresh_views};
use crate::database::{Error as DatabaseError, read_schema};
use crate::ledger::{self, Entry};
use crate::lifecycle::{self, Command, Ended};
use crate::plan::{Lock, Phase, Raw};
use crate::sql;
use crate::sql::{Ident, Milliseconds, QualifiedName};

impl Engine<'_> {
    /// Completes the migration that is live. Returns its version schema.
    ///
    /// # Errors
    /// When none is live, something unknown would be destroyed, or locks are not to be had. Until the
    /// one transaction has committed, nothing has changed.
    pub async fn complete(&self) -> Result<Ident, Error> {
        self.as_command("complete", "", Box::pin(self.complete_or_continue())).await
    }

    async fn complete_or_continue(&self) -> Result<Ident, Error> {
        self.become_operator().await?;
        self.check_replicas().await?;
        let version = self.complete_as_operator().await?;
        self.resign().await;
        let done = format!("`{}` is the only version", version.as_str());
        self.wait_for_replicas("complete", &done).await?;
        Ok(version)
    }

    async fn complete_as_operator(&self) -> Result<Ident, Error> {
        let entry = self.entry().await?;
        // The same command again, to wait for the replicas again.
        if let Some(Entry { ended: Some(Ended::Completed), version_schema, .. }) = &entry
            && self.options.replicas.is_some()
        {
            return Ok(version_schema.clone());
        }
        lifecycle::next(&ledger::state(entry.as_ref()), &Command::Complete)?;
        let Some(entry) = entry else {
            return Err(lifecycle::Refusal::NothingStarted { last: None }.into());
        };
        self.take_over(&entry).await?;
        let job = Job { id: entry.id };
        let mut done = 0;
        if entry.cursor.phase == Phase::Contract {
            self.emit(&Event::Continuing { phase: Phase::Contract });
            done = entry.cursor.done;
            self.refuse_uncontracted(&entry).await?;
        }
        if done == 0 {
            // First without any lock; and under the locks again, for a row may come in between.
            let purpose = "look for what is in the way of `complete`";
            self.with_retries(Trial::of_ours(purpose), async || {
                self.connection.begin().await?;
                let looked = async {
                    self.refuse_to_lose(&entry).await?;
                    self.refuse_changed_dependents(&entry).await
                };
                let looked = looked.await;
                self.connection.rollback().await?;
                looked?;
                self.refuse_the_unknown_early(&entry).await
            })
            .await?;
            self.wait_for_older(&entry).await?;
            self.contract(&entry).await?;
            done = 1;
        }
        let cleanup = &entry.plan.contract.cleanup;
        let mut failed = None;
        let turn = |(index, step)| {
            let (phase, number, total) = (Phase::Contract, index + 2, cleanup.len() + 1);
            Turn { phase, number, total, index, step, after: cursor(phase, number) }
        };
        let turns: Vec<Turn<'_>> = cleanup.iter().enumerate().skip(done - 1).map(turn).collect();
        let one = async |turn: &Turn<'_>| {
            self.run_or_pass_over(job, turn.step, turn.index, turn.after, &mut failed).await
        };
        let run = self.run_turns(job, &turns, one, Error::step_failed).await;
        run.map_err(|(_, error)| error)?;
        self.describe_for_later(Some((job.id, &entry.plan))).await?;
        self.end(job, Ended::Completed).await?;
        match failed {
            None => Ok(entry.version_schema),
            Some(cause) => Err(Error::SqlFailed { done: "the migration is completed", cause }),
        }
    }

    /// The transaction, tried until its locks are to be had.
    async fn contract(&self, entry: &Entry) -> Result<(), Error> {
        let locks = RefCell::new(self.locks_to_take(entry).await?);
        let purpose = "take the locks for contract";
        // A lock on a view is one on its table, so that the holder may be at any of them.
        let opening = entry.plan.contract.opening.iter().filter_map(|step| step.relation.clone());
        let relations: Vec<QualifiedName> =
            opening.chain(entry.plan.contract.locks.iter().cloned()).collect();
        let lock = Lock::AccessExclusive;
        let trial = Trial { lock, relations: &relations, ..Trial::of_ours(purpose) };
        let contracted = self.with_retries(trial, async || self.try_contract(entry, &locks).await);
        contracted.await.map_err(|error| match error {
            Error::Database(source) if source.is_permanent() => Error::NotContracted { source },
            Error::Database(source) if source.refused().is_some() => {
                Error::Interrupted { purpose: "contract".into(), source }
            }
            other => other,
        })
    }

    /// The relations to be locked. A view of the old version that somebody has dropped needs no lock.
    async fn locks_to_take(&self, entry: &Entry) -> Result<Vec<QualifiedName>, Error> {
        let mut locks = entry.plan.contract.locks.clone();
        let names: Vec<String> = locks.iter().map(ToString::to_string).collect();
        let query =
            sql!("SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL");
        let rows = self.connection.query(&query, &[&names]).await?;
        let gone: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let previous = entry.previous_schema.as_ref();
        locks.retain(|lock| Some(&lock.schema) != previous || !gone.contains(&lock.to_string()));
        Ok(locks)
    }

    /// One try. A lock that is not to be had comes first the next time: a fixed order can go on
    /// missing.
    async fn try_contract(
        &self,
        entry: &Entry,
        locks: &RefCell<Vec<QualifiedName>>,
    ) -> Result<(), Error> {
        let contract = &entry.plan.contract;
        self.connection.begin().await?;
        self.connection.plan_once().await?;
        let held = self.privileges_now(entry).await?;
        let deadlock_timeout = self.deadlock_timeout().await?;
        self.make_way(&contract.locks, deadlock_timeout).await?;
        let budget = self.budget(deadlock_timeout);
        let total = contract.cleanup.len() + 1;
        for step in &contract.opening {
            self.emit(&Event::Step { phase: Phase::Contract, number: 1, total, step });
            self.run_within(&budget, step.statements()).await?;
        }
        self.lock_for_sql(entry, &budget).await?;
        let order = locks.borrow().clone();
        for (at, relation) in order.iter().enumerate() {
            let lock = self.connection.lock(relation, Lock::AccessExclusive, budget.left());
            if let Err(error) = lock.await {
                locks.borrow_mut()[..=at].rotate_right(1);
                return Err(error.into());
            }
        }
        // Nothing of ours needs another one; SQL of the user's may.
        let t = Milliseconds::from(self.options.lock_timeout);
        self.connection.batch(&sql!("SET LOCAL lock_timeout = {t}", t = t)).await?;
        self.refuse_to_lose(entry).await?;
        self.refuse_changed_dependents(entry).await?;
        self.refuse_the_unknown(entry).await?;
        let carried = self.carried(entry, &held).await?;
        self.connection.plan_each_time().await?;
        for step in &contract.steps {
            self.emit(&Event::Step { phase: Phase::Contract, number: 1, total, step });
            for statement in step.statements() {
                self.connection.batch(statement).await?;
            }
        }
        for statement in &carried {
            self.connection.batch(statement).await?;
        }
        if entry.plan.raw.is_some_and(Raw::in_complete) {
            self.refresh(entry).await?;
        }
        let after = cursor(Phase::Contract, 1);
        ledger::advance(&self.connection, entry.id, self.run, after).await?;
        Ok(self.connection.commit().await?)
    }

    /// Raw SQL may lock any table, and the version's views are replaced behind it. Whoever reads one has it
    /// locked before its table: taken in another order, they would never be had under load.
    async fn lock_for_sql(&self, entry: &Entry, budget: &Budget) -> Result<(), Error> {
        if !entry.plan.raw.is_some_and(Raw::in_complete) {
            return Ok(());
        }
        // One that stands on others was made behind them.
        let views = sql!(
            "SELECT relname::text FROM pg_catalog.pg_class WHERE relkind = 'v' \
             AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) \
             ORDER BY oid DESC"
        );
        let version = &entry.version_schema;
        for row in self.connection.query(&views, &[&version.as_str()]).await? {
            let view = Ident::new(row.get::<_, String>(0));
            let view = view.map_err(|error| DatabaseError::Answer(error.to_string()))?;
            let view = QualifiedName::new(version, &view);
            self.connection.lock(&view, Lock::AccessExclusive, budget.left()).await?;
        }
        Ok(())
    }

    /// Brings the version's views up to date after raw SQL, in the same transaction: what cannot be
    /// shown is not done.
    async fn refresh(&self, entry: &Entry) -> Result<(), Error> {
        let own = [entry.version_schema.clone()];
        let base = &entry.plan.base_schema;
        let schema = read_schema(&self.connection, None, base, &own).await?;
        let mut schema = self.there(schema)?;
        schema.arrange(&entry.plan.order);
        schema.views.clone_from(&entry.plan.views);
        let mut plan = entry.plan.clone();
        plan.order = compile::order_of(&schema);
        for statement in refresh_views(&schema, &entry.version_schema, &schema.shown) {
            self.connection.batch(&statement).await?;
        }
        Ok(ledger::replan(&self.connection, entry.id, self.run, &plan).await?)
    }
}
