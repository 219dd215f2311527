//! What becomes of the rows that refer to others when clients write those: Postgres' own triggers for
//! foreign keys write them, as clients of the base table under the search path of whoever wrote.

use super::expression::Value;
use super::reference::{Action, Ends, Reference, World};
use super::rows::{Refused, Row, Rows, Writer, tag};
use super::shape::Version;
use super::statement::{Statement, Written};

/// The rows of all tables, and what Postgres runs first.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) tables: Vec<Rows>,
    /// Whose foreign key acts first where each version has one of its own: by the names of Postgres'
    /// triggers, which have numbers in them that it counts up.
    pub(super) first: Version,
    /// How many rows foreign keys have written so far.
    pub(super) followed: usize,
}

impl State {
    pub(super) fn live(&self) -> bool {
        self.tables.iter().all(|rows| rows.live)
    }
}

impl World {
    /// Before anybody has written.
    pub(super) fn empty(&self) -> State {
        let rows = Rows { rows: Vec::new(), live: false, counterparts: Vec::new() };
        State { tables: vec![rows; self.tables.len()], first: Version::Old, followed: 0 }
    }

    /// The new version begins.
    pub(super) fn start(&self, state: &mut State) {
        for (rows, shape) in state.tables.iter_mut().zip(&self.tables) {
            rows.start(shape);
        }
    }

    /// The new version goes.
    pub(super) fn rollback(&self, state: &mut State) {
        for (rows, shape) in state.tables.iter_mut().zip(&self.tables) {
            rows.rollback(shape);
        }
    }

    /// Whether a constraint of the new version refuses what is there.
    pub(super) fn is_refused(&self, state: &State) -> bool {
        let mut tables = state.tables.iter().zip(&self.tables);
        tables.any(|(rows, shape)| rows.are_refused(shape)) || self.is_broken_at_end(state)
    }

    /// How many rows there are of which the new version does not show something.
    pub(super) fn withheld(&self, state: &State) -> usize {
        let tables = state.tables.iter().zip(&self.tables);
        tables.map(|(rows, shape)| rows.lost(shape).len()).sum()
    }

    /// A statement that writes a table, and what foreign keys do behind it.
    pub(super) fn apply(
        &self,
        state: &mut State,
        (table, writer): (usize, Writer),
        statement: &Statement,
        generated: &[(i64, Value)],
    ) -> Result<(), Refused> {
        let before = state.tables[table].rows.clone();
        self.look_up(state);
        if let Statement::Copied { tag } = statement {
            // It goes, and comes again as it was.
            state.tables[table].delete(&[*tag]);
            self.act(state, (table, writer), &before)?;
            self.is_kept_at_once(state)?;
            let copied = before.into_iter().find(|row| super::rows::tag(row) == *tag);
            state.tables[table].rows.extend(copied);
        } else {
            let shape = &self.tables[table];
            state.tables[table].apply(shape, writer, statement, generated)?;
            self.act(state, (table, writer), &before)?;
        }
        self.is_kept_at_once(state)
    }

    fn act(
        &self,
        state: &mut State,
        (table, writer): (usize, Writer),
        before: &[Row],
    ) -> Result<(), Refused> {
        let Some(reference) = self.reference.as_ref().filter(|one| one.target == table) else {
            return Ok(());
        };
        for row in before {
            let number = state.tables[table].tagged(tag(row));
            let after = number.map(|number| state.tables[table].rows[number].clone());
            for ends in self.in_force(state) {
                self.follow(state, writer, (reference, ends), (row, after.as_ref()))?;
            }
        }
        Ok(())
    }

    /// What a foreign key does to the rows that refer to this one.
    fn follow(
        &self,
        state: &mut State,
        writer: Writer,
        (reference, ends): (&Reference, Ends),
        (before, after): (&Row, Option<&Row>),
    ) -> Result<(), Refused> {
        let Some(key) = &before[ends.key] else { return Ok(()) };
        self.look_up(state);
        let (shape, rows) = (&self.tables[reference.owner], &mut state.tables[reference.owner]);
        let refers = |row: &&Row| row[ends.own].as_ref() == Some(key);
        let referring: Vec<i64> = rows.rows.iter().filter(refers).map(tag).collect();
        let action = match after {
            None => reference.on_delete,
            Some(after) if after[ends.key].as_ref() != Some(key) => reference.on_update,
            Some(_) => return Ok(()),
        };
        if action != Action::Nothing {
            state.followed += referring.len();
        }
        let value = match (action, after) {
            (Action::Nothing, _) => return Ok(()),
            (Action::Cascade, None) => {
                rows.delete(&referring);
                return Ok(());
            }
            (Action::Cascade, Some(after)) => after[ends.key].clone(),
            (Action::SetNull, _) => None,
            // The table's own.
            (Action::SetDefault, _) => {
                let column = shape.cells[ends.own].old.as_ref();
                column.and_then(|column| column.default.clone())
            }
        };
        let sets = [(ends.own, Written::Value(value))];
        for tag in referring {
            let number = rows.tagged(tag).expect("a row that refers");
            rows.update(shape, writer, number, &sets, None)?;
        }
        Ok(())
    }

    /// The foreign keys that there are, in the order in which they act. The second finds nothing left to do, as the first
    /// has reached both sides of the row.
    fn in_force(&self, state: &State) -> Vec<Ends> {
        let Some(reference) = &self.reference else { return Vec::new() };
        let copy = reference.copy().filter(|_| state.live());
        let mut ends: Vec<Ends> = std::iter::once(reference.old).chain(copy).collect();
        if state.first == Version::New {
            ends.reverse();
        }
        ends
    }

    /// The old version's foreign key is checked when the statement is done.
    fn is_kept_at_once(&self, state: &State) -> Result<(), Refused> {
        let old = self.reference.as_ref().map(|reference| reference.old);
        if self.is_broken(state, old) { Err(Refused) } else { Ok(()) }
    }

    /// Whether the copy of the foreign key, which is checked at the end of the transaction, refuses it.
    pub(super) fn is_broken_at_end(&self, state: &State) -> bool {
        let copy = self.reference.as_ref().and_then(Reference::copy);
        self.is_broken(state, copy.filter(|_| state.live()))
    }

    fn is_broken(&self, state: &State, ends: Option<Ends>) -> bool {
        let (Some(reference), Some(ends)) = (&self.reference, ends) else { return false };
        let keys = self.keys(state, reference, ends);
        let own = state.tables[reference.owner].rows.iter().map(|row| &row[ends.own]);
        own.filter(|value| value.is_some()).any(|value| !keys.contains(&value))
    }

    fn keys<'s>(&self, state: &'s State, reference: &Reference, ends: Ends) -> Vec<&'s Value> {
        state.tables[reference.target].rows.iter().map(|row| &row[ends.key]).collect()
    }

    /// What a client of a version is to know of the foreign key when it writes a table.
    pub(super) fn place(&self, state: &State, table: usize, version: Version) -> Place {
        let reference = self.reference.as_ref();
        let Some((reference, ends)) = reference.and_then(|one| Some((one, one.of(version)?)))
        else {
            return Place::Nowhere;
        };
        if reference.target == table {
            let owners = &state.tables[reference.owner].rows;
            let is_used = |row: &&Row| {
                row[ends.key].is_some() && owners.iter().any(|own| own[ends.own] == row[ends.key])
            };
            let used = state.tables[table].rows.iter().filter(is_used).map(tag).collect();
            return Place::Referred { key: ends.key, used };
        }
        let keys = self.keys(state, reference, ends).into_iter().flatten().cloned();
        Place::Refers { own: ends.own, keys: keys.collect() }
    }
}

/// On which side of the foreign key a table is.
#[derive(Debug)]
pub(super) enum Place {
    Nowhere,
    /// With the rows that others refer to.
    Referred {
        key: usize,
        used: Vec<i64>,
    },
    /// With the keys that there are.
    Refers {
        own: usize,
        keys: Vec<String>,
    },
}
