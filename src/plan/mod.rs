//! What a migration will do, as data, decided before anything is touched.
//!
//! The dry run, the execution, its progress, the resumption and the rollback all read one [`Plan`].
//! Rollback is never written: it is the undo of every step that was done, last first.

pub mod ddl;
pub mod names;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::schema::TableOrder;
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
    /// The steps of `start` before `activate`, by phase, and `activate` itself.
    pub start: Start,
    /// What `complete` does.
    pub contract: Contract,
    /// The order in which applications see each table's columns: kept with the version.
    pub order: Vec<TableOrder>,
    /// What the reader should know before agreeing.
    pub notes: Vec<String>,
    /// Whether raw SQL changes the schema, so that the views are compiled after it has run.
    pub raw: Option<Raw>,
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
    /// The relations that are locked before anything else, in this order.
    pub locks: Vec<QualifiedName>,
    /// What must be true, or nothing is done.
    pub guards: Vec<Guard>,
    /// The columns that go and what is known to hang on them.
    pub doomed: Vec<Doomed>,
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

/// A query that must find no row before `complete` does anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What it makes sure of.
    pub purpose: String,
    /// Finds what is in the way: its first column says it.
    pub query: Sql,
}

/// Raw SQL in a migration, which only Postgres can understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raw {
    /// It runs in expand; afterwards the catalog is read and the view steps are compiled.
    Expand,
    /// It runs in contract; afterwards the version's views are brought up to date.
    Contract,
}

/// One step, and what a reader must know before it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it is for: "add column `email` to `users`".
    pub purpose: String,
    /// What is done.
    pub action: Action,
    /// The strongest lock it takes on something that applications use.
    pub lock: Lock,
    /// The relation that the lock is on.
    pub relation: Option<QualifiedName>,
    /// How much it does.
    pub work: Work,
    /// How it is taken back; none where the undo of an earlier step takes it along.
    pub undo: Option<Box<Step>>,
    /// Finds rows that make the step fail, to name them when it does.
    pub culprits: Option<Sql>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Statements in one transaction, the one that moves the cursor.
    Inside(Vec<Sql>),
    /// One statement that Postgres refuses in a transaction.
    Outside {
        /// The statement.
        statement: Sql,
        /// The index that it builds or drops.
        index: QualifiedName,
    },
    /// Fills the new columns of a table.
    Backfill(Backfill),
    /// The proof: finds a row whose new columns are not what `up` makes of it.
    Prove {
        /// Finds such rows.
        query: Sql,
        /// Fills them again, when the rows moved under the backfill.
        backfill: Backfill,
    },
    /// Must find no row, or the start is refused.
    Refuse {
        /// Finds rows that are in the way.
        query: Sql,
        /// What is wrong with them.
        because: String,
    },
}

/// How the rows of one table are filled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backfill {
    /// The table.
    pub table: QualifiedName,
    /// One batch; takes the first block and the one behind the last as `tid` parameters.
    pub batch: Sql,
}

/// Table-level locks, weakest first (manual, section 13.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// Nothing that applications use is locked.
    None,
    /// As SELECT.
    AccessShare,
    /// As INSERT, UPDATE, DELETE.
    RowExclusive,
    /// As VACUUM, VALIDATE, CREATE INDEX CONCURRENTLY: reads and writes go on.
    ShareUpdateExclusive,
    /// Writes wait.
    ShareRowExclusive,
    /// Everything waits.
    AccessExclusive,
}

impl fmt::Display for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "no lock",
            Self::AccessShare => "ACCESS SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// How much a step does while it holds its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Changes the catalog only: milliseconds, whatever the table's size.
    Catalog,
    /// Reads the table.
    Scan,
    /// Writes its rows.
    Rewrite,
}

impl fmt::Display for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Catalog => "catalog only",
            Self::Scan => "reads the table",
            Self::Rewrite => "writes rows",
        })
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

impl Step {
    /// A step in a transaction of its own that locks nothing which applications use.
    pub(crate) fn quiet(purpose: impl Into<String>, statements: Vec<Sql>) -> Self {
        Self {
            purpose: purpose.into(),
            action: Action::Inside(statements),
            lock: Lock::None,
            relation: None,
            work: Work::Catalog,
            undo: None,
            culprits: None,
        }
    }

    /// The same step with a lock on a relation.
    pub(crate) fn locking(mut self, lock: Lock, relation: &QualifiedName) -> Self {
        self.lock = lock;
        self.relation = Some(relation.clone());
        self
    }

    /// The same step with what it does while it holds the lock.
    pub(crate) fn working(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// The same step with its undo.
    pub(crate) fn undone_by(mut self, undo: Self) -> Self {
        self.undo = Some(Box::new(undo));
        self
    }

    /// The same step with the query that names the rows which make it fail.
    pub(crate) fn blaming(mut self, culprits: Sql) -> Self {
        self.culprits = Some(culprits);
        self
    }

    /// Every statement of the step, as it is sent.
    #[must_use]
    pub fn statements(&self) -> Vec<&Sql> {
        match &self.action {
            Action::Inside(statements) => statements.iter().collect(),
            Action::Outside { statement, .. } => vec![statement],
            Action::Backfill(backfill) => vec![&backfill.batch],
            Action::Prove { query, .. } | Action::Refuse { query, .. } => vec![query],
        }
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
