//! ALTER COLUMN: folded into the operation that makes the column, or into the one that changes it
//! already, or one of its own.

use pg_query::protobuf::{ColumnDef, ReplicaIdentityStmt};

use super::places::{Place, Uses};
use super::script::Script;
use super::text::{self, Reason};
use super::{column, fold, sequence};
use crate::operation::{
    AlterColumn, GeneratedDefinition, Identity, IdentityKind, OnViolation, Operation,
    SetReplicaIdentity,
};
use crate::schema::Name;

/// What is changed of a column, but for its type.
pub(super) enum Changed {
    Nullable(bool),
    Default(Option<String>),
}

/// An operation that changes nothing yet.
pub(super) fn alter(table: &Name, column: &Name) -> AlterColumn {
    AlterColumn {
        table: table.clone(),
        column: column.clone(),
        type_name: None,
        nullable: None,
        default: None,
        comment: None,
        check: None,
        unique: None,
        references: None,
        up: None,
        down: None,
        on_violation: OnViolation::default(),
    }
}

pub(super) fn change(
    script: &mut Script,
    table: &Name,
    column: &Name,
    changed: Changed,
) -> Result<(), Reason> {
    if let Changed::Default(Some(default)) = &changed
        && sequence::serial(script, table, column, default)
    {
        return Ok(());
    }
    // A default may use what was made meanwhile.
    let uses = match &changed {
        Changed::Default(Some(_)) => Uses::Objects,
        _ => Uses::Nothing,
    };
    if let Some(place) = script.place(table, column, uses) {
        fold_into(script, &place, changed);
        return Ok(());
    }
    if let Changed::Nullable(false) = changed
        && fold::filled(script, table, column)
    {
        return Ok(());
    }
    with(script, table, column, |alter| match changed {
        Changed::Nullable(nullable) => alter.nullable = Some(nullable),
        Changed::Default(default) => alter.default = Some(default),
    });
    Ok(())
}

/// Into the operation that makes the column.
fn fold_into(script: &mut Script, place: &Place, changed: Changed) {
    let is_added = matches!(place, Place::Added(_));
    let item = place.item();
    match changed {
        Changed::Nullable(nullable) => {
            script.definition(place).nullable = nullable;
        }
        Changed::Default(default) => {
            let before = std::mem::replace(&mut script.definition(place).default, default);
            if is_added && let Operation::AddColumn(add) = &mut script.items[item].operation {
                // Rows that are there keep what they would have had.
                let nothing = || "NULL".to_owned();
                add.up = add.up.take().or(before).or_else(|| Some(nothing()));
            }
        }
    }
    script.remarks_to(item);
}

/// Changes the `alter_column` of this column, or makes one.
fn with(script: &mut Script, table: &Name, column: &Name, change: impl FnOnce(&mut AlterColumn)) {
    if let Some(item) = script.altered(table, column) {
        if let Operation::AlterColumn(known) = &mut script.items[item].operation {
            change(known);
        }
        script.remarks_to(item);
        return;
    }
    let mut operation = alter(table, column);
    change(&mut operation);
    script.push(Operation::AlterColumn(operation));
}

pub(super) fn comment(script: &mut Script, table: &Name, column: &Name, text: Option<String>) {
    if let Some(place) = script.place(table, column, Uses::Nothing) {
        script.definition(&place).comment = text;
        return script.remarks_to(place.item());
    }
    with(script, table, column, |alter| alter.comment = Some(text));
}

pub(super) fn change_type(
    script: &mut Script,
    table: &Name,
    column: &Name,
    definition: &ColumnDef,
) -> Result<(), Reason> {
    let type_name = definition.type_name.as_ref().ok_or("it names no type")?;
    let typed = column::type_text(script, type_name, definition.coll_clause.as_deref())?;
    let using = definition.raw_default.as_deref();
    let up = using.map(text::expression).transpose()?;
    let down = using.and_then(text::inverse);
    // A column of this script has no rows yet; in one that is added, `up` would have to be both.
    if let Some(Place::Created(item, number)) = script.place(table, column, Uses::Objects) {
        script.definition(&Place::Created(item, number)).type_name = typed;
        script.remarks_to(item);
        return Ok(());
    }
    if down.is_none() {
        script.remark(
            "where the new type cannot hold every value of the old one, or the other way round, \
             `start` asks for `up` or `down`",
        );
    }
    let is_altered = script.altered(table, column).is_some_and(|item| {
        matches!(&script.items[item].operation, Operation::AlterColumn(one) if one.type_name.is_none() && one.up.is_none())
    });
    let change = |alter: &mut AlterColumn| {
        alter.type_name = Some(typed);
        alter.up = up;
        alter.down = down;
    };
    if is_altered {
        with(script, table, column, change);
    } else {
        let mut operation = alter(table, column);
        change(&mut operation);
        script.push(Operation::AlterColumn(operation));
    }
    Ok(())
}

/// Into the table that is made here, as pg_dump has it.
pub(super) fn add_identity(
    script: &mut Script,
    table: &Name,
    column: &Name,
    identity: GeneratedDefinition,
) -> Result<(), Reason> {
    let place = script.place(table, column, Uses::Nothing);
    let Some(place @ Place::Created(..)) = place else {
        return Err("no operation makes a column that is there an identity column".into());
    };
    let definition = script.definition(&place);
    definition.generated = Some(identity);
    definition.nullable = false;
    script.remarks_to(place.item());
    Ok(())
}

pub(super) fn replica_identity(
    script: &mut Script,
    table: &Name,
    statement: &ReplicaIdentityStmt,
) -> Result<(), Reason> {
    let kind = match statement.identity_type.as_str() {
        "d" => IdentityKind::Default,
        "f" => IdentityKind::Full,
        "n" => IdentityKind::Nothing,
        "i" => IdentityKind::Index,
        other => return Err(format!("the replica identity `{other}` is not understood")),
    };
    let index = (kind == IdentityKind::Index).then(|| statement.name.clone());
    let identity = Identity { kind, index };
    let operation = SetReplicaIdentity { table: table.clone(), identity };
    script.push(Operation::SetReplicaIdentity(operation));
    Ok(())
}
