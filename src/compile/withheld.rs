//! Columns of the new version that are NULL where `up` gives what their checks refuse
//! (`on_violation: null`): what fills them, and what keeps `complete` from losing the values.

use super::Compiler;
use super::expression::{Function, create_function};
use super::lens::ColumnLens;
use super::sync::{any_image_changed, image_ne, new_row, old_row};
use super::table::TableChange;
use crate::operation::{Bound, Filter, Rejection, Withheld};
use crate::plan::{Step, Unmended, ddl, names};
use crate::schema::{Check, Constraint, Kind};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Separated, Sql, commas};

/// The checks on a column, as one function of the value that it may get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checks<'a> {
    function: &'a QualifiedName,
    found: &'a Filter,
}

impl<'a> Checks<'a> {
    /// Those on a column in which values are withheld.
    pub(super) fn of(compiler: &'a Compiler<'_>, table: &Ident, column: &Ident) -> Option<Self> {
        let withheld = compiler.draft.withheld.iter();
        let mut both = withheld.zip(&compiler.answers.filters);
        let is_it = |one: &Withheld| one.table == *table && one.column == *column;
        let (withheld, found) = both.find(|(withheld, _)| is_it(withheld))?;
        Some(Self { function: &withheld.function, found })
    }

    /// The other columns that they read.
    pub(super) fn others(&self) -> &'a [Ident] {
        self.found.columns.get(1..).unwrap_or_default()
    }

    /// Whether they take the value.
    pub(super) fn take(&self, value: Sql, argument: &dyn Fn(&Ident) -> Sql) -> Sql {
        let others = self.others().iter().map(argument);
        sql!("{f}({v})", f = self.function, v = commas(std::iter::once(value).chain(others)))
    }

    fn bound(&self) -> &'a Bound {
        &self.found.bound
    }

    fn create(&self, column: &str) -> Step {
        let create = create_function(self.function, self.bound(), true);
        let drop = self.drop(column);
        Step::quiet(format!("keep the checks on {column} as a function"), create).undone_by(drop)
    }

    fn drop(&self, column: &str) -> Step {
        let drop = sql!("DROP FUNCTION {f}", f = self.function);
        Step::quiet(format!("drop the function of the checks on {column}"), vec![drop])
    }
}

/// A column in which values are withheld, with what fills it.
struct Sieve<'l, 'a> {
    column: &'a Ident,
    up: &'l Function<'a>,
    checks: &'l Checks<'a>,
    /// The columns that `up` reads and that go at `complete`.
    going: &'l [&'a Ident],
}

impl<'a> ColumnLens<'a> {
    fn sieve(&self) -> Option<Sieve<'_, 'a>> {
        let (column, up) = self.filled()?;
        Some(Sieve { column, up, checks: up.checks()?, going: &self.going })
    }

    /// After the old version: another column that the checks read is another one, and they refuse what
    /// `up` gave, or may take what they refused. What the new version itself has stored is not taken
    /// from it: then the write fails.
    pub(super) fn is_judged_anew(&self, lenses: &[ColumnLens<'a>]) -> Option<Sql> {
        let sieve = self.sieve()?;
        let changed = sieve.others_changed()?;
        let held = new_row(sieve.column);
        let takes = sieve.checks.take(held.clone(), &new_row);
        let other = image_ne(&held, &sieve.up.value(&new_row), sieve.up.column_type());
        let refused = sql!("{t} IS FALSE AND NOT {o}", t = takes, o = other);
        Some(match sieve.withholds(lenses, &old_row) {
            None => sql!("{c} AND {r}", c = changed, r = refused),
            Some(withheld) => sql!("{c} AND ({r} OR {w})", c = changed, r = refused, w = withheld),
        })
    }

    /// After the new version: they take now what they refused, and the new version has said nothing
    /// else.
    pub(super) fn is_mended(&self, lenses: &[ColumnLens<'a>]) -> Option<Sql> {
        let sieve = self.sieve()?;
        let others = sieve.others_changed()?;
        let changed = any_image_changed(&[sieve.column]);
        let withheld = sieve.withholds(lenses, &old_row)?;
        Some(sql!("{o} AND NOT {c} AND {w}", o = others, c = changed, w = withheld))
    }

    /// The column's value was withheld, and still is: what `down` would make of its NULL is not what
    /// the old version has.
    pub(super) fn stays_withheld(&self, lenses: &[ColumnLens<'a>]) -> Option<Sql> {
        let sieve = self.sieve()?;
        let withheld = sieve.withholds(lenses, &old_row)?;
        Some(sql!("NOT {c} AND {w}", c = any_image_changed(&[sieve.column]), w = withheld))
    }
}

impl<'a> Sieve<'_, 'a> {
    fn others_changed(&self) -> Option<Sql> {
        let others: Vec<&Ident> = self.checks.others().iter().collect();
        (!others.is_empty()).then(|| any_image_changed(&others))
    }

    /// Whether a row's new column is NULL because the checks refuse what `up` gives; `row` says how a
    /// column of the row is written. None where nothing goes that `up` reads: the value is still
    /// there. What the new version wrote is not asked for, for `up` may not be able to answer: there
    /// the old columns are what `down` makes of the new ones.
    fn withholds(&self, lenses: &[ColumnLens<'a>], row: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
        let refused = self.up.is_refused(row)?;
        let differ = self.going.iter().map(|old| match down_of(lenses, old) {
            Some(down) => image_ne(&row(old), &down.call(row), down.column_type()),
            None => sql!("{c} IS DISTINCT FROM NULL", c = row(old)),
        });
        let differ: Vec<Sql> = differ.collect();
        (!differ.is_empty()).then(|| {
            sql!(
                "(CASE WHEN {c} IS NOT DISTINCT FROM NULL AND ({d}) THEN {r} ELSE false END)",
                c = row(self.column),
                d = Separated::by(" OR ", differ),
                r = refused,
            )
        })
    }
}

fn down_of<'l, 'a>(lenses: &'l [ColumnLens<'a>], old: &Ident) -> Option<&'l Function<'a>> {
    lenses.iter().find(|lens| lens.old == Some(old))?.down.as_ref()
}

impl<'a> TableChange<'a> {
    fn sieves(&self) -> impl Iterator<Item = Sieve<'_, 'a>> {
        self.lenses.iter().filter_map(ColumnLens::sieve)
    }

    /// Those that could lose something at `complete`, for something that `up` reads goes.
    fn losing(&self) -> impl Iterator<Item = Sieve<'_, 'a>> {
        self.sieves().filter(|sieve| !sieve.going.is_empty())
    }

    /// The functions that tell what is withheld.
    pub(super) fn make_checks(&self) -> impl Iterator<Item = Step> {
        self.sieves().map(|sieve| sieve.checks.create(&self.shown_column(sieve.column)))
    }

    /// Numbers of the functions that are called in the predicate of an index.
    pub(super) fn indexed_functions(&self) -> Vec<usize> {
        let mut numbers = Vec::new();
        for sieve in self.losing() {
            let downs = sieve.going.iter().filter_map(|old| down_of(&self.lenses, old));
            let functions = std::iter::once(sieve.up).chain(downs);
            numbers.extend(functions.flat_map(Function::with_makers).map(Function::number));
        }
        numbers
    }

    /// The indexes that find rows with values which would be lost, however large the table.
    pub(super) fn index_withheld(&self) -> Vec<Step> {
        let indexes = self.losing().filter_map(|sieve| {
            let rows = sieve.withholds(&self.lenses, &|column| sql!("{c}", c = column))?;
            let definition = sql!("USING btree ((true)) WHERE {r}", r = rows);
            let definition = Expression::from_catalog(definition.as_str());
            let name = names::withheld_index(&self.before.storage, sieve.column);
            if self.before.kind == Kind::Partitioned {
                return Some(self.build_on_partitions(&name, false, &definition));
            }
            let mut step = ddl::create_index(&self.table, &name, false, &definition);
            let column = self.shown_column(sieve.column);
            step.purpose = format!("index the rows whose values the checks on {column} refuse");
            Some(vec![step])
        });
        indexes.flatten().collect()
    }

    /// The names of these indexes.
    pub(super) fn withheld_indexes(&self) -> Vec<Ident> {
        let name = |sieve: Sieve<'_, 'a>| names::withheld_index(&self.before.storage, sieve.column);
        self.losing().map(name).collect()
    }

    /// What `complete` does away with: indexes before the functions of expressions go, functions after.
    pub(super) fn drop_checks(&self) -> (Vec<Step>, Vec<Step>) {
        let indexes = self.withheld_indexes().into_iter().map(|name| {
            let index = QualifiedName::new(&self.table.schema, &name);
            ddl::drop_index_at_once(&self.table, &index)
        });
        let functions =
            self.sieves().map(|sieve| sieve.checks.drop(&self.shown_column(sieve.column)));
        (indexes.collect(), functions.collect())
    }

    /// The rows whose values would be lost by `complete`.
    pub(super) fn unmended(&self) -> Vec<Unmended> {
        let row = |column: &Ident| sql!("{r}.{c}", r = self.row(), c = column);
        let unmended = self.losing().filter_map(|sieve| {
            let rows = sieve.withholds(&self.lenses, &row)?;
            let column = self.shown_column(sieve.column);
            let query = self.sample_of_its_own(&rows, &[]);
            Some(Unmended { column, query: self.compiler.with_shown_types(&query) })
        });
        unmended.collect()
    }

    /// Where `on_violation: null` makes no sense.
    pub(super) fn withholds_in_vain(&self) -> Vec<Rejection> {
        let withheld = self.compiler.draft.withheld.iter();
        let withheld = withheld.filter(|one| one.table == self.before.storage);
        withheld
            .filter_map(|one| {
                let (message, hint) = self.why_nothing_is_withheld(&one.column)?;
                Some(Rejection {
                    path: one.path.clone(),
                    offset: None,
                    message,
                    hint: Some(hint.into()),
                })
            })
            .collect()
    }

    fn why_nothing_is_withheld(&self, storage: &Ident) -> Option<(String, &'static str)> {
        let shown = self.shown_column(storage);
        if self.outcome.stored(storage).is_some_and(|column| !column.nullable) {
            let hint = "let it be NULL by `nullable: true`, or leave `on_violation` out";
            return Some((format!("{shown} is NOT NULL"), hint));
        }
        let is_check =
            |one: &&Constraint| one.check == Check::Check && one.columns.contains(storage);
        let mut checks = self.outcome.constraints.iter().filter(is_check);
        if !checks.any(|check| check.valid) {
            let hint = "it is about what a CHECK refuses; what keys, types and domains refuse, and \
                        what `up` itself fails for, is an error for the old version";
            return Some((format!("there is no check on {shown}"), hint));
        }
        let Sieve { up, checks, going, .. } =
            self.sieves().find(|sieve| sieve.column == storage)?;
        let downs = going.iter().filter_map(|old| down_of(&self.lenses, old));
        let fills_itself = |old: &&&Ident| {
            let column = self.before.stored(old);
            column.is_some_and(|one| one.default.is_some()) && down_of(&self.lenses, old).is_none()
        };
        if let Some(old) = going.iter().find(fills_itself) {
            let old = self.before.stored(old)?;
            let hint = "give the `drop_column` of it a `down`, by which what the new version writes \
                        is known";
            return Some((format!("`{}` goes, and has a default", old.name), hint));
        }
        let moves = std::iter::once(up).chain(downs).find(|one| !one.is_immutable());
        if let Some(function) = moves {
            let hint = "what is withheld could not be told: write it without such functions";
            return Some((format!("{} can give another value each time", function.label()), hint));
        }
        // Of a check that reads a virtual column Postgres makes no index, by which it would be known
        // to be immutable.
        if let Some(why) = self.reads_beside(&shown, checks) {
            return Some(why);
        }
        if !checks.bound().immutable {
            let hint = "write it without functions that are not immutable";
            return Some((format!("a check on {shown} can give another answer each time"), hint));
        }
        if !checks.found.takes_null {
            return Some((
                format!("a check on {shown} refuses NULL, too"),
                "let it take NULL, or leave `on_violation` out",
            ));
        }
        None
    }

    /// What else the checks of a column read that is not there to be read.
    fn reads_beside(&self, shown: &str, checks: &Checks<'_>) -> Option<(String, &'static str)> {
        checks.others().iter().find_map(|other| match self.before.stored(other) {
            Some(column) if !column.is_computed() => None,
            Some(_) => Some((
                format!("a check on {shown} reads the generated {}", self.shown_column(other)),
                "write the expression of that column instead",
            )),
            None => Some((
                format!(
                    "a check on {shown} reads {}, which the migration makes",
                    self.shown_column(other)
                ),
                "make that column in a migration before this one",
            )),
        })
    }
}
