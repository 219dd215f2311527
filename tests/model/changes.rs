//! The changes that a random migration is composed of.

use serde_json::{Value as Json, json};

use super::expression::{Expression, Value};
use super::migration::Composer;
use super::shape::{Column, ID, Type, quoted};
use crate::choices::Choices;

impl Composer<'_> {
    /// Another type, or the same one, with `up` and `down`.
    pub(super) fn replace(&mut self, choices: &mut Choices<'_>) {
        let cell = self.any(choices);
        if self.kept == Some(cell) {
            return self.add_column(choices);
        }
        let before = self.shape.cells[cell].clone();
        let mut column = self.column(cell);
        let of = match (cell == ID || before.fills.is_some(), before.unique, before.of) {
            (true, ..) => Type::Bigint,
            (_, true, Type::Integer) => *choices.one_of(&[Type::Text, Type::Bigint]),
            (_, true, of) => of,
            _ => self.shape.any_type(choices),
        };
        if before.fills.is_some() || cell == ID || before.unique && of == Type::Bigint {
            return self.widen(cell, of);
        }
        let default = choices.once_in(3).then(|| (*choices.one_of(&of.known())).to_owned());
        let had_default = column.default.clone();
        column.default = default.filter(|_| !before.unique);
        column.nullable = choices.below(3) > 0;
        let mut readable = self.readable(cell);
        if before.unique {
            // Only itself, so that different codes stay different.
            readable.truncate(1);
            column.nullable |= self.column(cell).nullable;
        }
        let up = Expression::random(choices, of, &readable, column.nullable, before.unique);
        if of == before.of && matches!(up, Expression::Cell(itself) if itself == cell) {
            return; // In place, perhaps.
        }
        let mut operation = json!({
            "table": self.shape.new_name, "column": column.name, "nullable": column.nullable,
            "up": self.text(&up),
        });
        if of != before.of {
            operation["type"] = json!(of.name());
        }
        if column.default.is_some() || had_default.is_some() {
            operation["default"] =
                json!(column.default.as_ref().map(|d| of.literal(&Some(d.clone()))));
        }
        let nullable = self.column(cell).nullable;
        self.going.push(cell);
        let check = self.check(choices, of, &column, Some(&up));
        if let Some((check, constraint)) = &check {
            operation["check"] = constraint.clone();
            if check.withholds {
                operation["on_violation"] = Json::Null;
            }
        }
        let new = self.put(cell, of, column);
        self.shape.cells[new].check = check.map(|(check, _)| check);
        let mut readable = self.readable(new);
        if before.unique {
            readable.truncate(1);
        }
        let down = Expression::random(choices, before.of, &readable, nullable, false);
        operation["down"] = json!(self.text(&down));
        self.operations.push(json!({"alter_column": operation}));
        self.shape.ups.push((new, up));
        self.downs.push((cell, down));
    }

    /// A key that gets a wider type and loses nothing.
    pub(super) fn widen(&mut self, cell: usize, of: Type) {
        if self.shape.cells[cell].of == of {
            return;
        }
        let before = self.shape.cells[cell].of;
        let column = self.column(cell);
        let name = quoted(&column.name);
        self.operations.push(json!({"alter_column": {
            "table": self.shape.new_name, "column": column.name, "type": of.name(),
            "up": name, "down": format!("CAST({name} AS {})", before.name()),
        }}));
        self.follow(cell, of);
    }

    /// The new version has another cell in the place of this one.
    pub(super) fn put(&mut self, cell: usize, of: Type, column: Column) -> usize {
        self.shape.cells[cell].new = None;
        let new = self.new_cell(of, column);
        let before = self.shape.cells[cell].clone();
        self.shape.cells[new].unique = before.unique;
        self.shape.cells[new].fills = before.fills;
        new
    }

    pub(super) fn add(
        &mut self,
        choices: &mut Choices<'_>,
        of: Type,
        up: Option<Expression>,
        nullable: bool,
        default: Value,
    ) -> usize {
        let column = Column { name: self.shape.free_name(), nullable, default };
        let mut described =
            json!({"name": column.name, "type": of.name(), "nullable": column.nullable});
        if let Some(default) = &column.default {
            described["default"] = json!(of.literal(&Some(default.clone())));
        }
        let check = self.check(choices, of, &column, up.as_ref());
        if let Some((_, constraint)) = &check {
            described["check"] = constraint.clone();
        }
        let mut operation = json!({"table": self.shape.new_name, "column": described});
        let check = check.map(|(check, _)| check);
        if check.as_ref().is_some_and(|check| check.withholds) {
            operation["on_violation"] = Json::Null;
        }
        if let Some(up) = &up {
            operation["up"] = json!(self.text(up));
        }
        self.operations.push(json!({"add_column": operation}));
        let default = column.default.clone();
        let new = self.new_cell(of, column);
        self.shape.cells[new].check = check;
        let default = default.map(|default| Expression::Constant(of, Some(default)));
        if let Some(up) = up.or(default) {
            self.shape.ups.push((new, up));
        }
        new
    }

    pub(super) fn add_column(&mut self, choices: &mut Choices<'_>) {
        let of = self.shape.any_type(choices);
        let nullable = choices.below(3) > 0;
        let default = choices.once_in(2).then(|| (*choices.one_of(&of.known())).to_owned());
        let about = self.any(choices);
        let up = Expression::random(choices, of, &self.readable(about), nullable, false);
        let without = choices.once_in(3) && (nullable || default.is_some());
        self.add(choices, of, (!without).then_some(up), nullable, default);
    }

    pub(super) fn drop_column(&mut self, choices: &mut Choices<'_>) {
        let cell = self.any(choices);
        if cell == ID || self.shape.cells[cell].fills.is_some() || self.shape.cells[cell].unique {
            return self.add_column(choices);
        }
        let column = self.column(cell);
        let without = choices.once_in(2) && (column.nullable || column.default.is_some());
        self.drop(choices, cell, if without { None } else { Some(ID) });
    }

    /// Drops a column; `down` is above all about that other one.
    fn drop(&mut self, choices: &mut Choices<'_>, cell: usize, about: Option<usize>) {
        let column = self.column(cell);
        let of = self.shape.cells[cell].of;
        // Most of what is made of others is no key of the other table.
        let refers = self.kept == Some(cell) && column.nullable;
        let about = about.filter(|_| !refers || choices.once_in(3));
        self.shape.cells[cell].new = None;
        let mut operation = json!({"table": self.shape.new_name, "column": column.name});
        if let Some(about) = about {
            let shown = self.shape.cells[about].new.is_some();
            let about = if shown { about } else { self.any(choices) };
            let readable = self.readable(about);
            let down = Expression::random(choices, of, &readable, column.nullable, false);
            operation["down"] = json!(self.text(&down));
            self.downs.push((cell, down));
        } else if let (true, Some(default)) = (self.shape.cells[cell].old.is_none(), column.default)
        {
            // The table gives the default of its own columns; this one is in no table.
            self.downs.push((cell, Expression::Constant(of, Some(default))));
        }
        self.operations.push(json!({"drop_column": operation}));
    }

    pub(super) fn rename_column(&mut self, choices: &mut Choices<'_>) {
        let cell = self.any_as_it_is(choices);
        self.rename(cell);
    }

    pub(super) fn rename(&mut self, cell: usize) {
        let (table, from) = (self.shape.new_name.clone(), self.column(cell).name);
        let to = format!("{from} {}", self.operations.len());
        self.operations.push(json!({"rename_column": {"table": table, "from": from, "to": to}}));
        self.shape.cells[cell].new.as_mut().expect("a column of the new version").name = to;
    }

    /// One column becomes two.
    pub(super) fn split(&mut self, choices: &mut Choices<'_>) {
        let cell = self.any(choices);
        if cell == ID || self.shape.cells[cell].unique {
            return self.add_column(choices);
        }
        self.going.push(cell);
        let mut last = cell;
        for _ in 0..2 {
            let of = self.shape.any_type(choices);
            let nullable = choices.below(2) > 0;
            let up = Expression::random(choices, of, &self.readable(cell), nullable, false);
            last = self.add(choices, of, Some(up), nullable, None);
        }
        self.drop(choices, cell, Some(last));
    }

    /// Two columns become one.
    pub(super) fn merge(&mut self, choices: &mut Choices<'_>) {
        let (one, other) = (self.any(choices), self.any(choices));
        let keeps = |cell: usize| cell == ID || self.shape.cells[cell].unique;
        if one == other || keeps(one) || keeps(other) {
            return self.split(choices);
        }
        self.going.extend([one, other]);
        let of = self.shape.any_type(choices);
        let up = Expression::random(choices, of, &self.readable(one), true, false);
        let merged = self.add(choices, of, Some(up), true, None);
        self.drop(choices, one, Some(merged));
        self.drop(choices, other, Some(merged));
    }

    pub(super) fn change_default(&mut self, choices: &mut Choices<'_>) {
        let cell = self.any_as_it_is(choices);
        if cell == ID || self.shape.cells[cell].unique {
            return self.rename_column(choices);
        }
        if self.kept == Some(cell) {
            return self.rename(cell);
        }
        let of = self.shape.cells[cell].of;
        let default =
            choices.below(3).checked_sub(1).map(|_| (*choices.one_of(&of.known())).to_owned());
        self.give_default(cell, default);
    }

    pub(super) fn give_default(&mut self, cell: usize, default: Value) {
        let of = self.shape.cells[cell].of;
        self.operations.push(json!({"alter_column": {
            "table": self.shape.new_name, "column": self.column(cell).name,
            "default": default.as_ref().map(|default| of.literal(&Some(default.clone()))),
        }}));
        self.shape.cells[cell].new.as_mut().expect("a column of the new version").default = default;
    }
}
