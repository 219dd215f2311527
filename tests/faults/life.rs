//! The life of one case, in which everything goes wrong.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use super::coverage::Coverage;
use super::fault::{Fault, Moment, Part, Side};
use super::proxy::{Proxy, Run};
use crate::lifecycle::{Case, directory};

/// More runs than any case has moments.
const MOST_RUNS: usize = 5_000;

/// A case, and the way to it through which things go wrong.
pub(super) struct Life {
    case: Case,
    proxy: Proxy,
    /// Holds the migration's file, and what commands write.
    place: TempDir,
    coverage: Arc<Coverage>,
}

/// What a run of a command came to.
struct Outcome {
    is_done: bool,
    met: Vec<(Fault, Moment)>,
    said: String,
}

impl Life {
    pub(super) fn new(
        case: Case,
        coverage: &Arc<Coverage>,
        crash: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let file = directory().join(&case.name).join("migration.yaml");
        fs::copy(file, place.path().join("next.yaml")).expect("the migration's file");
        let proxy = Proxy::new(&case.database.url(), crash);
        Self { case, proxy, place, coverage: Arc::clone(coverage) }
    }

    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    /// The schema, and the rows of the tables and of these versions.
    pub(super) async fn state(case: &Case, versions: &[&str]) -> String {
        let client = case.database.client().await;
        let mut state = client.catalog().await;
        for schema in ["public"].iter().chain(versions) {
            state.push_str(&format!("\n== {schema}\n{}", client.shown(schema).await));
        }
        state
    }

    /// Runs a command again and again until nothing goes wrong any more.
    pub(super) fn run_to_the_end(&self, command: &'static str) {
        for _ in 0..MOST_RUNS {
            let outcome = self.run(command, "again", true);
            if outcome.is_done {
                return;
            }
        }
        panic!("{}: {command} never ends", self.case.name);
    }

    /// Runs a start once; whether something went wrong, so that it is to be taken back.
    pub(super) fn start_once(&self) -> bool {
        let outcome = self.run("start", "back", true);
        !outcome.is_done
    }

    /// Runs a command undisturbed.
    pub(super) fn run_well(&self, command: &'static str) {
        let outcome = self.run(command, "", false);
        assert!(outcome.is_done, "{}: {command}: {}", self.case.name, outcome.said);
    }

    fn run(&self, command: &'static str, way: &'static str, is_disturbed: bool) -> Outcome {
        self.proxy.expect(None);
        let path = |name: &str| self.place.path().join(name);
        let (events, result) = (path("events"), path("result"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_straddle"));
        child.args([command, "--output", "json", "--lock-timeout", "50"]);
        child.args(["--postgres-url", &self.proxy.url()]);
        if command == "start" {
            child.arg(path("next.yaml"));
        }
        child.env_clear().stdin(Stdio::null());
        child.stdout(File::create(&result).expect("a file"));
        child.stderr(File::create(&events).expect("a file"));
        let mut child = child.spawn().expect("the program runs");
        let (coverage, name) = (Arc::clone(&self.coverage), self.case.name.clone());
        let wants_serialization = move |moment: &Moment| {
            is_disturbed && coverage.wants(&name, way, moment, Fault::Serialization)
        };
        let (coverage, name) = (Arc::clone(&self.coverage), self.case.name.clone());
        let wanted = move |moment: &Moment, is_repeatable: bool| {
            let taken = || coverage.take(&name, way, moment, is_repeatable);
            is_disturbed.then(taken).flatten()
        };
        let run = Arc::new(Run {
            command,
            process: child.id(),
            events: events.clone(),
            wanted: Box::new(wanted),
            wants_serialization: Box::new(wants_serialization),
            met: Mutex::default(),
            complaints: Mutex::default(),
            missed: Mutex::default(),
        });
        self.proxy.expect(Some(Arc::clone(&run)));
        let status = child.wait().expect("an end");
        self.proxy.settle();
        let said = fs::read_to_string(&events).unwrap_or_default();
        let result = fs::read_to_string(&result).unwrap_or_default();
        let met = run.met.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.coverage.miss(*run.missed.lock().unwrap_or_else(PoisonError::into_inner));
        let complaints = run.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(complaints.is_empty(), "{}: {complaints:?}\n{said}", self.case.name);
        let outcome = Outcome { is_done: status.success(), met, said: format!("{said}{result}") };
        // A lost answer to the last statement is answered by the ledger.
        let is_over = |(fault, moment): &(Fault, Moment)| {
            *fault == Fault::Cut && moment.part == Part::End && moment.side == Side::After
        };
        if outcome.met.last().is_some_and(is_over) {
            assert!(outcome.is_done, "{}: {command}: {}", self.case.name, outcome.said);
        }
        if !outcome.is_done {
            self.judge(command, status.code(), &outcome);
        }
        Outcome { is_done: outcome.is_done || self.was_done(&outcome), ..outcome }
    }

    /// The answer to a statement that ended the migration may be lost: then the next run says that
    /// nothing is left to do.
    fn was_done(&self, outcome: &Outcome) -> bool {
        ["was completed last", "was rolled back last"]
            .iter()
            .any(|last| outcome.said.contains(last))
    }

    /// A command that something went wrong for says what to type next, and has not taken anything back.
    fn judge(&self, command: &str, code: Option<i32>, outcome: &Outcome) {
        let told =
            format!("{}: {command} {code:?} {:#?}\n{}", self.case.name, outcome.met, outcome.said);
        if self.was_done(outcome) {
            return;
        }
        assert!(!outcome.met.is_empty(), "nothing went wrong, and yet it failed\n{told}");
        assert!(
            !outcome.said.contains(r#""event":"undoing""#),
            "nothing need be taken back\n{told}"
        );
        if outcome.met.iter().any(|(fault, _)| *fault == Fault::Kill) {
            return;
        }
        assert!(matches!(code, Some(1 | 3)), "an exit code that says what is the matter\n{told}");
        assert!(outcome.said.contains(r#""next":""#), "what to type next\n{told}");
    }
}
