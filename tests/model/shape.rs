//! A table of two versions: which cells a row has, and what each version calls them.

use super::check::Check;
use super::expression::{Expression, Value};
use super::labels::{Labels, OLD};
use crate::choices::Choices;

/// The type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Integer,
    Bigint,
    Text,
    /// Of any scale: equal values need not look the same.
    Numeric,
    /// Without equality.
    Json,
    /// An enum, of which the new version may have one of its own.
    Mood(&'static Labels),
}

impl Type {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Bigint => "bigint",
            Self::Text => "text",
            Self::Numeric => "numeric",
            Self::Json => "json",
            Self::Mood(_) => "mood",
        }
    }

    /// What clients write.
    pub(super) fn values(self) -> &'static [&'static str] {
        match self {
            Self::Integer | Self::Bigint => &["1", "2", "7", "0", "-3"],
            Self::Text => &["a", "b", "a-b", "x1", "A", "7", ""],
            Self::Numeric => &["1", "1.0", "1.00", "2.5"],
            Self::Json => &["{\"a\":1}", "{\"a\": 1}", "1", "\"b\""],
            Self::Mood(labels) => labels.values,
        }
    }

    /// What a migration may name: a label that it adds is none that it can use.
    pub(super) fn known(self) -> Vec<&'static str> {
        let is_known = |value: &&&str| !matches!(self, Self::Mood(labels) if labels.adds(value));
        self.values().iter().filter(is_known).copied().collect()
    }

    /// Whether it is this type, with whatever labels.
    pub(super) fn is_like(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Mood(_), Self::Mood(_)))
    }

    pub(super) fn literal(self, value: &Value) -> String {
        cast(value, self.name())
    }
}

/// A version, as the sync function tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Old,
    New,
}

impl Version {
    /// The schema with its views.
    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::Old => "public_base",
            Self::New => "public_next",
        }
    }
}

/// How a column fills itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fills {
    Serial,
    Identity,
}

/// A column of a version.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) nullable: bool,
    pub(super) default: Value,
}

/// What is stored once: a column of one version, or the same one of both.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) of: Type,
    pub(super) old: Option<Column>,
    pub(super) new: Option<Column>,
    pub(super) unique: bool,
    pub(super) fills: Option<Fills>,
    /// Of the new version.
    pub(super) check: Option<Check>,
}

impl Cell {
    pub(super) fn column(&self, version: Version) -> Option<&Column> {
        match version {
            Version::Old => self.old.as_ref(),
            Version::New => self.new.as_ref(),
        }
    }

    /// Whether only this version has it.
    pub(super) fn is_only(&self, version: Version) -> bool {
        match version {
            Version::Old => self.old.is_some() && self.new.is_none(),
            Version::New => self.old.is_none() && self.new.is_some(),
        }
    }

    /// Whether both versions have it.
    pub(super) fn is_shared(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }
}

/// By this every row is known, in both versions: nobody ever changes it.
pub(super) const TAG: usize = 0;
/// The primary key.
pub(super) const ID: usize = 1;

/// The table, and what the migration makes of it.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) cells: Vec<Cell>,
    /// The table's name in each version.
    pub(super) old_name: String,
    pub(super) new_name: String,
    /// Of the enum, as the new version has it.
    pub(super) labels: &'static Labels,
    /// What makes the cells that only the new version has, in this order.
    pub(super) ups: Vec<(usize, Expression)>,
    /// What makes the cells that only the old version has, in this order.
    pub(super) downs: Vec<(usize, Expression)>,
    /// Triggers of the user's own, that change nothing.
    triggers: Vec<&'static str>,
}

/// How such triggers fire, and with what.
const TRIGGERS: [&str; 5] = [
    "TRIGGER before_row BEFORE INSERT OR UPDATE ON {} FOR EACH ROW",
    "TRIGGER before_statement BEFORE INSERT OR UPDATE OR DELETE ON {} FOR EACH STATEMENT",
    "TRIGGER after_insert AFTER INSERT ON {} REFERENCING NEW TABLE AS came FOR EACH STATEMENT",
    "TRIGGER after_update AFTER UPDATE ON {} REFERENCING OLD TABLE AS were NEW TABLE AS are FOR EACH ROW",
    "CONSTRAINT TRIGGER at_end AFTER INSERT OR UPDATE OR DELETE ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
];

const NAMES: [&str; 4] = ["a", "b", "order", "Mixed Case"];

impl Shape {
    /// A random table, with nothing yet to be made of it.
    pub(super) fn new(choices: &mut Choices<'_>) -> Self {
        let mut shape = Self::named("things");
        shape.add("tag", Type::Integer, false, None);
        shape.add("id", Type::Integer, false, None);
        shape.cells[ID].unique = true;
        shape.cells[ID].fills =
            *choices.one_of(&[None, Some(Fills::Serial), Some(Fills::Identity)]);
        for name in NAMES.iter().take(1 + choices.below(4)) {
            let of = shape.any_type(choices);
            let nullable = choices.below(3) > 0;
            let default = choices.once_in(3).then(|| (*choices.one_of(of.values())).to_owned());
            shape.add(name, of, nullable, default);
        }
        if choices.once_in(2) {
            let of = *choices.one_of(&[Type::Integer, Type::Text]);
            let nullable = choices.below(2) > 0;
            shape.add("code", of, nullable, None);
            shape.cells.last_mut().expect("the code").unique = true;
        }
        shape.add_triggers(choices);
        shape
    }

    /// A table without columns.
    pub(super) fn named(name: &str) -> Self {
        let (old_name, new_name) = (name.to_owned(), name.to_owned());
        let (cells, ups, downs, triggers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { cells, old_name, new_name, labels: OLD, ups, downs, triggers }
    }

    pub(super) fn add_triggers(&mut self, choices: &mut Choices<'_>) {
        self.triggers = TRIGGERS.into_iter().filter(|_| choices.below(4) == 3).collect();
    }

    /// A type that the new version has.
    pub(super) fn any_type(&self, choices: &mut Choices<'_>) -> Type {
        let types = [Type::Integer, Type::Text, Type::Bigint, Type::Numeric, Type::Json];
        *choices.one_of(&[&types[..], &[Type::Mood(self.labels)]].concat())
    }

    pub(super) fn add(&mut self, name: &str, of: Type, nullable: bool, default: Value) {
        let column = Column { name: name.to_owned(), nullable, default };
        let (old, new) = (Some(column.clone()), Some(column));
        self.cells.push(Cell { of, old, new, unique: false, fills: None, check: None });
    }

    /// What makes the table.
    pub(super) fn sql(&self) -> String {
        let columns = self.cells.iter().enumerate().filter_map(|(number, cell)| {
            let column = cell.old.as_ref()?;
            let mut sql = match cell.fills {
                Some(Fills::Serial) => format!("{} serial", quoted(&column.name)),
                _ => format!("{} {}", quoted(&column.name), cell.of.name()),
            };
            if cell.fills == Some(Fills::Identity) {
                sql.push_str(" GENERATED BY DEFAULT AS IDENTITY");
            }
            if let Some(default) = &column.default {
                let default = cell.of.literal(&Some(default.clone()));
                sql.push_str(&format!(" DEFAULT {default}"));
            }
            sql.push_str(match (number, cell.unique) {
                (ID, _) => " PRIMARY KEY",
                (_, true) => " UNIQUE",
                _ => "",
            });
            sql.push_str(if column.nullable { "" } else { " NOT NULL" });
            Some(sql)
        });
        let (columns, table) = (columns.collect::<Vec<_>>(), quoted(&self.old_name));
        let mut sql = format!("CREATE TABLE {table} (\n  {}\n)", columns.join(",\n  "));
        for trigger in &self.triggers {
            let trigger = trigger.replace("{}", &table);
            sql.push_str(&format!(";\nCREATE {trigger} EXECUTE FUNCTION elsewhere.nothing()"));
        }
        sql
    }

    /// The table's name in a version.
    pub(super) fn name(&self, version: Version) -> &str {
        match version {
            Version::Old => &self.old_name,
            Version::New => &self.new_name,
        }
    }

    /// The cells that a version shows, with their columns.
    pub(super) fn shown(&self, version: Version) -> impl Iterator<Item = (usize, &Column)> {
        let cells = self.cells.iter().enumerate();
        cells.filter_map(move |(number, cell)| Some((number, cell.column(version)?)))
    }

    /// What a cell is called in a version, as SQL has it.
    pub(super) fn called(&self, cell: usize, version: Version) -> String {
        let column = self.cells[cell].column(version);
        quoted(&column.expect("a cell that the version has").name)
    }

    /// A name that neither version has.
    pub(super) fn free_name(&self) -> String {
        format!("new {}", self.cells.len())
    }
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as SQL has it, with its type.
pub(super) fn cast(value: &Value, type_name: &str) -> String {
    match value {
        None => format!("CAST(NULL AS {type_name})"),
        Some(value) => format!("CAST('{}' AS {type_name})", value.replace('\'', "''")),
    }
}
