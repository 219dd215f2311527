//! Rows that arrive by logical replication while a migration is live: on the subscriber alone, and on
//! both sides. The publisher and the subscriber are two databases of one cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use straddle::engine::{Engine, Event, Options};
use straddle::migration::Migration;
use straddle::plan::Phase;
use straddle::sql::Ident;
use tokio::task::JoinHandle;

use crate::operator::migration;
use crate::server::{Client, Database, aside};

/// How long changes may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A publication of all changes to `reviews`, and a subscription to it. Dropping it ends both.
struct Link<'a> {
    publisher: &'a Database,
    subscriber: &'a Database,
    name: String,
}

impl<'a> Link<'a> {
    /// Publishes `publisher`'s reviews; what is there is copied on request.
    async fn new(publisher: &'a Database, subscriber: &'a Database, copy: bool) -> Self {
        let client = publisher.client().await;
        let names = client.rows("SELECT current_database()").await.expect("a name");
        let name = format!("{}_link", names[0]);
        client.batch_execute("CREATE PUBLICATION reviews FOR TABLE reviews").await.expect("one");
        // By itself, CREATE SUBSCRIPTION would wait for its own transaction on this cluster.
        let slot = format!("SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')");
        client.batch_execute(&slot).await.expect("a slot: the server needs wal_level = logical");
        let link = Self { publisher, subscriber, name };
        let subscribe = format!(
            "CREATE SUBSCRIPTION {name} CONNECTION '{url}' PUBLICATION reviews
             WITH (create_slot = false, slot_name = '{name}', copy_data = {copy})",
            name = link.name,
            url = publisher.url(),
        );
        subscriber.client().await.batch_execute(&subscribe).await.expect("a subscription");
        link
    }

    /// Waits until both databases show the same through these schemas.
    async fn arrive(&self, schemas: &[(&str, &str)]) {
        let since = Instant::now();
        for (published, subscribed) in schemas {
            loop {
                let sent = rows(&self.publisher.client().await, published).await;
                let arrived = rows(&self.subscriber.client().await, subscribed).await;
                if sent == arrived {
                    break;
                }
                if since.elapsed() > PATIENCE {
                    self.no_change_was_refused().await;
                    let missing = sent.iter().filter(|row| !arrived.contains(row));
                    let alien = arrived.iter().filter(|row| !sent.contains(row));
                    panic!(
                        "not the same after {PATIENCE:?}\n{published}: {:?}\n{subscribed}: {:?}",
                        missing.collect::<Vec<_>>(),
                        alien.collect::<Vec<_>>()
                    );
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        self.no_change_was_refused().await;
    }

    /// From Postgres 15 on, errors are counted; before, a refused change is tried for ever, and does not
    /// arrive.
    async fn no_change_was_refused(&self) {
        let client = self.subscriber.client().await;
        let counted = "SELECT to_regclass('pg_catalog.pg_stat_subscription_stats') IS NOT NULL";
        if client.rows(counted).await.expect("an answer") != ["t"] {
            return;
        }
        let errors = format!(
            "SELECT apply_error_count, sync_error_count FROM pg_stat_subscription_stats
             WHERE subname = '{}'",
            self.name
        );
        assert_eq!(client.rows(&errors).await.expect("counts"), ["0 | 0"], "changes were refused");
    }
}

impl Drop for Link<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        for statement in [
            format!("ALTER SUBSCRIPTION {name} DISABLE"),
            format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"),
            format!("DROP SUBSCRIPTION {name}"),
        ] {
            aside(self.subscriber.url(), statement);
        }
        let slot = format!("FROM pg_replication_slots WHERE slot_name = '{name}'");
        aside(
            self.publisher.url(),
            format!(
                "DO $$ BEGIN
                   PERFORM pg_terminate_backend(active_pid, 10000) {slot} AND active;
                   PERFORM pg_drop_replication_slot(slot_name) {slot};
                 END $$"
            ),
        );
    }
}

async fn rows(client: &Client, schema: &str) -> Vec<String> {
    let read = format!("SELECT id, rating, note FROM {schema}.reviews ORDER BY id");
    client.rows(&read).await.unwrap_or_else(|error| panic!("{schema}: {error:?}"))
}

/// An application that inserts, updates and deletes, until it is told to pause.
struct Writer {
    stopped: Arc<AtomicBool>,
    task: JoinHandle<u32>,
}

impl Writer {
    /// Writes ratings such as `'7'` through a schema of the database, from this id on.
    async fn start(database: &Database, schema: &str, first: u32) -> Self {
        let client = database.client().await;
        client.batch_execute(&format!("SET search_path = {schema}")).await.expect("a version");
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let task = tokio::spawn(async move {
            let mut id = first;
            while !seen.load(Ordering::Relaxed) {
                for statement in [
                    format!("INSERT INTO reviews VALUES ({id}, '{}', 'new')", id % 100),
                    format!("UPDATE reviews SET rating = '{}' WHERE id = {id}", id % 89),
                    format!("UPDATE reviews SET note = 'again' WHERE id = {id}"),
                    format!("UPDATE reviews SET rating = NULL WHERE id = {id} - 1 AND id % 7 = 0"),
                    format!("DELETE FROM reviews WHERE id = {id} - 3 AND id % 2 = 0"),
                    format!("UPDATE reviews SET rating = '{}' WHERE id <= 3", id % 97),
                ] {
                    client.batch_execute(&statement).await.expect("the publisher's write");
                }
                id += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            id
        });
        Self { stopped, task }
    }

    /// Stops; the id to go on with.
    async fn stop(self) -> u32 {
        self.stopped.store(true, Ordering::Relaxed);
        self.task.await.expect("a writer that never fails")
    }
}

async fn reviews(schema_of_old_version: bool) -> Database {
    let database = Database::new().await;
    let make = "CREATE TABLE reviews (id int PRIMARY KEY, rating text, note text)";
    database.client().await.batch_execute(make).await.expect("a table");
    if schema_of_old_version {
        let base = migration("base", r#"[{"sql": {"up": "SELECT 1"}}]"#);
        database.start("base", &base).await;
        database.complete("base").await;
    }
    database
}

async fn fill(database: &Database) {
    let fill = "INSERT INTO reviews SELECT n, n::text, 'old' FROM generate_series(1, 500) AS n";
    database.client().await.batch_execute(fill).await.expect("rows");
}

/// Ratings become numbers; the new version has them doubled.
fn doubled() -> Migration {
    migration(
        "next",
        r#"[{"alter_column": {"table": "reviews", "column": "rating", "type": "integer",
            "up": "2 * CAST(rating AS integer)", "down": "CAST(rating / 2 AS text)"}}]"#,
    )
}

/// The new version marks what the old one wrote, and has what it wrote itself as it is: so a new side that
/// is computed again where it arrives is seen.
fn faithful() -> Migration {
    migration(
        "next",
        r#"[{"alter_column": {"table": "reviews", "column": "rating", "type": "varchar(20)",
            "up": "'old ' || rating", "down": "rating"}}]"#,
    )
}

/// No row of a live database whose new side is not what `up` makes of the old one.
async fn doubles(database: &Database) {
    let wrong = "SELECT o.id, o.rating, n.rating
        FROM public_base.reviews AS o FULL JOIN public_next.reviews AS n USING (id)
        WHERE n.rating IS DISTINCT FROM 2 * o.rating::int OR o.note IS DISTINCT FROM n.note";
    let wrong = database.client().await.rows(wrong).await.expect("a comparison");
    assert!(wrong.is_empty(), "the versions differ: {wrong:?}");
}

#[tokio::test]
async fn changes_arrive_while_the_subscriber_migrates() {
    let (publisher, subscriber) = (reviews(false).await, reviews(true).await);
    fill(&publisher).await;
    let link = Link::new(&publisher, &subscriber, true).await;
    let old = [("public", "public_base")];
    link.arrive(&old).await;

    let mut id = 1000;
    for end in ["rollback", "complete"] {
        let writer = Writer::start(&publisher, "public", id).await;
        subscriber.start("subscriber", &doubled()).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        id = writer.stop().await;
        link.arrive(&old).await;
        doubles(&subscriber).await;
        let writer = Writer::start(&publisher, "public", id).await;
        if end == "rollback" {
            subscriber.rollback("subscriber").await;
            id = writer.stop().await;
            link.arrive(&old).await;
        } else {
            // What the publisher writes from then on is the new version's, who means something else by
            // a rating: it is only shown that all arrives.
            subscriber.complete("subscriber").await;
            writer.stop().await;
            let reset = "UPDATE reviews SET rating = '1'";
            publisher.client().await.batch_execute(reset).await.expect("an update");
            link.arrive(&[("public", "public_next")]).await;
        }
    }
}

#[tokio::test]
async fn rows_are_copied_to_a_subscriber_whose_migration_is_live() {
    let (publisher, subscriber) = (reviews(false).await, reviews(true).await);
    fill(&publisher).await;
    subscriber.start("subscriber", &doubled()).await;
    let link = Link::new(&publisher, &subscriber, true).await;
    link.arrive(&[("public", "public_base")]).await;
    doubles(&subscriber).await;
    subscriber.complete("subscriber").await;
}

#[tokio::test]
async fn both_sides_arrive_when_publisher_and_subscriber_migrate() {
    let (publisher, subscriber) = (reviews(true).await, reviews(true).await);
    fill(&publisher).await;
    let link = Link::new(&publisher, &subscriber, true).await;
    let old = [("public_base", "public_base")];
    let both = [("public_base", "public_base"), ("public_next", "public_next")];
    link.arrive(&old).await;

    let mut ids = [1_000, 100_000];
    for end in ["rollback", "complete"] {
        let writer = Writer::start(&publisher, "public_base", ids[0]).await;
        // The subscriber has to know a column before it arrives, and as long as it may.
        subscriber.start("subscriber", &faithful()).await;
        publisher.start("publisher", &faithful()).await;
        let newer = Writer::start(&publisher, "public_next", ids[1]).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        ids = [writer.stop().await, newer.stop().await];
        link.arrive(&both).await;
        if end == "rollback" {
            let writer = Writer::start(&publisher, "public_base", ids[0]).await;
            publisher.rollback("publisher").await;
            ids[0] = writer.stop().await;
            link.arrive(&old).await;
            subscriber.rollback("subscriber").await;
            link.arrive(&old).await;
        } else {
            publisher.complete("publisher").await;
            subscriber.complete("subscriber").await;
            let newer = Writer::start(&publisher, "public_next", ids[1]).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            newer.stop().await;
            link.arrive(&both[1..]).await;
        }
    }
}

/// Between any two steps of it, the old application writes a row twice: what arrives second would look like what
/// somebody wrote who knows both columns, if the new one were there without its trigger.
#[tokio::test]
async fn what_is_written_while_a_publisher_is_rolled_back_is_right_on_the_subscriber() {
    let (publisher, subscriber) = (reviews(true).await, reviews(true).await);
    fill(&publisher).await;
    let link = Link::new(&publisher, &subscriber, true).await;
    link.arrive(&[("public_base", "public_base")]).await;
    subscriber.start("subscriber", &faithful()).await;
    publisher.start("publisher", &faithful()).await;

    let row = AtomicU32::new(0);
    let write_twice = |event: &Event<'_>| {
        if let Event::Step { phase: Phase::Abort, .. } = event {
            let id = row.fetch_add(1, Ordering::Relaxed) + 1;
            for rating in ["first", "second"] {
                let update = format!("UPDATE reviews SET rating = '{rating}' WHERE id = {id}");
                aside(publisher.url(), update);
            }
        }
    };
    let options = Options::new(Ident::new("public").expect("a name"));
    let engine = Engine::open(&publisher.target(), options, &write_twice).await.expect("a session");
    engine.rollback().await.expect("a rollback");
    engine.close().await.expect("a clean end");

    assert!(row.load(Ordering::Relaxed) > 5, "the rollback had steps to write between");
    link.arrive(&[("public_base", "public_base")]).await;
    let wrong = "SELECT id, rating FROM public_next.reviews
        WHERE rating IS DISTINCT FROM 'old ' || (SELECT rating FROM public_base.reviews AS o WHERE o.id = reviews.id)";
    let wrong = subscriber.client().await.rows(wrong).await.expect("a comparison");
    assert!(wrong.is_empty(), "the new version has what nobody wrote: {wrong:?}");
}

/// As they arrive from a publisher that has the new column, and has not filled its rows yet.
#[tokio::test]
async fn a_publisher_that_still_fills_its_rows_takes_nothing_from_the_old_version() {
    let subscriber = reviews(true).await;
    subscriber.start("subscriber", &faithful()).await;
    let arriving = subscriber.client().await;
    arriving.batch_execute("SET session_replication_role = replica").await.expect("a setting");
    for (arrives, then) in [
        ("INSERT INTO reviews VALUES (1, '81')", "81 | old 81"),
        ("UPDATE reviews SET note = 'x', _straddle_new_rating = NULL", "81 | old 81"),
        ("UPDATE reviews SET rating = '13', _straddle_new_rating = NULL", "13 | old 13"),
        ("UPDATE reviews SET rating = '13', _straddle_new_rating = 'old 13'", "13 | old 13"),
        ("UPDATE reviews SET rating = '14', _straddle_new_rating = 'old 14'", "14 | old 14"),
        ("UPDATE reviews SET rating = 'new', _straddle_new_rating = 'new'", "new | new"),
    ] {
        arriving.batch_execute(arrives).await.expect("what arrives is taken");
        let sides = "SELECT rating, _straddle_new_rating FROM reviews";
        assert_eq!(arriving.rows(sides).await.expect("a row"), [then], "{arrives}");
    }
}
