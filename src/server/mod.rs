//! A throw-away Postgres, for `straddle sandbox` and for the tests.
//!
//! [`Binaries::find`] looks for the server programs on this machine, [`Server::start`] makes a
//! cluster in a new temporary directory and runs it. Under root, which Postgres refuses, everything
//! runs as `postgres` or `nobody`. The server and its directory go away with the [`Server`], and
//! also when this process ends in any other way, `kill -9` included: see the module `guard`.
//!
//! ```no_run
//! use straddle::server::{Binaries, Options, Server};
//!
//! let binaries = Binaries::find(None)?;
//! let server = Server::start(&binaries, Options::default())?;
//! let url = server.url("postgres");
//! # Ok::<(), straddle::server::ServerError>(())
//! ```
//!
//! What is not here: this room reads no environment variables, opens no connection, creates no
//! database and blocks its thread (a start takes about half a second). Unix only.

mod account;
mod binaries;
mod cluster;
#[cfg(feature = "embedded")]
mod download;
mod error;
mod guard;
#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

pub use binaries::Binaries;
pub use error::ServerError;

use cluster::Cluster;
use guard::ServerGuard;

/// The port of a server that listens on its socket only: nothing to collide with, since the
/// socket's directory is its own.
const SOCKET_ONLY_PORT: u16 = 5432;

/// How often another port is tried when somebody took the free one before Postgres could.
const PORT_ATTEMPTS: usize = 5;

/// How a server is to run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Lines for `postgresql.conf`, as name and unquoted value. They come last and so win over
    /// what this room sets, for example `("wal_level", "logical")` or `("log_statement", "all")`.
    pub settings: Vec<(String, String)>,
    /// Listen on a free port of 127.0.0.1 too, and give that address out in [`Server::url`].
    ///
    /// Nothing asks for a password: on a machine shared with others, any of them may connect.
    /// Without this, only the account that runs the server (and root) can.
    pub tcp: bool,
}

/// A running server in a directory of its own. Dropping it stops it and removes the directory.
#[derive(Debug)]
pub struct Server {
    // Fields are dropped in this order: first the server ends, then its directory goes.
    running: Option<ServerGuard>,
    cluster: Cluster,
    binaries: Binaries,
    tcp: bool,
    port: u16,
}

impl Server {
    /// Makes a new cluster and returns when it answers.
    ///
    /// # Errors
    ///
    /// When no account, directory or port is to be had, or when a program of Postgres fails; the
    /// error then carries what it said.
    pub fn start(binaries: &Binaries, options: Options) -> Result<Self, ServerError> {
        let cluster = Cluster::reserve()?;
        cluster.initialise(binaries)?;
        cluster.configure(&options)?;
        let mut server = Self {
            running: None,
            cluster,
            binaries: binaries.clone(),
            tcp: options.tcp,
            port: SOCKET_ONLY_PORT,
        };
        if options.tcp {
            server.run_on_free_port()?
        } else {
            server.run()?
        }
        Ok(server)
    }

    /// Where a client reaches `database`: over TCP when the server listens there, else over its
    /// socket (which libpq and tokio-postgres understand, and most other drivers do not).
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = if self.tcp {
            Ipv4Addr::LOCALHOST.to_string()
        } else {
            percent_encoded(&self.cluster.home().to_string_lossy())
        };
        format!("postgresql://postgres@{host}:{}/{}", self.port, percent_encoded(database))
    }

    /// A program of this server's version, or its bare name (for `PATH` to resolve) when it is not
    /// among them: `psql` often is elsewhere.
    #[must_use]
    pub fn bin(&self, name: &str) -> PathBuf {
        let program = self.binaries.dir.join(name);
        if program.is_file() { program } else { PathBuf::from(name) }
    }

    /// The major version, for example 18.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.binaries.major
    }

    /// The port, of TCP and in the name of the socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The directory of the Unix socket.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        self.cluster.home()
    }

    /// The server's log, from its first start on. It goes away with the server.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.cluster.log()
    }

    /// Ends the server as a crash would: connections break, nothing is flushed, and the next
    /// [`restart`](Self::restart) recovers from the write-ahead log. Returns when every process of
    /// the server is gone. Does nothing when it is stopped already.
    pub fn stop_immediate(&mut self) {
        self.running = None;
    }

    /// Starts the server again, on the same data and at the same address; stops it first, as
    /// [`stop_immediate`](Self::stop_immediate) does, when it still runs.
    ///
    /// # Errors
    ///
    /// When Postgres does not come up; the error carries the end of its log.
    pub fn restart(&mut self) -> Result<(), ServerError> {
        self.stop_immediate();
        self.run()
    }

    fn run(&mut self) -> Result<(), ServerError> {
        let before = self.cluster.status();
        let mut guard = ServerGuard::start(&self.binaries, &self.cluster, self.port)?;
        guard.wait_until_ready(&self.cluster, &before)?;
        self.running = Some(guard);
        Ok(())
    }

    /// A free port is free until somebody takes it, so a collision is tried again elsewhere.
    fn run_on_free_port(&mut self) -> Result<(), ServerError> {
        let mut attempt = 1;
        loop {
            self.port = free_port()?;
            match self.run() {
                Err(error) if error.is_port_taken() && attempt < PORT_ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }
}

fn free_port() -> Result<u16, ServerError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| ServerError::Port { source })
}

/// Encodes whatever could mean something in a URL; the socket's directory has slashes.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
