//! Watches a start: when which part of it began, how far the backfill was, and how much WAL there was.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use straddle::engine::{Event, Options};
use straddle::migration::Migration;
use straddle::plan::{Action, Phase};
use straddle::sql::Ident;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::{Client, NoTls};

use crate::server::{Outcome, engine_with};

/// The parts of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everything that is quick, before and behind the others.
    Rest,
    /// The backfill itself.
    Fill,
    /// The proof that every row is filled.
    Proof,
    /// Building indexes.
    Index,
}

/// What one start was like.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// Each part, when it began, and the WAL position there; last the end, as [`Part::Rest`].
    parts: Vec<(Part, Duration, f64)>,
    /// Rows written by then.
    pub(crate) progress: Vec<(Duration, u64)>,
}

impl Course {
    /// The whole time.
    pub(crate) fn whole(&self) -> Duration {
        self.parts.last().map_or(Duration::ZERO, |last| last.1)
    }

    /// How long this part took.
    pub(crate) fn time(&self, part: Part) -> Duration {
        self.spans(part).map(|(from, to)| to.1.saturating_sub(from.1)).sum()
    }

    /// How much WAL was written in this part, in bytes.
    pub(crate) fn wal(&self, part: Part) -> f64 {
        self.spans(part).map(|(from, to)| to.2 - from.2).sum()
    }

    /// How much WAL was written in all.
    pub(crate) fn whole_wal(&self) -> f64 {
        let at = |place: Option<&(Part, Duration, f64)>| place.map_or(0.0, |place| place.2);
        at(self.parts.last()) - at(self.parts.first())
    }

    /// When the backfill began and ended.
    pub(crate) fn fill(&self) -> (Duration, Duration) {
        self.spans(Part::Fill).next().map_or_else(Default::default, |(from, to)| (from.1, to.1))
    }

    fn spans(
        &self,
        part: Part,
    ) -> impl Iterator<Item = (&(Part, Duration, f64), &(Part, Duration, f64))> {
        self.parts.windows(2).filter(move |pair| pair[0].0 == part).map(|pair| (&pair[0], &pair[1]))
    }
}

/// Starts the migration, and watches.
pub(crate) async fn start(
    url: &str,
    migration: &Migration,
    options: impl FnOnce(&mut Options),
) -> Outcome<Course> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let (sender, receiver) = unbounded_channel();
    let progress = RefCell::new(Vec::new());
    let mut asked = Options::new(Ident::new("public")?);
    options(&mut asked);
    let began = RefCell::new(Instant::now());
    let listener = |event: &Event<'_>| {
        let at = began.borrow().elapsed();
        match event {
            Event::Step { phase, step, .. } => {
                let part = match (&step.action, phase) {
                    (_, Phase::Backfill) => Part::Fill,
                    (Action::Prove { .. }, _) => Part::Proof,
                    (Action::Outside { .. }, _) => Part::Index,
                    _ => Part::Rest,
                };
                // Nobody listens only when the run is over.
                let _ended = sender.send((part, at));
            }
            Event::Backfilled { rows, .. } => progress.borrow_mut().push((at, *rows)),
            _ => {}
        }
    };
    let engine = engine_with(url, asked, &listener).await?;
    let reader = tokio::spawn(positions(client, receiver));
    *began.borrow_mut() = Instant::now();
    let _listens = sender.send((Part::Rest, Duration::ZERO));
    engine.start(migration).await?;
    let _listens = sender.send((Part::Rest, began.borrow().elapsed()));
    engine.close().await?;
    drop(sender);
    let parts = reader.await??;
    connection.await??;
    Ok(Course { parts, progress: progress.into_inner() })
}

/// Reads the WAL position as soon as a part begins.
#[expect(clippy::disallowed_methods, reason = "this is the bench, not the engine")]
async fn positions(
    client: Client,
    mut begun: UnboundedReceiver<(Part, Duration)>,
) -> Result<Vec<(Part, Duration, f64)>, tokio_postgres::Error> {
    let query = "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8";
    let query = client.prepare(query).await?;
    let mut parts = Vec::new();
    while let Some((part, at)) = begun.recv().await {
        parts.push((part, at, client.query_one(&query, &[]).await?.get(0)));
    }
    Ok(parts)
}
