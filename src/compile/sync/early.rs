//! The early trigger of a table with BEFORE triggers of the users' own, which know the old version's
//! columns only.
//!
//! It fires before them and makes the old columns of what the new version writes, so that they see the
//! row that they would see if the old version had written it. What they then make of it, the sync
//! trigger, which fires last, carries over to the new columns. The early trigger leaves it a note in a
//! setting of the transaction, by the depth of the triggers: who wrote the row, and, if it was the new
//! version, what the row was in between. For triggers that make the row anew leave out the columns that
//! they do not know, which would look like a write of the new version.

use super::live::is_replica;
use super::{
    Sync, Versions, assign_if, function, lacks, new_text, old_row, setting_by_depth, statements,
    value_of,
};
use crate::compile::lens::ColumnLens;
use crate::plan::names;
use crate::sql;
use crate::sql::{Ident, Sql, commas};

impl Sync<'_> {
    /// The early trigger's function.
    pub(in crate::compile) fn early(&self, versions: &Versions<'_>) -> Sql {
        let body = sql!(
            file "sync/early.sql",
            is_replica = is_replica(),
            leave_moved = self.leave_moved(),
            place = place(),
            inserted_by = self.inserted_by(versions),
            insert_old = self.insert_old(),
            updated_by = self.updated_by(versions),
            after_new = self.after_new(),
            note = commas(self.in_note().into_iter().map(new_text)),
        );
        function(&self.early_function, &self.text_settings(), &body)
    }

    /// The early trigger.
    pub(in crate::compile) fn early_trigger(&self) -> Sql {
        sql!(
            file "sync/live_trigger.sql",
            trigger = names::early_trigger(),
            of = sql!(""),
            table = self.table,
            function = self.early_function,
        )
    }

    /// What the sync function does first, where there is an early trigger.
    pub(super) fn carry_over(&self) -> Sql {
        if !self.users_write {
            return sql!("");
        }
        let old = self.old_columns();
        let up = self.lenses.iter().filter_map(|lens| {
            let (new, up) = lens.filled()?;
            let inputs = up.inputs().into_iter().filter(|input| old.contains(input));
            let changed = self.changed_since(&inputs.collect::<Vec<_>>())?;
            Some(assign_if(&changed, &self.assign(new, up)))
        });
        let down = self.lenses.iter().filter_map(|lens| {
            let (column, down) = lens.kept()?;
            // New columns among them may just have been made of what the users' triggers changed; but
            // not those that are made of this one.
            let others = |input: &&Ident| !old.contains(input) && !self.is_made_of(input, column);
            let inputs: Vec<&Ident> = down.inputs().into_iter().filter(others).collect();
            let unless = self.changed_since(&[column])?;
            let changed = self.changed_since(&inputs)?;
            let condition = sql!("{c} AND NOT {u}", c = changed, u = unless);
            Some(assign_if(&condition, &self.assign(column, down)))
        });
        let carry = statements(up.chain(down));
        sql!(
            file "sync/carry_over.sql",
            place = place(),
            kept = statements(self.new_only.iter().map(|column| {
                let before = sql!("NEW.{c} := {o};", c = column, o = old_row(column));
                assign_if(&lacks(column), &before)
            })),
            restored = statements(self.new_only.iter().map(|column| {
                let noted = value_of(&self.noted(column));
                let noted = sql!("NEW.{c} := {n};", c = column, n = noted);
                assign_if(&lacks(column), &noted)
            })),
            carry = carry,
            serialise = self.serialise(),
        )
    }

    /// Whether a new column is made of an old one.
    fn is_made_of(&self, new: &Ident, old: &Ident) -> bool {
        let mut lenses = self.lenses.iter().filter_map(ColumnLens::filled);
        lenses.any(|(made, up)| made == new && up.inputs().contains(&old))
    }

    /// The columns of the note: what both versions have and expressions read, the old ones, and the new
    /// ones.
    pub(super) fn in_note(&self) -> Vec<&Ident> {
        let watched = self.watched().into_iter();
        let watched = watched.filter(|column| !self.new_only.contains(column));
        watched.chain(self.new_only.iter().copied()).collect()
    }

    /// What the note has of a column, behind who wrote the row.
    fn noted(&self, column: &Ident) -> Sql {
        let place = self.in_note().iter().position(|other| *other == column);
        let place = place.and_then(|place| u32::try_from(place + 2).ok());
        sql!("note[{p}]", p = place.unwrap_or_default())
    }

    /// Whether users' triggers changed any of these columns, to the letter.
    fn changed_since(&self, columns: &[&Ident]) -> Option<Sql> {
        if columns.is_empty() {
            return None;
        }
        let now = commas(columns.iter().map(|column| new_text(column)));
        let then = commas(columns.iter().map(|column| self.noted(column)));
        Some(sql!("pg_catalog.record_image_ne(ROW({n}), ROW({t}))", n = now, t = then))
    }
}

/// The setting of the note.
fn place() -> Sql {
    setting_by_depth("straddle.in_step_")
}
