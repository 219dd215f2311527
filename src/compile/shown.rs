//! What the new version shows.

use super::Compiler;
use crate::schema::{Column, Schema, View};
use crate::sql::Expression;

impl Compiler<'_> {
    /// The schema as the new version shows it, with what Postgres said of the changed tables.
    pub(super) fn shown(&self) -> Schema {
        let mut shown = self.draft.schema.clone();
        for outcome in &self.answers.outcome {
            let Some(table) = shown.tables.get_mut(&outcome.name) else {
                continue;
            };
            let mut tables = self.before.tables.values();
            let before = tables.find(|one| one.storage == table.storage && !table.is_new);
            for column in &mut table.columns {
                let Some(found) = outcome.stored(&column.storage) else {
                    continue;
                };
                column.generated.clone_from(&found.generated);
                // The sequence of a new serial column is named by Postgres when the table is made;
                // without a default of its own the view takes the table's.
                let is_new_serial = table.is_new && found.sequence.is_some();
                column.default = found.default.clone().filter(|_| !is_new_serial);
                // Until `complete` the table has the old version's default, and a view without one
                // gives that. A plain NULL Postgres does not keep as a default.
                let stored = before.and_then(|before| before.stored(&column.storage));
                if stored.is_some_and(|old| loses_default(old, found)) {
                    let none = format!("CASE WHEN true THEN NULL::{} END", found.type_name);
                    column.default = Some(Expression::from_catalog(none));
                }
            }
        }
        for view in &mut shown.views {
            let Some(known) = self.answers.views.get(&view.name) else {
                continue;
            };
            if let Some(shown) = &mut view.shown {
                shown.columns.retain(|column| known.contains(&column.name));
            }
        }
        shown
    }

    /// The users' own views, for the version after this one: what they are like is read anew then.
    pub(super) fn views(&self) -> Vec<View> {
        let views = self.draft.schema.views.iter();
        views.map(|view| View { shown: None, ..view.clone() }).collect()
    }
}

/// Whether a column that stays has no default in the end, and has one until then.
pub(super) fn loses_default(before: &Column, outcome: &Column) -> bool {
    before.default.is_some() && outcome.default.is_none()
}
