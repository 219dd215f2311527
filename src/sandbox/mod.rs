//! Applications, played: one client that is pinned to the old version and one that is pinned to the
//! new one, both writing all the while. For showing what both see; a real client knows its tables,
//! so this one has to find one in which it can write.
//!
//! What is not here: the server, which is in the room `server`, and everything that is printed.

mod table;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::time::Duration;

use tokio_postgres::types::Json;

use crate::database::{Connection, Error as DatabaseError, Settings, Target};
use crate::sql;
use crate::sql::Ident;
use table::{Table, View};

/// The pause of a client between two writes.
const PAUSE: Duration = Duration::from_millis(50);

/// How often what was seen is told.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Why there is no traffic.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum TrafficError {
    /// Rows for it would have to be made up by somebody who knows what they mean.
    #[error("no table takes made-up rows in both versions{}", reason(refused))]
    NoTable {
        /// What Postgres said to the last try.
        refused: Option<String>,
    },
    /// The database refused, or is gone.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn reason(refused: &Option<String>) -> String {
    let reason = refused.as_ref().map(|refused| format!("; the last try: {refused}"));
    reason.unwrap_or_default()
}

/// Makes a base schema where there is none.
///
/// # Errors
/// When the database refuses, or is not to be had.
pub(crate) async fn make_schema(target: &Target, schema: &Ident) -> Result<(), DatabaseError> {
    let settings =
        Settings { base_schema: schema.clone(), role: None, lock_timeout: Duration::ZERO };
    let connection = Connection::open(target, settings).await?;
    connection.batch(&sql!("CREATE SCHEMA IF NOT EXISTS {s}", s = schema)).await?;
    connection.close().await
}

/// One version of the schema, and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// The database, with the version in the search path.
    pub target: Target,
    /// The version schema.
    pub schema: Ident,
}

/// What was written, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The table's name in the old version.
    pub table: String,
    /// The statements that wrote through the old version and through the new one.
    pub written: [u64; 2],
    /// The statements that failed.
    pub failed: u64,
    /// What Postgres said to the last one that did.
    pub last_error: Option<String>,
    /// The last row that the old version wrote, and the last one of the new version.
    pub rows: Vec<Row>,
}

/// One row as both versions see it, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// By the old version.
    pub old: Option<String>,
    /// By the new one.
    pub new: Option<String>,
}

/// Two clients and the table in which they write.
#[derive(Debug)]
pub(crate) struct Traffic {
    clients: [Client; 2],
    count: Cell<u64>,
    failed: Cell<u64>,
    last_error: RefCell<Option<String>>,
}

/// A client of one version.
#[derive(Debug)]
struct Client {
    connection: Connection,
    label: &'static str,
    view: View,
    written: Cell<u64>,
    /// The key of the row that it wrote last.
    last: RefCell<Option<String>>,
}

impl Traffic {
    /// Connects to both versions and finds a table in which both can write, by writing.
    ///
    /// # Errors
    /// When there is no such table, or no connection.
    pub(crate) async fn open(old: &Version, new: &Version) -> Result<Self, TrafficError> {
        let connections = [connect(old).await?, connect(new).await?];
        let query = sql!(file "sandbox/tables.sql");
        let names: [&str; 2] = [old.schema.as_str(), new.schema.as_str()];
        let rows = connections[0].query(&query, &[&names[0], &names[1]]).await?;
        let mut pairs = Vec::new();
        for row in rows {
            let (Json(old_table), Json(new_table)): (Json<Table>, Json<Table>) =
                (row.get(0), row.get(1));
            pairs.push([View::new(&old.schema, old_table), View::new(&new.schema, new_table)]);
        }
        let (mut refused, mut number) = (None, 0);
        let mut best = pairs.len();
        // A table may need rows in another one first, and each pass makes some. The tables that the
        // versions show differently come first, so one of those is taken if any of them will do.
        for _ in 0..3 {
            for (index, pair) in pairs[..best].iter().enumerate() {
                match both_write(&connections, pair, &mut number).await? {
                    None if index < best => best = index,
                    None => {}
                    Some(why) => refused = Some(why),
                }
            }
        }
        if let Some(pair) = pairs.get(best) {
            let pair = sparse(&connections, pair, &mut number).await?;
            return Ok(Self::new(connections, pair, number));
        }
        Err(TrafficError::NoTable { refused })
    }

    fn new(connections: [Connection; 2], views: [View; 2], count: u64) -> Self {
        let [old, new] = connections;
        let [old_view, new_view] = views;
        Self {
            clients: [Client::new(old, "old", old_view), Client::new(new, "new", new_view)],
            count: Cell::new(count),
            failed: Cell::new(0),
            last_error: RefCell::default(),
        }
    }

    /// Writes through both versions until it is dropped, and tells about once a second.
    ///
    /// # Errors
    /// When a connection is lost. A statement that is refused is counted, and told.
    pub(crate) async fn run(&self, tell: impl Fn(&Seen)) -> Result<Infallible, TrafficError> {
        let [old, new] = &self.clients;
        tokio::select! {
            lost = self.write(old) => lost,
            lost = self.write(new) => lost,
            lost = self.tell(tell) => lost,
        }
    }

    async fn write(&self, client: &Client) -> Result<Infallible, TrafficError> {
        loop {
            let number = self.count.get() + 1;
            self.count.set(number);
            match client.write(number).await {
                Ok(statements) => client.written.set(client.written.get() + statements),
                Err(DatabaseError::Refused(refused)) => {
                    self.failed.set(self.failed.get() + 1);
                    self.last_error.replace(Some(refused.to_string()));
                }
                Err(lost) => return Err(lost.into()),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn tell(&self, tell: impl Fn(&Seen)) -> Result<Infallible, TrafficError> {
        loop {
            tokio::time::sleep(TELL_EVERY).await;
            let [old, new] = &self.clients;
            let mut rows = Vec::new();
            for writer in &self.clients {
                let Some(key) = writer.last.borrow().clone() else {
                    continue;
                };
                rows.push(Row { old: old.look(&key).await?, new: new.look(&key).await? });
            }
            tell(&Seen {
                table: old.view.name().to_owned(),
                written: [old.written.get(), new.written.get()],
                failed: self.failed.get(),
                last_error: self.last_error.borrow().clone(),
                rows,
            });
        }
    }
}

impl Client {
    fn new(connection: Connection, label: &'static str, view: View) -> Self {
        Self { connection, label, view, written: Cell::new(0), last: RefCell::default() }
    }

    /// Inserts a row, and changes it. Says how many statements that were.
    async fn write(&self, number: u64) -> Result<u64, DatabaseError> {
        let insert = self.view.insert(self.label, number);
        let rows = self.connection.query(&insert, &[]).await?;
        let key: Option<String> = rows.first().and_then(|row| row.get(0));
        let Some(key) = key else {
            return Ok(1);
        };
        let changed = self.view.update(&key, &format!("{}-changed", self.label), number);
        self.last.replace(Some(key));
        match changed {
            None => Ok(1),
            Some(update) => self.connection.execute(&update, &[]).await.map(|_| 2),
        }
    }

    /// The row as this version sees it.
    async fn look(&self, key: &str) -> Result<Option<String>, DatabaseError> {
        let Some(select) = self.view.select(key) else {
            return Ok(None);
        };
        let rows = self.connection.query(&select, &[]).await?;
        Ok(rows.first().map(|row| row.get(0)))
    }
}

/// Rows that leave out what they can show most, where no rule of the table is against them.
async fn sparse(
    connections: &[Connection; 2],
    pair: &[View; 2],
    number: &mut u64,
) -> Result<[View; 2], DatabaseError> {
    let sparse = pair.each_ref().map(View::with_nulls);
    // Two tries each: see `View::insert`.
    for _ in 0..2 {
        if both_write(connections, &sparse, number).await?.is_some() {
            return Ok(pair.clone());
        }
    }
    Ok(sparse)
}

/// Tries to write a row through each version; says what Postgres has against it.
async fn both_write(
    connections: &[Connection; 2],
    pair: &[View; 2],
    number: &mut u64,
) -> Result<Option<String>, DatabaseError> {
    for ((connection, view), label) in connections.iter().zip(pair).zip(["old", "new"]) {
        *number += 1;
        match connection.query(&view.insert(label, *number), &[]).await {
            Ok(_) => {}
            Err(DatabaseError::Refused(refused)) => return Ok(Some(refused.to_string())),
            Err(lost) => return Err(lost),
        }
    }
    Ok(None)
}

async fn connect(version: &Version) -> Result<Connection, DatabaseError> {
    let settings = Settings {
        base_schema: version.schema.clone(),
        role: None,
        // An application waits.
        lock_timeout: Duration::ZERO,
    };
    Connection::open(&version.target, settings).await
}
