//! One connection of an application, pinned to a version. Counts, times, and remembers what failed.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use postgres_types::{Format, IsNull, ToSql, Type, to_sql_checked};
use rand::Rng;
use rand::rngs::StdRng;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// A value of whatever type the statement wants, or NULL.
#[derive(Debug, Clone)]
pub(crate) struct Value(pub(crate) Option<String>);

/// A value.
pub(crate) fn value(value: impl ToString) -> Value {
    Value(Some(value.to_string()))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut postgres_types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// A statement failed; it is in the tally.
pub(crate) struct Failed;

/// What the clients of one version have seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) statements: u64,
    pub(crate) failed: u64,
    pub(crate) slowest: Duration,
    /// The slowest statement.
    pub(crate) slowest_sql: String,
    /// The first errors.
    pub(crate) errors: Vec<String>,
}

/// A tally that all clients of a version write into.
pub(crate) type SharedTally = Arc<Mutex<Tally>>;

/// One connection.
pub(crate) struct Session {
    client: Client,
    prepared: BTreeMap<String, tokio_postgres::Statement>,
    tally: SharedTally,
    chance: StdRng,
}

#[expect(clippy::disallowed_methods, reason = "this is an application, not the engine")]
impl Session {
    /// Connects, and pins itself to the version schema.
    pub(crate) async fn open(
        url: &str,
        schema: &str,
        tally: SharedTally,
        chance: StdRng,
    ) -> Result<Self, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(&format!("SET search_path = \"{schema}\"")).await?;
        Ok(Self { client, prepared: BTreeMap::new(), tally, chance })
    }

    /// Runs one statement, prepared or as text; gives the first column of the first row where it is
    /// an id.
    pub(crate) async fn run(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> Result<Option<String>, Failed> {
        let started = Instant::now();
        let result = if self.chance.random_bool(0.6) {
            self.prepared(sql, values).await
        } else {
            self.simple(sql, values).await
        };
        let took = started.elapsed();
        let failure = {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.statements += 1;
            if took > tally.slowest {
                tally.slowest = took;
                tally.slowest_sql = sql.to_owned();
            }
            match result {
                Ok(id) => return Ok(id),
                Err(error) => {
                    tally.failed += 1;
                    if tally.errors.len() < 5 {
                        let cause = error.as_db_error().map_or_else(
                            || error.to_string(),
                            |e| format!("{} {} {:?}", e.code().code(), e.message(), e.where_()),
                        );
                        tally.errors.push(format!("{cause}\n    {sql}"));
                    }
                    Failed
                }
            }
        };
        // Whether or not there is a transaction; outside of one it is a warning.
        let _outside = self.client.batch_execute("ROLLBACK").await;
        Err(failure)
    }

    async fn prepared(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> Result<Option<String>, tokio_postgres::Error> {
        if !self.prepared.contains_key(sql) {
            let statement = self.client.prepare(sql).await?;
            self.prepared.insert(sql.to_owned(), statement);
        }
        let values: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let rows = self.client.query(&self.prepared[sql], &values).await?;
        let id = rows.first().and_then(|row| row.try_get::<_, i64>(0).ok());
        Ok(id.map(|id| id.to_string()))
    }

    async fn simple(
        &self,
        sql: &str,
        values: &[Value],
    ) -> Result<Option<String>, tokio_postgres::Error> {
        let mut text = sql.to_owned();
        // No value has a `$` or a quote in it.
        for (index, value) in values.iter().enumerate().rev() {
            let literal = value.0.as_ref().map_or("NULL".to_owned(), |text| format!("'{text}'"));
            text = text.replace(&format!("${}", index + 1), &literal);
        }
        let messages = self.client.simple_query(&text).await?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }
}
