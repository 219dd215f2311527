//! What a migration will do, as data, decided before anything is touched.
//!
//! The dry run, the execution, its progress, the resumption and the rollback all read one [`Plan`].
//! Rollback is never written: it is the undo of every step that was done, last first.

pub(crate) mod ddl;
pub mod names;
mod noted;
mod step;
pub(crate) mod view;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use noted::{Attribute, Held, Noted, Place, Promise, Promised, Succession, Successor};
pub use step::{Action, Backfill, Filled, Lock, PartitionBackfill, Step, Work};

use crate::schema::{Carrying, Name, TableOrder, View};
use crate::sql::{Ident, QualifiedName, Sql};

/// The format of stored plans. A ledger that holds a later one is refused, not guessed at.
pub const FORMAT: u32 = 1;

/// Everything that one `start`, and the `complete` or `rollback` after it, will do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The format of this value: [`FORMAT`].
    pub format: u32,
    /// The base schema.
    pub base_schema: Ident,
    /// The version schema that is opened.
    pub version_schema: Ident,
    /// The version schema of the version before, where there is one; `complete` closes it.
    pub previous_schema: Option<Ident>,
    /// The steps of `start` before `activate`, by phase, and `activate` itself. The ledger forgets them when the
    /// migration has ended.
    #[serde(default)]
    pub start: Start,
    /// What `complete` does; forgotten like those of `start`.
    #[serde(default)]
    pub contract: Contract,
    /// The order in which applications see each table's columns: kept with the version.
    pub order: Vec<TableOrder>,
    /// The users' own views, which the version after this one shows again.
    #[serde(default)]
    pub views: Vec<View>,
    /// What the reader should know before agreeing.
    pub notes: Vec<String>,
    /// The tables that `start` makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<Ident>,
    /// The functions of `up` and `down`, without which writes fail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<QualifiedName>,
    /// Columns that are NOT NULL once the version is live, each behind its table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_null: Vec<(Ident, Ident)>,
    /// What of the users' own fires for rows that the backfill writes: wanted only by who says so.
    #[serde(default)]
    pub fires: Vec<Fires>,
    /// The tables whose rows are written to be filled; of the others none is.
    #[serde(default)]
    pub rewrites: Vec<Rewrites>,
    /// Whether raw SQL changes the schema, so that the views are compiled after it has run.
    pub raw: Option<Raw>,
    /// The tables of the base schema that are not the same when it is completed; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touched: Option<Vec<Ident>>,
    /// Whether rollback leaves something: raw SQL without `down`.
    #[serde(default)]
    pub stays: bool,
    /// The enum types that are in the version's schema while it is shown, until `complete`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<Ident>,
    /// Tables whose columns the new version calls, or has made, otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successions: Vec<Succession>,
    /// What the start makes, and the new version must not be without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// Whether something is made, or renamed, in the base schema, which wants CREATE there.
    #[serde(default)]
    pub creates: bool,
    /// What was there when the start began; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<Noted>,
}

/// Something of the users' own that fires for rows that the backfill writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fires {
    /// What: "the trigger `audit` on `orders`".
    pub what: String,
    /// What keeps it from firing, to be typed.
    pub remedy: String,
}

/// A table whose rows are written to be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewrites {
    /// Its name in the version.
    pub table: Name,
    /// About how many rows it has, where Postgres has counted them.
    pub rows: Option<u64>,
}

/// The phases of `start`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Makes room.
    pub expand: Vec<Step>,
    /// Fills it, at most one step per table.
    pub backfill: Vec<Step>,
    /// Everything slow or able to fail.
    pub settle: Vec<Step>,
    /// Makes it visible.
    pub activate: Vec<Step>,
}

/// What `complete` does: one transaction, and then the old views in batches.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Steps before anything is locked: they take locks of their own. Users' views go here, for
    /// whoever reads one locks it before the tables.
    #[serde(default)]
    pub opening: Vec<Step>,
    /// The relations that are locked before anything else, in this order.
    pub locks: Vec<QualifiedName>,
    /// What must be true, or nothing is done.
    pub guards: Vec<Guard>,
    /// Values of the old version that the new one does not take, which must have been mended.
    #[serde(default)]
    pub unmended: Vec<Unmended>,
    /// The columns that go and what is known to hang on them.
    pub doomed: Vec<Doomed>,
    /// What the steps drop and make again, which must be as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrying: Option<Carrying>,
    /// The steps of the transaction.
    pub steps: Vec<Step>,
    /// Steps after it, each in a transaction of its own.
    pub cleanup: Vec<Step>,
}

/// A column or table that `complete` drops, and every object known to go, or to have gone, with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doomed {
    /// The table.
    pub table: Ident,
    /// The column; none where the whole table goes.
    pub column: Option<Ident>,
    /// Names of indexes and constraints that are known to go with it.
    pub known: Vec<String>,
}

/// Values of the old version that a column of the new one does not take, and that go with `complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmended {
    /// The column, as the new version calls it.
    pub column: String,
    /// Finds the rows, by way of an index, and shows them.
    pub query: Sql,
}

/// A query that must find no row before `complete` does anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What it makes sure of.
    pub purpose: String,
    /// Finds what is in the way: its first column says it.
    pub query: Sql,
    /// Finds some of the rows that may be wrong for it, which reads the table.
    #[serde(default)]
    pub rows: Option<Sql>,
}

/// Raw SQL in a migration, which only Postgres can understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raw {
    /// It runs in expand; afterwards the catalog is read and the view steps are compiled.
    Expand,
    /// It runs in contract; afterwards the version's views are brought up to date.
    Contract,
    /// Some of it runs in expand and some in contract, and nothing else is in the migration.
    Both,
}

impl Raw {
    /// Whether it runs in expand.
    #[must_use]
    pub fn in_start(self) -> bool {
        self != Self::Contract
    }

    /// Whether it runs in contract.
    #[must_use]
    pub fn in_complete(self) -> bool {
        self != Self::Expand
    }
}

/// A phase of a migration's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Adds columns, tables, constraints, triggers.
    Expand,
    /// Fills the new columns.
    Backfill,
    /// Builds indexes, validates, proves.
    Settle,
    /// Opens the version schema.
    Activate,
    /// Both versions serve traffic.
    Live,
    /// Drops what only the old version needed.
    Contract,
    /// Takes the start back.
    Abort,
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Settle => "settle",
            Self::Activate => "activate",
            Self::Live => "live",
            Self::Contract => "contract",
            Self::Abort => "abort",
        })
    }
}

impl Start {
    /// The phases in order, each with its steps.
    #[must_use]
    pub fn phases(&self) -> [(Phase, &[Step]); 4] {
        [
            (Phase::Expand, &self.expand),
            (Phase::Backfill, &self.backfill),
            (Phase::Settle, &self.settle),
            (Phase::Activate, &self.activate),
        ]
    }

    /// How many steps come before step number `done` of `phase`, counted over all phases.
    #[must_use]
    pub fn position(&self, phase: Phase, done: usize) -> usize {
        let before = |(earlier, _): &(Phase, &[Step])| *earlier < phase;
        let steps = self.phases().into_iter().filter(before).map(|(_, steps)| steps.len());
        steps.sum::<usize>() + if phase < Phase::Live { done } else { 0 }
    }

    /// Every step, over all phases.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.expand.iter().chain(&self.backfill).chain(&self.settle).chain(&self.activate)
    }
}
