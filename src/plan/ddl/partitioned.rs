//! Keys and foreign keys of partitioned tables. Each partition gets its own first, beside the application; when the table's
//! own is made, Postgres finds those, and reads no row.

use super::super::{Action, Guard, Lock, Step};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Separated, Sql, commas};

/// Makes the unique index of a partition its constraint, of the same name.
#[must_use]
pub(crate) fn add_partition_key(
    partition: &QualifiedName,
    index: &Ident,
    (kind, options): (&Expression, &Expression),
) -> Step {
    let step = super::add_constraint_using_index(partition, index, (kind, index, options));
    step.undone_by(drop_partition_constraint(partition, index))
}

/// Adds a foreign key to a partition, for rows written from now on.
#[must_use]
pub(crate) fn add_partition_foreign_key(
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
pub(crate) fn take_over(
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
    let known = super::anonymous_block(&known);
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

/// The columns of a key, and those that it INCLUDEs.
type Columns<'a> = (&'a [Ident], &'a [Ident]);

/// Gives the table a primary key out of unique indexes that its partitions have on these columns, in the place of the one
/// that went. A partition that has none gets one here: it is empty, as [`lacks_primary_key`] has seen.
#[must_use]
pub(crate) fn succeed_partitioned_primary_key(
    table: &QualifiedName,
    name: &Ident,
    (columns, deferral): (Columns<'_>, &Expression),
    names: &[(&QualifiedName, Ident)],
) -> Step {
    let purpose =
        format!("make `{}` of `{}` out of its partitions'", name.as_str(), table.name.as_str());
    let (partitions, names) = texts(names);
    let keys = sql!(
        file "partition/primary_keys.sql",
        table = Literal::new(table.to_string()),
        fit = fit_for_primary_key(columns),
        partitions = commas(partitions),
        names = commas(names),
        deferral = Literal::new(deferral.as_str()),
    );
    let keys = super::anonymous_block(&keys);
    let include = match columns.1 {
        [] => sql!(""),
        included => sql!(" INCLUDE ({i})", i = commas(included)),
    };
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} PRIMARY KEY ({c}){i}{d}",
        t = table,
        n = name,
        c = commas(columns.0),
        i = include,
        d = deferral,
    );
    Step::quiet(purpose, vec![keys, add]).locking(Lock::AccessExclusive, table)
}

/// Sees that partitions with rows have the unique index that becomes their primary key.
#[must_use]
pub(crate) fn lacks_primary_key(
    table: &QualifiedName,
    columns: Columns<'_>,
    definition: &Expression,
) -> Guard {
    Guard {
        purpose: format!("partitions of `{}` can have their primary key", table.name.as_str()),
        query: sql!(
            file "partition/lacking.sql",
            table = Literal::new(table.to_string()),
            fit = fit_for_primary_key(columns),
            definition = Literal::new(definition.as_str()),
        ),
        rows: None,
    }
}

/// The indexes of a partition, `leaf`, that can become its primary key.
fn fit_for_primary_key((keys, included): Columns<'_>) -> Sql {
    let columns = keys.iter().chain(included);
    sql!(
        file "partition/fit_for_primary_key.sql",
        keys = Literal::new(keys.len().to_string()),
        columns = commas(columns.map(|column| Literal::new(column.as_str()))),
    )
}

/// Names the parts of an index that Postgres itself called after columns that had other names then.
#[must_use]
pub(crate) fn name_other_partition_indexes(
    table: &QualifiedName,
    index: &Ident,
    names: &[(&QualifiedName, Ident)],
) -> Step {
    let purpose = format!("name what Postgres made for partitions along with `{}`", index.as_str());
    let index = QualifiedName::new(&table.schema, index);
    let (partitions, names) = texts(names);
    let rename = sql!(
        file "partition/index_names.sql",
        index = Literal::new(index.to_string()),
        partitions = commas(partitions),
        names = commas(names),
    );
    let rename = super::anonymous_block(&rename);
    Step::quiet(purpose, vec![rename]).locking(Lock::ShareUpdateExclusive, &index)
}

/// Calls the foreign keys of partitions, and to partitions, after that of the table, which was built under another name.
#[must_use]
pub(crate) fn name_partition_foreign_keys(
    table: &QualifiedName,
    built: &Ident,
    name: &Ident,
) -> Step {
    let purpose = format!("name the foreign keys of partitions after `{}`", name.as_str());
    let rename = sql!(
        file "partition/foreign_key_names.sql",
        table = Literal::new(table.to_string()),
        built = Literal::new(built.as_str()),
        name = Literal::new(name.as_str()),
    );
    let rename = super::anonymous_block(&rename);
    Step::quiet(purpose, vec![rename]).locking(Lock::AccessExclusive, table)
}

/// Gives a column that takes another one's place its default, and does so on the partitions on which the other one has
/// a default, too.
#[must_use]
pub(crate) fn hand_default_on(
    table: &QualifiedName,
    (old, new): (&Ident, &Ident),
    default: &Expression,
) -> Step {
    let take_off = sql!(
        file "partition/without_default.sql",
        table = Literal::new(table.to_string()),
        old = Literal::new(old.as_str()),
        new = Literal::new(new.as_str()),
    );
    let mut step = super::set_default(table, new, Some(default));
    step.action = Action::Inside(
        step.statements().into_iter().cloned().chain([super::anonymous_block(&take_off)]).collect(),
    );
    step
}

/// Has a copy take the place of an index that the partition has by itself, by these steps, if it is still a partition of
/// the table.
#[must_use]
pub(crate) fn settle_own_index(
    table: &QualifiedName,
    partition: &QualifiedName,
    name: &Ident,
    steps: &[Step],
) -> Step {
    let (name, of) = (name.as_str(), partition.name.as_str());
    let settle = sql!(
        file "partition/own_index.sql",
        table = Literal::new(table.to_string()),
        partition = Literal::new(partition.to_string()),
        statements = Separated::by(";\n    ", steps.iter().flat_map(Step::statements)),
    );
    let settle = super::anonymous_block(&settle);
    let mut step = Step::quiet(format!("give the partition `{of}` its own `{name}`"), vec![settle]);
    if let Some(strongest) = steps.iter().max_by_key(|one| one.lock) {
        step.lock = strongest.lock;
        step.relation.clone_from(&strongest.relation);
    }
    step
}

fn texts(names: &[(&QualifiedName, Ident)]) -> (Vec<Literal>, Vec<Literal>) {
    let text = |(table, name): &(&QualifiedName, Ident)| {
        (Literal::new(table.to_string()), Literal::new(name.as_str()))
    };
    names.iter().map(text).unzip()
}
