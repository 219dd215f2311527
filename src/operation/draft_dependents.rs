//! What stands on columns that are replaced or dropped, and is none of the table's parts: views, triggers, policies, other
//! tables' foreign keys.

use super::draft::Draft;
use super::question::{Question, Standing};
use super::rejection::Rejected;
use crate::schema::{Column, Constraint, Dependent, ForeignKey, Index, Name, same_columns};
use crate::sql::Ident;

/// What to do about a foreign key that the migration makes, and that would stand in its way.
pub(crate) const ADD_IT_LATER: &str = "add that foreign key in the next migration";
/// What to do about an object that stands in the way.
pub(crate) const DROP_IT_BEFORE: &str = "drop it before, and make it again after `complete`";

impl Draft {
    /// Refuses when somebody else's object stands on a column that will be dropped.
    pub(super) fn nothing_stands_on(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        self.refuse_dependents(table, column, field, |_| true)
    }

    /// Has what stands on a column that will be replaced made again at `complete`, or refuses.
    pub(super) fn carry_over(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        self.refuse_dependents(table, column, field, |other| !other.is_carried)?;
        let described = self.table(table, "table")?;
        let dependents = &described.dependents;
        if !dependents.iter().any(|other| other.columns.contains(&column.storage)) {
            return Ok(());
        }
        let (table, column) = (described.storage.clone(), column.storage.clone());
        if !self.carried.iter().any(|known| known.table == table && known.column == column) {
            self.carried.push(Standing { table, column, path: self.path_of(field) });
        }
        Ok(())
    }

    fn refuse_dependents(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
        refused: impl Fn(&Dependent) -> bool,
    ) -> Result<(), Rejected> {
        let dependents = &self.table(table, "table")?.dependents;
        let standing = dependents.iter().filter(|other| other.columns.contains(&column.storage));
        let found: Vec<&str> = standing
            .filter(|other| refused(other))
            .map(|other| other.description.as_str())
            .collect();
        let (verb, hint) = match found.len() {
            0 => return Ok(()),
            1 => ("stands", DROP_IT_BEFORE),
            _ => ("stand", "drop them before, and make them again after `complete`"),
        };
        let message = format!("{} {verb} on `{}`", found.join(", "), column.name);
        Err(self.reject_with(field, message, hint))
    }

    /// Asks which functions mention what goes, or is called otherwise, in bodies that are text, and
    /// which deal in whole rows of what gets columns.
    pub(super) fn ask_who_mentions(&mut self) {
        let going = self.lenses.iter().filter_map(|lens| Some((&lens.table, lens.old.as_ref()?)));
        let going = going.filter(|(table, old)| !self.is_added(table, old));
        let renamed = self.schema.tables.values().filter(|table| !table.is_new).flat_map(|table| {
            let columns = table.columns.iter().map(|column| (column.name.ident(), &column.storage));
            let moved = columns.filter(|(name, storage)| name != storage);
            moved.map(|(_, storage)| (&table.storage, storage))
        });
        let renamed = renamed.filter(|(table, storage)| !self.is_added(table, storage));
        let columns = going.chain(renamed).map(|(table, column)| (table, Some(column.clone())));
        let tables = self.schema.tables.values();
        let tables = tables.filter(|table| !table.is_new && table.name.ident() != &table.storage);
        let tables = tables.map(|table| (&table.storage, None));
        let mut asked: Vec<(Ident, Option<Ident>)> =
            columns.chain(tables).map(|(table, column)| (table.clone(), column)).collect();
        asked.sort();
        asked.dedup();
        let widened = self.schema.tables.values().filter(|table| !table.is_new);
        let widened = widened.map(|table| &table.storage);
        let widened =
            widened.filter(|table| self.makers.columns.keys().any(|(other, _)| other == *table));
        let widened: Vec<Ident> = widened.cloned().collect();
        if !asked.is_empty() {
            self.questions.push(Question::Mentions { asked });
        }
        if !widened.is_empty() {
            self.questions.push(Question::WholeRows { tables: widened });
        }
    }

    /// Has Postgres make on the copies all that `complete` makes again. Views keep columns from being
    /// altered, so this comes when that is done.
    pub(super) fn try_dependents(&mut self) {
        if self.carried.is_empty() {
            return;
        }
        let copies: Vec<Ident> = self.touched.clone();
        let columns = self.carried.clone();
        let version = self.schema.version.clone();
        self.questions.push(Question::Dependents { columns, copies, version });
    }

    /// The foreign keys that stand on an index of the table, each with its own table. Those that the
    /// migration makes will, where it is the first that they can stand on.
    pub(crate) fn standing_on(
        &self,
        table: &Name,
        index: &Ident,
    ) -> impl Iterator<Item = (&Name, &ForeignKey)> {
        let tables = self.schema.tables.iter();
        let keys = tables
            .flat_map(|(owner, other)| other.foreign_keys.iter().map(move |key| (owner, key)));
        let described = self.schema.tables.get(table);
        let will = move |key: &ForeignKey| {
            described.is_some_and(|described| {
                let columns = described.storages(&key.referenced);
                let mut indexes = described.indexes.iter();
                indexes.find(|one| one.is_key_of(&columns)).is_some_and(|one| &one.name == index)
            })
        };
        keys.filter(move |(_, key)| {
            key.table.as_ref() == Some(table)
                && key.index.as_ref().map_or_else(|| will(key), |known| known == index)
        })
    }

    /// Refuses when a foreign key stands on an index that INCLUDEs the column, and goes with it.
    pub(super) fn nothing_includes_for_others(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        match self.including_for_others(table, column, |_| true)? {
            None => Ok(()),
            Some((message, true)) => Err(self.reject_with(field, message, ADD_IT_LATER)),
            Some((message, false)) => {
                Err(self.reject_with(field, message, "drop that constraint first"))
            }
        }
    }

    /// Refuses when a foreign key that the migration makes stands on an index that INCLUDEs the column:
    /// Postgres would make that index anew, which it does not take from the foreign key.
    pub(super) fn nothing_new_includes_it(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        match self.including_for_others(table, column, |key| key.index.is_none())? {
            None => Ok(()),
            Some((message, _)) => Err(self.reject_with(field, message, ADD_IT_LATER)),
        }
    }

    /// What is to be said of a column that is INCLUDEd where such a foreign key stands, and whether the
    /// migration makes that.
    fn including_for_others(
        &mut self,
        table: &Name,
        column: &Column,
        counts: impl Fn(&ForeignKey) -> bool,
    ) -> Result<Option<(String, bool)>, Rejected> {
        let indexes = self.table(table, "table")?.indexes.clone();
        let mut indexes = indexes.iter().filter(|index| index.included.contains(&column.storage));
        Ok(indexes.find_map(|index| {
            let mut keys = self.standing_on(table, &index.name);
            let (owner, key) = keys.find(|(_, key)| counts(key))?;
            Some((includes_for(owner, key, index), key.index.is_none()))
        }))
    }

    /// Refuses a foreign key to a key WITHOUT OVERLAPS (Postgres 18).
    pub(super) fn refer_without_period(
        &mut self,
        key: &ForeignKey,
        target: &Name,
        field: &str,
    ) -> Result<(), Rejected> {
        let described = self.table(target, "table")?;
        let columns = described.storages(&key.referenced);
        let has = |one: &&Constraint| one.is_temporal() && same_columns(&one.columns, &columns);
        let temporal = described.constraints.iter().find(has).map(|one| one.name.clone());
        let Some(name) = temporal else {
            return Ok(());
        };
        let others = described.indexes.iter().filter(|other| other.name != name);
        if others.into_iter().any(|index| index.is_key_of(&columns)) {
            return Ok(());
        }
        let name = name.as_str();
        let message = format!(
            "`{name}` is a key WITHOUT OVERLAPS, to which a foreign key refers by a PERIOD"
        );
        let hint = "no operation adds such a one: it takes `sql`, in a migration of its own";
        Err(self.reject_with(field, message, hint))
    }

    /// Refuses when an exclusion constraint reads the column in an expression or in its condition: such
    /// a one does not go with the column, and Postgres would not drop it.
    pub(super) fn nothing_excludes_by(
        &mut self,
        table: &Name,
        column: &Column,
        field: &str,
    ) -> Result<(), Rejected> {
        let mut indexes = self.table(table, "table")?.indexes.iter();
        let reads =
            |index: &&Index| index.only_reads(&column.storage) && index.constraint.is_some();
        let Some(name) = indexes.find(reads).map(|index| index.name.clone()) else {
            return Ok(());
        };
        let name = name.as_str();
        let message = format!("the exclusion constraint `{name}` reads `{}`", column.name);
        Err(self.reject_with(field, message, "drop that constraint first, by `drop_constraint`"))
    }
}

/// What is to be said of a column that an index INCLUDEs on which a foreign key stands.
pub(crate) fn includes_for(owner: &Name, key: &ForeignKey, index: &Index) -> String {
    let (name, index) = (key.name.as_str(), index.name.as_str());
    format!(
        "the foreign key `{name}` of `{owner}` stands on the index `{index}`, which includes it"
    )
}
