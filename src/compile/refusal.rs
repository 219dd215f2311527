//! What cannot be done online, and shows only now that Postgres has answered.

use super::backfill;
use super::expression::Function;
use super::lens::ColumnLens;
use super::table::TableChange;
use crate::operation::{ADD_IT_LATER, Rejection, includes_for};
use crate::plan::names;
use crate::schema::{Check, Kind, Table, Trigger};
use crate::sql::Ident;

impl TableChange<'_> {
    /// What shows only now that Postgres has answered.
    pub(super) fn refusals(&self) -> Vec<Rejection> {
        let mut refusals: Vec<Rejection> = Vec::new();
        refusals.extend(self.has_hidden_rows());
        refusals.extend(self.has_columns_of_a_type());
        refusals.extend(self.lacks_room());
        refusals.extend(self.unfit_for_sync());
        refusals.extend(self.unfit_for_settling());
        refusals.extend(self.stands_on_what_goes());
        refusals.extend(self.keeps_what_is_included());
        refusals.extend(self.starves_publication());
        refusals.extend(self.cannot_be_updated());
        refusals.extend(self.sets_what_is_no_default_yet());
        refusals.extend(self.lacks_partition_key());
        refusals.extend(self.lenses.iter().filter_map(|lens| self.reads_what_moves(lens)));
        refusals.extend(self.reads_generated());
        refusals.extend(self.computes_from_new());
        refusals.extend(self.lacks_rights());
        refusals.extend(self.rewrites());
        refusals.extend(self.withholds_in_vain());
        refusals
    }

    pub(super) fn refusal(&self, path: Option<&str>, message: String, hint: &str) -> Rejection {
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
        if let Some((message, hint)) = self.out_of_reach() {
            return Some(self.refusal(None, message, hint));
        }
        let last = names::sync_trigger();
        let ours = [&last, &names::early_trigger(), &names::moved_trigger()];
        let later = |trigger: &&Trigger| {
            trigger.before_row && trigger.name > last || ours.contains(&&trigger.name)
        };
        let trigger = self.before.triggers.iter().find(later)?;
        let name = trigger.name.as_str();
        let message = match &trigger.partition {
            _ if ours.contains(&&trigger.name) => {
                format!("the trigger `{name}` has the name of one of Straddle's own")
            }
            None => format!("the trigger `{name}` fires after Straddle's own"),
            Some(partition) => {
                let partition = partition.name.as_str();
                format!(
                    "the trigger `{name}` of the partition `{partition}` fires after Straddle's own"
                )
            }
        };
        Some(self.refusal(None, message, "give it a name that sorts before `~straddle`"))
    }

    /// Tables whose rows our trigger does not see, or may not write.
    fn out_of_reach(&self) -> Option<(String, &'static str)> {
        let table = &self.after.name;
        if self.before.inherits {
            let message = format!("`{table}` inherits, or is inherited from");
            return Some((
                message,
                "a trigger on one of these tables does not see the others' rows",
            ));
        }
        if let Some(message) = self.foreign_partition() {
            return Some((
                message,
                "the rows of foreign tables cannot be kept in step, nor filled",
            ));
        }
        let key = &self.before.partition_key;
        let lenses = self.lenses.iter().filter_map(|lens| lens.old);
        let column = lenses.filter(|column| key.contains(column)).min()?;
        let column = self.before.stored(column).map_or(column.as_str(), |c| c.name.as_str());
        let message = format!("`{table}`, or a partition of it, is partitioned by `{column}`");
        Some((message, "when the new version writes, the row would have to change its partition"))
    }

    /// What keeps the rows of a table elsewhere.
    fn foreign_partition(&self) -> Option<String> {
        let mut partitions = self.before.partitions.iter();
        let one = partitions.find(|one| one.kind == Kind::Foreign)?;
        let (partition, table) = (one.table.name.as_str(), &self.after.name);
        Some(format!("the partition `{partition}` of `{table}` is a foreign table"))
    }

    /// Keys and foreign keys of partitioned tables that cannot be made online; a foreign table has no indexes.
    fn unfit_for_settling(&self) -> Vec<Rejection> {
        if self.before.kind != Kind::Partitioned {
            return Vec::new();
        }
        let Some(message) = self.foreign_partition() else {
            return self.unfit_for_partitions();
        };
        let hint = "indexes and foreign keys cannot be made beside the application there";
        let keys = self.new_keys().into_iter().map(|key| &key.name);
        let keys = keys.chain(self.new_foreign_keys().into_iter().map(|key| &key.name));
        let indexes = self.new_indexes().into_iter().map(|index| &index.name);
        let mut names: Vec<&Ident> = keys.chain(indexes).collect();
        names.sort();
        names.dedup();
        let refuse =
            |name| self.refusal(self.maker(&self.before.storage, name), message.clone(), hint);
        names.into_iter().map(refuse).collect()
    }

    /// Of two unique indexes on the same columns, a foreign key stands on the older one: that must
    /// not go.
    fn stands_on_what_goes(&self) -> Vec<Rejection> {
        let going = self.before.indexes.iter().filter(|index| {
            let mut kept = self.outcome.indexes.iter();
            index.unique && !kept.any(|one| self.index_before(&one.name) == Some(&index.name))
        });
        let going: Vec<_> = going.collect();
        let tables = self.compiler.draft.schema.tables.values();
        let keys = tables.flat_map(|owner| owner.foreign_keys.iter().map(move |key| (owner, key)));
        let new = keys
            .filter(|(_, key)| key.table.as_ref() == Some(&self.after.name) && key.index.is_none());
        new.filter_map(|(owner, key)| {
            let columns = self.after.storages(&key.referenced);
            let index = going.iter().find(|index| index.is_key_of(&columns))?;
            let index = index.name.as_str();
            let message = format!("it would stand on the index `{index}`, which goes");
            let hint = "drop that in a migration before this one";
            Some(self.refusal(self.maker(&owner.storage, &key.name), message, hint))
        })
        .collect()
    }

    /// A foreign key keeps the index that it was made on, with the columns that this INCLUDEs.
    fn keeps_what_is_included(&self) -> Vec<Rejection> {
        let remade = self.new_indexes().into_iter().filter(|index| self.reads_new(&index.included));
        let refusals = remade.flat_map(|index| {
            let keys = self.compiler.draft.standing_on(&self.after.name, &index.name);
            let keys = keys.filter(|(_, key)| !self.compiler.refers_to_what_is_made(key));
            keys.map(|(owner, key)| {
                let hint = match key.index {
                    None => ADD_IT_LATER,
                    Some(_) => "drop that foreign key before, and make it again after `complete`",
                };
                let message = includes_for(owner, key, index);
                self.refusal(self.maker_of(&index.included), message, hint)
            })
        });
        refusals.collect()
    }

    /// Until `complete`, a default that the migration gives is one of the new version's view, which
    /// the actions of a foreign key do not know.
    fn sets_what_is_no_default_yet(&self) -> Vec<Rejection> {
        let unsettled = |column: &Ident| {
            let default = |table: &Table| table.stored(column).and_then(|c| c.default.clone());
            default(self.before) != default(self.outcome)
        };
        let keys = self.new_foreign_keys().into_iter();
        keys.filter(|key| key.sets_defaults())
            .filter_map(|key| {
                let columns = self.after.storages(&key.columns);
                let column = self.after.stored(columns.iter().find(|column| unsettled(column))?)?;
                let name = key.name.as_str();
                let message = format!(
                    "the foreign key `{name}` sets the default of `{}`, which the table has from \
                     `complete` on",
                    column.name
                );
                let is_there = self.constraint_before(&key.name).is_some();
                let hint = if is_there {
                    "drop that foreign key before, and add it again in the next migration"
                } else {
                    ADD_IT_LATER
                };
                Some(self.refusal(self.maker(&self.before.storage, &key.name), message, hint))
            })
            .collect()
    }

    /// What is unique on a partitioned table is so by the indexes of its partitions, on every level.
    fn lacks_partition_key(&self) -> Vec<Rejection> {
        let unique = self.new_indexes().into_iter().filter(|index| index.unique);
        let refusals = unique.filter_map(|index| {
            let lacks = |key: &Option<Ident>| {
                key.as_ref().is_none_or(|column| !index.plain.contains(column))
            };
            let mut partitions = self.before.partitions.iter();
            let (partition, column) = partitions
                .find_map(|one| Some((&one.table.name, one.key.iter().find(|key| lacks(key))?)))?;
            let by = column.as_ref();
            let by = by.map_or("an expression".into(), |by| format!("`{}`", by.as_str()));
            let message = format!(
                "the partition `{}` is partitioned by {by}, which `{}` does not have",
                partition.as_str(),
                index.name.as_str(),
            );
            let hint = "a unique index has the columns by which the table and its partitions are \
                        partitioned";
            Some(self.refusal(self.maker(&self.before.storage, &index.name), message, hint))
        });
        refusals.collect()
    }

    /// The operation that makes a constraint or an index.
    pub(super) fn maker(&self, table: &Ident, name: &Ident) -> Option<&str> {
        let key = (table.clone(), name.clone());
        self.compiler.draft.makers.constraints.get(&key).map(String::as_str)
    }

    /// A column cannot be computed from another one that is different each time it is computed.
    fn reads_what_moves(&self, lens: &ColumnLens<'_>) -> Option<Rejection> {
        let column = backfill::reads_volatile(lens, &self.lenses);
        let what = match column {
            Some(column) => self.shown_column(column),
            None => format!("what {} makes", volatile_maker(lens)?.label()),
        };
        let message = format!("it reads {what}, which is different each time");
        let hint = "make that column in a migration before this one";
        Some(self.refusal(Some(lens.path), message, hint))
    }

    /// What Postgres can only make by rewriting or locking the table.
    fn rewrites(&self) -> Vec<Rejection> {
        let new = self.new_columns();
        let domains = new.iter().filter(|column| column.constrained_domain).map(|column| {
            let message = format!("`{}` is a domain with constraints", column.type_name);
            let hint = "a column of it rewrites the table: give the base type and a `check`";
            let made = (self.before.storage.clone(), column.storage.clone());
            let path = self.compiler.draft.makers.columns.get(&made).map(String::as_str);
            self.refusal(path, message, hint)
        });
        let excludes = self
            .outcome
            .constraints
            .iter()
            .filter(|other| other.check == Check::Exclude && self.is_of_new(other));
        let excludes = excludes.map(|constraint| {
            let name = constraint.name.as_str();
            let message = if constraint.is_temporal() {
                format!("`{name}` is a key WITHOUT OVERLAPS")
            } else {
                format!("`{name}` is an exclusion constraint")
            };
            let hint = "it cannot be built beside the application: drop it first";
            self.refusal(self.maker_of(&self.columns_of(constraint)), message, hint)
        });
        let temporal = self.new_foreign_keys().into_iter().filter(|key| key.temporal).map(|key| {
            let message = format!("`{}` is a foreign key with a PERIOD", key.name.as_str());
            let hint = "it cannot be made beside the application: drop it first";
            self.refusal(self.maker_of(&self.after.storages(&key.columns)), message, hint)
        });
        domains.chain(excludes).chain(temporal).collect()
    }

    /// Where the file says how the first of these columns is made that is new.
    pub(super) fn maker_of(&self, columns: &[Ident]) -> Option<&str> {
        let makes = |lens: &&ColumnLens<'_>| {
            lens.new.as_ref().is_some_and(|new| columns.contains(new.storage))
        };
        Some(self.lenses.iter().find(makes)?.up.as_ref()?.path())
    }
}

/// What makes a column in between two operations that is different each time.
fn volatile_maker<'l, 'a>(lens: &'l ColumnLens<'a>) -> Option<&'l Function<'a>> {
    let functions = lens.up.as_ref()?.with_makers();
    functions.into_iter().skip(1).find(|maker| !maker.is_immutable())
}
