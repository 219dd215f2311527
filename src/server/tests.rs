//! The room against real servers. They need one installed, and say so when there is none.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{Binaries, Options, Server, ServerError, guard::READY_LIMIT};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn start(options: Options) -> Result<Server, ServerError> {
    Server::start(&Binaries::find(None)?, options)
}

/// The first column of the last row that `sql` returns.
fn ask(url: &str, sql: &str) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let driver = tokio::spawn(connection);
        let mut answer = None;
        for message in client.simple_query(sql).await? {
            if let SimpleQueryMessage::Row(row) = message {
                answer = row.get(0).map(str::to_owned);
            }
        }
        drop(client);
        driver.await??;
        Ok(answer)
    })
}

fn answers(url: &str) -> bool {
    ask(url, "select 1").is_ok_and(|answer| answer.as_deref() == Some("1"))
}

#[test]
fn a_server_answers_and_leaves_nothing() -> Outcome {
    let server = start(Options::default())?;
    let home = server.socket_directory().to_owned();
    assert!(answers(&server.url("postgres")));
    let version = ask(&server.url("postgres"), "show server_version_num")?;
    assert!(version.is_some_and(|number| number.starts_with(&server.major().to_string())));
    assert!(server.log().is_file());
    drop(server);
    assert!(!home.exists(), "{home:?} is left behind");
    Ok(())
}

#[test]
fn two_servers_live_side_by_side_over_tcp() -> Outcome {
    let options = Options { tcp: true, ..Options::default() };
    let (one, other) = (start(options.clone())?, start(options)?);
    assert_ne!(one.port(), other.port());
    for server in [one, other] {
        let url = server.url("postgres");
        assert!(url.starts_with("postgresql://postgres@127.0.0.1:"), "{url}");
        assert!(answers(&url));
    }
    Ok(())
}

#[test]
fn settings_of_the_caller_win() -> Outcome {
    let settings = [("wal_level", "logical"), ("straddle.note", "it's \\ \n quoted")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let server = start(Options { settings, ..Options::default() })?;
    let url = server.url("postgres");
    assert_eq!(ask(&url, "show wal_level")?.as_deref(), Some("logical"));
    assert_eq!(ask(&url, "show straddle.note")?.as_deref(), Some("it's \\ \n quoted"));
    Ok(())
}

#[test]
fn any_name_of_a_database_reaches_it() -> Outcome {
    let server = start(Options::default())?;
    ask(&server.url("postgres"), r#"create database "100% /ä?""#)?;
    let answer = ask(&server.url("100% /ä?"), "select current_database()")?;
    assert_eq!(answer.as_deref(), Some("100% /ä?"));
    Ok(())
}

#[test]
fn what_was_committed_survives_a_crash() -> Outcome {
    let mut server = start(Options::default())?;
    let url = server.url("postgres");
    ask(&url, "create table kept (n int)")?;
    ask(&url, "insert into kept values (7)")?;
    server.stop_immediate();
    assert!(!answers(&url));
    server.restart()?;
    assert_eq!(ask(&url, "select n from kept")?.as_deref(), Some("7"));
    // And from a running server, too.
    server.restart()?;
    assert_eq!(server.url("postgres"), url);
    assert_eq!(ask(&url, "select n from kept")?.as_deref(), Some("7"));
    Ok(())
}

#[test]
fn a_killed_server_restarts() -> Outcome {
    let mut server = start(Options::default())?;
    let url = server.url("postgres");
    // Its file goes on saying "ready", with the number of a process that is no more.
    let status = server.cluster.status();
    let postmaster = status.lines().next().ok_or("the file begins with a process number")?;
    assert!(Command::new("kill").args(["-KILL", postmaster]).status()?.success());
    server.restart()?;
    assert!(answers(&url));
    Ok(())
}

#[test]
fn a_server_that_cannot_start_shows_its_log() {
    let settings = vec![("shared_buffers".to_owned(), "plenty".to_owned())];
    let began = Instant::now();
    let error = start(Options { settings, ..Options::default() }).expect_err("not a number");
    let text = error.to_string();
    assert!(text.contains("ended before it was ready"), "{text}");
    assert!(text.contains("invalid value for parameter \"shared_buffers\""), "{text}");
    assert!(began.elapsed() < READY_LIMIT, "the end of the server went unnoticed");
}

#[test]
fn missing_programs_come_with_the_ways_to_get_them() {
    let text = ServerError::NotInstalled.to_string();
    for way in ["apt install postgresql", "--features embedded", "STRADDLE_TEST_PGBIN", "docker"] {
        assert!(text.contains(way), "{text}");
    }
}

#[test]
fn programs_out_of_reach_name_the_account() {
    let source = io::Error::from(io::ErrorKind::PermissionDenied);
    let program = PathBuf::from("/root/bin/initdb");
    let error = ServerError::Run { program, account: Some("nobody".to_owned()), source };
    assert!(error.to_string().starts_with("cannot run `/root/bin/initdb` as `nobody`"));
}

#[test]
fn a_program_that_is_elsewhere_is_left_to_path() -> Outcome {
    let server = start(Options::default())?;
    assert!(server.bin("postgres").is_absolute());
    assert_eq!(server.bin("no-such-program"), Path::new("no-such-program"));
    Ok(())
}

/// Not a test: the process that `nothing_outlives_a_killed_process` kills.
#[test]
#[ignore = "runs as a child of another test"]
fn child_with_a_server() -> Outcome {
    // A static, as in a test suite: nothing drops it.
    static SERVER: LazyLock<Result<Server, ServerError>> =
        LazyLock::new(|| start(Options::default()));
    let server = SERVER.as_ref().map_err(ToString::to_string)?;
    // Not `println!`, which the test harness captures.
    writeln!(io::stdout(), "\nhome {}", server.socket_directory().display())?;
    writeln!(io::stdout(), "url {}", server.url("postgres"))?;
    thread::sleep(Duration::from_secs(20));
    Ok(())
}

#[test]
fn nothing_outlives_a_killed_process() -> Outcome {
    let here = module_path!().split_once("::").ok_or("a module has a path")?.1;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--exact", &format!("{here}::child_with_a_server"), "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("it is piped")?;
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let mut value = |key: &str| lines.find_map(|line| line.strip_prefix(key).map(str::to_owned));
    let home = PathBuf::from(value("home ").ok_or("the child has a server")?);
    let url = value("url ").ok_or("the child has a server")?;
    assert!(answers(&url));

    // SIGKILL: the child can do nothing about it.
    child.kill()?;
    child.wait()?;
    let killed = Instant::now();
    while home.exists() && killed.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(10));
    }
    assert!(!home.exists(), "{home:?} is left behind");
    assert!(!answers(&url));
    Ok(())
}
