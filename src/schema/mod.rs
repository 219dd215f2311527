//! The nouns: what a schema is made of. No SQL text, no IO.
//!
//! A column has two names: its [`Name`] in a version, and its storage name (an [`Ident`]), which is
//! what the table holds. They are two types, so that neither can be passed for the other, and only
//! the second one fits into SQL.

mod change;
mod column;
mod dependent;
mod description;
mod difference;
mod firing;
mod foreign_key;
mod identity;
mod index;
mod name;
mod object;
mod own_index;
mod partition;
mod printed;
mod privilege;
mod publication;
mod sequence;
mod statistics;
mod table;
mod tables;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeKind};
pub(crate) use change::{changes, diff};
pub use column::TypeName;
pub(crate) use column::{Column, Generated};
pub(crate) use dependent::Dependent;
pub use dependent::{Carried, CarriedKind, Carrying};
pub(crate) use description::{Beside, DESCRIPTION_FORMAT, Described, describe, digest};
pub(crate) use difference::{Line, difference};
pub(crate) use firing::{Firing, FiringKind};
pub(crate) use foreign_key::ForeignKey;
pub use identity::ReplicaIdentity;
pub(crate) use index::{Index, IndexKey, same_columns};
pub use name::Name;
pub(crate) use object::{EnumType, Function, User};
pub(crate) use own_index::{OwnIndex, OwnKey};
pub(crate) use partition::Partition;
pub(crate) use printed::settings_for;
pub use privilege::{Grant, Privilege};
pub(crate) use publication::{Published, Starved};
pub(crate) use sequence::{Drawn, Sequence};
pub(crate) use statistics::Statistics;
pub use table::TableOrder;
pub(crate) use table::{Check, Constraint, Kind, Table, Trigger};
pub(crate) use tables::Tables;
pub use view::{ShownColumn, ShownView, View, ViewIndex, ViewKind};

use crate::sql::{Expression, Ident};

/// A base schema as it was read, or as operations have left it: everything that compiling needs to
/// know of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schema {
    /// The base schema's name.
    pub name: Ident,
    /// The server's major version, such as 15.
    pub server: u32,
    /// The role that acts.
    pub role: Ident,
    /// Whether the role may set `session_replication_role`, so that users' triggers can be kept
    /// from firing for the backfill.
    pub may_silence_triggers: bool,
    /// Who may use the base schema.
    pub grants: Vec<Grant>,
    /// Roles that default privileges give something on new relations or schemas.
    pub default_grantees: Vec<Expression>,
    /// What default privileges give on a new table of the base schema.
    pub default_grants: Vec<Grant>,
    /// The tables, by their names in the version.
    pub tables: Tables,
    /// The enum types of the base schema, by name.
    #[serde(default)]
    pub enums: BTreeMap<Name, EnumType>,
    /// The functions of the base schema.
    #[serde(default)]
    pub functions: Vec<Function>,
    /// Every other relation's name in the base schema: views, sequences, indexes, ...
    pub other_relations: Vec<Ident>,
    /// What relations of the base schema are that are no tables, such as `a view`.
    #[serde(default)]
    pub no_tables: BTreeMap<Ident, String>,
    /// The publications of all tables that publish updates or deletes.
    #[serde(default)]
    pub publishing_all: Vec<Ident>,
    /// The present version's schema, where there is one.
    #[serde(default)]
    pub version: Option<Ident>,
    /// The views of tables that the present version schema shows.
    pub shown: Vec<Ident>,
    /// The users' own views, each behind those that it reads.
    #[serde(default)]
    pub views: Vec<View>,
}

impl Schema {
    /// Puts each table's columns in the order that applications have seen so far. Views of other
    /// tables than these, which somebody has put into the version, are not the version's.
    pub(crate) fn arrange(&mut self, order: &[TableOrder]) {
        let known: BTreeSet<&Ident> = order.iter().map(|known| known.table.ident()).collect();
        self.shown.retain(|view| known.contains(view));
        for known in order {
            if let Some(table) = self.tables.get_mut(&known.table) {
                table.arrange(&known.columns);
            }
        }
    }

    /// The users' own view of this name.
    #[must_use]
    pub(crate) fn view(&self, name: &Name) -> Option<&View> {
        self.views.iter().find(|view| &view.name == name)
    }

    /// The table of which the base schema has a partition that satisfies a condition.
    #[must_use]
    pub(crate) fn table_partitioned_by(
        &self,
        is_it: impl Fn(&Partition) -> bool,
    ) -> Option<&Table> {
        let in_it = |partition: &&Partition| partition.table.schema == self.name;
        let mut tables = self.tables.values();
        tables.find(|table| table.partitions.iter().filter(in_it).any(&is_it))
    }

    /// Puts each of the users' own views behind those that it may read.
    pub(crate) fn arrange_views(&mut self) {
        view::sort(&mut self.views);
    }

    /// Whether a relation of this name is stored in the base schema.
    #[must_use]
    pub(crate) fn holds_relation(&self, storage: &Ident) -> bool {
        self.other_relations.contains(storage)
            || self.tables.values().any(|table| &table.storage == storage)
    }
}
