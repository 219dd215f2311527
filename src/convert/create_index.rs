//! CREATE INDEX.

use pg_query::NodeEnum;
use pg_query::protobuf::{IndexElem, IndexStmt, SortByDir, SortByNulls};

use super::script::Script;
use super::text::{self, Reason};
use crate::migration::document::{self, Format};
use crate::operation::{CreateIndex, IndexColumn, Operation, ViewIndexDefinition};
use crate::schema::Name;

pub(super) fn create_index(script: &mut Script, index: &IndexStmt) -> Result<(), Reason> {
    let table = text::relation(index.relation.as_ref())?;
    if let Some(item) = script.made_view(&table) {
        return of_view(script, item, index);
    }
    refuse(index)?;
    let mut columns = Vec::new();
    for node in &index.index_params {
        let Some(NodeEnum::IndexElem(element)) = &node.node else {
            return Err("a column of it is not understood".into());
        };
        columns.push(column(element)?);
    }
    let method = match index.access_method.as_str() {
        "" => "btree",
        given => given,
    };
    let name = match index.idxname.as_str() {
        "" => {
            let columns = columns.iter().filter_map(|column| column["column"].as_str());
            script.free_name(&table, &columns.collect::<Vec<_>>(), "idx")
        }
        given => text::name(given)?,
    };
    script.named.insert(name.to_string());
    let mut fields = serde_json::json!({
        "name": name,
        "table": table,
        "columns": columns,
        "method": method,
        "unique": index.unique,
    });
    if let Some(predicate) = index.where_clause.as_deref() {
        fields["predicate"] = text::expression(predicate)?.into();
    }
    if let Some(parameters) = text::options(&index.options)? {
        fields["storage_parameters"] = parameters.into();
    }
    // As a file would have it: that is where the methods are known.
    let read = document::read::<CreateIndex>("", &fields.to_string(), Format::Json);
    let (operation, _) =
        read.map_err(|_| format!("no operation makes an index by the method `{method}`"))?;
    if index.if_not_exists {
        script.remark("IF NOT EXISTS: `start` refuses where the index is there");
    }
    script.push(Operation::CreateIndex(operation));
    Ok(())
}

fn refuse(index: &IndexStmt) -> Result<(), Reason> {
    let is_expression = |node: &pg_query::Node| matches!(&node.node, Some(NodeEnum::IndexElem(element)) if element.expr.is_some());
    let reason = if index.index_params.iter().any(is_expression) {
        "no operation makes an index on an expression"
    } else if !index.index_including_params.is_empty() {
        "no operation makes an index that INCLUDEs columns"
    } else if index.nulls_not_distinct {
        "no operation makes an index with NULLS NOT DISTINCT"
    } else if !index.table_space.is_empty() {
        "no operation says the tablespace of an index"
    } else if index.relation.as_ref().is_some_and(|table| !table.inh) {
        "no operation makes an index ON ONLY a table"
    } else {
        return Ok(());
    };
    Err(reason.into())
}

fn column(element: &IndexElem) -> Result<serde_json::Value, Reason> {
    let collation = text::words(&element.collation);
    let class = text::words(&element.opclass);
    let sort = match SortByDir::try_from(element.ordering) {
        Ok(SortByDir::SortbyAsc) => Some("ASC"),
        Ok(SortByDir::SortbyDesc) => Some("DESC"),
        _ => None,
    };
    let nulls = match SortByNulls::try_from(element.nulls_ordering) {
        Ok(SortByNulls::SortbyNullsFirst) => Some("FIRST"),
        Ok(SortByNulls::SortbyNullsLast) => Some("LAST"),
        _ => None,
    };
    let mut column = serde_json::json!({"column": text::name(&element.name)?});
    if !collation.is_empty() {
        column["collate"] = text::qualified(&collation)?.into();
    }
    if let Some(sort) = sort {
        column["sort"] = sort.into();
    }
    if let Some(nulls) = nulls {
        column["nulls"] = nulls.into();
    }
    if !class.is_empty() {
        let parameters: Vec<String> = text::options(&element.opclassopts)?.into_iter().collect();
        let class = if class.len() == 1 { class[0].clone() } else { text::qualified(&class)? };
        column["opclass"] = serde_json::json!({"name": class, "params": parameters});
    }
    Ok(column)
}

/// An index of a materialized view that this script makes belongs to it.
fn of_view(script: &mut Script, item: usize, index: &IndexStmt) -> Result<(), Reason> {
    let mut plain = Vec::new();
    for node in &index.index_params {
        if let Some(NodeEnum::IndexElem(element)) = &node.node {
            let is_plain = element.expr.is_none()
                && element.opclass.is_empty()
                && element.collation.is_empty()
                && element.ordering <= i32::from(SortByDir::SortbyDefault)
                && element.nulls_ordering <= i32::from(SortByNulls::SortbyNullsDefault);
            plain.push(if is_plain { text::name(&element.name).ok() } else { None });
        }
    }
    let is_plain = index.where_clause.is_none()
        && index.index_including_params.is_empty()
        && index.options.is_empty()
        && !index.nulls_not_distinct
        && matches!(index.access_method.as_str(), "" | "btree");
    let columns: Option<Vec<Name>> = plain.into_iter().collect();
    let (columns, definition) = match columns.filter(|_| is_plain) {
        Some(columns) => (columns, None),
        None => (Vec::new(), Some(behind_the_name(index)?)),
    };
    let name = (!index.idxname.is_empty()).then(|| text::name(&index.idxname)).transpose()?;
    let definition = ViewIndexDefinition { name, columns, definition, unique: index.unique };
    if let Operation::CreateMaterializedView(view) = &mut script.items[item].operation {
        view.indexes.push(definition);
    }
    script.remarks_to(item);
    Ok(())
}

/// What follows the view's name.
fn behind_the_name(index: &IndexStmt) -> Result<String, Reason> {
    let mut bare = index.clone();
    (bare.unique, bare.concurrent, bare.if_not_exists) = (false, false, false);
    bare.idxname = "i".into();
    bare.relation = Some(text::permanent("t"));
    let printed = text::statement(&NodeEnum::IndexStmt(Box::new(bare)))?;
    text::cut(&printed, "CREATE INDEX i ON t", "")
}

/// The columns of an index that this script makes, where a constraint can be made of it.
pub(super) fn columns_of(index: &CreateIndex) -> Option<Vec<Name>> {
    let is_plain = |column: &IndexColumn| {
        column.collate.is_none()
            && column.sort.is_none()
            && column.nulls.is_none()
            && column.opclass.is_none()
    };
    (index.unique && index.predicate.is_none() && index.columns.iter().all(is_plain))
        .then(|| index.columns.iter().map(|one| one.column.clone()).collect())
}
