//! The columns and values that random clients choose.

use super::cascade::Place;
use super::expression::Value;
use super::labels::Among;
use super::shape::{ID, Shape, TAG, Type, Version};
use super::statement::{Given, Written};
use crate::choices::Choices;

/// Makes statements for the columns of a version.
pub(super) struct Asker<'a> {
    pub(super) shape: &'a Shape,
    pub(super) version: Version,
    pub(super) place: Place,
}

impl Asker<'_> {
    /// The columns but the tag.
    pub(super) fn columns(&self) -> Vec<usize> {
        self.shape.shown(self.version).map(|(cell, _)| cell).filter(|cell| *cell != TAG).collect()
    }

    pub(super) fn is_referred_to(&self, cell: usize) -> bool {
        matches!(self.place, Place::Referred { key, .. } if key == cell)
    }

    /// The keys that a cell may refer to, if it is one that does.
    pub(super) fn keys_of(&self, cell: usize) -> Option<&[String]> {
        match &self.place {
            Place::Refers { own, keys } if *own == cell => Some(keys),
            _ => None,
        }
    }

    pub(super) fn is_key(&self, cell: usize) -> bool {
        cell == ID || self.shape.cells[cell].fills.is_some() || self.is_widened_key(cell)
    }

    /// The key, if it fills itself.
    pub(super) fn fills(&self) -> Option<usize> {
        self.columns().into_iter().find(|cell| self.shape.cells[*cell].fills.is_some())
    }

    pub(super) fn is_widened_key(&self, cell: usize) -> bool {
        self.shape.ups.iter().any(|(new, up)| *new == cell && up.inputs() == [ID])
            && self.shape.cells[cell].unique
    }

    pub(super) fn key(&self) -> usize {
        let key = self.columns().into_iter().find(|cell| self.is_key(*cell));
        key.expect("every version has the key")
    }

    pub(super) fn value(&self, choices: &mut Choices<'_>, cell: usize) -> Value {
        let keys = self.keys_of(cell).filter(|keys| !keys.is_empty());
        let cell = &self.shape.cells[cell];
        let column = cell.column(self.version).expect("a column of the version");
        let null = choices.below(if column.nullable { 4 } else { 24 }) == 1;
        let value = if let Some(keys) = keys.filter(|_| !choices.once_in(24)) {
            choices.one_of(keys).clone()
        } else if cell.unique {
            format!("{}", choices.below(60))
        } else {
            (*choices.one_of(cell.of.values())).to_owned()
        };
        (!null).then_some(value)
    }

    pub(super) fn row(
        &self,
        choices: &mut Choices<'_>,
        cells: &[usize],
        next_tag: &mut i64,
    ) -> Vec<Given> {
        *next_tag += 1;
        let tag = *next_tag;
        let given = cells.iter().map(|cell| match *cell {
            TAG => Given::Value(Some(tag.to_string())),
            cell if self.is_key(cell) => match self.shape.cells[cell].fills {
                Some(_) if choices.below(2) == 0 => Given::Default,
                _ => Given::Value(Some((1000 + tag).to_string())),
            },
            cell => {
                let column = self.shape.cells[cell].column(self.version);
                let required = column.is_some_and(|c| !c.nullable && c.default.is_none());
                match choices.below(5) {
                    0 if !required => Given::Default,
                    _ => Given::Value(self.value(choices, cell)),
                }
            }
        });
        given.collect()
    }

    /// A random part of the columns, with all that a row needs, mostly.
    pub(super) fn part(&self, choices: &mut Choices<'_>) -> Vec<usize> {
        let mut cells = vec![TAG];
        for cell in self.columns() {
            let described = &self.shape.cells[cell];
            let column = described.column(self.version).expect("a column of the version");
            let fills = described.fills.is_some();
            let needed = !fills && !column.nullable && column.default.is_none();
            if choices.below(if needed { 20 } else { 2 }) > 0 || cell == ID && !fills {
                cells.push(cell);
            }
        }
        cells
    }

    /// What an UPDATE sets: of one row also what is unique.
    pub(super) fn sets(
        &self,
        choices: &mut Choices<'_>,
        unique: bool,
        excluded: &[usize],
    ) -> Vec<(usize, Written)> {
        let cells: Vec<usize> = self
            .columns()
            .into_iter()
            .filter(|cell| unique || !self.shape.cells[*cell].unique)
            .filter(|cell| !self.is_key(*cell) || self.is_referred_to(*cell) || choices.once_in(8))
            .collect();
        let mut sets: Vec<(usize, Written)> = Vec::new();
        for cell in &cells {
            if choices.below(cells.len() + 1) < 2 {
                sets.push((*cell, self.written(choices, *cell, excluded)));
            }
        }
        if sets.is_empty() {
            let cell = cells.first().copied().unwrap_or_else(|| self.key());
            sets.push((cell, Written::Cell(cell)));
        }
        sets
    }

    pub(super) fn written(
        &self,
        choices: &mut Choices<'_>,
        cell: usize,
        excluded: &[usize],
    ) -> Written {
        let of = self.shape.cells[cell].of;
        let same = |other: &usize| self.shape.cells[*other].of == of && *other != TAG;
        let others: Vec<usize> = self.columns().into_iter().filter(same).collect();
        let excluded: Vec<usize> = excluded.iter().copied().filter(same).collect();
        match choices.below(8) {
            0 => Written::Cell(cell),
            1..=5 if self.keys_of(cell).is_some() => self.value_to_write(choices, cell),
            1 if !self.shape.cells[cell].unique => Written::Cell(*choices.one_of(&others)),
            2 if self.shape.cells[cell].fills.is_none() => Written::Default,
            3..=5 if !excluded.is_empty() => Written::Excluded(*choices.one_of(&excluded)),
            _ => self.value_to_write(choices, cell),
        }
    }

    pub(super) fn value_to_write(&self, choices: &mut Choices<'_>, cell: usize) -> Written {
        Written::Value(if self.is_key(cell) {
            // None that the sequence comes to.
            Some((2000 + choices.below(200)).to_string())
        } else {
            self.value(choices, cell)
        })
    }

    /// Perhaps only rows with some labels.
    pub(super) fn among(&self, choices: &mut Choices<'_>) -> Option<Among> {
        let labelled =
            self.columns().into_iter().find_map(|cell| match self.shape.cells[cell].of {
                Type::Mood(labels) => Some((cell, labels.values)),
                _ => None,
            });
        let (cell, values) = labelled.filter(|_| choices.once_in(3))?;
        let labels = (0..2).map(|_| *choices.one_of(values)).collect();
        Some(Among { cell, labels })
    }
}
