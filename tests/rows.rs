//! What becomes of the rows that are there: none is left unfilled whatever happens meanwhile, none is
//! written without need, and a bad one is named.

mod bad;
pub(crate) mod cost;
mod firing;
mod hidden;
mod meanwhile;
mod moved;
mod proven;

use std::sync::mpsc::{Receiver, Sender, channel};

use straddle::engine::{Engine, Error, Event, Options, Started};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::server::{Client, Database, connect};

/// A database with this schema, and a client of it.
async fn open(schema: &str) -> (Database, Client) {
    let database = Database::new().await;
    let client = database.client().await;
    run(&client, schema).await;
    (database, client)
}

async fn run(client: &Client, statements: &str) {
    let done = client.batch_execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
}

async fn ask(client: &Client, query: &str) -> String {
    let rows = client.rows(query).await;
    rows.unwrap_or_else(|error| panic!("{query}: {error:?}")).join("\n")
}

/// The usual ways, in batches of a block at the most.
fn slowly() -> Options {
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.batch_size = Some(50);
    options
}

/// A start as a command of its own.
async fn start(
    database: &Database,
    options: Options,
    migration: &Migration,
    listener: &(dyn Fn(&Event<'_>) + '_),
) -> Result<Started, Error> {
    let engine = Engine::open(&database.target(), options, listener).await.expect("an engine");
    let started = engine.start(migration).await;
    engine.close().await.expect("a clean end");
    started
}

fn quiet(_: &Event<'_>) {}

/// A session that listeners can speak to, where nothing can be awaited.
struct Session(Sender<(String, Sender<Answer>)>);

/// The rows, or what is wrong.
type Answer = Result<Vec<String>, String>;

impl Session {
    fn open(database: &Database) -> Self {
        let (sender, statements) = channel::<(String, Sender<Answer>)>();
        let url = database.url();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let client = connect(&url).await;
                for (statement, answers) in statements {
                    let answer = client.rows(&statement).await.map_err(|error| {
                        error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
                    });
                    // Nobody may want to know.
                    drop(answers.send(answer));
                }
            });
        });
        Self(sender)
    }

    /// Runs a statement, and waits for it.
    fn say(&self, statement: &str) -> Answer {
        self.begin_to_say(statement).recv().expect("an answer")
    }

    /// Runs a statement; the answer comes later.
    fn begin_to_say(&self, statement: &str) -> Receiver<Answer> {
        let (answers, answer) = channel();
        self.0.send((statement.to_owned(), answers)).expect("the session lives");
        answer
    }
}

/// A role that owns what is in `public` and may do nothing else; its name.
async fn owner(client: &Client) -> String {
    let name = format!("{}_owner", ask(client, "SELECT current_database()").await);
    run(
        client,
        &format!(
            "CREATE ROLE {name};
             GRANT CREATE ON DATABASE {database} TO {name};
             GRANT CREATE, USAGE ON SCHEMA public TO {name};
             SET ROLE {name}",
            database = name.trim_end_matches("_owner"),
        ),
    )
    .await;
    name
}

/// The usual ways of a role.
fn as_role(role: &str) -> Options {
    let mut options = slowly();
    options.role = Some(Ident::new(role).expect("a name"));
    options
}

async fn major(client: &Client) -> u32 {
    let number = ask(client, "SHOW server_version_num").await;
    number.parse::<u32>().expect("a number") / 10_000
}
