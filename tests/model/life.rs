//! The life of a table beside the model of it.

use serde_json::Value as Json;
use straddle::engine::Error;

use super::Case;
use super::ask::Asked;
use super::carried::{Inside, is_a_constraints};
use super::cascade::State;
use super::client::Client;
use super::ends::Migration;
use super::reference::World;
use super::shape::Version;
use super::statement::Statement;
use crate::choices::Choices;
use crate::operator::migration;
use crate::server::{self, Database};

/// What went wrong, and in which of the steps after the start.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) steps: usize,
    pub(super) story: String,
}

/// A life that went well.
#[derive(Debug, Default)]
pub(super) struct Lived {
    pub(super) accepted: bool,
    pub(super) statements: usize,
    /// Statements that were to be refused, and were.
    pub(super) refused: usize,
    /// How many rows there were at the most of which the new version does not show something.
    pub(super) withheld: usize,
    /// Rows that a foreign key has written while two versions lived.
    pub(super) followed: usize,
}

pub(super) struct Life<'a> {
    database: &'a Database,
    pub(super) client: server::Client,
    pub(super) world: World,
    operations: String,
    pub(super) state: State,
    pub(super) next_tag: i64,
    /// Postgres' major version.
    pub(super) major: u32,
    pub(super) log: Vec<String>,
    pub(super) lived: Lived,
    /// What its transactions are called that are committed in two phases.
    gid: String,
}

/// Runs the case to its end, or to the first difference.
pub(super) async fn live(case: &Case) -> Result<Lived, Failure> {
    let mut choices = Choices::new(&case.table);
    let mut other = Choices::new(&case.other);
    let mut world = World::random(&mut choices, &mut other);
    let sql = world.sql();
    let mut composed = Migration::new(&mut world, &mut choices);
    for bytes in &case.operations {
        composed.compose(&mut Choices::new(bytes));
    }
    let operations = Json::from(composed.finish());
    let database = Database::new().await;
    let client = database.client().await;
    let numbered = client.rows("SHOW server_version_num").await.expect("a version").concat();
    let gid = client.rows("SELECT current_database()").await.expect("a name").concat();
    let before = format!(
        "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.nothing() RETURNS trigger LANGUAGE plpgsql \
         AS 'BEGIN RETURN NEW; END'; {sql}"
    );
    client.batch_execute(&before).await.expect("a table");
    let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
    database.start("base", &base).await;
    database.complete("base").await;
    let mut life = Life {
        database: &database,
        client,
        state: world.empty(),
        world,
        operations: serde_json::to_string_pretty(&operations).expect("JSON"),
        next_tag: 0,
        major: numbered.parse::<u32>().expect("a number") / 10000,
        log: vec![sql],
        lived: Lived::default(),
        gid,
    };
    life.first(&mut other).await.map_err(|message| life.failure(0, &message))?;
    for bytes in &case.before {
        let done = life.step(&mut Choices::new(bytes)).await;
        done.map_err(|message| life.failure(0, &message))?;
    }
    if !life.start().await.map_err(|message| life.failure(0, &message))? {
        return Ok(life.lived);
    }
    for (number, bytes) in case.steps.iter().enumerate() {
        let done = life.step(&mut Choices::new(bytes)).await;
        done.map_err(|message| life.failure(number + 1, &message))?;
    }
    life.complete().await.map_err(|message| life.failure(case.steps.len(), &message))?;
    Ok(life.lived)
}

impl Life<'_> {
    fn failure(&self, steps: usize, message: &str) -> Failure {
        let (log, operations) = (self.log.join(";\n"), &self.operations);
        let lenses =
            self.world.tables.iter().flat_map(|shape| shape.ups.iter().chain(&shape.downs));
        let lenses: Vec<String> =
            lenses.map(|(cell, made)| format!("cell {cell} := {made:?}")).collect();
        let lenses = lenses.join("\n");
        let story =
            format!("{log}\n\n-- migration\n{operations}\n-- lenses\n{lenses}\n\n{message}");
        Failure { steps, story }
    }

    /// Whether the migration is one that is accepted.
    async fn start(&mut self) -> Result<bool, String> {
        self.log.push("-- start".into());
        let engine = self.database.engine().await;
        let next = migration("next", &self.operations);
        let started = engine.start(&next).await;
        engine.close().await.map_err(|error| error.to_string())?;
        let mut state = self.state.clone();
        self.world.start(&mut state);
        let is_refused = self.world.is_refused(&state);
        match started {
            Ok(_) if is_refused => {
                return Err("a constraint is broken by a row, and the start goes on".into());
            }
            Ok(_) => {}
            Err(Error::Rejected { .. }) if !self.lived.accepted => return Ok(false),
            Err(_) if is_refused => {
                self.lived.accepted = true;
                return self.compare().await.map(|()| false);
            }
            Err(error) => return Err(format!("the start fails: {error}\n{error:?}")),
        }
        self.lived.accepted = true;
        state.first = self.acts_first().await?;
        self.state = state;
        self.compare().await.map(|()| true)
    }

    async fn rollback(&mut self) -> Result<(), String> {
        self.log.push("-- rollback".into());
        let engine = self.database.engine().await;
        engine.rollback().await.map_err(|error| format!("the rollback fails: {error}"))?;
        engine.close().await.map_err(|error| error.to_string())?;
        self.world.rollback(&mut self.state);
        self.compare().await
    }

    async fn complete(&mut self) -> Result<(), String> {
        if !self.state.live() {
            return Ok(());
        }
        self.log.push("-- complete".into());
        if self.world.withheld(&self.state) > 0 {
            let engine = self.database.engine().await;
            match engine.complete().await {
                Err(Error::WouldLose { .. }) => {}
                other => return Err(format!("complete loses something: {other:?}")),
            }
            engine.close().await.map_err(|error| error.to_string())?;
            self.compare().await?;
            self.delete_withheld().await?;
        }
        let engine = self.database.engine().await;
        engine.complete().await.map_err(|error| format!("the complete fails: {error}"))?;
        engine.close().await.map_err(|error| error.to_string())?;
        self.compare_version(Version::New).await
    }

    /// Rows of which `complete` would lose something, and first of all those that may refer to them.
    async fn delete_withheld(&mut self) -> Result<(), String> {
        let owner = self.world.reference.as_ref().map(|reference| reference.owner);
        for table in owner.into_iter().chain(0..self.world.tables.len()) {
            let (shape, rows) = (&self.world.tables[table], &self.state.tables[table]);
            let tags = if Some(table) == owner { rows.tags() } else { rows.lost(shape) };
            if tags.is_empty() {
                continue;
            }
            let delete = Statement::Delete { tags, among: None };
            let by = Client::of_the_base(shape);
            self.carry_out(&Asked { table, by, statement: delete }, Inside::Nothing).await?;
        }
        Ok(())
    }

    /// The row that a default may name.
    async fn first(&mut self, choices: &mut Choices<'_>) -> Result<(), String> {
        let Some(reference) = &self.world.reference else { return Ok(()) };
        let (table, key) = (reference.target, reference.old.key);
        let shape = &self.world.tables[table];
        let asked = Asked::first(choices, (table, shape), key, &mut self.next_tag);
        self.carry_out(&asked, Inside::Nothing).await.map(|_| ())
    }

    async fn step(&mut self, choices: &mut Choices<'_>) -> Result<(), String> {
        match choices.below(64) {
            63 if self.state.live() => {
                self.rollback().await?;
                self.one(choices, Inside::Nothing).await?;
                self.start().await.map(|_| ())
            }
            0..=12 => self.transaction(choices).await,
            _ => self.one(choices, Inside::Nothing).await.map(|_| ()),
        }
    }

    /// Several statements, some of them taken back.
    async fn transaction(&mut self, choices: &mut Choices<'_>) -> Result<(), String> {
        let before = self.state.clone();
        self.say("BEGIN").await?;
        for _ in 0..1 + choices.below(4) {
            let saved = choices.once_in(3).then(|| self.state.clone());
            if saved.is_some() {
                self.say("SAVEPOINT here").await?;
            }
            let is_refused = !self.one(choices, Inside::Transaction).await?;
            if let Some(saved) = saved {
                self.say("ROLLBACK TO here").await?;
                self.state = saved;
                self.compare().await?;
            } else if is_refused {
                self.say("ROLLBACK").await?;
                self.state = before;
                return self.compare().await;
            }
        }
        let (taken_back, in_two_phases) = (choices.once_in(4), choices.once_in(3));
        let after = std::mem::replace(&mut self.state, before);
        let is_broken = self.world.is_broken_at_end(&after);
        let mut end = if taken_back { "ROLLBACK" } else { "COMMIT" }.to_owned();
        if in_two_phases {
            let prepare = format!("PREPARE TRANSACTION '{}'", self.gid);
            if is_broken {
                return self.is_refused_at_end(&prepare).await;
            }
            self.say(&prepare).await?;
            // Nobody sees anything of it as yet.
            self.compare().await?;
            end = format!("{end} PREPARED '{}'", self.gid);
        }
        if is_broken && !taken_back {
            return self.is_refused_at_end(&end).await;
        }
        self.say(&end).await?;
        if !taken_back {
            self.state = after;
        }
        self.compare().await
    }

    /// The copy of the foreign key is checked when the transaction is to end, which leaves nothing of it.
    async fn is_refused_at_end(&mut self, end: &str) -> Result<(), String> {
        self.log.push(end.to_owned());
        match self.client.batch_execute(end).await {
            Err(error) if is_a_constraints(&error) => self.compare().await,
            other => Err(format!("is to break the foreign key's copy: {other:?}")),
        }
    }

    pub(super) async fn say(&mut self, sql: &str) -> Result<(), String> {
        self.log.push(sql.to_owned());
        self.client.batch_execute(sql).await.map_err(|error| format!("{sql}: {error:?}"))
    }
}
