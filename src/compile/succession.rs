//! In contract, new columns take the places of those that go: names, NOT NULL, defaults, comments,
//! constraints, indexes.

use super::shown::loses_default;
use super::table::TableChange;
use crate::plan::{Step, ddl, names};
use crate::schema::{Check, Column, Index, Kind, Name};
use crate::sql::{Expression, Ident, Literal, QualifiedName};

impl<'a> TableChange<'a> {
    /// Every column takes the name that the new version has for it; where names are exchanged, by
    /// way of a passing one.
    pub(super) fn rename_columns(&self) -> Vec<Step> {
        let moved: Vec<&Column> = self
            .after
            .columns
            .iter()
            .filter(|column| column.name.ident() != &column.storage)
            .collect();
        let taken = |name: &Name| moved.iter().any(|column| &column.storage == name.ident());
        let (crossed, plain): (Vec<&Column>, Vec<&Column>) =
            moved.iter().partition(|column| taken(&column.name));
        let table = &self.table;
        let away = crossed.iter().map(|column| {
            ddl::rename_column(table, &column.storage, &names::passing(&column.storage))
        });
        let direct = plain
            .iter()
            .map(|column| ddl::rename_column(table, &column.storage, column.name.ident()));
        let home = crossed.iter().map(|column| {
            ddl::rename_column(table, &names::passing(&column.storage), column.name.ident())
        });
        away.chain(direct).chain(home).collect()
    }

    /// NOT NULLs that go, before their names are given to others.
    pub(super) fn drop_not_nulls(&self) -> Vec<Step> {
        let goes = |column: &&Column| {
            let before = self.before.stored(&column.storage);
            let outcome = self.outcome.stored(&column.storage);
            before.is_some_and(|before| !before.nullable) && outcome.is_some_and(|o| o.nullable)
        };
        let columns = self.after.columns.iter().filter(goes);
        columns.map(|column| ddl::drop_not_null(&self.table, column.name.ident())).collect()
    }

    /// The default that a column of a partitioned table has from the one that it replaces: not all partitions need have
    /// it. One that the migration gives is given to all of them.
    fn kept_default(&self, column: &Column) -> Option<(&'a Ident, &Expression)> {
        let old = self.replaced(&column.storage)?;
        let outcome = self.outcome.stored(&column.storage)?;
        let given = &self.compiler.draft.makers.defaults;
        let is_given = given.contains_key(&(self.before.storage.clone(), column.storage.clone()));
        let is_kept = self.before.kind == Kind::Partitioned && !is_given;
        let is_plain = outcome.generated.is_none() && !outcome.type_default;
        let default = outcome.default.as_ref().filter(|_| is_kept && is_plain)?;
        old.default.is_some().then_some((&old.storage, default))
    }

    /// Partitions have such defaults as they had, while the old columns are still there to tell.
    pub(super) fn hand_defaults_on(&self) -> Vec<Step> {
        let columns = self.after.columns.iter();
        let kept = columns.filter_map(|column| Some((column, self.kept_default(column)?)));
        kept.map(|(column, (old, default))| {
            ddl::hand_default_on(&self.table, (old, &column.storage), default)
        })
        .collect()
    }

    /// NOT NULL, defaults, comments.
    pub(super) fn settle_columns(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        for column in &self.after.columns {
            let Some(outcome) = self.outcome.stored(&column.storage) else {
                continue;
            };
            let name = column.name.ident();
            let before = self.before.stored(&column.storage);
            steps.extend(self.settle_not_null(column, outcome));
            let default = before.and_then(|before| before.default.as_ref());
            // Until now it has been kept from the default of its type.
            let has_none = before.is_none() && outcome.type_default;
            let differs = has_none || outcome.default.as_ref() != default;
            if outcome.generated.is_none() && differs && self.kept_default(column).is_none() {
                steps.push(ddl::set_default(table, name, outcome.default.as_ref()));
            }
            let comment = before.and_then(|before| before.comment.as_ref());
            if column.comment.as_ref() != comment {
                let comment = column.comment.as_ref().map(Literal::new);
                steps.push(ddl::comment_on_column(table, &column.name, comment.as_ref()));
            }
        }
        steps
    }

    /// The columns that lose their default in place: until now the version's view has one that is NULL, so that it
    /// does not give the table's.
    fn without_default(&self) -> Vec<&Ident> {
        let lost = self.after.columns.iter().filter(|column| {
            let before = self.before.stored(&column.storage);
            let outcome = self.outcome.stored(&column.storage);
            before.zip(outcome).is_some_and(|(before, outcome)| loses_default(before, outcome))
        });
        let lost = lost.filter(|_| super::is_shown(self.after));
        lost.map(|column| column.name.ident()).collect()
    }

    /// The version's view, where its defaults become those of the table.
    pub(super) fn settled_view(&self) -> Option<QualifiedName> {
        let version = &self.compiler.version_schema;
        let is_settled = !self.without_default().is_empty();
        is_settled.then(|| QualifiedName::new(version, self.after.name.ident()))
    }

    /// Behind those of the table.
    pub(super) fn settle_defaults_of_view(&self) -> Vec<Step> {
        let Some(view) = self.settled_view() else {
            return Vec::new();
        };
        let columns = self.without_default().into_iter();
        columns.map(|column| ddl::drop_default_of_view(&view, column)).collect()
    }

    /// From Postgres 18 on a NOT NULL has a name, a comment, and may be there without having been
    /// proven.
    fn settle_not_null(&self, column: &Column, outcome: &Column) -> Vec<Step> {
        let (table, storage, name) = (&self.table, &column.storage, column.name.ident());
        let before = self.before.stored(storage);
        let had = before.and_then(|before| before.not_null_name.as_ref());
        let called = self.not_null_name(storage).filter(|_| had.is_none());
        let mut steps = Vec::new();
        if self.to_be_not_null().contains(&storage) && self.settles_not_null(storage) {
            let built = called.as_ref().map(|called| self.name_until_contract(called));
            let moved = built.zip(called.as_ref()).filter(|(built, called)| built != *called);
            steps
                .extend(moved.map(|(built, called)| ddl::rename_constraint(table, &built, called)));
        } else if self.to_be_not_null().contains(&storage) {
            steps.push(match &called {
                Some(called) => ddl::add_not_null(table, called, name),
                None => ddl::set_not_null(table, name),
            });
            let check = names::not_null(&self.before.storage, storage);
            steps.push(ddl::drop_constraint(table, &check));
        } else if let Some(called) = &called {
            let given = self.constant(storage).and_then(|constant| constant.not_null.as_ref());
            steps.push(match given {
                Some(given) => ddl::rename_constraint(table, given, called),
                None => ddl::add_unproven_not_null(table, called, name),
            });
        }
        let is_ours_alone = self.replaced(storage).is_some_and(|old| old.not_null_no_inherit);
        if let Some(called) = called.as_ref().filter(|_| is_ours_alone && !outcome.nullable) {
            steps.push(ddl::keep_from_heirs(table, called));
        }
        let comment = outcome.not_null_comment.as_ref().zip(called);
        steps
            .extend(comment.map(|(text, called)| ddl::comment_on_constraint(table, &called, text)));
        steps
    }

    /// What the NOT NULL of a column is called in the end: as on the rehearsed copy, which lacks the
    /// foreign keys.
    pub(super) fn not_null_name(&self, storage: &Ident) -> Option<Ident> {
        let name = self.outcome.stored(storage)?.not_null_name.as_ref()?;
        let is_key = |name: &Ident| self.after.foreign_keys.iter().any(|key| &key.name == name);
        if !is_key(name) {
            return Some(name.clone());
        }
        let constraints = self.outcome.constraints.iter().map(|constraint| &constraint.name);
        let columns = self.outcome.columns.iter().filter_map(|one| one.not_null_name.as_ref());
        let taken: Vec<&Ident> = constraints.chain(columns).collect();
        let column = self.after.stored(storage)?;
        let mut names = names::not_null_candidates(&self.after.name, &column.name);
        names.find(|name| !is_key(name) && !taken.contains(&name))
    }

    /// Constraints that stay take their new names; where names are exchanged, by way of a passing
    /// one.
    pub(super) fn rename_constraints(&self) -> Vec<Step> {
        let constraints = self.outcome.constraints.iter();
        let constraints = constraints.filter(|constraint| !self.is_of_new(constraint));
        let new = self.new_foreign_keys();
        let keys = self.after.foreign_keys.iter();
        let keys = keys.filter(|key| !new.iter().any(|other| other.name == key.name));
        let names = constraints.map(|constraint| &constraint.name).chain(keys.map(|key| &key.name));
        let named = names.filter_map(|name| Some((self.constraint_before(name)?, name)));
        let not_null: Vec<(&Ident, Ident)> = self
            .before
            .columns
            .iter()
            .filter_map(|c| Some((c.not_null_name.as_ref()?, self.not_null_name(&c.storage)?)))
            .collect();
        let not_null = not_null.iter().map(|(before, name)| (*before, name));
        let moved: Vec<(&Ident, &Ident)> =
            named.chain(not_null).filter(|(before, name)| before != name).collect();
        let (crossed, plain): (Vec<_>, Vec<_>) =
            moved.iter().partition(|(_, to)| moved.iter().any(|(from, _)| from == to));
        let rename = |from: &Ident, to: &Ident| ddl::rename_constraint(&self.table, from, to);
        let away = crossed.iter().map(|(from, _)| rename(from, &names::passing(from)));
        let direct = plain.iter().map(|(from, to)| rename(from, to));
        let home = crossed.iter().map(|(from, to)| rename(&names::passing(from), to));
        away.chain(direct).chain(home).collect()
    }

    /// Copies take the names of what they are copies of, now that those are gone.
    pub(super) fn name_constraints(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let table = &self.table;
        for constraint in self.new_keys() {
            if self.is_key_in_start(constraint) {
                let built = self.name_until_contract(&constraint.name);
                if built != constraint.name {
                    steps.push(ddl::rename_constraint(table, &built, &constraint.name));
                    steps.extend(self.name_partition_indexes(&built, &constraint.name));
                }
                continue;
            }
            let index = self.outcome.indexes.iter();
            let index = index.filter(|index| index.constraint.as_ref() == Some(&constraint.name));
            for index in index {
                if self.succeeds_primary_key(constraint) {
                    steps.extend(self.succeed_primary_key(index, constraint));
                    continue;
                }
                let kind = key_words(constraint.check);
                let built = self.name_until_contract(&index.name);
                let using = (&kind, &built, &constraint.deferral);
                steps.push(ddl::add_constraint_using_index(table, &constraint.name, using));
            }
        }
        for index in self.new_indexes().into_iter().filter(|index| index.constraint.is_none()) {
            let built = self.name_until_contract(&index.name);
            if built != index.name {
                steps.push(ddl::rename_index(table, &built, &index.name));
            }
            if built != index.name || self.reads_new(&index.columns) {
                steps.extend(self.name_partition_indexes(&built, &index.name));
            }
        }
        let is_renewed = |index: &&Index| {
            self.partitioned_key(index).is_some_and(|key| self.succeeds_primary_key(key))
        };
        for index in self.new_indexes().into_iter().filter(|index| !is_renewed(index)) {
            let plain = index.plain.iter().filter_map(|column| self.after.stored(column));
            let moved = plain.filter(|column| column.name.ident() != &column.storage);
            steps.extend(moved.map(|column| {
                let to = column.name.ident();
                ddl::rename_index_column(table, &index.name, &column.storage, to)
            }));
        }
        let checks = self.new_checks().into_iter().map(|constraint| &constraint.name);
        let new = self.lasting_foreign_keys();
        for name in checks.chain(new.iter().map(|key| &key.name)) {
            let built = self.name_until_contract(name);
            if &built != name {
                steps.push(ddl::rename_constraint(table, &built, name));
            }
        }
        steps.extend(self.settle_own_indexes());
        steps.extend(self.name_partition_foreign_keys());
        let put_off = new.into_iter().filter(|key| self.is_put_off(key));
        steps.extend(put_off.map(|key| ddl::check_at_once(table, &key.name, &key.deferral)));
        steps
    }
}

/// What kind of key a constraint is, in SQL.
pub(super) fn key_words(check: Check) -> Expression {
    Expression::from_catalog(match check {
        Check::PrimaryKey => "PRIMARY KEY",
        _ => "UNIQUE",
    })
}
