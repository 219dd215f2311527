//! A script on its way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;
use tokio::task::JoinHandle;

use super::client::Session;
use super::script::{Actor, Command, Opening, Script, Step};
use crate::server::Database;

/// How long a step may take that is neither done nor waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the versions show: each table's rows, by version and table.
type Shown = BTreeMap<(&'static str, String), Vec<String>>;

/// A script, with its database and the sessions that are open.
pub(super) struct Run<'a> {
    script: &'a Script,
    database: Database,
    /// The database's name.
    name: String,
    observer: Arc<Session>,
    sessions: BTreeMap<&'a str, Arc<Session>>,
    waiting: Vec<(&'a str, JoinHandle<Vec<String>>)>,
    live: Vec<&'static str>,
    tables: Vec<(&'static str, String)>,
    shown: Shown,
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
        let mut run = Self {
            script,
            database,
            name,
            observer,
            sessions: BTreeMap::new(),
            waiting: Vec::new(),
            live: vec!["old"],
            tables: Vec::new(),
            shown: Shown::new(),
        };
        run.observer.rows(&run.filled_in(&script.before)).await;
        if let Some(base) = &script.base {
            run.command(Command::Start, base).await.expect("the old version");
            run.command(Command::Complete, base).await.expect("the old version");
        }
        run.read_tables().await;
        run.changes().await;
        let mut outcomes = Vec::new();
        for step in &script.steps {
            let outcome = run.step(step).await;
            outcomes.push(outcome.iter().map(|line| line.replace(&run.name, "{database}")).collect());
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
        let mut outcome = match &step.actor {
            Actor::Operator(command) => self.operator(*command).await,
            Actor::Session { name, statement } => self.say(name, statement, step).await,
        };
        outcome.extend(self.released(step).await);
        outcome.extend(self.changes().await);
        outcome
    }

    async fn operator(&mut self, command: Command) -> Vec<String> {
        let mut outcome = Vec::new();
        let done = tokio::time::timeout(PATIENCE, self.command(command, &self.script.migration));
        let done = done.await.unwrap_or_else(|_| panic!("{}: {command:?} hangs", self.script.name));
        match done {
            Err(error) => outcome.push(format!("ERROR {}", error.replace('\n', "\\n"))),
            Ok(()) => {
                let live = match command {
                    Command::Start => vec!["old", "new"],
                    Command::Complete => vec!["new"],
                    Command::Rollback => vec!["old"],
                };
                let gone = self.live.iter().filter(|version| !live.contains(version));
                outcome.extend(gone.map(|version| format!("{version} is gone")));
                self.live = live;
            }
        }
        self.read_tables().await;
        outcome
    }

    async fn command(&self, command: Command, migration: &Migration) -> Result<(), String> {
        let options = Options::new(Ident::new(&self.script.schema).expect("a name"));
        let quiet = &|_: &Event<'_>| {};
        let engine = Engine::open(&self.database.target(), options, quiet).await;
        let engine = engine.map_err(|error| error.to_string())?;
        let done = match command {
            Command::Start => engine.start(migration).await.map(drop),
            Command::Complete => engine.complete().await.map(drop),
            Command::Rollback => engine.rollback().await.map(drop),
        };
        engine.close().await.expect("a clean end");
        done.map_err(|error| match &error {
            Error::Rejected { rejections, .. } => {
                let rejections: Vec<String> = rejections.iter().map(ToString::to_string).collect();
                format!("{error}: {}", rejections.join("; "))
            }
            error => error.to_string(),
        })
    }

    /// A session's statement: what it returns, or that it waits.
    async fn say(&mut self, name: &'a str, statement: &str, step: &'a Step) -> Vec<String> {
        let place = format!("{}:{}", self.script.name, step.line);
        if self.waiting.iter().any(|(other, _)| *other == name) {
            return vec!["still waits, and hears nothing".into()];
        }
        let session = self.session(name, &place).await;
        let (statement, input) = (self.filled_in(statement), step.input.clone());
        let mut answer =
            tokio::spawn(async move { session.answer(&statement, &input).await });
        if let Some(outcome) = self.unless_it_waits(name, &mut answer, step).await {
            return outcome;
        }
        self.waiting.push((name, answer));
        vec!["waits".into()]
    }

    /// What those sessions get that waited and wait no longer.
    async fn released(&mut self, step: &'a Step) -> Vec<String> {
        let mut outcome = Vec::new();
        loop {
            let before = self.waiting.len();
            for (name, mut answer) in std::mem::take(&mut self.waiting) {
                match self.unless_it_waits(name, &mut answer, step).await {
                    None => self.waiting.push((name, answer)),
                    Some(lines) => {
                        outcome.extend(lines.iter().map(|line| format!("{name}: {line}")));
                    }
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
        let pid = &self.sessions[name].pid;
        let is_blocked = format!("SELECT WHERE cardinality(pg_blocking_pids({pid})) > 0");
        let begun = Instant::now();
        loop {
            if let Ok(answer) = tokio::time::timeout(Duration::from_millis(5), &mut *answer).await {
                return Some(answer.expect("an answer"));
            }
            if !self.observer.rows(&is_blocked).await.is_empty() {
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
                    "old" => self.schema_of("old"),
                    "new" => self.schema_of("new"),
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

    fn schema_of(&self, version: &str) -> String {
        let base = &self.script.schema;
        match (version, &self.script.base) {
            ("old", None) => base.clone(),
            ("old", Some(migration)) => format!("{base}_{}", migration.name),
            _ => format!("{base}_{}", self.script.migration.name),
        }
    }

    async fn read_tables(&mut self) {
        self.tables.clear();
        for version in self.live.clone() {
            let schema = self.schema_of(version).replace('\'', "''");
            let tables = format!(
                "SELECT quote_ident(relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                 WHERE nspname = '{schema}' AND relkind IN ('v', 'm', 'r', 'p') AND NOT relispartition
                 ORDER BY relname COLLATE \"C\""
            );
            let tables = self.observer.rows(&tables).await;
            self.tables.extend(tables.into_iter().map(|table| (version, table)));
        }
    }

    /// What is different in either version since the last step.
    async fn changes(&mut self) -> Vec<String> {
        let mut queries = String::new();
        for (version, table) in &self.tables {
            let schema = self.schema_of(version).replace('"', "\"\"");
            queries.push_str(&format!(
                "SELECT * FROM \"{schema}\".{table} AS shown ORDER BY shown::text COLLATE \"C\";"
            ));
        }
        let lists = self.observer.lists(&queries).await;
        let shown: Shown = self.tables.iter().cloned().zip(lists).collect();
        let before = std::mem::replace(&mut self.shown, shown);
        let mut changes = Vec::new();
        // In the order of `tables`: the old version first.
        for key in &self.tables {
            let (version, table) = key;
            let (now, then) = (&self.shown[key], before.get(key).map_or(&[][..], Vec::as_slice));
            let gone = without(then, now);
            let gone = gone.filter(|row| !now.iter().any(|other| first(other) == first(row)));
            changes.extend(gone.map(|row| format!("{version}.{table} - {row}")));
            changes.extend(without(now, then).map(|row| format!("{version}.{table} + {row}")));
        }
        changes
    }

    async fn drop_roles(&self) {
        let roles = format!("SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{}_')", self.name);
        for role in self.observer.rows(&roles).await {
            self.observer.rows(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
        }
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
