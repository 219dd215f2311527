//! A random migration of the table: as a file has it, and as the model has it.

use serde_json::{Value as Json, json};

use super::check::Check;
use super::expression::Expression;
use super::shape::{Cell, Column, Shape, TAG, Type, Version, quoted};
use crate::choices::Choices;

/// What is put together while the operations are read, one after the other.
pub(super) struct Composer<'a> {
    pub(super) shape: &'a mut Shape,
    /// As the file has them.
    pub(super) operations: Vec<Json>,
    /// What makes old cells out of what its own operation left, in the order of operations. Cells
    /// that are in neither version are among them, and among the table's `ups`.
    pub(super) downs: Vec<(usize, Expression)>,
    /// Cells that go with what is being composed, and their checks with them.
    pub(super) going: Vec<usize>,
    /// One that a foreign key compares, and that is not replaced without the other.
    pub(super) kept: Option<usize>,
}

impl<'a> Composer<'a> {
    /// Labels come first, before anything reads them.
    pub(super) fn new(shape: &'a mut Shape, choices: &mut Choices<'_>) -> Self {
        let (operations, downs) = shape.relabel(choices);
        Self { shape, operations, downs, going: Vec::new(), kept: None }
    }

    /// For another table, which has the same labels.
    pub(super) fn beside(shape: &'a mut Shape, first: &Self) -> Self {
        shape.labels = first.shape.labels;
        let (operations, downs) = (Vec::new(), Vec::new());
        Self { shape, operations, downs, going: Vec::new(), kept: None }
    }

    /// Another operation, or several that belong together.
    pub(super) fn compose(&mut self, choices: &mut Choices<'_>) {
        self.going.clear();
        match choices.below(12) {
            0..=3 => self.replace(choices),
            4..=5 => self.add_column(choices),
            6 => self.drop_column(choices),
            7 => self.rename_column(choices),
            8 => self.split(choices),
            9 => self.merge(choices),
            10 => self.change_default(choices),
            _ if self.shape.new_name == self.shape.old_name => {
                let from = &self.shape.old_name;
                let to = if from == "things" { "items" } else { "teams" };
                self.operations.push(json!({"rename_table": {"from": from, "to": to}}));
                self.shape.new_name = to.into();
            }
            _ => self.replace(choices),
        }
    }

    /// The end of it: cells that are in neither version are never made, and what reads them is
    /// called with what would have made them.
    pub(super) fn finish(self) {
        let Self { shape, downs, .. } = self;
        let in_no_version = |cell: usize| {
            let cell = &shape.cells[cell];
            cell.old.is_none() && cell.new.is_none()
        };
        let instead = |of: &[(usize, Expression)], cell: usize| -> Option<Expression> {
            let made = of.iter().find(|(made, _)| *made == cell).map(|(_, made)| made.clone());
            let nothing = Expression::Constant(shape.cells[cell].of, None);
            in_no_version(cell).then(|| made.unwrap_or(nothing))
        };
        let resolved = |of: &[(usize, Expression)]| -> Vec<(usize, Expression)> {
            let stored = of.iter().filter(|(cell, _)| !in_no_version(*cell));
            stored.map(|(cell, made)| (*cell, made.with(&|cell| instead(of, cell)))).collect()
        };
        let ups = resolved(&shape.ups);
        let mut downs = resolved(&downs);
        downs.reverse();
        shape.ups = ups;
        shape.downs = downs;
    }

    /// A cell that operations may change, and make something else of.
    pub(super) fn any(&mut self, choices: &mut Choices<'_>) -> usize {
        let cells = self.shape.shown(Version::New).map(|(cell, _)| cell);
        let cells = cells.filter(|cell| *cell != TAG && !self.is_in_a_check(*cell));
        let mut cells: Vec<usize> = cells.collect();
        if cells.is_empty() {
            cells.push(self.add(choices, Type::Text, None, true, None));
        }
        *choices.one_of(&cells)
    }

    /// Whether a check is on it, or reads it.
    pub(super) fn is_in_a_check(&self, cell: usize) -> bool {
        let mut checks = self.shape.cells.iter().filter_map(|cell| cell.check.as_ref());
        self.shape.cells[cell].check.is_some() || checks.any(|check| check.other == Some(cell))
    }

    /// A cell that is called otherwise, or has another default.
    pub(super) fn any_as_it_is(&self, choices: &mut Choices<'_>) -> usize {
        let cells = self.shape.shown(Version::New).map(|(cell, _)| cell);
        let cells: Vec<usize> = cells.filter(|cell| *cell != TAG).collect();
        *choices.one_of(&cells)
    }

    /// Perhaps a check on a column that `up` fills; what says of it what a file has.
    pub(super) fn check(
        &self,
        choices: &mut Choices<'_>,
        of: Type,
        column: &Column,
        up: Option<&Expression>,
    ) -> Option<(Check, Json)> {
        let can_withhold = column.nullable && up.is_some_and(Expression::is_withheld_at_need);
        // A number of a sequence is not known where the row is refused.
        let is_known = |input: &usize| {
            let cell = &self.shape.cells[*input];
            cell.old.is_some() && cell.fills.is_none()
        };
        let can_refuse = up.is_none_or(|up| up.inputs().iter().all(is_known));
        let (is_there, withholds) = (choices.below(3) > 0, choices.below(4) > 0);
        if !is_there || !(if withholds { can_withhold } else { can_refuse }) {
            return None;
        }
        let others = self.shape.cells.iter().enumerate().filter(|(cell, described)| {
            let is_plain = described.fills.is_none() && described.check.is_none();
            *cell != TAG
                && !self.going.contains(cell)
                && described.of == of
                && described.is_shared()
                && is_plain
        });
        let others: Vec<usize> = others.map(|(cell, _)| cell).collect();
        let check = Check::random(choices, of, &others, withholds);
        let name = format!("check {}", self.shape.cells.len());
        let other = check.other.map(|other| self.shape.called(other, Version::New));
        let constraint = check.sql(&quoted(&column.name), other.as_deref());
        Some((check, json!({"name": name, "constraint": constraint})))
    }

    /// What expressions may read, this one first.
    pub(super) fn readable(&self, first: usize) -> Vec<(usize, Type)> {
        let shown = self.shape.shown(Version::New).map(|(cell, _)| cell);
        let others = shown.filter(|cell| *cell != first && *cell != TAG);
        let cells = std::iter::once(first).chain(others);
        cells.map(|cell| (cell, self.shape.cells[cell].of)).collect()
    }

    /// An expression as text, with the names of now.
    pub(super) fn text(&self, expression: &Expression) -> String {
        expression.sql(&|cell| self.shape.called(cell, Version::New))
    }

    pub(super) fn new_cell(&mut self, of: Type, column: Column) -> usize {
        let (old, new) = (None, Some(column));
        let (unique, fills, check) = (false, None, None);
        self.shape.cells.push(Cell { of, old, new, unique, fills, check });
        self.shape.cells.len() - 1
    }

    pub(super) fn column(&self, cell: usize) -> Column {
        self.shape.cells[cell].new.clone().expect("a column of the new version")
    }
}
