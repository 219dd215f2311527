//! Sync triggers on their tables, and what rows are bound by while they are filled.

use super::{Lock, Step, anonymous_block, check_not_null, drop_statement};
use crate::plan::Action;
use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Sql};

/// Puts the sync trigger on a table. It fires ALWAYS, so that replicated rows are kept in step.
#[must_use]
pub(crate) fn create_trigger(table: &QualifiedName, trigger: &Ident, create: Sql) -> Step {
    let purpose = format!("keep the new columns of `{}` in step", table.name.as_str());
    Step::quiet(purpose, vec![create, always(table, trigger)])
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

/// Lets the backfill leave no NULL in a column. Nobody else is bound by it: rows that are not filled yet are
/// updated all the time.
#[must_use]
pub(crate) fn check_filled(table: &QualifiedName, name: &Ident, column: &Ident) -> Step {
    let strict = check_not_null(table, name, column);
    let purpose = format!("let the backfill leave no NULL in `{}`", column.as_str());
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} CHECK ({c} IS DISTINCT FROM NULL \
         OR pg_catalog.current_setting('straddle.backfill', true) IS DISTINCT FROM 'on') NOT VALID",
        t = table,
        n = name,
        c = column,
    );
    Step { purpose, action: Action::Inside(vec![add]), ..strict }
}

/// Has the sync trigger fill rows that are updated, too, when the backfill is through; what bound the backfill
/// alone ([`check_filled`]) binds everybody from then on.
#[must_use]
pub(crate) fn fill_updates(
    table: &QualifiedName,
    trigger: &Ident,
    replace: Sql,
    checks: &[(Ident, &Ident)],
) -> Step {
    let mut statements = vec![replace, always(table, trigger)];
    for (name, column) in checks {
        statements.push(sql!("ALTER TABLE {t} DROP CONSTRAINT {n}", t = table, n = name));
        if let Action::Inside(strict) = check_not_null(table, name, column).action {
            statements.extend(strict);
        }
    }
    let purpose = format!("keep rows of `{}` that are updated in step", table.name.as_str());
    let lock = if checks.is_empty() { Lock::ShareRowExclusive } else { Lock::AccessExclusive };
    Step::quiet(purpose, statements).locking(lock, table)
}

/// Has the sync trigger fire for what tells the versions apart only. Once its rows are proven, it must not
/// have been off for a moment.
#[must_use]
pub(crate) fn replace_trigger(table: &QualifiedName, trigger: &Ident, replace: Sql) -> Step {
    let purpose = format!("ready the sync trigger of `{}` for both versions", table.name.as_str());
    let never_off = sql!(
        file "sync/never_off.sql",
        table = Literal::new(table.to_string().as_str()),
        trigger = Literal::new(trigger.as_str()),
    );
    let never_off = anonymous_block(&never_off);
    Step::quiet(purpose, vec![never_off, replace, always(table, trigger)])
        .locking(Lock::ShareRowExclusive, table)
}

/// Takes a sync trigger off a table.
#[must_use]
pub(crate) fn drop_trigger(table: &QualifiedName, trigger: &Ident) -> Step {
    let purpose = format!("take the sync trigger off `{}`", table.name.as_str());
    Step::quiet(purpose, vec![sql!("DROP TRIGGER {n} ON {t}", n = trigger, t = table)])
        .locking(Lock::AccessExclusive, table)
}

/// Also for replicated rows, and whatever `session_replication_role` is.
fn always(table: &QualifiedName, trigger: &Ident) -> Sql {
    sql!("ALTER TABLE {t} ENABLE ALWAYS TRIGGER {n}", t = table, n = trigger)
}
