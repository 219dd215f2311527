//! What can go wrong on the way to a database, told apart by who has to do what about it.

use super::Tried;
use std::error::Error;
use std::io;
use std::path::PathBuf;

use tokio_postgres::error::DbError;

/// The underlying error, as the library that met it reported it.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why there is no connection.
///
/// The text says what was tried, never with the password; [`hint`](Self::hint) says what to do
/// next; the cause is in [`source`](Error::source) and not in the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Nobody said which database.
    #[error("no database was named")]
    NoTarget,
    /// The connection string, or a variable that stands for a part of it, cannot be understood.
    #[error("the connection string or its environment cannot be used: {reason}")]
    Invalid {
        /// What is wrong, without repeating a value that may be a secret.
        reason: String,
    },
    /// A parameter asks for a promise that Straddle cannot keep.
    #[error("the connection parameter `{parameter}`, with this value, is not supported")]
    Unsupported {
        /// libpq's name for it.
        parameter: &'static str,
    },
    /// The service is in none of the service files.
    #[error("the service `{name}` is not defined{}", in_files(looked_in))]
    UnknownService {
        /// The service asked for.
        name: String,
        /// The files that were there and were read.
        looked_in: Vec<PathBuf>,
    },
    /// A line of the service cannot be understood.
    #[error("line {line} of `{}` cannot be used: {reason}", path.display())]
    ServiceLine {
        /// The service file.
        path: PathBuf,
        /// The line's number.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file that was asked for cannot be read.
    #[error("{role} `{}` cannot be used", path.display())]
    File {
        /// What the file is for.
        role: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The operating system's trusted certificates are needed, and there are none.
    #[error("this system has no trusted certificates to check the server against")]
    NoSystemRoots,
    /// TLS could not even be set up on this side.
    #[error("{what}")]
    Setup {
        /// What could not be done.
        what: &'static str,
        /// Why not.
        source: Cause,
    },
    /// No server answered, or not in time, or what answered was not Postgres.
    #[error("no Postgres answers: tried {tried}")]
    Unreachable {
        /// What was tried.
        tried: Box<Tried>,
        /// Why not.
        source: Cause,
    },
    /// The server does not let this user in (SQLSTATE class 28), or no way to log in was left.
    #[error("the server does not let `{}` in: tried {tried}", tried.user)]
    LoginRefused {
        /// What was tried.
        tried: Box<Tried>,
        /// The server's words.
        source: Cause,
    },
    /// There is no such database (3D000).
    #[error("there is no database `{}`: tried {tried}", tried.database)]
    NoDatabase {
        /// What was tried.
        tried: Box<Tried>,
        /// The server's words.
        source: Cause,
    },
    /// The server has no connection to spare (53300).
    #[error("the server has no free connection: tried {tried}")]
    TooManyConnections {
        /// What was tried.
        tried: Box<Tried>,
        /// The server's words.
        source: Cause,
    },
    /// No encrypted connection of the kind asked for could be made.
    #[error("no safe connection can be made: tried {tried}")]
    Tls {
        /// What was tried.
        tried: Box<Tried>,
        /// What to do, which depends on what rustls found.
        advice: &'static str,
        /// Why not.
        source: Cause,
    },
    /// The server is not of the kind `target_session_attrs` asks for.
    #[error("the server is not the kind that `target_session_attrs` asks for: tried {tried}")]
    WrongKind {
        /// What was tried.
        tried: Box<Tried>,
        /// What it is.
        source: Cause,
    },
    /// The server refused for another reason: starting up, shutting down, a bad option, ...
    #[error("the server refuses the connection: tried {tried}")]
    Refused {
        /// What was tried.
        tried: Box<Tried>,
        /// The SQLSTATE.
        code: String,
        /// The server's words.
        source: Cause,
    },
}

impl TargetError {
    /// What to do next, in a sentence or two.
    pub fn hint(&self) -> String {
        match self {
            Self::NoTarget => "pass --postgres-url postgresql://user@host:5432/database, or set \
                STRADDLE_POSTGRES_URL, or PGHOST and libpq's other variables"
                .to_owned(),
            Self::Invalid { .. } => "the form is postgresql://user:password@host:5432/database?\
                sslmode=require, or host=... dbname=... user=..."
                .to_owned(),
            Self::Unsupported { parameter } => {
                format!("leave `{parameter}` out if you can do without what it asks for")
            }
            Self::UnknownService { .. } => "services are defined in ~/.pg_service.conf, or in the \
                file that PGSERVICEFILE names"
                .to_owned(),
            Self::ServiceLine { .. } => {
                "correct the line; `psql service=...` reads the same file".to_owned()
            }
            Self::File { .. } => "check the path and who may read it".to_owned(),
            Self::NoSystemRoots => "install the package ca-certificates, or name the file of \
                the authority that signed the server's certificate in sslrootcert"
                .to_owned(),
            Self::Setup { .. } => "check sslcert and sslkey".to_owned(),
            Self::Unreachable { tried, .. } => tried.unreachable_hint(),
            Self::LoginRefused { tried, source } => tried.login_hint(refuser(source)),
            Self::NoDatabase { tried, .. } => format!(
                "check the name (`psql -l` lists them), or create it: createdb {}",
                tried.database
            ),
            Self::TooManyConnections { .. } => "try again in a while, close idle clients, or \
                raise max_connections (or the role's or database's CONNECTION LIMIT)"
                .to_owned(),
            Self::Tls { advice, .. } => (*advice).to_owned(),
            Self::WrongKind { .. } => "a migration needs the primary: name its host, or list all \
                the hosts with target_session_attrs=read-write"
                .to_owned(),
            Self::Refused { code, .. } => refused_hint(code),
        }
    }

    /// Whether the command line or the environment is at fault, before anything was tried.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoTarget
                | Self::Invalid { .. }
                | Self::Unsupported { .. }
                | Self::UnknownService { .. }
                | Self::ServiceLine { .. }
        )
    }

    /// Whether the same attempt may succeed in a while.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TooManyConnections { .. } => true,
            // Operator intervention: shutting down, crashed, starting up.
            Self::Refused { code, .. } => code.starts_with("57P"),
            _ => false,
        }
    }

    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid { reason: reason.into() }
    }

    pub(super) fn file(role: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { role, path: path.into(), source }
    }

    /// The bare reason, to be put into another sentence.
    pub(super) fn reason(self) -> String {
        match self {
            Self::Invalid { reason } => reason,
            other => other.to_string(),
        }
    }
}

/// Which part of the server, by its own name for it, has refused the login: its words may be in any language.
fn refuser(source: &Cause) -> Option<&str> {
    let error = source.downcast_ref::<DbError>()?;
    (error.code().code() == "28000").then(|| error.routine()).flatten()
}

fn in_files(looked_in: &[PathBuf]) -> String {
    let names: Vec<String> = looked_in.iter().map(|path| format!("`{}`", path.display())).collect();
    match names.is_empty() {
        true => ": there is no service file".to_owned(),
        false => format!(" in {}", names.join(" or ")),
    }
}

fn refused_hint(code: &str) -> String {
    match code {
        "57P03" => "the server is starting up or shutting down: try again in a moment",
        "42501" => {
            "the role lacks the CONNECT privilege on the database: GRANT CONNECT ON DATABASE"
        }
        "08P01" => "a connection pooler may be in between: Straddle needs the server itself",
        _ => "the server's own words say why",
    }
    .to_owned()
}
