//! Telling failed attempts apart.

use super::Tried;
use super::error::{Cause, TargetError};
use rustls::{AlertDescription, CertificateError};
use std::error::Error;
use std::io;
use tokio_postgres::error::SqlState;

/// What the error of an attempt means.
///
/// tokio-postgres keeps its kinds to itself, so their texts are compared; a test meets each.
pub(super) fn classify(error: tokio_postgres::Error, tried: Box<Tried>) -> TargetError {
    let kind = error.to_string();
    if let Some(code) = error.code().cloned() {
        return refused(&code, tried, cause(error));
    }
    let tls = find::<rustls::Error>(&error).cloned();
    if tls.is_some() || kind.contains("TLS") {
        return TargetError::Tls { tried, advice: advice(tls.as_ref()), source: cause(error) };
    }
    match kind.as_str() {
        "authentication error" | "invalid configuration" => {
            TargetError::LoginRefused { tried, source: cause(error) }
        }
        _ if is_wrong_kind(&error) => TargetError::WrongKind { tried, source: cause(error) },
        _ => TargetError::Unreachable { tried, source: cause(error) },
    }
}

pub(super) fn timed_out(seconds: u64, tried: Box<Tried>) -> TargetError {
    let reason = format!("no answer within connect_timeout, {seconds} s");
    let source = io::Error::new(io::ErrorKind::TimedOut, reason);
    TargetError::Unreachable { tried, source: source.into() }
}

fn refused(code: &SqlState, tried: Box<Tried>, source: Cause) -> TargetError {
    match code.code() {
        "3D000" => TargetError::NoDatabase { tried, source },
        "53300" => TargetError::TooManyConnections { tried, source },
        code if code.starts_with("28") => TargetError::LoginRefused { tried, source },
        code => TargetError::Refused { tried, code: code.to_owned(), source },
    }
}

/// The cause alone: "db error" above the server's own words tells nobody anything.
fn cause(error: tokio_postgres::Error) -> Cause {
    let kind = error.to_string();
    error.into_source().unwrap_or_else(|| kind.into())
}

/// An error of this type among the causes. An `io::Error` keeps what it wraps out of `source`.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    if let Some(found) = error.downcast_ref::<T>() {
        return Some(found);
    }
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match (wrapped, error.source()) {
        (Some(wrapped), _) => find(wrapped),
        (None, Some(source)) => find(source),
        (None, None) => None,
    }
}

/// A made-up error of tokio-postgres. One of the system's, as for a socket that we may not open,
/// has a number.
fn is_wrong_kind(error: &tokio_postgres::Error) -> bool {
    find::<io::Error>(error).is_some_and(|error| {
        error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
    })
}

fn advice(error: Option<&rustls::Error>) -> &'static str {
    use rustls::Error::{AlertReceived, InvalidCertificate};
    match error {
        None => {
            "the server does not offer TLS: switch it on there (ssl = on), or use \
             sslmode=disable if you trust the network (sslnegotiation=direct needs Postgres 17)"
        }
        Some(InvalidCertificate(error)) => advice_on_certificate(error),
        Some(AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked,
        )) => "the server does not accept our certificate: check sslcert and sslkey",
        Some(_) => {
            "the server and rustls agree on no version or cipher (TLS 1.2 and 1.3 are spoken), \
             or what answered was not Postgres"
        }
    }
}

fn advice_on_certificate(error: &CertificateError) -> &'static str {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, UnknownIssuer,
    };
    match error {
        UnknownIssuer => {
            "the server's certificate was signed by nobody in sslrootcert or, if that is not \
             given, nobody this system trusts: name the authority's file in sslrootcert, or use \
             sslmode=require alone if you trust the network"
        }
        NotValidForName | NotValidForNameContext { .. } => {
            "the server's certificate is for another name: use that name as the host (hostaddr \
             can give the address), or sslmode=verify-ca with a private authority"
        }
        Expired | ExpiredContext { .. } => "the server's certificate has expired: renew it there",
        NotValidYet | NotValidYetContext { .. } => {
            "the server's certificate is not valid yet: compare the clocks"
        }
        _ => {
            "the server's certificate cannot be used: it should be an X.509 version 3 \
             certificate with a subjectAltName"
        }
    }
}
