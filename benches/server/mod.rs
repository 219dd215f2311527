//! What every bench needs: a throw-away server, an engine on it, and plain SQL beside it.

use std::path::PathBuf;
use std::str::FromStr;

use straddle::database::target::{Environment, Target};
use straddle::engine::{Engine, Event, Listener, Options};
use straddle::server::{Binaries, Options as ServerOptions, Server};
use straddle::sql::Ident;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Whatever goes wrong on our side ends the run.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A server of the programs in `STRADDLE_TEST_PGBIN`, or else of the newest ones here. A durable one is
/// set up to keep its data, so that ratios are those of production, and without autovacuum, which
/// would come at its own times.
pub(crate) fn start(is_durable: bool, further: &[(&str, String)]) -> Outcome<Server> {
    let mut settings =
        vec![("wal_level", "replica"), ("max_wal_size", "4GB"), ("shared_buffers", "512MB")];
    settings.extend(further.iter().map(|(name, value)| (*name, value.as_str())));
    if is_durable {
        let durable = ["fsync", "synchronous_commit", "full_page_writes"];
        settings.extend(durable.map(|name| (name, "on")));
        settings.push(("autovacuum", "off"));
    }
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Server::start(&binaries()?, ServerOptions { settings: settings.collect(), tcp: false })?)
}

#[expect(clippy::disallowed_methods, reason = "a bench is told here which server to use")]
fn binaries() -> Outcome<Binaries> {
    let explicit = std::env::var("STRADDLE_TEST_PGBIN").ok().map(PathBuf::from);
    Ok(Binaries::find(explicit.as_deref())?)
}

/// An engine, as each command has one.
pub(crate) async fn engine(url: &str) -> Outcome<Engine<'static>> {
    engine_with(url, Options::new(Ident::new("public")?), &|_: &Event<'_>| {}).await
}

/// An engine with other options, and somebody who listens.
pub(crate) async fn engine_with<'l>(
    url: &str,
    options: Options,
    listener: Listener<'l>,
) -> Outcome<Engine<'l>> {
    let target = Target::resolve(Some(url), &Environment::empty())?;
    Ok(Engine::open(&target, options, listener).await?)
}

/// Runs statements, and gives the first column of all rows.
pub(crate) async fn sql(url: &str, statements: &str) -> Outcome<Vec<String>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let messages = client.simple_query(statements).await?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(rows.collect())
}

/// The value of a flag of this bench, such as `--rows 1000`.
pub(crate) fn argument<T: FromStr>(name: &str, usual: T) -> Outcome<T>
where
    T::Err: std::error::Error + 'static,
{
    let given = std::env::args().skip_while(|argument| argument != name).nth(1);
    Ok(given.map_or(Ok(usual), |given| given.parse())?)
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub(crate) fn print(text: &str) {
    println!("{text}");
}
