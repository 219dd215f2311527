//! What a step says of itself is what Postgres does: the declared lock is the strongest one that the
//! step takes on anything applications use, a step that writes rows says so, and one that says
//! "catalog only" reads none. Seen for every kind of step, and its undo, over all cases in `tests/cases`; with
//! `STRADDLE_TEST_LOCKS=all` for each step of each case.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use straddle::plan::{Action, Lock, Plan, Raw, Step, Work};

use crate::faults::kind_of;
use crate::lifecycle::{Case, all_steps, cases};
use crate::server::{Client, variable};

/// Everything that applications can reach: relations of the base schema and of shown versions.
const USED: &str = "SELECT c.oid, format('%I.%I', n.nspname, c.relname), c.relkind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'archive', 'far', 'public_base', 'public_next') AND c.relkind IN ('r', 'p', 'i', 'I', 'v', 'm', 'S')";

/// The files that hold them.
const FILES: &str = "SELECT oid, pg_relation_filenode(oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')";

/// Rows written and rows read so far in this session.
const COUNTS: &str = "SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0),
    COALESCE(sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0)
    FROM pg_stat_xact_user_tables WHERE schemaname = 'public'";

/// Table-level locks by strength (manual, section 13.3.1).
const MODES: &[(&str, Option<Lock>)] = &[
    ("AccessShareLock", Some(Lock::AccessShare)),
    ("RowShareLock", None),
    ("RowExclusiveLock", Some(Lock::RowExclusive)),
    ("ShareUpdateExclusiveLock", Some(Lock::ShareUpdateExclusive)),
    ("ShareLock", Some(Lock::Share)),
    ("ShareRowExclusiveLock", Some(Lock::ShareRowExclusive)),
    ("ExclusiveLock", None),
    ("AccessExclusiveLock", Some(Lock::AccessExclusive)),
];

/// A relation, and how strongly it is locked: an index into [`MODES`].
type Locks = BTreeMap<String, usize>;

/// What a step did.
#[derive(Default)]
struct Observed {
    locks: Locks,
    writes: bool,
    moves: bool,
    reads: bool,
}

/// One case under observation: a session that runs the steps, one that watches, one in the way.
struct Watch {
    name: String,
    runs: Client,
    watches: Client,
    blocks: Client,
    pid: String,
    offenders: Vec<String>,
}

fn two(rows: &[String]) -> BTreeMap<String, String> {
    let pair = |row: &String| {
        let (one, rest) = row.split_once(" | ")?;
        Some((one.to_owned(), rest.to_owned()))
    };
    rows.iter().filter_map(pair).collect()
}

async fn ask(client: &Client, sql: &str) -> Vec<String> {
    client.rows(sql).await.expect("an answer")
}

impl Watch {
    async fn new(case: &Case) -> Self {
        let runs = case.database.client().await;
        let pid = ask(&runs, "SELECT pg_backend_pid()").await.concat();
        Self {
            name: case.name.clone(),
            runs,
            watches: case.database.client().await,
            blocks: case.database.client().await,
            pid,
            offenders: Vec::new(),
        }
    }

    /// The locks that the running session holds on `used`.
    async fn locks(&self, by: &Client, used: &BTreeMap<String, String>) -> Locks {
        let query = format!(
            "SELECT relation, mode FROM pg_locks WHERE pid = {} AND granted \
             AND locktype = 'relation'",
            self.pid
        );
        let mut locks = Locks::new();
        for row in ask(by, &query).await {
            let (oid, mode) = row.split_once(" | ").expect("two columns");
            let strength = MODES.iter().position(|(name, _)| *name == mode);
            let strength = strength.expect("a table-level lock");
            if let Some(relation) = used.get(oid) {
                let (relation, _) = relation.split_once(" | ").expect("name and kind");
                let held = locks.entry(relation.to_owned()).or_default();
                *held = strength.max(*held);
            }
        }
        locks
    }

    async fn counts(&self) -> (u64, u64) {
        let row = ask(&self.runs, COUNTS).await.concat();
        let (written, reads) = row.split_once(" | ").expect("two columns");
        (written.parse().expect("a number"), reads.parse().expect("a number"))
    }

    /// Runs what can be in a transaction, and looks before it commits.
    async fn inside(&self, sql: &str) -> Observed {
        let used = two(&ask(&self.runs, USED).await);
        self.runs.batch_execute("BEGIN").await.expect("BEGIN");
        let files = two(&ask(&self.runs, FILES).await);
        let (written, reads) = self.counts().await;
        if let Err(error) = self.runs.rows(sql).await {
            panic!("{}: {error:?}\n{sql}", self.name);
        }
        let now = self.counts().await;
        let files_now = two(&ask(&self.runs, FILES).await);
        let locks = self.locks(&self.runs, &used).await;
        self.runs.batch_execute("COMMIT").await.expect("COMMIT");
        Observed {
            locks,
            writes: now.0 > written,
            moves: files
                .iter()
                .any(|(oid, file)| files_now.get(oid).is_some_and(|now| now != file)),
            reads: now.1 > reads,
        }
    }

    /// Runs what cannot: a writer holds it up, while its locks are read from the outside.
    async fn outside(&self, sql: &str, relation: &str) -> Observed {
        let used = two(&ask(&self.runs, USED).await);
        let hold = format!("BEGIN; LOCK TABLE {relation} IN ROW EXCLUSIVE MODE");
        self.blocks.batch_execute(&hold).await.expect("a writer");
        let watch = async {
            let waits = format!("SELECT FROM pg_locks WHERE pid = {} AND NOT granted", self.pid);
            let mut patience = 200;
            while ask(&self.watches, &waits).await.is_empty() && patience > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
                patience -= 1;
            }
            let locks = self.locks(&self.watches, &used).await;
            self.blocks.batch_execute("COMMIT").await.expect("COMMIT");
            locks
        };
        let (done, locks) = tokio::join!(self.runs.batch_execute(sql), watch);
        done.unwrap_or_else(|error| panic!("{}: {error:?}\n{sql}", self.name));
        Observed { locks, reads: true, ..Observed::default() }
    }

    async fn run(&mut self, phase: &str, step: &Step) -> Observed {
        let statements: Vec<String> = step.statements().iter().map(ToString::to_string).collect();
        let sql = statements.join(";\n");
        let observed = match (&step.action, &step.relation) {
            (Action::Outside { .. }, Some(relation)) => {
                self.outside(&sql, &relation.to_string()).await
            }
            (Action::Alone(statements), _) => {
                for statement in statements {
                    self.runs.batch_execute(statement.as_str()).await.expect("a statement");
                }
                Observed::default()
            }
            (Action::Backfill(_), _) => {
                let batch = format!(
                    "SET LOCAL straddle.backfill = 'on'; PREPARE batch (text, text, integer) AS {sql}; \
                     EXECUTE batch ('(0,0)', '(1000,0)', -1); DEALLOCATE batch"
                );
                self.inside(&batch).await
            }
            _ => self.inside(&sql).await,
        };
        self.judge(phase, step, &observed);
        observed
    }

    fn judge(&mut self, phase: &str, step: &Step, observed: &Observed) {
        if is_raw(step) {
            return;
        }
        let strongest = observed.locks.values().max();
        let seen = strongest.map(|mode| MODES[*mode]);
        let may_be_done = step.statements().iter().any(|sql| sql.as_str().contains("IF EXISTS"));
        // What it does depends on what it finds: what it says is the most that it may do.
        let looks_first =
            step.statements().iter().any(|sql| sql.as_str().starts_with("DO LANGUAGE plpgsql"));
        let is_said = match (step.lock, seen) {
            (_, None) if may_be_done || looks_first => true,
            (_, Some((_, Some(Lock::AccessShare)))) if looks_first => true,
            (Lock::None, None | Some((_, Some(Lock::AccessShare)))) => true,
            (declared, Some((_, Some(lock)))) => declared == lock,
            // The index has gone with its constraint.
            (_, None) => step.statements().iter().any(|sql| sql.as_str().contains(" IF EXISTS ")),
            _ => false,
        };
        let mut say = |what: String| {
            let name = &self.name;
            self.offenders.push(format!("{name}: {phase}: {}: {what}", step.purpose));
        };
        if !is_said {
            say(format!("says {}, takes {}", step.lock, shown(&observed.locks)));
        }
        let relation = step.relation.as_ref();
        let relation = relation.map(|name| name.to_string().replace('"', ""));
        if let (Some(relation), Some(strongest)) = (relation, strongest)
            && !looks_first
            && observed.locks.get(&relation) != Some(strongest)
        {
            say(format!("says it locks {relation}, takes {}", shown(&observed.locks)));
        }
        if observed.moves || observed.writes != (step.work == Work::Rewrite) {
            let (writes, moves) = (observed.writes, observed.moves);
            say(format!("says it {}; rows written: {writes}, file changed: {moves}", step.work));
        }
        if observed.reads
            && step.work == Work::Catalog
            && !matches!(step.action, Action::Outside { .. })
        {
            say("says it is catalog only, and reads rows".into());
        }
    }

    async fn start(&mut self, plan: &Plan) {
        for (phase, steps) in plan.start.phases() {
            for step in steps {
                self.run(&phase.to_string(), step).await;
            }
        }
    }

    async fn undo(&mut self, plan: &Plan) {
        let steps: Vec<&Step> = plan.start.steps().collect();
        for undo in steps.iter().rev().filter_map(|step| step.undo.as_deref()) {
            self.run("abort", undo).await;
        }
    }

    /// Contract takes all of its locks first: no step may need one that is not among them.
    async fn contract(&mut self, plan: &Plan) {
        // A table is locked with its partitions.
        let mut first: Vec<String> = Vec::new();
        for name in &plan.contract.locks {
            let partitions = format!("SELECT relid::regclass FROM pg_partition_tree('{name}')");
            ask(&self.runs, "SET search_path = pg_catalog").await;
            first.extend(ask(&self.runs, &partitions).await);
            ask(&self.runs, "RESET search_path").await;
            first.push(name.to_string().replace('"', ""));
        }
        for step in &plan.contract.opening {
            let view = step.relation.as_ref().map(|name| name.to_string().replace('"', ""));
            first.extend(view);
            self.run("contract", step).await;
        }
        for step in &plan.contract.steps {
            let tables = "SELECT oid::regclass, relkind FROM pg_class WHERE relkind IN ('r', 'p', 'v') \
                          AND relnamespace::regnamespace::text IN ('public', 'public_base')";
            ask(&self.runs, "SET search_path = pg_catalog").await;
            let tables = two(&ask(&self.runs, tables).await);
            ask(&self.runs, "RESET search_path").await;
            let observed = self.run("contract", step).await;
            for (relation, mode) in observed.locks {
                let is_strong =
                    MODES[mode].0 != "AccessShareLock" && tables.contains_key(&relation);
                if is_strong && !is_raw(step) && !first.contains(&relation) {
                    let (name, purpose) = (&self.name, &step.purpose);
                    let offence =
                        format!("{name}: contract: {purpose}: {relation} is not locked first");
                    self.offenders.push(offence);
                }
            }
        }
        for step in &plan.contract.cleanup {
            self.run("contract", step).await;
        }
    }
}

/// Whether it is SQL of the user's: what it says is the most that it may do.
fn is_raw(step: &Step) -> bool {
    step.lock == Lock::AccessExclusive && step.relation.is_none()
}

fn shown(locks: &Locks) -> String {
    let locks: Vec<String> =
        locks.iter().map(|(relation, mode)| format!("{} on {relation}", MODES[*mode].0)).collect();
    if locks.is_empty() { "none".into() } else { locks.join(", ") }
}

/// Whether a plan has a step of a kind that was not `seen` before it.
fn has_news(plan: &Plan, seen: &mut BTreeSet<String>) -> bool {
    let kind = |step: &Step| format!("{} {} {}", kind_of(&step.purpose), step.lock, step.work);
    let before = seen.len();
    seen.extend(all_steps(plan).map(|(_, step)| kind(step)));
    seen.len() > before
}

#[tokio::test]
async fn steps_do_what_they_say() {
    let (mut offenders, mut seen) = (Vec::new(), BTreeSet::new());
    let all = variable("STRADDLE_TEST_LOCKS").is_some();
    for name in cases() {
        let case = Case::open(&name).await;
        let engine = case.engine().await;
        let plan = engine.plan(&case.migration).await.expect("a plan");
        engine.close().await.expect("a clean end");
        if !has_news(&plan, &mut seen) && !all {
            continue;
        }
        let mut watch = Watch::new(&case).await;
        watch.start(&plan).await;
        watch.undo(&plan).await;
        if plan.raw != Some(Raw::Expand) {
            watch.start(&plan).await;
            watch.contract(&plan).await;
        }
        offenders.append(&mut watch.offenders);
    }
    offenders.sort();
    offenders.dedup();
    assert!(offenders.is_empty(), "\n{}\n", offenders.join("\n"));
}
