//! Rows that are inserted with both sides given, by somebody who knows both: copied, as a restore or a
//! function over the base table's rows does it.
//!
//! A side that follows from the other is left alone. What agrees neither way was changed between the
//! copying and the writing, and then the search path says whose side counts.

use super::live::newer_in_path;
use super::{Sync, Versions, image_ne, lacks, new_row, statements};
use crate::compile::expression::Function;
use crate::compile::lens::ColumnLens;
use crate::sql;
use crate::sql::{Ident, Separated, Sql};

impl Sync<'_> {
    /// The old columns of a copied row that agree with nothing.
    pub(super) fn mend_old(&self) -> Separated<Sql> {
        statements(self.backwards().into_iter().filter_map(|lens| {
            let (old, down) = lens.kept()?;
            self.mend(lens, &self.assign(old, down))
        }))
    }

    /// The new columns of a copied row that agree with nothing.
    pub(super) fn mend_new(&self) -> Separated<Sql> {
        statements(self.lenses.iter().filter_map(|lens| {
            let (new, up) = lens.filled()?;
            self.mend(lens, &self.assign(new, up))
        }))
    }

    /// After a replicated UPDATE in which new columns changed. Who sends those has both sides as a rule,
    /// and they agree, or are not comparable; but a row that the publisher has not filled yet arrives
    /// without them, and one without the old columns comes from a publisher that is further on. Who replicates
    /// has an empty search path; a client with this role that pins the new version means its NULLs.
    pub(super) fn replicated(&self, versions: &Versions<'_>) -> Sql {
        let never = |conditions: Vec<Sql>| {
            if conditions.is_empty() { vec![sql!("false")] } else { conditions }
        };
        let ups = self.lenses.iter().filter_map(|lens| up_agrees(lens, &new_row));
        let downs = self.lenses.iter().filter_map(|lens| down_agrees(lens, &new_row));
        let (ups, downs) = (never(ups.collect()), never(downs.collect()));
        let lacking = never(self.new_only.iter().map(|column| lacks(column)).collect());
        sql!(
            file "sync/replicated.sql",
            unfilled = Separated::by(" AND ", lacking),
            path = newer_in_path(versions),
            ups_agree = Separated::by(" AND ", ups),
            downs_agree = Separated::by(" AND ", downs),
            old_changed = self.any_changed(&self.old_columns()),
            fill = self.insert_new(),
            after_new = self.after_new(),
        )
    }

    fn mend(&self, lens: &ColumnLens<'_>, assign: &Sql) -> Option<Sql> {
        let ways = self.ways(lens, &new_row);
        // A side that cannot be computed again, or has no counterpart, says nothing.
        let needed = if lens.old.is_some() && lens.new.is_some() { 1 } else { 2 };
        if ways.len() < needed {
            return None;
        }
        Some(sql!(
            "            IF NOT ({w}) THEN\n              {a}\n            END IF;",
            w = Separated::by(" OR ", ways),
            a = assign,
        ))
    }

    /// Whether a row's columns of the two versions do not follow from each other, as far as that can be
    /// told: the row was written past the triggers, or columns that both versions have were.
    pub(in crate::compile) fn disagree(&self, row: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
        let lenses = self.lenses.iter().map(|lens| self.ways(lens, row));
        let told = lenses.filter(|ways| ways.len() == 2);
        let apart = told.map(|ways| sql!("NOT ({w})", w = Separated::by(" OR ", ways)));
        let apart: Vec<Sql> = apart.collect();
        (!apart.is_empty()).then(|| sql!("{a}", a = Separated::by(" OR ", apart)))
    }

    /// How the columns of a lens can follow from the other side's: forth, and back.
    fn ways(&self, lens: &ColumnLens<'_>, row: &dyn Fn(&Ident) -> Sql) -> Vec<Sql> {
        let up = |lens: &ColumnLens<'_>| up_agrees(lens, row);
        let down = |lens: &ColumnLens<'_>| down_agrees(lens, row);
        let (forth, back): (Vec<Sql>, Vec<Sql>) = if lens.old.is_some() && lens.new.is_some() {
            (up(lens).into_iter().collect(), down(lens).into_iter().collect())
        } else if lens.old.is_some() {
            let related = self.lenses.iter().filter(|other| are_related(other, lens));
            (related.filter_map(up).collect(), down(lens).into_iter().collect())
        } else {
            let related = self.lenses.iter().filter(|other| are_related(lens, other));
            (up(lens).into_iter().collect(), related.filter_map(down).collect())
        };
        let ways = [forth, back].into_iter().filter(|way| !way.is_empty());
        ways.map(|way| sql!("({w})", w = Separated::by(" AND ", way))).collect()
    }
}

/// Whether a column that only the new version has is made of one that only the old version has, or
/// the other way round.
fn are_related(new: &ColumnLens<'_>, old: &ColumnLens<'_>) -> bool {
    let (Some(made), None) = (&new.new, new.old) else { return false };
    let (Some(column), None) = (old.old, &old.new) else { return false };
    let reads = |function: &Option<Function<'_>>, input: &Ident| {
        function.as_ref().is_some_and(|function| function.inputs().contains(&input))
    };
    reads(&new.up, column) || reads(&old.down, made.storage)
}

fn up_agrees(lens: &ColumnLens<'_>, row: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
    let (new, up) = lens.filled()?;
    agrees(new, up, row)
}

fn down_agrees(lens: &ColumnLens<'_>, row: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
    let (old, down) = lens.kept()?;
    agrees(old, down, row)
}

/// Whether a column is what its expression makes of the row, where that can be computed again.
fn agrees(column: &Ident, function: &Function<'_>, row: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
    function.is_immutable().then(|| {
        let value = function.call(row);
        sql!("NOT {n}", n = image_ne(&row(column), &value, function.column_type()))
    })
}
