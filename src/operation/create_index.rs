//! `create_index`: makes an index.
//!
//! ```json
//! {"create_index": {"name": "users_email_idx", "table": "users", "columns": [{"column": "email"}]}}
//! ```
//!
//! It is built CONCURRENTLY in `start`: reads and writes go on. Rollback drops it. On a partitioned
//! table it is made empty, built on one partition after the other, and attached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::index_column::{self, IndexColumn, Nulls, Sort};
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;
use crate::sql::{Expression, Sql};

/// Makes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// Its name.
    pub name: Name,
    /// The table.
    pub table: Name,
    /// What is indexed. (Also read: a list of names, and a map from a name to its settings.)
    #[serde(deserialize_with = "index_column::read")]
    #[schemars(schema_with = "index_column::schema")]
    pub columns: Vec<IndexColumn>,
    /// Which rows are in it, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// How it is built.
    #[serde(default)]
    pub method: Method,
    /// Storage parameters, as in `WITH (...)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_parameters: Option<String>,
    /// Whether it is unique.
    #[serde(default)]
    pub unique: bool,
}

/// The kinds of index that Postgres has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// For order and equality.
    #[default]
    Btree,
    /// For equality.
    Hash,
    /// For ranges, shapes, neighbours.
    Gist,
    /// For uneven spaces.
    Spgist,
    /// For what is inside values.
    Gin,
    /// For tables whose order on disk follows the column.
    Brin,
}

impl Operate for CreateIndex {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.change_table(&self.table, "table")?;
        if self.columns.is_empty() {
            return Err(draft.reject("columns", "an index needs a column"));
        }
        draft.new_index_name(&self.table, &self.name, "name")?;
        let copy = Draft::probe(&self.table);
        let mut elements = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            elements.push(self.element(draft, column, &format!("columns[{number}]"))?);
        }
        let mut tail = format!("USING {} ({})", self.method.word(), sql::commas(elements));
        if let Some(text) = filled(&self.storage_parameters) {
            let parameters = draft.expression("storage_parameters", text)?;
            tail.push_str(&format!(" WITH ({parameters}\n)"));
        }
        let unique = Expression::from_catalog(if self.unique { "UNIQUE " } else { "" });
        let tail = Expression::from_catalog(tail);
        let name = self.name.ident();
        let create =
            sql!("CREATE {u}INDEX {n} ON {t} {d}", u = unique, n = name, t = copy, d = tail);
        match filled(&self.predicate) {
            None => draft.rehearse("", create),
            Some(text) => {
                let predicate = draft.expression("predicate", text)?;
                let before = sql!("{c} WHERE (", c = create);
                draft.rehearse_text("predicate", (before, &predicate, sql!(")")), None);
            }
        }
        let columns: Vec<Name> = self.columns.iter().map(|one| one.column.clone()).collect();
        draft.made_index(&self.table, name, self.unique, &columns);
        Ok(())
    }
}

impl CreateIndex {
    fn element(
        &self,
        draft: &mut Draft,
        column: &IndexColumn,
        field: &str,
    ) -> Result<Sql, Rejected> {
        draft.column(&self.table, &column.column, &format!("{field}.column"))?;
        let mut text = column.column.ident().to_string();
        if let Some(collation) = filled(&column.collate) {
            let name = draft.qualified(&format!("{field}.collate"), collation)?;
            text.push_str(&format!(" COLLATE {name}"));
        }
        if let Some(class) = column.opclass.as_ref().filter(|class| !class.name.is_empty()) {
            let name = draft.qualified(&format!("{field}.opclass.name"), &class.name)?;
            text.push_str(&format!(" {name}"));
            let mut parameters = Vec::new();
            for parameter in &class.params {
                let bare = parameter.trim().strip_prefix('(').and_then(|p| p.strip_suffix(')'));
                let parameter = bare.unwrap_or(parameter);
                parameters.push(draft.expression(&format!("{field}.opclass.params"), parameter)?);
            }
            if !parameters.is_empty() {
                text.push_str(&format!(" ({}\n)", sql::commas(parameters)));
            }
        }
        text.push_str(match column.sort {
            None => "",
            Some(Sort::Asc) => " ASC",
            Some(Sort::Desc) => " DESC",
        });
        text.push_str(match column.nulls {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        });
        Ok(sql!("{element}", element = Expression::from_catalog(text)))
    }
}

impl Method {
    fn word(self) -> &'static str {
        match self {
            Self::Btree => "btree",
            Self::Hash => "hash",
            Self::Gist => "gist",
            Self::Spgist => "spgist",
            Self::Gin => "gin",
            Self::Brin => "brin",
        }
    }
}

/// A text that says something: the format writes nothing as an empty one.
fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}
