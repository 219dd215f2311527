//! Columns of which the new version has copies of its own, kept in step by `up` and `down`: what
//! `alter_column` and the operations on constraints share.

use std::collections::BTreeMap;

use super::draft::{Call, Draft, Lens};
use super::rejection::Rejected;
use crate::schema::{Column, Name, TypeName};
use crate::sql::Expression;

/// A column that the new version has a copy of.
#[derive(Debug, Clone)]
pub(super) struct Replacement {
    /// The column.
    pub(super) column: Name,
    /// The copy's type, where it is another one.
    pub(super) type_name: Option<TypeName>,
    /// Makes the copy.
    pub(super) up: Side,
    /// Makes the old column.
    pub(super) down: Side,
}

/// One of the two expressions of a [`Replacement`].
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// Where it is in the file, or would be.
    pub(super) field: String,
    /// The expression; without one, the column itself, if Postgres takes it without a cast that
    /// could lose something.
    pub(super) expression: Option<Expression>,
}

impl Side {
    /// An expression of the file; an empty one counts as none.
    pub(super) fn read(
        draft: &mut Draft,
        field: &str,
        text: Option<&str>,
    ) -> Result<Self, Rejected> {
        let expression = match text.filter(|text| !text.trim().is_empty()) {
            None => None,
            Some(text) => Some(draft.expression(field, text)?),
        };
        Ok(Self { field: field.to_owned(), expression })
    }

    /// Whether it is one of these columns as it stands, or left out.
    pub(super) fn is_one_of(&self, table: &Name, columns: &[Name]) -> bool {
        self.expression.as_ref().is_none_or(|expression| {
            columns.iter().any(|column| expression.is_column(table.as_str(), column.as_str()))
        })
    }
}

impl Replacement {
    /// Whether nothing tells the versions' columns apart.
    pub(super) fn is_identity(&self, table: &Name) -> bool {
        let itself = std::slice::from_ref(&self.column);
        self.type_name.is_none()
            && self.up.is_one_of(table, itself)
            && self.down.is_one_of(table, itself)
    }

    /// Those of the columns that `up` or `down` says something else of than the column itself.
    pub(super) fn of_columns(
        draft: &mut Draft,
        table: &Name,
        columns: &[Name],
        (up, down): (&BTreeMap<Name, String>, &BTreeMap<Name, String>),
    ) -> Result<Vec<Self>, Rejected> {
        for (side, map) in [("up", up), ("down", down)] {
            if let Some(other) = map.keys().find(|name| !columns.contains(name)) {
                let field = format!("{side}.{other}");
                draft.column(table, other, &field)?;
                let message = format!("`{other}` is no column of the constraint");
                return Err(draft.reject(&field, message));
            }
        }
        let mut replacements = Vec::new();
        for column in columns {
            replacements.push(Self::of_column(draft, column, (up, down))?);
        }
        replacements.retain(|replacement| !replacement.is_identity(table));
        Ok(replacements)
    }

    /// One of the columns, by what `up` and `down` say of it.
    pub(super) fn of_column(
        draft: &mut Draft,
        column: &Name,
        (up, down): (&BTreeMap<Name, String>, &BTreeMap<Name, String>),
    ) -> Result<Self, Rejected> {
        let side = |draft: &mut Draft, side: &str, map: &BTreeMap<Name, String>| {
            let text = map.get(column).map(String::as_str);
            Side::read(draft, &format!("{side}.{column}"), text)
        };
        let (up, down) = (side(draft, "up", up)?, side(draft, "down", down)?);
        Ok(Self { column: column.clone(), type_name: None, up, down })
    }
}

impl Draft {
    /// The new version gets columns of its own in the place of these. Every `up` reads the columns
    /// as they were before, and every `down` those that the new version has in the end; between the
    /// two, `rehearse` does to the empty copy what is asked for.
    pub(super) fn replace_columns(
        &mut self,
        table: &Name,
        columns: &[Replacement],
        rehearse: impl FnOnce(&mut Self) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        let storage = self.change_table(table, "table")?.storage;
        let mut replaced = Vec::new();
        for one in columns {
            let old = self.column(table, &one.column, "column")?;
            self.refuse_what_cannot_be_replaced(table, &old)?;
            let new_type = one.type_name.as_ref().unwrap_or(&old.type_name);
            let up = self.bind_side(table, &one.column, &one.up, new_type)?;
            replaced.push((one, old, up));
        }
        rehearse(self)?;
        let mut lenses = Vec::new();
        for (one, old, up) in replaced {
            let mut new = self.column(table, &one.column, "column")?;
            new.storage = self.new_storage(&storage, &one.column);
            if let Some(type_name) = &one.type_name {
                new.type_name = type_name.clone();
            }
            let new_storage = new.storage.clone();
            self.replace_column(table, &one.column, new);
            lenses.push((one, old, new_storage, up));
        }
        for (one, old, new, up) in lenses {
            let down = self.bind_side(table, &one.column, &one.down, &old.type_name)?;
            let path = self.path_of("");
            self.lenses.push(Lens {
                path,
                table: storage.clone(),
                old: Some(old.storage),
                new: Some(new),
                up: Some(up),
                down: Some(down),
            });
        }
        Ok(())
    }

    fn bind_side(
        &mut self,
        table: &Name,
        column: &Name,
        side: &Side,
        target: &TypeName,
    ) -> Result<Call, Rejected> {
        match &side.expression {
            Some(expression) => self.bind(table, &side.field, expression.clone(), target),
            None => self.bind_column(table, column, &side.field, target),
        }
    }

    fn refuse_what_cannot_be_replaced(
        &mut self,
        name: &Name,
        column: &Column,
    ) -> Result<(), Rejected> {
        if column.is_computed() {
            let message = format!("`{}` is generated, and cannot be replaced", column.name);
            let hint = "add a column, and drop this one in a migration after it";
            return Err(self.reject_with("column", message, hint));
        }
        self.nothing_computes_from(name, column, "column")?;
        self.nothing_refers_from_elsewhere(name, column, "column")?;
        self.nothing_new_includes_it(name, column, "column")?;
        self.carry_over(name, column, "column")
    }
}
