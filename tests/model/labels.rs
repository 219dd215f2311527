//! The enum type `mood`, and what a migration makes of its labels before it does anything else.

use serde_json::Value as Json;

use super::client::Client;
use super::expression::Expression;
use super::rows::Row;
use super::shape::{Shape, Type, Version};
use crate::choices::Choices;

/// What the labels are, and what each is in the other version where it is called otherwise there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Labels {
    pub(super) values: &'static [&'static str],
    /// As a file has them.
    operations: &'static str,
    ups: Words,
    downs: Words,
}

impl Labels {
    pub(super) fn adds(&self, label: &str) -> bool {
        let is_it = |word: &str| word == label;
        self.downs.iter().any(|(new, _)| is_it(new)) && !self.ups.iter().any(|(_, new)| is_it(new))
    }
}

/// Words of one version, and the other's for the same.
pub(super) type Words = &'static [(&'static str, &'static str)];

/// Those that the table begins with. `good` and `odd` stay what they are.
pub(super) const OLD: &Labels =
    &Labels { values: &["good", "bad", "odd"], operations: "[]", ups: &[], downs: &[] };

static CHANGED: [Labels; 5] = [
    Labels {
        values: &["good", "sad", "odd"],
        operations: r#"[{"rename_enum_value": {"name": "mood", "from": "bad", "to": "sad"}}]"#,
        ups: &[("bad", "sad")],
        downs: &[("sad", "bad")],
    },
    Labels {
        values: &["good", "merry", "bad", "odd"],
        operations: r#"[{"add_enum_value":
            {"name": "mood", "value": "merry", "after": "good", "down": "good"}}]"#,
        ups: &[],
        downs: &[("merry", "good")],
    },
    Labels {
        values: &["good", "sad", "odd", "grim"],
        operations: r#"[{"add_enum_value": {"name": "mood", "value": "grim", "down": "bad"}},
            {"rename_enum_value": {"name": "mood", "from": "bad", "to": "sad"}}]"#,
        ups: &[("bad", "sad")],
        downs: &[("grim", "bad"), ("sad", "bad")],
    },
    Labels {
        values: &["good", "so-so", "sad", "odd"],
        operations: r#"[{"rename_enum_value": {"name": "mood", "from": "bad", "to": "sad"}},
            {"add_enum_value": {"name": "mood", "value": "fair", "before": "sad", "down": "sad"}},
            {"rename_enum_value": {"name": "mood", "from": "fair", "to": "so-so"}}]"#,
        ups: &[("bad", "sad")],
        downs: &[("so-so", "bad"), ("sad", "bad")],
    },
    Labels {
        values: &["weird", "good", "bad", "odd", "queer"],
        operations: r#"[{"add_enum_value": {"name": "mood", "value": "queer", "down": "odd"}},
            {"add_enum_value": {"name": "mood", "value": "weird", "before": "good", "down": "queer"}}]"#,
        ups: &[],
        downs: &[("weird", "odd"), ("queer", "odd")],
    },
];

/// The other version's word.
pub(super) fn word(words: Words, label: &str) -> String {
    let other = words.iter().find(|(one, _)| *one == label).map(|(_, other)| *other);
    other.unwrap_or(label).to_owned()
}

/// Only rows with one of these labels.
#[derive(Debug, Clone)]
pub(super) struct Among {
    pub(super) cell: usize,
    pub(super) labels: Vec<&'static str>,
}

impl Among {
    pub(super) fn sql(&self, shape: &Shape, by: &Client) -> String {
        let (cell, labels) = (by.called(shape, self.cell), self.labels.join(","));
        format!("{cell} = ANY ('{{{labels}}}'::{}[])", by.mood)
    }

    pub(super) fn has(&self, row: &Row) -> bool {
        row[self.cell].as_deref().is_some_and(|label| self.labels.contains(&label))
    }
}

impl Shape {
    /// Perhaps the new version has other labels, and so columns of its own for those of the type: the operations
    /// that make it so, and what makes the old columns.
    pub(super) fn relabel(
        &mut self,
        choices: &mut Choices<'_>,
    ) -> (Vec<Json>, Vec<(usize, Expression)>) {
        let Some(number) = choices.below(CHANGED.len() + 3).checked_sub(3) else {
            return (Vec::new(), Vec::new());
        };
        let labels = &CHANGED[number];
        self.labels = labels;
        let mut downs = Vec::new();
        for cell in 0..self.cells.len() {
            if self.cells[cell].of != Type::Mood(OLD) {
                continue;
            }
            let mut new = self.cells[cell].clone();
            self.cells[cell].new = None;
            (new.of, new.old) = (Type::Mood(labels), None);
            let column = new.new.as_mut().expect("nothing was changed before");
            column.default = column.default.take().map(|label| word(labels.ups, &label));
            self.cells.push(new);
            let new = self.cells.len() - 1;
            self.ups.push((new, Expression::word(labels.ups, cell)));
            downs.push((cell, Expression::word(labels.downs, new)));
        }
        let operations = serde_json::from_str(labels.operations);
        (operations.expect("operations"), downs)
    }

    /// Whether each version has a type of its own.
    fn is_relabelled(&self) -> bool {
        self.labels != OLD
    }

    /// The type as a client of this version names it under a search path.
    pub(super) fn mood(&self, version: Version, path: &str, live: bool) -> String {
        let has_two = live && self.is_relabelled();
        let own = if has_two && version == Version::New { "public_next" } else { "public" };
        let has_one = |schema: &&str| *schema == "public" || has_two && *schema == "public_next";
        match path.split(", ").find(has_one) {
            Some(first) if first == own => "mood".into(),
            _ => format!("{own}.mood"),
        }
    }
}
