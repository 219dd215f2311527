//! Constraints, indexes and the replica identity of random migrations.

use serde_json::json;

use super::operations::{Change, add_column};
use super::world::{World, quoted};
use crate::choices::Choices;

/// UNIQUE or a foreign key, in place.
pub(super) fn constrain(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let name = world.name("key");
    let others: Vec<String> = world.tables.iter().map(|table| table.name.clone()).collect();
    let table = &mut world.tables[table];
    let column = table.columns[column].name.clone();
    let (on, quoted_column) = (quoted(&table.name), quoted(&column));
    let add = format!("ALTER TABLE {on} ADD CONSTRAINT {name}");
    let mut operation = json!({"table": table.name, "column": column});
    table.constraints.push(name.clone());
    if choices.below(2) == 0 {
        operation["unique"] = json!({"name": name});
        (json!({"alter_column": operation}), vec![format!("{add} UNIQUE ({quoted_column})")])
    } else {
        let other = choices.one_of(&others);
        operation["references"] = json!({"name": name, "table": other, "column": "id"});
        let other = quoted(other);
        let key = format!("{add} FOREIGN KEY ({quoted_column}) REFERENCES {other} (id)");
        (json!({"alter_column": operation}), vec![key])
    }
}

/// CHECK or UNIQUE over several columns, some of them copied.
pub(super) fn create_constraint(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let name = world.name("over");
    let table = &mut world.tables[table];
    let first = table.columns[column].clone();
    let second = choices.one_of(&table.columns).clone();
    let (on, a, b) = (quoted(&table.name), quoted(&first.name), quoted(&second.name));
    let mut columns = vec![first.name.clone()];
    if second.name != first.name {
        columns.push(second.name.clone());
    }
    let mut operation = json!({"table": table.name, "name": name, "columns": columns});
    let mut direct = Vec::new();
    let (mut up, mut down) = (json!({}), json!({}));
    if choices.once_in(2) {
        let type_name = first.type_name;
        let value = format!("CAST(COALESCE({a}::text, '6') AS {type_name})");
        up[&first.name] = json!(value);
        down[&first.name] = json!(a);
        direct.push(format!("UPDATE {on} SET {a} = {value}"));
    }
    operation["up"] = up;
    operation["down"] = down;
    let listed = if columns.len() == 2 { format!("{a}, {b}") } else { a.clone() };
    let definition = match choices.below(2) {
        0 => {
            operation["type"] = json!("unique");
            format!("UNIQUE ({listed})")
        }
        _ => {
            let condition = format!("{a}::text <> 'x' OR {b} IS NULL");
            operation["type"] = json!("check");
            operation["check"] = json!(condition);
            format!("CHECK ({condition})")
        }
    };
    direct.push(format!("ALTER TABLE {on} ADD CONSTRAINT {name} {definition}"));
    table.constraints.push(name);
    (json!({"create_constraint": operation}), direct)
}

/// One of the names, which is the table's no more.
fn taken(choices: &mut Choices<'_>, names: &mut Vec<String>) -> Option<String> {
    let last = names.len().checked_sub(1)?;
    Some(names.remove(choices.below(last + 1)))
}

pub(super) fn drop_constraint(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
) -> Change {
    let Some(name) = taken(choices, &mut world.tables[table].constraints) else {
        return add_column(choices, world, table);
    };
    let table = &world.tables[table];
    let operation = json!({"table": table.name, "name": name, "up": {}, "down": {}});
    let direct = format!("ALTER TABLE {} DROP CONSTRAINT {}", quoted(&table.name), quoted(&name));
    (json!({"drop_multicolumn_constraint": operation}), vec![direct])
}

pub(super) fn rename_constraint(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
) -> Change {
    let to = world.name("renamed");
    let table = &mut world.tables[table];
    let Some(from) = taken(choices, &mut table.constraints) else {
        let table = choices.below(world.tables.len());
        return add_column(choices, world, table);
    };
    table.constraints.push(to.clone());
    let (on, a, b) = (quoted(&table.name), quoted(&from), quoted(&to));
    let operation = json!({"table": table.name, "from": from, "to": to});
    let direct = format!("ALTER TABLE {on} RENAME CONSTRAINT {a} TO {b}");
    (json!({"rename_constraint": operation}), vec![direct])
}

pub(super) fn drop_index(choices: &mut Choices<'_>, world: &mut World, table: usize) -> Change {
    let Some(name) = taken(choices, &mut world.tables[table].indexes) else {
        return add_column(choices, world, table);
    };
    let direct = format!("DROP INDEX {}", quoted(&name));
    (json!({"drop_index": {"name": name}}), vec![direct])
}

pub(super) fn set_replica_identity(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
) -> Change {
    let table = &world.tables[table];
    let kind = *choices.one_of(&["full", "nothing", "default"]);
    let operation = json!({"table": table.name, "identity": {"type": kind}});
    let direct = format!("ALTER TABLE {} REPLICA IDENTITY {kind}", quoted(&table.name));
    (json!({"set_replica_identity": operation}), vec![direct])
}
