//! The one page that knows which lock each DDL statement takes and how much it does while it holds
//! it (manual, sections 13.3.1 and the pages of the commands; checked against 14 to 18 by
//! `tests/locks.rs`).

mod attributes;
mod dependents;
mod partitioned;
mod sequences;

use super::{Action, Lock, Step, Work};
use crate::schema::{Column, Generated, Name, ReplicaIdentity};
use crate::sql;
use crate::sql::{Body, Expression, Ident, Literal, QualifiedName, Sql, commas};

pub(crate) use attributes::{
    Proven, add_not_null, add_unproven_not_null, analyze, check_not_null, cluster_on,
    comment_on_constraint, comment_on_index, create_statistics, keep_from_heirs, rename_statistics,
    set_index_statistics, settle_not_null,
};
pub(crate) use dependents::{drop_dependent, lock_view, make_dependent};
pub(crate) use partitioned::{
    add_partition_foreign_key, add_partition_key, lacks_primary_key, name_other_partition_indexes,
    name_partition_foreign_keys, succeed_partitioned_primary_key, take_over,
};
pub(crate) use sequences::{
    add_identity, create_sequence, own_sequence, put_sequence_aside, remember_sequence,
    retype_sequence,
};

/// Whether a new column is the same for every row that is there: then no row is touched.
#[derive(Debug, Clone)]
pub(crate) struct Constant {
    /// The value.
    pub value: Sql,
    /// The name of the column's NOT NULL, where it has one from the first day.
    pub not_null: Option<Ident>,
}

/// The column's name, type and collation, as in CREATE TABLE.
fn definition(column: &Column) -> Sql {
    match &column.collation {
        None => sql!("{n} {t}", n = column.storage, t = column.type_name),
        Some(collation) => {
            sql!("{n} {t} COLLATE {c}", n = column.storage, t = column.type_name, c = collation)
        }
    }
}

/// Adds a column; no row is touched, as Postgres keeps a constant default in the catalog.
#[must_use]
pub(crate) fn add_column(
    table: &QualifiedName,
    column: &Column,
    constant: Option<&Constant>,
) -> Step {
    let definition = definition(column);
    let add = match constant {
        // A default of the type would pass for what somebody wrote.
        None if column.type_default => {
            sql!("ALTER TABLE {t} ADD COLUMN {d} DEFAULT NULL", t = table, d = definition)
        }
        None => match &column.generated {
            Some(Generated::Virtual(expression)) => sql!(
                "ALTER TABLE {t} ADD COLUMN {d} GENERATED ALWAYS AS ({e}) VIRTUAL",
                t = table,
                d = definition,
                e = expression,
            ),
            _ => sql!("ALTER TABLE {t} ADD COLUMN {d}", t = table, d = definition),
        },
        Some(Constant { value, not_null }) => {
            let not_null = match not_null {
                None => sql!(""),
                Some(name) => sql!(" CONSTRAINT {n} NOT NULL", n = name),
            };
            sql!(
                "ALTER TABLE {t} ADD COLUMN {d}{n} DEFAULT {v}",
                t = table,
                d = definition,
                n = not_null,
                v = value,
            )
        }
    };
    let mut statements = vec![add];
    let name = &column.storage;
    let mut alter = |what: Sql| {
        statements.push(sql!(
            "ALTER TABLE {t} ALTER COLUMN {c} {w}",
            t = table,
            c = name,
            w = what
        ));
    };
    if let Some(mode) = &column.storage_mode {
        alter(sql!("SET STORAGE {m}", m = mode));
    }
    if let Some(method) = &column.compression {
        alter(sql!("SET COMPRESSION {m}", m = method));
    }
    if let Some(target) = column.statistics {
        alter(sql!("SET STATISTICS {n}", n = target));
    }
    if let Some(options) = &column.options {
        alter(sql!("SET ({o})", o = options));
    }
    let purpose = format!("add the column `{}` to `{}`", name.as_str(), table.name.as_str());
    let step = Step::quiet(purpose, statements)
        .locking(Lock::AccessExclusive, table)
        .undone_by(drop_column(table, name));
    Step { column: Some(name.clone()), ..step }
}

/// Removes a column; its space is given back as rows are rewritten.
#[must_use]
pub(crate) fn drop_column(table: &QualifiedName, column: &Ident) -> Step {
    let purpose = format!("drop the column `{}` of `{}`", column.as_str(), table.name.as_str());
    Step::quiet(purpose, vec![drop_statement(table, column)]).locking(Lock::AccessExclusive, table)
}

fn drop_statement(table: &QualifiedName, column: &Ident) -> Sql {
    sql!("ALTER TABLE {t} DROP COLUMN {c}", t = table, c = column)
}

/// Takes the default off a column that was added with a constant one. There is nothing to undo: the column goes
/// together with the sync trigger, to which a value in it means that the new version wrote the row.
#[must_use]
pub(crate) fn drop_constant(table: &QualifiedName, column: &Column) -> Step {
    let is_of_type = column.type_default;
    let column = &column.storage;
    let purpose =
        format!("take the default off `{}` of `{}`", column.as_str(), table.name.as_str());
    let drop = match is_of_type {
        true => sql!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT NULL", t = table, c = column),
        false => sql!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT", t = table, c = column),
    };
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}

/// Gives a column a default, or none.
#[must_use]
pub(crate) fn set_default(
    table: &QualifiedName,
    column: &Ident,
    default: Option<&Expression>,
) -> Step {
    let purpose = format!("set the default of `{}`", column.as_str());
    let set = match default {
        None => sql!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT", t = table, c = column),
        Some(default) => {
            let d = default;
            sql!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {d}", t = table, c = column, d = d)
        }
    };
    Step::quiet(purpose, vec![set]).locking(Lock::AccessExclusive, table)
}

/// Takes the default off a column of a version's view, which then has the table's.
#[must_use]
pub(crate) fn drop_default_of_view(view: &QualifiedName, column: &Ident) -> Step {
    let (v, c) = (view, column);
    let purpose =
        format!("let the view of `{}` have no default of `{}`", v.name.as_str(), c.as_str());
    let drop = sql!("ALTER VIEW {v} ALTER COLUMN {c} DROP DEFAULT", v = v, c = c);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, view)
}

/// Adds a CHECK for rows written from now on.
#[must_use]
pub(crate) fn add_check(table: &QualifiedName, name: &Ident, definition: &Expression) -> Step {
    let purpose = format!("check `{}` on new rows of `{}`", name.as_str(), table.name.as_str());
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} {d} NOT VALID",
        t = table,
        n = name,
        d = definition
    );
    Step::quiet(purpose, vec![add])
        .locking(Lock::AccessExclusive, table)
        .undone_by(drop_constraint(table, name))
}

/// Adds a foreign key for rows written from now on. The referenced table is locked alike.
#[must_use]
pub(crate) fn add_foreign_key(
    table: &QualifiedName,
    name: &Ident,
    columns: &[Ident],
    (referenced, others): (&Expression, &[Ident]),
    options: &Expression,
) -> Step {
    let purpose = format!(
        "check the foreign key `{}` on new rows of `{}`",
        name.as_str(),
        table.name.as_str()
    );
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} FOREIGN KEY ({c}) REFERENCES {r} ({o}){x} NOT VALID",
        t = table,
        n = name,
        c = commas(columns),
        r = referenced,
        o = commas(others),
        x = options,
    );
    Step::quiet(purpose, vec![add])
        .locking(Lock::ShareRowExclusive, table)
        .undone_by(drop_constraint(table, name))
}

/// Has a foreign key checked at once again, unless it is deferrable, and a transaction says otherwise.
#[must_use]
pub(crate) fn check_at_once(table: &QualifiedName, name: &Ident, deferral: &Expression) -> Step {
    let purpose = format!("check `{}` at once", name.as_str());
    let deferral = match deferral.as_str() {
        "" => sql!(" NOT DEFERRABLE"),
        _ => sql!("{d} INITIALLY IMMEDIATE", d = deferral),
    };
    let alter = sql!("ALTER TABLE {t} ALTER CONSTRAINT {n}{d}", t = table, n = name, d = deferral);
    Step::quiet(purpose, vec![alter]).locking(Lock::AccessExclusive, table)
}

/// Removes a constraint.
#[must_use]
pub(crate) fn drop_constraint(table: &QualifiedName, name: &Ident) -> Step {
    let purpose = format!("drop the constraint `{}` of `{}`", name.as_str(), table.name.as_str());
    let drop = sql!("ALTER TABLE {t} DROP CONSTRAINT {n}", t = table, n = name);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}

/// Reads the whole table, but lets reads and writes pass.
#[must_use]
pub(crate) fn validate_constraint(table: &QualifiedName, name: &Ident) -> Step {
    let purpose = format!("validate `{}` on `{}`", name.as_str(), table.name.as_str());
    let validate = sql!("ALTER TABLE {t} VALIDATE CONSTRAINT {n}", t = table, n = name);
    Step::quiet(purpose, vec![validate])
        .locking(Lock::ShareUpdateExclusive, table)
        .working(Work::Scan)
}

/// Gives a constraint another name.
#[must_use]
pub(crate) fn rename_constraint(table: &QualifiedName, from: &Ident, to: &Ident) -> Step {
    let purpose = format!("name the constraint `{}`", to.as_str());
    let rename = sql!("ALTER TABLE {t} RENAME CONSTRAINT {a} TO {b}", t = table, a = from, b = to);
    Step::quiet(purpose, vec![rename]).locking(Lock::AccessExclusive, table)
}

/// Makes a unique index a constraint. The index takes the constraint's name.
#[must_use]
pub(crate) fn add_constraint_using_index(
    table: &QualifiedName,
    name: &Ident,
    (kind, index, options): (&Expression, &Ident, &Expression),
) -> Step {
    let purpose = format!("make the index of `{}` its constraint", name.as_str());
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} {k} USING INDEX {i}{o}",
        t = table,
        n = name,
        k = kind,
        i = index,
        o = options,
    );
    Step::quiet(purpose, vec![add]).locking(Lock::AccessExclusive, table)
}

/// Makes a column NOT NULL; a validated CHECK spares the scan (manual, ALTER TABLE).
#[must_use]
pub(crate) fn set_not_null(table: &QualifiedName, column: &Ident) -> Step {
    let purpose = format!("make `{}` NOT NULL", column.as_str());
    let set = sql!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL", t = table, c = column);
    Step::quiet(purpose, vec![set]).locking(Lock::AccessExclusive, table)
}

/// Lets a column be NULL.
#[must_use]
pub(crate) fn drop_not_null(table: &QualifiedName, column: &Ident) -> Step {
    let purpose = format!("let `{}` be NULL", column.as_str());
    let drop = sql!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL", t = table, c = column);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}

/// Gives a column another name.
#[must_use]
pub(crate) fn rename_column(table: &QualifiedName, from: &Ident, to: &Ident) -> Step {
    let purpose = format!("name the column `{}`", to.as_str());
    let rename = sql!("ALTER TABLE {t} RENAME COLUMN {a} TO {b}", t = table, a = from, b = to);
    Step::quiet(purpose, vec![rename]).locking(Lock::AccessExclusive, table)
}

/// Gives a table another name.
#[must_use]
pub(crate) fn rename_table(table: &QualifiedName, to: &Ident) -> Step {
    let purpose = format!("name the table `{}`", to.as_str());
    let rename = sql!("ALTER TABLE {t} RENAME TO {b}", t = table, b = to);
    Step::quiet(purpose, vec![rename]).locking(Lock::AccessExclusive, table)
}

/// Removes a table. Never CASCADE: what stands on it would go unseen.
#[must_use]
pub(crate) fn drop_table(table: &QualifiedName) -> Step {
    let purpose = format!("drop the table `{}`", table.name.as_str());
    Step::quiet(purpose, vec![sql!("DROP TABLE {t}", t = table)])
        .locking(Lock::AccessExclusive, table)
}

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

/// Says what identifies a table's rows to logical replication.
#[must_use]
pub(crate) fn set_replica_identity(table: &QualifiedName, identity: &ReplicaIdentity) -> Step {
    let purpose = format!("set the replica identity of `{}`", table.name.as_str());
    let words = identity.words();
    let set = sql!("ALTER TABLE {t} REPLICA IDENTITY {i}", t = table, i = words);
    Step::quiet(purpose, vec![set]).locking(Lock::AccessExclusive, table)
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

/// Puts the sync trigger on a table. It fires ALWAYS, so that replicated rows are kept in step.
#[must_use]
pub(crate) fn create_trigger(table: &QualifiedName, trigger: &Ident, create: Sql) -> Step {
    let always = sql!("ALTER TABLE {t} ENABLE ALWAYS TRIGGER {n}", t = table, n = trigger);
    let purpose = format!("keep the new columns of `{}` in step", table.name.as_str());
    Step::quiet(purpose, vec![create, always])
        .locking(Lock::ShareRowExclusive, table)
        .undone_by(drop_trigger(table, trigger))
}

/// Takes a sync trigger off a table together with the columns that it fills. Between the two, writes would leave
/// the columns as they are, and subscribers of logical replication would take that for what somebody wrote.
#[must_use]
pub(crate) fn drop_trigger_and_columns<'a>(
    table: &QualifiedName,
    trigger: &Ident,
    columns: impl Iterator<Item = &'a Ident>,
) -> Step {
    let mut step = drop_trigger(table, trigger);
    step.purpose.push_str(" along with the columns that it fills");
    if let Action::Inside(statements) = &mut step.action {
        statements.extend(columns.map(|column| drop_statement(table, column)));
    }
    step
}

/// Removes a column that is there still: the start was broken off before its sync trigger was made.
#[must_use]
pub(crate) fn drop_unfilled_column(table: &QualifiedName, column: &Ident) -> Step {
    let purpose = format!(
        "drop the column `{}` of `{}`, if its sync trigger was never made",
        column.as_str(),
        table.name.as_str()
    );
    let drop = sql!("ALTER TABLE {t} DROP COLUMN IF EXISTS {c}", t = table, c = column);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}

/// Runs PL/pgSQL that looks first.
#[must_use]
pub(crate) fn anonymous_block(body: &Sql) -> Sql {
    sql!("DO LANGUAGE plpgsql {b}", b = Body::new(body.as_str()))
}

/// Has the sync trigger fire for what tells the versions apart only. Once its rows are proven, it must not
/// have been off for a moment.
#[must_use]
pub(crate) fn replace_trigger(table: &QualifiedName, trigger: &Ident, replace: Sql) -> Step {
    let always = sql!("ALTER TABLE {t} ENABLE ALWAYS TRIGGER {n}", t = table, n = trigger);
    let purpose = format!("ready the sync trigger of `{}` for both versions", table.name.as_str());
    let never_off = sql!(
        file "sync/never_off.sql",
        table = Literal::new(table.to_string().as_str()),
        trigger = Literal::new(trigger.as_str()),
    );
    let never_off = anonymous_block(&never_off);
    Step::quiet(purpose, vec![never_off, replace, always]).locking(Lock::ShareRowExclusive, table)
}

/// Takes a sync trigger off a table.
#[must_use]
pub(crate) fn drop_trigger(table: &QualifiedName, trigger: &Ident) -> Step {
    let purpose = format!("take the sync trigger off `{}`", table.name.as_str());
    Step::quiet(purpose, vec![sql!("DROP TRIGGER {n} ON {t}", n = trigger, t = table)])
        .locking(Lock::AccessExclusive, table)
}

/// The comments of a table and its columns.
#[must_use]
pub(crate) fn comment_on_column(
    table: &QualifiedName,
    column: &Name,
    comment: Option<&Literal>,
) -> Step {
    let purpose = format!("comment on `{column}`");
    let column = column.ident();
    let comment = match comment {
        None => sql!("COMMENT ON COLUMN {t}.{c} IS NULL", t = table, c = column),
        Some(text) => sql!("COMMENT ON COLUMN {t}.{c} IS {x}", t = table, c = column, x = text),
    };
    Step::quiet(purpose, vec![comment]).locking(Lock::ShareUpdateExclusive, table)
}

/// Has a role see a version wherever it says nothing else. Locks nothing but the role's own settings, and is
/// for whoever runs applications: no plan does it.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn pin_role(role: &Ident, database: &Ident, version: &Ident) -> Sql {
    sql!(
        "ALTER ROLE {r} IN DATABASE {d} SET search_path = {v}",
        r = role,
        d = database,
        v = version
    )
}
