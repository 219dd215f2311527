//! The nouns: what a schema is made of. No SQL text, no IO.
//!
//! A column has two names: its [`Name`] in a version, and its storage name (an [`Ident`]), which is
//! what the table holds. They are two types, so that neither can be passed for the other, and only
//! the second one fits into SQL.

mod name;
mod object;
mod privilege;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use name::Name;
pub use object::{EnumType, Function, User};
pub use privilege::{Grant, Privilege};
pub use table::{
    Check, Column, Constraint, Dependent, ForeignKey, Generated, Index, Kind, Table, TableOrder,
    Trigger, TypeName,
};

use crate::sql::{Expression, Ident};

/// A base schema as it was read, or as operations have left it: everything that compiling needs to
/// know of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
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
    pub tables: BTreeMap<Name, Table>,
    /// The enum types of the base schema, by name.
    #[serde(default)]
    pub enums: BTreeMap<Name, EnumType>,
    /// The functions of the base schema.
    #[serde(default)]
    pub functions: Vec<Function>,
    /// Every other relation's name in the base schema: views, sequences, indexes, ...
    pub other_relations: Vec<Ident>,
    /// The views that the present version schema shows.
    pub shown: Vec<Ident>,
}

impl Schema {
    /// Puts each table's columns in the order that applications have seen so far.
    pub fn arrange(&mut self, order: &[TableOrder]) {
        for known in order {
            if let Some(table) = self.tables.get_mut(&known.table) {
                table.arrange(&known.columns);
            }
        }
    }

    /// Whether a relation of this name is stored in the base schema.
    #[must_use]
    pub fn holds_relation(&self, storage: &Ident) -> bool {
        self.other_relations.contains(storage)
            || self.tables.values().any(|table| &table.storage == storage)
    }
}
