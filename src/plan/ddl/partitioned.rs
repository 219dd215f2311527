//! Keys and foreign keys of partitioned tables. Each partition gets its own first, beside the application; when the table's
//! own is made, Postgres finds those, and reads no row.

use super::super::{Lock, Step};
use crate::sql;
use crate::sql::{Body, Expression, Ident, Literal, QualifiedName, Sql, commas};

/// Makes the unique index of a partition its constraint, of the same name.
#[must_use]
pub fn add_partition_key(
    partition: &QualifiedName,
    index: &Ident,
    (kind, options): (&Expression, &Expression),
) -> Step {
    let step = super::add_constraint_using_index(partition, index, (kind, index, options));
    step.undone_by(drop_partition_constraint(partition, index))
}

/// Adds a foreign key to a partition, for rows written from now on.
#[must_use]
pub fn add_partition_foreign_key(
    partition: &QualifiedName,
    name: &Ident,
    columns: &[Ident],
    referenced: (&Expression, &[Ident]),
    options: &Expression,
) -> Step {
    let step = super::add_foreign_key(partition, name, columns, referenced, options);
    step.undone_by(drop_partition_constraint(partition, name))
}

/// Gives the table the constraint that all of these partitions, and no others, have. The lock is on the table, or, where
/// it is a foreign key, on the other one: triggers of the partitions' own go from there.
#[must_use]
pub fn take_over(
    table: &QualifiedName,
    name: &Ident,
    definition: &Sql,
    (partitions, locked): (&[&QualifiedName], &QualifiedName),
) -> Step {
    let purpose =
        format!("make `{}` of `{}` out of its partitions'", name.as_str(), table.name.as_str());
    let known = partitions.iter().map(|one| Literal::new(one.to_string()));
    let known = sql!(
        file "partition/known.sql",
        table = Literal::new(table.to_string()),
        partitions = commas(known),
    );
    let known = sql!("DO LANGUAGE plpgsql {b}", b = Body::new(known.as_str()));
    let add = sql!("ALTER TABLE {t} ADD CONSTRAINT {n} {d}", t = table, n = name, d = definition);
    Step::quiet(purpose, vec![known, add])
        .locking(Lock::AccessExclusive, locked)
        .undone_by(drop_partition_constraint(table, name))
}

/// Removes a constraint, if that is still to be done: with that of the table go those of its partitions.
fn drop_partition_constraint(table: &QualifiedName, name: &Ident) -> Step {
    let purpose = format!("drop the constraint `{}` of `{}`", name.as_str(), table.name.as_str());
    let (t, n) = (table, name);
    let drop = sql!("ALTER TABLE IF EXISTS {t} DROP CONSTRAINT IF EXISTS {n}", t = t, n = n);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}
