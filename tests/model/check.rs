//! Checks on cells of the new version, and values that are withheld from it because a check refuses them.

use super::expression::{Expression, Value};
use super::rows::Row;
use super::shape::Type::{self, Bigint, Integer, Json, Numeric, Text};
use super::shape::{Shape, Version};
use crate::choices::Choices;

/// What is asked of a value, as Postgres has it and as the model has it.
#[derive(Debug)]
struct Predicate {
    of: Type,
    /// With `$1` for the value.
    sql: &'static str,
    takes: fn(&str) -> bool,
}

static PREDICATES: [Predicate; 8] = [
    Predicate {
        of: Integer,
        sql: "$1 < 5",
        takes: |value| value.parse().is_ok_and(|n: i64| n < 5),
    },
    Predicate { of: Integer, sql: "$1 <> 0", takes: |value| value != "0" },
    Predicate { of: Bigint, sql: "$1 > 0", takes: |value| value.parse().is_ok_and(|n: i64| n > 0) },
    Predicate { of: Text, sql: "length($1) < 3", takes: |value| value.len() < 3 },
    Predicate { of: Text, sql: "$1 <> 'a'", takes: |value| value != "a" },
    Predicate { of: Text, sql: "upper($1) = $1", takes: |value| value.to_uppercase() == value },
    Predicate {
        of: Numeric,
        sql: "$1 < 2",
        takes: |value| value.parse().is_ok_and(|n: f64| n < 2.0),
    },
    Predicate {
        of: Json,
        sql: "json_typeof($1) <> 'object'",
        takes: |value| !value.starts_with('{'),
    },
];

/// A check on a cell.
#[derive(Debug, Clone)]
pub(super) struct Check {
    asks: &'static Predicate,
    /// Whether the cell is NULL where the check refuses what `up` gives (`on_violation: null`).
    pub(super) withholds: bool,
}

impl Check {
    pub(super) fn random(choices: &mut Choices<'_>, of: Type, withholds: bool) -> Self {
        let asked: Vec<&'static Predicate> = PREDICATES.iter().filter(|one| one.of == of).collect();
        Self { asks: *choices.one_of(&asked), withholds }
    }

    /// As SQL, on a column of this name.
    pub(super) fn sql(&self, name: &str) -> String {
        self.asks.sql.replace("$1", name)
    }

    fn takes(&self, value: &Value) -> bool {
        value.as_deref().is_none_or(self.asks.takes)
    }
}

impl Shape {
    /// What `up` puts into a cell.
    pub(super) fn filled(&self, cell: usize, up: &Expression, row: &Row) -> Value {
        let value = up.value(row);
        let check = self.cells[cell].check.as_ref().filter(|check| check.withholds);
        value.filter(|value| check.is_none_or(|check| check.takes(&Some(value.clone()))))
    }

    /// Whether a check of the new version refuses the row.
    pub(super) fn is_refused(&self, row: &Row) -> bool {
        let refuses = |check: &Check, value: &Value| !check.takes(value);
        let mut cells = self.cells.iter().zip(row);
        cells.any(|(cell, value)| cell.check.as_ref().is_some_and(|check| refuses(check, value)))
    }

    /// Whether a cell of the row is NULL because its check refuses what `up` gives, and the old version
    /// has something that would be lost.
    pub(super) fn withholds(&self, cell: usize, row: &Row) -> bool {
        let up = self.ups.iter().find(|(made, _)| *made == cell).map(|(_, up)| up);
        let check = self.cells[cell].check.as_ref().filter(|check| check.withholds);
        let (Some(up), Some(check), None) = (up, check, &row[cell]) else { return false };
        let is_kept = |old: &usize| {
            let down = self.downs.iter().find(|(made, _)| made == old);
            self.cells[*old].is_only(Version::Old)
                && row[*old] != down.and_then(|(_, down)| down.value(row))
        };
        up.inputs().iter().any(is_kept) && !check.takes(&up.value(row))
    }
}
