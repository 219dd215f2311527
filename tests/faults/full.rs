//! A disk with room for the log and none for rows: the step fails, and nothing is taken back.

use std::cell::Cell;

use straddle::engine::{Engine, Error, Event, Options};
use straddle::plan::Phase;
use straddle::server::{Options as ServerOptions, Server};
use straddle::sql::Ident;

use crate::operator::migration;
use crate::server::{Database, aside, binaries};

/// No file of our session may become longer than a segment of the log; the table is.
const NO_ROOM: &str = "DO $do$ DECLARE p int; BEGIN
    FOR p IN SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'straddle%'
    LOOP
      EXECUTE format('COPY (SELECT 1) TO PROGRAM ''cat >/dev/null; prlimit --fsize=16777216 --pid %s''', p);
    END LOOP;
  END $do$";

const TABLE: &str = "CREATE TABLE notes (id int PRIMARY KEY, note text);
    INSERT INTO notes SELECT n, n || repeat('x', 120) FROM generate_series(1, 120000) AS n";

const MIGRATION: &str = r#"[{"alter_column": {"table": "notes", "column": "note", "type": "varchar(200)",
    "unique": {"name": "once"}, "nullable": false, "up": "upper(note)", "down": "lower(note)"}}]"#;

/// Starts, and lets the disk be full from a phase on.
async fn start(database: &Database, full: Option<Phase>) -> Result<(), Error> {
    let (url, is_full) = (database.url(), Cell::new(false));
    let listener = |event: &Event<'_>| {
        if let Event::Step { phase, .. } = event
            && Some(*phase) == full
            && !is_full.replace(true)
        {
            aside(url.clone(), NO_ROOM.to_owned());
        }
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&database.target(), options, &listener).await?;
    let started = engine.start(&migration("next", MIGRATION)).await;
    engine.close().await?;
    started.map(drop)
}

#[tokio::test]
async fn a_start_goes_on_once_the_disk_has_room_again() {
    let server = Server::start(&binaries(), ServerOptions::default()).expect("a server");
    let database = Database::new_by(|name| server.url(name)).await;
    let client = database.client().await;
    client.batch_execute(TABLE).await.expect("a table");
    let before = database.catalog().await;
    for full in [Phase::Backfill, Phase::Settle] {
        let error = start(&database, Some(full)).await.expect_err("the disk is full");
        assert!(matches!(error, Error::Interrupted { .. }), "{full}: {error}");
        assert!(error.to_string().contains("File too large"), "{full}: {error}");
    }
    start(&database, None).await.expect("there is room again");
    let wrong = "SELECT count(*) FROM notes WHERE _straddle_new_note IS DISTINCT FROM upper(note)";
    assert_eq!(client.rows(wrong).await.expect("the rows"), ["0"]);
    assert!(!database.catalog().await.contains("valid=f"), "no index is left invalid");
    database.rollback("next").await;
    // The first start made the ledger.
    let line = |line: &&str| !line.starts_with("function straddle.");
    let after = database.catalog().await;
    let after: Vec<&str> = after.lines().filter(line).collect();
    assert_eq!(before.lines().collect::<Vec<_>>(), after);
}
