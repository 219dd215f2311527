//! What a copy keeps of what it is a copy of, beside its definition: statistics, comments, and its place
//! as replica identity or for CLUSTER.

use super::lens::ColumnLens;
use super::table::TableChange;
use crate::plan::{Step, ddl, names};
use crate::schema::{Check, Column, Constraint, Generated, Index, Kind, Statistics};
use crate::sql::{Expression, Ident, QualifiedName};

impl<'a> TableChange<'a> {
    /// The column that this one replaces, as it is in the table.
    pub(super) fn replaced(&self, storage: &Ident) -> Option<&'a Column> {
        let makes =
            |lens: &&ColumnLens<'_>| lens.new.as_ref().is_some_and(|new| new.storage == storage);
        let old = self.lenses.iter().find(makes)?.old?;
        self.before.stored(old).or_else(|| self.replaced(old))
    }

    /// A new column as Postgres described it, with what an empty copy has not, and what it loses with
    /// its type, though it suits the new one.
    pub(super) fn faithful(&self, column: &Column, outcome: &Column) -> Column {
        let mut found = outcome.clone();
        found.statistics = column.statistics;
        found.options.clone_from(&column.options);
        found.grants.clone_from(&column.grants);
        if outcome.collatable && found.collation.is_none() {
            found.collation.clone_from(&column.collation);
        }
        if outcome.toastable && found.storage_mode.is_none() {
            found.storage_mode.clone_from(&column.storage_mode);
        }
        if outcome.toastable && found.compression.is_none() {
            found.compression.clone_from(&column.compression);
        }
        found
    }

    /// Extended statistics that the table does not have on these columns, as they will be called.
    fn new_statistics(&self) -> Vec<Statistics> {
        let statistics = self.outcome.statistics.iter();
        let renewed = statistics.filter(|statistics| self.reads_new(&statistics.columns));
        renewed
            .filter_map(|statistics| {
                let known = |old: &&Statistics| old.name.name == statistics.name.name;
                let old = self.before.statistics.iter().find(known)?;
                let definition = statistics.definition.clone();
                Some(Statistics { definition, ..old.clone() })
            })
            .collect()
    }

    fn statistics_until_contract(&self, name: &QualifiedName) -> QualifiedName {
        QualifiedName::new(&name.schema, &names::copy_of(&self.before.storage, &name.name))
    }

    /// The owner, where things have to be given to it.
    pub(super) fn other_owner(&self) -> Option<&Ident> {
        let owner = &self.before.owner;
        (owner != &self.compiler.before.role).then_some(owner)
    }

    /// Extended statistics of new columns, to be filled by ANALYZE.
    pub(super) fn make_statistics(&self) -> Vec<Step> {
        let make = |statistics: &Statistics| {
            let name = self.statistics_until_contract(&statistics.name);
            ddl::create_statistics(&self.table, &name, statistics, self.other_owner())
        };
        self.new_statistics().iter().map(make).collect()
    }

    /// Indexes on new columns measure their expressions as closely as before.
    pub(super) fn measure_index(&self, index: &Index) -> Option<Step> {
        let old = self.before.indexes.iter().find(|old| old.name == index.name);
        let targets = old.map_or(&index.targets, |old| &old.targets);
        let name = self.name_until_contract(&index.name);
        (!targets.is_empty()).then(|| ddl::set_index_statistics(&self.table, &name, targets))
    }

    /// A deferrable constraint that is unique, but no primary key, is there in `start` already: an
    /// index by itself would refuse what the old version puts right by the end of its transaction.
    pub(super) fn is_deferred(constraint: &Constraint) -> bool {
        constraint.check == Check::Unique && !constraint.deferral.as_str().is_empty()
    }

    /// Whether a key is a constraint from `start` on, and not an index by itself until `complete`.
    pub(super) fn is_key_in_start(&self, constraint: &Constraint) -> bool {
        let is_partitioned = self.before.kind == Kind::Partitioned;
        is_partitioned && !self.succeeds_primary_key(constraint) || Self::is_deferred(constraint)
    }

    pub(super) fn defer(&self, index: &Index) -> Option<Step> {
        let keys = self.new_keys();
        let serves = |key: &&&Constraint| Some(&key.name) == index.constraint.as_ref();
        let key = keys.iter().find(serves).filter(|key| Self::is_deferred(key))?;
        let name = self.name_until_contract(&key.name);
        let unique = Expression::from_catalog("UNIQUE");
        let using = (&unique, &self.name_until_contract(&index.name), &key.deferral);
        let undo = ddl::drop_constraint(&self.table, &name);
        Some(ddl::add_constraint_using_index(&self.table, &name, using).undone_by(undo))
    }

    /// Measures the new columns; and all columns where something stands on several of them, or on an
    /// expression, which Postgres measures in no other way.
    pub(super) fn analyze(&self) -> Option<Step> {
        let new: Vec<Ident> = self.new_columns().into_iter().map(|column| column.storage).collect();
        let is_computed = |index: &&Index| index.columns.len() > index.plain.len();
        let own = self.renewed_own_indexes();
        let mut indexes = self.new_indexes().into_iter().chain(own.iter().map(|own| own.after));
        if !self.new_statistics().is_empty() || indexes.any(|index| is_computed(&index)) {
            return Some(ddl::analyze(&self.table, &[], false));
        }
        let is_constant = |column: &Ident| {
            let stored = self.outcome.stored(column);
            self.constant(column).is_some() && stored.is_some_and(|new| new.statistics.is_none())
        };
        let are_constant = new.iter().all(is_constant);
        (!new.is_empty()).then(|| ddl::analyze(&self.table, &new, are_constant))
    }

    /// Copies have their names now, and take the rest over.
    pub(super) fn settle_copies(&self) -> Vec<Step> {
        let (table, mut steps) = (&self.table, Vec::new());
        for statistics in self.new_statistics() {
            let built = self.statistics_until_contract(&statistics.name);
            steps.push(ddl::rename_statistics(&built, &statistics.name.name));
        }
        let constraints = self.new_checks().into_iter().chain(self.new_keys());
        let comments = constraints.map(|constraint| (&constraint.name, &constraint.comment));
        let keys = self.lasting_foreign_keys().into_iter();
        let keys = keys.map(|key| (&key.name, &key.comment));
        for (name, comment) in comments.chain(keys) {
            let comment = comment.as_ref();
            steps.extend(comment.map(|text| ddl::comment_on_constraint(table, name, text)));
        }
        for index in self.new_indexes() {
            let comment = index.comment.as_ref();
            steps.extend(comment.map(|text| ddl::comment_on_index(table, &index.name, text)));
            if index.clustered {
                steps.push(ddl::cluster_on(table, &index.name));
            }
        }
        steps
    }
}

/// The words of an identity column's definition.
pub(super) fn identity_words(column: &Column) -> Option<Expression> {
    match column.generated {
        Some(Generated::IdentityAlways) => Some(Expression::from_catalog("ALWAYS")),
        Some(Generated::IdentityByDefault) => Some(Expression::from_catalog("BY DEFAULT")),
        _ => None,
    }
}
