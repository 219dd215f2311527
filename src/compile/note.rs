//! What the reader of a plan should know before agreeing.

use super::storages;
use super::table::TableChange;
use crate::sql::Ident;

impl TableChange<'_> {
    /// What the reader of the plan should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let table = self.after.name.as_str();
        let mut notes = Vec::new();
        for column in self.to_be_not_null().into_iter().filter(|column| !self.is_new(column)) {
            let column = column.as_str();
            notes.push(format!("`{table}.{column}` becomes NOT NULL for the old version, too"));
        }
        for check in self.new_checks().iter().filter(|check| !self.reads_new(&check.columns)) {
            let name = check.name.as_str();
            notes.push(format!("the check `{name}` on `{table}` binds the old version, too"));
        }
        let shared = self.new_indexes().into_iter();
        let shared = shared.filter(|index| index.unique && !self.reads_new(&index.columns));
        for index in shared {
            let name = index.name.as_str();
            notes
                .push(format!("the unique index `{name}` on `{table}` binds the old version, too"));
        }
        for key in self.new_foreign_keys() {
            if !self.reads_new(&storages(self.after, &key.columns)) {
                let name = key.name.as_str();
                notes.push(format!(
                    "the foreign key `{name}` on `{table}` binds the old version, too"
                ));
            }
        }
        notes.extend(self.notes_on_what_goes());
        for column in &self.before.columns {
            let loosened = self
                .outcome
                .stored(&column.storage)
                .is_some_and(|outcome| outcome.nullable && !column.nullable);
            if loosened {
                let name = column.storage.as_str();
                notes.push(format!(
                    "`{table}.{name}` stays NOT NULL until `complete`, for the new version, too"
                ));
            }
        }
        for (column, known) in self.going_with_columns() {
            let (column, known) = (column.as_str(), known.join("`, `"));
            notes.push(format!("`{known}` goes with the column `{table}.{column}` at `complete`"));
        }
        let writes_row = self.before.triggers.iter().filter(|trigger| trigger.before_row);
        if self.lenses.iter().any(|lens| lens.old.is_some()) {
            for trigger in writes_row {
                notes.push(format!(
                    "the trigger `{}` on `{table}` fires before the versions are brought in step: \
                     when the new version writes, it sees the old column as it was",
                    trigger.name.as_str()
                ));
            }
        }
        if self.backfill().is_some()
            && !self.before.triggers.is_empty()
            && !self.compiler.before.may_silence_triggers
        {
            notes.push(format!(
                "the triggers on `{table}` fire for every row that the backfill writes, for the \
                 role may not set session_replication_role"
            ));
        }
        notes
    }

    /// Constraints and unique indexes that go at `complete`.
    fn notes_on_what_goes(&self) -> Vec<String> {
        let constraints = self.doomed_constraints().into_iter().map(|one| &one.name);
        let keys = self.doomed_foreign_keys().into_iter().filter(|key| {
            !storages(self.before, &key.columns).iter().any(|column| self.is_doomed(column))
        });
        let indexes = self.doomed_indexes().into_iter().filter(|index| index.unique);
        let names = constraints.chain(keys.map(|key| &key.name));
        let names = names.chain(indexes.map(|index| &index.name));
        let table = self.after.name.as_str();
        names
            .map(|name| {
                let name = name.as_str();
                format!("`{name}` on `{table}` stays until `complete`, for the new version, too")
            })
            .collect()
    }

    /// Old columns that go, and the indexes and constraints that go with them for good.
    fn going_with_columns(&self) -> Vec<(&Ident, Vec<String>)> {
        let kept = |name: &Ident| {
            let mut indexes = self.outcome.indexes.iter();
            indexes.any(|index| self.index_before(&index.name) == Some(name))
        };
        self.doomed_columns()
            .into_iter()
            .map(|column| {
                let indexes = self.before.indexes.iter();
                let known = indexes
                    .filter(|index| index.columns.contains(column) && !kept(&index.name))
                    .map(|index| index.name.as_str().to_owned());
                (column, known.collect::<Vec<_>>())
            })
            .filter(|(_, known)| !known.is_empty())
            .collect()
    }
}
