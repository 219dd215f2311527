//! Stands between a command and its server, and makes things go wrong at a chosen moment. The command and
//! the product know nothing of it.

use std::fs;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio_postgres::config::Host;

use super::aside::Aside;
use super::fault::{Fault, Moment, Part, Side};
use super::wire::{self, Answer, Request, Requests, Stream};

/// Which fault is wanted at a moment, of a session at REPEATABLE READ or not.
type Wanted = dyn Fn(&Moment, bool) -> Option<Fault> + Send + Sync;

/// One run of a command through the proxy.
pub(super) struct Run {
    pub(super) command: &'static str,
    /// Its process.
    pub(super) process: u32,
    /// Where it writes its events.
    pub(super) events: PathBuf,
    /// Which fault is wanted at a moment.
    pub(super) wanted: Box<Wanted>,
    /// Whether a serialization failure is wanted at a moment.
    pub(super) wants_serialization: Box<dyn Fn(&Moment) -> bool + Send + Sync>,
    /// What went wrong, in order.
    pub(super) met: Mutex<Vec<(Fault, Moment)>>,
    /// What did not go wrong as it should have.
    pub(super) complaints: Mutex<Vec<String>>,
    /// How often nothing could go wrong in the way that was wanted.
    pub(super) missed: Mutex<usize>,
}

impl Run {
    /// The moment, if one is worth a fault.
    fn moment(&self, request: &Request, of_second: bool, side: Side) -> Option<Moment> {
        let statement = request.statement.as_deref()?.trim();
        let part = Part::of(statement)?;
        let events = fs::read_to_string(&self.events).unwrap_or_default();
        let step = events.lines().rev().find_map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).ok()?;
            (event["event"] == "step").then_some(event)
        });
        let said = |field: &str| {
            step.as_ref().and_then(|step| step[field].as_str()).unwrap_or_default().to_owned()
        };
        let statement: String = statement.chars().take(200).collect();
        let (phase, purpose) = (said("phase"), said("purpose"));
        Some(Moment { command: self.command, phase, purpose, part, side, statement, of_second })
    }

    fn take(
        &self,
        request: &Request,
        (of_second, is_repeatable): (bool, bool),
        side: Side,
    ) -> Option<Fault> {
        let moment = self.moment(request, of_second, side)?;
        let fault = (self.wanted)(&moment, is_repeatable)?;
        self.met.lock().unwrap_or_else(PoisonError::into_inner).push((fault, moment));
        Some(fault)
    }

    /// The isolation level that a transaction is to have, where one begins: with a step, as no statement of
    /// it may come first, or with a cursor that moves by itself.
    fn is_to_be_repeatable(
        &self,
        request: &Request,
        of_second: bool,
        is_idle: bool,
    ) -> Option<bool> {
        let moment = self.moment(request, of_second, Side::Before).filter(|_| is_idle)?;
        let of = |part| (self.wants_serialization)(&Moment { part, ..moment.clone() });
        if moment.statement.starts_with("BEGIN") {
            return Some(of(Part::Cursor) || of(Part::BatchCursor));
        }
        Some(Fault::Serialization.fits(&moment) && of(moment.part))
    }
}

/// What all connections share.
struct Shared {
    /// The server's database.
    url: String,
    /// Crashes the server, and starts it again.
    crash: Box<dyn Fn() + Send + Sync>,
    run: Mutex<Option<Arc<Run>>>,
    /// How many connections there are.
    connections: AtomicUsize,
}

pub(super) struct Proxy {
    shared: Arc<Shared>,
    port: u16,
}

impl Proxy {
    pub(super) fn new(url: &str, crash: impl Fn() + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            url: url.into(),
            crash: Box::new(crash),
            run: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let of_all = Arc::clone(&shared);
        // It ends with the tests.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&of_all);
                shared.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // What a panic here means, the command's end tells.
                    drop(catch_unwind(AssertUnwindSafe(|| shared.serve(client))));
                    shared.connections.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { shared, port }
    }

    /// The way to the database through the proxy.
    pub(super) fn url(&self) -> String {
        let config: tokio_postgres::Config = self.shared.url.parse().expect("a URL");
        let user = config.get_user().unwrap_or("postgres");
        let database = config.get_dbname().unwrap_or("postgres");
        let password = config.get_password().map(String::from_utf8_lossy);
        let password = password.map_or_else(String::new, |password| format!(":{password}"));
        let port = self.port;
        format!("postgresql://{user}{password}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// Waits until nothing is left of a command that has ended: a server that crashed under it is there again.
    pub(super) fn settle(&self) {
        while self.shared.connections.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// From now on it is this run that connects.
    pub(super) fn expect(&self, run: Option<Arc<Run>>) {
        *self.shared.run.lock().unwrap_or_else(PoisonError::into_inner) = run;
    }
}

/// A way to the server of a URL.
fn connect(url: &str) -> io::Result<Box<dyn Stream>> {
    let config: tokio_postgres::Config = url.parse().expect("a URL");
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Unix(directory)) => {
            Ok(Box::new(UnixStream::connect(directory.join(format!(".s.PGSQL.{port}")))?))
        }
        Some(Host::Tcp(host)) => Ok(Box::new(TcpStream::connect((host.as_str(), port))?)),
        None => Err(io::Error::other("no host")),
    }
}

/// Takes the rows of the ledger that a statement may write; not to be had where we have them already.
const HOLD: &str = "SET lock_timeout = 2000; BEGIN;
    UPDATE straddle.migrations SET suspect = suspect WHERE state = 'active';
    UPDATE straddle.backfills SET rows_written = rows_written;
    UPDATE straddle.descriptions SET format = format; SET lock_timeout = 0";

/// Whether the connection is still there.
type Goes = io::Result<bool>;

impl Shared {
    fn serve(&self, mut client: TcpStream) {
        let run = loop {
            // The command may be faster than whoever began it.
            if let Some(run) = self.run.lock().unwrap_or_else(PoisonError::into_inner).clone() {
                break run;
            }
            thread::sleep(Duration::from_millis(1));
        };
        // An error is one side or the other that has gone, as it may.
        drop(client.set_nodelay(true));
        let mut is_full = false;
        drop(self.stand_between(&mut client, &run, &mut is_full));
        if is_full {
            // It recovers by itself, but nobody could tell when it begins to.
            (self.crash)();
        }
    }

    fn stand_between(
        &self,
        client: &mut TcpStream,
        run: &Run,
        is_full: &mut bool,
    ) -> io::Result<()> {
        let mut server = connect(&self.url)?;
        let Some(process) = wire::log_in(client, &mut server)? else {
            return Ok(());
        };
        let mut requests = Requests::default();
        let (mut is_idle, mut is_repeatable, mut of_second) = (true, false, false);
        loop {
            let request = requests.next(client)?;
            if request.is_goodbye {
                return server.write_all(&request.bytes);
            }
            of_second |= request.is_second();
            let to_be = run.is_to_be_repeatable(&request, of_second, is_idle);
            let to_be = to_be.unwrap_or(is_repeatable);
            if to_be != is_repeatable {
                is_repeatable = to_be;
                let level = if to_be { "repeatable read" } else { "read committed" };
                wire::say(&mut server, &format!("SET default_transaction_isolation = '{level}'"))?;
            }
            let fault = run.take(&request, (of_second, is_repeatable), Side::Before);
            *is_full |= fault == Some(Fault::DiskFull);
            let answer = match fault {
                None => ask(&mut server, &request)?,
                Some(fault) => {
                    let Some(answer) = self.before(fault, run, process, &mut server, &request)?
                    else {
                        return Ok(());
                    };
                    answer
                }
            };
            is_idle = answer.is_idle;
            // What the server did not do has not gone wrong behind it.
            let after = match answer.state {
                None => run.take(&request, (of_second, is_repeatable), Side::After),
                Some(_) => None,
            };
            if let Some(fault) = after
                && !self.lose(fault, run, process)?
            {
                return Ok(());
            }
            client.write_all(&answer.bytes)?;
            if answer.is_last {
                return Ok(());
            }
        }
    }

    /// Makes something go wrong before the request has reached the server. None where it never will.
    fn before(
        &self,
        fault: Fault,
        run: &Run,
        process: u32,
        server: &mut Box<dyn Stream>,
        request: &Request,
    ) -> io::Result<Option<Answer>> {
        if fault.is_loss() {
            let goes = self.lose(fault, run, process)?;
            return if goes { ask(server, request).map(Some) } else { Ok(None) };
        }
        let other = Aside::new(&self.url);
        let answer = match fault {
            Fault::TableLock => Some(self.table_lock(&other, server, request)?),
            Fault::Deadlock => self.deadlock(&other, server, request)?,
            _ => self.row_lock(fault, &other, process, server, request)?,
        };
        let Some(answer) = answer else {
            *run.missed.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            return ask(server, request).map(Some);
        };
        if fault.state().is_some() && answer.state.as_deref() != fault.state() {
            let complaint = format!("{fault:?} is {:?}: {:?}", answer.state, request.statement);
            run.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
        }
        Ok(Some(answer))
    }

    /// Ends the connection in one way or another; whether it is for the server to say so.
    fn lose(&self, fault: Fault, run: &Run, process: u32) -> Goes {
        match fault {
            Fault::Cut => return Ok(false),
            Fault::Kill => {
                let process = run.process.to_string();
                let kill = Command::new("kill").args(["-KILL", &process]).output()?;
                if !kill.status.success() {
                    // It has come to its end by itself meanwhile.
                    *run.missed.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
                return Ok(false);
            }
            Fault::Terminate => {
                Aside::new(&self.url)
                    .say(&format!("SELECT pg_terminate_backend({process}, 10000)"));
            }
            Fault::HalfBuilt => {
                Aside::new(&self.url).say(
                    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (
                       SELECT max(indexrelid) FROM pg_index JOIN pg_class ON oid = indrelid
                       WHERE relnamespace = 'public'::regnamespace)",
                );
                return Ok(false);
            }
            Fault::Crash => (self.crash)(),
            Fault::DiskFull => {
                // As the server's own account, which may.
                let limit = format!("prlimit --fsize=0:0 --pid {process}");
                Aside::new(&self.url)
                    .say(&format!("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; {limit}'"));
            }
            _ => {}
        }
        Ok(true)
    }

    /// Somebody has the tables; whoever waits for that without a limit gets them in the end.
    fn table_lock(
        &self,
        other: &Aside,
        server: &mut Box<dyn Stream>,
        request: &Request,
    ) -> io::Result<Answer> {
        let holder = other.process();
        // Where we have one of them, it is not to be had.
        other.try_say(
            "SET lock_timeout = 50; BEGIN; DO $do$ DECLARE t regclass; BEGIN
               FOR t IN SELECT oid FROM pg_class
                 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1
               LOOP EXECUTE format('LOCK TABLE %s', t); END LOOP;
             END $do$",
        );
        let released = Arc::new(Mutex::new(false));
        let url = self.url.clone();
        let is_over = Arc::clone(&released);
        let watch = thread::spawn(move || {
            // Longer than any lock_timeout of the test.
            for _ in 0..100 {
                thread::sleep(Duration::from_millis(5));
                if *is_over.lock().unwrap_or_else(PoisonError::into_inner) {
                    return;
                }
            }
            Aside::new(&url).say(&format!("SELECT pg_terminate_backend({holder}, 10000)"));
        });
        let answer = ask(server, request);
        *released.lock().unwrap_or_else(PoisonError::into_inner) = true;
        other.try_say("ROLLBACK");
        watch.join().expect("the watch ends");
        answer
    }

    /// Somebody has the row that the statement writes.
    fn row_lock(
        &self,
        fault: Fault,
        other: &Aside,
        process: u32,
        server: &mut Box<dyn Stream>,
        request: &Request,
    ) -> io::Result<Option<Answer>> {
        if !other.try_say(HOLD) {
            return Ok(None);
        }
        match fault {
            Fault::StatementTimeout => {
                wire::say(server, "SET lock_timeout = 0; SET statement_timeout = 20")?;
            }
            Fault::Cancel | Fault::Serialization => {
                wire::say(server, "SET lock_timeout = 0")?;
            }
            _ => {}
        }
        server.write_all(&request.bytes)?;
        match fault {
            Fault::Cancel => {
                let watcher = Aside::new(&self.url);
                watcher.until_waiting(&process.to_string());
                watcher.say(&format!("SELECT pg_cancel_backend({process})"));
            }
            Fault::Serialization => {
                Aside::new(&self.url).until_waiting(&process.to_string());
                other.say("COMMIT");
            }
            _ => {}
        }
        let answer = Answer::read(server);
        other.try_say("ROLLBACK");
        Ok(Some(answer))
    }

    /// Somebody has the row, and waits for what we have.
    fn deadlock(
        &self,
        other: &Aside,
        server: &mut Box<dyn Stream>,
        request: &Request,
    ) -> io::Result<Option<Answer>> {
        let ours =
            "SELECT pg_advisory_lock(4711); SET lock_timeout = 0; SET deadlock_timeout = '1ms'";
        wire::say(server, ours)?;
        let (watcher, process) = (Aside::new(&self.url), other.process());
        if !other.try_say(&format!("SET deadlock_timeout = '1h'; {HOLD}")) {
            return Ok(None);
        }
        other.say_waiting("SELECT pg_advisory_lock(4711)", &watcher, &process);
        server.write_all(&request.bytes)?;
        let answer = Answer::read(server);
        watcher.say(&format!("SELECT pg_terminate_backend({process}, 10000)"));
        Ok(Some(answer))
    }
}

fn ask(server: &mut Box<dyn Stream>, request: &Request) -> io::Result<Answer> {
    server.write_all(&request.bytes)?;
    Ok(Answer::read(server))
}
