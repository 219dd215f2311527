//! `start`: expand, backfill, settle, activate.

use super::onlooker::Trial;
use super::rights::Needed;
use super::run::{Failure, Job, cursor};
use super::two_sessions::Turn;
use super::{Cause, DirectoryError, Engine, Error, Event};
use crate::compile::{self, version_views};
use crate::ledger::{self, Cursor, Entry};
use crate::lifecycle::{self, Command, Next};
use crate::migration::{Covered, Migration, Together};
use crate::plan::{Action, Phase, Plan, Raw};
use crate::sql::Ident;

/// What came of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// The version is live.
    Live {
        /// Its schema.
        version_schema: Ident,
    },
    /// It was live before; nothing was done.
    AlreadyLive {
        /// Its schema.
        version_schema: Ident,
    },
}

impl Started {
    /// The version's schema.
    #[must_use]
    pub fn version_schema(&self) -> &Ident {
        match self {
            Self::Live { version_schema } | Self::AlreadyLive { version_schema } => version_schema,
        }
    }
}

impl Engine<'_> {
    /// Starts a migration, or goes on with an interrupted start.
    ///
    /// # Errors
    /// When the state does not allow it, the migration cannot be planned, or a step fails; a step
    /// that fails for good undoes the whole start.
    pub async fn start(&self, migration: &Migration) -> Result<Started, Error> {
        self.start_together(Together::alone(migration)).await
    }

    /// Starts migrations as one, or goes on with an interrupted start of the same.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub async fn start_together(&self, migrations: Together<'_>) -> Result<Started, Error> {
        let work = Box::pin(self.start_or_continue(migrations));
        self.as_command("start", migrations.name(), work).await
    }

    async fn start_or_continue(&self, migrations: Together<'_>) -> Result<Started, Error> {
        self.become_operator().await?;
        self.note_newer_server();
        self.check_replicas().await?;
        let started = self.start_as_operator(migrations).await?;
        let version = started.version_schema();
        self.resign().await;
        let done = format!("`{}` is live as `{}`", migrations.name(), version.as_str());
        self.wait_for_replicas("start", &done).await?;
        Ok(started)
    }

    async fn start_as_operator(&self, migrations: Together<'_>) -> Result<Started, Error> {
        let admitted = self.admit(migrations).await?;
        if admitted.0 != Next::AlreadyLive {
            self.check_throttle(&self.options.throttle).await?;
        }
        let entry = match admitted {
            (Next::AlreadyLive, Some(entry)) => {
                self.refuse_gone(&entry).await?;
                return Ok(Started::AlreadyLive { version_schema: entry.version_schema });
            }
            (Next::ContinueStart, Some(entry)) => {
                self.refuse_renamed(&entry).await?;
                self.refuse_behind(&entry).await?;
                self.take_over(&entry).await?;
                self.emit(&Event::Continuing { phase: entry.next().0 });
                entry
            }
            _ => self.begin(migrations).await?,
        };
        self.store_throttle(entry.id).await?;
        let job = Job { id: entry.id };
        match self.run_start(entry).await {
            Err(error) if error.is_lost() => match self.after_loss(job).await {
                Some(Entry { ended: None, cursor, version_schema, .. })
                    if cursor.phase == Phase::Live =>
                {
                    Ok(Started::Live { version_schema })
                }
                _ => Err(error),
            },
            started => started,
        }
    }

    /// Reads the facts, compiles, and stores the plan.
    async fn begin(&self, migrations: Together<'_>) -> Result<Entry, Error> {
        let compiled = self.compile(migrations).await;
        let plan = self.settle_drift(compiled).await?;
        // The rest was looked at before.
        if plan.creates {
            self.refuse_lacking(Needed::SCHEMAS_AND_OBJECTS).await?;
        }
        self.store(migrations, plan).await
    }

    /// Stores a plan, which from then on is what is done.
    pub(super) async fn store(
        &self,
        migrations: Together<'_>,
        mut plan: Plan,
    ) -> Result<Entry, Error> {
        if self.schema_exists(&plan.version_schema).await? {
            let schema = plan.version_schema.as_str().to_owned();
            return Err(Error::SchemaTaken { schema });
        }
        if !self.options.allow_triggers && !plan.fires.is_empty() {
            return Err(Error::WouldFire { found: plan.fires });
        }
        plan.notes.iter().for_each(|note| self.emit(&Event::Note(note)));
        plan.noted = Some(self.note(&plan).await?);
        let id = self.write_down(async || {
            ledger::install(&self.connection).await?;
            Ok(ledger::begin(&self.connection, migrations, &plan, self.run).await?)
        });
        let id = id.await?;
        Ok(Entry {
            id,
            name: migrations.name().to_owned(),
            together: migrations.names(),
            checksum: migrations.checksum(),
            version_schema: plan.version_schema.clone(),
            previous_schema: plan.previous_schema.clone(),
            plan,
            ended: None,
            cursor: cursor(Phase::Expand, 0),
            suspect: false,
            started_at: String::new(),
        })
    }

    /// What a start of the migrations comes to in the present state.
    pub(super) async fn admit(
        &self,
        migrations: Together<'_>,
    ) -> Result<(Next, Option<Entry>), Error> {
        let entry = self.entry().await?;
        let completed = match &entry {
            None => Covered::default(),
            Some(_) => self.covered().await?,
        };
        let again = migrations.all().iter().find(|one| completed.has_name(&one.name));
        if again.is_none() {
            refuse_covered(migrations, &completed)?;
        }
        let command = Command::Start {
            name: again.map_or(migrations.name(), |one| &one.name).to_owned(),
            checksum: migrations.checksum(),
            is_completed: again.is_some(),
        };
        Ok((lifecycle::next(&ledger::state(entry.as_ref()), &command)?, entry))
    }

    pub(super) async fn schema_exists(&self, name: &Ident) -> Result<bool, Error> {
        let query = crate::sql!("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1");
        Ok(!self.connection.query(&query, &[&name.as_str()]).await?.is_empty())
    }

    /// Runs every step behind the cursor; one that fails for good undoes the start.
    pub(super) async fn run_start(&self, mut entry: Entry) -> Result<Started, Error> {
        let job = Job { id: entry.id };
        for phase in [Phase::Expand, Phase::Backfill, Phase::Settle, Phase::Activate] {
            if phase < entry.cursor.phase {
                continue;
            }
            if phase == Phase::Settle {
                self.plan_views(&mut entry).await?;
            }
            let phases = entry.plan.start.phases();
            let steps = phases.iter().find(|(p, _)| *p == phase).map_or(&[][..], |(_, s)| *s);
            let done = if phase == entry.cursor.phase { entry.cursor.done } else { 0 };
            let total = steps.len();
            let turn = |(index, step)| {
                let is_last = phase == Phase::Activate && index + 1 == total;
                let after = if is_last { cursor(Phase::Live, 0) } else { cursor(phase, index + 1) };
                Turn { phase, number: index + 1, total, index, step, after }
            };
            let turns: Vec<Turn<'_>> = steps.iter().enumerate().skip(done).map(turn).collect();
            let one =
                async |turn: &Turn<'_>| self.run_step(job, turn.step, turn.index, turn.after).await;
            if let Err((turn, failure)) = self.run_turns(job, &turns, one, |it| it).await {
                // What is not in a transaction may have left something.
                let begun = matches!(turn.step.action, Action::Outside { .. } | Action::Alone(_));
                let reached = Cursor { begun, ..cursor(phase, turn.index) };
                return Err(self.fail(&entry, reached, failure).await);
            }
        }
        Ok(Started::Live { version_schema: entry.version_schema })
    }

    /// After raw SQL the views are not planned yet: only now it is known what it did.
    async fn plan_views(&self, entry: &mut Entry) -> Result<(), Error> {
        let is_planned = !entry.plan.start.activate.is_empty();
        if !entry.plan.raw.is_some_and(Raw::in_start) || is_planned {
            return Ok(());
        }
        let (order, known) = (&entry.plan.order, &entry.plan.views);
        let previous = entry.previous_schema.as_ref();
        let read = Trial::of_ours("read the schema");
        let schema = self.with_retries(read, async || {
            self.connection.begin().await?;
            let schema = self.read_schema(previous, order, known).await?;
            self.connection.rollback().await?;
            Ok(schema)
        });
        let mut schema = schema.await?;
        // What the migration itself has views of was not there to be planned with.
        let new = known.iter().filter(|view| schema.view(&view.name).is_none()).cloned();
        let new: Vec<_> = new.collect();
        schema.views.extend(new);
        let views = version_views(&schema, &entry.plan.version_schema);
        entry.plan.start.settle = views.steps;
        entry.plan.start.activate = vec![views.activate];
        entry.plan.order = compile::order_of(&schema);
        let (id, plan) = (entry.id, &entry.plan);
        self.write_down(async || Ok(ledger::replan(&self.connection, id, self.run, plan).await?))
            .await
    }

    /// What a failure comes to. One that is for good undoes the start, unless it was to be kept.
    async fn fail(&self, entry: &Entry, reached: Cursor, failure: Failure) -> Error {
        let (purpose, cause, rows) = match failure {
            Failure::Final { purpose, cause, rows } => (purpose, cause, rows),
            Failure::Passing(error) => return error,
        };
        if self.options.keep_failed && !matches!(*cause, Cause::Critical { .. }) {
            return Error::StartKept { purpose, cause, rows };
        }
        self.emit(&Event::Undoing { reason: &cause.to_string() });
        let has_run = reached.begun || entry.plan.start.position(reached.phase, reached.done) > 0;
        let stays = match self.abort(entry, reached).await {
            Ok(()) => entry.plan.stays && has_run,
            Err(Error::SqlFailed { .. }) => true,
            Err(undo) => return Error::UndoFailed { purpose, cause, undo: Box::new(undo) },
        };
        match *cause {
            Cause::Critical { reason } => Error::StartAborted { reason, stays },
            _ => Error::StartUndone { purpose, cause, rows, stays },
        }
    }
}

/// Refuses what is in the history under another name: what replaces it, or what it replaces.
fn refuse_covered(migrations: Together<'_>, completed: &Covered) -> Result<(), Error> {
    for one in migrations.all() {
        if completed.has(one) {
            let (name, replaces) = (one.name.clone(), !one.replaces.is_empty());
            return Err(DirectoryError::Covered { name, replaces }.into());
        }
        if let Some(half) = completed.half(one) {
            return Err(DirectoryError::Half(half).into());
        }
    }
    Ok(())
}
