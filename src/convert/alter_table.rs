//! ALTER TABLE, command by command.

use pg_query::protobuf::{AlterTableCmd, AlterTableStmt, AlterTableType, ConstrType, ObjectType};
use pg_query::{Node, NodeEnum};

use super::column_changes::{self as changes, Changed};
use super::constraint::{self, Owner};
use super::places::Uses;
use super::script::Script;
use super::statement::Statement;
use super::text::{self, Reason};
use super::{column, fold};
use crate::operation::{
    AddColumn, ConstraintKind, ConstraintType, CreateConstraint, DropColumn, DropConstraint,
    Operation, TableConstraint,
};
use crate::schema::Name;

pub(super) fn alter_table(
    script: &mut Script,
    alter: &AlterTableStmt,
    statement: &Statement<'_>,
) -> Result<(), Reason> {
    if ObjectType::try_from(alter.objtype) != Ok(ObjectType::ObjectTable) {
        return Err("no operation alters anything but tables like this".into());
    }
    let table = text::relation(alter.relation.as_ref())?;
    if alter.missing_ok {
        script.remark("IF EXISTS: `start` refuses where there is no such table");
    }
    let is_alone = alter.cmds.len() == 1;
    for node in &alter.cmds {
        let Some(NodeEnum::AlterTableCmd(command)) = &node.node else {
            return Err("a part of it is not understood".into());
        };
        match alter_one(script, &table, command) {
            Ok(()) => {}
            Err(reason) if is_alone => return Err(reason),
            Err(reason) => {
                // The other commands are operations all the same.
                let part = AlterTableStmt { cmds: vec![node.clone()], ..alter.clone() };
                let node = NodeEnum::AlterTableStmt(part);
                let text = text::statement(&node)?;
                let reads = statement.reads.clone();
                let line = statement.line;
                let part = Statement { node, text: &text, line, reads, is_guarded: false };
                script.keep(&part, reason);
            }
        }
    }
    Ok(())
}

fn alter_one(script: &mut Script, table: &Name, command: &AlterTableCmd) -> Result<(), Reason> {
    let kind = AlterTableType::try_from(command.subtype).map_err(|error| error.to_string())?;
    if command.missing_ok {
        script.remark("IF [NOT] EXISTS: `start` says so where it is not as expected");
    }
    let definition = command.def.as_deref();
    let column = || text::name(&command.name);
    match kind {
        AlterTableType::AtAddColumn => add_column(script, table, definition),
        AlterTableType::AtDropColumn => drop_column(script, table, &column()?),
        AlterTableType::AtColumnDefault => {
            let default = definition.map(text::expression).transpose()?;
            let default = default.filter(|text| text != "NULL");
            changes::change(script, table, &column()?, Changed::Default(default))
        }
        AlterTableType::AtSetNotNull => {
            changes::change(script, table, &column()?, Changed::Nullable(false))
        }
        AlterTableType::AtDropNotNull => {
            changes::change(script, table, &column()?, Changed::Nullable(true))
        }
        AlterTableType::AtAlterColumnType => {
            let Some(Some(NodeEnum::ColumnDef(def))) = definition.map(|node| &node.node) else {
                return Err("it names no type".into());
            };
            changes::change_type(script, table, &column()?, def)
        }
        AlterTableType::AtAddIdentity => {
            let Some(Some(NodeEnum::Constraint(one))) = definition.map(|node| &node.node) else {
                return Err("it is not understood".into());
            };
            let column = column()?;
            let identity = column::identity(table, &column, one)?;
            changes::add_identity(script, table, &column, identity)
        }
        AlterTableType::AtAddConstraint => {
            let Some(Some(NodeEnum::Constraint(one))) = definition.map(|node| &node.node) else {
                return Err("it is not understood".into());
            };
            add_constraint(script, table, one)
        }
        AlterTableType::AtValidateConstraint => fold::validate(script, table, &column()?),
        AlterTableType::AtDropConstraint => {
            let name = column()?;
            if fold::unmake_constraint(script, table, &name) {
                return Ok(());
            }
            cascade(script, command.behavior);
            let operation = DropConstraint { table: table.clone(), name, up: None, down: None };
            script.push(Operation::DropConstraint(operation));
            Ok(())
        }
        AlterTableType::AtReplicaIdentity => {
            let Some(Some(NodeEnum::ReplicaIdentityStmt(identity))) =
                definition.map(|node| &node.node)
            else {
                return Err("it is not understood".into());
            };
            changes::replica_identity(script, table, identity)
        }
        _ => Err("no operation does this to a table".into()),
    }
}

/// What CASCADE comes to.
pub(super) fn cascade(script: &mut Script, behavior: i32) {
    if behavior == i32::from(pg_query::protobuf::DropBehavior::DropCascade) {
        script.remark("CASCADE: what else would go is refused by name, and not dropped");
    }
}

fn add_column(script: &mut Script, table: &Name, node: Option<&Node>) -> Result<(), Reason> {
    let Some(Some(NodeEnum::ColumnDef(definition))) = node.map(|node| &node.node) else {
        return Err("it is not understood".into());
    };
    let read = column::column(script, table, definition)?;
    let is_stored = read.definition.generated.as_ref().is_some_and(|one| one.expression.is_some());
    if is_stored && script.created(table, Uses::Nothing).is_none() {
        return Err("a stored generated column rewrites the table while nobody can use it".into());
    }
    let column = read.definition;
    let operation = AddColumn {
        table: table.clone(),
        column,
        up: None,
        on_violation: crate::operation::OnViolation::default(),
    };
    script.push(Operation::AddColumn(operation));
    for one in read.constraints {
        script.push(Operation::CreateConstraint(create_constraint(table, one)?));
    }
    Ok(())
}

fn drop_column(script: &mut Script, table: &Name, column: &Name) -> Result<(), Reason> {
    let down = fold::successor(script, table, column);
    let operation = DropColumn { table: table.clone(), column: column.clone(), down };
    script.push(Operation::DropColumn(operation));
    Ok(())
}

fn add_constraint(
    script: &mut Script,
    table: &Name,
    one: &pg_query::protobuf::Constraint,
) -> Result<(), Reason> {
    if !one.indexname.is_empty() {
        return fold::using_index(script, table, one);
    }
    if ConstrType::try_from(one.contype) == Ok(ConstrType::ConstrNotnull) {
        let [column] = text::names(&one.keys)?.try_into().map_err(|_| "it names no column")?;
        return changes::change(script, table, &column, Changed::Nullable(false));
    }
    let on = Owner { table, column: None };
    let read = constraint::constraint(script, &on, one)?;
    let uses = match read.kind {
        ConstraintKind::Check | ConstraintKind::Exclude => Uses::Objects,
        _ => Uses::Nothing,
    };
    if read.kind != ConstraintKind::ForeignKey
        && let Some((item, created)) = script.created(table, uses)
    {
        super::create_table::add_constraint(created, read);
        script.remarks_to(item);
        return Ok(());
    }
    let operation = create_constraint(table, read)?;
    if one.skip_validation {
        script.remark(fold::NOT_VALID);
    }
    script.push(Operation::CreateConstraint(operation));
    Ok(())
}

/// A constraint on a table that is there.
pub(super) fn create_constraint(
    table: &Name,
    one: TableConstraint,
) -> Result<CreateConstraint, Reason> {
    let kind = match one.kind {
        ConstraintKind::Unique => ConstraintType::Unique,
        ConstraintKind::Check => ConstraintType::Check,
        ConstraintKind::PrimaryKey => ConstraintType::PrimaryKey,
        ConstraintKind::ForeignKey => ConstraintType::ForeignKey,
        ConstraintKind::Exclude => {
            return Err("no operation adds an exclusion constraint to a table that is there".into());
        }
    };
    Ok(CreateConstraint {
        table: table.clone(),
        name: one.name,
        kind,
        columns: one.columns,
        check: one.check,
        no_inherit: one.no_inherit,
        nulls_not_distinct: one.nulls_not_distinct,
        deferrable: one.deferrable,
        initially_deferred: one.initially_deferred,
        index_parameters: one.index_parameters,
        references: one.references,
        up: std::collections::BTreeMap::new(),
        down: std::collections::BTreeMap::new(),
        on_violation: crate::operation::OnViolation::default(),
    })
}
