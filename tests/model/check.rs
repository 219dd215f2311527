//! Checks on cells of the new version, and values that are withheld from it because a check refuses them.

use super::expression::{Expression, Value};
use super::labels::OLD;
use super::rows::Row;
use super::shape::Type::{self, Bigint, Integer, Json, Mood, Numeric, Text};
use super::shape::{Shape, Version};
use crate::choices::Choices;

/// What is asked of a value, as Postgres has it and as the model has it.
#[derive(Debug)]
struct Predicate {
    of: Type,
    /// With `$1` for the value, and `$2` for that of another column of the same type.
    sql: &'static str,
    takes: fn(&str, &str) -> bool,
}

impl Predicate {
    fn reads_another(&self) -> bool {
        self.sql.contains("$2")
    }
}

static PREDICATES: [Predicate; 13] = [
    Predicate { of: Integer, sql: "$1 < 5", takes: |value, _| number(value) < 5.0 },
    Predicate { of: Integer, sql: "$1 <> 0", takes: |value, _| value != "0" },
    Predicate {
        of: Integer,
        sql: "$1 <= $2",
        takes: |value, other| number(value) <= number(other),
    },
    Predicate { of: Bigint, sql: "$1 > 0", takes: |value, _| number(value) > 0.0 },
    Predicate { of: Bigint, sql: "$1 >= $2", takes: |value, other| number(value) >= number(other) },
    Predicate { of: Text, sql: "length($1) < 3", takes: |value, _| value.len() < 3 },
    Predicate { of: Text, sql: "$1 <> 'a'", takes: |value, _| value != "a" },
    Predicate { of: Text, sql: "upper($1) = $1", takes: |value, _| value.to_uppercase() == value },
    Predicate { of: Text, sql: "$1 <> $2", takes: |value, other| value != other },
    Predicate { of: Numeric, sql: "$1 < 2", takes: |value, _| number(value) < 2.0 },
    Predicate {
        of: Numeric,
        sql: "$1 <= $2",
        takes: |value, other| number(value) <= number(other),
    },
    Predicate { of: Mood(OLD), sql: "$1 <> 'odd'", takes: |value, _| value != "odd" },
    Predicate {
        of: Json,
        sql: "json_typeof($1) <> 'object'",
        takes: |value, _| !value.starts_with('{'),
    },
];

/// What a sequence gave to a row that is not kept is not known, nor does it count.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

/// A check on a cell.
#[derive(Debug, Clone)]
pub(super) struct Check {
    asks: &'static Predicate,
    /// Another cell that it reads, which both versions have.
    pub(super) other: Option<usize>,
    /// Whether the cell is NULL where the check refuses what `up` gives (`on_violation: null`).
    pub(super) withholds: bool,
}

impl Check {
    /// A check on a cell of a type, that may read one of `others`.
    pub(super) fn random(
        choices: &mut Choices<'_>,
        of: Type,
        others: &[usize],
        withholds: bool,
    ) -> Self {
        let can_be =
            |one: &&&Predicate| one.of.is_like(of) && !(one.reads_another() && others.is_empty());
        let asked: Vec<&'static Predicate> = PREDICATES.iter().filter(|one| can_be(&one)).collect();
        let asks = *choices.one_of(&asked);
        let other = asks.reads_another().then(|| *choices.one_of(others));
        Self { asks, other, withholds }
    }

    /// As SQL, with these names of the column and of the other one.
    pub(super) fn sql(&self, name: &str, other: Option<&str>) -> String {
        self.asks.sql.replace("$1", name).replace("$2", other.unwrap_or_default())
    }

    fn takes(&self, value: &Value, row: &Row) -> bool {
        let other = self.other.map_or(Some(""), |other| row[other].as_deref());
        value.as_deref().zip(other).is_none_or(|(value, other)| (self.asks.takes)(value, other))
    }
}

impl Shape {
    /// What `up` puts into a cell.
    pub(super) fn filled(&self, cell: usize, up: &Expression, row: &Row) -> Value {
        let value = up.value(row);
        let check = self.cells[cell].check.as_ref().filter(|check| check.withholds);
        if check.is_none_or(|check| check.takes(&value, row)) { value } else { None }
    }

    /// Whether a check of the new version refuses the row.
    pub(super) fn is_refused(&self, row: &Row) -> bool {
        let mut cells = self.cells.iter().zip(row);
        cells.any(|(cell, value)| cell.check.as_ref().is_some_and(|check| !check.takes(value, row)))
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
        up.inputs().iter().any(is_kept) && !check.takes(&up.value(row), row)
    }

    /// Whether what a check reads beside its cell is another than before, and the check withholds.
    pub(super) fn is_judged_anew(&self, cell: usize, before: &Row, row: &Row) -> bool {
        let check = self.cells[cell].check.as_ref().filter(|check| check.withholds);
        check.and_then(|check| check.other).is_some_and(|other| before[other] != row[other])
    }

    /// Whether the check refuses what the cell has of `up`, as the row is now.
    pub(super) fn is_withdrawn(&self, cell: usize, up: &Expression, row: &Row) -> bool {
        let check = self.cells[cell].check.as_ref();
        row[cell] == up.value(row) && check.is_some_and(|check| !check.takes(&row[cell], row))
    }
}
