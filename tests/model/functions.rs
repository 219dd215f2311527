//! The functions of SQL that `up` and `down` call, each as Postgres has it and as the model has it.

use super::expression::Value;
use super::labels::OLD;
use super::shape::Type::{self, Bigint, Integer, Json, Mood, Numeric, Text};

/// One function of SQL.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) takes: &'static [Type],
    pub(super) gives: Type,
    /// With `$1`, `$2` for its arguments.
    pub(super) sql: &'static str,
    pub(super) of: fn(&[Value]) -> Value,
    /// Whether no two values come to the same.
    pub(super) is_injective: bool,
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

pub(super) static FUNCTIONS: [Function; 33] = [
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
    strict!([Mood(OLD)] => Text, "CAST($1 AS text)", true, |a| Some(a[0].into())),
    strict!([Mood(OLD)] => Integer, "CASE WHEN $1 = 'good' THEN 1 WHEN $1 <> 'good' THEN 7 END", false, |a| {
        Some(if a[0] == "good" { "1" } else { "7" }.into())
    }),
    strict!([Mood(OLD)] => Mood(OLD), "nullif($1, 'odd')", false, |a| {
        Some(a[0].to_owned()).filter(|label| label != "odd")
    }),
    strict!(
        [Mood(OLD), Mood(OLD)] => Mood(OLD),
        "CASE WHEN $1 <> $2 THEN CAST('odd' AS mood) WHEN $1 = $2 THEN $1 END", false,
        |a| Some(if a[0] == a[1] { a[0] } else { "odd" }.into())
    ),
    strict!(
        [Text] => Mood(OLD),
        "CASE WHEN $1 = 'a' THEN CAST('good' AS mood) WHEN $1 <> 'a' THEN 'odd' END", false,
        |a| Some(if a[0] == "a" { "good" } else { "odd" }.into())
    ),
    strict!(
        [Integer] => Mood(OLD),
        "CASE WHEN $1 > 1 THEN CAST('good' AS mood) WHEN $1 <= 1 THEN 'odd' END", false,
        |a| Some(if a[0].parse::<i64>().ok()? > 1 { "good" } else { "odd" }.into())
    ),
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
pub(super) static OR_ELSE: [Function; 6] = [
    or_else(Integer),
    or_else(Bigint),
    or_else(Text),
    or_else(Numeric),
    or_else(Json),
    or_else(Mood(OLD)),
];

const fn or_else(of: Type) -> Function {
    let takes: &'static [Type] = match of {
        Integer => &[Integer, Integer],
        Bigint => &[Bigint, Bigint],
        Text => &[Text, Text],
        Numeric => &[Numeric, Numeric],
        Json => &[Json, Json],
        Mood(_) => &[Mood(OLD), Mood(OLD)],
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

impl Function {
    /// To Postgres, `to_json` is stable only, and so is a cast of a label to text.
    pub(super) fn is_immutable(&self) -> bool {
        match self.takes {
            [Mood(_)] => self.gives != Text,
            [_] => self.gives != Json,
            _ => true,
        }
    }
}
