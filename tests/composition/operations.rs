//! One random operation: what the file says, and the same change made directly.

use serde_json::{Value, json};

use super::constraints::{
    constrain, create_constraint, drop_constraint, drop_index, rename_constraint,
    set_replica_identity,
};
use super::world::{Column, TYPES, Table, World, free_name, quoted};
use crate::choices::Choices;

/// What the file says, and the statements that do the same to a schema without applications.
pub(super) type Change = (Value, Vec<String>);

/// A random operation, with the world as it leaves it.
pub(super) fn operation(choices: &mut Choices<'_>, world: &mut World) -> Change {
    match choices.below(26) {
        0..=4 => on_column(choices, world, alter_column),
        5..=8 => on_table(choices, world, add_column),
        9..=10 => on_column(choices, world, drop_column),
        11..=12 => on_column(choices, world, rename_column),
        13 => rename_table(choices, world),
        14..=15 => on_column(choices, world, create_index),
        16 => create_table(choices, world),
        17 => drop_table(choices, world),
        18..=19 => on_column(choices, world, create_constraint),
        20 => on_table(choices, world, drop_constraint),
        21 => on_table(choices, world, rename_constraint),
        22 => on_table(choices, world, drop_index),
        23 => on_table(choices, world, set_replica_identity),
        _ => on_column(choices, world, constrain),
    }
}

fn on_table(
    choices: &mut Choices<'_>,
    world: &mut World,
    change: fn(&mut Choices<'_>, &mut World, usize) -> Change,
) -> Change {
    match world.tables.len() {
        0 => create_table(choices, world),
        tables => {
            let number = choices.below(tables);
            change(choices, world, number)
        }
    }
}

fn on_column(
    choices: &mut Choices<'_>,
    world: &mut World,
    change: fn(&mut Choices<'_>, &mut World, usize, usize) -> Change,
) -> Change {
    let table = world.tables.len().checked_sub(1).map(|last| choices.below(last + 1));
    match table {
        Some(table) if !world.tables[table].columns.is_empty() => {
            let column = choices.below(world.tables[table].columns.len());
            change(choices, world, table, column)
        }
        _ => on_table(choices, world, add_column),
    }
}

fn create_table(choices: &mut Choices<'_>, world: &mut World) -> Change {
    let name = world.name("table");
    let mut table =
        Table { name, columns: Vec::new(), indexes: Vec::new(), constraints: Vec::new() };
    for _ in 0..1 + choices.below(3) {
        let column = Column::new(choices, &table);
        table.columns.push(column);
    }
    let mut columns = vec![json!({"name": "id", "type": "integer", "pk": true})];
    columns.extend(table.columns.iter().map(described));
    let parts: Vec<String> = table.columns.iter().map(Column::sql).collect();
    let (name, parts) = (quoted(&table.name), parts.join(", "));
    let direct = format!("CREATE TABLE {name} (id integer PRIMARY KEY, {parts})");
    let operation = json!({"create_table": {"name": table.name, "columns": columns}});
    world.tables.push(table);
    (operation, vec![direct])
}

/// A column as files describe it.
fn described(column: &Column) -> Value {
    let mut described =
        json!({"name": column.name, "type": column.type_name, "nullable": column.nullable});
    if let Some(default) = &column.default {
        described["default"] = json!(default);
    }
    described
}

pub(super) fn add_column(choices: &mut Choices<'_>, world: &mut World, table: usize) -> Change {
    let unique = choices.once_in(6);
    let table = &mut world.tables[table];
    let mut column = Column::new(choices, table);
    if unique {
        column.default = None;
    }
    let (on, name) = (quoted(&table.name), quoted(&column.name));
    let up = value(choices, table, column.type_name, unique);
    let up = (unique || !column.nullable && column.default.is_none() || choices.once_in(3))
        .then_some(up);
    let mut described = described(&column);
    described["unique"] = json!(unique);
    let mut operation = json!({"add_column": {"table": table.name, "column": described}});
    let (type_name, default) = (column.type_name, &column.default);
    let mut direct = vec![format!("ALTER TABLE {on} ADD COLUMN {name} {type_name}")];
    if let Some(up) = up.as_ref().or(default.as_ref()) {
        direct.push(format!("UPDATE {on} SET {name} = {up}"));
    }
    if let Some(up) = up {
        operation["add_column"]["up"] = json!(up);
    }
    if !column.nullable {
        direct.push(format!("ALTER TABLE {on} ALTER {name} SET NOT NULL"));
    }
    if let Some(default) = default {
        direct.push(format!("ALTER TABLE {on} ALTER {name} SET DEFAULT {default}"));
    }
    if unique {
        direct.push(format!("ALTER TABLE {on} ADD UNIQUE ({name})"));
    }
    table.columns.push(column);
    (operation, direct)
}

/// A value for a row, out of a column of it.
fn value(choices: &mut Choices<'_>, table: &Table, type_name: &str, unique: bool) -> String {
    let column = match table.columns.as_slice() {
        [] => "id".to_owned(),
        columns => quoted(&choices.one_of(columns).name),
    };
    match (choices.below(4), unique) {
        (0, false) => format!("CAST('5' AS {type_name})"),
        (1, false) => format!("CAST(COALESCE({column}::text, '3') AS {type_name})"),
        (2, false) => format!("CAST({column}::text AS {type_name})"),
        _ => format!("CAST(id + 100 AS {type_name})"),
    }
}

fn alter_column(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let check = world.name("check");
    let table = &mut world.tables[table];
    let (table_name, old) = (table.name.clone(), table.columns[column].clone());
    let (on, name) = (quoted(&table.name), quoted(&old.name));
    let mut operation = json!({"table": table_name, "column": old.name});
    let mut direct = Vec::new();
    let changed = &mut table.columns[column];
    let mut up = None;
    if choices.once_in(2) {
        changed.type_name = *choices.one_of(&TYPES);
        operation["type"] = json!(changed.type_name);
        operation["down"] = json!(format!("CAST({name}::text AS {})", old.type_name));
        up = Some(format!("CAST({name}::text AS {})", changed.type_name));
        // A default is of the old type.
        changed.default = choices.once_in(2).then(|| "'9'".to_owned());
        operation["default"] = json!(changed.default);
    }
    let nullable = choices.below(6);
    if nullable < 2 {
        changed.nullable = nullable == 0;
        operation["nullable"] = json!(changed.nullable);
        let (from, to) = (old.type_name, changed.type_name);
        if !changed.nullable {
            up = Some(format!("CAST(COALESCE({name}::text, '4') AS {to})"));
            operation["down"] = json!(format!("CAST({name}::text AS {from})"));
        } else if !old.nullable {
            up = Some(format!("CAST({name}::text AS {to})"));
            operation["down"] = json!(format!("CAST(COALESCE({name}::text, '4') AS {from})"));
        }
    }
    let mut settings = Vec::new();
    if choices.once_in(3) {
        let comment = choices.once_in(2).then_some("it's changed");
        operation["comment"] = json!(comment);
        let comment =
            comment.map_or_else(|| "NULL".into(), |text| format!("'{}'", text.replace('\'', "''")));
        settings.push(format!("COMMENT ON COLUMN {on}.{name} IS {comment}"));
    }
    if choices.once_in(4) {
        let condition = format!("{name} IS NOT NULL OR id <> 0");
        operation["check"] = json!({"name": check, "constraint": condition});
        settings.push(format!("ALTER TABLE {on} ADD CONSTRAINT {check} CHECK ({condition})"));
        table.constraints.push(check);
    }
    let changed = &table.columns[column];
    if let Some(up) = up {
        operation["up"] = json!(up);
        let to = changed.type_name;
        direct.push(format!("ALTER TABLE {on} ALTER {name} DROP DEFAULT"));
        direct.push(format!("ALTER TABLE {on} ALTER {name} TYPE {to} USING ({up})::{to}"));
    }
    let not_null = if changed.nullable { "DROP" } else { "SET" };
    direct.push(format!("ALTER TABLE {on} ALTER {name} {not_null} NOT NULL"));
    let default = changed.default.as_ref();
    let default =
        default.map_or_else(|| "DROP DEFAULT".into(), |default| format!("SET DEFAULT {default}"));
    direct.push(format!("ALTER TABLE {on} ALTER {name} {default}"));
    direct.extend(settings);
    (json!({"alter_column": operation}), direct)
}

fn drop_column(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let table = &mut world.tables[table];
    let column = table.columns.remove(column);
    let mut operation = json!({"table": table.name, "column": column.name});
    if choices.below(3) < 2 {
        operation["down"] = json!(value(choices, table, column.type_name, false));
    }
    let direct =
        format!("ALTER TABLE {} DROP COLUMN {}", quoted(&table.name), quoted(&column.name));
    (json!({"drop_column": operation}), vec![direct])
}

fn rename_column(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let table = &mut world.tables[table];
    let to = free_name(choices, table);
    let from = std::mem::replace(&mut table.columns[column].name, to.clone());
    let operation = json!({"rename_column": {"table": table.name, "from": from, "to": to}});
    let on = quoted(&table.name);
    let (from, to) = (quoted(&from), quoted(&to));
    (operation, vec![format!("ALTER TABLE {on} RENAME COLUMN {from} TO {to}")])
}

fn rename_table(choices: &mut Choices<'_>, world: &mut World) -> Change {
    if world.tables.is_empty() {
        return create_table(choices, world);
    }
    let number = choices.below(world.tables.len());
    let to = world.name("table");
    let from = std::mem::replace(&mut world.tables[number].name, to.clone());
    let direct = format!("ALTER TABLE {} RENAME TO {}", quoted(&from), quoted(&to));
    (json!({"rename_table": {"from": from, "to": to}}), vec![direct])
}

fn drop_table(choices: &mut Choices<'_>, world: &mut World) -> Change {
    if world.tables.len() < 2 {
        return create_table(choices, world);
    }
    let number = choices.below(world.tables.len());
    let table = world.tables.remove(number);
    let direct = format!("DROP TABLE {}", quoted(&table.name));
    (json!({"drop_table": {"name": table.name}}), vec![direct])
}

fn create_index(
    choices: &mut Choices<'_>,
    world: &mut World,
    table: usize,
    column: usize,
) -> Change {
    let name = world.name("idx");
    let table = &mut world.tables[table];
    let column = &table.columns[column].name;
    let (on, quoted_column) = (quoted(&table.name), quoted(column));
    let unique = choices.once_in(4);
    let (sort, nulls) = *choices.one_of(&[("ASC", "LAST"), ("DESC", "FIRST"), ("DESC", "LAST")]);
    let mut operation = json!({
        "name": name,
        "table": table.name,
        "columns": [{"column": column, "sort": sort, "nulls": nulls}, {"column": "id"}],
        "unique": unique,
    });
    let mut which = String::new();
    if choices.once_in(3) {
        operation["predicate"] = json!("id > 2");
        which = " WHERE id > 2".into();
    }
    let unique = if unique { "UNIQUE " } else { "" };
    let direct = format!(
        "CREATE {unique}INDEX {name} ON {on} ({quoted_column} {sort} NULLS {nulls}, id){which}"
    );
    table.indexes.push(name);
    (json!({"create_index": operation}), vec![direct])
}
