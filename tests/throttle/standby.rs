//! A physical replica of a throw-away server.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use straddle::server::Server;

use crate::server::{Client, connect};

const PORT: u16 = 5433;

/// A running standby; it ends when it is dropped, and its directory goes with the server's.
pub(crate) struct Standby {
    running: Child,
    url: String,
}

impl Standby {
    /// Copies the server, and follows it under this name.
    pub(crate) async fn of(server: &Server, name: &str) -> Self {
        let home = server.socket_directory();
        let data = home.join("standby");
        let socket = home.to_string_lossy();
        let primary =
            format!("host={socket} port={} user=postgres application_name={name}", server.port());
        copy(server, &data).await;
        let running = program(server, "postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &PORT.to_string(), "-c", "hot_standby=on", "-c", "archive_mode=off"])
            .args([
                "-c",
                "wal_receiver_status_interval=1s",
                "-c",
                &format!("primary_conninfo={primary}"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres runs");
        let url =
            server.url("postgres").replace(&format!(":{}/", server.port()), &format!(":{PORT}/"));
        let standby = Self { running, url };
        let client = connect(&server.url("postgres")).await;
        let follows = format!(
            "SELECT FROM pg_stat_replication WHERE application_name = '{name}' AND state = 'streaming'
             AND replay_lsn IS NOT NULL"
        );
        let since = Instant::now();
        while client.rows(&follows).await.expect("an answer").is_empty() {
            assert!(since.elapsed() < Duration::from_secs(60), "the standby does not follow");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        standby
    }

    /// Its URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.url).await
    }
}

/// Copies the server's files while it runs (manual, section 26.3): pg_basebackup is not everywhere.
async fn copy(server: &Server, data: &Path) {
    let (begin, end) = match server.major() {
        ..15 => ("pg_start_backup('standby', true, false)", "pg_stop_backup(false, false)"),
        _ => ("pg_backup_start('standby', true)", "pg_backup_stop(false)"),
    };
    let client = connect(&server.url("postgres")).await;
    client.rows(&format!("SELECT {begin}")).await.expect("a beginning");
    let from = client.rows("SHOW data_directory").await.expect("a directory");
    // Files may vanish meanwhile; those are not missed.
    program(server, "cp").arg("-a").arg(&from[0]).arg(data).output().expect("cp runs");
    let label = client.rows(&format!("SELECT labelfile FROM {end}")).await.expect("a label");
    std::fs::remove_file(data.join("postmaster.pid")).expect("a copy");
    for directory in ["pg_wal", "pg_replslot"] {
        for entry in std::fs::read_dir(data.join(directory)).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                std::fs::remove_file(path).expect("a file");
            }
        }
    }
    let owner = data.metadata().expect("a directory");
    for (file, text) in [("backup_label", label[0].as_str()), ("standby.signal", "")] {
        let file = data.join(file);
        std::fs::write(&file, text).expect("a file");
        std::os::unix::fs::chown(file, Some(owner.uid()), Some(owner.gid())).expect("its owner");
    }
}

/// A program of the server's, as the account that the server runs as.
fn program(server: &Server, name: &str) -> Command {
    let mut command = Command::new(server.bin(name));
    let home: PathBuf = server.socket_directory().into();
    let owner = home.metadata().expect("the server's directory");
    if owner.uid() != std::fs::metadata("/proc/self").map_or(owner.uid(), |own| own.uid()) {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
    command.stdin(Stdio::null());
    command
}

impl Drop for Standby {
    fn drop(&mut self) {
        // It ends by itself when its directory goes; this is sooner. A postmaster that is killed takes its
        // processes along.
        drop(self.running.kill());
        drop(self.running.wait());
    }
}
