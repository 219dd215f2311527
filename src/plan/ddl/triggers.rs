//! Sync triggers on their tables.

use super::attributes::bind_everybody;
use super::{Lock, Step, anonymous_block, drop_statement};
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

/// Has the sync trigger fill rows that are updated, too, when the backfill is through; what bound the backfill
/// alone ([`super::check_filled`]) binds everybody from then on.
#[must_use]
pub(crate) fn fill_updates(
    table: &QualifiedName,
    trigger: &Ident,
    replace: Sql,
    checks: &[(Ident, &Ident)],
) -> Step {
    let mut statements = vec![replace, always(table, trigger)];
    statements.extend(checks.iter().flat_map(|(name, column)| bind_everybody(table, name, column)));
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

/// Makes a function that the sync functions call, by whichever role writes; `what` it is, for the reader of a plan.
#[must_use]
pub(crate) fn create_function(what: &str, function: &QualifiedName, create: Sql) -> Step {
    let grant = sql!("GRANT EXECUTE ON FUNCTION {f} TO PUBLIC", f = function);
    let undo = drop_function(what, function);
    Step::quiet(format!("make {what}"), vec![create, grant]).undone_by(undo)
}

/// Drops such a function.
#[must_use]
pub(crate) fn drop_function(what: &str, function: &QualifiedName) -> Step {
    Step::quiet(format!("drop {what}"), vec![sql!("DROP FUNCTION {f}", f = function)])
}

/// Also for replicated rows, and whatever `session_replication_role` is.
fn always(table: &QualifiedName, trigger: &Ident) -> Sql {
    sql!("ALTER TABLE {t} ENABLE ALWAYS TRIGGER {n}", t = table, n = trigger)
}
