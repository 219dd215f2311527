//! `create_view`: makes a view.
//!
//! ```json
//! {"create_view": {"name": "adults", "query": "SELECT id, name FROM users WHERE age >= 18"}}
//! ```
//!
//! The query reads the new version: its tables, columns and views, by the names that it has for them
//! when the whole migration is done. The base schema comes behind, for functions and types; its
//! tables themselves are refused.
//!
//! The view belongs to the version and to every one after it, until `drop_view`: each has its own,
//! made anew from the query over what that version shows, so that a column which is replaced, or a
//! table which gets another name, disturbs nobody who reads it through another version. A migration
//! that leaves a view without something it reads is refused before anything changes.
//!
//! It reads with its caller's rights, as the version's other views do (on Postgres 14, which has no
//! such views, with its owner's). It belongs to the role that migrates, with the privileges that new
//! tables have by default; owner, privileges and comments that it is given in its version are those
//! of the next version's view, too. Where Postgres can write through it, so can both versions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::{Name, View, ViewKind};

/// Makes a view, which each version has over its own tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    /// Its name.
    pub name: Name,
    /// Its query, as SQL. It reads the new version's tables and views.
    pub query: String,
    /// Names of its columns, where they are not the query's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether it takes the place of the version's view of this name, if there is one.
    #[serde(default)]
    pub replace: bool,
    /// Whether it reads with its caller's rights, as it does unless this is false.
    #[serde(default = "yes")]
    pub security_invoker: bool,
    /// Whether its own conditions come before those of whoever reads it, so that no function of
    /// theirs sees other rows; it keeps such conditions from indexes.
    #[serde(default)]
    pub security_barrier: bool,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

fn yes() -> bool {
    true
}

impl Operate for CreateView {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let query = draft.expression("query", &self.query)?;
        let view = View {
            name: self.name.clone(),
            query,
            columns: self.columns.clone(),
            kind: ViewKind::Plain {
                security_invoker: self.security_invoker,
                security_barrier: self.security_barrier,
            },
            comment: self.comment.clone(),
            shown: None,
        };
        draft.show_view(view, self.replace)
    }
}
