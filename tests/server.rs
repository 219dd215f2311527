//! The server of this test run, and a database for each test.
//!
//! `STRADDLE_TEST_URL` names a server to use (databases are made in it), `STRADDLE_TEST_PGBIN` the
//! programs to start one with; otherwise one that is installed is found. Without any, the tests fail.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use straddle::database::target::{Environment, Target};
use straddle::server::{Binaries, Options, Server};
use tokio_postgres::NoTls;
pub(crate) use tokio_postgres::Statement as Prepared;
use tokio_postgres::types::ToSql;

/// What the tests ask of the environment.
#[expect(clippy::disallowed_methods, reason = "the tests are told here which server to use")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The programs of the Postgres to test with.
pub(crate) fn binaries() -> Binaries {
    let explicit = variable("STRADDLE_TEST_PGBIN").map(PathBuf::from);
    Binaries::find(explicit.as_deref()).expect("a Postgres to test with")
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let settings = vec![
        ("max_connections".to_owned(), "200".to_owned()),
        ("wal_level".to_owned(), "logical".to_owned()),
        ("max_wal_senders".to_owned(), "10".to_owned()),
        ("max_prepared_transactions".to_owned(), "20".to_owned()),
    ];
    Server::start(&binaries(), Options { settings, tcp: false }).expect("a server to test with")
});

/// A program of the server that this run has started.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    variable("STRADDLE_TEST_URL").is_none().then(|| SERVER.bin(name))
}

/// The server's own pg_dump, where it has one: the packages from npm have none.
pub(crate) fn pg_dump() -> Option<PathBuf> {
    program("pg_dump").filter(|path| path.is_file())
}

/// The URL of a database on the server of this run.
fn url_of(database: &str) -> String {
    match variable("STRADDLE_TEST_URL") {
        None => SERVER.url(database),
        Some(url) => {
            let (server, query) = url.split_once('?').unwrap_or((&url, ""));
            let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
            format!("{server}/{database}?{query}")
        }
    }
}

/// A database of its own for one test. It goes with the server, or, on a server that was given, with
/// the test.
pub(crate) struct Database {
    name: String,
    url: String,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

impl Database {
    /// A new, empty database.
    pub(crate) async fn new() -> Self {
        Self::new_by(url_of).await
    }

    /// A new, empty database on a server of the test's own, which has these URLs.
    pub(crate) async fn new_by(url_of: impl Fn(&str) -> String) -> Self {
        Self::new_with(url_of, "").await
    }

    /// A new, empty database in an encoding of its own.
    pub(crate) async fn new_in(encoding: &str) -> Self {
        let with = format!("TEMPLATE template0 LOCALE 'C' ENCODING '{encoding}'");
        Self::new_with(url_of, &with).await
    }

    async fn new_with(url_of: impl Fn(&str) -> String, with: &str) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("straddle_test_{}_{number}", std::process::id());
        let admin = connect(&url_of("postgres")).await;
        let create = format!("CREATE DATABASE {name} {with}");
        admin.batch_execute(&create).await.expect("a new database");
        Self { url: url_of(&name), name }
    }

    /// A copy of it; nobody may be connected to it meanwhile.
    pub(crate) async fn copy(&self) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("straddle_test_{}_{number}", std::process::id());
        let admin = connect(&url_of("postgres")).await;
        let alone = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        );
        admin.batch_execute(&alone).await.expect("nobody else");
        let create = format!("CREATE DATABASE {name} TEMPLATE {}", self.name);
        admin.batch_execute(&create).await.expect("a copy");
        Self { url: url_of(&name), name }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// The way to it for an engine.
    pub(crate) fn target(&self) -> Target {
        Target::resolve(Some(&self.url()), &Environment::empty()).expect("a valid URL")
    }

    /// A client, as an application would be.
    pub(crate) async fn client(&self) -> Client {
        connect(&self.url()).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if variable("STRADDLE_TEST_URL").is_some() && self.url == url_of(&self.name) {
            aside(url_of("postgres"), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

/// Runs a statement where nothing can be awaited: in a thread of its own.
pub(crate) fn aside(url: String, statement: String) {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let client = connect(&url).await;
            client.batch_execute(&statement).await.expect("a statement");
        });
    });
    thread.join().expect("the statement ran");
}

/// A connection whose statements are written by the test itself.
pub(crate) struct Client(tokio_postgres::Client);

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    Client(client)
}

#[expect(clippy::disallowed_methods, reason = "tests are applications, not the engine")]
impl Client {
    /// Runs statements.
    pub(crate) async fn batch_execute(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.0.batch_execute(sql).await
    }

    /// Waits until a query finds something.
    pub(crate) async fn until_found(&self, query: &str) {
        while self.rows(query).await.unwrap_or_else(|error| panic!("{query}: {error:?}")).is_empty()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Runs one statement by the extended protocol.
    pub(crate) async fn extended(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.0.execute(sql, &[]).await.map(|_| ())
    }

    /// Runs a prepared statement.
    pub(crate) async fn execute(&self, prepared: &Prepared) -> Result<(), tokio_postgres::Error> {
        self.0.execute(prepared, &[]).await.map(|_| ())
    }

    /// A statement that lives as long as the connection.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<Prepared, tokio_postgres::Error> {
        self.0.prepare(sql).await
    }

    /// Runs one statement by the extended protocol, prepared or not, with texts for its parameters; its
    /// rows have one text each.
    pub(crate) async fn answer<T: tokio_postgres::ToStatement + ?Sized>(
        &self,
        statement: &T,
        parameters: &[String],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let parameters: Vec<&(dyn ToSql + Sync)> =
            parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect();
        let rows = self.0.query(statement, &parameters).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    /// Runs one or several statements and gives the rows, each as text, or the error.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let messages = self.0.simple_query(sql).await?;
        Ok(messages
            .into_iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => Some(
                    (0..row.len())
                        .map(|column| row.get(column).unwrap_or("NULL"))
                        .collect::<Vec<_>>()
                        .join(" | "),
                ),
                _ => None,
            })
            .collect())
    }
}
