//! The one place that knows which lock each DDL statement takes and how much it does while it holds
//! it (manual, sections 13.3.1 and the pages of the commands; checked against 14 to 18 by
//! `tests/locks.rs`).

mod attributes;
mod constraints;
mod dependents;
mod indexes;
mod partitioned;
mod sequences;
mod triggers;

use super::{Lock, Step};
use crate::schema::{Column, Generated, Name, ReplicaIdentity};
use crate::sql;
use crate::sql::{Body, Expression, Ident, Literal, QualifiedName, Sql};

pub(crate) use attributes::{
    Proven, add_not_null, add_unproven_not_null, analyze, check_filled, check_not_null, cluster_on,
    comment_on_constraint, comment_on_index, create_statistics, keep_from_heirs, rename_statistics,
    set_index_statistics, settle_not_null,
};
pub(crate) use constraints::{
    add_check, add_constraint_using_index, add_foreign_key, check_at_once, drop_constraint,
    drop_not_null, rename_constraint, set_not_null, validate_constraint,
};
pub(crate) use dependents::{drop_dependent, lock_view, make_dependent};
pub(crate) use indexes::{
    attach_index, create_index, create_partitioned_index, drop_index, drop_index_at_once,
    rename_index, rename_index_column, rename_partition_index,
};
pub(crate) use partitioned::{
    add_partition_foreign_key, add_partition_key, hand_default_on, lacks_primary_key,
    name_other_partition_indexes, name_partition_foreign_keys, settle_own_index,
    succeed_partitioned_primary_key, take_over,
};
pub(crate) use sequences::{
    add_identity, create_sequence, own_sequence, put_sequence_aside, remember_sequence,
    retype_sequence,
};
pub(crate) use triggers::{
    create_function, create_trigger, drop_function, drop_trigger, drop_trigger_and_columns,
    drop_unfilled_column, fill_updates, replace_trigger,
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

/// Says what identifies a table's rows to logical replication.
#[must_use]
pub(crate) fn set_replica_identity(table: &QualifiedName, identity: &ReplicaIdentity) -> Step {
    let purpose = format!("set the replica identity of `{}`", table.name.as_str());
    let words = identity.words();
    let set = sql!("ALTER TABLE {t} REPLICA IDENTITY {i}", t = table, i = words);
    Step::quiet(purpose, vec![set]).locking(Lock::AccessExclusive, table)
}

/// Runs PL/pgSQL that looks first.
#[must_use]
pub(crate) fn anonymous_block(body: &Sql) -> Sql {
    sql!("DO LANGUAGE plpgsql {b}", b = Body::new(body.as_str()))
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
