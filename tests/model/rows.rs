//! What both versions must show: ARCHITECTURE.md, "Sync", without SQL.

use super::counterpart::Counterpart;
use super::expression::Value;
use super::labels::Among;
use super::shape::{Fills, ID, Shape, TAG, Version};
use super::statement::{Conflict, Given, Statement, Written};
use super::sync::{Proposed, synced};

/// A row, cell by cell.
pub(super) type Row = Vec<Value>;

/// A constraint that a statement breaks: it fails, and leaves nothing.
#[derive(Debug)]
pub(super) struct Refused;

/// The rows of the table, and whether two versions write them.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) live: bool,
    /// What is known of the rows that these refer to.
    pub(super) counterparts: Vec<Counterpart>,
}

/// What is known of the statement that writes: which version it is written for, and which one the
/// search path names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    pub(super) columns_of: Version,
    pub(super) is_base: bool,
    pub(super) path: Version,
    /// Whether the path names the old version itself, and not its tables' schema.
    pub(super) is_pinned: bool,
    /// Whether it applies what was replicated.
    pub(super) is_replica: bool,
}

impl Rows {
    /// The new version begins: what only it has is made.
    pub(super) fn start(&mut self, shape: &Shape) {
        self.live = true;
        for row in &mut self.rows {
            for (cell, up) in &shape.ups {
                row[*cell] = shape.filled(*cell, up, row);
            }
        }
    }

    /// The new version goes, with what only it has.
    pub(super) fn rollback(&mut self, shape: &Shape) {
        self.live = false;
        for row in &mut self.rows {
            for cell in
                (0..shape.cells.len()).filter(|cell| shape.cells[*cell].is_only(Version::New))
            {
                row[cell] = None;
            }
        }
    }

    /// What a version shows, in the order of tags.
    pub(super) fn shown(&self, shape: &Shape, version: Version) -> Vec<String> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| tag(row));
        let cells: Vec<usize> = shape.shown(version).map(|(cell, _)| cell).collect();
        let text = |row: &Row| -> Vec<String> {
            cells.iter().map(|cell| row[*cell].clone().unwrap_or("NULL".into())).collect()
        };
        rows.into_iter().map(|row| text(row).join(" | ")).collect()
    }

    /// Whether a check refuses what is there.
    pub(super) fn are_refused(&self, shape: &Shape) -> bool {
        self.rows.iter().any(|row| shape.is_refused(row))
    }

    /// The tags of rows of which `complete` would lose something.
    pub(super) fn lost(&self, shape: &Shape) -> Vec<i64> {
        let withholds = |row: &&Row| (0..row.len()).any(|cell| shape.withholds(cell, row));
        self.rows.iter().filter(withholds).map(tag).collect()
    }

    pub(super) fn tags(&self) -> Vec<i64> {
        self.rows.iter().map(tag).collect()
    }

    pub(super) fn delete(&mut self, tags: &[i64]) {
        self.rows.retain(|row| !tags.contains(&tag(row)));
    }

    pub(super) fn tagged(&self, wanted: i64) -> Option<usize> {
        self.rows.iter().position(|row| tag(row) == wanted)
    }

    /// A row, if it has one of these labels.
    fn found(&self, wanted: i64, among: Option<&Among>) -> Option<usize> {
        let number = self.tagged(wanted)?;
        among.is_none_or(|among| among.has(&self.rows[number])).then_some(number)
    }

    /// A statement. `generated`: the keys that the rows with these tags got from the sequence.
    pub(super) fn apply(
        &mut self,
        shape: &Shape,
        writer: Writer,
        statement: &Statement,
        generated: &[(i64, Value)],
    ) -> Result<(), Refused> {
        match statement {
            Statement::Insert { cells, rows, conflict, .. } => {
                for given in rows {
                    let given: Vec<(usize, &Given)> = cells.iter().copied().zip(given).collect();
                    let proposed = self.proposed(shape, writer, &given, generated);
                    self.insert(shape, writer, proposed, conflict.as_ref())?;
                }
            }
            Statement::Merge { key, cells, row, sets } => {
                let given: Vec<(usize, &Given)> = cells.iter().copied().zip(row).collect();
                let proposed = self.proposed(shape, writer, &given, generated);
                match self.rows.iter().position(|row| row[*key] == proposed.row[*key]) {
                    Some(number) => {
                        self.update(shape, writer, number, sets, Some(&proposed.row))?
                    }
                    None => self.insert(shape, writer, proposed, None)?,
                }
            }
            Statement::Update { rows, among, .. } => {
                for (tag, sets) in rows {
                    if let Some(number) = self.found(*tag, among.as_ref()) {
                        self.update(shape, writer, number, sets, None)?;
                    }
                }
            }
            Statement::Delete { tags, among } => {
                let found = |tag: &&i64| self.found(**tag, among.as_ref()).is_some();
                self.delete(&tags.iter().filter(found).copied().collect::<Vec<_>>());
            }
            Statement::Copied { .. } => unreachable!("two statements"),
        }
        Ok(())
    }

    /// The row as it comes to the sync function.
    fn proposed(
        &self,
        shape: &Shape,
        writer: Writer,
        given: &[(usize, &Given)],
        generated: &[(i64, Value)],
    ) -> Proposed {
        let mut row = vec![None; shape.cells.len()];
        let mut filled = Vec::new();
        for (number, cell) in shape.cells.iter().enumerate() {
            // A version's own default; and a table's, where the version knows nothing of the column.
            let column = cell.column(writer.columns_of).or(cell.old.as_ref());
            let value = given.iter().find(|(given, _)| *given == number).map(|(_, given)| *given);
            row[number] = match value {
                Some(Given::Value(value)) => value.clone(),
                _ => {
                    filled.push(number);
                    column.and_then(|column| column.default.clone())
                }
            };
        }
        let key = (0..shape.cells.len()).find(|number| {
            let cell = &shape.cells[*number];
            cell.fills.is_some() && cell.column(writer.columns_of).is_some()
        });
        if let Some(key) = key.filter(|key| filled.contains(key)) {
            let value = generated.iter().find(|(of, _)| *of == tag(&row));
            // One that is nowhere else, where the row was not kept.
            let value = value.map_or(Some("a number".into()), |(_, value)| value.clone());
            row[ID].clone_from(&value);
            if key == ID || shape.cells[key].fills == Some(Fills::Serial) {
                row[key] = value;
            }
        }
        Proposed { row, filled }
    }

    fn insert(
        &mut self,
        shape: &Shape,
        writer: Writer,
        proposed: Proposed,
        conflict: Option<&Conflict>,
    ) -> Result<(), Refused> {
        let row = self.synced(shape, writer, None, proposed);
        self.constraints(shape, &row)?;
        if let Some(conflict) = conflict {
            let in_the_way = match conflict.on {
                Some(cell) => self.in_the_way(&row, cell, None),
                None => self.unique(shape).find_map(|cell| self.in_the_way(&row, cell, None)),
            };
            if let Some(number) = in_the_way {
                return match &conflict.update {
                    None => Ok(()),
                    Some(sets) => self.update(shape, writer, number, sets, Some(&row)),
                };
            }
        }
        self.keys(shape, &row, None)?;
        self.rows.push(row);
        Ok(())
    }

    pub(super) fn update(
        &mut self,
        shape: &Shape,
        writer: Writer,
        number: usize,
        sets: &[(usize, Written)],
        excluded: Option<&Row>,
    ) -> Result<(), Refused> {
        let before = self.rows[number].clone();
        let mut row = before.clone();
        for (cell, written) in sets {
            row[*cell] = match written {
                Written::Value(value) => value.clone(),
                Written::Cell(other) => before[*other].clone(),
                Written::Excluded(other) => excluded.expect("a proposed row")[*other].clone(),
                Written::Default => {
                    let column = shape.cells[*cell].column(writer.columns_of);
                    column.and_then(|column| column.default.clone())
                }
            };
        }
        let row = self.synced(shape, writer, Some(&before), Proposed { row, filled: Vec::new() });
        self.constraints(shape, &row)?;
        self.keys(shape, &row, Some(number))?;
        self.rows[number] = row;
        Ok(())
    }

    fn synced(
        &self,
        shape: &Shape,
        writer: Writer,
        before: Option<&Row>,
        proposed: Proposed,
    ) -> Row {
        let known = &self.counterparts;
        if self.live { synced(shape, known, writer, before, proposed) } else { proposed.row }
    }

    fn constraints(&self, shape: &Shape, row: &Row) -> Result<(), Refused> {
        let missing = shape.cells.iter().zip(row).any(|(cell, value)| {
            let column = match &cell.old {
                Some(column) => Some(column),
                None => cell.new.as_ref().filter(|_| self.live),
            };
            value.is_none() && column.is_some_and(|column| !column.nullable)
        });
        if missing || self.live && shape.is_refused(row) { Err(Refused) } else { Ok(()) }
    }

    fn unique(&self, shape: &Shape) -> impl Iterator<Item = usize> {
        let live = self.live;
        let cells = shape.cells.iter().enumerate();
        let there = cells.filter(move |(_, cell)| cell.unique && (live || cell.old.is_some()));
        there.map(|(number, _)| number).collect::<Vec<_>>().into_iter()
    }

    fn in_the_way(&self, row: &Row, cell: usize, except: Option<usize>) -> Option<usize> {
        let same = |other: &Row| other[cell].is_some() && other[cell] == row[cell];
        (0..self.rows.len()).find(|number| Some(*number) != except && same(&self.rows[*number]))
    }

    fn keys(&self, shape: &Shape, row: &Row, except: Option<usize>) -> Result<(), Refused> {
        let taken = |cell: usize| self.in_the_way(row, cell, except).is_some();
        if self.unique(shape).any(taken) { Err(Refused) } else { Ok(()) }
    }
}

/// What a row is known by.
pub(super) fn tag(row: &Row) -> i64 {
    row[TAG].as_deref().and_then(|tag| tag.parse().ok()).expect("a number")
}
