//! The life of a table beside the model of it.

use serde_json::Value as Json;
use straddle::engine::Error;
use tokio_postgres::error::SqlState;

use super::Case;
use super::ask::statement;
use super::client::{Client, Way};
use super::migration::Composer;
use super::rows::Rows;
use super::shape::{Shape, TAG, Version, quoted};
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
}

pub(super) struct Life<'a> {
    database: &'a Database,
    pub(super) client: server::Client,
    pub(super) shape: Shape,
    operations: String,
    pub(super) rows: Rows,
    next_tag: i64,
    /// Postgres' major version.
    major: u32,
    log: Vec<String>,
    lived: Lived,
    /// What its transactions are called that are committed in two phases.
    gid: String,
}

/// Runs the case to its end, or to the first difference.
pub(super) async fn live(case: &Case) -> Result<Lived, Failure> {
    let mut choices = Choices::new(&case.table);
    let mut shape = Shape::new(&mut choices);
    let sql = shape.sql();
    let mut composer = Composer::new(&mut shape, &mut choices);
    for bytes in &case.operations {
        composer.compose(&mut Choices::new(bytes));
    }
    let operations = Json::from(composer.finish());
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
        shape,
        operations: serde_json::to_string_pretty(&operations).expect("JSON"),
        rows: Rows { rows: Vec::new(), live: false },
        next_tag: 0,
        major: numbered.parse::<u32>().expect("a number") / 10000,
        log: vec![sql],
        lived: Lived::default(),
        gid,
    };
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
        let ups = self.shape.ups.iter().map(|(cell, up)| format!("cell {cell} := {up:?}"));
        let downs = self.shape.downs.iter().map(|(cell, down)| format!("cell {cell} := {down:?}"));
        let lenses: Vec<String> = ups.chain(downs).collect();
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
        let mut rows = self.rows.clone();
        rows.start(&self.shape);
        match started {
            Ok(_) if rows.are_refused(&self.shape) => {
                return Err("a check is broken by a row, and the start goes on".into());
            }
            Ok(_) => {}
            Err(Error::Rejected { .. }) if !self.lived.accepted => return Ok(false),
            Err(_) if rows.are_refused(&self.shape) => {
                self.lived.accepted = true;
                return self.compare().await.map(|()| false);
            }
            Err(error) => return Err(format!("the start fails: {error}\n{error:?}")),
        }
        self.lived.accepted = true;
        self.rows = rows;
        self.compare().await.map(|()| true)
    }

    async fn rollback(&mut self) -> Result<(), String> {
        self.log.push("-- rollback".into());
        let engine = self.database.engine().await;
        engine.rollback().await.map_err(|error| format!("the rollback fails: {error}"))?;
        engine.close().await.map_err(|error| error.to_string())?;
        self.rows.rollback(&self.shape);
        self.compare().await
    }

    async fn complete(&mut self) -> Result<(), String> {
        if !self.rows.live {
            return Ok(());
        }
        self.log.push("-- complete".into());
        let lost = self.rows.lost(&self.shape);
        if !lost.is_empty() {
            let engine = self.database.engine().await;
            match engine.complete().await {
                Err(Error::WouldLose { .. }) => {}
                other => return Err(format!("complete loses something of {lost:?}: {other:?}")),
            }
            engine.close().await.map_err(|error| error.to_string())?;
            self.compare().await?;
            let tag = self.shape.called(TAG, Version::Old);
            let tags: Vec<String> = lost.iter().map(ToString::to_string).collect();
            let (table, tags) = (quoted(self.shape.name(Version::Old)), tags.join(", "));
            self.say(&format!("DELETE FROM public.{table} WHERE {tag} IN ({tags})")).await?;
            self.rows.delete(&lost);
        }
        let engine = self.database.engine().await;
        engine.complete().await.map_err(|error| format!("the complete fails: {error}"))?;
        engine.close().await.map_err(|error| error.to_string())?;
        self.compare_version(Version::New).await
    }

    async fn step(&mut self, choices: &mut Choices<'_>) -> Result<(), String> {
        match choices.below(64) {
            63 if self.rows.live => {
                self.rollback().await?;
                self.one(choices, false).await?;
                self.start().await.map(|_| ())
            }
            0..=12 => self.transaction(choices).await,
            _ => self.one(choices, false).await.map(|_| ()),
        }
    }

    /// Several statements, some of them taken back.
    async fn transaction(&mut self, choices: &mut Choices<'_>) -> Result<(), String> {
        let before = self.rows.clone();
        self.say("BEGIN").await?;
        for _ in 0..1 + choices.below(4) {
            let saved = choices.once_in(3).then(|| self.rows.clone());
            if saved.is_some() {
                self.say("SAVEPOINT here").await?;
            }
            let is_refused = !self.one(choices, true).await?;
            if let Some(saved) = saved {
                self.say("ROLLBACK TO here").await?;
                self.rows = saved;
                self.compare().await?;
            } else if is_refused {
                self.say("ROLLBACK").await?;
                self.rows = before;
                return self.compare().await;
            }
        }
        let (taken_back, in_two_phases) = (choices.once_in(4), choices.once_in(3));
        let after = std::mem::replace(&mut self.rows, before);
        let mut end = if taken_back { "ROLLBACK" } else { "COMMIT" }.to_owned();
        if in_two_phases {
            self.say(&format!("PREPARE TRANSACTION '{}'", self.gid)).await?;
            // Nobody sees anything of it as yet.
            self.compare().await?;
            end = format!("{end} PREPARED '{}'", self.gid);
        }
        self.say(&end).await?;
        if !taken_back {
            self.rows = after;
        }
        self.compare().await
    }

    async fn say(&mut self, sql: &str) -> Result<(), String> {
        self.log.push(sql.to_owned());
        self.client.batch_execute(sql).await.map_err(|error| format!("{sql}: {error:?}"))
    }

    /// One statement of one client; whether it was carried out.
    async fn one(
        &mut self,
        choices: &mut Choices<'_>,
        in_transaction: bool,
    ) -> Result<bool, String> {
        let mut by = Client::random(choices, &self.shape, self.rows.live);
        let (shape, rows) = (&self.shape, &self.rows);
        let asked = statement(choices, shape, &mut by, rows, &mut self.next_tag, self.major);
        let sql = asked.sql(shape, &by);
        let (first, last) = by.speak(&sql);
        for sql in first {
            self.say(&sql).await?;
        }
        self.lived.statements += 1;
        self.log.push(last.clone());
        let answer = match by.way {
            Way::Extended => self.client.extended(&last).await,
            _ => self.client.batch_execute(&last).await,
        };
        let generated = match &answer {
            Ok(()) => self.generated(&asked, &by).await?,
            Err(_) => Vec::new(),
        };
        let mut rows = self.rows.clone();
        let expected = rows.apply(&self.shape, by.writer, &asked, &generated);
        match (expected, answer) {
            (Ok(()), Ok(())) => {
                self.rows = rows;
                self.lived.withheld = self.lived.withheld.max(self.rows.lost(&self.shape).len());
                self.compare().await.map(|()| true)
            }
            (Err(_), Err(error)) if is_a_constraints(&error) => {
                self.lived.refused += 1;
                if !in_transaction {
                    self.compare().await?;
                }
                Ok(false)
            }
            (Ok(()), Err(error)) => Err(format!("is to be carried out, and fails: {error:?}")),
            (Err(_), Err(error)) => Err(format!("is to break a constraint, and fails: {error:?}")),
            (Err(_), Ok(())) => Err("is to break a constraint, and is carried out".into()),
        }
    }
}

/// Whether a constraint is broken, and nothing else is wrong.
fn is_a_constraints(error: &tokio_postgres::Error) -> bool {
    let broken =
        [&SqlState::NOT_NULL_VIOLATION, &SqlState::UNIQUE_VIOLATION, &SqlState::CHECK_VIOLATION];
    error.code().is_some_and(|code| broken.contains(&code))
}
