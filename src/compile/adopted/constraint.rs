//! Constraints and indexes of the columns that pgroll has added: those of the columns that go have copies.

use super::PREFIX;
use super::table::{New, Taken};
use crate::plan::{Step, ddl};
use crate::schema::{Check, Constraint, Index};
use crate::sql::{Expression, Ident, QualifiedName};

/// How the names of copies begin.
const COPY: &str = "_pgroll_dup_";
/// How a CHECK is called that stands for NOT NULL, before the column's name.
const NOT_NULL: &str = "_pgroll_check_not_null_";

/// A constraint or index of a new column.
pub(super) enum Copy {
    /// A CHECK that becomes NOT NULL.
    NotNull { check: Ident, column: Ident, is_valid: bool },
    /// A constraint, with the name that it gets, if that is another.
    Constraint { name: Ident, to: Option<Ident>, is_valid: bool },
    /// An index, with the name that it gets, and whether it is then made a constraint.
    Index { name: Ident, to: Ident, is_constraint: bool },
}

impl Copy {
    /// What `complete` does with it, when the columns have their names.
    pub(super) fn settle(&self, table: &QualifiedName) -> Vec<Step> {
        match self {
            Self::NotNull { check, column, .. } => {
                vec![ddl::set_not_null(table, column), ddl::drop_constraint(table, check)]
            }
            Self::Constraint { name, to, .. } => {
                to.iter().map(|to| ddl::rename_constraint(table, name, to)).collect()
            }
            Self::Index { name, to, is_constraint: false } => {
                vec![ddl::rename_index(table, name, to)]
            }
            Self::Index { name, to, is_constraint: true } => {
                let (kind, options) =
                    (Expression::from_catalog("UNIQUE"), Expression::from_catalog(""));
                vec![ddl::add_constraint_using_index(table, to, (&kind, name, &options))]
            }
        }
    }

    /// The constraint that is not known to hold for all rows.
    pub(super) fn to_validate(&self) -> Option<&Ident> {
        match self {
            Self::NotNull { check: name, is_valid: false, .. }
            | Self::Constraint { name, is_valid: false, .. } => Some(name),
            _ => None,
        }
    }
}

/// What was copied, if the name is a copy's.
fn original(name: &Ident) -> Option<Ident> {
    Ident::new(name.as_str().strip_prefix(COPY)?).ok()
}

/// Whether one of these is its copy.
fn is_copied<'n>(name: &Ident, mut others: impl Iterator<Item = &'n Ident>) -> bool {
    others.any(|other| original(other).as_ref() == Some(name))
}

impl<'a> Taken<'a> {
    /// The new column among these, and, where there are several, that this is beyond us.
    fn one_of(&mut self, what: &Ident, columns: &[Ident]) -> Option<usize> {
        let found: Vec<usize> = (0..self.new.len())
            .filter(|index| columns.contains(&self.new[*index].column.storage))
            .collect();
        if found.len() > 1 {
            self.refuse(what, "is of several columns that change");
        }
        found.first().copied()
    }

    fn refuse(&mut self, what: &Ident, why: &str) {
        self.problems.push(format!("`{}` of `{}` {why}", what.as_str(), self.table.name));
    }

    /// Notes that something goes with the old columns among these, for there is a copy of it.
    fn goes(&mut self, name: &Ident, columns: &[Ident], has_copy: bool) {
        for column in columns {
            let Some(is_dropped) = self.fate(column) else {
                continue;
            };
            if is_dropped || has_copy {
                self.known.push((column.clone(), name.as_str().to_owned()));
            } else {
                self.refuse(name, "would go, for pgroll has made no copy of it");
            }
        }
    }

    /// Whether the column is dropped for good; none where it stays.
    fn fate(&self, column: &Ident) -> Option<bool> {
        if self.new.iter().any(|one| one.old.is_some_and(|old| &old.storage == column)) {
            return Some(false);
        }
        self.is_dropped(column).then_some(true)
    }

    pub(super) fn look_at_constraints(&mut self) {
        let table = self.table;
        for one in &table.constraints {
            if let Some(index) = self.one_of(&one.name, &one.columns) {
                self.look_at_new_constraint(one, index);
            }
            let has_copy = match one.check {
                Check::Check => is_copied(&one.name, table.constraints.iter().map(|one| &one.name)),
                _ => is_copied(&one.name, table.indexes.iter().map(|one| &one.name)),
            };
            self.goes(&one.name, &one.columns, has_copy);
        }
    }

    fn look_at_new_constraint(&mut self, one: &Constraint, index: usize) {
        let new = &self.new[index];
        let (name, column) = (one.name.clone(), new.name.clone());
        let plain = name.as_str().strip_prefix(COPY).unwrap_or(name.as_str());
        let is_not_null = plain.strip_prefix(NOT_NULL) == Some(column.as_str());
        let original = original(&name);
        if one.check != Check::Check {
            self.refuse(&name, "is a constraint already");
        } else if is_not_null {
            self.copies.push(Copy::NotNull { check: name, column, is_valid: one.valid });
        } else if let Some(original) = original {
            let is_there = self.table.constraints.iter().any(|other| other.name == original);
            if !is_there {
                self.refuse(&name, "is a copy of nothing that is there");
            }
            self.copies.push(Copy::Constraint { name, to: Some(original), is_valid: one.valid });
        } else if name.as_str().starts_with(PREFIX) {
            self.refuse(&name, "is not known");
        } else {
            self.copies.push(Copy::Constraint { name, to: None, is_valid: one.valid });
        }
    }

    pub(super) fn look_at_foreign_keys(&mut self) {
        let table = self.table;
        for key in &table.foreign_keys {
            let columns: Vec<Ident> = key.columns.iter().map(|name| name.ident().clone()).collect();
            if self.one_of(&key.name, &columns).is_some() {
                let original = original(&key.name);
                let is_there =
                    |name: &Ident| table.foreign_keys.iter().any(|other| &other.name == name);
                if original.as_ref().is_some_and(|name| !is_there(name)) {
                    self.refuse(&key.name, "is a copy of nothing that is there");
                }
                let (name, is_valid) = (key.name.clone(), key.valid);
                self.copies.push(Copy::Constraint { name, to: original, is_valid });
            }
            let has_copy = is_copied(&key.name, table.foreign_keys.iter().map(|one| &one.name));
            self.goes(&key.name, &columns, has_copy);
        }
    }

    pub(super) fn look_at_indexes(&mut self) {
        let table = self.table;
        for one in table.indexes.iter().filter(|one| one.constraint.is_none()) {
            if let Some(index) = self.one_of(&one.name, &one.columns) {
                self.look_at_new_index(one, index);
            }
            let has_copy = is_copied(&one.name, table.indexes.iter().map(|one| &one.name));
            if self.gone_any(&one.columns) && (one.replica_identity || one.clustered) {
                self.refuse(&one.name, "is the replica identity, or what CLUSTER goes by");
            }
            self.goes(&one.name, &one.columns, has_copy);
        }
        let unique: Vec<Ident> = self.new.iter().filter_map(|one| one.unique.clone()).collect();
        for name in unique {
            let is_it = |copy: &Copy| matches!(copy, Copy::Index { to, is_constraint: true, .. } if *to == name);
            if !self.copies.iter().any(is_it) {
                self.refuse(&name, "has no unique index");
            }
        }
    }

    fn look_at_new_index(&mut self, one: &Index, index: usize) {
        let New { name: column, unique, .. } = &self.new[index];
        let name = one.name.clone();
        let added = format!("{PREFIX}uniq_{}", column.as_str());
        let is_unique = one.unique && (unique.as_ref() == Some(&name) || name.as_str() == added);
        if let (true, Some(to)) = (is_unique, unique.clone()) {
            self.copies.push(Copy::Index { name, to, is_constraint: true });
        } else if let Some(to) = original(&name) {
            let constraint = self.table.constraints.iter().find(|other| other.name == to);
            let is_index = self.table.indexes.iter().any(|other| other.name == to);
            let is_plain =
                |one: &Constraint| one.check == Check::Unique && one.deferral.as_str().is_empty();
            if !is_index || constraint.is_some_and(|one| !is_plain(one)) {
                self.refuse(&name, "is a copy of what cannot be made again");
            }
            let is_constraint = constraint.is_some();
            self.copies.push(Copy::Index { name, to, is_constraint });
        } else if name.as_str().starts_with(PREFIX) {
            self.refuse(&name, "is not known");
        }
    }
}
