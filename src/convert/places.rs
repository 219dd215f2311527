//! Where in the operations so far something was made, and whether it may still be changed there.

use super::Note;
use super::item::Item;
use super::keys;
use super::script::Script;
use crate::operation::{ColumnDefinition, CreateTable, Operation};
use crate::schema::Name;

/// The operation that makes a column.
pub(super) enum Place {
    /// `create_table`, and the number of the column in it.
    Created(usize, usize),
    /// `add_column`.
    Added(usize),
}

impl Place {
    /// The number of the operation.
    pub(super) fn item(&self) -> usize {
        match self {
            Self::Created(item, _) | Self::Added(item) => *item,
        }
    }
}

/// What a change may stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uses {
    /// Types and functions that SQL of this script has made.
    Objects,
    /// Nothing of the kind.
    Nothing,
}

impl Script {
    /// Whether something of the table may be changed in this operation, as if those behind it came
    /// after the change: none of them may depend on how it was before.
    pub(super) fn may_change(
        &self,
        item: usize,
        table: &Name,
        column: Option<&Name>,
        uses: Uses,
    ) -> bool {
        self.items[item + 1..].iter().all(|later| {
            if uses == Uses::Objects && later.makes_objects() {
                return false;
            }
            if let Some(raw) = &later.raw {
                return raw.commutes || !later.touches(table.as_str());
            }
            if !later.touches(table.as_str()) {
                return true;
            }
            match &later.operation {
                Operation::CreateIndex(_)
                | Operation::CreateConstraint(_)
                | Operation::CreateTable(_)
                | Operation::SetReplicaIdentity(_)
                | Operation::AddColumn(_) => true,
                Operation::AlterColumn(one) => one.table != *table || Some(&one.column) != column,
                _ => false,
            }
        })
    }

    /// The operation of this script that makes the table, if it may still be changed.
    pub(super) fn created(
        &mut self,
        table: &Name,
        uses: Uses,
    ) -> Option<(usize, &mut CreateTable)> {
        let item = self.last(
            |operation| matches!(operation, Operation::CreateTable(one) if one.name == *table),
        )?;
        if !self.may_change(item, table, None, uses) {
            return None;
        }
        match &mut self.items[item].operation {
            Operation::CreateTable(create) => Some((item, create)),
            _ => None,
        }
    }

    /// The operation of this script that makes the column, if it may still be changed.
    pub(super) fn place(&self, table: &Name, column: &Name, uses: Uses) -> Option<Place> {
        let item = self.last(|operation| match operation {
            Operation::CreateTable(one) => {
                one.name == *table && one.columns.iter().any(|known| known.name == *column)
            }
            Operation::AddColumn(one) => one.table == *table && one.column.name == *column,
            _ => false,
        })?;
        if !self.may_change(item, table, Some(column), uses) {
            return None;
        }
        match &self.items[item].operation {
            Operation::CreateTable(one) => {
                let number = one.columns.iter().position(|known| known.name == *column)?;
                Some(Place::Created(item, number))
            }
            _ => Some(Place::Added(item)),
        }
    }

    /// The column at a place.
    pub(super) fn definition(&mut self, place: &Place) -> &mut ColumnDefinition {
        match (place, &mut self.items[place.item()].operation) {
            (Place::Created(_, number), Operation::CreateTable(one)) => &mut one.columns[*number],
            (_, Operation::AddColumn(one)) => &mut one.column,
            _ => unreachable!("a place is an operation that makes a column"),
        }
    }

    /// The `alter_column` of this column, if it may still be changed.
    pub(super) fn altered(&self, table: &Name, column: &Name) -> Option<usize> {
        let item = self.last(|operation| {
            matches!(operation, Operation::AlterColumn(one) if one.table == *table && one.column == *column)
        })?;
        self.may_change(item, table, Some(column), Uses::Objects).then_some(item)
    }

    /// The primary key of a table of this script, or of one before it; empty where that is not known.
    pub(super) fn key_of(&self, table: &Name) -> Vec<Name> {
        if let Some((_, key)) = self.making.as_ref().filter(|(name, _)| name == table) {
            return key.clone();
        }
        let item = self.last(
            |operation| matches!(operation, Operation::CreateTable(one) if one.name == *table),
        );
        if let Some(Operation::CreateTable(create)) = item.map(|item| &self.items[item].operation) {
            return keys::of(create);
        }
        let leaves_key = |item: &Item| match &item.operation {
            Operation::AddColumn(_) | Operation::CreateIndex(_) | Operation::CreateTable(_) => true,
            _ => !item.touches(table.as_str()),
        };
        match self.items.iter().all(leaves_key) {
            true => self.known.of(table),
            false => Vec::new(),
        }
    }

    /// Leaves out what stays SQL and is about nothing but a table that is dropped here.
    pub(super) fn forget(&mut self, table: &Name) {
        let is_vain = |item: &Item| {
            item.raw.as_ref().is_some_and(|raw| raw.commutes)
                && item.reads.iter().eq([table.as_str()])
        };
        for item in self.items.iter().filter(|item| is_vain(item)) {
            let text = format!("what is done to `{table}` is left out, for it is dropped");
            self.left_out.push(Note { line: item.line, text });
        }
        self.items.retain(|item| !is_vain(item));
    }

    pub(super) fn made_view(&self, name: &Name) -> Option<usize> {
        self.last(|operation| {
            matches!(operation, Operation::CreateMaterializedView(one) if one.name == *name)
        })
    }

    pub(super) fn made_index(&self, name: &Name) -> Option<usize> {
        self.last(|one| matches!(one, Operation::CreateIndex(index) if index.name == *name))
    }

    pub(super) fn made_enum(&self, name: &Name) -> Option<usize> {
        self.last(|one| matches!(one, Operation::CreateEnum(created) if created.name == *name))
    }

    /// Whether a type is not known to be something else than an enum.
    pub(super) fn is_or_may_be_enum(&self, words: &[String]) -> bool {
        let name = words.last().map(String::as_str).unwrap_or_default();
        !self.opaque.contains(name)
    }

    /// The last operation of which this is true.
    pub(super) fn last(&self, is_it: impl Fn(&Operation) -> bool) -> Option<usize> {
        self.items.iter().rposition(|item| is_it(&item.operation))
    }
}
