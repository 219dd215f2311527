//! What cannot be done online, and shows only now that Postgres has answered.

use super::backfill;
use super::expression::Function;
use super::lens::ColumnLens;
use super::table::TableChange;
use crate::operation::Rejection;
use crate::plan::names;
use crate::schema::{Check, Column, Generated, Kind, Trigger};

impl TableChange<'_> {
    /// What shows only now that Postgres has answered.
    pub(super) fn refusals(&self) -> Vec<Rejection> {
        let mut refusals: Vec<Rejection> = Vec::new();
        refusals.extend(self.unfit_for_sync());
        refusals.extend(self.unfit_for_settling());
        refusals.extend(self.lenses.iter().filter_map(|lens| self.reads_what_moves(lens)));
        refusals.extend(self.reads_generated());
        refusals.extend(self.rewrites());
        refusals
    }

    fn refusal(&self, path: Option<&str>, message: String, hint: &str) -> Rejection {
        let first = self.lenses.first().map_or("operations", |lens| lens.path);
        Rejection {
            path: path.unwrap_or(first).to_owned(),
            offset: None,
            message,
            hint: Some(hint.to_owned()),
        }
    }

    /// Tables whose rows a trigger of ours does not reach, or reaches too early.
    fn unfit_for_sync(&self) -> Option<Rejection> {
        if self.lenses.is_empty() {
            return None;
        }
        if self.before.kind != Kind::Ordinary || self.before.inherits {
            let message =
                format!("`{}` is partitioned, inherited from or foreign", self.after.name);
            let hint = "columns of such tables cannot be kept in step yet";
            return Some(self.refusal(None, message, hint));
        }
        if self.before.hides_rows {
            let message = format!(
                "`{}` has FORCE ROW LEVEL SECURITY, which hides rows from this role",
                self.after.name
            );
            let hint = "let a role with BYPASSRLS migrate, or lift FORCE for the time of the start";
            return Some(self.refusal(None, message, hint));
        }
        let last = names::sync_trigger();
        let later = |trigger: &&Trigger| trigger.before_row && trigger.name > last;
        let trigger = self.before.triggers.iter().find(later)?;
        let message = format!("the trigger `{}` fires after Straddle's own", trigger.name.as_str());
        Some(self.refusal(None, message, "give it a name that sorts before `~straddle`"))
    }

    /// Postgres builds no index CONCURRENTLY on a partitioned table, and takes no NOT VALID foreign
    /// key on one before 18.
    fn unfit_for_settling(&self) -> Option<Rejection> {
        let is_ordinary = self.before.kind == Kind::Ordinary;
        if is_ordinary || (self.new_indexes().is_empty() && self.new_foreign_keys().is_empty()) {
            return None;
        }
        let message = format!("`{}` is partitioned or foreign", self.after.name);
        let hint = "indexes and foreign keys cannot be made beside the application there yet";
        Some(self.refusal(None, message, hint))
    }

    /// A column cannot be computed from another one that is different each time it is computed.
    fn reads_what_moves(&self, lens: &ColumnLens<'_>) -> Option<Rejection> {
        let column = backfill::reads_volatile(lens, &self.lenses);
        let what = match column {
            Some(column) => format!("`{}`", column.as_str()),
            None => format!("what {} makes", volatile_maker(lens)?.label()),
        };
        let message = format!("it reads {what}, which is different each time");
        let hint = "make that column in a migration before this one";
        Some(self.refusal(Some(lens.path), message, hint))
    }

    /// In a BEFORE trigger, generated columns are NULL (manual, section 5.3).
    fn reads_generated(&self) -> Vec<Rejection> {
        let is_generated = |column: &Column| {
            matches!(column.generated, Some(Generated::Stored(_) | Generated::Virtual(_)))
        };
        let mut refusals = Vec::new();
        for lens in &self.lenses {
            for storage in lens.up.iter().chain(&lens.down).flat_map(Function::inputs) {
                if let Some(column) = self.before.stored(storage).filter(|c| is_generated(c)) {
                    let message = format!("it reads the generated column `{}`", column.name);
                    let hint = "write the expression of that column instead";
                    refusals.push(self.refusal(Some(lens.path), message, hint));
                }
            }
        }
        refusals
    }

    /// What Postgres can only make by rewriting or locking the table.
    fn rewrites(&self) -> Vec<Rejection> {
        let new = self.new_columns();
        let domains = new.iter().filter(|column| column.constrained_domain).map(|column| {
            let message = format!("`{}` is a domain with constraints", column.type_name);
            let hint = "a column of it rewrites the table: give the base type and a `check`";
            self.refusal(None, message, hint)
        });
        let excludes = self
            .outcome
            .constraints
            .iter()
            .filter(|other| other.check == Check::Exclude && self.reads_new(&other.columns));
        let excludes = excludes.map(|constraint| {
            let message = format!("`{}` is an exclusion constraint", constraint.name.as_str());
            let hint = "it cannot be built beside the application: drop it first";
            self.refusal(None, message, hint)
        });
        domains.chain(excludes).collect()
    }
}

/// What makes a column in between two operations that is different each time.
fn volatile_maker<'l, 'a>(lens: &'l ColumnLens<'a>) -> Option<&'l Function<'a>> {
    let functions = lens.up.as_ref()?.with_makers();
    functions.into_iter().skip(1).find(|maker| !maker.is_immutable())
}
