//! How `complete` closes the version before.

use super::Compiler;
use super::users_view::{drop_hidden, drop_in_use, standing_on};
use super::view::{batches, drop_views};
use crate::plan::{Contract, Guard, Lock, Step, names};
use crate::schema::Table;
use crate::sql;
use crate::sql::{Ident, QualifiedName};

/// Closes the previous version: views of touched tables go at once, for they stand on what goes; the
/// others are put away with their schema, and dropped afterwards.
pub(super) fn close(
    compiler: &Compiler<'_>,
    previous: &Ident,
    touched: &[&Table],
    contract: &mut Contract,
) {
    let before = compiler.before;
    let is_users = |name: &Ident| before.views.iter().any(|view| view.name.ident() == name);
    let of_tables: Vec<&Ident> = before.shown.iter().filter(|name| !is_users(name)).collect();
    let shown = |table: &&Table| of_tables.contains(&table.name.ident());
    let touched: Vec<&Table> = touched.iter().copied().filter(shown).collect();
    // Views of the users' own go first, as they stand on those of tables. What they mean by their
    // own text is not known before they are made: they may stand on any type or function.
    let (standing, free) = if compiler.takes_objects_away() {
        (before.views.iter().rev().collect(), Vec::new())
    } else {
        standing_on(before, &touched)
    };
    contract.opening = drop_in_use(previous, &standing);
    // It is dropped in the end, and what others have put into it is not ours to drop.
    let users = before.views.iter().map(|view| view.name.ident());
    let all: Vec<String> =
        of_tables.iter().copied().chain(users).map(|view| view.as_str().to_owned()).collect();
    let touched: Vec<&Ident> = touched.iter().map(|table| table.name.ident()).collect();
    let hidden = drop_hidden(&names::retired_schema(previous), &free);
    put_away(previous, (&of_tables, &touched), &all, hidden, contract);
}

/// Drops the views of the tables that are touched, puts the others away with their schema, and drops them
/// afterwards, `hidden` before them. `all` is everything of ours that is in it.
pub(super) fn put_away(
    previous: &Ident,
    (of_tables, touched): (&[&Ident], &[&Ident]),
    all: &[String],
    hidden: impl IntoIterator<Item = Step>,
    contract: &mut Contract,
) {
    let views: Vec<QualifiedName> =
        touched.iter().map(|view| QualifiedName::new(previous, view)).collect();
    if let Some(first) = views.first() {
        let drop = drop_views(&views).locking(Lock::AccessExclusive, first);
        contract.steps.push(drop);
        contract.locks.extend(views);
    }
    contract.guards.push(Guard {
        purpose: format!("nobody else has put anything into `{}`", previous.as_str()),
        query: super::strangers(previous, all, &[]),
        rows: None,
    });
    contract.guards.push(Guard {
        purpose: format!("nobody else's object stands on `{}`", previous.as_str()),
        query: super::outsiders(previous),
        rows: None,
    });
    let retired = names::retired_schema(previous);
    let away = sql!("ALTER SCHEMA {a} RENAME TO {b}", a = previous, b = retired);
    let purpose = format!("close the version `{}`", previous.as_str());
    contract.steps.push(Step::quiet(purpose, vec![away]));
    contract.cleanup.extend(hidden);
    let others: Vec<&Ident> =
        of_tables.iter().copied().filter(|name| !touched.contains(name)).collect();
    let drop = batches(&retired, &others);
    contract.cleanup.extend(drop.iter().map(|views| drop_views(views).apart()));
    let drop = sql!("DROP SCHEMA {s}", s = retired);
    contract.cleanup.push(Step::quiet("drop the closed version's schema", vec![drop]));
}
