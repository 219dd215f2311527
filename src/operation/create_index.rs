//! `create_index`: makes an index.
//!
//! ```json
//! {"create_index": {"name": "users_email_idx", "table": "users", "columns": [{"column": "email"}]}}
//! ```
//!
//! It is built CONCURRENTLY in `start`: reads and writes go on. Rollback drops it. On a partitioned
//! table it is made empty, built on one partition after the other, and attached.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;
use crate::sql;
use crate::sql::{Expression, Sql};

/// Makes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// Its name.
    pub name: Name,
    /// The table.
    pub table: Name,
    /// What is indexed. (Also read: a list of names, and a map from a name to its settings.)
    #[serde(deserialize_with = "index_columns")]
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

/// One column of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexColumn {
    /// The column.
    pub column: Name,
    /// Its collation in the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collate: Option<String>,
    /// Its direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// Where NULLs are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
    /// Its operator class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opclass: Option<OperatorClass>,
}

/// Settings of a column, where the columns are a map.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexColumnSettings {
    #[serde(default)]
    collate: Option<String>,
    #[serde(default)]
    sort: Option<Sort>,
    #[serde(default)]
    nulls: Option<Nulls>,
    #[serde(default)]
    opclass: Option<OperatorClass>,
}

/// An operator class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorClass {
    /// Its name, qualified where need be.
    #[serde(default)]
    pub name: String,
    /// Its parameters, such as `siglen = 32`.
    #[serde(default)]
    pub params: Vec<String>,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Sort {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// Where NULLs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// The kinds of index that Postgres has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Columns as a list of objects, or in the older forms: a list of names, a map.
fn index_columns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IndexColumn>, D::Error> {
    struct Columns;

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Settings(Option<IndexColumnSettings>);

    impl<'de> Visitor<'de> for Columns {
        type Value = Vec<IndexColumn>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of columns")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some(Element(column)) = list.next_element()? {
                columns.push(column);
            }
            Ok(columns)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some((name, Settings(settings))) = map.next_entry::<Name, Settings>()? {
                let mut column = IndexColumn::plain(name);
                if let Some(settings) = settings {
                    column.collate = settings.collate;
                    column.sort = settings.sort;
                    column.nulls = settings.nulls;
                    column.opclass = settings.opclass;
                }
                columns.push(column);
            }
            Ok(columns)
        }
    }

    // Not `deserialize_any`: a bare word of YAML would arrive as a number or a boolean.
    deserializer.deserialize_string(Columns)
}

/// A column of a list: an object, or a name alone.
struct Element(IndexColumn);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneColumn;

        impl<'de> Visitor<'de> for OneColumn {
            type Value = IndexColumn;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a column: an object with `column`, or a name")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<IndexColumn, E> {
                Name::new(name).map(IndexColumn::plain).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<IndexColumn, A::Error> {
                IndexColumn::deserialize(serde::de::value::MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_string(OneColumn).map(Element)
    }
}

impl IndexColumn {
    fn plain(column: Name) -> Self {
        Self { column, collate: None, sort: None, nulls: None, opclass: None }
    }
}
