//! Scripts of interleaved sessions, one file a script in `tests/sessions`: who says what, in which
//! order, and what it must return. The model is Postgres' own `src/test/isolation`.
//!
//! ```text
//! # What a user sees. Lines that begin with `#`, and empty ones, are for the reader.
//! requires 15                            (the least version of Postgres; may be left out)
//! schema app                             (the base schema; `public` if left out)
//! before
//!   CREATE TABLE users (id int PRIMARY KEY, name text);
//!   INSERT INTO users VALUES (1, 'Ann');
//! base first                             (the old version's name; `base` if left out, `base none` for
//!   - rename_column: {..}                 clients of the base schema; operations that lead to it)
//! migration second                       (the new version's name; `next` if left out)
//!   - alter_column: {table: users, column: name, ..}
//! session app extended user={database}_app options='-c search_path=public_base,public'
//!   SET lock_timeout = '5s'
//!
//! start
//! > new.users + 1 | ANN
//! app: INSERT INTO users VALUES ($1, $2)
//!     RETURNING id
//! < 2 | Bob
//! > 2
//! > old.users + 2 | Bob
//! > new.users + 2 | BOB
//! new: UPDATE users SET name = 'X'
//! > waits
//! ```
//!
//! * Indented lines belong to the line above them.
//! * `session` names one, and how it is opened: `extended` for prepared statements of the extended
//!   protocol, one for each text, kept as drivers do; a connection string, as libpq's; statements.
//!   It is opened when it first says something. `old` and `new` need not be named: each has its
//!   version alone as its search path.
//! * A step is `start`, `complete`, `rollback`, or a session and its statement. `<` is what the client
//!   sends along: parameters of an extended statement, lines of a COPY. `{database}` stands for the
//!   name of the script's database. Roles that begin with it go when the script is done.
//! * `>` is what has to come of the step: its rows, or how many there were; `ERROR` with SQLSTATE and
//!   message; `waits`, if it waits for another session of the script; `name: ..`, what another session
//!   (or the `operator`, who runs the commands) gets that waited; at last what is different in either
//!   version, seen from outside: rows that are there (`+`), and rows whose first column has gone (`-`).
//!   What is written in a transaction comes with COMMIT. Who is to speak and still waits is given some
//!   seconds, in which a deadlock would be found.
//!
//! `STRADDLE_SESSIONS=update cargo test every_script` writes what comes of each step into the files:
//! read `git diff`, for what a script says is what users must see (ARCHITECTURE.md, "Sync"), not what they
//! happen to. `STRADDLE_SESSIONS_ONLY=upsert,copy` runs the scripts with one of these in their names.

mod client;
mod operator;
mod run;
mod script;
mod shown;

use std::path::{Path, PathBuf};

use crate::server::variable;
use run::Run;
use script::Script;

fn scripts() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let only = variable("STRADDLE_SESSIONS_ONLY").unwrap_or_default();
    let entries = std::fs::read_dir(directory).expect("tests/sessions");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "script"))
        .filter(|path| only.split(',').any(|part| path.to_string_lossy().contains(part)))
        .collect();
    paths.sort();
    paths
}

/// Runs a script; what is other than it says.
async fn difference(path: &Path) -> Option<String> {
    let script = Script::read(path);
    let outcomes = Run::of(&script).await?;
    let text = script.with_outcomes(&outcomes);
    if script.text == text {
        return None;
    }
    if variable("STRADDLE_SESSIONS").is_some_and(|mode| mode == "update") {
        std::fs::write(path, text).expect("a script");
        return None;
    }
    Some(format!("{}\n{}", path.display(), script.wrong(&outcomes)))
}

/// A quarter of the scripts. Most of the time one waits for the server.
async fn every_fourth(first: usize) -> Vec<String> {
    let mut different = Vec::new();
    for path in scripts().iter().skip(first).step_by(4) {
        different.extend(difference(path).await);
    }
    different
}

#[tokio::test]
async fn every_script_returns_what_it_says() {
    let (a, b, c, d) =
        tokio::join!(every_fourth(0), every_fourth(1), every_fourth(2), every_fourth(3));
    let different = [a, b, c, d].concat();
    assert!(different.is_empty(), "{} scripts\n\n{}", different.len(), different.join("\n"));
}
