//! Two small shell processes that outlive us just long enough.
//!
//! Each waits for the end of a pipe whose other end this process holds, and the kernel closes that
//! end however this process ends: by returning from `main` (where statics are not dropped), by a
//! panic, or by `kill -9`. Nothing portable on our side of the pipe is as reliable; Linux' parent
//! death signal follows the *thread* that started the server, and a test's thread ends early.
//!
//! * [`ServerGuard`] runs the server and ends with it: one per start.
//! * [`DirectoryGuard`] makes the directory and removes it: one per cluster. `initdb` and the
//!   server guards hold its pipe open too, so the directory goes only when nothing writes to it.

use std::{
    io::{self, BufRead, BufReader},
    os::{fd::AsFd, unix::process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Binaries, ServerError, account::Account, cluster::Cluster};

const SHELL: &str = "/bin/sh";

/// `$1` is `postgres`, `$2` the data directory, `$3` the log, `$4` the port.
///
/// `read` returns at the end of our pipe, as nobody ever writes to it. SIGQUIT is Postgres'
/// immediate shutdown: no checkpoint for data that is thrown away. It is sent until the server is
/// gone, because shells start background jobs with SIGQUIT ignored: what arrives before Postgres
/// has set its handlers is lost. Background jobs also get /dev/null as standard input, hence
/// descriptor 3. Standard output is the directory guard's pipe, which only this shell itself may
/// hold, since its end tells the directory guard that the server is gone.
const RUN_SERVER: &str = r#"
exec 3<&0 </dev/null
"$1" -D "$2" -p "$4" >>"$3" 2>&1 3<&- &
server=$!
{ read -r never <&3; while kill -QUIT "$server"; do sleep 1; done; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$server"
kill "$watch"
"#;

/// `$1` is the second choice of a place; prints the directory it made. It is made here so that
/// there is no moment in which nobody would remove it. A socket's path may have about 103 bytes,
/// and under root another account has to get there: /tmp is short and open, a TMPDIR need not be.
///
/// Again, `read` returns when every other end of the pipe is closed. Ignoring SIGPIPE lets the
/// shell get that far when we are gone before it prints. A second attempt to remove serves when a
/// child of a killed `initdb` was still writing.
const KEEP_DIRECTORY: &str = r#"
trap '' PIPE
umask 077
home=$(mktemp -d /tmp/straddle-XXXXXX) || home=$(mktemp -d "$1/straddle-XXXXXX") || exit
echo "$home"
exec >/dev/null
read -r never
for attempt in 1 2 3; do rm -rf "$home" && break; sleep 1; done
"#;

/// How long a server may take to get ready. Only a very busy machine needs more than a second; a
/// crash recovery may, too.
pub(super) const READY_LIMIT: Duration = Duration::from_secs(60);

/// How often to look. `pg_ctl -w` looks every 100 ms, which is most of what a start takes with it.
const POLL: Duration = Duration::from_millis(3);

/// Makes a directory, and removes it when dropped or when this process is no more.
#[derive(Debug)]
pub(super) struct DirectoryGuard {
    shell: Child,
    directory: PathBuf,
}

impl DirectoryGuard {
    /// The directory is new, closed to others, and belongs to the account.
    pub(super) fn start(account: &Account) -> Result<Self, ServerError> {
        let elsewhere = std::env::temp_dir();
        let mut shell = shell(account, KEEP_DIRECTORY)
            .arg(&elsewhere)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| account.cannot_run(SHELL, source))?;
        let mut line = String::new();
        // What cannot be read is as good as nothing: it ends in the error below.
        let _ = shell.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let directory = PathBuf::from(line.trim_end());
        let guard = Self { shell, directory };
        if guard.directory.is_absolute() { Ok(guard) } else { Err(ServerError::Directory) }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Another writing end of the pipe, for a process that uses the directory.
    pub(super) fn hold(&self) -> io::Result<Stdio> {
        match &self.shell.stdin {
            Some(pipe) => pipe.as_fd().try_clone_to_owned().map(Stdio::from),
            None => Ok(Stdio::null()),
        }
    }
}

impl Drop for DirectoryGuard {
    fn drop(&mut self) {
        end(&mut self.shell);
    }
}

/// Runs the server until dropped, or until this process is no more.
#[derive(Debug)]
pub(super) struct ServerGuard {
    shell: Child,
}

impl ServerGuard {
    pub(super) fn start(
        binaries: &Binaries,
        cluster: &Cluster,
        port: u16,
    ) -> Result<Self, ServerError> {
        let failed = |source| cluster.account().cannot_run(SHELL, source);
        let shell = shell(cluster.account(), RUN_SERVER)
            .arg(binaries.dir.join("postgres"))
            .arg(cluster.data())
            .arg(cluster.log())
            .arg(port.to_string())
            .stdout(cluster.hold().map_err(failed)?)
            .spawn()
            .map_err(failed)?;
        Ok(Self { shell })
    }

    /// Returns when the server takes connections. `before` is the status from before its start:
    /// a killed server leaves a file that says "ready".
    pub(super) fn wait_until_ready(
        &mut self,
        cluster: &Cluster,
        before: &str,
    ) -> Result<(), ServerError> {
        let started = Instant::now();
        loop {
            let status = cluster.status();
            if status != before && is_ready(&status) {
                return Ok(());
            }
            // The shell ends with the server; an error here means that it has ended, too.
            if !matches!(self.shell.try_wait(), Ok(None)) {
                return Err(ServerError::Ended { log: cluster.log_tail() });
            }
            if started.elapsed() > READY_LIMIT {
                let seconds = READY_LIMIT.as_secs();
                return Err(ServerError::NotReady { seconds, log: cluster.log_tail() });
            }
            thread::sleep(POLL);
        }
    }
}

impl Drop for ServerGuard {
    fn drop(&mut self) {
        end(&mut self.shell);
    }
}

/// Since Postgres 10, line 8 of postmaster.pid is the state, padded with spaces.
fn is_ready(status: &str) -> bool {
    status.lines().nth(7).is_some_and(|line| line.trim_end() == "ready")
}

/// A shell that waits for the end of its standard input.
fn shell(account: &Account, script: &str) -> Command {
    let mut command = account.command(Path::new(SHELL));
    command
        .args(["-c", script, "straddle-server"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C goes to the whole group of the terminal. In a group of its own, the server lives
        // until we decide (and can still answer while we clean up).
        .process_group(0);
    command
}

/// Closes our end of the pipe and waits until the shell has done its work.
fn end(shell: &mut Child) {
    drop(shell.stdin.take());
    // Nobody else waits for it, so it cannot fail; and a destructor could not tell anyone.
    let _ = shell.wait();
}
