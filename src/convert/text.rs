//! Parts of the grammar's tree, printed as SQL again.

use pg_query::protobuf::{
    AConst, ColumnRef, RangeVar, ResTarget, ScanToken, SelectStmt, TypeCast, TypeName, a_const,
};
use pg_query::{Node, NodeEnum, NodeRef};

use crate::schema::Name;
use crate::sql::{Ident, QualifiedName};

/// Why something is not converted.
pub(super) type Reason = String;

/// The words of a text. (pg_query's own function reads from nowhere where there are none.)
pub(super) fn tokens(text: &str) -> Result<Vec<ScanToken>, pg_query::Error> {
    if text.trim().is_empty() { Ok(Vec::new()) } else { pg_query::scan_tokens(text) }
}

/// An expression.
pub(super) fn expression(node: &Node) -> Result<String, Reason> {
    let target = ResTarget { val: Some(Box::new(node.clone())), ..ResTarget::default() };
    let target = Node { node: Some(NodeEnum::ResTarget(Box::new(target))) };
    // No set operation, and LIMIT as usual: zero means neither in the grammar's own numbers.
    let select =
        SelectStmt { target_list: vec![target], limit_option: 1, op: 1, ..SelectStmt::default() };
    let text = statement(&NodeEnum::SelectStmt(Box::new(select)))?;
    cut(&text, "SELECT ", "")
}

/// A whole statement.
pub(super) fn statement(node: &NodeEnum) -> Result<String, Reason> {
    node.deparse(pg_query::DeparseOptions::default())
        .map_err(|error| format!("it cannot be printed ({error})"))
}

/// What is between two texts that are known.
pub(super) fn cut(text: &str, before: &str, after: &str) -> Result<String, Reason> {
    let inside = text.trim().strip_prefix(before).and_then(|text| text.strip_suffix(after));
    inside.map(|text| text.trim().to_owned()).ok_or_else(|| format!("`{text}` is not understood"))
}

/// A type.
pub(super) fn type_name(name: &TypeName) -> Result<String, Reason> {
    let null = AConst { isnull: true, ..AConst::default() };
    let cast = TypeCast {
        arg: Some(Box::new(Node { node: Some(NodeEnum::AConst(null)) })),
        type_name: Some(name.clone()),
        location: 0,
    };
    let text = expression(&Node { node: Some(NodeEnum::TypeCast(Box::new(cast))) })?;
    cut(&text, "NULL::", "")
}

/// The words of a qualified name, or of a list of names.
pub(super) fn words(nodes: &[Node]) -> Vec<String> {
    nodes
        .iter()
        .filter_map(|node| match &node.node {
            Some(NodeEnum::String(word)) => Some(word.sval.clone()),
            _ => None,
        })
        .collect()
}

/// A name as operations have it.
pub(super) fn name(text: &str) -> Result<Name, Reason> {
    Name::new(text).map_err(|error| error.to_string())
}

/// Several of them.
pub(super) fn names(nodes: &[Node]) -> Result<Vec<Name>, Reason> {
    words(nodes).iter().map(|word| name(word)).collect()
}

/// A qualified name as SQL.
pub(super) fn qualified(words: &[String]) -> Result<String, Reason> {
    let idents: Result<Vec<Ident>, _> =
        words.iter().map(|word| Ident::new(word.as_str())).collect();
    match idents.map_err(|error| error.to_string())?.as_slice() {
        [name] => Ok(name.to_string()),
        [schema, name] => Ok(QualifiedName::new(schema, name).to_string()),
        _ => Err("a name has more than two parts".into()),
    }
}

/// The name of something in the base schema; the base schema's own name was blanked.
pub(super) fn in_base(words: &[String]) -> Result<Name, Reason> {
    match words {
        [only] => name(only),
        [schema, ..] => Err(elsewhere(schema)),
        [] => Err("it has no name".into()),
    }
}

fn elsewhere(schema: &str) -> Reason {
    format!("it is in the schema `{schema}`, and operations change the base schema alone")
}

/// A relation of the base schema.
pub(super) fn relation(relation: Option<&RangeVar>) -> Result<Name, Reason> {
    let relation = relation.ok_or("it has no name")?;
    if !relation.schemaname.is_empty() {
        return Err(elsewhere(&relation.schemaname));
    }
    if relation.relpersistence == "t" {
        return Err("it is temporary, and goes with its session".into());
    }
    name(&relation.relname)
}

/// A relation that is there for good, as a name without a schema means it.
pub(super) fn permanent(name: &str) -> RangeVar {
    RangeVar { relname: name.into(), inh: true, relpersistence: "p".into(), ..RangeVar::default() }
}

/// The columns that an expression names, by their own names.
pub(super) fn columns_read(node: &Node) -> Vec<String> {
    let mut found = Vec::new();
    let Some(node) = &node.node else {
        return found;
    };
    if let NodeEnum::ColumnRef(column) = node {
        found.extend(last_word(column));
    }
    for (part, ..) in node.nodes() {
        if let NodeRef::ColumnRef(column) = part {
            found.extend(last_word(column));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn last_word(column: &ColumnRef) -> Option<String> {
    words(&column.fields).pop()
}

/// The column that an expression is, and nothing else.
pub(super) fn as_column(node: &Node) -> Option<String> {
    match &node.node {
        Some(NodeEnum::ColumnRef(column)) => last_word(column),
        _ => None,
    }
}

/// What takes an expression over a column back, where that is known without the column's type: a
/// timestamp at a time zone is one without, at the same zone, and the other way round.
pub(super) fn inverse(node: &Node) -> Option<String> {
    let Some(NodeEnum::FuncCall(call)) = &node.node else {
        return None;
    };
    let [zone, column] = call.args.as_slice() else {
        return None;
    };
    let is_zone = words(&call.funcname).last().map(String::as_str) == Some("timezone")
        && constant(zone).is_some()
        && as_column(column).is_some();
    is_zone.then(|| expression(node).ok()).flatten()
}

/// A text constant.
pub(super) fn constant(node: &Node) -> Option<String> {
    match &node.node {
        Some(NodeEnum::AConst(constant)) => match &constant.val {
            Some(a_const::Val::Sval(text)) => Some(text.sval.clone()),
            _ => None,
        },
        Some(NodeEnum::TypeCast(cast)) => constant(cast.arg.as_deref()?),
        Some(NodeEnum::String(text)) => Some(text.sval.clone()),
        _ => None,
    }
}

/// Options as in `WITH (...)`.
pub(super) fn options(nodes: &[Node]) -> Result<Option<String>, Reason> {
    let mut texts = Vec::new();
    for node in nodes {
        let Some(NodeEnum::DefElem(option)) = &node.node else {
            return Err("its options are not understood".into());
        };
        let value = match option.arg.as_deref().and_then(|arg| arg.node.as_ref()) {
            None => String::new(),
            Some(NodeEnum::Integer(number)) => format!(" = {}", number.ival),
            Some(NodeEnum::Float(number)) => format!(" = {}", number.fval),
            Some(NodeEnum::String(text)) => format!(" = '{}'", text.sval.replace('\'', "''")),
            Some(NodeEnum::TypeName(word)) => format!(" = {}", words(&word.names).join(".")),
            Some(_) => return Err(format!("its option `{}` is not understood", option.defname)),
        };
        texts.push(format!("{}{value}", option.defname));
    }
    Ok((!texts.is_empty()).then(|| texts.join(", ")))
}
