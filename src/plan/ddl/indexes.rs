//! Indexes, of partitioned tables too.

use super::super::{Action, Lock, Step, Work};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName};

/// Builds an index while reads and writes go on.
#[must_use]
pub(crate) fn create_index(
    table: &QualifiedName,
    name: &Ident,
    unique: bool,
    definition: &Expression,
) -> Step {
    let word = Expression::from_catalog(if unique { "UNIQUE " } else { "" });
    let statement = sql!(
        "CREATE {u}INDEX CONCURRENTLY {n} ON {t} {d}",
        u = word,
        n = name,
        t = table,
        d = definition,
    );
    let purpose = format!("build the index `{}` on `{}`", name.as_str(), table.name.as_str());
    let index = QualifiedName::new(&table.schema, name);
    let mut step = Step::quiet(purpose, Vec::new())
        .locking(Lock::ShareUpdateExclusive, table)
        .working(Work::Scan)
        .undone_by(drop_index(table, &index));
    step.action = Action::Outside { statement, index };
    step
}

/// Drops an index while reads and writes go on.
#[must_use]
pub(crate) fn drop_index(table: &QualifiedName, index: &QualifiedName) -> Step {
    // IF EXISTS, for the step cannot be in one transaction with the note that it was done.
    let statement = sql!("DROP INDEX CONCURRENTLY IF EXISTS {i}", i = index);
    let purpose = format!("drop the index `{}`", index.name.as_str());
    let mut step = Step::quiet(purpose, Vec::new()).locking(Lock::ShareUpdateExclusive, table);
    step.action = Action::Outside { statement, index: index.clone() };
    step
}

/// Drops an index in a transaction, with the indexes of partitions that are attached to it.
#[must_use]
pub(crate) fn drop_index_at_once(table: &QualifiedName, index: &QualifiedName) -> Step {
    let purpose = format!("drop the index `{}`", index.name.as_str());
    Step::quiet(purpose, vec![sql!("DROP INDEX {i}", i = index)])
        .locking(Lock::AccessExclusive, table)
}

/// Makes the index of a partitioned table, which holds nothing and is not valid until one of each
/// partition is attached.
#[must_use]
pub(crate) fn create_partitioned_index(
    table: &QualifiedName,
    name: &Ident,
    unique: bool,
    definition: &Expression,
) -> Step {
    let create = sql!(
        "CREATE {u}INDEX {n} ON ONLY {t} {d}",
        u = Expression::from_catalog(if unique { "UNIQUE " } else { "" }),
        n = name,
        t = table,
        d = definition,
    );
    let purpose = format!("make the index `{}` of `{}`", name.as_str(), table.name.as_str());
    Step::quiet(purpose, vec![create])
        .locking(Lock::Share, table)
        .undone_by(drop_partitioned_index(table, &QualifiedName::new(&table.schema, name)))
}

/// Drops the index of a partitioned table, with those attached to it, if that is still to be done.
fn drop_partitioned_index(table: &QualifiedName, index: &QualifiedName) -> Step {
    let purpose = format!("drop the index `{}`", index.name.as_str());
    Step::quiet(purpose, vec![sql!("DROP INDEX IF EXISTS {i}", i = index)])
        .locking(Lock::AccessExclusive, table)
}

/// Attaches the index of a partition to that of its parent. An attached index cannot be dropped by
/// itself, so that the undo drops the whole.
#[must_use]
pub(crate) fn attach_index(
    (table, index): (&QualifiedName, &QualifiedName),
    attached: &QualifiedName,
) -> Step {
    let purpose = format!("attach the index `{}`", attached.name.as_str());
    let attach = sql!("ALTER INDEX {i} ATTACH PARTITION {a}", i = index, a = attached);
    Step::quiet(purpose, vec![attach])
        .locking(Lock::AccessExclusive, attached)
        .undone_by(drop_partitioned_index(table, index))
}

/// Gives an index another name.
#[must_use]
pub(crate) fn rename_index(table: &QualifiedName, from: &Ident, to: &Ident) -> Step {
    let index = QualifiedName::new(&table.schema, from);
    let purpose = format!("name the index `{}`", to.as_str());
    Step::quiet(purpose, vec![sql!("ALTER INDEX {i} RENAME TO {b}", i = index, b = to)])
        .locking(Lock::ShareUpdateExclusive, &index)
}

/// Gives the index of a partition another name, if the partition is still there.
#[must_use]
pub(crate) fn rename_partition_index(partition: &QualifiedName, from: &Ident, to: &Ident) -> Step {
    let index = QualifiedName::new(&partition.schema, from);
    let rename = sql!("ALTER INDEX IF EXISTS {i} RENAME TO {b}", i = index, b = to);
    let purpose = format!("name the index `{}`", to.as_str());
    Step::quiet(purpose, vec![rename]).locking(Lock::ShareUpdateExclusive, &index)
}

/// Gives a column of an index another name; Postgres keeps the one that it was built with.
#[must_use]
pub(crate) fn rename_index_column(
    table: &QualifiedName,
    index: &Ident,
    from: &Ident,
    to: &Ident,
) -> Step {
    let purpose = format!("name the column of the index `{}`", index.as_str());
    let index = QualifiedName::new(&table.schema, index);
    // ALTER INDEX has no form for it, but to ALTER TABLE an index is a table.
    let rename = sql!("ALTER TABLE {i} RENAME COLUMN {a} TO {b}", i = index, a = from, b = to);
    Step::quiet(purpose, vec![rename]).locking(Lock::AccessExclusive, &index)
}
