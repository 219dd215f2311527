//! Indexes that partitions have by themselves, on columns that are replaced: a copy of each is built on its partition
//! alone, and takes its place in `complete`. No version writes to a partition by its name, so that no ON CONFLICT of the new
//! one looks for such a copy; whoever writes to the partition itself meets the index that was there before its copy, for
//! Postgres fills indexes in the order in which they were made.

use super::new_table::make_index;
use super::succession::key_words;
use super::table::TableChange;
use crate::plan::{Guard, Step, ddl, names};
use crate::schema::{Check, Index, OwnIndex, OwnKey};
use crate::sql;
use crate::sql::{Ident, Literal, Sql, commas};

/// An index of a partition, and what becomes of it.
pub(super) struct RenewedIndex<'a> {
    pub(super) before: &'a OwnIndex,
    /// As Postgres printed it of the rehearsed copy, where it has another name.
    pub(super) after: &'a Index,
}

impl RenewedIndex<'_> {
    /// What the copy is called until `complete`.
    fn built(&self) -> Ident {
        names::copy_of(&self.before.partition.name, &self.before.index.name)
    }

    /// The constraint that the copy is from `start` on, as [`TableChange::is_deferred`] says.
    fn deferred(&self) -> Option<&OwnKey> {
        let is_deferred =
            |key: &&OwnKey| key.check == Check::Unique && !key.deferral.as_str().is_empty();
        self.before.key.as_ref().filter(is_deferred)
    }
}

impl TableChange<'_> {
    /// The indexes of partitions that read columns which are replaced.
    pub(super) fn renewed_own_indexes(&self) -> Vec<RenewedIndex<'_>> {
        let before = self.before.own_indexes.iter().enumerate();
        let renewed = before.filter_map(|(number, before)| {
            let name = names::probe_own_index(&self.before.storage, number);
            let mut after = self.outcome.own_indexes.iter().map(|own| &own.index);
            let after = after.find(|after| after.name == name)?;
            self.reads_new(&after.columns).then_some(RenewedIndex { before, after })
        });
        renewed.collect()
    }

    /// The indexes of partitions that go with a column, and nothing takes their places.
    pub(super) fn lost_own_indexes(&self, column: &Ident) -> impl Iterator<Item = &Index> {
        let kept: Vec<&OwnIndex> =
            self.renewed_own_indexes().into_iter().map(|one| one.before).collect();
        let own = self.before.own_indexes.iter().filter(move |own| !kept.contains(own));
        own.map(|own| &own.index).filter(move |index| index.columns.contains(column))
    }

    /// Builds the copies.
    pub(super) fn build_own_indexes(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for one in self.renewed_own_indexes() {
            let (partition, built) = (&one.before.partition, one.built());
            let index = &one.before.index;
            let build = ddl::create_index(partition, &built, index.unique, &one.after.definition);
            steps.push(match self.duplicates_of(one.after, Some(partition)) {
                None => build,
                Some(rows) => build.blaming(rows),
            });
            if !index.targets.is_empty() {
                steps.push(ddl::set_index_statistics(partition, &built, &index.targets));
            }
            if let Some(key) = one.deferred() {
                let kind = key_words(key.check);
                steps.push(ddl::add_partition_key(partition, &built, (&kind, &key.deferral)));
            }
        }
        steps
    }

    /// Has the copies take the places of what went with the old columns.
    pub(super) fn settle_own_indexes(&self) -> Vec<Step> {
        self.renewed_own_indexes().iter().map(|one| self.settle_own_index(one)).collect()
    }

    fn settle_own_index(&self, one: &RenewedIndex<'_>) -> Step {
        let (partition, built) = (&one.before.partition, one.built());
        let (index, name) = (&one.before.index, &one.before.index.name);
        let plain = one.after.plain.iter().filter_map(|column| self.after.stored(column));
        let moved = plain.filter(|column| column.name.ident() != &column.storage);
        let mut steps: Vec<Step> = moved
            .map(|column| {
                ddl::rename_index_column(partition, &built, &column.storage, column.name.ident())
            })
            .collect();
        steps.push(match (&one.before.key, one.deferred()) {
            (None, _) => ddl::rename_index(partition, &built, name),
            (Some(_), Some(_)) => ddl::rename_constraint(partition, &built, name),
            (Some(key), None) => {
                let kind = key_words(key.check);
                ddl::add_constraint_using_index(partition, name, (&kind, &built, &key.deferral))
            }
        });
        let comment = index.comment.as_ref();
        steps.extend(comment.map(|text| ddl::comment_on_index(partition, name, text)));
        let comment = one.before.key.as_ref().and_then(|key| key.comment.as_ref());
        steps.extend(comment.map(|text| ddl::comment_on_constraint(partition, name, text)));
        if index.clustered {
            steps.push(ddl::cluster_on(partition, name));
        }
        ddl::settle_own_index(&self.table, partition, name, &steps)
    }

    /// The copies are there, on partitions that are.
    pub(super) fn guards_of_own_indexes(&self) -> Vec<Guard> {
        let renewed = self.renewed_own_indexes();
        if renewed.is_empty() {
            return Vec::new();
        }
        let known = renewed.iter().map(|one| {
            let (partition, built) = (&one.before.partition, one.built());
            let make = make_index(partition, &built, one.after);
            sql!(
                "({p}, {b}, {n}, {m})",
                p = Literal::new(partition.to_string()),
                b = Literal::new(built.as_str()),
                n = Literal::new(one.before.index.name.as_str()),
                m = Literal::new(make.as_str()),
            )
        });
        let query: Sql = sql!(
            file "partition/lacking_own.sql",
            table = Literal::new(self.table.to_string()),
            known = commas(known),
        );
        let table = self.table.name.as_str();
        let purpose = format!("partitions of `{table}` have what becomes their own indexes");
        vec![Guard { purpose, query, rows: None }]
    }
}
