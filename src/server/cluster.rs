//! The directory of one throw-away cluster: its place, its files, its settings.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{Binaries, Options, ServerError, account::Account, guard::DirectoryGuard};

/// Fast rather than durable: the data outlives a crash of the server (what the kernel was handed is
/// not lost), only not a crash of the machine.
///
/// `synchronous_commit` stays on all the same: without it a crash of the server alone loses
/// commits, and tests that crash it could not tell that from a bug. Time is UTC everywhere, since
/// `initdb` would write the machine's zone into the settings.
const SETTINGS: &str = "\
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = '32MB'
max_wal_size = '512MB'
timezone = 'UTC'
log_timezone = 'UTC'
";

/// How many lines of the log an error shows.
const LOG_LINES: usize = 20;

/// A directory for one cluster, and whom it belongs to. Dropping it removes the directory.
#[derive(Debug)]
pub(super) struct Cluster {
    account: Account,
    guard: DirectoryGuard,
}

impl Cluster {
    /// A new, empty directory that belongs to the account which will run the server.
    pub(super) fn reserve() -> Result<Self, ServerError> {
        let account = Account::choose()?;
        let guard = DirectoryGuard::start(&account)?;
        Ok(Self { account, guard })
    }

    /// The directory of everything, the socket included.
    pub(super) fn home(&self) -> &Path {
        self.guard.directory()
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// For a process that uses the directory: while it holds this open, the directory stays.
    pub(super) fn hold(&self) -> io::Result<Stdio> {
        self.guard.hold()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.home().join("log")
    }

    /// The end of the log, for an error.
    pub(super) fn log_tail(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }

    /// What the server says about itself; empty when it says nothing. Line 8 is its state.
    pub(super) fn status(&self) -> String {
        fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default()
    }

    /// Runs `initdb`.
    pub(super) fn initialise(&self, binaries: &Binaries) -> Result<(), ServerError> {
        let initdb = binaries.dir.join("initdb");
        let failed = |source| self.account.cannot_run(&initdb, source);
        let output = self
            .account
            .command(&initdb)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])
            .arg("-D")
            .arg(self.data())
            // It reads nothing, so its standard input can keep the directory while it writes there.
            .stdin(self.hold().map_err(failed)?)
            .output()
            .map_err(failed)?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(ServerError::Initdb { output: String::from_utf8_lossy(&said).trim().to_owned() })
    }

    /// Adds to `postgresql.conf`, where the last of two equal names wins.
    pub(super) fn configure(&self, options: &Options) -> Result<(), ServerError> {
        let mut lines = SETTINGS.to_owned();
        let listen = if options.tcp { "127.0.0.1" } else { "" };
        let home = self.home().to_string_lossy();
        let ours = [("listen_addresses", listen), ("unix_socket_directories", &home)];
        let theirs = options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in ours.into_iter().chain(theirs) {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{name} = '{}'", escaped(value));
        }
        let path = self.data().join("postgresql.conf");
        // Appending, so that the file keeps the owner `initdb` gave it.
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(lines.as_bytes()))
            .map_err(|source| ServerError::Settings { path, source })
    }
}

/// Inside quotes, a backslash begins an escape, and a line ends the value.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n")
}
