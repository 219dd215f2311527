//! What a statement has become, as long as statements behind it may still be folded into it.

use std::collections::BTreeSet;

use super::update::Update;
use crate::operation::{Operation, RunSql};
use crate::schema::Name;

/// An operation in the making.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) operation: Operation,
    /// The line where its statement begins.
    pub(super) line: usize,
    /// What there is to know of it.
    pub(super) notes: Vec<String>,
    /// The relations that its statement names.
    pub(super) reads: BTreeSet<String>,
    /// What is known of its SQL, where it stays SQL.
    pub(super) raw: Option<Raw>,
}

/// What is known of SQL that stays as it is.
#[derive(Debug)]
pub(super) struct Raw {
    /// Whether it only makes objects that nobody uses yet, so that it may run first of all.
    pub(super) makes_objects: bool,
    /// Whether it may read and write what it does not name.
    pub(super) touches_anything: bool,
    /// Whether operations before and behind it do not care.
    pub(super) commutes: bool,
    /// Whether it takes away or renames what a version may show.
    pub(super) breaks_views: bool,
    /// Whether it fills columns of a table, which may become an `up`.
    pub(super) update: Option<Update>,
}

impl Item {
    /// Whether it is about this table, or may be.
    pub(super) fn touches(&self, table: &str) -> bool {
        self.reads.contains(table) || self.raw.as_ref().is_some_and(|raw| raw.touches_anything)
    }

    /// Whether it makes something that an expression may use.
    pub(super) fn makes_objects(&self) -> bool {
        match &self.raw {
            Some(raw) => raw.makes_objects,
            None => matches!(
                self.operation,
                Operation::CreateEnum(_)
                    | Operation::CreateFunction(_)
                    | Operation::AddEnumValue(_)
            ),
        }
    }
}

/// The table that an operation is about, which the grammar's list of a statement's tables may lack.
pub(super) fn about(operation: &Operation) -> Option<&Name> {
    Some(match operation {
        Operation::CreateTable(one) => &one.name,
        Operation::DropTable(one) => &one.name,
        Operation::RenameTable(one) => &one.from,
        Operation::AddColumn(one) => &one.table,
        Operation::AlterColumn(one) => &one.table,
        Operation::RenameColumn(one) => &one.table,
        Operation::DropColumn(one) => &one.table,
        Operation::CreateIndex(one) => &one.table,
        Operation::CreateConstraint(one) => &one.table,
        Operation::DropConstraint(one) => &one.table,
        Operation::RenameConstraint(one) => &one.table,
        Operation::SetReplicaIdentity(one) => &one.table,
        _ => return None,
    })
}

/// SQL that runs in `start`, in a transaction.
pub(super) fn sql(up: impl Into<String>) -> RunSql {
    RunSql { up: up.into(), down: None, on_complete: false, phase: None, transaction: true }
}
