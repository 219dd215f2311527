//! Version schemas: one plain, automatically updatable view a table (manual, CREATE VIEW).
//!
//! They are built under a hidden name, in batches, so that no transaction needs a lock per table of
//! the schema, and shown by renaming the schema.

use super::view_defaults;
use crate::operation::Renewed;
use crate::plan::{Lock, Step, names};
use crate::schema::{Grant, Privilege, Schema, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql, commas};

/// How many views one transaction makes or drops. Each needs a lock on the view and one on its
/// table; Postgres' lock table holds about 64 per connection.
pub(super) const BATCH: usize = 100;

/// A version schema, made step by step and then shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Views {
    /// Make the views where nobody looks.
    pub steps: Vec<Step>,
    /// Shows them.
    pub activate: Step,
}

/// The steps that make the version schema for what `schema` holds.
#[must_use]
pub(crate) fn version_views(schema: &Schema, version: &Ident) -> Views {
    let activate = show(version, &[], Vec::new(), Vec::new());
    Views { steps: make_hidden(schema, version, &[]), activate }
}

/// Makes the views where nobody looks. These types are other ones in the new version.
pub(super) fn make_hidden(schema: &Schema, version: &Ident, renewed: &[Renewed]) -> Vec<Step> {
    let hidden = names::hidden_schema(version);
    let mut steps = vec![create_schema(schema, &hidden)];
    let tables: Vec<&Table> =
        schema.tables.values().filter(|table| super::is_shown(table)).collect();
    for batch in tables.chunks(BATCH) {
        let statements = batch.iter().flat_map(|table| create_view(schema, &hidden, table));
        let purpose = format!("make {}", counted(batch.len()));
        let views = batch.iter().map(|table| QualifiedName::new(&hidden, table.name.ident()));
        let make = Step::quiet(purpose, statements.collect())
            .undone_by(drop_views(views.collect::<Vec<_>>().as_slice()).apart());
        // To give a view to another owner is to change the schema for the moment, which is one for all.
        let is_ours = batch.iter().all(|table| table.owner == schema.role);
        steps.push(if is_ours { make.apart() } else { make });
    }
    steps.extend(super::users_view::create(schema, &hidden, renewed));
    steps
}

/// Shows them. In the same transaction, in which nobody writes to the `tables`, these statements follow; and
/// those go before it is hidden again.
pub(super) fn show(
    version: &Ident,
    tables: &[&QualifiedName],
    follow: Vec<Sql>,
    before: Vec<Sql>,
) -> Step {
    let hidden = names::hidden_schema(version);
    let rename =
        |from: &Ident, to: &Ident| sql!("ALTER SCHEMA {a} RENAME TO {b}", a = from, b = to);
    let (show, hide) = (rename(&hidden, version), rename(version, &hidden));
    // A step knows of one relation; the others are locked by a statement.
    let lock = sql!("LOCK TABLE {t} IN SHARE ROW EXCLUSIVE MODE", t = commas(tables));
    let lock = (!tables.is_empty()).then_some(lock);
    let step = |purpose: String, statements: Vec<Sql>| {
        let statements = lock.iter().cloned().chain(statements).collect();
        let step = Step::quiet(purpose, statements);
        match tables.first() {
            Some(first) => step.locking(Lock::ShareRowExclusive, first),
            None => step,
        }
    };
    let hide = [before, vec![hide]].concat();
    let hide = step(format!("hide the version `{}`", version.as_str()), hide);
    let show = [vec![show], follow].concat();
    step(format!("show the version `{}`", version.as_str()), show).undone_by(hide)
}

/// The statements that bring a shown version up to date after raw SQL: views of new tables, and new
/// columns at the end of views that are there. A live view is never dropped and made again, which
/// would break its clients' cached plans.
#[must_use]
pub(crate) fn refresh_views(schema: &Schema, version: &Ident, shown: &[Ident]) -> Vec<Sql> {
    let tables = schema.tables.values().filter(|table| super::is_shown(table));
    tables
        .flat_map(|table| {
            if shown.contains(table.name.ident()) && schema.view(&table.name).is_none() {
                let mut statements = vec![select(schema, version, table, "CREATE OR REPLACE VIEW")];
                statements.extend(view_defaults::of(schema, version, table));
                statements
            } else {
                create_view(schema, version, table)
            }
        })
        .collect()
}

/// Finds objects that stand on a version's views and are not in its schema.
#[must_use]
pub(crate) fn outsiders(version: &Ident) -> Sql {
    sql!(file "view/outsiders.sql", schema = Literal::new(version.as_str()))
}

/// Finds what is in a version's schema, and is none of these views and types.
#[must_use]
pub(crate) fn strangers(version: &Ident, views: &[String], types: &[Ident]) -> Sql {
    let views = views.iter().map(String::as_str);
    let types = types.iter().map(Ident::as_str);
    // There has to be one in a list.
    let list = |names: Vec<&str>| commas(names.into_iter().chain([""]).map(Literal::new));
    sql!(
        file "view/strangers.sql",
        schema = Literal::new(version.as_str()),
        views = list(views.collect()),
        types = list(types.collect()),
    )
}

/// Drops views. Somebody may have done so by hand, and neither rollback nor the end of `complete` may
/// stick for that.
pub(super) fn drop_views(views: &[QualifiedName]) -> Step {
    let purpose = format!("drop {}", counted(views.len()));
    Step::quiet(purpose, vec![sql!("DROP VIEW IF EXISTS {v}", v = commas(views))])
}

fn counted(views: usize) -> String {
    if views == 1 { "1 view".into() } else { format!("{views} views") }
}

/// Views of these tables, batch by batch.
pub(super) fn batches(schema: &Ident, tables: &[&Ident]) -> Vec<Vec<QualifiedName>> {
    tables
        .chunks(BATCH)
        .map(|batch| batch.iter().map(|table| QualifiedName::new(schema, table)).collect())
        .collect()
}

fn create_schema(schema: &Schema, hidden: &Ident) -> Step {
    let mut statements = vec![sql!("CREATE SCHEMA {s}", s = hidden)];
    let on = Expression::from_catalog(format!("SCHEMA {hidden}"));
    statements.extend(revoke(schema, &on));
    let usage = schema.grants.iter().filter(|grant| grant.privilege == Privilege::Usage);
    statements.extend(usage.map(|grant| give(grant, None, &on)));
    Step::quiet("make the version's schema, hidden", statements).undone_by(Step::quiet(
        "drop the version's schema",
        vec![sql!("DROP SCHEMA {s}", s = hidden)],
    ))
}

/// Default privileges give something on everything that is made; a version carries over what its
/// tables have, and nothing else.
fn revoke(schema: &Schema, on: &Expression) -> Option<Sql> {
    if schema.default_grantees.is_empty() {
        return None;
    }
    let roles = commas(&schema.default_grantees);
    Some(sql!("REVOKE ALL ON {on} FROM {roles}", on = on, roles = roles))
}

/// Gives a privilege on a relation or schema, or on one column of a relation.
#[must_use]
pub(crate) fn give(grant: &Grant, column: Option<&Ident>, on: &Expression) -> Sql {
    let (privilege, grantee) = words(grant, column);
    let option = Expression::from_catalog(if grant.grantable { " WITH GRANT OPTION" } else { "" });
    sql!("GRANT {p} ON {on} TO {r}{o}", p = privilege, on = on, r = grantee, o = option)
}

/// Takes a privilege away.
#[must_use]
pub(crate) fn take(grant: &Grant, column: Option<&Ident>, on: &Expression) -> Sql {
    let (privilege, grantee) = words(grant, column);
    sql!("REVOKE {p} ON {on} FROM {r}", p = privilege, on = on, r = grantee)
}

/// The privilege, and who has it.
fn words(grant: &Grant, column: Option<&Ident>) -> (Expression, Expression) {
    let privilege = match column {
        None => grant.privilege.word().to_owned(),
        Some(column) => format!("{} ({column})", grant.privilege.word()),
    };
    let grantee = match &grant.grantee {
        None => "PUBLIC".to_owned(),
        Some(role) => role.to_string(),
    };
    (Expression::from_catalog(privilege), Expression::from_catalog(grantee))
}

fn select(schema: &Schema, version: &Ident, table: &Table, verb: &'static str) -> Sql {
    let columns = table.columns.iter().map(|column| {
        let (storage, name) = (&column.storage, column.name.ident());
        if storage == name {
            sql!("{s}", s = storage)
        } else {
            sql!("{s} AS {n}", s = storage, n = name)
        }
    });
    // With its caller's rights, so that privileges and row level security mean what they mean on
    // the table (Postgres 15 and later). Never security_barrier: it keeps conditions from indexes.
    // But such a view wants SELECT on all of its columns, whichever are asked for: where privileges
    // are on columns and there are no policies, it has its owner's rights and the same privileges.
    let by_column = table.columns.iter().any(|column| !column.grants.is_empty());
    let is_invokers = schema.server >= 15 && (table.row_security || !by_column);
    let options = if is_invokers { " WITH (security_invoker = true)" } else { "" };
    sql!(
        file "view/view.sql",
        verb = Expression::from_catalog(verb),
        view = QualifiedName::new(version, table.name.ident()),
        options = Expression::from_catalog(options),
        columns = commas(columns),
        table = QualifiedName::new(&schema.name, &table.storage),
    )
}

/// Everything about one view: rows, defaults, comments, privileges, owner.
fn create_view(schema: &Schema, version: &Ident, table: &Table) -> Vec<Sql> {
    let view = QualifiedName::new(version, table.name.ident());
    let mut statements = vec![select(schema, version, table, "CREATE VIEW")];
    statements.extend(view_defaults::of(schema, version, table));
    if let Some(comment) = &table.comment {
        let comment = Literal::new(comment);
        statements.push(sql!("COMMENT ON VIEW {v} IS {c}", v = view, c = comment));
    }
    for column in &table.columns {
        if let Some(comment) = &column.comment {
            let (name, comment) = (column.name.ident(), Literal::new(comment));
            let comment = sql!("COMMENT ON COLUMN {v}.{n} IS {c}", v = view, n = name, c = comment);
            statements.push(comment);
        }
    }
    let kind = Expression::from_catalog("VIEW");
    let columns = table.columns.iter();
    let columns = columns.map(|column| (column.name.ident(), column.grants.as_slice()));
    statements.extend(dress(schema, &view, &kind, &table.owner, &table.grants, columns));
    statements
}

/// Privileges, and then the owner, of a view that was just made.
pub(super) fn dress<'a>(
    schema: &Schema,
    view: &QualifiedName,
    kind: &Expression,
    owner: &Ident,
    grants: &[Grant],
    columns: impl IntoIterator<Item = (&'a Ident, &'a [Grant])>,
) -> Vec<Sql> {
    let on = Expression::from_catalog(view.to_string());
    let mut statements: Vec<Sql> = revoke(schema, &on).into_iter().collect();
    let of_others = |grant: &&Grant| grant.grantee.as_ref() != Some(owner);
    statements.extend(grants.iter().filter(of_others).map(|grant| give(grant, None, &on)));
    for (name, grants) in columns {
        let grants = grants.iter().filter(of_others);
        statements.extend(grants.map(|grant| give(grant, Some(name), &on)));
    }
    if owner != &schema.role {
        // The new owner needs CREATE on the schema for the moment (manual, ALTER VIEW).
        let (s, o) = (&view.schema, owner);
        statements.push(sql!("GRANT CREATE ON SCHEMA {s} TO {o}", s = s, o = o));
        statements.push(sql!("ALTER {k} {v} OWNER TO {o}", k = kind, v = view, o = o));
        statements.push(sql!("REVOKE CREATE ON SCHEMA {s} FROM {o}", s = s, o = o));
    }
    statements
}
