//! Views of the users' own. They are in no base schema: each version has its own of them, made over
//! what the version shows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::name::Name;
use super::privilege::Grant;
use crate::sql::{Expression, Ident};

/// A view of the users' own, as the file defines it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name in every version.
    pub name: Name,
    /// What its query reads: names of the version, looked up in it first.
    pub query: Expression,
    /// Names of its columns, where they are not the query's own.
    pub columns: Vec<Name>,
    /// What kind of view it is.
    pub kind: ViewKind,
    /// The comment.
    pub comment: Option<String>,
    /// What it is like in the present version, if it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<ShownView>,
}

/// The kinds of view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewKind {
    /// Computed when it is read.
    Plain {
        /// Whether it reads with its caller's rights (Postgres 15 and later).
        security_invoker: bool,
        /// Whether its own conditions come before those of whoever reads it.
        security_barrier: bool,
    },
    /// Stored, with indexes of its own.
    Materialized {
        /// The indexes.
        indexes: Vec<ViewIndex>,
    },
}

/// An index of a materialized view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewIndex {
    /// Its name; Postgres finds one where there is none.
    pub name: Option<Name>,
    /// Whether it is unique.
    pub unique: bool,
    /// What follows the view's name in its definition: `USING gin (words)`.
    pub definition: Expression,
}

/// What a view is like in the present version. Privileges and comments may have been changed there
/// since it was made, and the next version takes them over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownView {
    /// The owner.
    pub owner: Ident,
    /// The comment.
    pub comment: Option<String>,
    /// Privileges on the whole view.
    pub grants: Vec<Grant>,
    /// Columns with privileges or comments of their own.
    pub columns: Vec<ShownColumn>,
    /// The tables and views of the version that it stands on.
    pub stands_on: Vec<Name>,
}

/// What a view's column is like in the present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownColumn {
    /// Its name.
    pub name: Name,
    /// The comment.
    pub comment: Option<String>,
    /// Privileges on the column alone.
    pub grants: Vec<Grant>,
}

impl View {
    /// Whether its rows are stored.
    #[must_use]
    pub fn is_materialized(&self) -> bool {
        matches!(self.kind, ViewKind::Materialized { .. })
    }

    /// The same view, as the present version shows it.
    #[must_use]
    pub fn shown_as(mut self, shown: Option<ShownView>) -> Self {
        if let Some(shown) = &shown {
            self.comment.clone_from(&shown.comment);
        }
        self.shown = shown;
        self
    }

    /// Whether its query may read the relation: its name occurs.
    #[must_use]
    pub fn may_read(&self, relation: &Name) -> bool {
        self.query.names().contains(relation.as_str())
    }
}

/// Puts each view behind those that it may read; otherwise they stay in the order in which they were
/// made. (A name that occurs may be a column's, so that two views can seem to read each other: then
/// the one made first comes first.)
pub(super) fn sort(views: &mut Vec<View>) {
    let mut left: Vec<(BTreeSet<String>, View)> =
        views.drain(..).map(|view| (view.query.names(), view)).collect();
    while !left.is_empty() {
        let waits = |(names, view): &(BTreeSet<String>, View)| {
            let others = left.iter().filter(|(_, other)| other.name != view.name);
            others.into_iter().any(|(_, other)| names.contains(other.name.as_str()))
        };
        let next = left.iter().position(|view| !waits(view)).unwrap_or(0);
        views.push(left.remove(next).1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, query: &str) -> View {
        View {
            name: Name::new(name).expect("a name"),
            query: Expression::parse(query).expect("a query"),
            columns: Vec::new(),
            kind: ViewKind::Plain { security_invoker: true, security_barrier: false },
            comment: None,
            shown: None,
        }
    }

    fn sorted(mut views: Vec<View>) -> Vec<String> {
        sort(&mut views);
        views.into_iter().map(|view| view.name.to_string()).collect()
    }

    #[test]
    fn a_view_comes_behind_those_it_reads() {
        let views = vec![
            view("a", "SELECT * FROM c"),
            view("b", "SELECT 1"),
            view("c", "SELECT * FROM d"),
            view("d", "SELECT 2"),
        ];
        assert_eq!(sorted(views), ["b", "d", "c", "a"]);
    }

    #[test]
    fn views_that_seem_to_read_each_other_stay_in_order() {
        let views = vec![view("a", "SELECT 1 AS b"), view("b", "SELECT b FROM a")];
        assert_eq!(sorted(views), ["a", "b"]);
    }
}
