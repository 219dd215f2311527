//! How views of the users' own are made: in the rehearsal and in a version alike.

use crate::schema::{View, ViewIndex, ViewKind};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

/// Whether a materialized view gets its rows when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// It does.
    With,
    /// It is empty, and may not be read.
    Without,
}

/// What comes before and behind the query in the statement that makes the view.
#[must_use]
pub(crate) fn around_query(schema: &Ident, view: &View, server: u32, data: Data) -> (Sql, Sql) {
    let name = QualifiedName::new(schema, view.name.ident());
    let columns = match view.columns.as_slice() {
        [] => sql!(""),
        columns => {
            let columns = columns.iter().map(crate::schema::Name::ident);
            sql!(" ({c})", c = commas(columns))
        }
    };
    match &view.kind {
        ViewKind::Plain { security_invoker, security_barrier } => {
            let barrier = security_barrier.then_some("security_barrier = true");
            let is_invokers = *security_invoker && server >= 15;
            let invoker = is_invokers.then_some("security_invoker = true");
            let options: Vec<&str> = barrier.into_iter().chain(invoker).collect();
            let options = match options.as_slice() {
                [] => String::new(),
                options => format!(" WITH ({})", options.join(", ")),
            };
            let o = Expression::from_catalog(options);
            (sql!("CREATE VIEW {v}{c}{o} AS (\n", v = name, c = columns, o = o), sql!(")"))
        }
        ViewKind::Materialized { .. } => {
            let end = match data {
                Data::With => sql!(")"),
                Data::Without => sql!(") WITH NO DATA"),
            };
            (sql!("CREATE MATERIALIZED VIEW {v}{c} AS (\n", v = name, c = columns), end)
        }
    }
}

/// What comes before the definition in the statement that makes an index of a materialized view.
#[must_use]
pub(crate) fn before_index(schema: &Ident, view: &View, index: &ViewIndex) -> Sql {
    let unique = Expression::from_catalog(if index.unique { "UNIQUE " } else { "" });
    let view = QualifiedName::new(schema, view.name.ident());
    match &index.name {
        None => sql!("CREATE {u}INDEX ON {v} ", u = unique, v = view),
        Some(name) => {
            sql!("CREATE {u}INDEX {n} ON {v} ", u = unique, n = name.ident(), v = view)
        }
    }
}

/// Drops the view, if it is there: somebody may have done so by hand.
#[must_use]
pub(crate) fn drop(schema: &Ident, view: &View) -> Sql {
    let kind = word(view);
    sql!("DROP {k} IF EXISTS {v}", k = kind, v = QualifiedName::new(schema, view.name.ident()))
}

/// What Postgres calls its kind: `VIEW` or `MATERIALIZED VIEW`.
#[must_use]
pub(crate) fn word(view: &View) -> Expression {
    let word = if view.is_materialized() { "MATERIALIZED VIEW" } else { "VIEW" };
    Expression::from_catalog(word)
}
