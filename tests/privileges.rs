//! Who may do what stays as it was: random grants, and then each role, table, column and privilege, asked of Postgres and
//! tried, in the version before, in the new one, and in the new one when it is alone.
//!
//! `PROPTEST_CASES=100 PROPTEST_SEED=7 cargo test whoever_may` tries more of them, and others.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::any;
use straddle::database::{Environment, Target};
use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;

use crate::choices::{Choices, Trial};
use crate::operator::migration;
use crate::server::{Client, Database};

/// The columns of a table, as both versions call them.
const COLUMNS: [&str; 4] = ["id", "kept", "replaced", "in_place"];

const TABLES: [&str; 4] = ["people", "Pets", "visits", "notes"];

/// A world of roles, each with the name of its database at the end: roles belong to the whole server.
struct World {
    database: Database,
    client: Client,
    /// The one who migrates, a member of the owners.
    deploy: String,
    owner: String,
    /// Those whose privileges are random.
    roles: Vec<String>,
}

impl World {
    async fn new(choices: &mut Choices<'_>) -> Self {
        let database = Database::new().await;
        let client = database.client().await;
        let name = client.rows("SELECT current_database()").await.expect("a name").concat();
        let role = |kind: &str| format!("{kind} of {name}");
        let roles =
            ["Reader", "writer", "group", "member", "outsider", "passer"].map(role).to_vec();
        let world = Self { client, deploy: role("deploy"), owner: role("owner"), roles, database };
        world.people_it(&name).await;
        world.furnish(choices).await;
        world
    }

    async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The roles: `member` has what `group` has, `outsider` has to become it first.
    async fn people_it(&self, database: &str) {
        let (deploy, owner) = (quoted(&self.deploy), quoted(&self.owner));
        let mut sql =
            format!("CREATE ROLE {deploy} LOGIN; CREATE ROLE {owner}; GRANT {owner} TO {deploy};");
        for role in &self.roles {
            let inherits = if role.starts_with("outsider") { " NOINHERIT" } else { "" };
            write!(sql, "CREATE ROLE {}{inherits};", quoted(role)).expect("text");
        }
        let [group, member, outsider] = [2, 3, 4].map(|at| quoted(&self.roles[at]));
        write!(sql, "GRANT {group} TO {member}, {outsider}; GRANT CREATE ON DATABASE {database} TO {deploy};").expect("text");
        self.run(&sql).await;
    }

    /// A schema with tables, and random privileges on all of that.
    async fn furnish(&self, choices: &mut Choices<'_>) {
        let owner = quoted(&self.owner);
        let mut sql = format!(
            "CREATE SCHEMA shop AUTHORIZATION {owner}; SET ROLE {owner}; SET search_path = shop;
             CREATE TABLE people (id int PRIMARY KEY, kept text, replaced text DEFAULT 'x', in_place int);
             CREATE TABLE \"Pets\" (id int PRIMARY KEY, kept text, replaced text, in_place int);
             CREATE TABLE visits (id int, kept text, replaced text, in_place int) PARTITION BY RANGE (id);
             CREATE TABLE visits_1 PARTITION OF visits DEFAULT;
             CREATE TABLE notes (id int PRIMARY KEY, kept text, replaced text, in_place int);"
        );
        for (role, of) in [(self.deploy.as_str(), 0), (self.owner.as_str(), 1)] {
            if choices.once_in(2) {
                let to = quoted(&self.roles[of]);
                let role = quoted(role);
                write!(
                    sql,
                    "RESET ROLE; ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT SELECT, UPDATE ON TABLES TO {to}, PUBLIC;
                     ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT USAGE, CREATE ON SCHEMAS TO {to};
                     ALTER DEFAULT PRIVILEGES FOR ROLE {role} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; SET ROLE {owner};"
                )
                .expect("text");
            }
        }
        let mut to: Vec<String> = self.roles.iter().map(|role| quoted(role)).collect();
        to.push("PUBLIC".into());
        for to in &to {
            let option =
                if to != "PUBLIC" && choices.once_in(4) { " WITH GRANT OPTION" } else { "" };
            if !choices.once_in(4) {
                write!(sql, "GRANT USAGE ON SCHEMA shop TO {to}{option};").expect("text");
            }
            for table in TABLES {
                let table = quoted(table);
                for _ in 0..choices.below(3) {
                    let privilege = choices.one_of(&[
                        "SELECT",
                        "INSERT",
                        "UPDATE",
                        "DELETE",
                        "TRUNCATE",
                        "REFERENCES",
                        "TRIGGER",
                        "ALL",
                    ]);
                    write!(sql, "GRANT {privilege} ON {table} TO {to}{option};").expect("text");
                }
                for _ in 0..choices.below(3) {
                    let privilege =
                        choices.one_of(&["SELECT", "INSERT", "UPDATE", "REFERENCES", "ALL"]);
                    let column = choices.one_of(&COLUMNS);
                    write!(sql, "GRANT {privilege} ({column}) ON {table} TO {to}{option};")
                        .expect("text");
                }
            }
        }
        let (passer, reader) = (quoted(&self.roles[5]), quoted(&self.roles[0]));
        write!(
            sql,
            "GRANT USAGE ON SCHEMA shop TO {passer} WITH GRANT OPTION; GRANT SELECT ON people TO {passer} WITH GRANT OPTION;
             GRANT UPDATE (kept) ON people TO {passer} WITH GRANT OPTION; RESET ROLE; SET ROLE {passer};
             GRANT SELECT ON shop.people TO {reader}; GRANT UPDATE (kept) ON shop.people TO {reader} WITH GRANT OPTION;
             RESET ROLE; SET ROLE {owner};"
        )
        .expect("text");
        sql.push_str(
            "INSERT INTO people VALUES (1, 'a', 'b', 1); RESET ROLE; SET search_path = public",
        );
        self.run(&sql).await;
    }

    async fn engine(&self) -> Engine<'static> {
        let target =
            Target::resolve(Some(&self.database.url()), &Environment::empty()).expect("a URL");
        let mut options = Options::new(Ident::new("shop").expect("a name"));
        options.role = Some(Ident::new(&self.deploy).expect("a name"));
        Engine::open(&target, options, &|_: &Event<'_>| {}).await.expect("an engine")
    }

    /// What each role may do in a schema, as Postgres says it.
    async fn said(&self, schema: &str) -> Vec<String> {
        let mut roles = self.roles.clone();
        roles.push(self.owner.clone());
        let roles: Vec<String> = roles.iter().map(|role| format!("'{role}'")).collect();
        let tables: Vec<String> = TABLES.iter().map(|table| format!("'{table}'")).collect();
        let columns: Vec<String> = COLUMNS.iter().map(|column| format!("'{column}'")).collect();
        let query = format!(
            "WITH role AS (SELECT unnest(ARRAY[{roles}])::name AS role),
               privilege AS (
                 SELECT word || option AS privilege, word IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AS of_columns
                 FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS word,
                   unnest(ARRAY['', ' WITH GRANT OPTION']) AS option),
               relation AS (
                 SELECT oid, relname FROM pg_class
                 WHERE relnamespace = '{schema}'::regnamespace AND relname IN ({tables}))
             SELECT format('%s: %s ON %s', role, privilege, relname) FROM role, privilege, relation
             WHERE has_table_privilege(role, oid, privilege)
             UNION ALL
             SELECT format('%s: %s ON %s.%s', role, privilege, relname, attname)
             FROM role, privilege, relation JOIN pg_attribute ON attrelid = oid AND attname IN ({columns})
             WHERE of_columns AND has_column_privilege(role, oid, attname, privilege)
             UNION ALL
             SELECT format('%s: USAGE%s', role, option) FROM role, unnest(ARRAY['', ' WITH GRANT OPTION']) AS option
             -- The owner of the base schema looks things up in versions, which are the operator's.
             WHERE has_schema_privilege(role, '{schema}', 'USAGE' || option) AND (option = '' OR role NOT LIKE 'owner%')
             ORDER BY 1",
            roles = roles.join(", "),
            tables = tables.join(", "),
            columns = columns.join(", "),
        );
        self.client.rows(&query).await.expect("what Postgres says")
    }

    /// What each role can really do.
    async fn done(&self, schema: &str) -> Vec<String> {
        let mut done = Vec::new();
        for role in self.roles.iter().chain([&self.owner]) {
            self.run(&format!("SET ROLE {}", quoted(role))).await;
            for table in TABLES {
                let table = format!("{schema}.{}", quoted(table));
                let mut tries = vec![
                    format!("DELETE FROM {table} WHERE false"),
                    format!("SELECT {} FROM {table} FOR UPDATE", COLUMNS.join(", ")),
                ];
                for column in COLUMNS {
                    tries.push(format!("SELECT {column} FROM {table}"));
                    tries.push(format!("UPDATE {table} SET {column} = NULL WHERE false"));
                    tries.push(format!("INSERT INTO {table} ({column}) SELECT NULL WHERE false"));
                    tries.push(format!("UPDATE {table} SET {column} = {column}"));
                }
                for statement in tries {
                    let tried = format!("BEGIN; {statement}; ROLLBACK");
                    match self.client.batch_execute(&tried).await {
                        Ok(()) => done.push(format!("{role}: {}", statement.replace(schema, ""))),
                        Err(error) => {
                            let code =
                                error.as_db_error().expect("an answer").code().code().to_owned();
                            assert_eq!(code, "42501", "{role}: {statement}: {error:?}");
                            self.run("ROLLBACK").await;
                        }
                    }
                }
            }
            self.run("RESET ROLE").await;
        }
        done
    }

    /// Nobody has lost anything between two schemas, or got anything.
    async fn is_same(&self, before: &(Vec<String>, Vec<String>), schema: &str) {
        same(&before.0, &self.said(schema).await, &format!("what Postgres says of `{schema}`"));
        same(&before.1, &self.done(schema).await, &format!("what can be done in `{schema}`"));
        if schema == "shop" {
            return;
        }
        let create = format!(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE '% of ' || current_database()
               AND has_schema_privilege(rolname, '{schema}', 'CREATE') AND rolname NOT LIKE 'deploy%'"
        );
        let found = self.client.rows(&create).await.expect("an answer");
        assert!(found.is_empty(), "they may CREATE in `{schema}`: {found:?}");
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn same(before: &[String], after: &[String], what: &str) {
    let lost: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    let got: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(lost.is_empty() && got.is_empty(), "{what}:\nlost {lost:#?}\ngot {got:#?}");
}

fn base() -> Migration {
    migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#)
}

fn next() -> Migration {
    let of = |table: &str| {
        format!(
            r#"{{"alter_column": {{"table": "{table}", "column": "replaced", "type": "varchar(20)", "nullable": true,
                  "up": "upper(replaced)", "down": "lower(replaced)"}}}}"#
        )
    };
    let operations = format!(
        r#"[{}, {}, {},
            {{"create_constraint": {{"table": "people", "name": "few", "type": "check", "columns": ["in_place"], "check": "in_place < 9"}}}},
            {{"add_column": {{"table": "people", "column": {{"name": "added", "type": "int", "nullable": true}}, "up": "id"}}}}]"#,
        of("people"),
        of("Pets"),
        of("visits"),
    );
    migration("next", &operations)
}

async fn live_through(bytes: &[u8]) {
    let world = World::new(&mut Choices::new(bytes)).await;
    let before = (world.said("shop").await, world.done("shop").await);
    let engine = world.engine().await;
    engine.start(&base()).await.expect("a start");
    world.is_same(&before, "shop_base").await;
    engine.complete().await.expect("a complete");
    world.is_same(&before, "shop_base").await;
    engine.start(&next()).await.expect("a start");
    for schema in ["shop", "shop_base", "shop_next"] {
        world.is_same(&before, schema).await;
    }
    engine.rollback().await.expect("a rollback");
    world.is_same(&before, "shop").await;
    engine.start(&next()).await.expect("a start");
    engine.complete().await.expect("a complete");
    for schema in ["shop", "shop_next"] {
        world.is_same(&before, schema).await;
    }
    engine.close().await.expect("a clean end");
}

#[test]
fn whoever_may_do_something_may_do_it_in_every_version() {
    let trial = Trial::new(2, 0);
    trial.run(&vec(any::<u8>(), 400), |bytes| {
        trial.runtime.block_on(live_through(&bytes));
        Ok(())
    });
}

/// The numbers of an identity column are those of another sequence in the end, which has what the first one was given and
/// lost until then, and nothing by default.
#[tokio::test]
async fn sequences_of_identity_columns_keep_what_they_are_given_by_hand() {
    let database = Database::new().await;
    let client = database.client().await;
    let name = client.rows("SELECT current_database()").await.expect("a name").concat();
    let [stays, goes, comes] =
        ["stays", "goes", "comes"].map(|kind| quoted(&format!("{kind} of {name}")));
    let before = format!(
        "CREATE ROLE {stays}; CREATE ROLE {goes}; CREATE ROLE {comes};
         CREATE TABLE bills (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text);
         GRANT SELECT ON SEQUENCE bills_id_seq TO PUBLIC;
         GRANT USAGE ON SEQUENCE bills_id_seq TO {stays} WITH GRANT OPTION;
         GRANT SELECT, USAGE ON SEQUENCE bills_id_seq TO {goes};
         GRANT SELECT ON bills TO {goes}; GRANT UPDATE (id) ON bills TO {goes};
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO {comes}"
    );
    client.batch_execute(&before).await.expect("a table");
    let wider = r#"[{"alter_column": {"table": "bills", "column": "id", "type": "bigint"}}]"#;
    database.start("wider", &migration("wider", wider)).await;
    let by_hand = format!(
        "DROP OWNED BY {goes}; DROP ROLE {goes};
         REVOKE SELECT ON SEQUENCE bills_id_seq FROM PUBLIC;
         GRANT UPDATE ON SEQUENCE bills_id_seq TO {comes};
         COMMENT ON SEQUENCE bills_id_seq IS 'by hand'"
    );
    client.batch_execute(&by_hand).await.expect("privileges");
    let held =
        "SELECT obj_description(oid, 'pg_class'), acl.* FROM pg_class, aclexplode(relacl) AS acl
        WHERE relname = 'bills_id_seq' ORDER BY grantee, privilege_type";
    let live = client.rows(held).await.expect("privileges");
    let faster = "ALTER TABLE bills ALTER COLUMN id SET CACHE 9";
    client.batch_execute(faster).await.expect("another option");
    let engine = database.engine().await;
    let error = engine.complete().await.expect_err("an option would be lost").to_string();
    assert!(error.contains("the identity of `bills.id` was ALWAYS ("), "{error}");
    let back =
        error.split('`').find(|part| part.starts_with("ALTER TABLE")).expect("what puts it back");
    client.batch_execute(back).await.expect(back);
    engine.complete().await.expect("a complete");
    assert_eq!(live, client.rows(held).await.expect("privileges"));
    engine.close().await.expect("a clean end");
}

const SECURED: &str = "
    CREATE TABLE notes (id int PRIMARY KEY, who text, body text);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (who = current_user) WITH CHECK (who = current_user AND id <> 9);
    CREATE POLICY early ON notes AS RESTRICTIVE FOR DELETE USING (id < 3);";

/// Policies bind whom they bound, in every version, and on the columns of the new one, too.
#[tokio::test]
async fn policies_bind_whom_they_bound() {
    let database = Database::new().await;
    let client = database.client().await;
    let server = client.rows("SELECT current_setting('server_version_num')::int / 10000").await;
    let server: u32 = server.expect("a version").concat().parse().expect("a number");
    let name = client.rows("SELECT current_database()").await.expect("a name").concat();
    let role = |kind: &str| quoted(&format!("{kind} of {name}"));
    let (owner, ann, bob) = (role("owner"), role("ann"), role("bob"));
    let roles = format!(
        "CREATE ROLE {owner}; CREATE ROLE {ann}; CREATE ROLE {bob}; GRANT CREATE, USAGE ON SCHEMA public TO {owner};
         {SECURED} ALTER TABLE notes OWNER TO {owner}; GRANT ALL ON notes TO {ann}, {bob};
         INSERT INTO notes VALUES (1, 'ann of {name}', 'a'), (2, 'bob of {name}', 'b'), (3, 'ann of {name}', 'much longer')"
    );
    client.batch_execute(&roles).await.expect("a table");
    let next = migration(
        "next",
        r#"[{"alter_column": {"table": "notes", "column": "body", "type": "varchar(20)", "nullable": true,
             "up": "upper(body)", "down": "lower(body)"}}]"#,
    );
    let engine = database.engine().await;
    if server < 15 {
        let Err(Error::Rejected { rejections, .. }) = engine.start(&base()).await else {
            panic!("a version would go past the policies");
        };
        assert!(
            rejections[0]
                .message
                .contains("`notes` has row level security, which views bypass on Postgres 14"),
            "{rejections:?}"
        );
        return;
    }
    engine.start(&base()).await.expect("a start");
    engine.complete().await.expect("a complete");
    engine.start(&next).await.expect("a start");
    are_bound(&client, [&ann, &bob, &owner]).await;
    engine.rollback().await.expect("a rollback");
    // A role that may read some columns would see nothing.
    let grants =
        format!("REVOKE ALL ON notes FROM {bob}; GRANT SELECT (id, who) ON notes TO {bob}");
    client.batch_execute(&grants).await.expect("column privileges");
    let Err(Error::Rejected { rejections, .. }) = engine.start(&next).await else {
        panic!("a version would show nothing");
    };
    let message = format!(
        "`notes` has row level security, and `bob of {name}` may SELECT only some of its columns: a view that keeps to the \
         policies asks for all"
    );
    assert!(rejections.iter().any(|one| one.message.contains(&message)), "{rejections:?}");
}

/// Each of them sees, and may write, the same in all versions.
async fn are_bound(client: &Client, roles: [&str; 3]) {
    let tries = [
        "SELECT id, lower(body) FROM notes ORDER BY 1",
        "UPDATE notes SET body = body || '!' RETURNING id",
        "UPDATE notes SET who = 'somebody'",
        "UPDATE notes SET id = 9",
        "INSERT INTO notes VALUES (4, current_user, 'new') RETURNING id",
        "INSERT INTO notes VALUES (5, 'somebody', 'new')",
        "DELETE FROM notes RETURNING id",
    ];
    let mut told = String::new();
    for role in roles {
        for statement in tries {
            let mut answers = Vec::new();
            for schema in ["public", "public_base", "public_next"] {
                let tried =
                    format!("SET ROLE {role}; SET search_path = {schema}; BEGIN; {statement}");
                let answer = match client.rows(&tried).await {
                    Ok(rows) => rows.join(", "),
                    Err(error) => error.as_db_error().expect("an answer").code().code().to_owned(),
                };
                client
                    .batch_execute("ROLLBACK; RESET ROLE; RESET search_path")
                    .await
                    .expect("an end");
                answers.push(answer);
            }
            assert!(
                answers.iter().all(|answer| answer == &answers[0]),
                "{role}: {statement}: {answers:?}"
            );
            writeln!(told, "{}: {statement}: {}", &role[1..4], answers[0]).expect("text");
        }
    }
    for line in [
        "ann: SELECT id, lower(body) FROM notes ORDER BY 1: 1 | a, 3 | much longer",
        "bob: DELETE FROM notes RETURNING id: 2",
        "ann: DELETE FROM notes RETURNING id: 1",
        "bob: UPDATE notes SET id = 9: 42501",
        "own: DELETE FROM notes RETURNING id: 1, 2, 3",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
}
