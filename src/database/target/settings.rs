//! What a connection needs to know, once it is known: words for the rest of the room.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A password. It shows itself to nobody by accident.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Password(pub(super) String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// One of the servers to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) place: Place,
    /// Where to connect instead of looking up the name, which is then for the certificate only.
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
    pub(super) password: Option<Password>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A name or an address.
    Name(String),
    /// The directory of a Unix-domain socket.
    Socket(String),
}

impl Place {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Socket(directory) => directory,
        }
    }

    pub(super) fn is_socket(&self) -> bool {
        matches!(self, Self::Socket(_))
    }
}

/// `host:port`, an IPv6 address in brackets.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Name(name) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            place => write!(f, "{}:{}", place.as_str(), self.port),
        }
    }
}

/// libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl SslMode {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// Who may vouch for the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    /// Nobody was named.
    None,
    /// Whoever is in this file.
    File(PathBuf),
    /// Whoever the operating system trusts.
    System,
}

/// What to know for an encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TlsSettings {
    pub(super) mode: SslMode,
    /// Begin with TLS at once, not with a question in the Postgres protocol.
    pub(super) direct: bool,
    pub(super) roots: Roots,
    /// Our certificate and its key.
    pub(super) certificate: Option<(PathBuf, PathBuf)>,
    pub(super) oldest: TlsVersion,
    pub(super) newest: TlsVersion,
    /// Tell the server the name it was called by.
    pub(super) send_name: bool,
}

/// The versions of TLS that rustls speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TlsVersion {
    V1_2,
    V1_3,
}

/// Parameters that tokio-postgres takes as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transport {
    pub(super) connect_timeout: Option<Duration>,
    pub(super) tcp_user_timeout: Option<Duration>,
    pub(super) keepalives: bool,
    pub(super) keepalives_idle: Option<Duration>,
    pub(super) keepalives_interval: Option<Duration>,
    pub(super) keepalives_count: Option<u32>,
    pub(super) channel_binding: tokio_postgres::config::ChannelBinding,
    pub(super) session_attrs: tokio_postgres::config::TargetSessionAttrs,
}
