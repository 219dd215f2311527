//! A column of CREATE TABLE or ADD COLUMN.

use pg_query::NodeEnum;
use pg_query::protobuf::{CollateClause, ColumnDef, ConstrType, Constraint, TypeName};

use super::constraint::{self, Owner};
use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{
    ColumnDefinition, GeneratedDefinition, IdentityDefinition, NamedCheck, Reference,
    TableConstraint,
};
use crate::schema::Name;
use crate::sql::Ident;

/// A column, and constraints that do not fit into it.
pub(super) struct Read {
    pub(super) definition: ColumnDefinition,
    pub(super) constraints: Vec<TableConstraint>,
}

/// Types that bring a sequence and NOT NULL along.
const SERIAL: [&str; 6] = ["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"];

pub(super) fn column(
    script: &mut Script,
    table: &Name,
    column: &ColumnDef,
) -> Result<Read, Reason> {
    let name = text::name(&column.colname)?;
    if !column.storage_name.is_empty() || !column.compression.is_empty() {
        return Err(format!("no operation says how `{name}` is stored or compressed"));
    }
    let type_name = column.type_name.as_ref().ok_or("a column has no type")?;
    let typed = type_text(script, type_name, column.coll_clause.as_deref())?;
    let is_serial = SERIAL.contains(&typed.to_ascii_lowercase().as_str());
    let mut read = Read {
        definition: ColumnDefinition {
            name,
            type_name: typed,
            nullable: !is_serial,
            default: None,
            pk: false,
            unique: false,
            check: None,
            references: None,
            generated: None,
            comment: None,
        },
        constraints: Vec::new(),
    };
    let constraints: Vec<Constraint> = constraint::with_attributes(&column.constraints);
    for one in &constraints {
        add(script, table, &mut read, one)?;
    }
    Ok(read)
}

/// A type that operations may name, with its collation.
pub(super) fn type_text(
    script: &Script,
    type_name: &TypeName,
    collation: Option<&CollateClause>,
) -> Result<String, Reason> {
    let words = text::words(&type_name.names);
    script.refuse_opaque(&words)?;
    let mut typed = text::type_name(type_name)?;
    if let Some(collation) = collation {
        let collation = text::qualified(&text::words(&collation.collname))?;
        typed.push_str(&format!(" COLLATE {collation}"));
    }
    Ok(typed)
}

fn add(
    script: &mut Script,
    table: &Name,
    read: &mut Read,
    constraint: &Constraint,
) -> Result<(), Reason> {
    let kind = ConstrType::try_from(constraint.contype).map_err(|error| error.to_string())?;
    let column = &mut read.definition;
    match kind {
        ConstrType::ConstrNull => {}
        ConstrType::ConstrNotnull => column.nullable = false,
        ConstrType::ConstrDefault => {
            let default = constraint.raw_expr.as_deref().ok_or("a default is empty")?;
            let text = text::expression(default)?;
            column.default = (text != "NULL").then_some(text);
        }
        ConstrType::ConstrIdentity => {
            column.nullable = false;
            column.generated = Some(identity(table, &column.name, constraint)?);
        }
        ConstrType::ConstrGenerated => {
            let expression = constraint.raw_expr.as_deref().ok_or("an expression is empty")?;
            let expression = Some(text::expression(expression)?);
            column.generated = Some(GeneratedDefinition {
                expression,
                is_virtual: constraint.generated_kind == "v",
                identity: None,
            });
        }
        _ => {
            let on = Owner { table, column: Some(&column.name) };
            let one = constraint::constraint(script, &on, constraint)?;
            settle(table, read, one);
        }
    }
    Ok(())
}

/// Puts a constraint into the column where it fits, and beside it otherwise.
fn settle(table: &Name, read: &mut Read, one: TableConstraint) {
    use crate::operation::ConstraintKind::{Check, ForeignKey, PrimaryKey, Unique};
    let column = &mut read.definition;
    let is_plain = one.index_parameters.is_none()
        && !one.deferrable
        && !one.initially_deferred
        && !one.nulls_not_distinct;
    match one.kind {
        PrimaryKey => {
            column.nullable = false;
            if is_plain && one.name == constraint::usual(table, &[], "pkey") {
                column.pk = true;
                return;
            }
        }
        Unique
            if is_plain
                && !column.unique
                && one.name == constraint::usual(table, &one.columns, "key") =>
        {
            column.unique = true;
            return;
        }
        Check if column.check.is_none() => {
            if let Some(check) = one.check {
                let (name, no_inherit) = (one.name, one.no_inherit);
                column.check = Some(NamedCheck { name, constraint: check, no_inherit });
            }
            return;
        }
        ForeignKey if column.references.is_none() => {
            if let Some(reference) = single(&one) {
                column.references = Some(reference);
                return;
            }
        }
        _ => {}
    }
    read.constraints.push(one);
}

/// The foreign key of one column, as a column has it.
pub(super) fn single(one: &TableConstraint) -> Option<Reference> {
    let references = one.references.as_ref()?;
    let [column] = references.columns.as_slice() else {
        return None;
    };
    if !references.on_delete_set_columns.is_empty() {
        return None;
    }
    Some(Reference {
        name: one.name.clone(),
        table: references.table.clone(),
        column: column.clone(),
        match_type: references.match_type,
        on_delete: references.on_delete,
        on_update: references.on_update,
        deferrable: one.deferrable,
        initially_deferred: one.initially_deferred,
    })
}

/// An identity column.
pub(super) fn identity(
    table: &Name,
    column: &Name,
    constraint: &Constraint,
) -> Result<GeneratedDefinition, Reason> {
    use pg_query::protobuf::CreateSeqStmt;
    let mut options = Vec::new();
    for option in &constraint.options {
        if let Some(NodeEnum::DefElem(element)) = &option.node
            && element.defname == "sequence_name"
        {
            let named = element.arg.as_deref().and_then(|arg| match &arg.node {
                Some(NodeEnum::List(list)) => text::words(&list.items).pop(),
                _ => None,
            });
            let usual = constraint::usual(table, std::slice::from_ref(column), "seq");
            if named.as_deref() != Some(usual.as_str()) {
                return Err(format!("the sequence of `{column}` has a name of its own"));
            }
            continue;
        }
        options.push(option.clone());
    }
    let mut sequence_options = None;
    if !options.is_empty() {
        let name = pg_query::protobuf::RangeVar {
            relname: "s".into(),
            inh: true,
            relpersistence: "p".into(),
            ..Default::default()
        };
        let create = CreateSeqStmt { sequence: Some(name), options, ..CreateSeqStmt::default() };
        let printed = text::statement(&NodeEnum::CreateSeqStmt(create))?;
        sequence_options = Some(text::cut(&printed, "CREATE SEQUENCE s", "")?);
    }
    let always = constraint.generated_when == "a";
    let identity: IdentityDefinition = serde_json::from_value(serde_json::json!({
        "user_specified_values": if always { "ALWAYS" } else { "BY DEFAULT" },
        "sequence_options": sequence_options,
    }))
    .map_err(|error| error.to_string())?;
    Ok(GeneratedDefinition { expression: None, is_virtual: false, identity: Some(identity) })
}

/// The name of a column, quoted where it has to be.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let column = pg_query::protobuf::ColumnRef {
        fields: vec![pg_query::Node {
            node: Some(NodeEnum::String(pg_query::protobuf::String { sval: name.into() })),
        }],
        location: 0,
    };
    let node = pg_query::Node { node: Some(NodeEnum::ColumnRef(column)) };
    // The grammar knows the reserved words.
    text::expression(&node).unwrap_or_else(|_| match Ident::new(name) {
        Ok(ident) if !is_plain => ident.to_string(),
        _ => name.to_owned(),
    })
}
