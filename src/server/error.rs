//! What can go wrong on the way to a running server, and what to do about it.

use std::{io, path::PathBuf};

/// The ways to get a server where there is none, for the errors that end there.
const WAYS: &str = concat!(
    "  * install a server package, for example `apt install postgresql` or `brew install ",
    "postgresql`\n",
    "  * build with `--features embedded`, which downloads one (needs a network)\n",
    "  * set STRADDLE_TEST_PGBIN to the directory of `initdb` and `postgres`, or give the URL of ",
    "a running server (`docker compose up`)",
);

/// Why there is no throw-away server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// No server programs on this machine.
    #[error(
        "no Postgres server is installed here (looked for `initdb` and `postgres` through \
         `pg_config`, in PATH and in the usual places); one of these helps:\n{WAYS}"
    )]
    NotInstalled,
    /// The directory that was asked for is not a bin directory of a server.
    #[error(
        "`{directory}` is not the bin directory of a Postgres server: it needs `initdb` and \
         `postgres`, and both must run"
    )]
    NotBinaries {
        /// What was asked for.
        directory: PathBuf,
    },
    /// The embedded download failed.
    #[cfg(feature = "embedded")]
    #[error(
        "no Postgres server is installed here, and none could be downloaded; one of these \
         helps:\n{WAYS}"
    )]
    Download {
        /// What the download said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Postgres does not run as root, and no other account was found.
    #[error("Postgres refuses to run as root, and there is no account `postgres` or `nobody`")]
    Account,
    /// No directory for the cluster.
    #[error("cannot make a directory for a throw-away server, in /tmp or elsewhere")]
    Directory,
    /// The cluster's settings could not be written.
    #[error("cannot write `{path}`")]
    Settings {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No port to listen on.
    #[error("there is no free port on 127.0.0.1")]
    Port {
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started.
    #[error(
        "cannot run `{program}`{}",
        account.as_ref().map_or_else(String::new, |name| format!(
            " as `{name}`, the account used under root (it must be able to read the program and \
             enter every directory above it)"
        ))
    )]
    Run {
        /// The program.
        program: PathBuf,
        /// The account it was to run under, when that is not our own.
        account: Option<String>,
        /// What the system said.
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("`initdb` failed:\n{output}")]
    Initdb {
        /// What it printed.
        output: String,
    },
    /// The server ended instead of getting ready.
    #[error("Postgres ended before it was ready; the end of its log:\n{log}")]
    Ended {
        /// The last lines of the log.
        log: String,
    },
    /// The server did not get ready in time.
    #[error("Postgres was not ready after {seconds} seconds; the end of its log:\n{log}")]
    NotReady {
        /// How long it had.
        seconds: u64,
        /// The last lines of the log.
        log: String,
    },
}

impl ServerError {
    /// Somebody else took the port between our look and Postgres' start.
    pub(super) fn is_port_taken(&self) -> bool {
        // English whatever the machine speaks: the cluster's messages are in the locale C.
        matches!(self, Self::Ended { log } if log.contains("could not create any TCP/IP sockets"))
    }
}
