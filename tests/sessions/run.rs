//! A script on its way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use straddle::migration::Migration;
use tokio::task::JoinHandle;

use super::client::Session;
use super::operator;
use super::script::{Actor, Command, OPERATOR, Opening, Script, Step};
use super::shown::Shown;
use crate::server::Database;

/// How long a step may take that is neither done nor waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a circle of sessions that wait for each other may last.
const CIRCLE: Duration = Duration::from_secs(5);

/// A script, with its database and the sessions that are open.
pub(super) struct Run<'a> {
    script: &'a Script,
    database: Database,
    /// The database's name.
    name: String,
    observer: Arc<Session>,
    sessions: BTreeMap<&'a str, Arc<Session>>,
    waiting: Vec<(&'a str, JoinHandle<Vec<String>>)>,
    /// The last command.
    command: Option<Command>,
    shown: Shown<'a>,
}

impl<'a> Run<'a> {
    /// What comes of each step of a script, or nothing, if the server is too old for it.
    pub(super) async fn of(script: &'a Script) -> Option<Vec<Vec<String>>> {
        let database = Database::new().await;
        let observer = Session::open(&database.url(), &Opening::default()).await;
        let name = observer.rows("SELECT current_database()").await.remove(0);
        let version = "SELECT current_setting('server_version_num')::int / 10000";
        let version: u32 = observer.rows(version).await[0].parse().expect("a version");
        if version < script.requires {
            return None;
        }
        let shown = Shown::new(script, Arc::clone(&observer));
        let mut run = Self {
            script,
            database,
            name,
            observer,
            sessions: BTreeMap::new(),
            waiting: Vec::new(),
            command: None,
            shown,
        };
        run.observer.rows(&run.filled_in(&script.before)).await;
        if let Some(base) = &script.base {
            for command in [Command::Start, Command::Complete] {
                let said = run.command(command, base).await.expect("an answer");
                assert!(said.is_empty(), "{}: the old version: {said:?}", script.name);
            }
        }
        run.shown.changes().await;
        let mut outcomes = Vec::new();
        for step in &script.steps {
            let outcome = run.step(step).await;
            outcomes.push(
                outcome
                    .iter()
                    .map(|line| line.replace(&run.name, "{database}").trim_end().to_owned())
                    .collect(),
            );
        }
        if let (Some(outcome), Some((name, _))) = (outcomes.last_mut(), run.waiting.first()) {
            Vec::push(outcome, format!("{name}: waits at the end of the script"));
        }
        run.drop_roles().await;
        Some(outcomes)
    }

    fn filled_in(&self, text: &str) -> String {
        text.replace("{database}", &self.name)
    }

    async fn step(&mut self, step: &'a Step) -> Vec<String> {
        let mut outcome = self.outlasted(step).await;
        if !self.waits(step.name()) {
            outcome.extend(match &step.actor {
                Actor::Operator(command) => self.operator(*command, step).await,
                Actor::Session { name, statement } => self.say(name, statement, step).await,
            });
        }
        outcome.extend(self.released(step).await);
        outcome.extend(self.shown.changes().await);
        outcome
    }

    /// A command: what comes of it, or that it waits.
    async fn operator(&mut self, command: Command, step: &'a Step) -> Vec<String> {
        self.command = Some(command);
        let mut answer = self.command(command, &self.script.migration);
        if let Some(outcome) = self.unless_it_waits(OPERATOR, &mut answer, step).await {
            return self.done(outcome);
        }
        self.waiting.push((OPERATOR, answer));
        vec!["waits".into()]
    }

    /// The versions that are live now that a command is done.
    fn done(&mut self, outcome: Vec<String>) -> Vec<String> {
        if outcome.is_empty() {
            let live = match self.command {
                Some(Command::Start) => vec!["old", "new"],
                Some(Command::Complete) => vec!["new"],
                Some(Command::Rollback) | None => vec!["old"],
            };
            return self.shown.are_live(live);
        }
        outcome
    }

    fn command(&self, command: Command, migration: &Migration) -> JoinHandle<Vec<String>> {
        operator::run(self.database.target(), &self.script.schema, command, migration.clone())
    }

    fn waits(&self, name: &str) -> bool {
        self.waiting.iter().any(|(other, _)| *other == name)
    }

    /// A session's statement: what it returns, or that it waits.
    async fn say(&mut self, name: &'a str, statement: &str, step: &'a Step) -> Vec<String> {
        let place = format!("{}:{}", self.script.name, step.line);
        let session = self.session(name, &place).await;
        let (statement, input) = (self.filled_in(statement), step.input.clone());
        let mut answer = tokio::spawn(async move { session.answer(&statement, &input).await });
        if let Some(outcome) = self.unless_it_waits(name, &mut answer, step).await {
            return outcome;
        }
        self.waiting.push((name, answer));
        vec!["waits".into()]
    }

    /// Whoever is to speak and still waits is given some time: he may be part of a circle, of which
    /// somebody else gives up. What he gets then.
    async fn outlasted(&mut self, step: &'a Step) -> Vec<String> {
        let position = self.waiting.iter().position(|(name, _)| *name == step.name());
        let Some(position) = position else {
            return Vec::new();
        };
        let (name, mut answer) = self.waiting.remove(position);
        let Ok(lines) = tokio::time::timeout(CIRCLE, &mut answer).await else {
            self.waiting.push((name, answer));
            return vec!["still waits, and hears nothing".into()];
        };
        self.at_last(name, lines.expect("an answer"))
    }

    /// What somebody gets who has waited.
    fn at_last(&mut self, name: &str, mut lines: Vec<String>) -> Vec<String> {
        if name == OPERATOR {
            lines = self.done(lines);
            if lines.is_empty() {
                lines.push("done".into());
            }
        }
        lines.iter().map(|line| format!("{name}: {line}")).collect()
    }

    /// What those sessions get that waited and wait no longer.
    async fn released(&mut self, step: &'a Step) -> Vec<String> {
        let mut outcome = Vec::new();
        loop {
            let before = self.waiting.len();
            for (name, mut answer) in std::mem::take(&mut self.waiting) {
                match self.unless_it_waits(name, &mut answer, step).await {
                    None => self.waiting.push((name, answer)),
                    Some(lines) => outcome.extend(self.at_last(name, lines)),
                }
            }
            if self.waiting.len() == before {
                return outcome;
            }
        }
    }

    /// As isolationtester does it: a session waits when the server says whom it waits for.
    async fn unless_it_waits(
        &self,
        name: &str,
        answer: &mut JoinHandle<Vec<String>>,
        step: &Step,
    ) -> Option<Vec<String>> {
        // Only those count that wait for somebody of the script: the observer itself is in the way of
        // CREATE INDEX CONCURRENTLY, for a moment. A prepared transaction has no session, and counts as 0.
        let sessions = self.sessions.values().map(|session| session.pid.as_str());
        let sessions: String = sessions.flat_map(|pid| [pid, ","]).collect();
        let of_operator = "application_name LIKE 'straddle%' AND datname = current_database()";
        let waits = match self.sessions.get(name) {
            Some(session) => format!("pid = {}", session.pid),
            None => of_operator.into(),
        };
        let is_blocked = format!(
            "SELECT FROM pg_stat_activity WHERE {waits} AND pg_blocking_pids(pid) && ARRAY(
               SELECT pid FROM pg_stat_activity WHERE pid IN ({sessions}0) OR {of_operator}
               UNION ALL SELECT 0 FROM pg_prepared_xacts WHERE database = current_database())"
        );
        let begun = Instant::now();
        loop {
            if let Ok(answer) = tokio::time::timeout(Duration::from_millis(5), &mut *answer).await {
                return Some(answer.expect("an answer"));
            }
            if !self.observer.lists(&is_blocked).await.concat().is_empty() {
                return None;
            }
            let place = format!("{}:{}", self.script.name, step.line);
            assert!(begun.elapsed() < PATIENCE, "{place}: {name} neither waits nor is done");
        }
    }

    async fn session(&mut self, name: &'a str, place: &str) -> Arc<Session> {
        if let Some(session) = self.sessions.get(name) {
            return Arc::clone(session);
        }
        let url = self.database.url();
        let session = match self.script.sessions.iter().find(|opening| opening.name == name) {
            Some(opening) => {
                let connection = self.filled_in(&opening.connection);
                let statements = self.filled_in(&opening.statements);
                let opening = Opening { connection, statements, ..opening.clone() };
                Session::open(&url, &opening).await
            }
            None => {
                let schema = match name {
                    "old" => self.script.schema_of("old"),
                    "new" => self.script.schema_of("new"),
                    _ => panic!("{place}: there is no session `{name}`"),
                };
                let quoted = schema.replace('"', "\"\"");
                let statements = format!("SET search_path = \"{quoted}\"");
                Session::open(&url, &Opening { statements, ..Opening::default() }).await
            }
        };
        self.sessions.insert(name, Arc::clone(&session));
        session
    }

    async fn drop_roles(&self) {
        let roles =
            format!("SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{}_')", self.name);
        for role in self.observer.rows(&roles).await {
            self.observer.rows(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
        }
    }
}
