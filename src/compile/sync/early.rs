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
use super::{Sync, Versions, assign, function, statements};
use crate::plan::names;
use crate::sql;
use crate::sql::{Ident, Sql, commas};

impl Sync<'_> {
    /// Whether there is an early trigger.
    pub(in crate::compile) fn is_early(&self) -> bool {
        self.users_write
    }

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
            note = commas(self.noted().iter().chain(&self.new_only).map(|column| text_of(column))),
        );
        function(&self.early_function, &body)
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
        if !self.is_early() {
            return sql!("");
        }
        let old = self.old_columns();
        let up = self.lenses.iter().filter_map(|lens| {
            let (new, up) = (lens.new.as_ref()?.storage, lens.up.as_ref()?);
            let inputs = up.inputs().into_iter().filter(|input| old.contains(input));
            self.carry(inputs.collect(), &assign(new, up))
        });
        let down = self.lenses.iter().filter_map(|lens| {
            let (column, down) = (lens.old?, lens.down.as_ref()?);
            let shared = |input: &&Ident| !old.contains(input) && !self.new_only.contains(input);
            let inputs: Vec<&Ident> = down.inputs().into_iter().filter(shared).collect();
            let unless = self.changed_since(&[column])?;
            let changed = self.changed_since(&inputs)?;
            let assign = assign(column, down);
            Some(sql!(
                "    IF {c} AND NOT {u} THEN\n      {a}\n    END IF;",
                c = changed,
                u = unless,
                a = assign,
            ))
        });
        let carry = statements(up.chain(down));
        sql!(
            file "sync/carry_over.sql",
            place = place(),
            kept = statements(self.new_only.iter().map(|column| {
                sql!(
                    "      IF NEW.{c} IS NOT DISTINCT FROM NULL THEN\n        NEW.{o} := OLD.{d};\n      END IF;",
                    c = column,
                    o = column,
                    d = column,
                )
            })),
            restored = statements(self.new_only.iter().zip(self.noted().len() + 2..).map(
                |(column, place)| {
                    let place = u32::try_from(place).unwrap_or_default();
                    sql!(
                        "    IF NEW.{c} IS NOT DISTINCT FROM NULL THEN\n      NEW.{d} := note[{p}];\n    END IF;",
                        c = column,
                        d = column,
                        p = place,
                    )
                },
            )),
            carry = carry,
            serialise = self.serialise(),
        )
    }

    fn carry(&self, inputs: Vec<&Ident>, assign: &Sql) -> Option<Sql> {
        let changed = self.changed_since(&inputs)?;
        Some(sql!("    IF {c} THEN\n      {a}\n    END IF;", c = changed, a = assign))
    }

    /// The columns of the note: what both versions have and expressions read, and the old ones.
    fn noted(&self) -> Vec<&Ident> {
        self.watched().into_iter().filter(|column| !self.new_only.contains(column)).collect()
    }

    /// Whether users' triggers changed any of these columns, to the letter.
    fn changed_since(&self, columns: &[&Ident]) -> Option<Sql> {
        let noted = self.noted();
        let pairs: Vec<(Sql, Sql)> = columns
            .iter()
            .filter_map(|column| {
                let place = noted.iter().position(|other| other == column)?;
                let place = u32::try_from(place + 2).ok()?;
                Some((text_of(column), sql!("note[{p}]", p = place)))
            })
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let (now, then): (Vec<Sql>, Vec<Sql>) = pairs.into_iter().unzip();
        let (now, then) = (commas(now), commas(then));
        Some(sql!("pg_catalog.record_image_ne(ROW({n}), ROW({t}))", n = now, t = then))
    }
}

/// The setting of the note.
fn place() -> Sql {
    sql!(file "sync/note_place.sql")
}

/// A value as text: what a setting can hold.
fn text_of(column: &Ident) -> Sql {
    sql!("NEW.{c}::pg_catalog.text", c = column)
}
