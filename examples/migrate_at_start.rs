//! An application that brings its database up to date before it serves. Any number of instances may start at once:
//! one does the work, the others wait for it and go on.
//!
//! ```text
//! cargo run --example migrate_at_start -- postgresql://deploy@db/shop migrations
//! ```

#![expect(clippy::print_stderr, reason = "an application tells what it does")]

use std::path::Path;
use std::time::Duration;

use straddle::migration::read_directory;
use straddle::{
    Engine, Environment, Error, Event, Ident, Listener, Migrate, Migration, Options, Target,
};

/// How often it is looked again whether another instance is done.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(500);

/// Starts what is pending of a directory. Instances of the version before go on: they see their own schema. Somebody
/// runs `straddle complete` when the last of them is gone. Returns the schema that this application is to use.
///
/// # Errors
/// When the files are wrong, or contradict the history, or the database does not allow them.
pub async fn migrate(
    url: &str,
    directory: &Path,
    listener: Listener<'_>,
) -> Result<String, Box<dyn std::error::Error>> {
    let target = Target::resolve(Some(url), &Environment::from_process())?;
    let sources = read_directory(directory)?;
    let migrations: Vec<Migration> = sources.into_iter().map(|source| source.migration).collect();
    for _ in 0..TRIES {
        // One that failed gives its lock back with its connection.
        let engine = Engine::open(&target, Options::new(Ident::new("public")?), listener).await?;
        let migrated = engine.migrate(&migrations, &Migrate::default()).await;
        let status = engine.status().await?;
        engine.close().await?;
        match migrated {
            // Another instance is at it, and may take its time with a large table.
            Err(Error::AnotherOperator { .. }) => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(error.into()),
            Ok(_) => {
                let live = status.active.map(|active| active.version_schema);
                let version = live.or(status.completed.map(|completed| completed.version_schema));
                return version.ok_or_else(|| "the directory holds no migrations".into());
            }
        }
    }
    Err("another instance has not come to an end".into())
}

/// What is told while it goes on: once a step, and of a backfill after each batch.
fn tell(event: &Event<'_>) {
    match event {
        Event::Step { phase, number, total, step } => {
            eprintln!("{phase} {number}/{total}: {}", step.purpose);
        }
        Event::Backfilled { table, done, total, .. } => {
            eprintln!("filling {table}: {done} of {total} blocks");
        }
        Event::Waiting { purpose, blockers, .. } => {
            let blockers: Vec<String> = blockers.iter().map(ToString::to_string).collect();
            eprintln!("waiting to {purpose}, behind {}", blockers.join(", "));
        }
        Event::Drift { drift, .. } => eprintln!("{}\n{}", drift.told(), drift.diff()),
        Event::Note(note) => eprintln!("note: {note}"),
        _ => {}
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(directory)) = (arguments.next(), arguments.next()) else {
        return Err("usage: migrate_at_start URL DIRECTORY".into());
    };
    let version = migrate(&url, Path::new(&directory), &tell).await?;
    // From here on with `options=-c search_path=<version>` in the connections of the application.
    eprintln!("serving with search_path={version}");
    Ok(())
}
