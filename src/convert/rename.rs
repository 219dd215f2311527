//! RENAME.

use pg_query::protobuf::{ObjectType, RenameStmt};
use pg_query::{Node, NodeEnum};

use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{Operation, RenameColumn, RenameConstraint, RenameTable};

/// The words of an object's name.
pub(super) fn words_of(node: &Node) -> Vec<String> {
    match &node.node {
        Some(NodeEnum::List(list)) => text::words(&list.items),
        Some(NodeEnum::TypeName(name)) => text::words(&name.names),
        Some(NodeEnum::ObjectWithArgs(function)) => text::words(&function.objname),
        Some(NodeEnum::String(word)) => vec![word.sval.clone()],
        _ => Vec::new(),
    }
}

pub(super) fn rename(script: &mut Script, rename: &RenameStmt) -> Result<(), Reason> {
    let kind = ObjectType::try_from(rename.rename_type).map_err(|error| error.to_string())?;
    let of = ObjectType::try_from(rename.relation_type);
    let to = text::name(&rename.newname)?;
    match kind {
        ObjectType::ObjectTable => {
            let from = text::relation(rename.relation.as_ref())?;
            script.makes(to.as_str());
            script.gone.insert(from.to_string());
            script.also_about(to.as_str());
            script.push(Operation::RenameTable(RenameTable { from, to }));
        }
        ObjectType::ObjectColumn if of == Ok(ObjectType::ObjectTable) => {
            let table = text::relation(rename.relation.as_ref())?;
            let from = text::name(&rename.subname)?;
            script.push(Operation::RenameColumn(RenameColumn { table, from, to }));
        }
        ObjectType::ObjectTabconstraint => {
            let table = text::relation(rename.relation.as_ref())?;
            let from = text::name(&rename.subname)?;
            script.push(Operation::RenameConstraint(RenameConstraint { table, from, to }));
        }
        ObjectType::ObjectIndex => {
            let from = text::relation(rename.relation.as_ref())?;
            // The table is not in the statement; where the index is of this script, it need not be.
            let Some(item) = script.made_index(&from) else {
                return Err("no operation gives an index another name".into());
            };
            if let Operation::CreateIndex(index) = &mut script.items[item].operation {
                index.name = to;
            }
            script.remarks_to(item);
        }
        _ => return Err("no operation gives this another name".into()),
    }
    Ok(())
}
