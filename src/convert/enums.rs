//! Enum types.

use pg_query::protobuf::{AlterEnumStmt, CreateEnumStmt};

use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{AddEnumValue, CreateEnum, Operation, RenameEnumValue};

pub(super) fn create(script: &mut Script, create: &CreateEnumStmt) -> Result<(), Reason> {
    let words = text::words(&create.type_name);
    if let Some(word) = words.last().filter(|word| script.opaque.contains(*word)) {
        return Err(format!("SQL that stays as it is takes the name `{word}` away, or makes it"));
    }
    let name = text::in_base(&words)?;
    script.makes(name.as_str());
    let values = text::words(&create.vals);
    script.push(Operation::CreateEnum(CreateEnum { name, values, comment: None }));
    Ok(())
}

pub(super) fn alter(script: &mut Script, alter: &AlterEnumStmt) -> Result<(), Reason> {
    let words = text::words(&alter.type_name);
    script.refuse_opaque(words.last())?;
    let name = text::in_base(&words)?;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    if let Some(from) = given(&alter.old_val) {
        let to = alter.new_val.clone();
        script.push(Operation::RenameEnumValue(RenameEnumValue { name, from, to }));
        return Ok(());
    }
    let neighbour = given(&alter.new_val_neighbor);
    if alter.skip_if_new_val_exists {
        script.remark("IF NOT EXISTS: `start` refuses where the label is there");
    }
    if let Some(item) = script.made_enum(&name) {
        if let Operation::CreateEnum(create) = &mut script.items[item].operation {
            let at = neighbour.and_then(|label| create.values.iter().position(|v| *v == label));
            let at = at.map_or(create.values.len(), |at| at + usize::from(alter.new_val_is_after));
            create.values.insert(at, alter.new_val.clone());
        }
        script.remarks_to(item);
        return Ok(());
    }
    let (before, after) =
        if alter.new_val_is_after { (None, neighbour) } else { (neighbour, None) };
    script.remark(
        "the label can be written from `complete` on; for one that the new version has at once, take \
         `on_complete` out and say with `down` what the old version sees in its place",
    );
    script.push(Operation::AddEnumValue(AddEnumValue {
        name,
        value: alter.new_val.clone(),
        before,
        after,
        down: None,
        on_complete: true,
    }));
    Ok(())
}
