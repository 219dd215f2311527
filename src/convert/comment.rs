//! COMMENT ON, where an operation has a place for it.

use pg_query::protobuf::{CommentStmt, ObjectType};

use super::script::Script;
use super::text::{self, Reason};
use super::{column_changes, rename};
use crate::operation::Operation;

pub(super) fn comment(script: &mut Script, comment: &CommentStmt) -> Result<(), Reason> {
    let kind = ObjectType::try_from(comment.objtype).map_err(|error| error.to_string())?;
    let object = comment.object.as_deref().ok_or("it is about nothing")?;
    let words = rename::words_of(object);
    let said = (!comment.comment.is_empty()).then(|| comment.comment.clone());
    if kind == ObjectType::ObjectColumn {
        let [table, column] = words.as_slice() else {
            return Err("it is about a column of another schema".into());
        };
        if script.opaque.contains(table) || script.made_view(&text::name(table)?).is_some() {
            return Err("no operation says this".into());
        }
        column_changes::comment(script, &text::name(table)?, &text::name(column)?, said);
        return Ok(());
    }
    let name = text::in_base(&words)?;
    let is_here = |operation: &Operation| match (kind, operation) {
        (ObjectType::ObjectTable, Operation::CreateTable(one)) => one.name == name,
        (ObjectType::ObjectView, Operation::CreateView(one)) => one.name == name,
        (ObjectType::ObjectMatview, Operation::CreateMaterializedView(one)) => one.name == name,
        (ObjectType::ObjectFunction, Operation::CreateFunction(one)) => one.name == name,
        _ => false,
    };
    let found: Vec<usize> = (0..script.items.len())
        .filter(|number| is_here(&script.items[*number].operation))
        .collect();
    let [item] = found.as_slice() else {
        return Err("no operation says this".into());
    };
    place(&mut script.items[*item].operation, said);
    Ok(())
}

fn place(operation: &mut Operation, said: Option<String>) {
    match operation {
        Operation::CreateTable(one) => one.comment = said,
        Operation::CreateView(one) => one.comment = said,
        Operation::CreateMaterializedView(one) => one.comment = said,
        Operation::CreateFunction(one) => one.comment = said,
        _ => {}
    }
}
