//! What random clients ask for.

use super::client::{Client, Way};
use super::expression::Value;
use super::labels::Among;
use super::rows::Rows;
use super::shape::{ID, Shape, TAG, Type, Version};
use super::statement::{Conflict, Given, How, Source, Statement, Written};
use super::sync::{has_both, is_consistent};
use crate::choices::Choices;

/// A random statement of a client, over the rows that are there.
pub(super) fn statement(
    choices: &mut Choices<'_>,
    shape: &Shape,
    client: &mut Client,
    rows: &Rows,
    next_tag: &mut i64,
    major: u32,
) -> Statement {
    let version = client.writer.columns_of;
    let tags: Vec<i64> =
        rows.rows.iter().filter_map(|row| row[TAG].as_ref()?.parse().ok()).collect();
    let kind = if tags.is_empty() { 0 } else { choices.below(17) };
    let asker = Asker { shape, version };
    match kind {
        0..=4 => asker.insert(choices, next_tag),
        5..=6 => asker.upsert(choices, rows, next_tag),
        7 if client.writer.is_base && client.way != Way::Prepared => {
            let mut copy = asker.insert(choices, next_tag);
            if let Statement::Insert { source, rows, .. } = &mut copy {
                let has_default =
                    rows.iter().flatten().any(|given| matches!(given, Given::Default));
                *source = if has_default { Source::Values } else { Source::Program };
            }
            copy
        }
        8 if major >= if client.writer.is_base { 15 } else { 17 } => {
            asker.merge(choices, rows, next_tag)
        }
        9 if client.writer.is_base => {
            let number = choices.below(tags.len());
            let is_kept = if client.way == Way::Replica { has_both } else { is_consistent };
            if rows.live && is_kept(shape, &rows.rows[number]) {
                if client.way != Way::Replica {
                    client.way = Way::Simple;
                }
                Statement::Copied { tag: tags[number] }
            } else {
                asker.update(choices, &tags)
            }
        }
        10..=11 => asker.delete(choices, &tags),
        _ => asker.update(choices, &tags),
    }
}

/// Makes statements for the columns of a version.
struct Asker<'a> {
    shape: &'a Shape,
    version: Version,
}

impl Asker<'_> {
    /// The columns but the tag.
    fn columns(&self) -> Vec<usize> {
        self.shape.shown(self.version).map(|(cell, _)| cell).filter(|cell| *cell != TAG).collect()
    }

    fn is_key(&self, cell: usize) -> bool {
        cell == ID || self.shape.cells[cell].fills.is_some() || self.is_widened_key(cell)
    }

    /// The key, if it fills itself.
    fn fills(&self) -> Option<usize> {
        self.columns().into_iter().find(|cell| self.shape.cells[*cell].fills.is_some())
    }

    fn is_widened_key(&self, cell: usize) -> bool {
        self.shape.ups.iter().any(|(new, up)| *new == cell && up.inputs() == [ID])
            && self.shape.cells[cell].unique
    }

    fn key(&self) -> usize {
        let key = self.columns().into_iter().find(|cell| self.is_key(*cell));
        key.expect("every version has the key")
    }

    fn value(&self, choices: &mut Choices<'_>, cell: usize) -> Value {
        let cell = &self.shape.cells[cell];
        let column = cell.column(self.version).expect("a column of the version");
        let null = choices.below(if column.nullable { 4 } else { 24 }) == 1;
        let value = if cell.unique {
            format!("{}", choices.below(60))
        } else {
            (*choices.one_of(cell.of.values())).to_owned()
        };
        (!null).then_some(value)
    }

    fn row(&self, choices: &mut Choices<'_>, cells: &[usize], next_tag: &mut i64) -> Vec<Given> {
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
    fn part(&self, choices: &mut Choices<'_>) -> Vec<usize> {
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

    fn insert(&self, choices: &mut Choices<'_>, next_tag: &mut i64) -> Statement {
        let cells = self.part(choices);
        let many = [1, 1, 1, 2, 3][choices.below(5)];
        let rows: Vec<Vec<Given>> =
            (0..many).map(|_| self.row(choices, &cells, next_tag)).collect();
        let has_default = rows.iter().flatten().any(|given| matches!(given, Given::Default));
        let selects = choices.once_in(4) && !has_default;
        let source = if selects { Source::Select } else { Source::Values };
        Statement::Insert { cells, rows, conflict: None, source }
    }

    /// A row that may be there already, by the key or by another unique column.
    fn upsert(&self, choices: &mut Choices<'_>, rows: &Rows, next_tag: &mut i64) -> Statement {
        let mut cells = self.part(choices);
        let unique: Vec<usize> =
            self.columns().into_iter().filter(|cell| self.shape.cells[*cell].unique).collect();
        let on = *choices.one_of(&unique);
        if !cells.contains(&on) {
            cells.push(on);
        }
        let mut row = self.row(choices, &cells, next_tag);
        let there = choices.one_of(&rows.rows)[on].clone();
        let place = cells.iter().position(|cell| *cell == on).expect("put there");
        if there.is_some() && choices.below(3) > 0 {
            row[place] = Given::Value(there);
        }
        let update = choices.below(3) > 0;
        if update && let Some(key) = self.fills() {
            // The number of a row that is not inserted in the end is not known.
            let number = Given::Value(Some((1000 + *next_tag).to_string()));
            match cells.iter().position(|cell| *cell == key) {
                Some(place) if matches!(row[place], Given::Default) => row[place] = number,
                Some(_) => {}
                None => (cells, row) = ([cells, vec![key]].concat(), [row, vec![number]].concat()),
            }
        }
        let excluded = cells.clone();
        let update = update.then(|| self.sets(choices, false, &excluded));
        let on = if update.is_none() && choices.once_in(3) { None } else { Some(on) };
        let conflict = Some(Conflict { on, update });
        Statement::Insert { cells, rows: vec![row], conflict, source: Source::Values }
    }

    fn merge(&self, choices: &mut Choices<'_>, rows: &Rows, next_tag: &mut i64) -> Statement {
        let mut cells = self.part(choices);
        let key = self.key();
        if !cells.contains(&key) {
            cells.push(key);
        }
        let mut row = self.row(choices, &cells, next_tag);
        for (cell, given) in cells.iter().zip(&mut row) {
            if *cell == key && choices.below(3) > 0 {
                *given = Given::Value(choices.one_of(&rows.rows)[key].clone());
            } else if matches!(given, Given::Default) {
                *given = Given::Value(match *cell == key {
                    true => Some((5000 + *next_tag).to_string()),
                    false => None,
                });
            }
        }
        let sets = self.sets(choices, false, &cells);
        Statement::Merge { key, cells, row, sets }
    }

    /// What an UPDATE sets: of one row also what is unique.
    fn sets(
        &self,
        choices: &mut Choices<'_>,
        unique: bool,
        excluded: &[usize],
    ) -> Vec<(usize, Written)> {
        let cells: Vec<usize> = self
            .columns()
            .into_iter()
            .filter(|cell| unique || !self.shape.cells[*cell].unique)
            .filter(|cell| !self.is_key(*cell) || choices.once_in(8))
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

    fn written(&self, choices: &mut Choices<'_>, cell: usize, excluded: &[usize]) -> Written {
        let of = self.shape.cells[cell].of;
        let same = |other: &usize| self.shape.cells[*other].of == of && *other != TAG;
        let others: Vec<usize> = self.columns().into_iter().filter(same).collect();
        let excluded: Vec<usize> = excluded.iter().copied().filter(same).collect();
        match choices.below(8) {
            0 => Written::Cell(cell),
            1 if !self.shape.cells[cell].unique => Written::Cell(*choices.one_of(&others)),
            2 if self.shape.cells[cell].fills.is_none() => Written::Default,
            3..=5 if !excluded.is_empty() => Written::Excluded(*choices.one_of(&excluded)),
            _ => self.value_to_write(choices, cell),
        }
    }

    fn value_to_write(&self, choices: &mut Choices<'_>, cell: usize) -> Written {
        Written::Value(if self.is_key(cell) {
            // None that the sequence comes to.
            Some((2000 + choices.below(200)).to_string())
        } else {
            self.value(choices, cell)
        })
    }

    /// Perhaps only rows with some labels.
    fn among(&self, choices: &mut Choices<'_>) -> Option<Among> {
        let labelled =
            self.columns().into_iter().find_map(|cell| match self.shape.cells[cell].of {
                Type::Mood(labels) => Some((cell, labels.values)),
                _ => None,
            });
        let (cell, values) = labelled.filter(|_| choices.once_in(3))?;
        let labels = (0..2).map(|_| *choices.one_of(values)).collect();
        Some(Among { cell, labels })
    }

    fn update(&self, choices: &mut Choices<'_>, tags: &[i64]) -> Statement {
        let (tag, among) = (*choices.one_of(tags), self.among(choices));
        match choices.below(6) {
            0 => {
                let sets = self.sets(choices, false, &[]);
                let rows = tags.iter().map(|tag| (*tag, sets.clone())).collect();
                Statement::Update { how: How::Plain, rows, among }
            }
            1 => {
                let mut sets = self.sets(choices, true, &[]);
                for (cell, written) in &mut sets {
                    if !matches!(written, Written::Value(_)) {
                        *written = self.value_to_write(choices, *cell);
                    }
                }
                Statement::Update { how: How::From, rows: vec![(tag, sets)], among }
            }
            other => {
                let how = match other {
                    2 => How::Row,
                    3 => How::Locked,
                    _ => How::Plain,
                };
                Statement::Update { how, rows: vec![(tag, self.sets(choices, true, &[]))], among }
            }
        }
    }

    fn delete(&self, choices: &mut Choices<'_>, tags: &[i64]) -> Statement {
        let mut tags: Vec<i64> = (0..1 + choices.below(2)).map(|_| *choices.one_of(tags)).collect();
        tags.dedup();
        Statement::Delete { tags, among: self.among(choices) }
    }
}
