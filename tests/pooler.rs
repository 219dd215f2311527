//! Applications behind PgBouncer in transaction mode, where a session of a client is none of the server:
//! every way to name a version that works there, and what becomes of those that do not.
//!
//! Not run by default, for few machines have PgBouncer: `.ci/run` fetches it and runs them.

mod bouncer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use straddle::database::{Environment, Target};
use straddle::engine::Engine;
use tokio::task::JoinHandle;

use crate::operator::{engine_by, migration};
use crate::server::{Client, Database, connect};
use bouncer::Bouncer;

const BEFORE: &str = "
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, seen int NOT NULL DEFAULT 0);
    INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 3) AS n";

/// The new version writes `n:` before every name.
const MIGRATION: &str = r#"[{"alter_column": {"table": "people", "column": "name", "type": "varchar(90)",
    "up": "'n:' || name", "down": "substr(name, 3)"}}]"#;

/// Rows that do not fit, seen in one moment.
const WRONG: &str = "
    SELECT o.id, o.name, n.name FROM public_base.people AS o FULL JOIN public_next.people AS n USING (id)
    WHERE n.name IS DISTINCT FROM 'n:' || o.name OR o.seen IS DISTINCT FROM n.seen";

/// How often each client of a way is there.
const CLIENTS: usize = 3;

/// Few server connections, so that clients take turns on each.
const POOL: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Version {
    Old,
    New,
}

impl Version {
    fn schema(self) -> &'static str {
        match self {
            Self::Old => "public_base",
            Self::New => "public_next",
        }
    }

    /// A name as this version has it.
    fn name(self, name: &str) -> String {
        match self {
            Self::Old => name.to_owned(),
            Self::New => format!("n:{name}"),
        }
    }
}

/// How an application says which version it means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// A database of the pooler's with `connect_query = 'SET search_path = ...'`.
    Alias,
    /// A role with `ALTER ROLE ... SET search_path`.
    Role,
    /// `SET LOCAL` in each transaction.
    SetLocal,
    /// Names with a schema.
    Qualified,
}

const WAYS: [Way; 4] = [Way::Alias, Way::Role, Way::SetLocal, Way::Qualified];

impl Way {
    fn url(self, bouncer: &Bouncer, role: &str, version: Version) -> String {
        match self {
            Self::Alias => bouncer.url("postgres", version.schema()),
            Self::Role => bouncer.url(&role_of(role, version), "plain"),
            Self::SetLocal | Self::Qualified => bouncer.url("postgres", "plain"),
        }
    }

    /// A statement in which the table is called `{people}`.
    fn say(self, version: Version, statement: &str) -> String {
        let schema = version.schema();
        match self {
            Self::Alias | Self::Role => statement.replace("{people}", "people"),
            Self::SetLocal => {
                let statement = statement.replace("{people}", "people");
                format!("BEGIN; SET LOCAL search_path = {schema}; {statement}; COMMIT")
            }
            Self::Qualified => statement.replace("{people}", &format!("{schema}.people")),
        }
    }
}

fn role_of(prefix: &str, version: Version) -> String {
    format!("{prefix}_{}", version.schema())
}

/// One client at work: its own row says what it wrote last, the others are for all.
struct Worker {
    client: Client,
    way: Way,
    version: Version,
    id: usize,
    /// What its row is to be, as the old version has it.
    written: String,
}

impl Worker {
    /// One statement; the error says whose and which.
    async fn run(&self, statement: &str) -> Result<Vec<String>, String> {
        let statement = self.way.say(self.version, statement);
        self.client.rows(&statement).await.map_err(|error| {
            let error = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            format!("{:?} {:?}: {error}\n  {statement}", self.version, self.way)
        })
    }

    async fn round(&mut self, number: usize) -> Result<(), String> {
        let id = self.id;
        self.written = format!("client {id}, {number}");
        let name = self.version.name(&self.written);
        self.run(&format!(
            "INSERT INTO {{people}} (id, name) VALUES ({id}, '{name}')
             ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        ))
        .await?;
        self.run(&format!("UPDATE {{people}} SET seen = seen + 1 WHERE id = {id}")).await?;
        let everybodys = number % 3 + 1;
        self.run(&format!("UPDATE {{people}} SET name = '{name}' WHERE id = {everybodys}")).await?;
        let seen = self.run(&format!("SELECT name FROM {{people}} WHERE id = {id}")).await?;
        if seen == [name.as_str()] {
            Ok(())
        } else {
            Err(format!("{:?} {:?}: wrote {name}, and reads {seen:?}", self.version, self.way))
        }
    }
}

/// All clients of a version.
struct Crew {
    stopped: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Result<Worker, String>>>,
}

impl Crew {
    async fn hire(bouncer: &Bouncer, role: &str, version: Version) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let mut workers = Vec::new();
        for number in 0..WAYS.len() * CLIENTS {
            let way = WAYS[number % WAYS.len()];
            let client = connect(&way.url(bouncer, role, version)).await;
            let id = 10 + number + if version == Version::New { 100 } else { 0 };
            let mut worker = Worker { client, way, version, id, written: String::new() };
            let stopped = Arc::clone(&stopped);
            workers.push(tokio::spawn(async move {
                let mut number = 0;
                while number < 3 || !stopped.load(Ordering::Relaxed) {
                    worker.round(number).await?;
                    number += 1;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Ok(worker)
            }));
        }
        Self { stopped, workers }
    }

    /// They finish; what each left must be there, as `through` sees it.
    async fn leave(self, database: &Database, through: Version) {
        self.stopped.store(true, Ordering::Relaxed);
        let client = database.client().await;
        for worker in self.workers {
            let worker = worker.await.expect("a worker").unwrap_or_else(|error| panic!("{error}"));
            let (schema, id) = (through.schema(), worker.id);
            let read = format!("SELECT name FROM {schema}.people WHERE id = {id}");
            let read = client.rows(&read).await.expect("a row");
            assert_eq!(
                read,
                [through.name(&worker.written)],
                "{:?} {:?}",
                worker.version,
                worker.way
            );
        }
    }
}

async fn both_are_right(database: &Database) {
    tokio::time::sleep(Duration::from_millis(400)).await;
    let wrong = database.client().await.rows(WRONG).await.expect("a comparison");
    assert!(wrong.is_empty(), "the versions differ: {wrong:?}");
}

/// The database with two roles, of which each is bound to a version.
async fn prepare(database: &Database, role: &str) {
    let client = database.client().await;
    client.batch_execute(BEFORE).await.expect("a table");
    for version in [Version::Old, Version::New] {
        let (role, schema) = (role_of(role, version), version.schema());
        let make = format!(
            "CREATE ROLE {role} LOGIN; GRANT ALL ON people TO {role};
             ALTER ROLE {role} SET search_path = {schema}"
        );
        client.batch_execute(&make).await.expect("a role");
    }
    let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
    database.start("base", &base).await;
    database.complete("base").await;
}

#[tokio::test]
#[ignore = "needs PgBouncer: `.ci/fetch-pgbouncer`, then STRADDLE_TEST_PGBOUNCER=..."]
async fn applications_of_both_versions_share_a_pooler_while_commands_go_by() {
    let database = Database::new().await;
    let role = format!("pooled_{}", std::process::id());
    prepare(&database, &role).await;
    let aliases = [Version::Old, Version::New].map(Version::schema);
    let users = [role_of(&role, Version::Old), role_of(&role, Version::New)];
    let bouncer = Bouncer::start(&database, &aliases, &users, POOL).await;
    let next = migration("next", MIGRATION);

    let old = Crew::hire(&bouncer, &role, Version::Old).await;
    database.start("pooler", &next).await;
    let new = Crew::hire(&bouncer, &role, Version::New).await;
    both_are_right(&database).await;
    let connections = "SELECT count(*) <= 5 * 2 FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
          AND pid <> pg_backend_pid()";
    let few = database.client().await.rows(connections).await.expect("a number");
    assert_eq!(few, ["t"], "24 clients share the connections of five pools of two");
    new.leave(&database, Version::Old).await;
    database.rollback("pooler").await;

    database.start("pooler", &next).await;
    let new = Crew::hire(&bouncer, &role, Version::New).await;
    both_are_right(&database).await;
    old.leave(&database, Version::New).await;
    database.complete("pooler").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    new.leave(&database, Version::New).await;

    drop(bouncer);
    let drop_roles = users.map(|user| format!("DROP OWNED BY {user}; DROP ROLE {user}"));
    let client = database.client().await;
    client.batch_execute(&drop_roles.join(";")).await.expect("no roles left behind");
}

#[tokio::test]
#[ignore = "needs PgBouncer: `.ci/fetch-pgbouncer`, then STRADDLE_TEST_PGBOUNCER=..."]
async fn a_session_setting_goes_to_whoever_is_next_and_options_are_refused() {
    let database = Database::new().await;
    let bouncer = Bouncer::start(&database, &[], &[], 1).await;
    let url = bouncer.url("postgres", "plain");
    let (one, other) = (connect(&url).await, connect(&url).await);
    one.batch_execute("SET search_path = public_next").await.expect("a setting");
    let seen = other.rows("SHOW search_path").await.expect("a setting");
    assert_eq!(seen, ["public_next"], "the other client has it now");

    let url = format!("{url}&options=-c%20search_path%3Dpublic_next");
    let refused = tokio_postgres::connect(&url, tokio_postgres::NoTls).await;
    let refused = refused.err().expect("PgBouncer takes no options");
    let said = refused.as_db_error().map(ToString::to_string).unwrap_or_default();
    assert!(said.contains("unsupported startup parameter"), "{refused}: {said}");
}

/// An engine that goes through the pooler.
async fn through(bouncer: &Bouncer, database: &str) -> Result<Engine<'static>, String> {
    let url = bouncer.url("postgres", database);
    let target = Target::resolve(Some(&url), &Environment::empty()).expect("a valid URL");
    engine_by(&target).await.map_err(|error| error.to_string())
}

#[tokio::test]
#[ignore = "needs PgBouncer: `.ci/fetch-pgbouncer`, then STRADDLE_TEST_PGBOUNCER=..."]
async fn an_operator_behind_a_pooler_is_told_so_before_anything_is_set() {
    let database = Database::new().await;
    let bouncer = Bouncer::start(&database, &[], &[], 4).await;
    for others in [0, 1, 6] {
        let stopped = Arc::new(AtomicBool::new(false));
        let mut at_work = Vec::new();
        for _ in 0..others {
            let client = connect(&bouncer.url("postgres", "plain")).await;
            let stopped = Arc::clone(&stopped);
            at_work.push(tokio::spawn(async move {
                while !stopped.load(Ordering::Relaxed) {
                    client.rows("SELECT pg_sleep(0.001)").await.expect("a moment");
                }
            }));
        }
        for _ in 0..20 {
            let refused = through(&bouncer, "plain").await.err().expect("a pooler is refused");
            assert!(refused.contains("a pooler in transaction mode"), "{refused}");
        }
        stopped.store(true, Ordering::Relaxed);
        for other in at_work {
            other.await.expect("a client");
        }
    }
    let settings = connect(&bouncer.url("postgres", "plain")).await.rows("SHOW row_security").await;
    assert_eq!(settings.expect("a setting"), ["on"], "nothing was set for others");

    let engine = through(&bouncer, "session").await.expect("a session of the server");
    engine.start(&migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#)).await.expect("a start");
    engine.complete().await.expect("an end");
    engine.close().await.expect("a clean end");
}
