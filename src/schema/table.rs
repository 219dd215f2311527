//! Tables and what hangs on them.

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::dependent::Dependent;
use super::firing::Firing;
use super::foreign_key::ForeignKey;
use super::identity::ReplicaIdentity;
use super::index::Index;
use super::name::Name;
use super::own_index::OwnIndex;
use super::partition::Partition;
use super::privilege::Grant;
use super::publication::Published;
use super::statistics::Statistics;
use crate::sql::{Expression, Ident, QualifiedName};

/// A table, with its columns in the order that applications see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// Its name in the version.
    pub name: Name,
    /// Its name in the base schema.
    pub storage: Ident,
    /// What kind of table it is.
    pub kind: Kind,
    /// The owner.
    pub owner: Ident,
    /// Whether row level security is on.
    pub row_security: bool,
    /// Whether it is a table of a type, which has its columns.
    #[serde(default)]
    pub typed: bool,
    /// Whether it is UNLOGGED.
    #[serde(default)]
    pub unlogged: bool,
    /// How many columns it, or one of its partitions, ever had.
    #[serde(default)]
    pub slots: usize,
    /// Whether its policies hide rows from the role that acts.
    #[serde(default)]
    pub hides_rows: bool,
    /// About how many rows it has, where Postgres has counted them.
    #[serde(default)]
    pub rows: Option<u64>,
    /// Whether other tables inherit from it, or it from others (partitions aside).
    pub inherits: bool,
    /// The tables that inherit from it (partitions aside).
    #[serde(default)]
    pub heirs: Vec<QualifiedName>,
    /// The comment.
    pub comment: Option<String>,
    /// The columns.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Constraints other than foreign keys: CHECK, UNIQUE, PRIMARY KEY, EXCLUDE.
    #[serde(default)]
    pub constraints: Vec<Constraint>,
    /// Foreign keys of this table.
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    /// Indexes, those of constraints included.
    #[serde(default)]
    pub indexes: Vec<Index>,
    /// What identifies its rows to logical replication.
    #[serde(default)]
    pub replica_identity: ReplicaIdentity,
    /// Publications of its updates that list some of its columns.
    #[serde(default)]
    pub listed_by: Vec<Ident>,
    /// How its rows are published when they are updated.
    #[serde(default)]
    pub published: Vec<Published>,
    /// Its partitions and theirs, each behind its parent.
    #[serde(default)]
    pub partitions: Vec<Partition>,
    /// Indexes that its partitions have by themselves.
    #[serde(default)]
    pub own_indexes: Vec<OwnIndex>,
    /// The columns by which it and its partitions are partitioned, also those in expressions.
    #[serde(default)]
    pub partition_key: Vec<Ident>,
    /// Extended statistics, as CREATE STATISTICS makes them.
    #[serde(default)]
    pub statistics: Vec<Statistics>,
    /// The users' triggers, with those that partitions have of their own.
    #[serde(default)]
    pub triggers: Vec<Trigger>,
    /// What of the users' own would fire for the backfill.
    #[serde(default)]
    pub firing: Vec<Firing>,
    /// Privileges on the whole table.
    pub grants: Vec<Grant>,
    /// Other objects that stand on it, such as views: a description of each and the columns it uses.
    #[serde(default)]
    pub dependents: Vec<Dependent>,
    /// Whether the migration being compiled made it: nobody uses it yet.
    #[serde(default)]
    pub is_new: bool,
}

/// What kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// With rows of its own.
    Ordinary,
    /// With its rows in partitions.
    Partitioned,
    /// With its rows elsewhere.
    Foreign,
}

/// A constraint that is no foreign key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Constraint {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub check: Check,
    /// `pg_get_constraintdef`: what follows the name, without NOT VALID.
    pub definition: Expression,
    /// The condition of a CHECK.
    pub condition: Option<Expression>,
    /// ` DEFERRABLE`, ` DEFERRABLE INITIALLY DEFERRED`, or nothing.
    pub deferral: Expression,
    /// The storage names of the columns it reads.
    pub columns: Vec<Ident>,
    /// Whether every row is known to satisfy it.
    pub valid: bool,
    /// Whether the table has it from one that it inherits from.
    #[serde(default)]
    pub inherited: bool,
    /// The comment.
    pub comment: Option<String>,
}

/// What a constraint checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "that is what SQL calls it")]
pub(crate) enum Check {
    /// An expression.
    Check,
    /// Uniqueness.
    Unique,
    /// The primary key.
    PrimaryKey,
    /// An exclusion constraint.
    Exclude,
}

impl Constraint {
    /// Whether it is a key WITHOUT OVERLAPS (Postgres 18).
    pub(crate) fn is_temporal(&self) -> bool {
        self.check == Check::Exclude && self.definition.as_str().contains("WITHOUT OVERLAPS")
    }
}

/// A trigger of the users' own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trigger {
    /// Its name.
    pub name: Ident,
    /// The partition that it is on, where it is not on the table itself.
    #[serde(default)]
    pub partition: Option<QualifiedName>,
    /// The columns after `UPDATE OF`.
    pub columns: Vec<Ident>,
    /// Its function, quoted and qualified, where the role that acts may alter it.
    pub function: Option<Expression>,
    /// What the function costs, to the planner.
    pub cost: Expression,
    /// Whether it fires before a row is written, where it could change what sync sees.
    pub before_row: bool,
}

/// The columns of one table in the order that applications see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOrder {
    /// The table.
    pub table: Name,
    /// Its columns.
    pub columns: Vec<Name>,
}

impl Table {
    /// A table that the migration makes is made under the names that the version has for it.
    pub(crate) fn store_as_named(&mut self) {
        if self.is_new {
            self.storage = self.name.ident().clone();
            for column in &mut self.columns {
                column.storage = column.name.ident().clone();
            }
        }
    }

    /// Puts the columns in the order that applications have seen so far; others come last.
    pub(crate) fn arrange(&mut self, order: &[Name]) {
        let place = |name: &Name| order.iter().position(|known| known == name);
        self.columns.sort_by_key(|column| place(&column.name).unwrap_or(order.len()));
    }

    /// The column that a version calls `name`.
    #[must_use]
    pub(crate) fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| &column.name == name)
    }

    /// The storage names of columns that the version calls so.
    pub(crate) fn storages(&self, columns: &[Name]) -> Vec<Ident> {
        columns.iter().filter_map(|name| Some(self.column(name)?.storage.clone())).collect()
    }

    /// The column that the table holds as `storage`.
    #[must_use]
    pub(crate) fn stored(&self, storage: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| &column.storage == storage)
    }

    /// The columns of the primary key, by storage name.
    #[must_use]
    pub(crate) fn primary_key(&self) -> &[Ident] {
        self.constraints
            .iter()
            .find(|constraint| constraint.check == Check::PrimaryKey)
            .map_or(&[], |constraint| &constraint.columns)
    }
}
