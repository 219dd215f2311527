//! The text of a script, and what it says.

use std::fmt::Write as _;
use std::path::Path;

use straddle::migration::Migration;
use straddle::migration::document::{self, Format};

/// The name of whoever says `start`, `complete` or `rollback`.
pub(super) const OPERATOR: &str = "operator";

/// A script.
pub(super) struct Script {
    pub(super) name: String,
    pub(super) text: String,
    /// The least major version of Postgres.
    pub(super) requires: u32,
    /// The base schema.
    pub(super) schema: String,
    /// The schema and the rows at the beginning.
    pub(super) before: String,
    /// What leads to the old version; without it, the base schema is the old version.
    pub(super) base: Option<Migration>,
    pub(super) migration: Migration,
    pub(super) sessions: Vec<Opening>,
    pub(super) steps: Vec<Step>,
}

/// A session, and how it is opened.
#[derive(Default, Clone)]
pub(super) struct Opening {
    pub(super) name: String,
    /// Whether it prepares its statements, as drivers do.
    pub(super) extended: bool,
    /// A connection string with what is particular to it.
    pub(super) connection: String,
    pub(super) statements: String,
}

/// One step, and what has to come of it.
pub(super) struct Step {
    /// Where its statement begins, counted from one.
    pub(super) line: usize,
    /// Where it ends, with what is sent along.
    last: usize,
    pub(super) actor: Actor,
    pub(super) input: Vec<String>,
    expected: Vec<String>,
}

/// Who does a step.
pub(super) enum Actor {
    Operator(Command),
    Session { name: String, statement: String },
}

/// What an operator says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Command {
    Start,
    Complete,
    Rollback,
}

/// A line, what is indented below it, and where it is.
struct Item {
    line: usize,
    last: usize,
    head: String,
    body: Vec<String>,
    input: Vec<String>,
    expected: Vec<String>,
}

impl Script {
    /// Reads a script.
    pub(super) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a script");
        let trivial = "- sql: {up: SELECT 1}";
        let mut script = Self {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            requires: 0,
            schema: "public".into(),
            before: String::new(),
            base: Some(migration("base", trivial)),
            migration: migration("next", trivial),
            sessions: Vec::new(),
            steps: Vec::new(),
            text,
        };
        for item in items(&script.text) {
            script.take(item, trivial);
        }
        script
    }

    /// The schema of the old or of the new version.
    pub(super) fn schema_of(&self, version: &str) -> String {
        let base = &self.schema;
        match (version, &self.base) {
            ("old", None) => base.clone(),
            ("old", Some(migration)) => format!("{base}_{}", migration.name),
            _ => format!("{base}_{}", self.migration.name),
        }
    }

    fn take(&mut self, item: Item, trivial: &str) {
        let (word, rest) = item.head.split_once(' ').unwrap_or((&item.head, ""));
        let rest = rest.trim();
        let body = item.body.join("\n");
        let or = |given: &str, otherwise: &str| {
            if given.is_empty() { otherwise.to_owned() } else { given.to_owned() }
        };
        match word {
            "requires" => self.requires = rest.parse().expect("a version of Postgres"),
            "schema" => rest.clone_into(&mut self.schema),
            "before" => self.before = body,
            "base" if rest == "none" => self.base = None,
            "base" => self.base = Some(migration(&or(rest, "base"), &or(&body, trivial))),
            "migration" => self.migration = migration(&or(rest, "next"), &body),
            "session" => self.sessions.push(Opening::new(rest, body)),
            "start" => self.operator(Command::Start, item),
            "complete" => self.operator(Command::Complete, item),
            "rollback" => self.operator(Command::Rollback, item),
            _ => {
                let place = format!("{}:{}", self.name, item.line);
                let (name, statement) = item.head.split_once(": ").unwrap_or_else(|| {
                    panic!("{place}: neither a section nor `session: statement`")
                });
                let statement = [vec![statement.to_owned()], item.body].concat().join("\n");
                let actor = Actor::Session { name: name.to_owned(), statement };
                let Item { line, last, input, expected, .. } = item;
                self.steps.push(Step { line, last, actor, input, expected });
            }
        }
    }

    fn operator(&mut self, command: Command, item: Item) {
        let actor = Actor::Operator(command);
        let Item { line, last, input, expected, .. } = item;
        self.steps.push(Step { line, last, actor, input, expected });
    }

    /// The text, if this is what has to come of its steps.
    pub(super) fn with_outcomes(&self, outcomes: &[Vec<String>]) -> String {
        let mut text = String::new();
        for (number, line) in self.text.lines().enumerate() {
            if line.starts_with('>') {
                continue;
            }
            writeln!(text, "{line}").expect("text");
            let step = self.steps.iter().position(|step| step.last == number + 1);
            for line in step.map_or(&[][..], |step| &outcomes[step]) {
                writeln!(text, "{}", format!("> {line}").trim_end()).expect("text");
            }
        }
        text
    }

    /// The steps of which something else came, for whoever has to find out why.
    pub(super) fn wrong(&self, outcomes: &[Vec<String>]) -> String {
        let mut text = String::new();
        for (step, outcome) in self.steps.iter().zip(outcomes) {
            if step.expected == *outcome {
                continue;
            }
            let line = self.text.lines().nth(step.line - 1).unwrap_or_default();
            writeln!(text, "  {}: {line}", step.line).expect("text");
            for gone in step.expected.iter().filter(|line| !outcome.contains(line)) {
                writeln!(text, "    - {gone}").expect("text");
            }
            for come in outcome.iter().filter(|line| !step.expected.contains(line)) {
                writeln!(text, "    + {come}").expect("text");
            }
        }
        text
    }
}

impl Step {
    /// The name of who does it.
    pub(super) fn name(&self) -> &str {
        match &self.actor {
            Actor::Operator(_) => OPERATOR,
            Actor::Session { name, .. } => name,
        }
    }
}

impl Opening {
    fn new(rest: &str, statements: String) -> Self {
        let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let rest = rest.trim();
        let connection = rest.strip_prefix("extended").unwrap_or(rest);
        let extended = connection.len() < rest.len();
        Self { name: name.into(), extended, connection: connection.trim().into(), statements }
    }
}

fn migration(name: &str, operations: &str) -> Migration {
    let read = document::read_bytes(name, operations.as_bytes(), Format::Yaml);
    let (operations, _) = read.unwrap_or_else(|error| panic!("{error}"));
    Migration::new(name, operations)
}

fn items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let item = items.last_mut();
        match (line.split_at(1), item) {
            ((" ", _), Some(item)) => {
                item.body.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
                item.last = number;
            }
            (("<", input), Some(item)) => {
                item.input.push(input.trim_start().to_owned());
                item.last = number;
            }
            ((">", expected), Some(item)) => {
                item.expected.push(expected.strip_prefix(' ').unwrap_or(expected).to_owned());
            }
            _ => items.push(Item {
                line: number,
                last: number,
                head: line.to_owned(),
                body: Vec::new(),
                input: Vec::new(),
                expected: Vec::new(),
            }),
        }
    }
    items
}
