//! UPDATE of columns: what may become the `up` of an operation.

use pg_query::NodeEnum;
use pg_query::protobuf::{NullTestType, UpdateStmt};

use super::text::{self, Reason};
use crate::schema::Name;

/// Columns of a table that are filled from the same row.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) table: Name,
    /// Which columns get what.
    pub(super) columns: Vec<Filled>,
    /// Which rows, where it is not all.
    condition: Option<String>,
    /// The column that is NULL in those rows, where that is the condition.
    pub(super) where_null: Option<String>,
    /// The columns that the values and the condition read.
    pub(super) read: Vec<String>,
}

/// A column that is filled.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) column: Name,
    /// Its value.
    pub(super) value: String,
}

impl Update {
    /// Reads one that is about one table alone.
    pub(super) fn read(update: &UpdateStmt) -> Result<Self, Reason> {
        let table = text::relation(update.relation.as_ref())?;
        let is_alone = update.from_clause.is_empty()
            && update.with_clause.is_none()
            && update.returning_clause.is_none();
        if !is_alone {
            return Err("no operation fills columns from other tables".into());
        }
        let alias = update.relation.as_ref().and_then(|relation| relation.alias.as_ref());
        if alias.is_some() {
            return Err("no operation fills columns of a table under another name".into());
        }
        let mut columns = Vec::new();
        let mut read = Vec::new();
        for node in &update.target_list {
            let Some(NodeEnum::ResTarget(target)) = &node.node else {
                return Err("a column of it is not understood".into());
            };
            let value = target.val.as_deref().ok_or("a column gets no value")?;
            if matches!(value.node, Some(NodeEnum::MultiAssignRef(_) | NodeEnum::SetToDefault(_)))
                || !target.indirection.is_empty()
            {
                return Err("no operation fills columns in this way".into());
            }
            read.extend(text::columns_read(value));
            columns.push(Filled {
                column: text::name(&target.name)?,
                value: text::expression(value)?,
            });
        }
        let condition = update.where_clause.as_deref();
        let where_null = condition.and_then(|node| match &node.node {
            Some(NodeEnum::NullTest(test))
                if test.nulltesttype == i32::from(NullTestType::IsNull) =>
            {
                text::as_column(test.arg.as_deref()?)
            }
            _ => None,
        });
        if let (Some(condition), None) = (condition, &where_null) {
            read.extend(text::columns_read(condition));
        }
        let condition = condition.map(text::expression).transpose()?;
        Ok(Self { table, columns, condition, where_null, read })
    }

    /// The value of a column of every row, which has `before` where the condition does not hold.
    pub(super) fn value(&self, filled: &Filled, before: &str) -> String {
        let is_null = self.where_null.as_deref() == Some(filled.column.as_str());
        match &self.condition {
            None => filled.value.clone(),
            // Of a column that is new, that is every row; of another one, those that lack it.
            Some(_) if is_null && before == "NULL" => filled.value.clone(),
            Some(_) if is_null => format!("COALESCE({before}, {})", filled.value),
            Some(condition) => {
                format!("CASE WHEN {condition} THEN {} ELSE {before} END", filled.value)
            }
        }
    }
}
