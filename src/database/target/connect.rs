//! From a `Target` to a session.

use std::time::Duration;

use super::failure;
use super::settings::{Place, Server, SslMode};
use super::{Session, Target, TargetError, Tried, tls};
use tokio_postgres::config::{SslMode as Encryption, SslNegotiation};
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

type Stream = <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<Socket>>::Stream;

pub(super) async fn connect(target: &Target) -> Result<Session, TargetError> {
    let any_encrypted = target.tls.mode != SslMode::Disable
        && target.servers.iter().any(|server| !server.place.is_socket());
    let connector = match any_encrypted {
        true => tls::connector(&target.tls)?,
        false => tls::unused_connector()?,
    };
    let mut last = None;
    for server in &target.servers {
        match connect_to_server(target, server, &connector).await {
            Ok((client, connection)) => return Ok(Session::start(client, connection, connector)),
            // As in libpq: a server that answers and says no has the last word.
            Err(error) if !moves_on(&error) => return Err(error),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or(TargetError::NoTarget))
}

fn moves_on(error: &TargetError) -> bool {
    matches!(error, TargetError::Unreachable { .. } | TargetError::WrongKind { .. })
        || error.is_transient()
}

async fn connect_to_server(
    target: &Target,
    server: &Server,
    connector: &MakeRustlsConnect,
) -> Result<(Client, Connection<Socket, Stream>), TargetError> {
    let (first, second) = encryptions(target.tls.mode, &server.place);
    let refusal = match attempt(target, server, connector, first).await {
        Ok(connected) => return Ok(connected),
        Err(error) => error,
    };
    let Some(second) = second.filter(|_| may_be_about_encryption(&refusal)) else {
        return Err(refusal);
    };
    match (attempt(target, server, connector, second).await, second) {
        (Ok(connected), _) => Ok(connected),
        // Of the two complaints, the one about the encrypted attempt is the one to act on.
        (Err(error), Encryption::Require) => Err(error),
        (Err(_), _) => Err(refusal),
    }
}

/// What to try, and what to try then. A socket is never encrypted.
fn encryptions(mode: SslMode, place: &Place) -> (Encryption, Option<Encryption>) {
    match (mode, place) {
        (_, Place::Socket(_)) | (SslMode::Disable, _) => (Encryption::Disable, None),
        (SslMode::Allow, _) => (Encryption::Disable, Some(Encryption::Require)),
        (SslMode::Prefer, _) => (Encryption::Prefer, Some(Encryption::Disable)),
        (SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull, _) => {
            (Encryption::Require, None)
        }
    }
}

/// 28000 is what `pg_hba.conf` answers with. A wrong password is 28P01, and is not sent twice.
fn may_be_about_encryption(error: &TargetError) -> bool {
    match error {
        TargetError::Tls { .. } => true,
        TargetError::LoginRefused { source, .. } => source
            .downcast_ref::<tokio_postgres::error::DbError>()
            .is_some_and(|error| error.code().code() == "28000"),
        _ => false,
    }
}

async fn attempt(
    target: &Target,
    server: &Server,
    connector: &MakeRustlsConnect,
    encryption: Encryption,
) -> Result<(Client, Connection<Socket, Stream>), TargetError> {
    let config = config(target, server, encryption);
    let connecting = config.connect(connector.clone());
    let failed = |error| failure::classify(error, tried(target, server));
    // tokio-postgres limits the time for the socket only; libpq, and we, for the login too.
    match target.transport.connect_timeout {
        None => connecting.await.map_err(failed),
        Some(limit) => match tokio::time::timeout(limit, connecting).await {
            Ok(connected) => connected.map_err(failed),
            Err(_) => Err(failure::timed_out(limit.as_secs(), tried(target, server))),
        },
    }
}

fn tried(target: &Target, server: &Server) -> Box<Tried> {
    Box::new(Tried {
        host: server.place.as_str().to_owned(),
        port: server.port,
        user: target.user.clone(),
        database: target.database.clone(),
        had_password: server.password.is_some(),
        warnings: target.warnings.clone(),
    })
}

fn config(target: &Target, server: &Server, encryption: Encryption) -> Config {
    let mut config = Config::new();
    config
        .user(&target.user)
        .dbname(&target.database)
        .application_name(&target.application_name)
        .port(server.port)
        .ssl_mode(encryption)
        .channel_binding(target.transport.channel_binding)
        .target_session_attrs(target.transport.session_attrs)
        .keepalives(target.transport.keepalives);
    match &server.place {
        Place::Name(name) => config.host(name),
        Place::Socket(directory) => config.host_path(directory),
    };
    // An address for a socket means nothing, and tokio-postgres would prefer it.
    if let (Some(address), false) = (server.address, server.place.is_socket()) {
        config.hostaddr(address);
    }
    if let Some(password) = &server.password {
        config.password(&password.0);
    }
    if let Some(options) = &target.options {
        config.options(options);
    }
    if target.tls.direct && encryption == Encryption::Require {
        config.ssl_negotiation(SslNegotiation::Direct);
    }
    configure_transport(&mut config, target);
    config
}

fn configure_transport(config: &mut Config, target: &Target) {
    let transport = &target.transport;
    if let Some(limit) = transport.tcp_user_timeout {
        config.tcp_user_timeout(limit);
    }
    if let Some(time) = transport.connect_timeout {
        // The cancel request, which makes a connection of its own, keeps to it as well.
        config.connect_timeout(time);
    }
    // While a statement runs for hours nothing else would tell that the server is gone.
    config
        .keepalives_idle(transport.keepalives_idle.unwrap_or(Duration::from_secs(30)))
        .keepalives_interval(transport.keepalives_interval.unwrap_or(Duration::from_secs(10)))
        .keepalives_retries(transport.keepalives_count.unwrap_or(3));
}
