//! DROP.

use pg_query::protobuf::{DropStmt, ObjectType, ObjectWithArgs};
use pg_query::{Node, NodeEnum};

use super::script::Script;
use super::text::{self, Reason};
use super::{alter_table, fold};
use crate::operation::{DropEnum, DropFunction, DropIndex, DropTable, DropView, Operation};

pub(super) fn drop(script: &mut Script, drop: &DropStmt) -> Result<(), Reason> {
    let kind = ObjectType::try_from(drop.remove_type).map_err(|error| error.to_string())?;
    let mut operations = Vec::new();
    for object in &drop.objects {
        operations.push(operation(script, kind, object)?);
    }
    for operation in operations {
        if drop.missing_ok {
            script.remark("IF EXISTS: `start` refuses where it is not there");
        }
        alter_table::cascade(script, drop.behavior);
        match &operation {
            Operation::DropTable(DropTable { name })
            | Operation::DropEnum(DropEnum { name })
            | Operation::DropFunction(DropFunction { name, .. }) => {
                script.gone.insert(name.to_string());
                if let Operation::DropTable(_) = &operation {
                    script.forget(name);
                }
            }
            Operation::DropIndex(DropIndex { name }) if fold::unmake_index(script, name) => {
                continue;
            }
            _ => {}
        }
        script.push(operation);
    }
    Ok(())
}

fn operation(script: &Script, kind: ObjectType, object: &Node) -> Result<Operation, Reason> {
    let words = match &object.node {
        Some(NodeEnum::List(list)) => text::words(&list.items),
        Some(NodeEnum::TypeName(name)) => text::words(&name.names),
        Some(NodeEnum::ObjectWithArgs(function)) => {
            return match kind {
                ObjectType::ObjectFunction => drop_function(function),
                _ => Err("no operation drops this".into()),
            };
        }
        _ => Vec::new(),
    };
    script.refuse_opaque(words.last())?;
    Ok(match kind {
        ObjectType::ObjectTable => Operation::DropTable(DropTable { name: text::in_base(&words)? }),
        ObjectType::ObjectIndex => Operation::DropIndex(DropIndex { name: text::in_base(&words)? }),
        ObjectType::ObjectView | ObjectType::ObjectMatview => {
            Operation::DropView(DropView { name: text::in_base(&words)? })
        }
        ObjectType::ObjectType if script.is_or_may_be_enum(&words) => {
            Operation::DropEnum(DropEnum { name: text::in_base(&words)? })
        }
        _ => return Err("no operation drops this".into()),
    })
}

fn drop_function(function: &ObjectWithArgs) -> Result<Operation, Reason> {
    let name = text::in_base(&text::words(&function.objname))?;
    let mut types = Vec::new();
    for argument in &function.objargs {
        if let Some(NodeEnum::TypeName(type_name)) = &argument.node {
            types.push(super::function::catalog_type(&text::type_name(type_name)?));
        }
    }
    let arguments = (!function.args_unspecified).then(|| types.join(", "));
    Ok(Operation::DropFunction(DropFunction { name, arguments }))
}
