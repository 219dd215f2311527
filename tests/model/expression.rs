//! What `up` and `down` are, as SQL and by their value.
//!
//! A value is its image, the text that Postgres prints of it.

use super::functions::{FUNCTIONS, Function, OR_ELSE};
use super::labels::{Words, word};
use super::shape::Type;
use crate::choices::Choices;

/// A value as Postgres prints it; NULL is none.
pub(super) type Value = Option<String>;

/// An expression over the cells of a row.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Cell(usize),
    Constant(Type, Value),
    Call(&'static Function, Vec<Expression>),
    /// A label as the other version calls it: the tool's own.
    Word(Words, Box<Expression>),
}

impl Expression {
    /// The other version's word for the label in a cell.
    pub(super) fn word(words: Words, cell: usize) -> Self {
        Self::Word(words, Box::new(Self::Cell(cell)))
    }

    /// A random expression of this type over these cells, above all over the first of them. Never
    /// NULL if it may not be; different for different values of the first if it has to be.
    pub(super) fn random(
        choices: &mut Choices<'_>,
        gives: Type,
        cells: &[(usize, Type)],
        nullable: bool,
        is_injective: bool,
    ) -> Self {
        let of_type = |of: Type| cells.iter().filter(move |(_, found)| found.is_like(of));
        let fitting: Vec<&'static Function> = FUNCTIONS
            .iter()
            .filter(|f| f.gives.is_like(gives) && (f.is_injective || !is_injective))
            .filter(|f| f.takes.iter().all(|takes| of_type(*takes).next().is_some()))
            .collect();
        let about_first: Vec<&'static Function> =
            fitting.iter().copied().filter(|f| f.takes[0].is_like(cells[0].1)).collect();
        let of_the_type: Vec<usize> = of_type(gives).map(|(cell, _)| *cell).collect();
        let made = if is_injective || choices.below(4) > 0 {
            if about_first.is_empty() { fitting } else { about_first }
        } else {
            fitting
        };
        let expression = match choices.below(8) {
            0 if !is_injective => {
                Self::Constant(gives, Some(choices.one_of(&gives.known()).to_string()))
            }
            1 if !is_injective && !of_the_type.is_empty() => {
                Self::Cell(*choices.one_of(&of_the_type))
            }
            _ if made.is_empty() => {
                Self::Constant(gives, Some(choices.one_of(&gives.known()).to_string()))
            }
            _ => {
                let function = *choices.one_of(&made);
                let arguments = function.takes.iter().enumerate().map(|(place, takes)| {
                    let fitting: Vec<usize> = of_type(*takes).map(|(cell, _)| *cell).collect();
                    Self::Cell(if place == 0 { fitting[0] } else { *choices.one_of(&fitting) })
                });
                Self::Call(function, arguments.collect())
            }
        };
        match expression {
            Self::Constant(..) => expression,
            _ if nullable => expression,
            _ => {
                let value = *choices.one_of(&gives.known());
                expression.or(gives, value)
            }
        }
    }

    fn or(self, gives: Type, value: &str) -> Self {
        let or_else = OR_ELSE.iter().find(|f| f.gives.is_like(gives)).expect("one of each type");
        Self::Call(or_else, vec![self, Self::Constant(gives, Some(value.to_owned()))])
    }

    /// As SQL, with these names of the cells.
    pub(super) fn sql(&self, name: &dyn Fn(usize) -> String) -> String {
        match self {
            Self::Cell(cell) => name(*cell),
            Self::Constant(of, value) => of.literal(value),
            Self::Call(function, arguments) => {
                let mut sql = function.sql.to_owned();
                for (place, argument) in arguments.iter().enumerate() {
                    sql = sql.replace(&format!("${}", place + 1), &argument.sql(name));
                }
                format!("({sql})")
            }
            Self::Word(..) => unreachable!("no file says it"),
        }
    }

    /// Its value in a row.
    pub(super) fn value(&self, row: &[Value]) -> Value {
        match self {
            Self::Cell(cell) => row[*cell].clone(),
            Self::Constant(_, value) => value.clone(),
            Self::Call(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|one| one.value(row)).collect();
                (function.of)(&values)
            }
            Self::Word(words, label) => label.value(row).map(|label| word(words, &label)),
        }
    }

    /// Whether what a check refuses of it can be withheld: it is different for different rows, and can
    /// be computed again.
    pub(super) fn is_withheld_at_need(&self) -> bool {
        matches!(self, Self::Call(..)) && self.is_immutable()
    }

    /// Whether it can be computed again, to be compared with what is there.
    pub(super) fn is_immutable(&self) -> bool {
        match self {
            Self::Cell(_) | Self::Constant(..) => true,
            Self::Call(function, arguments) => {
                function.is_immutable() && arguments.iter().all(Self::is_immutable)
            }
            Self::Word(_, label) => label.is_immutable(),
        }
    }

    /// The cells that it reads.
    pub(super) fn inputs(&self) -> Vec<usize> {
        match self {
            Self::Cell(cell) => vec![*cell],
            Self::Constant(..) => Vec::new(),
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::inputs).collect(),
            Self::Word(_, label) => label.inputs(),
        }
    }

    /// With an expression in the place of each cell that `instead` knows one for.
    pub(super) fn with(&self, instead: &dyn Fn(usize) -> Option<Self>) -> Self {
        match self {
            Self::Cell(cell) => match instead(*cell) {
                Some(other) => other.with(instead),
                None => self.clone(),
            },
            Self::Constant(..) => self.clone(),
            Self::Call(function, arguments) => {
                let arguments = arguments.iter().map(|one| one.with(instead)).collect();
                Self::Call(function, arguments)
            }
            Self::Word(words, label) => Self::Word(words, Box::new(label.with(instead))),
        }
    }
}
