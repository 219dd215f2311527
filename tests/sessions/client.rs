//! A session: a connection opened as a script says, and what it gets for its statements, as text.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use futures_util::SinkExt as _;
use tokio::sync::Mutex;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, Statement};

use super::script::Opening;

/// What text stands for NULL.
const NULL: &str = "NULL";

/// An open session.
pub(super) struct Session {
    client: Client,
    /// The server's process.
    pub(super) pid: String,
    /// Its prepared statements, by their texts, if it is one that prepares them.
    prepared: Option<Mutex<BTreeMap<String, Statement>>>,
}

impl Session {
    /// Connects, as the opening says.
    pub(super) async fn open(url: &str, opening: &Opening) -> Arc<Self> {
        let mut config: Config = url.parse().expect("a URL");
        let own: Config = opening.connection.parse().expect("a connection string");
        if let Some(user) = own.get_user() {
            config.user(user);
        }
        if let Some(options) = own.get_options() {
            config.options(options);
        }
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let prepared = opening.extended.then(Mutex::default);
        let mut session = Self { client, pid: String::new(), prepared };
        session.pid = session.rows("SELECT pg_backend_pid()").await.remove(0);
        let opened = session.simple(&opening.statements).await;
        opened.unwrap_or_else(|error| panic!("session {}: {error:?}", opening.name));
        Arc::new(session)
    }

    /// What a statement returns, line by line: its rows or how many there were, or the error.
    pub(super) async fn answer(&self, statement: &str, input: &[String]) -> Vec<String> {
        let answer = match &self.prepared {
            _ if statement.starts_with("COPY") => self.copy(statement, input).await,
            Some(prepared) => self.extended(prepared, statement, input).await,
            None => self.simple(statement).await,
        };
        answer.unwrap_or_else(|error| {
            let error = error.as_db_error().unwrap_or_else(|| panic!("{statement}: {error:?}"));
            vec![line(&format!("ERROR {}: {}", error.code().code(), error.message()))]
        })
    }

    /// The rows of a query that succeeds.
    pub(super) async fn rows(&self, query: &str) -> Vec<String> {
        self.lists(query).await.into_iter().flatten().collect()
    }

    /// The rows of several queries.
    pub(super) async fn lists(&self, queries: &str) -> Vec<Vec<String>> {
        let messages = self.client.simple_query(queries).await;
        let messages = messages.unwrap_or_else(|error| panic!("{queries}: {error:?}"));
        let mut lists = Vec::new();
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(_) => lists.push(Vec::new()),
                SimpleQueryMessage::Row(row) => {
                    lists.last_mut().expect("a description comes first").push(simple_row(&row));
                }
                _ => {}
            }
        }
        lists
    }

    async fn simple(&self, statement: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let messages = self.client.simple_query(statement).await?;
        let mut rows = Vec::new();
        let mut counts = 0;
        for message in messages {
            match message {
                SimpleQueryMessage::Row(row) if row.is_empty() => {}
                SimpleQueryMessage::Row(row) => rows.push(simple_row(&row)),
                SimpleQueryMessage::CommandComplete(count) => counts += count,
                _ => {}
            }
        }
        Ok(or_count(rows, statement, counts))
    }

    #[expect(clippy::disallowed_methods, reason = "tests are applications, not the engine")]
    async fn extended(
        &self,
        prepared: &Mutex<BTreeMap<String, Statement>>,
        text: &str,
        input: &[String],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let mut prepared = prepared.lock().await;
        if !prepared.contains_key(text) {
            prepared.insert(text.to_owned(), self.client.prepare(text).await?);
        }
        let statement = &prepared[text];
        let parameters: Vec<Parameter> =
            input.iter().flat_map(|line| line.split(" | ")).map(Parameter::new).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> =
            parameters.iter().map(|parameter| parameter as _).collect();
        if statement.columns().is_empty() {
            let count = self.client.execute(statement, &parameters).await?;
            return Ok(or_count(Vec::new(), text, count));
        }
        let rows = self.client.query(statement, &parameters).await?;
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let value =
                    |column| row.get::<_, Option<Text>>(column).map_or(NULL.into(), |t| t.0);
                line(&(0..row.len()).map(value).collect::<Vec<String>>().join(" | "))
            })
            .collect();
        let count = rows.len() as u64;
        Ok(or_count(rows, text, count))
    }

    async fn copy(
        &self,
        statement: &str,
        input: &[String],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let sink = self.client.copy_in(statement).await?;
        let mut sink = std::pin::pin!(sink);
        let data: String = input.iter().map(|line| format!("{line}\n")).collect();
        sink.send(std::io::Cursor::new(data.into_bytes())).await?;
        let count = sink.finish().await?;
        Ok(or_count(Vec::new(), statement, count))
    }
}

/// Rows, or how many were written, where that is a question.
fn or_count(rows: Vec<String>, statement: &str, count: u64) -> Vec<String> {
    let verb = statement.split_whitespace().next().unwrap_or_default();
    let counted = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "EXECUTE", "WITH"];
    match count {
        _ if !rows.is_empty() => rows,
        _ if !counted.contains(&verb) => rows,
        1 => vec!["(1 row)".into()],
        count => vec![format!("({count} rows)")],
    }
}

fn simple_row(row: &tokio_postgres::SimpleQueryRow) -> String {
    let values = (0..row.len()).map(|column| row.get(column).unwrap_or(NULL));
    line(&values.collect::<Vec<_>>().join(" | "))
}

/// Text on one line.
fn line(text: &str) -> String {
    text.replace('\n', "\\n")
}

/// A parameter, sent as text.
#[derive(Debug)]
struct Parameter(Option<String>);

impl Parameter {
    fn new(text: &str) -> Self {
        Self((text != NULL).then(|| text.to_owned()))
    }
}

impl ToSql for Parameter {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Some(text) = &self.0 else {
            return Ok(IsNull::Yes);
        };
        out.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// A value of the extended protocol, which comes in binary: numbers, truth values, and all that is
/// text. Others are to be cast to text.
struct Text(String);

impl<'a> FromSql<'a> for Text {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT2 => i16::from_sql(ty, raw)?.to_string(),
            Type::INT4 => i32::from_sql(ty, raw)?.to_string(),
            Type::INT8 => i64::from_sql(ty, raw)?.to_string(),
            Type::BOOL => bool::from_sql(ty, raw)?.to_string(),
            _ => std::str::from_utf8(raw)?.to_owned(),
        }))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
