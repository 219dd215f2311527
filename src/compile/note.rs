//! What the reader of a plan should know before agreeing.

use std::collections::BTreeSet;

use super::Compiler;
use super::table::TableChange;
use crate::operation::Follower;
use crate::schema::{Check, ForeignKey, Generated, Index, ReplicaIdentity, Table};
use crate::sql::Ident;

impl TableChange<'_> {
    /// What the reader of the plan should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = self.notes_on_what_is_shared();
        notes.extend(self.notes_on_writes());
        notes.extend(self.notes_on_writes_back());
        notes.extend(self.notes_on_what_goes());
        notes.extend(self.notes_until_contract());
        notes.extend(self.identities_until_contract());
        let table = self.after.name.as_str();
        for (column, known) in self.going_with_columns() {
            let goes = if known.len() == 1 { "goes" } else { "go" };
            let (column, known) = (column.as_str(), known.join("`, `"));
            notes
                .push(format!("`{known}` {goes} with the column `{table}.{column}` at `complete`"));
        }
        notes.extend(self.notes_on_firing());
        notes.extend(self.notes_on_followers());
        notes.extend(self.notes_on_renewed());
        notes.extend(self.notes_on_sequences());
        notes.extend(self.notes_on_subscribers());
        notes
    }

    /// What binds the old version, too.
    fn notes_on_what_is_shared(&self) -> Vec<String> {
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
            let is_there = self.constraint_before(&key.name).is_some();
            if !is_there && !self.reads_new(&self.after.storages(&key.columns)) {
                let name = key.name.as_str();
                notes.push(format!(
                    "the foreign key `{name}` on `{table}` binds the old version, too"
                ));
            }
            if !is_there {
                notes.extend(self.compiler.note_on_deletes(self.after, key));
            }
        }
        notes
    }

    /// What binds the new version as yet.
    fn notes_until_contract(&self) -> Vec<String> {
        let table = self.after.name.as_str();
        let mut notes = Vec::new();
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
        for key in self.new_keys().iter().filter(|key| !key.deferral.as_str().is_empty()) {
            let name = key.name.as_str();
            let until = if self.is_key_in_start(key) {
                "while its index is built"
            } else {
                "until `complete`"
            };
            notes.push(format!(
                "`{name}` on `{table}` is deferrable, but {until} duplicates are refused at once"
            ));
        }
        notes
    }

    /// Constraints and unique indexes that go at `complete`.
    fn notes_on_what_goes(&self) -> Vec<String> {
        let constraints = self.doomed_constraints().into_iter().map(|one| &one.name);
        let new = self.new_foreign_keys();
        let is_copied =
            |name: &Ident| new.iter().any(|key| self.constraint_before(&key.name) == Some(name));
        let keys = self.doomed_foreign_keys().into_iter().filter(|key| {
            let columns = self.before.storages(&key.columns);
            !is_copied(&key.name) && !columns.iter().any(|column| self.is_doomed(column))
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

    /// Identity columns are plain ones until contract, which are there for anybody to write.
    fn identities_until_contract(&self) -> Vec<String> {
        let is_always = |storage: &&Ident| {
            let column = self.outcome.stored(storage);
            column.is_some_and(|column| column.generated == Some(Generated::IdentityAlways))
        };
        let new = self.lenses.iter().filter_map(|lens| Some(lens.new.as_ref()?.storage));
        let note = |storage| {
            let column = self.shown_column(storage);
            format!(
                "until `complete`, the new version takes values for {column} without OVERRIDING, and \
                 ignores OVERRIDING USER VALUE"
            )
        };
        new.filter(is_always).map(note).collect()
    }

    /// Columns that take a type with the ones that they refer to.
    fn notes_on_followers(&self) -> Vec<String> {
        let followers = self.compiler.draft.followers.iter();
        let followers = followers.filter(|follower| follower.table == self.before.storage);
        let note = |follower: &Follower| {
            let column = self.outcome.stored(&follower.column)?;
            Some(format!(
                "{} becomes `{}` with `{}`, to which it refers by the foreign key `{}`",
                self.shown_column(&follower.column),
                column.type_name,
                follower.referenced,
                follower.key.as_str(),
            ))
        };
        followers.filter_map(note).collect()
    }

    /// Columns that publications carry from `start` on, as they have all that there are.
    fn notes_on_subscribers(&self) -> Vec<String> {
        let whole = self.before.published.iter().filter(|one| one.columns.is_none());
        let publications: BTreeSet<&str> = whole.map(|one| one.publication.as_str()).collect();
        let columns = self.after.columns.iter().map(|column| &column.storage);
        let columns: Vec<&str> =
            columns.filter(|storage| self.is_new(storage)).map(Ident::as_str).collect();
        if columns.is_empty() {
            return Vec::new();
        }
        let (table, columns) = (self.before.name.as_str(), columns.join("`, `"));
        let note = |publication| {
            format!(
                "subscribers of the publication `{publication}` get `{columns}` of `{table}` from `start` on: one that does \
                 not have that stops at the first row, so start there first"
            )
        };
        publications.into_iter().map(note).collect()
    }

    /// Old columns that go, and the indexes and constraints that go with them for good.
    fn going_with_columns(&self) -> Vec<(&Ident, Vec<String>)> {
        let kept = |name: &Ident| {
            let mut indexes = self.outcome.indexes.iter();
            indexes.any(|index| self.index_before(&index.name) == Some(name))
        };
        let alone = self.doomed_constraints();
        let goes = |index: &&Index| {
            let goes_alone = alone.iter().any(|one| index.constraint.as_ref() == Some(&one.name));
            !kept(&index.name) && !goes_alone
        };
        self.doomed_columns()
            .into_iter()
            .map(|column| {
                let indexes = self.before.indexes.iter().filter(goes);
                let indexes = indexes
                    .filter(|index| index.columns.contains(column))
                    .chain(self.lost_own_indexes(column))
                    .map(|index| index.name.as_str().to_owned());
                let known = |name: &Ident| {
                    self.outcome.statistics.iter().any(|other| &other.name.name == name)
                };
                let statistics = self.before.statistics.iter();
                let statistics = statistics
                    .filter(|other| other.columns.contains(column) && !known(&other.name.name))
                    .map(|other| other.name.name.as_str().to_owned());
                (column, indexes.chain(statistics).collect::<Vec<_>>())
            })
            .filter(|(_, known)| !known.is_empty())
            .collect()
    }
}

impl Compiler<'_> {
    /// What comes of it when the old version deletes what a foreign key refers to that it does not know.
    fn note_on_deletes(&self, table: &Table, key: &ForeignKey) -> Option<String> {
        let referenced = self.draft.schema.tables.get(key.table.as_ref()?)?;
        let mut known = self.before.tables.values();
        let known = known.find(|known| known.storage == referenced.storage)?;
        let (from, name) = (&known.name, key.name.as_str());
        let table = &table.name;
        let outcome = match key.on_delete.as_str() {
            _ if key.not_enforced => return None,
            action if action.ends_with("CASCADE") => {
                format!("deletes the rows of `{table}` that refer to it")
            }
            action if action.ends_with("NO ACTION") || action.ends_with("RESTRICT") => {
                format!("fails while rows of `{table}` refer to it")
            }
            _ => format!("changes the rows of `{table}` that refer to it"),
        };
        Some(format!(
            "a DELETE of a row of `{from}` through the old version {outcome} by the foreign key `{name}`"
        ))
    }

    /// The same of tables that the migration makes.
    pub(super) fn notes_on_new_tables(&self) -> Vec<String> {
        let new = self.draft.schema.tables.values().filter(|table| table.is_new);
        let keys = new.clone();
        let keys = keys.flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
        let deletes = keys.filter_map(|(table, key)| self.note_on_deletes(table, key));
        deletes.chain(new.filter_map(|table| self.note_on_published(table))).collect()
    }

    /// What comes of it when a table that the migration makes is published with all others.
    fn note_on_published(&self, table: &Table) -> Option<String> {
        let publication = self.before.publishing_all.first()?;
        let outcome = self.answers.outcome_of(&table.name)?;
        let mut constraints = outcome.constraints.iter();
        let is_known = constraints.any(|one| one.check == Check::PrimaryKey)
            || outcome.replica_identity != ReplicaIdentity::Default;
        (!is_known).then(|| {
            format!(
                "the publication `{}` publishes `{}`, too, which has no primary key: Postgres will refuse every \
                 UPDATE and DELETE of its rows",
                publication.as_str(),
                table.name,
            )
        })
    }
}
