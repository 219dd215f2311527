//! The operator of a script, who may have to wait like anybody else.

use straddle::database::target::Target;
use straddle::engine::{Engine, Error, Event, Options};
use straddle::migration::Migration;
use straddle::sql::Ident;
use tokio::task::JoinHandle;

use super::script::Command;

/// Runs a command, in a thread of its own; its error, if it fails.
pub(super) fn run(
    target: Target,
    schema: &str,
    command: Command,
    migration: Migration,
) -> JoinHandle<Vec<String>> {
    let options = Options::new(Ident::new(schema).expect("a name"));
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let done = carry_out(&target, options, command, &migration);
        let said = match runtime.expect("a runtime").block_on(done) {
            Ok(()) => return Vec::new(),
            Err(Error::Rejected { rejections, .. }) => {
                rejections.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.to_string().replace('\n', "\\n"),
        };
        vec![format!("ERROR {said}")]
    })
}

async fn carry_out(
    target: &Target,
    options: Options,
    command: Command,
    migration: &Migration,
) -> Result<(), Error> {
    let quiet = &|_: &Event<'_>| {};
    let engine = Engine::open(target, options, quiet).await?;
    let done = match command {
        Command::Start => engine.start(migration).await.map(drop),
        Command::Complete => engine.complete().await.map(drop),
        Command::Rollback => engine.rollback().await.map(drop),
    };
    engine.close().await?;
    done
}
