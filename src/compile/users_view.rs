//! Views of the users' own in a version schema: made over its views of tables, and of each other, so
//! that every name in them means what the version means by it; dropped before what they stand on.

use std::collections::BTreeSet;

use super::Compiler;
use super::shown_types::rename_type;
use super::table::TableChange;
use super::view::{BATCH, dress};
use super::violation::joined;
use crate::operation::Renewed;
use crate::plan::view::{self, Data};
use crate::plan::{Lock, Step, Work, names};
use crate::schema::{Name, Schema, Table, View, ViewKind};
use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Sql};

/// The steps that make the users' own views in a schema that has the views of all tables.
pub(super) fn create(schema: &Schema, version: &Ident, renewed: &[Renewed]) -> Vec<Step> {
    schema.views.iter().map(|view| create_one(schema, version, view, renewed)).collect()
}

fn create_one(schema: &Schema, version: &Ident, view: &View, renewed: &[Renewed]) -> Step {
    // Names are looked up in the version first, and then where the users' other SQL looks.
    let path = Literal::new(format!("{version}, "));
    let mut statements = vec![sql!(
        "SELECT pg_catalog.set_config('search_path', {p} || pg_catalog.current_setting('search_path'), true)",
        p = path
    )];
    statements.extend(renewed.iter().flat_map(|renewed| show_type(&schema.name, renewed)));
    let (before, after) = view::around_query(version, view, schema.server, Data::With);
    statements.push(sql!("{b}{q}\n{a}", b = before, q = view.query, a = after));
    let name = QualifiedName::new(version, view.name.ident());
    if let ViewKind::Materialized { indexes } = &view.kind {
        statements.extend(indexes.iter().map(|index| {
            let before = view::before_index(version, view, index);
            sql!("{b}{d}", b = before, d = index.definition)
        }));
    }
    statements.extend(renewed.iter().rev().flat_map(|renewed| hide_type(&schema.name, renewed)));
    if view.is_materialized() {
        statements.push(sql!("ANALYZE {v}", v = name));
    }
    statements.extend(comments(version, view));
    statements.extend(privileges(schema, version, view));
    let undo = drop_step(version, &[view]);
    if view.is_materialized() {
        let purpose = format!("make and fill the materialized view `{}`", view.name);
        let step = Step::quiet(purpose, statements).working(Work::Scan).undone_by(undo);
        Step { lock: Lock::AccessShare, ..step }
    } else {
        Step::quiet(format!("make the view `{}`", view.name), statements).undone_by(undo)
    }
}

/// Gives a type of the new version the name that it will have, for as long as a view is made: what
/// the view says of the type, it says of that one. Others do not see it, for in the same transaction
/// the names are changed back.
fn show_type(base: &Ident, renewed: &Renewed) -> [Sql; 2] {
    let name = QualifiedName::new(base, renewed.old.name.ident());
    let hidden = QualifiedName::new(base, &renewed.storage);
    [rename_type(&name, &names::passing(&name.name)), rename_type(&hidden, &name.name)]
}

fn hide_type(base: &Ident, renewed: &Renewed) -> [Sql; 2] {
    let name = QualifiedName::new(base, renewed.old.name.ident());
    let passing = QualifiedName::new(base, &names::passing(&name.name));
    [rename_type(&name, &renewed.storage), rename_type(&passing, &name.name)]
}

fn comments(version: &Ident, view: &View) -> Vec<Sql> {
    let name = QualifiedName::new(version, view.name.ident());
    let mut statements = Vec::new();
    if let Some(comment) = &view.comment {
        let (k, c) = (view::word(view), Literal::new(comment));
        statements.push(sql!("COMMENT ON {k} {v} IS {c}", k = k, v = name, c = c));
    }
    for column in view.shown.iter().flat_map(|shown| &shown.columns) {
        if let Some(comment) = &column.comment {
            let (n, c) = (column.name.ident(), Literal::new(comment));
            statements.push(sql!("COMMENT ON COLUMN {v}.{n} IS {c}", v = name, n = n, c = c));
        }
    }
    statements
}

/// The owner and the privileges that the view has in the version before; those of a new table where
/// it is new.
fn privileges(schema: &Schema, version: &Ident, view: &View) -> Vec<Sql> {
    let name = QualifiedName::new(version, view.name.ident());
    let (owner, grants) = match &view.shown {
        Some(shown) => (&shown.owner, &shown.grants),
        None => (&schema.role, &schema.default_grants),
    };
    let columns = view.shown.iter().flat_map(|shown| &shown.columns);
    let columns: Vec<_> = columns.map(|column| (column.name.ident(), &column.grants)).collect();
    let columns = columns.iter().map(|(name, grants)| (*name, grants.as_slice()));
    dress(schema, &name, &view::word(view), owner, grants, columns)
}

fn drop_step(schema: &Ident, views: &[&View]) -> Step {
    let names: Vec<String> = views.iter().map(|view| format!("`{}`", view.name)).collect();
    let noun = if views.len() == 1 { "view" } else { "views" };
    let purpose = format!("drop the {noun} {}", names.join(", "));
    Step::quiet(purpose, views.iter().map(|view| view::drop(schema, view)).collect())
}

/// The views of the version before, the last first: those that stand on views of these tables, which
/// go, and the others.
pub(super) fn standing_on<'a>(
    schema: &'a Schema,
    tables: &[&Table],
) -> (Vec<&'a View>, Vec<&'a View>) {
    let mut going: BTreeSet<&Name> = tables.iter().map(|table| &table.name).collect();
    let shown = schema.views.iter().filter_map(|view| Some((view, view.shown.as_ref()?)));
    // Each comes behind those that it reads, so that what they stand on has been seen.
    let (mut standing, mut others) = (Vec::new(), Vec::new());
    for (view, shown) in shown {
        if shown.stands_on.iter().any(|name| going.contains(name)) {
            going.insert(&view.name);
            standing.push(view);
        } else {
            others.push(view);
        }
    }
    standing.reverse();
    others.reverse();
    (standing, others)
}

/// Drops views that clients may be reading. Each is a step of its own, for its lock.
pub(super) fn drop_in_use(version: &Ident, views: &[&View]) -> Vec<Step> {
    let drop = |view: &&View| {
        let name = QualifiedName::new(version, view.name.ident());
        drop_step(version, &[*view]).locking(Lock::AccessExclusive, &name)
    };
    views.iter().map(drop).collect()
}

/// Drops views that nobody can see any more.
pub(super) fn drop_hidden(schema: &Ident, views: &[&View]) -> Vec<Step> {
    views.chunks(BATCH).map(|views| drop_step(schema, views)).collect()
}

/// What the reader of the plan should know.
pub(super) fn notes(compiler: &Compiler<'_>, changes: &[TableChange<'_>]) -> Vec<String> {
    let mut notes = Vec::from_iter(in_no_version(compiler));
    for view in &compiler.draft.schema.views {
        let name = &view.name;
        if view.is_materialized() {
            notes.push(format!(
                "the materialized view `{name}` is filled in `start`; from then on each version \
                 refreshes its own"
            ));
        }
        let is_kept = compiler.before.view(name).is_some_and(|before| before.query == view.query);
        for (table, column) in replaced(changes).into_iter().filter(|_| is_kept) {
            if view.may_read(table) && view.may_read(column) {
                notes.push(format!(
                    "`{table}.{column}` is replaced, and the new version's view `{name}` reads the \
                     new column: make sure that its query means what it should"
                ));
            }
        }
    }
    notes
}

/// Views that were there before the first version, which shows tables alone.
fn in_no_version(compiler: &Compiler<'_>) -> Option<String> {
    let is_view = |kind: &String| ["a view", "a materialized view"].contains(&kind.as_str());
    let shows =
        |name: &Ident| compiler.draft.schema.views.iter().any(|one| one.name.ident() == name);
    let there = compiler.before.no_tables.iter();
    let there = there.filter(|(name, kind)| is_view(kind) && !shows(name));
    let mut names: Vec<String> = there.map(|(name, _)| format!("`{}`", name.as_str())).collect();
    if names.is_empty() || compiler.previous.is_some() {
        return None;
    }
    if names.len() > 4 {
        let more = names.split_off(3).len();
        names.push(format!("{more} more"));
    }
    let (base, version) = (compiler.before.name.as_str(), compiler.version_schema.as_str());
    let (what, is, reads) = match names.len() {
        1 => ("view", "is", "it"),
        _ => ("views", "are", "them"),
    };
    Some(format!(
        "the {what} {} of `{base}` {is} in no version: who pins one and reads {reads} wants `{version}, {base}`",
        joined(&names, "and"),
    ))
}

/// The columns that are other ones in the new version, under the names that they have there.
fn replaced<'a>(changes: &'a [TableChange<'_>]) -> Vec<(&'a Name, &'a Name)> {
    let of_table = |change: &'a TableChange<'_>| {
        let new = change.lenses.iter().filter(|lens| lens.old.is_some());
        let new = new.filter_map(|lens| change.after.stored(lens.new.as_ref()?.storage));
        new.map(|column| (&change.after.name, &column.name))
    };
    changes.iter().flat_map(of_table).collect()
}
