//! A migration of all tables, and changes of the columns that a foreign key compares.

use serde_json::{Value as Json, json};

use super::expression::Expression;
use super::functions::{FUNCTIONS, Function};
use super::migration::Composer;
use super::reference::{Ends, FIRST, Reference, World};
use super::shape::{ID, Shape, Type};
use crate::choices::Choices;

/// Both ends of a foreign key get other values, which only the file can say.
struct Told {
    from: Type,
    to: Type,
    up: &'static str,
    down: &'static str,
}

/// What the clients write there are numbers.
const TOLD: [Told; 3] = [
    Told {
        from: Type::Integer,
        to: Type::Text,
        up: "CAST($1 AS text)",
        down: "CAST(substring($1 FROM '[0-9]{1,4}') AS integer)",
    },
    Told {
        from: Type::Text,
        to: Type::Integer,
        up: "CAST(substring($1 FROM '[0-9]{1,4}') AS integer)",
        down: "CAST($1 AS text)",
    },
    Told { from: Type::Text, to: Type::Text, up: "$1 || 'x'", down: "left($1, -1)" },
];

fn function(takes: Type, gives: Type, sql: &str) -> &'static Function {
    let mut functions = FUNCTIONS.iter();
    let is_it = |f: &&Function| f.takes == [takes] && f.gives == gives && f.sql == sql;
    functions.find(is_it).expect("one of the functions")
}

/// What is put together of all tables.
pub(super) struct Migration<'a> {
    composers: Vec<Composer<'a>>,
    reference: &'a mut Option<Reference>,
    operations: Vec<Json>,
}

impl<'a> Migration<'a> {
    pub(super) fn new(world: &'a mut World, choices: &mut Choices<'_>) -> Self {
        let World { tables, reference } = world;
        let mut composers: Vec<Composer<'_>> = Vec::new();
        for shape in tables {
            let next = match composers.first() {
                None => Composer::new(shape, choices),
                Some(first) => Composer::beside(shape, first),
            };
            composers.push(next);
        }
        let operations = composers.iter_mut().flat_map(|one| one.operations.split_off(0)).collect();
        let mut migration = Self { composers, reference, operations };
        migration.keep();
        migration
    }

    /// Another operation, or several that belong together.
    pub(super) fn compose(&mut self, choices: &mut Choices<'_>) {
        let ends = self.reference.as_ref().and_then(|reference| reference.new);
        let table = if self.composers.len() > 1 { choices.below(3) / 2 } else { 0 };
        match ends {
            Some(ends) if choices.below(2) > 0 => self.change_ends(choices, ends),
            _ => self.composers[table].compose(choices),
        }
        for composer in &mut self.composers {
            self.operations.append(&mut composer.operations);
        }
        self.keep();
    }

    pub(super) fn finish(self) -> Vec<Json> {
        self.composers.into_iter().for_each(Composer::finish);
        self.operations
    }

    /// The foreign key goes with its column; as long as it is there, its ends change together.
    fn keep(&mut self) {
        let Some(reference) = self.reference.as_mut() else { return };
        let owner = &self.composers[reference.owner].shape;
        reference.new = reference.new.filter(|ends| owner.cells[ends.own].new.is_some());
        self.composers[reference.owner].kept = reference.new.map(|ends| ends.own);
        self.composers[reference.target].kept = reference.new.map(|ends| ends.key);
    }

    fn change_ends(&mut self, choices: &mut Choices<'_>, ends: Ends) {
        let Some(reference) = self.reference.as_mut() else { return };
        let (owner, target) = (reference.owner, reference.target);
        let own = self.composers[owner].shape.cells[ends.own].clone();
        let key = self.composers[target].shape.cells[ends.key].clone();
        let mut defaults = own.old.iter().chain(&own.new);
        // The tool refuses what would set a default to come.
        let sets_default = defaults.any(|column| reference.sets_default_of(column));
        let is_number = ends.key == ID || key.fills.is_some();
        let told: Vec<&Told> = TOLD.iter().filter(|told| told.from == key.of).collect();
        let is_in_a_check = self.composers[owner].is_in_a_check(ends.own)
            || self.composers[target].is_in_a_check(ends.key);
        match choices.below(5) {
            _ if is_in_a_check => self.composers[owner].rename(ends.own),
            0 if !sets_default && own.of == Type::Integer => {
                self.composers[owner].widen(ends.own, Type::Bigint);
            }
            1..=2 if !sets_default && own.of == key.of && !is_number && !told.is_empty() => {
                let told = *choices.one_of(&told);
                self.composers[target].tell(ends.key, told);
                self.composers[owner].tell(ends.own, told);
            }
            3..=4 if !sets_default && key.of == Type::Integer => {
                self.composers[target].widen(ends.key, Type::Bigint);
                if own.of == key.of {
                    self.composers[owner].follow(ends.own, Type::Bigint);
                }
            }
            4 if own.is_shared() => {
                let default = choices.once_in(2).then(|| FIRST.to_owned());
                self.composers[owner].give_default(ends.own, default);
            }
            _ => self.composers[owner].rename(ends.own),
        }
        let last = |shape: &Shape, cell: usize| match shape.cells[cell].new {
            Some(_) => cell,
            None => shape.cells.len() - 1,
        };
        reference.new = Some(Ends {
            own: last(&*self.composers[owner].shape, ends.own),
            key: last(&*self.composers[target].shape, ends.key),
        });
    }
}

impl Composer<'_> {
    /// A wider type that loses nothing: all of it where the column that this one refers to gets one, which the tool does by
    /// itself.
    pub(super) fn follow(&mut self, cell: usize, of: Type) {
        let column = self.column(cell);
        let new = self.put(cell, of, column);
        self.shape.ups.push((new, Expression::Cell(cell)));
        self.downs.push((cell, Expression::Cell(new)));
    }

    /// Other values, and no default any more.
    fn tell(&mut self, cell: usize, told: &Told) {
        let mut column = self.column(cell);
        let called = |function: &'static Function, cell: usize| {
            Expression::Call(function, vec![Expression::Cell(cell)])
        };
        let up = called(function(told.from, told.to, told.up), cell);
        let mut operation = json!({
            "table": self.shape.new_name, "column": column.name, "up": self.text(&up),
        });
        if told.from != told.to {
            operation["type"] = json!(told.to.name());
        }
        if column.default.take().is_some() {
            operation["default"] = Json::Null;
        }
        let new = self.put(cell, told.to, column);
        let down = called(function(told.to, told.from, told.down), new);
        operation["down"] = json!(self.text(&down));
        self.operations.push(json!({"alter_column": operation}));
        self.shape.ups.push((new, up));
        self.downs.push((cell, down));
    }
}
