//! Scripts of whole terminals, one a file in `tests/terminal`: commands in a directory of their own, on a
//! database of their own, and all that they print.
//!
//! ```text
//! # What is shown.
//! file migrations/01_users.yaml
//!   operations:
//!     - drop_table: {name: users}
//! sql CREATE TABLE users (id int)
//! $ straddle migrate migrations
//!   what it prints
//!   [exit code 1]
//! ```
//!
//! `server LINES` gives the script a server of its own, over TCP, with these lines, between semicolons, before
//! the others of its `pg_hba.conf`; `$PORT` and `$NAME` say where the database is.
//!
//! `STRADDLE_TERMINAL=update cargo test terminals` writes what is printed; read every line of that. Times,
//! process numbers and the way to the server are made the same for every run. What begins with `$` is
//! run by a shell, with `straddle` in its path.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use straddle::server::{Options, Server};

use crate::server::{Database, binaries, pg_dump, variable};

fn scripts() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal");
    let entries = std::fs::read_dir(directory).expect("tests/terminal");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// A terminal: where it stands, and what it reaches.
struct Terminal {
    place: tempfile::TempDir,
    database: Database,
    /// Where the script has one of its own.
    server: Option<Server>,
}

impl Terminal {
    async fn new() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        Self { place, database: Database::new().await, server: None }
    }

    /// With a server of its own, and these lines first in its `pg_hba.conf`.
    async fn with_server(lines: &str) -> Self {
        let settings = tempfile::Builder::new()
            .permissions(std::fs::Permissions::from_mode(0o755))
            .tempdir()
            .expect("a directory");
        let hba = settings.path().join("pg_hba.conf");
        let lines = lines.split(';').chain(["local all all trust", "host all all all trust"]);
        let lines: String = lines.map(|line| format!("{}\n", line.trim())).collect();
        std::fs::write(&hba, lines).expect("a file");
        let hba = ("hba_file".to_owned(), hba.to_string_lossy().into_owned());
        let options = Options { settings: vec![hba], tcp: true };
        let server = Server::start(&binaries(), options).expect("a server");
        let database = Database::new_by(|name| server.url(name)).await;
        let place = tempfile::tempdir().expect("a directory");
        Self { place, database, server: Some(server) }
    }

    /// What a command prints, as it is printed anywhere.
    fn run(&self, line: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_straddle"));
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            program.parent().expect("a directory").display()
        );
        let url = self.database.url();
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", &format!("exec 2>&1; {line}")])
            .current_dir(self.place.path())
            .env_clear()
            .env("PATH", path)
            .env("STRADDLE_POSTGRES_URL", &url)
            .env("URL", &url)
            .stdin(Stdio::null());
        if let Some(server) = &self.server {
            let name = url.rsplit('/').next().expect("a name");
            shell.env("PORT", server.port().to_string()).env("NAME", name);
        }
        if let Some(pg_dump) = pg_dump() {
            shell.env("STRADDLE_PG_DUMP", pg_dump);
        }
        let output = shell.output().expect("a shell");
        let mut text = self.neutral(&String::from_utf8_lossy(&output.stdout));
        if let Some(code @ 1..) = output.status.code() {
            text.push_str(&format!("[exit code {code}]\n"));
        }
        text
    }

    /// Without what is another thing in each run.
    fn neutral(&self, text: &str) -> String {
        let url = self.database.url();
        let (server, rest) = url.rsplit_once('/').expect("a URL");
        let database = rest.split('?').next().expect("a name");
        let text = text.replace(&*self.place.path().to_string_lossy(), "PLACE");
        let text =
            text.replace(&url, "URL").replace(server, "SERVER").replace(database, "DATABASE");
        let text = match &self.server {
            Some(server) => text.replace(&server.port().to_string(), "PORT"),
            None => text,
        };
        // Postgres 18 has names for NOT NULL, too.
        let is_of_18 =
            |line: &&str| line.contains("name the constraint `") && line.ends_with("_not_null`");
        let lines = text.lines().filter(|line| !is_of_18(line)).map(|line| {
            // How long it took to fill a table.
            let line = match line.split_once(" rows in ") {
                Some((before, _)) => format!("{before} rows in TIME"),
                None => line.to_owned(),
            };
            let words = line.split(' ').map(neutral_word).collect::<Vec<_>>();
            format!("{}\n", words.join(" ").trim_end())
        });
        lines.collect()
    }
}

/// A time, or a word as it is.
fn neutral_word(word: &str) -> String {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    for (time, shown) in [("0000-00-00T00:00:00Z", "TIME"), ("00000000000000_", "STAMP_")] {
        if let Some(at) = shape.find(time) {
            return format!("{}{shown}{}", &word[..at], neutral_word(&word[at + time.len()..]));
        }
    }
    word.to_owned()
}

/// The script with what is printed now.
async fn played(script: &str) -> String {
    let mut terminal = Terminal::new().await;
    let mut client = terminal.database.client().await;
    let mut text = String::new();
    let mut lines = script.lines().peekable();
    while let Some(line) = lines.next() {
        let is_within = |line: &&str| line.starts_with("  ") || line.is_empty();
        text.push_str(&format!("{line}\n"));
        if let Some(command) = line.strip_prefix("$ ") {
            while lines.next_if(is_within).is_some() {}
            for printed in terminal.run(command).lines() {
                text.push_str(format!("  {printed}").trim_end());
                text.push('\n');
            }
            if lines.peek().is_some() {
                text.push('\n');
            }
        } else if let Some(name) = line.strip_prefix("file ") {
            let mut content = String::new();
            while let Some(line) = lines.next_if(is_within) {
                content.push_str(&format!("{}\n", line.strip_prefix("  ").unwrap_or(line)));
                text.push_str(&format!("{line}\n"));
            }
            let path = terminal.place.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            std::fs::write(path, format!("{}\n", content.trim_end())).expect("a file");
        } else if let Some(lines) = line.strip_prefix("server ") {
            terminal = Terminal::with_server(lines).await;
            client = terminal.database.client().await;
        } else if let Some(sql) = line.strip_prefix("sql ") {
            client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
    }
    text
}

#[tokio::test]
async fn terminals_show_what_the_scripts_say() {
    let is_update = variable("STRADDLE_TERMINAL").is_some_and(|what| what == "update");
    let only = variable("STRADDLE_TERMINAL_ONLY");
    let mut differing = Vec::new();
    for path in scripts() {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let script = std::fs::read_to_string(&path).expect("a script");
        let dumps = ["\n$ straddle baseline ", "\n$ straddle squash "];
        if dumps.iter().any(|dumps| script.contains(dumps)) && pg_dump().is_none() {
            continue;
        }
        let played = played(&script).await;
        if is_update {
            std::fs::write(&path, &played).expect("a script can be written");
        } else if played != script {
            let pair = script.lines().zip(played.lines()).find(|(was, is)| was != is);
            differing.push(format!("{name}: {pair:#?}\n{played}"));
        }
    }
    assert!(
        differing.is_empty(),
        "`STRADDLE_TERMINAL=update` renews them\n{}",
        differing.join("\n")
    );
}
