//! A PgBouncer of one test, in transaction mode before one database.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio_postgres::config::Host;

use crate::server::{Database, variable};

/// Whoever `nobody` is, where the server is not one of ours.
const NOBODY: u32 = 65534;

/// A pooler. Dropping it ends it.
pub(super) struct Bouncer {
    child: Child,
    directory: TempDir,
}

impl Bouncer {
    /// Starts one before the database, which it calls `plain` (and `session`, in session mode), and by these names of schemas when the
    /// search path is to be that one. Each pool has so many server connections.
    pub(super) async fn start(
        database: &Database,
        schemas: &[&str],
        users: &[String],
        pool: usize,
    ) -> Self {
        let directory = tempfile::Builder::new().prefix("straddle-pooler-").tempdir();
        let directory = directory.expect("a directory");
        let server: tokio_postgres::Config = database.url().parse().expect("a valid URL");
        let host = server.get_hosts().first().expect("a host");
        let (address, owner) = match host {
            Host::Unix(path) => {
                (path.display().to_string(), fs::metadata(path).expect("a socket").uid())
            }
            Host::Tcp(name) => (name.clone(), NOBODY),
        };
        let port = server.get_ports().first().copied().unwrap_or(5432);
        let name = server.get_dbname().expect("a database");
        let mut way = format!("host={address} port={port} dbname={name}");
        if let Some(password) = server.get_password() {
            write!(way, " password={}", String::from_utf8_lossy(password)).expect("text");
        }
        let mut settings =
            format!("[databases]\nplain = {way}\nsession = {way} pool_mode=session\n");
        for schema in schemas {
            let query = format!("SET search_path = {schema}");
            writeln!(settings, "{schema} = {way} connect_query='{query}'").expect("text");
        }
        let home = directory.path();
        write!(
            settings,
            "[pgbouncer]\npool_mode = transaction\ndefault_pool_size = {pool}\nmax_client_conn = 200\n\
             auth_type = trust\nauth_file = {home}/users\nunix_socket_dir = {home}\n",
            home = home.display()
        )
        .expect("text");
        fs::write(home.join("settings.ini"), settings).expect("settings");
        let users = users.iter().map(String::as_str).chain(["postgres"]);
        let users: String = users.map(|user| format!("\"{user}\" \"\"\n")).collect();
        fs::write(home.join("users"), users).expect("users");
        let child = run(home, owner);
        let bouncer = Self { child, directory };
        bouncer.wait().await;
        bouncer
    }

    /// Where a client reaches it.
    pub(super) fn url(&self, user: &str, database: &str) -> String {
        let home = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgresql://{user}@/{database}?host={home}&port=6432")
    }

    async fn wait(&self) {
        let url = self.url("postgres", "plain");
        for _ in 0..100 {
            if tokio_postgres::connect(&url, tokio_postgres::NoTls).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
        panic!("PgBouncer does not answer:\n{log}");
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Runs it as the owner of the server's socket, for it refuses to run as root.
fn run(home: &Path, owner: u32) -> Child {
    let log = fs::File::create(home.join("log")).expect("a log");
    let program = variable("STRADDLE_TEST_PGBOUNCER").unwrap_or_else(|| "pgbouncer".into());
    let mut command = Command::new(&program);
    command.arg(home.join("settings.ini")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    if fs::metadata(home).expect("a directory").uid() == 0 {
        let files = ["", "settings.ini", "users", "log"];
        for file in files {
            chown(home.join(file), Some(owner), None).expect("another owner");
        }
        command.uid(owner).gid(NOBODY);
    }
    command.spawn().unwrap_or_else(|error| {
        panic!(
            "{program}: {error}\nthese tests need PgBouncer: install it, or run\n  \
             STRADDLE_TEST_PGBOUNCER=$(.ci/fetch-pgbouncer | tail -n 1) cargo test pooler -- --ignored"
        )
    })
}
