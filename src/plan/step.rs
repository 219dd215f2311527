//! One step, and what a reader must know before it runs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

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
    /// The column that it adds to that relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
    /// How much it does.
    pub work: Work,
    /// How it is taken back; none where the undo of an earlier step takes it along.
    pub undo: Option<Box<Step>>,
    /// Finds rows that make the step fail, to name them when it does.
    pub culprits: Option<Sql>,
    /// Whether it is SQL of the user's: where that fails for good, nothing of ours waits for it.
    #[serde(default)]
    pub is_users: bool,
    /// Whether it may be done at the same time as its neighbours that may, too: none of them touches what
    /// another one does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_apart: bool,
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
    /// Statements of the user's outside of transactions, one by one. When they were interrupted, all
    /// of them run again.
    Alone(Vec<Sql>),
    /// Fills the new columns of a table.
    Backfill(Backfill),
    /// The proof: finds a row whose new columns are not what `up` makes of it.
    Prove {
        /// Finds such rows.
        query: Option<Sql>,
        /// Finds rows that may have been missed where that cannot be told, for `up` is different each
        /// time: rows with NULL, where `up` now gives something. They are filled once more.
        #[serde(default)]
        unsure: Option<Sql>,
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
    /// One batch; takes the first place and the one behind the last as text of a `tid`, and whether
    /// all rows are filled, or every other one.
    pub batch: Sql,
    /// Shows one row, by its `tid`.
    pub row: Sql,
    /// The columns, to find the one at fault.
    #[serde(default)]
    pub columns: Vec<Filled>,
    /// Where the rows are in partitions, the same for each of those: which they are is found out
    /// when the step runs, for partitions come and go.
    #[serde(default)]
    pub partitions: Option<PartitionBackfill>,
}

/// A column that is filled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// The table and the column, as the new version calls them: "`users.age`".
    pub column: String,
    /// The column as the table has it; not in plans of before there was this.
    #[serde(default)]
    pub storage: String,
    /// What it is filled with, as the file says it.
    pub with: String,
    /// Fills it alone in one row, by its `tid`: what belongs behind `UPDATE ONLY` and the table.
    pub update: Sql,
}

impl Backfill {
    /// Fills one column in one row, by its `tid`.
    #[must_use]
    pub fn alone(&self, column: &Filled) -> Sql {
        sql!("UPDATE ONLY {t} {u}", t = self.table, u = column.update)
    }
}

/// How the rows of a partition are filled: as [`Backfill`], the statements in two pieces, between
/// which the partition's name belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartitionBackfill {
    /// One batch.
    pub batch: [Sql; 2],
    /// Shows one row.
    pub row: [Sql; 2],
    /// The columns.
    #[serde(default)]
    pub columns: Vec<Filled>,
}

impl PartitionBackfill {
    /// The backfill of one partition.
    #[must_use]
    pub fn of(&self, partition: &QualifiedName) -> Backfill {
        let on = |[before, behind]: &[Sql; 2]| {
            sql!("{a} {t} {b}", a = before, t = partition, b = behind)
        };
        Backfill {
            table: partition.clone(),
            batch: on(&self.batch),
            row: on(&self.row),
            columns: self.columns.clone(),
            partitions: None,
        }
    }
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
    /// As CREATE INDEX: writes wait.
    Share,
    /// Writes wait, and others who take it.
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
            Self::Share => "SHARE",
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
            column: None,
            is_users: false,
            is_apart: false,
        }
    }

    /// The same step, done at the same time as its neighbours.
    pub(crate) fn apart(mut self) -> Self {
        self.is_apart = true;
        self
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
            Action::Inside(statements) | Action::Alone(statements) => statements.iter().collect(),
            Action::Outside { statement, .. } => vec![statement],
            Action::Backfill(backfill) => vec![&backfill.batch],
            Action::Prove { query, unsure, .. } => unsure.iter().chain(query).collect(),
            Action::Refuse { query, .. } => vec![query],
        }
    }
}
