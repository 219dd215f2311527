//! The commands on the database of a test, as a user would give them one after the other.

use std::fmt::Write as _;

use straddle::database::Target;
use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::Migration;
use straddle::migration::document::{self, Format};
use straddle::sql::Ident;

use crate::server::{Client, Database};

/// A migration of these operations, as a file in JSON would have them.
pub(crate) fn migration(name: &str, operations: &str) -> Migration {
    let (operations, _) = document::read_bytes(name, operations.as_bytes(), Format::Json)
        .unwrap_or_else(|error| panic!("{error}"));
    Migration::new(name, operations)
}

const BASE: &str = "public";

/// An engine that gets to its database in this way.
pub(crate) async fn engine_by(target: &Target) -> Result<Engine<'static>, Error> {
    let options = Options::new(Ident::new(BASE).expect("a name"));
    Engine::open(target, options, &|_: &Event<'_>| {}).await
}

impl Database {
    /// An engine, as a command of its own would make one.
    pub(crate) async fn engine(&self) -> Engine<'static> {
        engine_by(&self.target()).await.expect("an engine")
    }

    /// Starts a migration; `name` is for the message if that fails.
    pub(crate) async fn start(&self, name: &str, migration: &Migration) {
        let engine = self.engine().await;
        let started = engine.start(migration).await;
        started.unwrap_or_else(|error| panic!("{name}: start: {error}\n{error:?}"));
        engine.close().await.expect("a clean end");
    }

    /// Completes the migration that is live.
    pub(crate) async fn complete(&self, name: &str) {
        let engine = self.engine().await;
        let completed = engine.complete().await;
        completed.unwrap_or_else(|error| panic!("{name}: complete: {error}"));
        engine.close().await.expect("a clean end");
    }

    /// What `complete` says is in its way, line by line.
    pub(crate) async fn in_the_way_of_complete(&self) -> String {
        let engine = self.engine().await;
        let error = engine.complete().await.expect_err("a refusal");
        engine.close().await.expect("a clean end");
        match error {
            Error::InTheWay { found, rows_apart } => [found, rows_apart].concat().join("\n"),
            other => panic!("{other}"),
        }
    }

    /// Takes the migration that is live back.
    pub(crate) async fn rollback(&self, name: &str) {
        let engine = self.engine().await;
        let back = engine.rollback().await;
        back.unwrap_or_else(|error| panic!("{name}: rollback: {error}"));
        engine.close().await.expect("a clean end");
    }

    /// The schema, line by line.
    pub(crate) async fn catalog(&self) -> String {
        self.client().await.catalog().await
    }

    /// What a schema shows: its tables and views, and their rows.
    pub(crate) async fn shown(&self, schema: &str) -> String {
        self.client().await.shown(schema).await
    }
}

/// Who looks often does so in one session: each new one has to learn the catalog first.
impl Client {
    /// The schema, line by line.
    pub(crate) async fn catalog(&self) -> String {
        self.rows(include_str!("catalog.sql")).await.expect("the catalog").join("\n")
    }

    /// What a schema shows: its tables and views, and their rows.
    pub(crate) async fn shown(&self, schema: &str) -> String {
        let tables = self
            .rows(&format!(
                "SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace \
                 AND relkind IN ('v', 'm', 'r') ORDER BY relname COLLATE \"C\""
            ))
            .await
            .expect("the tables");
        let mut text = String::new();
        for table in tables {
            let rows = self
                .rows(&format!("SELECT * FROM {schema}.\"{table}\" AS shown ORDER BY shown::text"))
                .await
                .expect("the rows");
            writeln!(text, "  {table}").expect("text");
            for row in rows {
                writeln!(text, "    {row}").expect("text");
            }
        }
        text
    }
}
