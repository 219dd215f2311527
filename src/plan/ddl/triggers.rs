//! Triggers, and the columns that go with them.

use super::super::{Action, Lock, Step};
use super::{anonymous_block, drop_statement};
use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Sql};

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
