//! What stands on columns that are replaced: locked, dropped, and made again as Postgres printed it.

use super::super::{Lock, Step};
use crate::schema::{Carried, CarriedKind};
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

/// Locks a view, and it alone: LOCK TABLE locks its tables, too, and asks for its owner's rights on them. It
/// belongs to whom it belonged.
#[must_use]
pub(crate) fn lock_view(view: &QualifiedName, owner: &Ident) -> Step {
    let purpose = format!("lock the view `{}`", view.name.as_str());
    let lock = sql!("ALTER VIEW {v} OWNER TO {o}", v = view, o = owner);
    Step::quiet(purpose, vec![lock]).locking(Lock::AccessExclusive, view)
}

/// Takes away what is made again on the new columns.
#[must_use]
pub(crate) fn drop_dependent(one: &Carried) -> Step {
    let purpose = format!("take `{}` away for the moment", one.description);
    let step = Step::quiet(purpose, vec![together(&one.drop)]);
    match (&one.relation, one.kind) {
        (Some(table), CarriedKind::Publication) => step.locking(Lock::ShareUpdateExclusive, table),
        (Some(relation), _) => step.locking(Lock::AccessExclusive, relation),
        (None, _) => step,
    }
}

/// Makes it again. Postgres printed it with every name qualified that is not its own.
#[must_use]
pub(crate) fn make_dependent(one: &Carried) -> Step {
    let purpose = format!("make `{}` again", one.description);
    let before = [
        sql!("SELECT set_config('straddle.search_path', current_setting('search_path'), true)"),
        sql!("SET LOCAL search_path = pg_catalog"),
    ];
    let after =
        sql!("SELECT set_config('search_path', current_setting('straddle.search_path'), true)");
    let made = one.make.iter().chain(&one.dress).map(|made| sql!("{m}", m = made));
    let step = Step::quiet(purpose, vec![together(before.into_iter().chain(made).chain([after]))]);
    match (&one.relation, one.kind) {
        (Some(table), CarriedKind::Trigger) => step.locking(Lock::ShareRowExclusive, table),
        (Some(table), CarriedKind::Policy) => step.locking(Lock::AccessExclusive, table),
        (Some(table), CarriedKind::Publication) => step.locking(Lock::ShareUpdateExclusive, table),
        _ => step,
    }
}

/// Statements that are sent at once: everybody waits while there are many.
fn together<T: sql::Fragment>(statements: impl IntoIterator<Item = T>) -> Sql {
    sql!("{s}", s = sql::Separated::by(";\n", statements))
}
