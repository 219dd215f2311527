//! `squash`: one file in the place of many builds what they have built.

use std::path::Path;
use std::process::Command;

use crate::command::{Outcome, straddle};
use crate::server::{Database, pg_dump};

/// What a team has written in a year: what is replaced changes its place in the table, and keeps it in the version.
const FILES: [(&str, &str); 6] = [
    (
        "01_users",
        "- create_enum: {name: mood, values: [good, bad]}
- create_table:
    name: users
    columns:
      - {name: id, type: bigserial, pk: true}
      - {name: name, type: text, comment: who it is}
      - {name: mood, type: mood, default: \"'good'\"}",
    ),
    // An extension in a schema of its own, where the server has it.
    (
        "02_doubled",
        "- sql: {up: \"CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * 2\"}
- sql:
    up: |
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') THEN
          CREATE SCHEMA kinds;
          CREATE EXTENSION citext SCHEMA kinds;
          CREATE DOMAIN word AS kinds.citext;
        END IF;
      END $$",
    ),
    (
        "03_wide",
        "- alter_column: {table: users, column: name, type: varchar(80), up: name, down: name}
- add_column: {table: users, column: {name: age, type: int, nullable: true, check: {name: old, constraint: age > 0}}}
- create_index: {name: users_name, table: users, columns: [name]}",
    ),
    (
        "04_orders",
        "- create_table:
    name: orders
    columns:
      - {name: id, type: int, generated: {identity: {user_specified_values: ALWAYS}}, pk: true}
      - {name: buyer, type: bigint, references: {name: orders_buyer, table: users, column: id}}",
    ),
    (
        "05_views",
        "- create_view: {name: adults, query: 'SELECT id, name FROM users WHERE age >= 18', comment: of age}
- create_view: {name: names, query: 'SELECT name FROM adults'}
- create_materialized_view:
    name: moods
    query: SELECT mood, count(*) AS number FROM users GROUP BY mood
    indexes: [{columns: [mood], unique: true}]",
    ),
    ("06_labels", "- alter_column: {table: users, column: mood, nullable: false, up: \"coalesce(mood, 'bad')\", down: mood}"),
];

struct Directory(tempfile::TempDir);

impl Directory {
    fn with(files: &[(&str, &str)]) -> Self {
        let directory = Self(tempfile::tempdir().expect("a directory"));
        files.iter().for_each(|(name, operations)| directory.write(name, operations));
        directory
    }

    fn write(&self, name: &str, operations: &str) {
        let text = format!("operations:\n{operations}\n");
        std::fs::write(self.0.path().join(format!("{name}.yaml")), text).expect("a file");
    }

    fn path(&self) -> String {
        self.0.path().to_string_lossy().into_owned()
    }

    fn names(&self) -> Vec<String> {
        straddle::migration::names_in(self.0.path()).expect("a directory")
    }

    /// What the command prints of a directory.
    fn run(&self, database: &Database, command: &str, more: &[&str]) -> String {
        let Outcome { code, stdout, stderr } = self.tried(database, command, more);
        assert_eq!(code, 0, "{command} {more:?}\n{stdout}{stderr}");
        stdout
    }

    fn tried(&self, database: &Database, command: &str, more: &[&str]) -> Outcome {
        straddle(&database.url(), &[&[command, &self.path()], more].concat())
    }

    fn squash(&self, database: &Database, pg_dump: &Path) {
        self.run(database, "squash", &["--yes", "--pg-dump", &pg_dump.to_string_lossy()]);
    }
}

/// The base schema and the version, as pg_dump writes them.
fn dumped(database: &Database, program: &Path, version: &str) -> String {
    let mut command = Command::new(program);
    command.args(["--schema=public", &format!("--schema={version}"), "--dbname", &database.url()]);
    let output = command.output().expect("pg_dump");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // With a word that is another one in each run.
    let lines = text.lines().filter(|line| !line.contains("restrict "));
    lines.collect::<Vec<_>>().join("\n")
}

const NOTHING: &str = "nothing to do: every migration is completed\n";

#[tokio::test]
async fn a_squashed_directory_builds_what_its_files_have_built() {
    let Some(pg_dump) = pg_dump() else {
        return;
    };
    let [old, new, newest, half] = [
        Database::new().await,
        Database::new().await,
        Database::new().await,
        Database::new().await,
    ];
    let directory = Directory::with(&FILES);
    let before = Directory::with(&FILES);
    directory.run(&old, "migrate", &["--complete"]);
    directory.run(&half, "migrate", &["--complete", "--to", "03_wide"]);
    directory.squash(&old, &pg_dump);
    assert_eq!(directory.names(), ["06_squashed"]);
    assert_eq!(directory.run(&old, "migrate", &["--complete"]), NOTHING);
    directory.run(&new, "migrate", &["--complete"]);
    for database in [&old, &new] {
        assert_eq!(directory.run(database, "migrate", &[]), NOTHING);
        assert_eq!(before.run(database, "migrate", &[]), NOTHING, "as it was before");
        directory.run(database, "pull", &[]);
        assert_eq!(directory.names(), ["06_squashed"]);
    }
    let dumped_new = dumped(&new, &pg_dump, "public_06_labels");
    assert_eq!(dumped_new, dumped(&old, &pg_dump, "public_06_labels"));
    assert!(dumped_new.contains("CREATE VIEW public_06_labels.names"), "{dumped_new}");

    // One that has some of it is left alone, and comes to the end by the files that were.
    let untouched = half.catalog().await;
    let refused = directory.tried(&half, "migrate", &["--complete"]);
    assert!(
        refused.stderr.contains("half replaced: of what `06_squashed` replaces"),
        "{}",
        refused.stderr
    );
    assert_eq!(untouched, half.catalog().await);
    before.run(&half, "migrate", &[]);
    let refused = directory.tried(&half, "migrate", &["--complete"]);
    assert!(refused.stderr.contains("not completed: `06_labels`"), "{}", refused.stderr);
    before.run(&half, "migrate", &["--complete"]);
    assert_eq!(directory.run(&half, "migrate", &[]), NOTHING);

    // All of them go on alike, and are squashed again.
    directory.write(
        "07_size",
        "- add_column: {table: users, up: length(name), column: {name: size, type: int}}",
    );
    directory.write(
        "08_view",
        "- drop_view: {name: names}\n- rename_column: {table: users, from: name, to: full_name}\n\
        - create_view: {name: adults, replace: true, query: 'SELECT full_name FROM users'}",
    );
    for database in [&old, &new, &half] {
        directory.run(database, "migrate", &["--complete"]);
    }
    directory.squash(&new, &pg_dump);
    assert_eq!(directory.names(), ["08_squashed"]);
    directory.run(&newest, "migrate", &["--complete"]);
    let version = "public_08_view";
    let (catalog, schema) = (old.catalog().await, dumped(&old, &pg_dump, version));
    for database in [&new, &half, &newest] {
        assert_eq!(directory.run(database, "migrate", &[]), NOTHING);
        assert_same(&catalog, &database.catalog().await);
    }
    // What was started as one elsewhere stands in another order in the table, though not in the version.
    for database in [&new, &newest] {
        assert_same(&schema, &dumped(database, &pg_dump, version));
    }
}

/// But for what Postgres calls the columns of an index by itself: what they were called when it was made.
fn assert_same(one: &str, other: &str) {
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("column public.users_name "));
        lines.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (one, other) = (lines(one), lines(other));
    let differing = one.iter().zip(&other).find(|(one, other)| one != other);
    assert_eq!((differing, one.len()), (None, other.len()));
}
