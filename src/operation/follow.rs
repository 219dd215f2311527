//! Columns that follow the one that they refer to. Where a column takes another type and its values
//! stay what they are, the columns that foreign keys compare with it take that type along with it, and
//! so on from those. Where the values become others, only the file can say what becomes of theirs.

use super::draft::Draft;
use super::draft_dependents::DROP_IT_BEFORE;
use super::draft_questions::Typed;
use super::rejection::Rejected;
use super::replacement::{Replacement, Side};
use crate::schema::{Column, ForeignKey, Name, Table, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident};

/// A column that follows the one that it refers to.
#[derive(Debug, Clone)]
pub(crate) struct Follower {
    /// The table's storage name.
    pub table: Ident,
    /// The storage name of the new version's column.
    pub column: Ident,
    /// The foreign key.
    pub key: Ident,
    /// What it refers to, as in `orders.id`.
    pub referenced: String,
}

/// A column that has taken another type, and how its values become one another.
pub(super) struct Leader<'a> {
    pub(super) old_type: &'a TypeName,
    pub(super) new_type: &'a Typed,
    pub(super) table: &'a Name,
    pub(super) column: &'a Name,
    pub(super) up: &'a Side,
    pub(super) down: &'a Side,
}

impl Side {
    /// The same for a column that holds the same values; none where it is more than a cast.
    fn of_follower(&self, leader: &Leader<'_>, follower: &Name, target: &TypeName) -> Option<Self> {
        let (table, column) = (leader.table.as_str(), leader.column.as_str());
        let expression = match &self.expression {
            None => None,
            Some(text) if text.is_column(table, column) => Some(follower.ident().to_string()),
            Some(text) if text.is_cast_of(table, column) => {
                Some(format!("CAST({} AS {target}\n)", follower.ident()))
            }
            Some(_) => return None,
        };
        let expression = expression.map(Expression::from_catalog);
        Some(Self { field: self.field.clone(), expression })
    }
}

impl Draft {
    /// Has the columns that refer to a replaced one take its new type, if they had its old one, and
    /// nothing else is said of its values.
    pub(super) fn follow(&mut self, leader: &Leader<'_>) -> Result<(), Rejected> {
        let keeps = |side: &Side, target: &TypeName| {
            side.of_follower(leader, leader.column, target).is_some()
        };
        let is_kept =
            keeps(leader.up, &leader.new_type.type_name) && keeps(leader.down, leader.old_type);
        if is_kept { self.follow_from(leader, leader.table, leader.column) } else { Ok(()) }
    }

    fn follow_from(
        &mut self,
        leader: &Leader<'_>,
        table: &Name,
        column: &Name,
    ) -> Result<(), Rejected> {
        let storage = self.column(table, column, "column")?.storage;
        let table_storage = self.table(table, "table")?.storage.clone();
        self.followed.push((table_storage, storage));
        for (owner, follower, key) in self.referring(table, column) {
            let described = self.change_table(&owner, "column")?;
            let found = self.column(&owner, &follower, "column")?;
            let is_same = &found.type_name == leader.old_type
                && leader.old_type != &leader.new_type.type_name;
            if described.is_new || !is_same {
                continue;
            }
            self.replace_follower(leader, &owner, &found)?;
            let new = self.column(&owner, &follower, "column")?;
            self.followers.push(Follower {
                table: described.storage,
                column: new.storage,
                key,
                referenced: format!("{table}.{column}"),
            });
            self.follow_from(leader, &owner, &follower)?;
        }
        Ok(())
    }

    fn replace_follower(
        &mut self,
        leader: &Leader<'_>,
        table: &Name,
        column: &Column,
    ) -> Result<(), Rejected> {
        let (name, new_type) = (&column.name, leader.new_type);
        let up = leader.up.of_follower(leader, name, &new_type.type_name);
        let down = leader.down.of_follower(leader, name, leader.old_type);
        let Some((up, down)) = up.zip(down) else {
            return Ok(());
        };
        let type_name = Some(new_type.type_name.clone());
        let replacement = Replacement { column: name.clone(), type_name, up, down };
        self.replace_columns(table, &[replacement], |draft| {
            let change = sql!(
                "ALTER TABLE {t} ALTER COLUMN {c} TYPE {n}\n USING NULL",
                t = Self::probe(table),
                c = name.ident(),
                n = new_type.sql(),
            );
            draft.rehearse("type", change);
            Ok(())
        })?;
        if new_type.collation.is_some() {
            let columns = &mut self.table(table, "table")?.columns;
            let new = columns.iter_mut().find(|known| &known.name == name);
            new.into_iter().for_each(|new| new.collation = None);
        }
        Ok(())
    }

    /// The columns that refer to a column, each with its table and its foreign key.
    fn referring(&self, table: &Name, column: &Name) -> Vec<(Name, Name, Ident)> {
        let keys = self.schema.tables.iter().flat_map(|(owner, other)| {
            let keys = other.foreign_keys.iter().filter(|key| key.table.as_ref() == Some(table));
            keys.map(move |key| (owner, key))
        });
        keys.flat_map(|(owner, key)| {
            let pairs = key.columns.iter().zip(&key.referenced);
            let pairs = pairs.filter(|(_, referenced)| *referenced == column);
            pairs.map(move |(own, _)| (owner.clone(), own.clone(), key.name.clone()))
        })
        .collect()
    }

    /// Refuses when a foreign key that is no part of the schema refers to the column: one of another
    /// schema, or of a partition's own.
    pub(super) fn nothing_refers_from_elsewhere(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        let indexes = &self.table(table, "table")?.indexes;
        let mut reads = indexes.iter().filter(|index| index.columns.contains(&column.storage));
        let needed = reads.find_map(|index| index.needed_by.first().cloned());
        match needed {
            None => Ok(()),
            Some(object) => {
                let message = format!("{object} stands on `{}`", column.name);
                Err(self.reject_with(field, message, DROP_IT_BEFORE))
            }
        }
    }

    /// Foreign keys that were there before and refer to columns that are replaced: they have to fit on
    /// the copies, too, and columns of which the values become others take theirs along.
    pub(super) fn refer_anew(&mut self) {
        let path = self.path.clone();
        let tables = self.schema.tables.values();
        let keys = tables.flat_map(|owner| owner.foreign_keys.iter().map(move |key| (owner, key)));
        let there = keys
            .filter(|(owner, key)| self.names.constraints.of(&owner.storage, &key.name).is_some())
            .filter_map(|(owner, key)| {
                let target = self.schema.tables.get(key.table.as_ref()?)?;
                let path = self.replaced_by(target, key)?;
                Some((path, owner.clone(), key.clone(), target.clone()))
            });
        let there: Vec<(String, Table, ForeignKey, Table)> = there.collect();
        for (path, owner, key, target) in there {
            self.path = path;
            // What went wrong is recorded.
            let _recorded: Result<(), Rejected> = self.refer_to_copy(&owner, &key, &target);
        }
        self.path = path;
    }

    /// The operation that replaces one of the columns that a foreign key refers to.
    fn replaced_by(&self, target: &Table, key: &ForeignKey) -> Option<String> {
        let columns = key.referenced.iter().filter_map(|name| target.column(name));
        let mut makers = columns.filter_map(|column| {
            self.lenses.iter().find(|lens| {
                lens.table == target.storage
                    && lens.old.is_some()
                    && lens.new.as_ref() == Some(&column.storage)
            })
        });
        makers.next().map(|lens| lens.path.clone())
    }

    fn refer_to_copy(
        &mut self,
        owner: &Table,
        key: &ForeignKey,
        target: &Table,
    ) -> Result<(), Rejected> {
        // What it stands on excludes, and is refused by name along with it.
        if key.temporal {
            return Ok(());
        }
        for (own, referenced) in key.columns.iter().zip(&key.referenced) {
            let (Some(own), Some(referenced)) = (owner.column(own), target.column(referenced))
            else {
                continue;
            };
            let place = (target.storage.clone(), referenced.storage.clone());
            let is_left = self.is_added(&place.0, &place.1)
                && !self.followed.contains(&place)
                && !self.is_added(&owner.storage, &own.storage);
            if is_left {
                let (table, column, name) = (&owner.name, &own.name, key.name.as_str());
                let message = format!(
                    "`{table}.{column}` refers to it by the foreign key `{name}`, and would stay as it is"
                );
                let hint = "change that column in this migration, too, so that both give the same \
                            values; where a `type` changes, and `up` and `down` are left out or \
                            casts, it follows by itself";
                return Err(self.reject_with("", message, hint));
            }
        }
        self.concerned = vec![owner.name.clone(), target.name.clone()];
        self.change_table(&owner.name, "")?;
        let statement = Self::refer_on_copies(&owner.name, key, &target.name);
        let hint = format!("change what `{}` refers by in this migration, too", owner.name);
        self.rehearse_with("", statement, Some(hint));
        Ok(())
    }
}
