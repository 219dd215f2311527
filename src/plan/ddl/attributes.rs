//! What hangs on columns, constraints and indexes: comments, statistics, NOT NULL.

use super::super::{Lock, Step, Work};
use super::constraints::drop_constraint_statement;
use crate::schema::Statistics;
use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Sql};

/// Comments on a constraint.
#[must_use]
pub(crate) fn comment_on_constraint(table: &QualifiedName, name: &Ident, comment: &str) -> Step {
    let purpose = format!("comment on the constraint `{}`", name.as_str());
    let text = Literal::new(comment);
    let comment = sql!("COMMENT ON CONSTRAINT {n} ON {t} IS {x}", n = name, t = table, x = text);
    Step::quiet(purpose, vec![comment]).locking(Lock::AccessShare, table)
}

/// Comments on an index.
#[must_use]
pub(crate) fn comment_on_index(table: &QualifiedName, name: &Ident, comment: &str) -> Step {
    let purpose = format!("comment on the index `{}`", name.as_str());
    let (index, text) = (QualifiedName::new(&table.schema, name), Literal::new(comment));
    let comment = sql!("COMMENT ON INDEX {i} IS {x}", i = index, x = text);
    Step::quiet(purpose, vec![comment]).locking(Lock::ShareUpdateExclusive, &index)
}

/// Says how closely the expressions in an index are measured.
#[must_use]
pub(crate) fn set_index_statistics(
    table: &QualifiedName,
    name: &Ident,
    targets: &[(u16, u32)],
) -> Step {
    let index = QualifiedName::new(&table.schema, name);
    let set = |(column, target): &(u16, u32)| {
        sql!(
            "ALTER INDEX {i} ALTER COLUMN {c} SET STATISTICS {t}",
            i = index,
            c = u32::from(*column),
            t = *target,
        )
    };
    let purpose = format!("set the statistics targets of the index `{}`", name.as_str());
    Step::quiet(purpose, targets.iter().map(set).collect())
        .locking(Lock::ShareUpdateExclusive, &index)
}

/// Makes an index the one that CLUSTER goes by.
#[must_use]
pub(crate) fn cluster_on(table: &QualifiedName, index: &Ident) -> Step {
    let purpose = format!("let CLUSTER go by `{}`", index.as_str());
    let set = sql!("ALTER TABLE {t} CLUSTER ON {i}", t = table, i = index);
    Step::quiet(purpose, vec![set]).locking(Lock::ShareUpdateExclusive, table)
}

/// Makes a column NOT NULL by a constraint of this name (Postgres 18); a CHECK that says the same
/// saves reading the table.
#[must_use]
pub(crate) fn add_not_null(table: &QualifiedName, name: &Ident, column: &Ident) -> Step {
    let purpose = format!("make `{}` NOT NULL", column.as_str());
    Step::quiet(purpose, vec![not_null_named(table, name, column)])
        .locking(Lock::AccessExclusive, table)
}

fn not_null_named(table: &QualifiedName, name: &Ident, column: &Ident) -> Sql {
    sql!("ALTER TABLE {t} ADD CONSTRAINT {n} NOT NULL {c}", t = table, n = name, c = column)
}

/// A column whose CHECK against NULL is proven, and gives way to a NOT NULL.
#[derive(Debug)]
pub(crate) struct Proven<'a> {
    /// The column.
    pub column: &'a Ident,
    /// The CHECK.
    pub check: Ident,
    /// The name of the NOT NULL (Postgres 18).
    pub name: Option<Ident>,
}

/// Lets no new row have NULL in a column, `shown` to users by this name, by a CHECK that goes when the column is NOT NULL.
#[must_use]
pub(crate) fn check_not_null(
    table: &QualifiedName,
    name: &Ident,
    column: &Ident,
    shown: &str,
) -> Step {
    let purpose = format!("let no new row have NULL in {shown}");
    check_against_null(purpose, table, name, &is_given(column))
}

/// Lets the backfill leave no NULL in a column. Nobody else is bound by it: rows that are not filled yet are
/// updated all the time.
#[must_use]
pub(crate) fn check_filled(
    table: &QualifiedName,
    name: &Ident,
    column: &Ident,
    shown: &str,
) -> Step {
    let purpose = format!("let the backfill leave no NULL in {shown}");
    let bound = sql!(
        "{g} OR pg_catalog.current_setting('straddle.backfill', true) IS DISTINCT FROM 'on'",
        g = is_given(column),
    );
    check_against_null(purpose, table, name, &bound)
}

/// Statements that have a CHECK of [`check_filled`] bind everybody.
pub(super) fn bind_everybody(table: &QualifiedName, name: &Ident, column: &Ident) -> [Sql; 2] {
    [drop_constraint_statement(table, name), add_unproven_check(table, name, &is_given(column))]
}

/// In these words it means the same for columns of composite types, too.
fn is_given(column: &Ident) -> Sql {
    sql!("{c} IS DISTINCT FROM NULL", c = column)
}

fn add_unproven_check(table: &QualifiedName, name: &Ident, condition: &Sql) -> Sql {
    sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} CHECK ({c}) NOT VALID",
        t = table,
        n = name,
        c = condition,
    )
}

fn check_against_null(
    purpose: String,
    table: &QualifiedName,
    name: &Ident,
    condition: &Sql,
) -> Step {
    let add = add_unproven_check(table, name, condition);
    let drop = sql!("ALTER TABLE {t} DROP CONSTRAINT IF EXISTS {n}", t = table, n = name);
    let undo = format!("drop the constraint `{}` of `{}`", name.as_str(), table.name.as_str());
    Step::quiet(purpose, vec![add])
        .locking(Lock::AccessExclusive, table)
        .undone_by(Step::quiet(undo, vec![drop]).locking(Lock::AccessExclusive, table))
}

/// Makes columns NOT NULL that have CHECKs which say so, and are valid: the table is not read. Writes
/// cost less without the CHECKs.
#[must_use]
pub(crate) fn settle_not_null(table: &QualifiedName, proven: &[Proven<'_>]) -> Step {
    let set = proven.iter().map(|one| match &one.name {
        Some(name) => not_null_named(table, name, one.column),
        None => sql!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL", t = table, c = one.column),
    });
    let drop = |one: &Proven<'_>| drop_constraint_statement(table, &one.check);
    let back = |one: &Proven<'_>| {
        sql!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL", t = table, c = one.column)
    };
    let columns: Vec<&str> = proven.iter().map(|one| one.column.as_str()).collect();
    let (columns, name) = (columns.join("`, `"), table.name.as_str());
    let undo = Step::quiet(
        format!("let `{columns}` of `{name}` be NULL"),
        proven.iter().map(back).collect(),
    );
    Step::quiet(
        format!("make `{columns}` of `{name}` NOT NULL"),
        set.chain(proven.iter().map(drop)).collect(),
    )
    .locking(Lock::AccessExclusive, table)
    .undone_by(undo.locking(Lock::AccessExclusive, table))
}

/// Makes a column NOT NULL for rows written from now on (Postgres 18).
#[must_use]
pub(crate) fn add_unproven_not_null(table: &QualifiedName, name: &Ident, column: &Ident) -> Step {
    let purpose = format!("let no new row have NULL in `{}`", column.as_str());
    let add = sql!(
        "ALTER TABLE {t} ADD CONSTRAINT {n} NOT NULL {c} NOT VALID",
        t = table,
        n = name,
        c = column,
    );
    Step::quiet(purpose, vec![add]).locking(Lock::AccessExclusive, table)
}

/// Leaves the tables that inherit without a NOT NULL (Postgres 18 and later).
#[must_use]
pub(crate) fn keep_from_heirs(table: &QualifiedName, name: &Ident) -> Step {
    let purpose = format!("make `{}` NO INHERIT", name.as_str());
    let alter = sql!("ALTER TABLE {t} ALTER CONSTRAINT {n} NO INHERIT", t = table, n = name);
    Step::quiet(purpose, vec![alter]).locking(Lock::AccessExclusive, table)
}

/// Makes extended statistics under another name; ANALYZE fills them.
#[must_use]
pub(crate) fn create_statistics(
    table: &QualifiedName,
    name: &QualifiedName,
    statistics: &Statistics,
    owner: Option<&Ident>,
) -> Step {
    let create =
        sql!("CREATE STATISTICS {n} {d} FROM {t}", n = name, d = statistics.definition, t = table,);
    let mut statements = vec![create];
    if let Some(target) = statistics.target {
        statements.push(sql!("ALTER STATISTICS {n} SET STATISTICS {t}", n = name, t = target));
    }
    if let Some(comment) = &statistics.comment {
        let comment = Literal::new(comment);
        statements.push(sql!("COMMENT ON STATISTICS {n} IS {c}", n = name, c = comment));
    }
    if let Some(owner) = owner {
        statements.push(sql!("ALTER STATISTICS {n} OWNER TO {o}", n = name, o = owner));
    }
    let purpose = format!(
        "make the statistics `{}` of `{}`",
        statistics.name.name.as_str(),
        table.name.as_str()
    );
    let drop = sql!("DROP STATISTICS {n}", n = name);
    let undo = Step::quiet(format!("drop the statistics `{}`", name.name.as_str()), vec![drop])
        .locking(Lock::ShareUpdateExclusive, table);
    Step::quiet(purpose, statements).locking(Lock::ShareUpdateExclusive, table).undone_by(undo)
}

/// Gives extended statistics another name.
#[must_use]
pub(crate) fn rename_statistics(from: &QualifiedName, to: &Ident) -> Step {
    let purpose = format!("name the statistics `{}`", to.as_str());
    Step::quiet(purpose, vec![sql!("ALTER STATISTICS {a} RENAME TO {b}", a = from, b = to)])
}

/// Measures new columns, for the planner of the new version's queries; all columns where there are
/// none given. Of columns that have one value in all rows a few rows tell enough: Postgres takes 300 for
/// each unit of the target (manual of 15, `ANALYZE`).
#[must_use]
pub(crate) fn analyze(table: &QualifiedName, columns: &[Ident], are_constant: bool) -> Step {
    let purpose = format!("analyze the new columns of `{}`", table.name.as_str());
    let analyze = match columns {
        [] => sql!("ANALYZE {t}", t = table),
        columns => sql!("ANALYZE {t} ({c})", t = table, c = sql::commas(columns)),
    };
    let few = are_constant.then(|| sql!("SET LOCAL default_statistics_target = 1"));
    Step::quiet(purpose, few.into_iter().chain([analyze]).collect())
        .locking(Lock::ShareUpdateExclusive, table)
        .working(if are_constant { Work::Catalog } else { Work::Scan })
}
