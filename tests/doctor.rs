//! Each kind of finding provoked for real, mended with what doctor says, and seen to be gone.

use straddle::database::{Environment, Target};
use straddle::engine::doctor::{Finding, Patience, Severity};
use straddle::engine::{Engine, Event, Options};
use straddle::plan::names;
use straddle::sql::Ident;

use crate::command::straddle;
use crate::operator::{engine_by, migration};
use crate::server::{Client, connect};
use crate::throttle::{own_server, until};

const ADD: &str = r#"[{"add_column": {"table": "users", "column": {"name": "a", "type": "int", "nullable": true}}}]"#;

const WIDER: &str = r#"[{"alter_column": {"table": "users", "column": "name", "type": "varchar(40)",
    "up": "name", "down": "name"}}]"#;

/// A database with one version completed, on a server of its own: settings and slots are the server's.
struct Patient {
    url: String,
    client: Client,
    role: Option<Ident>,
    patience: Patience,
}

impl Patient {
    async fn findings(&self) -> Vec<Finding> {
        let target = Target::resolve(Some(&self.url), &Environment::empty()).expect("a valid URL");
        let mut options = Options::new(Ident::new("public").expect("a name"));
        options.role.clone_from(&self.role);
        let engine = Engine::open(&target, options, &|_: &Event<'_>| {}).await.expect("an engine");
        let diagnosis = engine.doctor(self.patience).await.expect("a diagnosis");
        engine.close().await.expect("a clean end");
        diagnosis.findings
    }

    /// What is found, but for a command that has ended, whose session may be there for a moment.
    async fn wrong(&self) -> Vec<Finding> {
        let mut findings = self.findings().await;
        findings.retain(|finding| finding.kind != "running");
        findings
    }

    async fn engine(&self) -> Engine<'static> {
        let target = Target::resolve(Some(&self.url), &Environment::empty()).expect("a valid URL");
        engine_by(&target).await.expect("an engine")
    }

    async fn run(&self, sql: &str) {
        let done = self.client.batch_execute(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The SQL that a finding names, the first way of several.
    async fn mend(&self, finding: &Finding) {
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        let first = remedy.split(", or ").next().unwrap_or_default();
        let first = if first.contains('`') { first } else { remedy };
        for sql in first.split('`').skip(1).step_by(2) {
            assert!(!sql.contains(".."), "{sql}: nothing that can be typed");
            self.run(sql).await;
        }
    }

    /// Provokes findings of one kind, which say this, and of no other; mends them as they say; and sees
    /// none.
    async fn provoke(&self, kind: &str, sql: &str, says: &[&str]) {
        assert_eq!(self.wrong().await, [], "before {kind}");
        self.run(sql).await;
        until(kind, async || !self.wrong().await.is_empty()).await;
        let findings = self.findings().await;
        for said in says {
            let is_said = |one: &Finding| format!("{}: {}", one.object, one.what).contains(said);
            assert!(findings.iter().any(is_said), "{said}: {findings:?}");
        }
        assert_eq!(findings.len(), says.len(), "{findings:?}");
        for finding in &findings {
            assert_eq!(finding.kind, kind, "{findings:?}");
            self.mend(finding).await;
        }
        until(&format!("{kind} is mended"), async || self.wrong().await.is_empty()).await;
    }
}

const LEFTOVERS: &str = r#"
    CREATE FUNCTION straddle.sync_users_old() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER "~straddle_sync" BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION straddle.sync_users_old();
    ALTER TABLE users ADD COLUMN _straddle_new_x int, ADD CONSTRAINT _straddle_nn_x CHECK (id IS NOT NULL);
    CREATE INDEX _straddle_dup_x ON users (id);
    CREATE SEQUENCE _straddle_seq_x; CREATE TYPE _straddle_new_mood AS ENUM ('well');
    CREATE SCHEMA _straddle_old_version; CREATE VIEW _straddle_old_version.users AS SELECT id FROM users"#;

#[tokio::test]
async fn every_finding_is_mended_by_what_it_says() {
    let server = own_server(&[("wal_level", "replica"), ("max_prepared_transactions", "2")]);
    let mut patient = patient(&server.url("postgres")).await;
    of_objects(&patient).await;
    of_the_server(&mut patient).await;
    of_versions(&patient).await;
    of_drift(&patient).await;
    of_what_is_underway(&mut patient).await;
    of_privileges(&mut patient).await;
}

/// A server with one version completed, and nothing wrong.
async fn patient(url: &str) -> Patient {
    let client = connect(url).await;
    let patience = Patience { transaction: std::time::Duration::from_secs(3600), live_days: 14 };
    let patient = Patient { url: url.into(), client, role: None, patience };
    patient.run("CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users VALUES (1, 'ann'), (2, 'ann')").await;
    assert_eq!(patient.wrong().await, [], "before the first migration");
    let engine = patient.engine().await;
    engine.start(&migration("first", ADD)).await.expect("a start");
    assert_eq!(patient.wrong().await, [], "while it is live");
    engine.complete().await.expect("a complete");
    engine.close().await.expect("a clean end");
    patient
}

async fn of_objects(patient: &Patient) {
    patient
        .provoke(
            "leftover",
            LEFTOVERS,
            &[
                "schema _straddle_old_version",
                "trigger \"~straddle_sync\"",
                "function straddle.sync_users_old()",
                "constraint _straddle_nn_x",
                "index public._straddle_dup_x",
                "column _straddle_new_x",
                "sequence public._straddle_seq_x",
                "type public._straddle_new_mood",
            ],
        )
        .await;
    // One that is left half way, as by a cancelled build.
    let broken = patient
        .client
        .batch_execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON users (name)")
        .await;
    broken.expect_err("names are not unique");
    patient.run("UPDATE users SET name = 'bob' WHERE id = 2").await;
    patient.mend_all("invalid_index", "index broken: it is invalid").await;
    patient.run("DROP INDEX broken").await;
}

async fn of_the_server(patient: &mut Patient) {
    patient
        .provoke(
            "replication_slot",
            "SELECT pg_create_physical_replication_slot('unused', true)",
            &["nobody uses it"],
        )
        .await;
    let columns: Vec<String> = (0..1000).map(|n| format!("c{n} int")).collect();
    let wide = format!("CREATE SCHEMA aside; CREATE TABLE wide ({})", columns.join(", "));
    patient.run(&wide).await;
    let found = patient.findings().await;
    assert_eq!(found[0].kind, "column_slots", "{found:?}");
    patient.run("DROP TABLE wide").await;
    patient.run("ALTER SYSTEM SET autovacuum = off").await;
    patient.provoke("setting", "SELECT pg_reload_conf()", &["setting autovacuum: it is off"]).await;

    // Somebody in the way.
    patient.patience.transaction = std::time::Duration::ZERO;
    let idle = connect(&patient.url).await;
    idle.batch_execute("BEGIN; SELECT 1").await.expect("a transaction");
    let found = patient.findings().await;
    let of_idle = found.iter().find(|one| one.what.contains("and it is idle")).expect("a blocker");
    patient.mend(of_idle).await;
    idle.batch_execute("SELECT 1").await.expect_err("it is gone");
    patient.run("BEGIN; UPDATE users SET id = id; PREPARE TRANSACTION 'forgotten'").await;
    let found = patient.findings().await;
    let forgotten = |one: &&Finding| one.object == "prepared transaction 'forgotten'";
    patient.mend(found.iter().find(forgotten).expect("a blocker")).await;
    assert!(!patient.findings().await.iter().any(|one| forgotten(&one)));
    patient.patience.transaction = std::time::Duration::from_secs(3600);
}

async fn of_versions(patient: &Patient) {
    // Versions that are there and should not be, and the other way round.
    patient.run("CREATE ROLE app; ALTER ROLE app SET search_path = public_first, public").await;
    let engine = patient.engine().await;
    engine.start(&migration("second", WIDER)).await.expect("a start");
    engine.complete().await.expect("a complete");
    engine.close().await.expect("a clean end");
    patient.mend_all("pin", "role app: its search_path names the version public_first").await;
    patient
        .provoke(
            "version",
            "CREATE SCHEMA public_first",
            &["schema public_first: the version of first"],
        )
        .await;
    patient
        .provoke(
            "version",
            "CREATE SCHEMA public_lost; CREATE VIEW public_lost.users AS SELECT * FROM users",
            &["schema public_lost: it looks like a version"],
        )
        .await;
    patient.run("ALTER SCHEMA public_second RENAME TO away").await;
    patient
        .told("version", Severity::Error, "schema public_second: the version of second is gone")
        .await;
    patient.run("ALTER SCHEMA away RENAME TO public_second").await;
}

async fn of_drift(patient: &Patient) {
    patient.run("ALTER TABLE users ADD COLUMN later int; CREATE TABLE later (id int)").await;
    patient.told("drift", Severity::Note, "column later of users").await;
    patient.told("drift", Severity::Note, "table later").await;
    let told = straddle(&patient.url, &["doctor"]);
    assert_eq!(told.code, 0, "notes alone: {}", told.stdout);
    patient.run("ALTER TABLE users DROP COLUMN later; DROP TABLE later").await;
    patient.run("ALTER VIEW public_second.users RENAME TO away").await;
    patient.told("drift", Severity::Error, "view public_second.users: it is gone").await;
    patient.run("ALTER VIEW public_second.away RENAME TO users").await;
    assert_eq!(patient.wrong().await, []);
}

/// Commands that were interrupted, are at work, or would be refused; migrations that are live for long.
async fn of_what_is_underway(patient: &mut Patient) {
    let target = Target::resolve(Some(&patient.url), &Environment::empty()).expect("a valid URL");
    let mut options = Options::new(Ident::new("public").expect("a name"));
    options.keep_failed = true;
    let engine = Engine::open(&target, options, &|_| {}).await.expect("an engine");
    let fails = r#"[{"alter_column": {"table": "users", "column": "name", "type": "text",
        "up": "(id / (id - 1))::text", "down": "name"}}]"#;
    engine.start(&migration("third", fails)).await.expect_err("a row divides by 0");
    engine.close().await.expect("a clean end");
    patient
        .told("unfinished", Severity::Error, "migration third: its start was interrupted in phase")
        .await;
    assert_eq!(patient.wrong().await.len(), 1);
    let engine = patient.engine().await;
    engine.rollback().await.expect("a rollback");
    assert_eq!(patient.wrong().await, []);
    engine.start(&migration("third", WIDER)).await.expect("a start");
    let view = "CREATE VIEW mine AS SELECT name FROM users; CREATE VIEW theirs AS SELECT * FROM public_third.users";
    patient.run(view).await;
    patient
        .told(
            "in_the_way",
            Severity::Warning,
            "`complete` would refuse: view mine: `DROP VIEW public.mine`",
        )
        .await;
    patient
        .told("in_the_way", Severity::Warning, "`rollback` would refuse: view theirs stands on")
        .await;
    let status = straddle(&patient.url, &["status"]);
    assert!(status.stderr.contains("next: mend what is named above"), "{}", status.stderr);
    patient.run("DROP VIEW mine, theirs").await;
    // What a migration made is its own on a table that has got another name, too, and not to be dropped.
    patient.run("ALTER TABLE users RENAME TO people").await;
    let findings = patient.wrong().await;
    assert!(findings.iter().any(|one| one.kind == "in_the_way"), "{findings:?}");
    assert!(findings.iter().all(|one| one.kind != "leftover"), "{findings:?}");
    patient.run("ALTER TABLE people RENAME TO users").await;
    patient.patience.live_days = 0;
    patient.told("old_migration", Severity::Note, "migration third: it is live since").await;
    patient.patience.live_days = 14;
    of_one_at_work(patient).await;
    engine.rollback().await.expect("a rollback");
    // A ledger that nobody can read.
    patient.run("CREATE TABLE kept AS SELECT * FROM straddle.migrations; UPDATE straddle.migrations SET plan = '{}'").await;
    let status = straddle(&patient.url, &["status"]);
    assert_eq!(status.code, 1, "{}", status.stdout);
    assert!(
        status.stderr.contains("next: put the row in straddle.migrations right"),
        "{}",
        status.stderr
    );
    patient.told("ledger", Severity::Error, "holds what cannot be read").await;
    patient.run("UPDATE straddle.migrations m SET plan = k.plan FROM kept k WHERE k.id = m.id; DROP TABLE kept").await;
    assert_eq!(patient.wrong().await, []);
}

/// A command that waits is told with whom it waits for, however short that is.
async fn of_one_at_work(patient: &Patient) {
    let (holder, command) = (connect(&patient.url).await, connect(&patient.url).await);
    holder.batch_execute("BEGIN; LOCK TABLE users IN SHARE MODE").await.expect("a lock");
    let key = names::operator_lock(&Ident::new("public").expect("a name"));
    let waits = format!("SELECT pg_advisory_lock({key}); LOCK TABLE users");
    let is_told = |findings: &[Finding]| {
        let has =
            |kind, says| findings.iter().any(|one| one.kind == kind && one.what.contains(says));
        has("running", "it is being worked on by pid")
            && has("blocker", "LOCK TABLE users IN SHARE MODE")
    };
    let looks = async {
        until("it is told", async || is_told(&patient.findings().await)).await;
        let status = straddle(&patient.url, &["status"]).stdout;
        assert!(status.contains("running: pid") && status.contains("waits for: pid"), "{status}");
        holder.batch_execute("ROLLBACK").await.expect("no lock");
    };
    let begin = format!("BEGIN; {waits}; COMMIT; SELECT pg_advisory_unlock_all()");
    let (done, ()) = tokio::join!(command.batch_execute(&begin), looks);
    done.expect("a lock");
}

async fn of_privileges(patient: &mut Patient) {
    // What a role lacks.
    patient.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE deploy; CREATE ROLE others; ALTER TABLE users OWNER TO others").await;
    patient.role = Some(Ident::new("deploy").expect("a name"));
    for lacks in [
        "schema public: the role may not CREATE",
        "database postgres",
        "table users of others",
        "table straddle.migrations",
        "role deploy: the role sees neither",
    ] {
        patient.mend_all("privilege", lacks).await;
    }
    let left = patient.findings().await;
    assert!(left.iter().all(|one| one.severity == Severity::Note), "{left:?}");
}

impl Patient {
    /// It says so, and the rest is as it was once that is mended.
    async fn mend_all(&self, kind: &str, says: &str) {
        let is_said = |one: &Finding| format!("{}: {}", one.object, one.what).contains(says);
        let findings = self.findings().await;
        let finding = findings.iter().find(|one| is_said(one));
        let finding = finding.unwrap_or_else(|| panic!("{says}: {findings:?}"));
        assert_eq!(finding.kind, kind);
        self.mend(finding).await;
        let left = self.findings().await;
        assert!(!left.iter().any(is_said), "{left:?}");
    }

    async fn told(&self, kind: &str, severity: Severity, says: &str) {
        let findings = self.findings().await;
        let is_said = |one: &&Finding| format!("{}: {}", one.object, one.what).contains(says);
        let finding =
            findings.iter().find(is_said).unwrap_or_else(|| panic!("{says}: {findings:?}"));
        assert_eq!((finding.kind, finding.severity), (kind, severity));
    }
}

#[tokio::test]
async fn repair_does_what_is_safe_and_leaves_what_users_made() {
    let server = own_server(&[]);
    let url = server.url("postgres");
    let client = connect(&url).await;
    let patient = Patient { url, client, role: None, patience: Patience::default() };
    patient.run("CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users VALUES (1, 'ann'), (2, 'bob')").await;
    let engine = patient.engine().await;
    engine.start(&migration("first", ADD)).await.expect("a start");
    engine.complete().await.expect("a complete");
    patient.run(LEFTOVERS).await;
    patient.run("CREATE VIEW mine AS SELECT * FROM _straddle_old_version.users").await;
    // Nothing yet.
    let planned = straddle(&patient.url, &["repair", "--dry-run", "--output", "json"]);
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    assert!(
        planned.stdout.contains(r#"DROP FUNCTION straddle.sync_users_old()"#),
        "{}",
        planned.stdout
    );
    assert_eq!(patient.wrong().await.len(), 8);
    // A view of somebody's is in the way of one, and a column may hold what is nowhere else.
    let told = straddle(&patient.url, &["repair"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    let left: Vec<String> = patient.wrong().await.into_iter().map(|one| one.object).collect();
    assert_eq!(left, ["schema _straddle_old_version", "column _straddle_new_x of public.users"]);
    patient.run("DROP VIEW mine; ALTER TABLE users DROP COLUMN _straddle_new_x").await;
    let told = straddle(&patient.url, &["repair"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let told = straddle(&patient.url, &["doctor"]);
    assert_eq!((told.code, told.stdout.contains("nothing is wrong")), (0, true), "{}", told.stdout);

    // Nothing of a migration that is live is touched, but for triggers that do not fire.
    patient.run("INSERT INTO users SELECT n, 'n' || n FROM generate_series(3, 8) AS n").await;
    engine.start(&migration("second", WIDER)).await.expect("a start");
    assert_eq!(patient.wrong().await, []);
    // A row that is gone from the ledger is not a migration that is gone.
    patient
        .run("CREATE TABLE kept AS SELECT * FROM straddle.migrations WHERE state = 'active'")
        .await;
    patient.run("DELETE FROM straddle.migrations WHERE state = 'active'").await;
    patient
        .told("leftover", Severity::Warning, "it may serve public_second, which looks live")
        .await;
    let told = straddle(&patient.url, &["repair"]);
    assert!(told.stdout.contains("there is nothing that `repair` may do"), "{}", told.stdout);
    patient.run("INSERT INTO straddle.migrations OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept").await;
    assert_eq!(patient.wrong().await, []);
    patient.run("ALTER TABLE users DISABLE TRIGGER USER").await;
    patient.told("sync_trigger", Severity::Error, "trigger \"~straddle_sync\" on users").await;
    let diagnosis = straddle(&patient.url, &["doctor"]);
    assert_eq!(diagnosis.code, 1);
    assert!(diagnosis.stderr.contains("straddle repair"), "{}", diagnosis.stderr);
    patient.run("UPDATE users SET name = 'eve' || id").await;
    let told = straddle(&patient.url, &["repair"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(told.stdout.contains("the versions do not agree on"), "{}", told.stdout);
    assert!(told.stdout.contains("the versions do not agree on 3 more rows"), "{}", told.stdout);
    patient.told("rows_apart", Severity::Error, "the versions do not agree on 3 more rows").await;
    let diagnosis = straddle(&patient.url, &["doctor"]);
    assert!(!diagnosis.stdout.contains("nothing is wrong"), "{}", diagnosis.stdout);
    let refused = straddle(&patient.url, &["complete"]);
    assert!(refused.stderr.contains("next: write these rows again"), "{}", refused.stderr);
    patient.run("UPDATE public_second.users SET name = 'eve' || id").await;
    assert_eq!(patient.wrong().await, []);
    engine.complete().await.expect("the versions agree");
}
