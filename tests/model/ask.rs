//! What random clients ask for.

use super::asker::Asker;
use super::cascade::{Place, State};
use super::client::{Client, Way};
use super::reference::{FIRST, World};
use super::rows::Rows;
use super::shape::{Shape, Version};
use super::statement::{Conflict, Given, How, Source, Statement, Written};
use super::sync::{has_both, is_consistent};
use crate::choices::Choices;

/// A statement, of which table, and by whom.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) table: usize,
    pub(super) by: Client,
    pub(super) statement: Statement,
}

impl Asked {
    /// A row with the key that defaults name.
    pub(super) fn first(
        choices: &mut Choices<'_>,
        (table, shape): (usize, &Shape),
        key: usize,
        next_tag: &mut i64,
    ) -> Self {
        let asker = Asker { shape, version: Version::Old, place: Place::Nowhere };
        let cells: Vec<usize> = shape.shown(Version::Old).map(|(cell, _)| cell).collect();
        let mut row = asker.row(choices, &cells, next_tag);
        let place = cells.iter().position(|cell| *cell == key).expect("a key of the old version");
        row[place] = Given::Value(Some(FIRST.to_owned()));
        let (conflict, source) = (None, Source::Values);
        let statement = Statement::Insert { cells, rows: vec![row], conflict, source };
        Self { table, by: Client::of_the_base(shape), statement }
    }
}

/// A random statement of a random client, over the rows that are there.
pub(super) fn statement(
    choices: &mut Choices<'_>,
    world: &World,
    state: &State,
    next_tag: &mut i64,
    major: u32,
) -> Asked {
    let table = world.any_table(choices);
    let (shape, rows) = (&world.tables[table], &state.tables[table]);
    let mut by = Client::random(choices, shape, state.live(), world.ways());
    let version = by.writer.columns_of;
    let asker = Asker { shape, version, place: world.place(state, table, version) };
    let statement = asker.any(choices, &mut by, rows, (next_tag, major));
    Asked { table, by, statement }
}

impl Asker<'_> {
    fn any(
        &self,
        choices: &mut Choices<'_>,
        client: &mut Client,
        rows: &Rows,
        (next_tag, major): (&mut i64, u32),
    ) -> Statement {
        if let Place::Referred { key, used } = &self.place
            && !used.is_empty()
            && choices.once_in(3)
        {
            return self.write_referred(choices, *key, used);
        }
        let (shape, tags) = (self.shape, rows.tags());
        let kind = if tags.is_empty() { 0 } else { choices.below(17) };
        match kind {
            0..=4 => self.insert(choices, next_tag),
            5..=6 => self.upsert(choices, rows, next_tag),
            7 if client.writer.is_base && client.way != Way::Prepared => {
                let mut copy = self.insert(choices, next_tag);
                if let Statement::Insert { source, rows, .. } = &mut copy {
                    let has_default =
                        rows.iter().flatten().any(|given| matches!(given, Given::Default));
                    *source = if has_default { Source::Values } else { Source::Program };
                }
                copy
            }
            8 if major >= if client.writer.is_base { 15 } else { 17 } => {
                self.merge(choices, rows, next_tag)
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
                    self.update(choices, &tags)
                }
            }
            10..=11 => self.delete(choices, &tags),
            _ => self.update(choices, &tags),
        }
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

    /// A row that others refer to goes, or gets another key.
    fn write_referred(&self, choices: &mut Choices<'_>, key: usize, used: &[i64]) -> Statement {
        let (tag, among) = (*choices.one_of(used), None);
        if choices.once_in(3) {
            return Statement::Delete { tags: vec![tag], among };
        }
        let how = *choices.one_of(&[How::Plain, How::Row, How::Locked]);
        let mut sets = self.sets(choices, true, &[]);
        sets.retain(|(cell, _)| *cell != key);
        sets.push((key, self.value_to_write(choices, key)));
        Statement::Update { how, rows: vec![(tag, sets)], among }
    }

    fn delete(&self, choices: &mut Choices<'_>, tags: &[i64]) -> Statement {
        let mut tags: Vec<i64> = (0..1 + choices.below(2)).map(|_| *choices.one_of(tags)).collect();
        tags.dedup();
        Statement::Delete { tags, among: self.among(choices) }
    }
}
