//! Whatever moment a command is killed at, the same command again finishes, and `rollback` leads
//! back. The plan itself is the list of moments, so that a new kind of step is covered without
//! anyone thinking of it.

use std::cell::Cell;
use std::time::Duration;

use straddle::engine::{Engine, Error, Event, Options};
use straddle::plan::{Action, Phase, Plan};
use straddle::sql::Ident;

use crate::lifecycle::{Case, cases};

/// What is run and killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Start,
    Complete,
    Rollback,
}

/// Ends every session of the engine, as a crash of the process would.
fn kill(url: &str) {
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND application_name LIKE 'straddle%'";
    crate::server::aside(url.to_owned(), kill.to_owned());
}

/// Runs a command and kills it before its step number `moment`. Says whether it came that far.
async fn run_killed(case: &Case, command: Command, moment: usize) -> bool {
    let url = case.database.url();
    let seen = Cell::new(0);
    let killed = Cell::new(false);
    let listener = |event: &Event<'_>| {
        if let Event::Step { .. } = event {
            if seen.get() == moment {
                kill(&url);
                killed.set(true);
            }
            seen.set(seen.get() + 1);
        }
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine =
        Engine::open(&case.database.target(), options, &listener).await.expect("an engine");
    let outcome = run(&engine, case, command).await;
    if killed.get() {
        let error = outcome.expect_err("a killed command fails");
        assert!(error.is_lost(), "{}: {command:?} at {moment}: {error}", case.name);
        // The advisory lock is free when the backend has gone.
        tokio::time::sleep(Duration::from_millis(5)).await;
    } else {
        outcome.unwrap_or_else(|error| panic!("{}: {command:?}: {error}", case.name));
    }
    killed.get()
}

async fn run(engine: &Engine<'_>, case: &Case, command: Command) -> Result<(), Error> {
    match command {
        Command::Start => engine.start(&case.migration).await.map(|_| ()),
        Command::Complete => engine.complete().await.map(|_| ()),
        Command::Rollback => engine.rollback().await.map(|_| ()),
    }
}

async fn interrupt_start(case: &Case, before: &str) {
    case.start(&case.migration).await;
    let (live, shown) = (case.catalog().await, case.both().await);
    case.rollback().await;
    for moment in 0.. {
        let name = format!("{}: start killed before step {moment}", case.name);
        if !run_killed(case, Command::Start, moment).await {
            case.rollback().await;
            break;
        }
        case.start(&case.migration).await;
        assert_eq!(live, case.catalog().await, "{name}, and started again");
        assert_eq!(shown, case.both().await, "{name}, and started again");
        case.rollback().await;
        run_killed(case, Command::Start, moment).await;
        case.rollback().await;
        assert_eq!(before, case.catalog().await, "{name}, and rolled back");
    }
}

async fn interrupt_rollback(case: &Case, before: &str) {
    for moment in 0.. {
        case.start(&case.migration).await;
        let came = run_killed(case, Command::Rollback, moment).await;
        if came {
            case.rollback().await;
        }
        let name = format!("{}: rollback killed before step {moment}", case.name);
        assert_eq!(before, case.catalog().await, "{name}, and run again");
        if !came {
            break;
        }
    }
}

async fn interrupt_complete(name: &str) {
    let undisturbed = Case::open(name).await;
    let contract = undisturbed.plan().await.contract;
    let inside = contract.opening.len() + contract.steps.len();
    undisturbed.start(&undisturbed.migration).await;
    undisturbed.complete().await;
    let end = undisturbed.catalog().await;
    // The first and the last steps of the one transaction stand for all of them, which are undone
    // alike; then every step behind it.
    for moment in [0, 1].into_iter().chain(inside.saturating_sub(1).max(2)..) {
        let case = Case::open(name).await;
        case.start(&case.migration).await;
        let live = case.catalog().await;
        let came = run_killed(&case, Command::Complete, moment).await;
        if came && case.status().await.active.is_some_and(|a| a.phase == Phase::Live) {
            assert_eq!(
                live,
                case.catalog().await,
                "{name}: a complete that failed changed nothing"
            );
        }
        if came {
            case.complete().await;
        }
        let what = format!("{name}: complete killed before step {moment}, and run again");
        assert_eq!(end, case.catalog().await, "{what}");
        if !came {
            break;
        }
    }
}

/// An index that was being built when the process died: there, and not valid.
async fn interrupt_builds(case: &Case, before: &str) {
    let plan = case.plan().await;
    for (position, _) in concurrent_steps(&plan) {
        for command in [Command::Start, Command::Rollback] {
            assert!(run_killed(case, Command::Start, position).await);
            let client = case.database.client().await;
            let (_, statement) = concurrent_steps(&plan)
                .into_iter()
                .find(|(at, _)| *at == position)
                .expect("the same plan");
            client.batch_execute(&statement).await.expect("an index");
            client
                .batch_execute(
                    "UPDATE straddle.migrations SET begun = true WHERE state = 'active';
                     UPDATE pg_index SET indisvalid = false WHERE indexrelid = (
                       SELECT max(indexrelid) FROM pg_index JOIN pg_class ON oid = indrelid
                       WHERE relnamespace = 'public'::regnamespace)",
                )
                .await
                .expect("an invalid index");
            if command == Command::Start {
                case.start(&case.migration).await;
                assert!(!case.catalog().await.contains("valid=f"), "{}: invalid index", case.name);
            }
            case.rollback().await;
            assert_eq!(before, case.catalog().await, "{}: broken index, {command:?}", case.name);
        }
    }
}

fn concurrent_steps(plan: &Plan) -> Vec<(usize, String)> {
    let steps = plan.start.steps().enumerate();
    steps
        .filter_map(|(position, step)| match &step.action {
            Action::Outside { statement, .. } => Some((position, statement.as_str().to_owned())),
            _ => None,
        })
        .collect()
}

async fn interrupt(name: &str) {
    let case = Case::open(name).await;
    let before = case.catalog().await;
    interrupt_start(&case, &before).await;
    interrupt_rollback(&case, &before).await;
    interrupt_builds(&case, &before).await;
    interrupt_complete(name).await;
}

/// An eighth of the cases. A command that is killed leaves the processors time, so that several are
/// on their way at once.
async fn interrupt_every_eighth(first: usize) {
    for name in cases().iter().skip(first).step_by(8) {
        interrupt(name).await;
    }
}

#[tokio::test]
async fn commands_killed_before_any_step_go_on_or_go_back_1() {
    let [a, b, c, d] = [0, 2, 4, 6].map(interrupt_every_eighth);
    tokio::join!(a, b, c, d);
}

#[tokio::test]
async fn commands_killed_before_any_step_go_on_or_go_back_2() {
    let [a, b, c, d] = [1, 3, 5, 7].map(interrupt_every_eighth);
    tokio::join!(a, b, c, d);
}
