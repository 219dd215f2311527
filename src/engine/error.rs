//! Why a command did not do what was asked: whose fault it is, and what is true now.

use std::fmt::Display;

use super::adopt::AdoptError;
use super::cause::Cause;
use super::directory::DirectoryError;
use super::drift::told;
use crate::database::{Blocker, Error as DatabaseError, ReadOnly};
use crate::ledger::LedgerError;
use crate::lifecycle::Refusal;
use crate::operation::Rejection;
use crate::plan::Fires;
use crate::schema::{Change, diff};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The migration cannot be planned. Nothing has changed.
    #[error("the migration `{migration}` cannot be planned; nothing has changed")]
    Rejected {
        /// Its name; of several that were to be started as one, the last one's.
        migration: String,
        /// The names of all that were to be started as one, in order.
        together: Vec<String>,
        /// Everything that is wrong. Operations are counted through all of them.
        rejections: Vec<Rejection>,
    },
    /// What a directory holds cannot be run as it is. Nothing has changed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// What another tool has left cannot be adopted. Nothing has changed.
    #[error(transparent)]
    Adopt(#[from] AdoptError),
    /// The state does not allow it. Nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else is at it.
    #[error("another operator is working on the schema `{schema}`; nothing has changed")]
    AnotherOperator {
        /// The base schema.
        schema: String,
    },
    /// The session takes no writes.
    #[error("{}; nothing has changed", .0.reason())]
    ReadOnly(ReadOnly),
    /// What the base schema, or a version, has lost or become since the start.
    #[error(
        "the schema was altered since the start, and `{command}` cannot go on; nothing has changed{}",
        list(found)
    )]
    Altered {
        /// The command.
        command: &'static str,
        /// What is other than the plan has left it.
        found: Vec<String>,
    },
    /// What an undo was to undo has got another name while it was on its way.
    #[error("a table was altered during the undo; what is undone stays so{}", list(found))]
    AlteredMeanwhile {
        /// What is other than the plan has left it.
        found: Vec<String>,
    },
    /// Others have changed the base schema, and such a start was to be refused.
    #[error("{}; nothing has changed\n{}", told(base_schema, since.as_deref()), diff(since.as_deref(), changes))]
    Drifted {
        /// The base schema.
        base_schema: String,
        /// The migration that was completed last when the schema was described.
        since: Option<String>,
        /// What differs.
        changes: Vec<Change>,
    },
    /// The role may not make what a migration needs.
    #[error("the role lacks what a migration needs; nothing has changed{}", list(found))]
    MayNot {
        /// What it may not.
        found: Vec<String>,
        /// The statements that allow it to.
        grants: Vec<String>,
    },
    /// More of a start is there than the ledger says.
    #[error(
        "the ledger says less of this start than has happened; nothing has changed. There are already{}",
        list(found)
    )]
    LedgerBehind {
        /// What is there.
        found: Vec<String>,
    },
    /// Replicas cannot be waited for as it was asked.
    #[error("replicas cannot be waited for: {reason}; nothing has changed")]
    Unwatchable {
        /// Why.
        reason: String,
    },
    /// Replicas have not replayed in time what a command did.
    #[error("{done}, but after {waited} replicas have not replayed it{}", list(behind))]
    ReplicasBehind {
        /// What is done.
        done: String,
        /// The command that did it, and that waits again.
        again: &'static str,
        /// For how long they were waited for, for people.
        waited: String,
        /// The replicas, and how far behind each is.
        behind: Vec<String>,
    },
    /// There is no such schema.
    #[error("there is no schema `{schema}` in the database; nothing has changed")]
    NoSchema {
        /// Its name.
        schema: String,
    },
    /// The version schema's name is taken.
    #[error("there is a schema `{schema}` already; nothing has changed")]
    SchemaTaken {
        /// Its name.
        schema: String,
    },
    /// The data, or the database, does not allow the migration; the start took itself back.
    #[error(
        "the start failed: {purpose}\n  {cause}{}\neverything is as it was before the start{}",
        list(rows),
        if *stays { ", but for what the migration's own SQL did" } else { "" }
    )]
    StartUndone {
        /// The step that failed.
        purpose: String,
        /// Why.
        #[source]
        cause: Box<Cause>,
        /// Rows that are at fault.
        rows: Vec<String>,
        /// Whether SQL of the user's has run that could not be taken back.
        stays: bool,
    },
    /// A gauge, or what else was to be looked at, showed a critical level, and the start took itself back.
    #[error(
        "the start was aborted: {reason}\neverything is as it was before the start{}",
        if *stays { ", but for what the migration's own SQL did" } else { "" }
    )]
    StartAborted {
        /// What was beyond which level.
        reason: String,
        /// Whether SQL of the user's has run that could not be taken back.
        stays: bool,
    },
    /// What the backfill is to be throttled by cannot be looked at.
    #[error("the backfill cannot be throttled by `{setting}`: {reason}; nothing has changed")]
    Unthrottled {
        /// The gauge, or the setting.
        setting: String,
        /// Why.
        reason: String,
    },
    /// As [`Error::StartUndone`], but the start stays where it is, as was asked for.
    #[error(
        "the start failed, and stays where it is: {purpose}\n  {cause}{}\nthe old version goes on{}",
        list(rows),
        if rows.is_empty() {
            ""
        } else {
            "; until such rows are mended, or the start is taken back, its writes to them may fail alike"
        }
    )]
    StartKept {
        /// The step that failed.
        purpose: String,
        /// Why.
        #[source]
        cause: Box<Cause>,
        /// Rows that are at fault.
        rows: Vec<String>,
    },
    /// What is the users' own would fire for rows that the backfill writes.
    #[error("the backfill would have these fire; nothing has changed{}", list(found.iter().map(|fires| &fires.what)))]
    WouldFire {
        /// What, and how it is kept from it.
        found: Vec<Fires>,
    },
    /// SQL of the user's failed at the end of a command, which did everything else.
    #[error("{done}, but the migration's own SQL failed\n  {cause}")]
    SqlFailed {
        /// What is done.
        done: &'static str,
        /// Why it failed.
        #[source]
        cause: Box<Cause>,
    },
    /// As [`Error::StartUndone`], and the undo failed, too.
    #[error("the start failed: {purpose}\n  {cause}\nand taking it back failed: {undo}")]
    UndoFailed {
        /// The step that failed.
        purpose: String,
        /// Why.
        #[source]
        cause: Box<Cause>,
        /// Why it could not be undone.
        undo: Box<Error>,
    },
    /// A step of `rollback`, or of `complete` behind its transaction, failed.
    #[error("a step failed: {purpose}\n  {cause}")]
    StepFailed {
        /// The step.
        purpose: String,
        /// Why.
        #[source]
        cause: Box<Cause>,
    },
    /// A lock was not to be had.
    #[error("gave up after {tries} tries: {purpose}\n  {source}{}", list(blockers))]
    Blocked {
        /// The step.
        purpose: String,
        /// How often it was tried.
        tries: u32,
        /// Who holds the lock.
        blockers: Vec<Blocker>,
        /// What Postgres said.
        source: DatabaseError,
    },
    /// A step failed for a reason that may pass.
    #[error("a step failed: {purpose}\n  {source}")]
    Interrupted {
        /// The step.
        purpose: String,
        /// What Postgres said.
        source: DatabaseError,
    },
    /// `complete` found something in the way; the old version is still there and serving.
    #[error(
        "`complete` would destroy or break what the plan does not know; nothing has changed{}{}",
        list(found),
        list(rows_apart)
    )]
    InTheWay {
        /// What.
        found: Vec<String>,
        /// Rows on which the versions do not agree, for sync was kept from its work.
        rows_apart: Vec<String>,
    },
    /// `complete` would lose values of the old version that checks of the new one refuse.
    #[error(
        "`complete` would lose values that only the old version has, for checks of the new one \
         refuse them; nothing has changed, and both versions serve{}",
        list(found)
    )]
    WouldLose {
        /// Some of the rows, with the columns that do not take their values.
        found: Vec<String>,
    },
    /// The transaction of `complete` failed.
    #[error("`complete` failed; nothing has changed, and both versions serve\n  {source}")]
    NotContracted {
        /// What Postgres said.
        source: DatabaseError,
    },
    /// A step cannot succeed. Commands make of it what that means for them, as [`Error::StartUndone`].
    #[error("{cause}{}", list(rows))]
    Hopeless {
        /// Why.
        #[source]
        cause: Box<Cause>,
        /// Rows that are at fault.
        rows: Vec<String>,
    },
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(LedgerError),
    /// The database refused, or is gone.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Each on a line of its own, behind a message.
pub(super) fn list(lines: impl IntoIterator<Item: Display>) -> String {
    lines.into_iter().map(|line| format!("\n    {line}")).collect()
}

impl From<LedgerError> for Error {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(error) => Self::Database(error),
            other => Self::Ledger(other),
        }
    }
}
