//! Settle: everything slow, and everything that the data may refuse.

use super::lens::ColumnLens;
use super::table::TableChange;
use crate::plan::{Step, ddl, names};
use crate::schema::{ForeignKey, Kind};
use crate::sql;
use crate::sql::Ident;

impl TableChange<'_> {
    /// Everything slow, and everything that the data may refuse.
    pub(super) fn settle(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self.fill_updates().into_iter().chain(self.proof()).collect();
        for column in self.to_be_not_null() {
            let name = names::not_null(&self.before.storage, column);
            let nulls = sql!("{c} IS NOT DISTINCT FROM NULL", c = column);
            let nulls = self.sample_of(&nulls, std::slice::from_ref(column));
            let mut step = ddl::validate_constraint(&self.table, &name);
            step.purpose = format!("prove that no row has NULL in {}", self.shown_column(column));
            steps.push(step.blaming(nulls));
        }
        steps.extend(self.settle_not_nulls());
        for constraint in self.new_checks().into_iter().filter(|constraint| constraint.valid) {
            let name = self.name_until_contract(&constraint.name);
            let step = ddl::validate_constraint(&self.table, &name);
            steps.push(match &constraint.condition {
                None => step,
                Some(condition) => step.blaming(self.refused_by(constraint, condition)),
            });
        }
        // What old rows may violate must not be in the way of filling them.
        let keys = self.new_foreign_keys().into_iter();
        for key in keys.filter(|key| !key.valid && !self.is_late(key)) {
            steps.extend(self.add_foreign_key(key));
        }
        for constraint in self.new_checks().into_iter().filter(|constraint| !constraint.valid) {
            let name = self.name_until_contract(&constraint.name);
            steps.push(ddl::add_check(&self.table, &name, &constraint.definition));
        }
        // Before those of the table: of indexes alike, a primary key takes the one that was made last.
        steps.extend(self.build_own_indexes());
        for index in self.new_indexes() {
            if let Some(key) = self.partitioned_key(index) {
                steps.extend(self.build_partitioned_key(index, key));
                continue;
            }
            steps.extend(self.build_index(index));
            steps.extend(self.measure_index(index));
            steps.extend(self.defer(index));
        }
        for key in self.new_foreign_keys() {
            if !self.is_late(key) {
                steps.extend(self.validate_foreign_key(key));
            }
        }
        steps.extend(self.index_withheld());
        steps.extend(self.make_statistics());
        steps.extend(self.analyze());
        steps.extend(self.live_triggers());
        steps
    }

    /// NOT NULLs in the place of the CHECKs that prove them, which would cost every write until
    /// `complete`.
    fn settle_not_nulls(&self) -> Option<Step> {
        let columns = self.to_be_not_null().into_iter().filter(|one| self.settles_not_null(one));
        let proven = columns.map(|column| ddl::Proven {
            column,
            check: names::not_null(&self.before.storage, column),
            name: self.not_null_name(column).map(|name| self.name_until_contract(&name)),
        });
        let proven: Vec<ddl::Proven<'_>> = proven.collect();
        (!proven.is_empty()).then(|| ddl::settle_not_null(&self.table, &proven))
    }

    /// The columns that are NOT NULL when that is done, each behind its table.
    pub(super) fn settled_not_nulls(&self) -> Vec<(Ident, Ident)> {
        let columns = self.to_be_not_null().into_iter().filter(|one| self.settles_not_null(one));
        columns.map(|column| (self.before.storage.clone(), column.clone())).collect()
    }

    /// Whether a foreign key is made behind all indexes, and when every row is filled: it stands on an
    /// index that the migration builds, or what it does on delete or update changes columns of both
    /// versions along with new ones, so that the old one's might come too late; or no old one does the
    /// same to what `up` reads, and until every row is filled, `up` takes back what it does.
    pub(super) fn is_late(&self, key: &ForeignKey) -> bool {
        let columns = self.after.storages(&key.columns);
        let is_early = match self.constraint_before(&key.name) {
            Some(_) => !self.reads_new(&columns) || columns.iter().all(|one| self.is_new(one)),
            None => !key.changes_rows() || !self.fills(&columns),
        };
        !is_early || self.compiler.stands_on_new_index(self.after, key)
    }

    /// Whether `up` makes one of the columns.
    fn fills(&self, columns: &[Ident]) -> bool {
        let mut filled = self.lenses.iter().filter_map(ColumnLens::filled);
        filled.any(|(new, _)| columns.contains(new))
    }

    /// Foreign keys that come late.
    pub(super) fn late_foreign_keys(&self) -> Vec<Step> {
        let keys = self.new_foreign_keys().into_iter();
        let late = keys.filter(|key| self.is_late(key));
        let late: Vec<&ForeignKey> = late.collect();
        let live = self.follow_foreign_keys(&late);
        let keys = late.into_iter().flat_map(|key| {
            self.add_foreign_key(key).into_iter().chain(self.validate_foreign_key(key))
        });
        live.into_iter().chain(keys).collect()
    }

    fn validate_foreign_key(&self, key: &ForeignKey) -> Vec<Step> {
        if !key.valid {
            return Vec::new();
        }
        if self.before.kind == Kind::Partitioned {
            return self.settle_foreign_key_of_partitions(key).unwrap_or_default();
        }
        let name = self.name_until_contract(&key.name);
        let step = ddl::validate_constraint(&self.table, &name);
        vec![match self.compiler.referenced(key) {
            None => step,
            Some((target, referenced)) => {
                let columns = self.after.storages(&key.columns);
                step.blaming(self.orphans(&columns, &target, &referenced))
            }
        }]
    }
}
