//! The users' own views: how the version comes to have them, and how they are tried.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::question::{Question, VersionViews, ViewStatement, ViewTrial};
use super::rejection::Rejected;
use crate::plan::names;
use crate::plan::view::{self, Data};
use crate::schema::{Name, Table, View, ViewKind};
use crate::sql;
use crate::sql::{QualifiedName, Sql};

impl Draft {
    /// The version has this view, too, or instead of the one of this name.
    pub(super) fn show_view(&mut self, view: View, replace: bool) -> Result<(), Rejected> {
        let name = view.name.clone();
        self.reserved(&name, "name")?;
        if self.schema.tables.contains_key(&name) {
            return Err(self.reject("name", format!("there is a table `{name}` already")));
        }
        let made = self.makers.views.contains_key(&name);
        let known = self.schema.views.iter().position(|known| known.name == name);
        if made || known.is_some() && !replace {
            let message = format!("there is a view `{name}` already");
            let hint = if made {
                "leave one of the two operations out"
            } else {
                "take it away with `drop_view` first, or set `replace: true`"
            };
            return Err(self.reject_with("name", message, hint));
        }
        // Its users know it by its name, so it is theirs as it was.
        let former = self.former_views.iter().find(|former| former.name == name);
        let shown = former.and_then(|former| former.shown.clone());
        let comment = view.comment.clone();
        let mut view = view.shown_as(shown);
        view.comment = comment.or(view.comment);
        match known {
            Some(place) => self.schema.views[place] = view,
            None => self.schema.views.push(view),
        }
        self.makers.views.insert(name, self.path.clone());
        Ok(())
    }

    /// The version has the view no more.
    pub(super) fn hide_view(&mut self, name: &Name) -> Result<(), Rejected> {
        if self.makers.views.contains_key(name) {
            let message = format!("this migration makes the view `{name}` itself");
            return Err(self.reject_with("name", message, "leave both operations out"));
        }
        if self.schema.view(name).is_none() {
            let known: Vec<&str> =
                self.schema.views.iter().map(|known| known.name.as_str()).collect();
            let hint = super::near::meant(name.as_str(), &known);
            let message = format!("the version has no view `{name}` that a migration made");
            return Err(self.reject_at("name", None, message, hint));
        }
        self.schema.views.retain(|view| &view.name != name);
        Ok(())
    }

    /// Has Postgres make every view of the version over the rehearsed copies. It comes last, for a
    /// view keeps the columns that it reads from being altered.
    pub(super) fn try_views(&mut self) {
        self.schema.arrange_views();
        self.refuse_shared_names();
        let views: Vec<ViewTrial> = self.schema.views.iter().map(|view| self.trial(view)).collect();
        // What raw SQL does to them, only the database will know.
        if views.is_empty() || self.raw.iter().any(|raw| !raw.on_complete) {
            return;
        }
        let names: BTreeSet<String> =
            self.schema.views.iter().flat_map(|view| view.query.names()).collect();
        let reads = |table: &&Table| names.contains(table.name.as_str());
        let read: Vec<&Table> = self.schema.tables.values().filter(reads).collect();
        let tables = read.iter().map(|table| self.stand_in(table)).collect();
        let known = read.iter().map(|table| table.name.clone()).collect();
        let version = self.schema.version.clone();
        self.questions.push(Question::Views(VersionViews { tables, known, version, views }));
    }

    /// A version's tables, views and their indexes share one schema. What the migration makes later,
    /// or somebody has made without one, meets the names of views here.
    fn refuse_shared_names(&mut self) {
        let mut shared = Vec::new();
        for view in &self.schema.views {
            let path = self.makers.views.get(&view.name);
            let table = |name: &&Name| self.schema.tables.contains_key(name);
            if let Some(name) = Some(&view.name).filter(table).filter(|_| path.is_none()) {
                shared.push(("operations".into(), name.clone(), "a table and a view"));
            }
            let ViewKind::Materialized { indexes } = &view.kind else {
                continue;
            };
            for (number, index) in indexes.iter().enumerate() {
                let is_taken = |name: &&Name| table(name) || self.schema.view(name).is_some();
                if let Some(name) = index.name.as_ref().filter(is_taken) {
                    let path = path.map_or_else(
                        || "operations".into(),
                        |path| format!("{path}.indexes[{number}].name"),
                    );
                    shared.push((
                        path,
                        name.clone(),
                        "an index of a materialized view and another",
                    ));
                }
            }
        }
        for (path, name, which) in shared {
            self.path = path;
            let message = format!("the version would have two of the name `{name}`: {which}");
            self.reject_with("", message, "give one of them another name, or drop the view");
        }
    }

    fn trial(&self, view: &View) -> ViewTrial {
        let (schema, server) = (names::probe_version(), self.schema.server);
        let made = self.makers.views.get(&view.name);
        let path = |field: String| match made {
            Some(path) => format!("{path}.{field}"),
            None => self.disturber(view),
        };
        let (before, after) = view::around_query(&schema, view, server, Data::Without);
        let create = ViewStatement {
            path: path("query".into()),
            prefix: made.map(|_| before.as_str().chars().count()),
            statement: sql!("{b}{q}\n{a}", b = before, q = view.query, a = after),
        };
        let mut statements = vec![create];
        if let ViewKind::Materialized { indexes } = &view.kind {
            statements.extend(indexes.iter().enumerate().map(|(number, index)| {
                let before = view::before_index(&schema, view, index);
                let d = &index.definition;
                ViewStatement {
                    path: path(format!("indexes[{number}]")),
                    prefix: None,
                    statement: sql!("{b}{d}", b = before, d = d),
                }
            }));
        }
        ViewTrial { view: view.clone(), is_made: made.is_some(), statements }
    }

    /// The operation that a view of the version before has to thank for not fitting any more: the
    /// one that changed a table which it may read, if there is but one.
    fn disturber(&self, view: &View) -> String {
        let mut paths = self.makers.tables.iter().filter(|(table, _)| view.may_read(table));
        match (paths.next(), paths.next()) {
            (Some((_, path)), None) => path.clone(),
            _ => "operations".into(),
        }
    }

    /// What the version's own view of the table will be: over its copy, where there is one.
    fn stand_in(&self, table: &Table) -> Sql {
        let is_copied = table.is_new || self.touched.contains(&table.storage);
        let columns = table.columns.iter().map(|column| {
            let name = column.name.ident();
            let stored = if is_copied { name } else { &column.storage };
            sql!("{s} AS {n}", s = stored, n = name)
        });
        let from = if is_copied {
            Self::probe(&table.name)
        } else {
            QualifiedName::new(&self.schema.name, &table.storage)
        };
        sql!(
            "CREATE VIEW {v} AS SELECT {c} FROM {t}",
            v = QualifiedName::new(&names::probe_version(), table.name.ident()),
            c = sql::commas(columns),
            t = from,
        )
    }
}
