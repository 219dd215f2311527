//! Sequences: those of serial columns as pg_dump writes them, and the way back of what only makes.

use pg_query::protobuf::AlterSeqStmt;
use pg_query::{Node, NodeEnum};

use super::places::{Place, Uses};
use super::script::Script;
use super::text::{self, Reason};
use super::{constraint, function};
use crate::schema::Name;
use crate::sql::Ident;

/// `ALTER SEQUENCE .. OWNED BY`, behind which a default makes the column a serial one.
pub(super) fn owned_by(script: &mut Script, alter: &AlterSeqStmt) -> Result<(), Reason> {
    let sequence = text::relation(alter.sequence.as_ref())?;
    if let [Node { node: Some(NodeEnum::DefElem(option)) }] = alter.options.as_slice()
        && option.defname == "owned_by"
        && let Some(Some(NodeEnum::List(list))) = option.arg.as_deref().map(|arg| &arg.node)
        && let [table, column] = text::words(&list.items).as_slice()
    {
        script.owned.insert(sequence.to_string(), (table.clone(), column.clone()));
        script.is_about_sequence(sequence.as_str());
    }
    Err("no operation changes a sequence".into())
}

/// Whether a default makes a column of a table of this script a serial one, as pg_dump writes it: a
/// sequence that the column owns, with the name and the options that `serial` gives it.
pub(super) fn serial(script: &mut Script, table: &Name, column: &Name, default: &str) -> bool {
    let usual = constraint::usual(table, std::slice::from_ref(column), "seq");
    let owner = (table.to_string(), column.to_string());
    let base = script.base.as_str();
    let spellings = [format!("{base}.{usual}"), usual.to_string()];
    let is_next = |name: &String| default == format!("nextval('{name}'::regclass)");
    if script.owned.get(usual.as_str()) != Some(&owner) || !spellings.iter().any(is_next) {
        return false;
    }
    let Some(place @ Place::Created(..)) = script.place(table, column, Uses::Nothing) else {
        return false;
    };
    let definition = script.definition(&place);
    let (serial, of_type) = match definition.type_name.as_str() {
        "int" | "integer" => ("serial", "integer"),
        "bigint" => ("bigserial", "bigint"),
        "smallint" => ("smallserial", "smallint"),
        _ => return false,
    };
    if definition.nullable || script.plain.get(usual.as_str()).map(String::as_str) != Some(of_type)
    {
        return false;
    }
    let definition = script.definition(&place);
    definition.type_name = serial.into();
    let lines = script.sequence_lines.remove(usual.as_str()).unwrap_or_default();
    script.items.retain(|item| item.raw.is_none() || !lines.contains(&item.line));
    true
}

/// The type of a sequence that is as `serial` would make it.
pub(super) fn plain_type(node: &NodeEnum) -> Option<(String, String)> {
    let NodeEnum::CreateSeqStmt(create) = node else {
        return None;
    };
    let mut of_type = "bigint".to_owned();
    for option in &create.options {
        let Some(NodeEnum::DefElem(option)) = &option.node else {
            return None;
        };
        let value = option.arg.as_deref().and_then(|arg| arg.node.as_ref());
        match (option.defname.as_str(), value) {
            ("as", Some(NodeEnum::TypeName(name))) => {
                of_type = function::catalog_type(&text::type_name(name).ok()?);
            }
            ("start" | "increment" | "cache", Some(NodeEnum::Integer(one))) if one.ival == 1 => {}
            ("minvalue" | "maxvalue", None) => {}
            _ => return None,
        }
    }
    Some((create.sequence.as_ref()?.relname.clone(), of_type))
}

/// What takes back a statement that only makes something nobody uses yet.
pub(super) fn way_back(node: &NodeEnum) -> Option<String> {
    let quoted = |name: &str| Ident::new(name).ok().map(|name| name.to_string());
    match node {
        NodeEnum::CreateExtensionStmt(create) if !create.if_not_exists => {
            Some(format!("DROP EXTENSION {}", quoted(&create.extname)?))
        }
        NodeEnum::CreateSeqStmt(create) if !create.if_not_exists => {
            let sequence = create.sequence.as_ref()?;
            let name = match sequence.schemaname.as_str() {
                "" => quoted(&sequence.relname)?,
                schema => format!("{}.{}", quoted(schema)?, quoted(&sequence.relname)?),
            };
            Some(format!("DROP SEQUENCE {name}"))
        }
        NodeEnum::CreateDomainStmt(create) => {
            let words = text::words(&create.domainname);
            Some(format!("DROP DOMAIN {}", text::qualified(&words).ok()?))
        }
        NodeEnum::CompositeTypeStmt(create) => {
            Some(format!("DROP TYPE {}", quoted(&create.typevar.as_ref()?.relname)?))
        }
        _ => None,
    }
}
