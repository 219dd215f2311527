//! Values that `up` gives and the checks of the new version refuse: the write is refused, or the value
//! is withheld from the new version.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::draft::Draft;
use super::question::Question;
use crate::plan::names;
use crate::schema::{Name, Table};
use crate::sql::{Ident, QualifiedName};

/// What becomes of a value that `up` gives and a CHECK constraint of the new version refuses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnViolation {
    /// The old version's write fails; with rows that are there, the start takes itself back.
    #[default]
    Refuse,
    /// The new column is NULL, and the old one keeps the value. `complete` refuses as long as a value
    /// would be lost by it.
    Null,
}

impl OnViolation {
    /// Whether nothing is said of it.
    #[must_use]
    pub fn is_refuse(&self) -> bool {
        *self == Self::Refuse
    }
}

// In YAML, `on_violation: null` is no text.
impl<'de> Deserialize<'de> for OnViolation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Word {
            Refuse,
            Null,
        }
        Ok(match Option::<Word>::deserialize(deserializer)? {
            Some(Word::Refuse) => Self::Refuse,
            Some(Word::Null) | None => Self::Null,
        })
    }
}

/// A column of the new version that is NULL where `up` gives what its checks refuse.
#[derive(Debug, Clone)]
pub(crate) struct Withheld {
    /// The place in the document that says so.
    pub path: String,
    /// The table's storage name.
    pub table: Ident,
    /// The column's storage name.
    pub column: Ident,
    /// The function that tells what the checks take.
    pub function: QualifiedName,
}

impl Draft {
    /// The column, as the version has it now, is NULL where `up` gives what its checks refuse.
    pub(super) fn withhold(&mut self, table: &Table, column: &Ident) {
        let function = names::filter(&self.schema.name, &table.storage, column);
        let path = self.path_of("on_violation");
        let (table, column) = (table.storage.clone(), column.clone());
        self.withheld.push(Withheld { path, table, column, function });
    }

    /// What is said of a column holds for the one that takes its place in the same migration.
    pub(super) fn pass_on_withholding(&mut self, table: &Ident, from: &Ident, to: &Ident) {
        let base = self.schema.name.clone();
        let of_it = |one: &&mut Withheld| one.table == *table && one.column == *from;
        for withheld in self.withheld.iter_mut().filter(of_it) {
            withheld.column = to.clone();
            withheld.function = names::filter(&base, table, to);
        }
    }

    /// Asks what the checks on these columns take, when the copies have their storage names.
    pub(super) fn ask_what_is_withheld(&mut self) {
        let tables: Vec<&Table> = self.schema.tables.values().collect();
        let mut asked: Vec<(Withheld, Name)> = Vec::new();
        for withheld in std::mem::take(&mut self.withheld) {
            let is_known = asked.iter().any(|(other, _)| other.function == withheld.function);
            let has = |table: &&&Table| {
                table.storage == withheld.table && table.stored(&withheld.column).is_some()
            };
            if let Some(table) = tables.iter().find(has).filter(|_| !is_known) {
                let name = table.name.clone();
                asked.push((withheld, name));
            }
        }
        for (withheld, table) in asked {
            self.questions.push(Question::Filter {
                path: withheld.path.clone(),
                table,
                column: withheld.column.clone(),
                function: withheld.function.clone(),
            });
            self.withheld.push(withheld);
        }
    }
}
