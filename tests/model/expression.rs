//! What `up` and `down` are made of: each function as Postgres has it and as the model has it.
//!
//! A value is its image, the text that Postgres prints of it.

use super::shape::Type::{self, Bigint, Integer, Json, Numeric, Text};
use crate::choices::Choices;

/// A value as Postgres prints it; NULL is none.
pub(super) type Value = Option<String>;

/// An expression over the cells of a row.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Cell(usize),
    Constant(Type, Value),
    Call(&'static Function, Vec<Expression>),
}

/// One function of SQL.
#[derive(Debug)]
pub(super) struct Function {
    takes: &'static [Type],
    gives: Type,
    /// With `$1`, `$2` for its arguments.
    sql: &'static str,
    of: fn(&[Value]) -> Value,
    /// Whether no two values come to the same.
    is_injective: bool,
}

/// A function that is NULL where one of its arguments is.
macro_rules! strict {
    ($takes:expr => $gives:expr, $sql:literal, $injective:literal, $of:expr) => {
        Function {
            takes: &$takes,
            gives: $gives,
            sql: $sql,
            of: |arguments| {
                let given: Option<Vec<&str>> = arguments.iter().map(Option::as_deref).collect();
                let of: fn(&[&str]) -> Value = $of;
                of(&given?)
            },
            is_injective: $injective,
        }
    };
}

static FUNCTIONS: [Function; 27] = [
    strict!([Integer] => Text, "CAST($1 AS text)", true, |a| Some(a[0].into())),
    strict!([Bigint] => Text, "CAST($1 AS text)", true, |a| Some(a[0].into())),
    strict!([Integer] => Bigint, "CAST($1 AS bigint)", true, |a| Some(a[0].into())),
    strict!([Bigint] => Integer, "CAST($1 AS integer)", true, |a| Some(a[0].into())),
    strict!([Integer] => Integer, "$1 + 1", true, |a| number(a[0], |n| n + 1)),
    strict!([Integer] => Integer, "$1 / 2", false, |a| number(a[0], |n| n / 2)),
    strict!([Integer] => Integer, "abs($1)", false, |a| number(a[0], i64::abs)),
    strict!([Bigint] => Bigint, "$1 - 1", true, |a| number(a[0], |n| n - 1)),
    strict!([Text] => Integer, "length($1)", false, |a| Some(a[0].len().to_string())),
    strict!([Text] => Integer, "CAST(substring($1 FROM '[0-9]{1,4}') AS integer)", false, |a| {
        digits(a[0])
    }),
    strict!([Text] => Bigint, "CAST(substring($1 FROM '[0-9]{1,4}') AS bigint)", false, |a| {
        digits(a[0])
    }),
    strict!([Text] => Numeric, "CAST(substring($1 FROM '[0-9]{1,4}') AS numeric)", false, |a| {
        digits(a[0])
    }),
    strict!([Numeric] => Text, "CAST($1 AS text)", true, |a| Some(a[0].into())),
    strict!([Integer] => Numeric, "CAST($1 AS numeric)", true, |a| Some(a[0].into())),
    strict!([Json] => Text, "CAST($1 AS text)", true, |a| Some(a[0].into())),
    strict!([Text] => Json, "to_json($1)", true, |a| Some(escaped(a[0]))),
    strict!([Integer] => Json, "to_json($1)", true, |a| Some(a[0].into())),
    strict!([Text] => Text, "upper($1)", false, |a| Some(a[0].to_uppercase())),
    strict!([Text] => Text, "lower($1)", false, |a| Some(a[0].to_lowercase())),
    strict!([Text] => Text, "$1 || 'x'", true, |a| Some(format!("{}x", a[0]))),
    strict!([Text] => Text, "left($1, -1)", false, |a| {
        Some(a[0][..a[0].len().saturating_sub(1)].into())
    }),
    strict!([Text] => Text, "split_part($1, '-', 1)", false, |a| part(a[0], 0)),
    strict!([Text] => Text, "split_part($1, '-', 2)", false, |a| part(a[0], 1)),
    strict!([Text] => Text, "nullif($1, 'a')", false, |a| {
        Some(a[0].to_owned()).filter(|text| text != "a")
    }),
    strict!([Text, Text] => Text, "$1 || '-' || $2", false, |a| {
        Some(format!("{}-{}", a[0], a[1]))
    }),
    strict!([Integer, Integer] => Integer, "$1 + $2", false, |a| {
        let other: i64 = a[1].parse().ok()?;
        number(a[0], |n| n + other)
    }),
    Function {
        takes: &[Text, Text],
        gives: Text,
        sql: "concat_ws('-', $1, $2)",
        of: |arguments| {
            let given: Vec<&str> = arguments.iter().flatten().map(String::as_str).collect();
            Some(given.join("-"))
        },
        is_injective: false,
    },
];

/// What stands for NULL where that may not be.
static OR_ELSE: [Function; 5] =
    [or_else(Integer), or_else(Bigint), or_else(Text), or_else(Numeric), or_else(Json)];

const fn or_else(of: Type) -> Function {
    let takes: &'static [Type] = match of {
        Integer => &[Integer, Integer],
        Bigint => &[Bigint, Bigint],
        Text => &[Text, Text],
        Numeric => &[Numeric, Numeric],
        Json => &[Json, Json],
    };
    let or_else = |arguments: &[Value]| arguments.iter().flatten().next().cloned();
    Function { takes, gives: of, sql: "coalesce($1, $2)", of: or_else, is_injective: false }
}

fn number(text: &str, of: impl Fn(i64) -> i64) -> Value {
    text.parse().ok().map(|number| of(number).to_string())
}

fn digits(text: &str) -> Value {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).take(4).collect();
    number(&digits, |number| number)
}

fn part(text: &str, number: usize) -> Value {
    Some(text.split('-').nth(number).unwrap_or_default().to_owned())
}

fn escaped(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Expression {
    /// A random expression of this type over these cells, above all over the first of them. Never
    /// NULL if it may not be; different for different values of the first if it has to be.
    pub(super) fn random(
        choices: &mut Choices<'_>,
        gives: Type,
        cells: &[(usize, Type)],
        nullable: bool,
        is_injective: bool,
    ) -> Self {
        let of_type = |of: Type| cells.iter().filter(move |(_, found)| *found == of);
        let fitting: Vec<&'static Function> = FUNCTIONS
            .iter()
            .filter(|f| f.gives == gives && (f.is_injective || !is_injective))
            .filter(|f| f.takes.iter().all(|takes| of_type(*takes).next().is_some()))
            .collect();
        let about_first: Vec<&'static Function> =
            fitting.iter().copied().filter(|f| f.takes[0] == cells[0].1).collect();
        let of_the_type: Vec<usize> = of_type(gives).map(|(cell, _)| *cell).collect();
        let made = if is_injective || choices.below(4) > 0 {
            if about_first.is_empty() { fitting } else { about_first }
        } else {
            fitting
        };
        let expression = match choices.below(8) {
            0 if !is_injective => {
                Self::Constant(gives, Some(choices.one_of(gives.values()).to_string()))
            }
            1 if !is_injective && !of_the_type.is_empty() => {
                Self::Cell(*choices.one_of(&of_the_type))
            }
            _ if made.is_empty() => {
                Self::Constant(gives, Some(choices.one_of(gives.values()).to_string()))
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
                let value = *choices.one_of(gives.values());
                expression.or(gives, value)
            }
        }
    }

    fn or(self, gives: Type, value: &str) -> Self {
        let or_else = OR_ELSE.iter().find(|f| f.gives == gives).expect("one of each type");
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
        }
    }

    /// Whether what a check refuses of it can be withheld: it is different for different rows, and, since
    /// casts from and to json are stable only, does not make or read any.
    pub(super) fn is_withheld_at_need(&self) -> bool {
        let Self::Call(function, arguments) = self else { return false };
        let is_json = |of: &Type| *of == Json;
        let is_plain = |one: &Self| !matches!(one, Self::Call(..)) || one.is_withheld_at_need();
        !is_json(&function.gives)
            && !function.takes.iter().any(is_json)
            && arguments.iter().all(is_plain)
    }

    /// The cells that it reads.
    pub(super) fn inputs(&self) -> Vec<usize> {
        match self {
            Self::Cell(cell) => vec![*cell],
            Self::Constant(..) => Vec::new(),
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::inputs).collect(),
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
        }
    }
}
