//! Whatever goes wrong at whatever moment of a command, the same command again finishes, and `rollback`
//! leads back: the schema and the rows are then what they are where nothing goes wrong.
//!
//! The program itself runs, behind a proxy that knows every statement and lets something go wrong before it
//! reaches the server, or when the server has answered and the program does not know it yet: so before and
//! after each step and before and after its COMMIT. What is tried is told by what goes over the wire, so that
//! a new kind of step is covered without anyone thinking of it. Every fault is tried once with each kind of step,
//! over all cases; with `STRADDLE_TEST_FAULTS=all` with each step of each case.

mod aside;
mod coverage;
mod fault;
mod full;
mod life;
mod proxy;
mod wire;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use straddle::plan::{Plan, Step};
use straddle::server::{Options, Server};

use crate::lifecycle::{Case, cases};
use crate::server::{Database, binaries, variable};
pub(crate) use coverage::kind_of;
use coverage::{Coverage, Extent};
use fault::Fault;
use life::Life;

/// How many cases are on their way at once: a command that has been lost leaves the processors time.
const LANES: usize = 6;

/// Whether rows are numbered as they are filled: a batch that was undone leaves a gap, as any transaction
/// does.
fn numbers_rows(plan: &Plan) -> bool {
    let mut statements = plan.start.steps().flat_map(Step::statements);
    statements.any(|statement| statement.as_str().contains("nextval("))
}

/// A state without the numbers, where those may differ.
fn comparable(has_gaps: bool, state: &str) -> String {
    if !has_gaps {
        return state.to_owned();
    }
    let without = |line: &str| line.replace(|character: char| character.is_ascii_digit(), "");
    let mut lines: Vec<String> = state.lines().map(without).collect();
    lines.sort();
    lines.join("\n")
}

fn extent() -> Extent {
    match variable("STRADDLE_TEST_FAULTS") {
        None => Extent::Kinds,
        Some(_) => Extent::Everything,
    }
}

/// A case from its beginning to its end, twice: as it is meant to be, and with everything going wrong.
async fn live_through(undisturbed: Case, life: Life) {
    let name = undisturbed.name.clone();
    let (old, both, new) =
        (&["public_base"][..], &["public_base", "public_next"][..], &["public_next"][..]);
    let before = Life::state(life.case(), old).await;
    undisturbed.start(&undisturbed.migration).await;
    let has_gaps = numbers_rows(&undisturbed.plan().await);
    let live = Life::state(&undisturbed, both).await;
    undisturbed.complete().await;
    let end = Life::state(&undisturbed, new).await;

    life.run_to_the_end("start");
    let alike = |one: &str, other: &str, what: &str| {
        let [one, other] = [one, other].map(|state| comparable(has_gaps, state));
        assert!(one == other, "{name}: {what}\n{}", difference(&one, &other));
    };
    alike(&live, &Life::state(life.case(), both).await, "started");
    life.run_to_the_end("rollback");
    alike(&before, &Life::state(life.case(), old).await, "rolled back");
    while life.start_once() {
        life.run_well("rollback");
        alike(&before, &Life::state(life.case(), old).await, "started, and rolled back");
    }
    alike(&live, &Life::state(life.case(), both).await, "started in the end");
    life.run_to_the_end("complete");
    alike(&end, &Life::state(life.case(), new).await, "completed");
}

/// The lines that only one of two states has.
fn difference(meant: &str, is: &str) -> String {
    let lines = |of: &str, other: &str, mark: &str| -> String {
        let only = of.lines().filter(|line| !other.lines().any(|known| known == *line));
        only.map(|line| format!("{mark} {line}\n")).collect()
    };
    lines(meant, is, "-") + &lines(is, meant, "+")
}

/// Visits the cases, several at once; what a lane needs is made once.
fn each_case<T>(names: Vec<String>, lane: impl Fn() -> T + Sync, visit: impl Fn(&str, &T) + Sync) {
    let left = Mutex::new(VecDeque::from(names));
    let failed = Mutex::new(Vec::new());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let lane = lane();
                while let Some(name) = next() {
                    let visited = AssertUnwindSafe(|| visit(&name, &lane));
                    if catch_unwind(visited).is_err() {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push(name);
                    }
                }
            });
        }
    });
    let failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(failed.is_empty(), "these cases failed, each as said above: {failed:?}");
}

#[expect(clippy::print_stderr, reason = "what was tried is worth knowing")]
fn tell(coverage: &Coverage) {
    eprintln!("{}", coverage.told());
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

#[test]
fn whatever_goes_wrong_commands_go_on_or_go_back() {
    let coverage = Arc::new(Coverage::new(
        extent(),
        &[
            Fault::TableLock,
            Fault::LockTimeout,
            Fault::StatementTimeout,
            Fault::Cancel,
            Fault::Deadlock,
            Fault::Serialization,
            Fault::HalfBuilt,
            Fault::Terminate,
            Fault::Cut,
            Fault::Kill,
        ],
    ));
    each_case(cases(), runtime, |name, runtime| {
        runtime.block_on(async {
            let undisturbed = Case::open(name).await;
            if coverage.is_new(&undisturbed.plan().await) {
                let life = Life::new(Case::open(name).await, &coverage, || {});
                live_through(undisturbed, life).await;
            }
        });
    });
    tell(&coverage);
}

/// A server does not care what a step was for: in the short form it is enough for each phase.
#[test]
fn whatever_the_server_lives_through_commands_go_on_or_go_back() {
    let coverage = Arc::new(Coverage::new(extent(), &[Fault::Crash, Fault::DiskFull]));
    let names = match extent() {
        Extent::Everything => cases(),
        _ => cases().into_iter().step_by(8).collect(),
    };
    let lane = || {
        let settings = vec![("wal_level".to_owned(), "logical".to_owned())];
        let server = Server::start(&binaries(), Options { settings, tcp: false });
        (runtime(), Arc::new(Mutex::new(server.expect("a server"))))
    };
    each_case(names, lane, |name, (runtime, server)| {
        let url = |name: &str| server.lock().unwrap_or_else(PoisonError::into_inner).url(name);
        let of_all = Arc::clone(server);
        let crash = move || {
            let mut server = of_all.lock().unwrap_or_else(PoisonError::into_inner);
            server.restart().expect("a server that recovers");
        };
        runtime.block_on(async {
            let case = Case::open_in(name, Database::new_by(url).await).await;
            let life = Life::new(case, &coverage, crash);
            live_through(Case::open_in(name, Database::new_by(url).await).await, life).await;
        });
    });
    tell(&coverage);
}

/// Two sessions make and drop the views of many tables: whichever of the two it is that something goes wrong with.
#[test]
fn whatever_goes_wrong_with_one_of_two_sessions_commands_go_on_or_go_back() {
    let (extent, tables) = match extent() {
        Extent::Everything => (Extent::Pairs, 420),
        _ => (Extent::FewOfPairs, 105),
    };
    let faults = [
        Fault::Kill,
        Fault::LockTimeout,
        Fault::Terminate,
        Fault::Cancel,
        Fault::Cut,
        Fault::Deadlock,
        Fault::TableLock,
    ];
    let coverage = Arc::new(Coverage::new(extent, &faults));
    let make =
        (0..tables).map(|n| format!("CREATE TABLE further_{n} (id int);")).collect::<String>();
    runtime().block_on(async {
        let case = async || {
            let database = Database::new().await;
            database.client().await.batch_execute(&make).await.expect("tables");
            Case::open_in("add_column", database).await
        };
        let life = Life::new(case().await, &coverage, || {});
        live_through(case().await, life).await;
    });
    tell(&coverage);
    assert!(coverage.tried_both_sessions(), "{}", coverage.told());
}
