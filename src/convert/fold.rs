//! What belongs together becomes one operation.

use pg_query::protobuf::{ConstrType, Constraint};

use super::alter_table::create_constraint;
use super::item::Item;
use super::places::{Place, Uses};
use super::script::Script;
use super::text::{self, Reason};
use super::update::Update;
use super::{column, create_index};
use crate::operation::{ConstraintKind, Operation, TableConstraint};
use crate::schema::Name;

/// What a constraint comes to that is never validated.
pub(super) const NOT_VALID: &str =
    "NOT VALID: `start` proves the rows that are there, without locking anybody out";

impl Script {
    /// UPDATE of columns that this script adds: their `up`.
    pub(super) fn fold_update(&mut self, update: &Update) -> bool {
        let table = &update.table;
        let is_changed = |column: &str| {
            self.last(|operation| match operation {
                Operation::AddColumn(one) => {
                    one.table == *table && one.column.name.as_str() == column
                }
                Operation::AlterColumn(one) => one.table == *table && one.column.as_str() == column,
                Operation::RenameColumn(one) => one.table == *table,
                _ => false,
            })
            .is_some()
        };
        let targets: Vec<&Name> = update.columns.iter().map(|one| &one.column).collect();
        let is_own = |column: &String| matches!(targets.as_slice(), [only] if only.as_str() == column.as_str());
        let other = update.where_null.iter().filter(|column| !is_own(column));
        if update.read.iter().chain(other).any(|column| is_changed(column)) {
            return false;
        }
        let mut folded = Vec::new();
        for filled in &update.columns {
            let Some(Place::Added(item)) = self.place(table, &filled.column, Uses::Objects) else {
                return false;
            };
            let Operation::AddColumn(add) = &self.items[item].operation else {
                return false;
            };
            let before = add.up.as_deref().or(add.column.default.as_deref()).unwrap_or("NULL");
            folded.push((item, update.value(filled, before)));
        }
        for (item, value) in folded {
            if let Operation::AddColumn(add) = &mut self.items[item].operation {
                add.up = Some(value);
            }
        }
        true
    }
}

/// Whether SET NOT NULL belongs to an UPDATE before it, and has become one operation with it.
pub(super) fn filled(script: &mut Script, table: &Name, column: &Name) -> bool {
    let touches = |item: &Item| item.touches(table.as_str());
    let Some(number) = script.items.iter().rposition(touches) else {
        return false;
    };
    let update = script.items[number].raw.as_ref().and_then(|raw| raw.update.as_ref());
    let Some(update) = update.cloned() else {
        return false;
    };
    let [filled] = &update.columns[..] else {
        return false;
    };
    let itself = column::quoted(column.as_str());
    let only_what_lacks = update.where_null.as_deref() == Some(column.as_str())
        || update.where_null.is_none() && update.read.iter().any(|read| read == column.as_str());
    if filled.column != *column || update.table != *table || !only_what_lacks {
        return false;
    }
    let value = update.value(filled, &itself);
    // As Django has it: a default for as long as it takes, which is then one operation with this.
    let earlier = script.last(|operation| {
        matches!(operation, Operation::AlterColumn(one) if one.table == *table
            && one.column == *column && one.type_name.is_none() && one.up.is_none())
    });
    let removed = script.items.remove(number);
    if let Some(earlier) =
        earlier.filter(|earlier| script.may_change(*earlier, table, Some(column), Uses::Objects))
        && let Operation::AlterColumn(known) = &mut script.items[earlier].operation
    {
        known.nullable = Some(false);
        (known.up, known.down) = (Some(value), Some(itself));
        script.remarks_to(earlier);
        return true;
    }
    let mut operation = super::column_changes::alter(table, column);
    operation.nullable = Some(false);
    (operation.up, operation.down) = (Some(value), Some(itself));
    let operation = Operation::AlterColumn(operation);
    script.items.insert(number, Item { operation, raw: None, notes: Vec::new(), ..removed });
    true
}

/// The column of this script that takes the place of one that goes, as the `down` of that one.
pub(super) fn successor(script: &Script, table: &Name, column: &Name) -> Option<String> {
    let itself = column::quoted(column.as_str());
    script.items.iter().find_map(|item| match &item.operation {
        Operation::AddColumn(add) if add.table == *table && add.up.as_ref() == Some(&itself) => {
            Some(column::quoted(add.column.name.as_str()))
        }
        _ => None,
    })
}

/// VALIDATE of a constraint of this script, which is valid from the beginning.
pub(super) fn validate(script: &mut Script, table: &Name, name: &Name) -> Result<(), Reason> {
    let found = script.items.iter_mut().find(|item| match &item.operation {
        Operation::CreateConstraint(one) => one.table == *table && one.name == *name,
        Operation::CreateTable(one) => {
            one.name == *table && one.constraints.iter().any(|known| known.name == *name)
        }
        _ => false,
    });
    match found {
        Some(item) => {
            item.notes.retain(|note| note != NOT_VALID);
            Ok(())
        }
        None => Err("no operation validates a constraint that is there".into()),
    }
}

/// Whether a constraint that goes is one of this script, so that it need not be made.
pub(super) fn unmake_constraint(script: &mut Script, table: &Name, name: &Name) -> bool {
    let made = script.last(|operation| {
        matches!(operation, Operation::CreateConstraint(one) if one.table == *table && one.name == *name)
    });
    unmake(script, made)
}

/// As [`unmake_constraint`], for an index.
pub(super) fn unmake_index(script: &mut Script, name: &Name) -> bool {
    let made = script.made_index(name);
    unmake(script, made)
}

fn unmake(script: &mut Script, made: Option<usize>) -> bool {
    let Some(number) = made else {
        return false;
    };
    let (before, after) = script.items.split_at(number + 1);
    let about = before[number].reads.clone();
    // Rows may be written by the leave of it.
    let is_used = |item: &Item| item.raw.is_some() && about.iter().any(|table| item.touches(table));
    if after.iter().any(is_used) {
        return false;
    }
    script.items.remove(number);
    true
}

/// A constraint by an index that this script makes for it.
pub(super) fn using_index(
    script: &mut Script,
    table: &Name,
    one: &Constraint,
) -> Result<(), Reason> {
    let index = text::name(&one.indexname)?;
    let made = script.made_index(&index);
    let made = made.ok_or("no operation makes a constraint of an index that is there")?;
    let Operation::CreateIndex(create) = &script.items[made].operation else {
        return Err("it is not understood".into());
    };
    let columns = create_index::columns_of(create).filter(|_| create.table == *table);
    let columns = columns.ok_or("a constraint is made of a plain unique index only")?;
    let kind = match ConstrType::try_from(one.contype) {
        Ok(ConstrType::ConstrPrimary) => ConstraintKind::PrimaryKey,
        _ => ConstraintKind::Unique,
    };
    let name = if one.conname.is_empty() { index } else { text::name(&one.conname)? };
    let constraint = TableConstraint {
        name,
        kind,
        columns,
        deferrable: one.deferrable,
        initially_deferred: one.initdeferred,
        nulls_not_distinct: false,
        no_inherit: false,
        check: None,
        references: None,
        exclude: None,
        index_parameters: None,
    };
    script.items[made].operation =
        Operation::CreateConstraint(create_constraint(table, constraint)?);
    script.remarks_to(made);
    Ok(())
}
