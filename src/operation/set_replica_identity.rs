//! `set_replica_identity`: says what identifies a table's rows to logical replication.
//!
//! ```json
//! {"set_replica_identity": {"table": "users",
//!                           "identity": {"type": "index", "index": "users_email_key"}}}
//! ```
//!
//! It is set at `complete`, last of all: then the index may be one that the same migration makes or
//! renames, on columns that become NOT NULL, and rollback has nothing to take back.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::field::given;
use super::rejection::Rejected;
use crate::schema::{Name, ReplicaIdentity};
use crate::sql;

/// Says what identifies a table's rows to logical replication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetReplicaIdentity {
    /// The table.
    pub table: Name,
    /// What identifies its rows.
    pub identity: Identity,
}

/// What identifies rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The kind: `default`, `full`, `nothing` or `index`, in small letters or capitals.
    #[serde(rename = "type")]
    #[schemars(schema_with = "kind_schema")]
    pub kind: IdentityKind,
    /// The index, where it is one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub index: Option<String>,
}

/// The kinds of replica identity, in small letters or capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityKind {
    /// The primary key.
    #[serde(alias = "DEFAULT")]
    Default,
    /// All columns.
    #[serde(alias = "FULL")]
    Full,
    /// Nothing: updates and deletes cannot be replicated.
    #[serde(alias = "NOTHING")]
    Nothing,
    /// The columns of a unique index.
    #[serde(alias = "INDEX")]
    Index,
}

/// With the aliases, which a derived schema leaves out.
fn kind_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "enum": ["default", "full", "nothing", "index", "DEFAULT", "FULL", "NOTHING", "INDEX"],
    })
}

impl Operate for SetReplicaIdentity {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.change_table(&self.table, "table")?;
        let index = self.identity.index.as_deref().filter(|index| !index.is_empty());
        let identity = match (self.identity.kind, index) {
            (IdentityKind::Default, None) => ReplicaIdentity::Default,
            (IdentityKind::Full, None) => ReplicaIdentity::Full,
            (IdentityKind::Nothing, None) => ReplicaIdentity::Nothing,
            (IdentityKind::Index, None) => {
                return Err(draft.reject("identity", "`type: index` needs `index`, its name"));
            }
            (IdentityKind::Index, Some(index)) => self.index(draft, index)?,
            (_, Some(_)) => {
                let message = "an index goes with `type: index` only";
                return Err(draft.reject("identity.index", message));
            }
        };
        let copy = Draft::probe(&self.table);
        let words = identity.words();
        let set = sql!("ALTER TABLE {t} REPLICA IDENTITY {i}", t = copy, i = words);
        draft.rehearse("identity", set);
        let table = draft.table(&self.table, "table")?;
        for index in &mut table.indexes {
            index.replica_identity = identity == ReplicaIdentity::Index(index.name.clone());
        }
        table.replica_identity = identity;
        Ok(())
    }
}

impl SetReplicaIdentity {
    fn index(&self, draft: &mut Draft, index: &str) -> Result<ReplicaIdentity, Rejected> {
        let field = "identity.index";
        let name = Name::new(index).map_err(|error| draft.reject(field, error.to_string()))?;
        if draft.table(&self.table, "table")?.is_new {
            // Of a table that the migration makes, Postgres knows the indexes.
            return Ok(ReplicaIdentity::Index(name.ident().clone()));
        }
        let (table, index) = draft.index(&name, field)?;
        if table != self.table {
            let message = format!("`{name}` is an index of `{table}`");
            return Err(draft.reject(field, message));
        }
        Ok(ReplicaIdentity::Index(index.name))
    }
}
