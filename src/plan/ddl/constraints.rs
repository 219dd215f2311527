//! Constraints, and NOT NULL.

use super::super::{Lock, Step, Work};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

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
    let drop = drop_constraint_statement(table, name);
    Step::quiet(purpose, vec![drop]).locking(Lock::AccessExclusive, table)
}

pub(super) fn drop_constraint_statement(table: &QualifiedName, name: &Ident) -> Sql {
    sql!("ALTER TABLE {t} DROP CONSTRAINT {n}", t = table, n = name)
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
