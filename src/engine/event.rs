//! What the engine has to tell while it works.

use super::Drift;
use super::pace::Pace;
use crate::database::Blocker;
use crate::plan::{Phase, Step};

/// Who listens.
pub type Listener<'a> = &'a dyn Fn(&Event<'_>);

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// `migrate` starts or completes migrations.
    Migration {
        /// `start` or `complete`.
        command: &'static str,
        /// The migrations, in order: those that are started and completed as one.
        names: &'a [String],
    },
    /// A step begins.
    Step {
        /// The phase.
        phase: Phase,
        /// Its number in the phase, from 1.
        number: usize,
        /// How many steps the phase has.
        total: usize,
        /// The step.
        step: &'a Step,
    },
    /// The backfill of a table has come this far: said when it begins, and after each batch.
    Backfilled {
        /// The table; a partitioned one is one.
        table: &'a str,
        /// How many blocks are done.
        done: u64,
        /// How many there are.
        total: u64,
        /// How many rows were written, in earlier runs too.
        rows: u64,
        /// How fast it goes, where that is known.
        pace: Option<Pace>,
    },
    /// The backfill of a table rests, by command or because something else needs the server more.
    /// Said again with every look, until it goes on.
    Held {
        /// The table.
        table: &'a str,
        /// What it waits for, for people: `replica standby1 is 12 s behind (limit 10 s)`.
        reason: &'a str,
    },
    /// An index is being built, which takes its time: said about once a second.
    Building {
        /// The index.
        index: &'a str,
        /// What Postgres is doing, as in `pg_stat_progress_create_index`.
        phase: &'a str,
        /// What is done of it: blocks, rows, or transactions that it waits for.
        done: u64,
        /// How many there are; 0 where they are not counted.
        total: u64,
        /// Whose transaction it waits for, for people.
        waits_for: Option<&'a str>,
    },
    /// A lock was not to be had; it will be tried again.
    Waiting {
        /// What for.
        purpose: &'a str,
        /// How many tries there were; none where it is waited for as long as it takes.
        tries: Option<u32>,
        /// Who holds it.
        blockers: &'a [Blocker],
    },
    /// A command is done, and replicas have not replayed it yet. Said again with every look.
    Replicas {
        /// What is done, for people.
        done: &'a str,
        /// The replicas, and how far behind each is.
        behind: &'a [String],
    },
    /// Who was in the way of a lock was told to end, as was asked for.
    Ended {
        /// Who, for people.
        blocker: &'a str,
        /// Why it was not ended after all.
        spared: Option<&'a str>,
    },
    /// A start failed and is being taken back.
    Undoing {
        /// Why.
        reason: &'a str,
    },
    /// An interrupted run is continued.
    Continuing {
        /// The phase in which it was interrupted.
        phase: Phase,
    },
    /// Others have changed the base schema.
    Drift {
        /// What.
        drift: &'a Drift,
        /// Whether it is recorded, and taken for given from now on.
        recorded: bool,
    },
    /// Something the user should know.
    Note(&'a str),
}
