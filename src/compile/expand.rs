//! Expand: columns, sync triggers, and constraints for rows written from now on.

use super::expression::Function;
use super::table::TableChange;
use super::view::give;
use crate::plan::ddl;
use crate::plan::{Action, Step, names};
use crate::schema::{Column, ForeignKey, Kind};
use crate::sql;
use crate::sql::{Expression, Ident, Separated, Sql};

impl TableChange<'_> {
    /// The expression functions, needed before anything that calls them.
    pub(super) fn functions(&self) -> Vec<Step> {
        let indexed = self.indexed_functions();
        let is_indexed = |one: &Function<'_>| indexed.contains(&one.number());
        let functions = self.all_functions().map(|one| one.create(is_indexed(one)));
        functions.chain(self.make_checks()).collect()
    }

    /// The new columns.
    pub(super) fn add_columns(&self) -> Vec<Step> {
        self.new_columns()
            .iter()
            .map(|column| {
                let mut step = ddl::add_column(&self.table, column, self.constant(&column.storage));
                if let Action::Inside(statements) = &mut step.action {
                    statements.extend(self.column_grants(column));
                }
                if self.lenses.is_empty() {
                    return step;
                }
                step.undone_by(ddl::drop_unfilled_column(&self.table, &column.storage))
            })
            .collect()
    }

    /// The privileges on the column that it replaces: a view with its caller's rights needs them on
    /// the table, too.
    fn column_grants(&self, column: &Column) -> Vec<Sql> {
        let on = Expression::from_catalog(self.table.to_string());
        column.grants.iter().map(|grant| give(grant, Some(&column.storage), &on)).collect()
    }

    /// Constraints for rows written from now on. They come behind the trigger, which fills the
    /// columns they read.
    pub(super) fn constraints(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for column in self.new_columns() {
            if self.constant(&column.storage).is_some() {
                steps.push(ddl::drop_constant(&self.table, &column));
            }
        }
        let bound_late = self.bound_late();
        for column in self.to_be_not_null() {
            let condition = sql!("{c} IS NOT DISTINCT FROM NULL", c = column);
            if !self.is_new(column) {
                let because = format!("`{}` is to be NOT NULL, and is NULL", column.as_str());
                let rows = self.sample_of(&condition, std::slice::from_ref(column));
                steps.push(self.refuse(rows, because));
            }
            let name = names::not_null(&self.before.storage, column);
            let shown = self.shown_column(column);
            let step = if bound_late.contains(&column) {
                ddl::check_filled(&self.table, &name, column, &shown)
            } else {
                ddl::check_not_null(&self.table, &name, column, &shown)
            };
            steps.push(step.blaming(self.sample(&condition)));
        }
        for constraint in self.new_checks().into_iter().filter(|constraint| constraint.valid) {
            let condition = constraint.condition.as_ref();
            if let Some(condition) = condition.filter(|_| !self.reads_new(&constraint.columns)) {
                let because = format!("the check `{}` fails", constraint.name.as_str());
                steps.push(self.refuse(self.refused_by(constraint, condition), because));
            }
            let name = self.name_until_contract(&constraint.name);
            steps.push(ddl::add_check(&self.table, &name, &constraint.definition));
        }
        for key in self.new_foreign_keys().into_iter().filter(|key| key.valid) {
            if !self.is_late(key) {
                steps.extend(self.add_foreign_key(key));
            }
        }
        steps
    }

    fn refuse(&self, query: Sql, because: String) -> Step {
        let purpose =
            format!("look for rows of `{}` where {because}", self.before.storage.as_str());
        let mut step = Step::quiet(purpose, Vec::new())
            .locking(crate::plan::Lock::AccessShare, &self.table)
            .working(crate::plan::Work::Scan);
        step.action = Action::Refuse { query, because };
        step
    }

    pub(super) fn add_foreign_key(&self, key: &ForeignKey) -> Vec<Step> {
        if self.before.kind == Kind::Partitioned {
            return self.add_foreign_keys_of_partitions(key).unwrap_or_default();
        }
        let columns = self.after.storages(&key.columns);
        let Some((target, referenced)) = self.compiler.referenced(key) else {
            return Vec::new();
        };
        let name = self.name_until_contract(&key.name);
        let fails = self.orphans(&columns, &target, &referenced);
        let options = self.options_until_contract(key);
        let target = (&target, referenced.as_slice());
        let step = ddl::add_foreign_key(&self.table, &name, &columns, target, &options);
        vec![step.blaming(fails)]
    }

    pub(super) fn options_of(&self, key: &ForeignKey) -> Expression {
        key.options(|name| {
            let column = self.after.column(name);
            column.map_or_else(|| name.ident().clone(), |column| column.storage.clone())
        })
    }

    /// Whether the copy of a foreign key is checked at the end of each transaction until `complete`. So it
    /// is the one that is still there, of which applications know the name, that fails or is put off.
    pub(super) fn is_put_off(&self, key: &ForeignKey) -> bool {
        key.is_checked_at_once()
            && self.constraint_before(&key.name).is_some()
            && self.name_until_contract(&key.name) != key.name
    }

    /// Rows whose foreign key finds nothing.
    pub(super) fn orphans(
        &self,
        columns: &[Ident],
        target: &Expression,
        referenced: &[Ident],
    ) -> Sql {
        let row = self.row();
        let given = columns.iter().map(|column| sql!("{r}.{c} IS NOT NULL", r = row, c = column));
        let equal = columns.iter().zip(referenced).map(|(column, other)| {
            sql!("{r}.{c} = referenced.{o}", r = row, c = column, o = other)
        });
        let condition = sql!(
            "{g} AND NOT EXISTS (SELECT FROM {t} AS referenced WHERE {e})",
            g = Separated::by(" AND ", given),
            t = target,
            e = Separated::by(" AND ", equal),
        );
        self.sample_of_its_own(&condition, columns)
    }
}
