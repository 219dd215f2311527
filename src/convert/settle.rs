//! The end: what stays SQL gets its place beside the operations, or everything stays SQL.

use super::item::{Item, Raw, sql};
use super::script::Script;
use super::statement::Statement;
use super::{Conversion, ConvertError, Converted, Note};
use crate::operation::{Operation, SqlPhase};

/// The conversion, once all is read. What takes all of it back at once is no matter of single statements.
pub(super) fn settle(
    mut script: Script,
    statements: &[Statement<'_>],
    has_back: bool,
) -> Result<Conversion, ConvertError> {
    if script.items.is_empty() {
        return Err(ConvertError::Nothing);
    }
    script.items.iter_mut().for_each(ask_for_a_value);
    if let Some(reason) = script.whole.take().or_else(|| conflict(&script.items)) {
        let kept = statements
            .iter()
            .enumerate()
            .filter(|(number, _)| !script.skipped.contains(number))
            .map(|(_, statement)| statement);
        return Ok(as_it_is(kept, &reason, script.left_out));
    }
    let is_all_raw = script.items.iter().all(|item| item.raw.is_some());
    let mut operations = Vec::new();
    for item in script.items {
        let mut converted = Converted { operation: item.operation, notes: Vec::new() };
        for text in item.notes {
            converted.notes.push(Note { line: item.line, text });
        }
        let is_late = item.raw.is_some_and(|raw| !raw.makes_objects);
        if let (true, false, Operation::Sql(sql)) = (is_late, is_all_raw, &mut converted.operation)
        {
            sql.phase = Some(SqlPhase::Contract);
            sql.down = None;
            if let Some(note) = converted.notes.first_mut() {
                note.text.push_str("; it runs in `complete`");
            }
        }
        if let (true, true, Operation::Sql(sql)) = (has_back, is_all_raw, &mut converted.operation)
        {
            sql.down = None;
        }
        operations.push(converted);
    }
    if is_all_raw {
        operations = merged(operations);
    }
    Ok(Conversion { operations, left_out: script.left_out })
}

/// A column that may not be NULL, and has nothing to be filled with but NULL, needs a value.
fn ask_for_a_value(item: &mut Item) {
    if let Operation::AddColumn(add) = &mut item.operation
        && !add.column.nullable
    {
        if add.up.as_deref() == Some("NULL") {
            add.up = None;
        }
        let has_value = add.up.is_some()
            || add.column.default.is_some()
            || add.column.generated.is_some()
            || add.column.type_name.to_ascii_lowercase().contains("serial");
        if !has_value {
            item.notes.push(
                "NOT NULL without a value for the rows that are there: give `up`, or a default"
                    .into(),
            );
        }
    }
}

/// Why SQL that has to run in `complete` cannot.
fn conflict(items: &[Item]) -> Option<String> {
    if items.iter().all(|item| item.raw.is_some()) {
        return None;
    }
    for (number, item) in items.iter().enumerate() {
        let Some(raw) = &item.raw else {
            continue;
        };
        if raw.makes_objects {
            continue;
        }
        let reason = item.notes.first().map(String::as_str).unwrap_or_default();
        let line = item.line;
        if raw.breaks_views {
            return Some(format!(
                "line {line}: {reason}, and SQL that does it cannot run beside other operations; in a \
                 migration of its own, the rest could be converted"
            ));
        }
        let later = items[number + 1..].iter().find(|later| depends(raw, item, later));
        if let Some(later) = later {
            return Some(format!(
                "line {line}: {reason}, and line {} comes after it; in two migrations, the rest could be \
                 converted",
                later.line
            ));
        }
    }
    None
}

/// Whether an operation changes what SQL before it stands on, so that the SQL cannot run after it.
fn depends(raw: &Raw, item: &Item, later: &Item) -> bool {
    if later.raw.is_some() {
        return false;
    }
    let is_near = raw.touches_anything || item.reads.iter().any(|name| later.reads.contains(name));
    let takes_away = matches!(
        later.operation,
        Operation::RenameTable(_)
            | Operation::RenameColumn(_)
            | Operation::DropTable(_)
            | Operation::DropColumn(_)
            | Operation::DropView(_)
            | Operation::DropFunction(_)
            | Operation::DropEnum(_)
    );
    let changes = match &later.operation {
        Operation::CreateIndex(index) => index.unique,
        Operation::AlterColumn(_) | Operation::AddColumn(_) | Operation::CreateConstraint(_) => {
            true
        }
        _ => false,
    };
    is_near && (takes_away || changes && !raw.commutes)
}

/// The whole script as SQL.
fn as_it_is<'a>(
    statements: impl Iterator<Item = &'a Statement<'a>>,
    reason: &str,
    left_out: Vec<Note>,
) -> Conversion {
    let mut operations = Vec::new();
    for statement in statements {
        let mut up = sql(statement.text);
        up.transaction = !statement.is_outside();
        operations.push(Converted { operation: Operation::Sql(up), notes: Vec::new() });
    }
    let mut operations = merged(operations);
    if let Some(first) = operations.first_mut() {
        let text = format!("nothing is converted. {reason}");
        first.notes.push(Note { line: 1, text });
    }
    Conversion { operations, left_out }
}

/// SQL that stands side by side, as one: what is one transaction stays one.
fn merged(operations: Vec<Converted>) -> Vec<Converted> {
    let mut merged: Vec<Converted> = Vec::new();
    for one in operations {
        if let (Some(Converted { operation: Operation::Sql(last), notes }), Operation::Sql(next)) =
            (merged.last_mut(), &one.operation)
            && last.transaction
            && next.transaction
            && last.down.is_none()
            && next.down.is_none()
        {
            last.up = format!("{};\n\n{}", last.up.trim_end_matches(';'), next.up);
            notes.extend(one.notes);
            continue;
        }
        merged.push(one);
    }
    merged
}
