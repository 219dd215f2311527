//! `create_materialized_view`: makes a view whose rows are stored.
//!
//! ```json
//! {"create_materialized_view": {"name": "sales", "query":
//!   "SELECT product_id, sum(pieces) AS pieces FROM order_lines GROUP BY product_id",
//!   "indexes": [{"columns": ["product_id"], "unique": true}]}}
//! ```
//!
//! As [`create_view`](super::CreateView), and: each version has rows of its own. They are stored at
//! the end of `start`, when every column is filled, in one transaction, while reads and writes go
//! on. Where the data make the query, or a unique index, fail, the start is undone. From then on
//! whoever owns the view refreshes it through their version: `REFRESH MATERIALIZED VIEW sales` under
//! its search path. A later migration, whatever it is about, makes and fills the view anew for its
//! own version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::{Name, View, ViewIndex, ViewKind};
use crate::sql::{Expression, commas};

/// Makes a materialized view, which each version has over its own tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateMaterializedView {
    /// Its name.
    pub name: Name,
    /// Its query, as SQL. It reads the new version's tables and views.
    pub query: String,
    /// Names of its columns, where they are not the query's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<ViewIndexDefinition>,
    /// Whether it takes the place of the version's view of this name, if there is one.
    #[serde(default)]
    pub replace: bool,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An index of a materialized view: `columns` or a `definition`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewIndexDefinition {
    /// Its name; Postgres finds one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns that are indexed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// What else an index can be, as SQL: what follows the view's name in CREATE INDEX, such as
    /// `USING gin (words) WHERE words IS NOT NULL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Whether it is unique.
    #[serde(default)]
    pub unique: bool,
}

impl Operate for CreateMaterializedView {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let query = draft.expression("query", &self.query)?;
        let mut indexes = Vec::new();
        for (number, index) in self.indexes.iter().enumerate() {
            indexes.push(index.read(draft, &format!("indexes[{number}]"))?);
        }
        let view = View {
            name: self.name.clone(),
            query,
            columns: self.columns.clone(),
            kind: ViewKind::Materialized { indexes },
            comment: self.comment.clone(),
            shown: None,
        };
        draft.show_view(view, self.replace)
    }
}

impl ViewIndexDefinition {
    fn read(&self, draft: &mut Draft, field: &str) -> Result<ViewIndex, Rejected> {
        if let Some(name) = &self.name {
            draft.reserved(name, &format!("{field}.name"))?;
        }
        let definition = match (&self.definition, self.columns.as_slice()) {
            (Some(text), []) => draft.expression(&format!("{field}.definition"), text)?,
            (None, columns @ [_, ..]) => {
                let columns = commas(columns.iter().map(Name::ident));
                Expression::from_catalog(format!("({columns})"))
            }
            _ => {
                let message = "an index has either `columns` or a `definition`";
                return Err(draft.reject(field, message));
            }
        };
        Ok(ViewIndex { name: self.name.clone(), unique: self.unique, definition })
    }
}
