//! Migrations as users live through them, one directory a case in `tests/cases`:
//!
//! * `before.sql`: the schema and the rows at the beginning;
//! * `migration.yaml`: what is started;
//! * `traffic.sql`: statements of applications, each line `old: ...` or `new: ...`;
//! * `directly.sql`, in some: what makes the same schema without us;
//! * `afterwards.sql`, in some: statements of applications once all is completed.
//! * `base.yaml`, where the old version has more than its tables: the migration that leads to it.
//!
//! Each case is started, rolled back (everything must be as before), started again, used through
//! both versions, rolled back (the old version must see what it saw), started a third time and
//! completed. Rows are written where the plan says so, and nowhere else. What both versions saw, and the schema in the end, is the snapshot.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use straddle::engine::Engine;
use straddle::migration::{self, Migration};
use straddle::plan::{Phase, Plan, Step};
use tokio::sync::OnceCell;

use crate::rows::cost::Places;
use crate::server::{Client, Database, variable};

/// Where the cases are.
pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// One of a case's files.
fn read(name: &str, file: &str) -> String {
    let path = directory().join(name).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every step of a plan, and every undo, with the phase that it is done in.
pub(crate) fn all_steps(plan: &Plan) -> impl Iterator<Item = (Phase, &Step)> {
    let Plan { start, contract, .. } = plan;
    let phases = start.phases().into_iter();
    let of_start = phases.flat_map(|(phase, steps)| steps.iter().map(move |step| (phase, step)));
    let undos = start.steps().filter_map(|step| step.undo.as_deref());
    let of_contract = contract.opening.iter().chain(&contract.steps).chain(&contract.cleanup);
    of_start
        .chain(undos.map(|undo| (Phase::Abort, undo)))
        .chain(of_contract.map(|step| (Phase::Contract, step)))
}

/// The names of all cases.
pub(crate) fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(directory()).expect("tests/cases");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    if let Some(only) = variable("ONLY_CASES") {
        names.retain(|n| n.contains(&only));
    }
    assert!(!names.is_empty(), "there is no such case");
    names
}

/// One case, with its database.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) database: Database,
    pub(crate) migration: Migration,
    traffic: String,
}

/// Databases of cases at their beginning, by name.
type Beginnings = BTreeMap<String, Arc<OnceCell<Database>>>;

/// Those of this run: many tests open the same cases, and a copy costs less than to make one.
static BEGINNINGS: LazyLock<Mutex<Beginnings>> = LazyLock::new(Mutex::default);

impl Case {
    /// The case at its beginning, with a version `public_base` that shows it.
    pub(crate) async fn open(name: &str) -> Self {
        let made = async || Self::open_in(name, Database::new().await).await;
        // On a server that was given nothing may stay behind, and what all share goes with the server.
        if variable("STRADDLE_TEST_URL").is_some() {
            return made().await;
        }
        let beginning = {
            let mut all = BEGINNINGS.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.to_owned()).or_default())
        };
        let beginning = beginning.get_or_init(async || made().await.database).await;
        Self::read(name, beginning.copy().await)
    }

    /// The same in a database that is given.
    pub(crate) async fn open_in(name: &str, database: Database) -> Self {
        let case = Self::untouched(name, database).await;
        let base = directory().join(name).join("base.yaml");
        let base = if base.exists() {
            let mut base = migration::read(&base).expect("base.yaml").migration;
            base.name = "base".into();
            base
        } else {
            let base = serde_json::json!({"sql": {"up": "SELECT 1"}});
            Migration::new("base", vec![serde_json::from_value(base).expect("an operation")])
        };
        case.start(&base).await;
        case.complete().await;
        case
    }

    /// The case as `before.sql` leaves it.
    async fn untouched(name: &str, database: Database) -> Self {
        let before = read(name, "before.sql");
        database.client().await.batch_execute(&before).await.expect("before.sql");
        Self::read(name, database)
    }

    /// The case as its files say, in a database that is as far.
    fn read(name: &str, database: Database) -> Self {
        let directory = directory().join(name);
        let mut migration = migration::read(&directory.join("migration.yaml"))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .migration;
        migration.name = "next".into();
        Self { name: name.into(), database, migration, traffic: read(name, "traffic.sql") }
    }

    /// An engine, as a command of its own would make one.
    pub(crate) async fn engine(&self) -> Engine<'static> {
        self.database.engine().await
    }

    pub(crate) async fn start(&self, migration: &Migration) {
        self.database.start(&self.name, migration).await;
    }

    pub(crate) async fn complete(&self) {
        self.database.complete(&self.name).await;
    }

    pub(crate) async fn rollback(&self) {
        self.database.rollback(&self.name).await;
    }

    /// What the case's migration would do.
    pub(crate) async fn plan(&self) -> Plan {
        self.engine().await.plan(&self.migration).await.expect("a plan")
    }

    /// The schema, line by line.
    pub(crate) async fn catalog(&self) -> String {
        self.database.catalog().await
    }

    /// Runs the case's statements, each as its own version's application; what they answer.
    pub(crate) async fn traffic(&self) -> String {
        self.say(&self.traffic).await
    }

    async fn say(&self, lines: &str) -> String {
        let old = self.database.client().await;
        old.batch_execute("SET search_path = public_base").await.expect("a version");
        let new = self.database.client().await;
        new.batch_execute("SET search_path = public_next").await.expect("a version");
        let mut text = String::new();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let (who, statement) = line.split_once(": ").expect("`old: ...` or `new: ...`");
            let client = match who {
                "old" => &old,
                "new" => &new,
                other => panic!("{}: nobody is called `{other}`", self.name),
            };
            writeln!(text, "{line}").expect("text");
            match client.rows(statement).await {
                Ok(rows) => rows.iter().for_each(|row| text.push_str(&format!("    {row}\n"))),
                Err(error) => {
                    let error = error.as_db_error().expect("an answer of the server");
                    writeln!(text, "    {}: {}", error.code().code(), error.message())
                        .expect("text");
                }
            }
        }
        text
    }
}

/// What both versions see.
async fn both(client: &Client) -> String {
    let old = client.shown("public_base").await;
    let new = client.shown("public_next").await;
    format!("old version\n{old}new version\n{new}")
}

/// What a reader of the migration cares for in the end: columns, constraints, indexes.
async fn described(client: &Client) -> String {
    let rows = client.rows(include_str!("described.sql")).await.expect("a description");
    rows.join("\n")
}

/// The part of a catalog that is not about versions.
fn base_schema(catalog: &str) -> String {
    let lines = catalog.lines().filter(|line| !line.contains("public_") && !line.starts_with(' '));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What a migration changes itself is not taken for the work of others.
async fn no_drift(case: &Case, when: &str) {
    let engine = case.engine().await;
    let drift = engine.drift().await.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    assert_eq!(drift.changes, [], "{}: {when}", case.name);
    engine.close().await.expect("a clean end");
}

async fn live_through(name: &str) -> String {
    let case = Case::open(name).await;
    let client = case.database.client().await;
    let before = client.catalog().await;

    let places = Places::of(&client).await;
    case.start(&case.migration).await;
    let plan = case.plan().await;
    if plan.raw.is_none() {
        places.changed_as_planned(&Places::of(&client).await, &plan, name);
    }
    case.rollback().await;
    assert_eq!(before, client.catalog().await, "{name}: rollback leaves the schema as it was");

    case.start(&case.migration).await;
    let started = both(&client).await;
    let traffic = case.traffic().await;
    let used = both(&client).await;
    no_drift(&case, "live").await;
    let old = client.shown("public_base").await;
    case.rollback().await;
    assert_eq!(before, client.catalog().await, "{name}: rollback after traffic");
    let back = client.shown("public_base").await;
    assert_eq!(old, back, "{name}: rollback keeps what the old version saw");
    no_drift(&case, "rolled back").await;

    case.start(&case.migration).await;
    let new = client.shown("public_next").await;
    let places = Places::of(&client).await;
    case.complete().await;
    no_drift(&case, "completed").await;
    if plan.raw.is_none() {
        places.stayed(&Places::of(&client).await, name);
    }
    let end = client.shown("public_next").await;
    // Raw SQL may have added a column at the end.
    let kept = new.lines().zip(end.lines()).all(|(new, end)| end.starts_with(new))
        && new.lines().count() <= end.lines().count();
    assert!(kept, "{name}: complete keeps what the new version saw\n{new}\n{end}");
    let catalog = client.catalog().await;
    assert!(!catalog.contains("_straddle_"), "{name}: complete leaves nothing of ours\n{catalog}");
    assert!(!catalog.contains("straddle."), "{name}: complete leaves nothing of ours\n{catalog}");
    let directly = directory().join(name).join("directly.sql");
    if let Ok(directly) = std::fs::read_to_string(directly) {
        let other = Case::untouched(name, Database::new().await).await;
        other.database.client().await.batch_execute(&directly).await.expect("directly.sql");
        let made = base_schema(&catalog);
        assert_eq!(base_schema(&other.catalog().await), made, "{name}: made directly, made by us");
    }
    let end = described(&client).await;
    let afterwards = directory().join(name).join("afterwards.sql");
    let afterwards = match std::fs::read_to_string(afterwards) {
        Err(_) => String::new(),
        Ok(lines) => format!("== afterwards\n{}", case.say(&lines).await),
    };
    format!(
        "== started\n{started}== traffic\n{traffic}== then\n{used}== completed\n{end}\n{afterwards}"
    )
}

#[tokio::test]
async fn every_case_starts_rolls_back_starts_and_completes() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for name in cases() {
        let transcript = live_through(&name).await;
        settings.bind(|| insta::assert_snapshot!(format!("case-{name}"), transcript));
    }
}
