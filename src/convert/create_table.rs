//! CREATE TABLE.

use pg_query::NodeEnum;
use pg_query::protobuf::{ConstrType, Constraint, CreateStmt};

use super::column;
use super::constraint::{self, Owner};
use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{ConstraintKind, CreateTable, Operation, TableConstraint};
use crate::schema::Name;

pub(super) fn create_table(script: &mut Script, create: &CreateStmt) -> Result<(), Reason> {
    let name = text::relation(create.relation.as_ref())?;
    refuse(create)?;
    let mut table = CreateTable {
        name: name.clone(),
        columns: Vec::new(),
        comment: None,
        constraints: Vec::new(),
    };
    let mut constraints = Vec::new();
    // The key first, for a foreign key may mean that of the table itself.
    script.making = Some((name.clone(), key(create)?));
    for element in &create.table_elts {
        match &element.node {
            Some(NodeEnum::ColumnDef(definition)) => {
                let read = column::column(script, &name, definition)?;
                table.columns.push(read.definition);
                table.constraints.extend(read.constraints);
            }
            Some(NodeEnum::Constraint(one)) => constraints.push((**one).clone()),
            Some(NodeEnum::TableLikeClause(_)) => {
                return Err("LIKE copies a table that only the database knows".into());
            }
            _ => return Err("a part of it is not understood".into()),
        }
    }
    for one in &constraints {
        let on = Owner { table: &name, column: None };
        let one = constraint::constraint(script, &on, one)?;
        add_constraint(&mut table, one);
    }
    script.makes(name.as_str());
    if create.if_not_exists {
        script.remark("IF NOT EXISTS: `start` refuses where the table is there");
    }
    script.push(Operation::CreateTable(table));
    Ok(())
}

/// The columns of its primary key.
fn key(create: &CreateStmt) -> Result<Vec<Name>, Reason> {
    let is_key =
        |one: &Constraint| ConstrType::try_from(one.contype) == Ok(ConstrType::ConstrPrimary);
    for element in &create.table_elts {
        match &element.node {
            Some(NodeEnum::Constraint(one)) if is_key(one) => return text::names(&one.keys),
            Some(NodeEnum::ColumnDef(column)) => {
                let inline = constraint::with_attributes(&column.constraints);
                if inline.iter().any(is_key) {
                    return Ok(vec![text::name(&column.colname)?]);
                }
            }
            _ => {}
        }
    }
    Ok(Vec::new())
}

/// Adds a constraint to a table that is made here, in the shortest way to say it.
pub(super) fn add_constraint(table: &mut CreateTable, one: TableConstraint) {
    if one.kind == ConstraintKind::PrimaryKey {
        let in_order: Vec<Name> = table
            .columns
            .iter()
            .filter(|column| one.columns.contains(&column.name))
            .map(|column| column.name.clone())
            .collect();
        let is_plain = one.index_parameters.is_none() && !one.deferrable && !one.initially_deferred;
        let is_usual = one.name == constraint::usual(&table.name, &[], "pkey");
        for column in table.columns.iter_mut().filter(|one| in_order.contains(&one.name)) {
            column.nullable = false;
        }
        if is_plain && is_usual && in_order == one.columns {
            for column in table.columns.iter_mut().filter(|one| in_order.contains(&one.name)) {
                column.pk = true;
            }
            return;
        }
    }
    table.constraints.push(one);
}

fn refuse(create: &CreateStmt) -> Result<(), Reason> {
    let relation = create.relation.as_ref();
    let reason = if create.partspec.is_some() {
        "no operation makes a partitioned table"
    } else if create.partbound.is_some() {
        "no operation makes a partition"
    } else if !create.inh_relations.is_empty() {
        "no operation makes a table that inherits"
    } else if create.of_typename.is_some() {
        "no operation makes a table of a type"
    } else if relation.is_some_and(|relation| relation.relpersistence == "u") {
        "no operation makes an unlogged table"
    } else if !create.options.is_empty() {
        "no operation says storage parameters of a table"
    } else if !create.tablespacename.is_empty() || !create.access_method.is_empty() {
        "no operation says where or how a table is stored"
    } else {
        return Ok(());
    };
    Err(reason.into())
}
