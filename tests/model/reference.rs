//! One table or two, and the foreign key between them as each version has it.

use super::client::Way;
use super::labels::OLD;
use super::shape::{Column, ID, Shape, Type, Version, quoted};
use crate::choices::Choices;

/// What a foreign key does when the row that is referred to goes, or gets another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Cascade,
    SetNull,
    SetDefault,
    Nothing,
}

impl Action {
    fn sql(self) -> &'static str {
        match self {
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
            Self::Nothing => "NO ACTION",
        }
    }
}

/// The cells that a foreign key compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// Of the table that refers.
    pub(super) own: usize,
    /// Of the table that is referred to.
    pub(super) key: usize,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The number of the table that refers, and of the other one.
    pub(super) owner: usize,
    pub(super) target: usize,
    pub(super) on_delete: Action,
    pub(super) on_update: Action,
    pub(super) old: Ends,
    /// None where the new version has dropped the column.
    pub(super) new: Option<Ends>,
}

/// The key that every life begins with, so that a default may name it. No sequence comes to it.
pub(super) const FIRST: &str = "999";

impl Reference {
    /// A foreign key between two tables, one of which gets a column for it.
    fn random(choices: &mut Choices<'_>, tables: &mut [Shape]) -> Self {
        let (owner, target) = *choices.one_of(&[(0, 1), (1, 0)]);
        let cells = tables[target].cells.iter().enumerate();
        let keys: Vec<usize> =
            cells.filter(|(_, cell)| cell.unique).map(|(number, _)| number).collect();
        let key = *choices.one_of(&keys);
        let of = match tables[target].cells[key].of {
            Type::Integer if choices.once_in(3) => Type::Bigint,
            of => of,
        };
        let mut action = || match choices.below(10) {
            0..=4 => Action::Cascade,
            5..=6 => Action::SetNull,
            7..=8 => Action::SetDefault,
            _ => Action::Nothing,
        };
        let (on_delete, on_update) = (action(), action());
        let nullable = choices.below(4) > 0 || [on_delete, on_update].contains(&Action::SetNull);
        let default = choices.once_in(3).then(|| FIRST.to_owned());
        tables[owner].add("ref", of, nullable, default);
        let old = Ends { own: tables[owner].cells.len() - 1, key };
        Self { owner, target, on_delete, on_update, old, new: Some(old) }
    }

    /// The foreign key as it is in a version.
    pub(super) fn of(&self, version: Version) -> Option<Ends> {
        match version {
            Version::Old => Some(self.old),
            Version::New => self.new,
        }
    }

    /// The new version's, where it is another one than the old version's.
    pub(super) fn copy(&self) -> Option<Ends> {
        self.new.filter(|new| *new != self.old)
    }

    /// Whether a default is what it sets. Postgres knows none of a column that only the new version has.
    pub(super) fn sets_default_of(&self, column: &Column) -> bool {
        let is_set = [self.on_delete, self.on_update].contains(&Action::SetDefault);
        is_set && column.default.is_some()
    }
}

/// The tables.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) tables: Vec<Shape>,
    pub(super) reference: Option<Reference>,
}

impl World {
    /// A random table; `other` says whether there is a second one beside it.
    pub(super) fn random(choices: &mut Choices<'_>, other: &mut Choices<'_>) -> Self {
        let mut tables = vec![Shape::new(choices)];
        let reference = (other.below(4) > 0).then(|| {
            tables.push(Shape::beside(other));
            Reference::random(other, &mut tables)
        });
        Self { tables, reference }
    }

    /// What makes the tables.
    pub(super) fn sql(&self) -> String {
        let mut sql = format!("CREATE TYPE mood AS ENUM ('{}')", OLD.values.join("', '"));
        for table in &self.tables {
            sql.push_str(&format!(";\n{}", table.sql()));
        }
        if let Some(reference) = &self.reference {
            let (owner, target) = (&self.tables[reference.owner], &self.tables[reference.target]);
            sql.push_str(&format!(
                ";\nALTER TABLE {} ADD CONSTRAINT ref_fkey FOREIGN KEY ({}) REFERENCES {} ({}) \
                 ON DELETE {} ON UPDATE {}",
                quoted(owner.name(Version::Old)),
                owner.called(reference.old.own, Version::Old),
                quoted(target.name(Version::Old)),
                target.called(reference.old.key, Version::Old),
                reference.on_delete.sql(),
                reference.on_update.sql(),
            ));
        }
        sql
    }

    /// Whose statement is next.
    pub(super) fn any_table(&self, choices: &mut Choices<'_>) -> usize {
        if self.tables.len() > 1 { choices.below(5) / 3 } else { 0 }
    }

    /// How clients speak. What is applied by replication is not asked about foreign keys.
    pub(super) fn ways(&self) -> &'static [Way] {
        match self.reference {
            Some(_) => &Way::ALL[..Way::ALL.len() - 1],
            None => &Way::ALL,
        }
    }
}

impl Shape {
    /// The columns of a table beside the first: no labels, and always a code.
    fn beside(choices: &mut Choices<'_>) -> Self {
        let mut shape = Self::named("groups");
        shape.add("tag", Type::Integer, false, None);
        shape.add("id", Type::Integer, false, None);
        for name in ["c", "Note"].iter().take(1 + choices.below(2)) {
            let types = [Type::Integer, Type::Text, Type::Bigint, Type::Numeric, Type::Json];
            let (of, nullable) = (*choices.one_of(&types), choices.below(3) > 0);
            shape.add(name, of, nullable, None);
        }
        let of = *choices.one_of(&[Type::Integer, Type::Text]);
        let nullable = choices.below(2) > 0;
        shape.add("code", of, nullable, None);
        for key in [ID, shape.cells.len() - 1] {
            shape.cells[key].unique = true;
        }
        shape.add_triggers(choices);
        shape
    }
}
