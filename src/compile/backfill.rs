//! How the rows that are there get their new columns, and the proof that they have them.

use super::expression::Function;
use super::lens::ColumnLens;
use super::sync::image_ne;
use super::table::TableChange;
use super::violation::parts;
use crate::plan::{Action, Backfill, Filled, Lock, PartitionBackfill, Step, Work};
use crate::schema::{Constraint, Kind, TypeName};
use crate::sql;
use crate::sql::{Expression, Fragment, Ident, Separated, Sql, commas};

impl TableChange<'_> {
    /// The columns that are filled row by row. A constant is in every row already.
    pub(super) fn filled(&self) -> Vec<(&Ident, &Function<'_>)> {
        self.lenses
            .iter()
            .filter_map(|lens| {
                let new = lens.new.as_ref()?;
                let up = lens.up.as_ref().filter(|_| new.constant.is_none())?;
                Some((new.storage, up))
            })
            .collect()
    }

    /// The step that fills the table, if any column needs it.
    pub(super) fn backfill(&self) -> Option<Step> {
        let backfill = self.batches()?;
        let one_by_one = match self.before.kind {
            Kind::Partitioned => ", one partition after the other",
            Kind::Ordinary | Kind::Foreign => "",
        };
        let table = self.before.storage.as_str();
        let purpose = format!("fill the new columns of `{table}`{one_by_one}");
        let mut step = Step::quiet(purpose, Vec::new())
            .locking(Lock::RowExclusive, &self.table)
            .working(Work::Rewrite);
        step.action = Action::Backfill(backfill);
        Some(match self.unanswered() {
            None => step,
            Some(culprits) => step.blaming(culprits),
        })
    }

    /// The proof that every row is filled.
    pub(super) fn proof(&self) -> Option<Step> {
        let backfill = self.batches()?;
        // What is different each time cannot be computed again to compare; that no NULL is left where
        // none may be is then the proof.
        let (provable, unsure): (Vec<_>, Vec<_>) =
            self.filled().into_iter().partition(|(column, up)| {
                let nullable = self.outcome.stored(column).is_none_or(|column| column.nullable);
                up.is_immutable() || !nullable
            });
        let any = |conditions: Vec<Sql>| {
            (!conditions.is_empty()).then(|| self.sample(&Separated::by(" OR ", conditions)))
        };
        let query = any(provable.iter().map(|(column, up)| self.is_unfilled(column, up)).collect());
        let missed = |(column, up): &(&Ident, &Function<'_>)| {
            let value = self.value(up);
            sql!("{u} AND {v} IS DISTINCT FROM NULL", u = self.is_unfilled(column, up), v = value)
        };
        let unsure = any(unsure.iter().map(missed).collect());
        let purpose =
            format!("prove that every row of `{}` is filled", self.before.storage.as_str());
        let mut step = Step::quiet(purpose, Vec::new())
            .locking(Lock::AccessShare, &self.table)
            .working(Work::Scan);
        step.action = Action::Prove { query, unsure, backfill };
        Some(step)
    }

    fn batches(&self) -> Option<Backfill> {
        let filled = self.filled();
        if filled.is_empty() {
            return None;
        }
        let columns = filled.iter().map(|(column, up)| self.assignment(column, up));
        let unfilled = filled.iter().map(|(column, up)| self.is_unfilled(column, up));
        let batch = sql!(
            file "backfill/batch.sql",
            row = self.row(),
            columns = commas(columns),
            unfilled = Separated::by(" OR ", unfilled),
        );
        let row = sql!(file "backfill/row.sql", row = self.row());
        let pieces = PartitionBackfill {
            batch: [sql!("UPDATE ONLY"), batch],
            row: [sql!("SELECT {s} FROM ONLY", s = self.shown_row(&[])), row],
            columns: filled.iter().map(|(column, up)| self.alone(column, up)).collect(),
        };
        Some(if self.before.kind == Kind::Partitioned {
            let all = sql!("UPDATE {t} {b}", t = self.table, b = pieces.batch[1]);
            let whole = pieces.of(&self.table);
            Backfill { batch: all, partitions: Some(pieces), ..whole }
        } else {
            pieces.of(&self.table)
        })
    }

    fn assignment(&self, column: &Ident, up: &Function<'_>) -> Sql {
        let value = self.value(up);
        if up.is_immutable() {
            sql!("{c} = {v}", c = column, v = value)
        } else {
            sql!("{c} = COALESCE({r}.{c}, {v})", r = self.row(), c = column, v = value)
        }
    }

    /// The column by itself, to find out whether it is at fault.
    fn alone(&self, column: &Ident, up: &Function<'_>) -> Filled {
        let update = sql!(
            "AS {r} SET {a} WHERE {r}.ctid = $1::text::tid",
            r = self.row(),
            a = self.assignment(column, up),
        );
        let storage = column.as_str().to_owned();
        Filled { column: self.shown_column(column), storage, with: up.text(), update }
    }

    /// Whether a row's column is not what `up` makes of the row.
    fn is_unfilled(&self, column: &Ident, up: &Function<'_>) -> Sql {
        let column = sql!("{r}.{c}", r = self.row(), c = column);
        // `IS DISTINCT FROM NULL` and not `IS NULL`, which is true of a row of NULLs, too.
        if !up.is_immutable() {
            return sql!("{c} IS NOT DISTINCT FROM NULL", c = column);
        }
        let value = self.value(up);
        if let Some(collation) = compared_as(up.column_type()) {
            let (t, k) = (up.column_type(), collation);
            return sql!("{c} IS DISTINCT FROM {v}::{t}{k}", c = column, v = value, t = t, k = k);
        }
        // The first time every column is NULL, and comparing images would be for nothing.
        sql!(
            "CASE WHEN {c} IS NOT DISTINCT FROM NULL THEN {v} IS DISTINCT FROM NULL ELSE {n} END",
            c = column,
            v = value,
            n = image_ne(&column, &value, up.column_type()),
        )
    }

    /// What `up` makes of a row. A column that an earlier `up` of the same migration makes is not in
    /// the row yet, so that its expression stands for it.
    fn value(&self, up: &Function<'_>) -> Sql {
        up.call(&|storage| {
            let maker = self.filled().into_iter().find(|(column, _)| *column == storage);
            match maker {
                Some((_, maker)) => {
                    sql!("({v})::{t}", v = self.value(maker), t = maker.column_type())
                }
                None => sql!("{r}.{c}", r = self.row(), c = storage),
            }
        })
    }

    /// The name of a row of the table in our queries.
    pub(super) fn row(&self) -> &Ident {
        &self.before.storage
    }

    /// Finds rows of which some condition is true, to show them.
    pub(super) fn sample(&self, condition: &dyn Fragment) -> Sql {
        self.sample_of(condition, &[])
    }

    /// As [`TableChange::sample`], and shows these columns of theirs, too. What constrains a table
    /// constrains its partitions and the tables that inherit from it.
    pub(super) fn sample_of(&self, condition: &dyn Fragment, read: &[Ident]) -> Sql {
        self.sample_among(&self.constrained(), condition, read)
    }

    /// The rows that what constrains the table constrains.
    fn constrained(&self) -> Sql {
        match self.before.kind {
            Kind::Ordinary if !self.before.inherits => sql!("ONLY {t}", t = self.table),
            _ => sql!("{t}", t = self.table),
        }
    }

    /// As [`TableChange::sample_of`], for what tables that inherit do not get.
    pub(super) fn sample_of_its_own(&self, condition: &dyn Fragment, read: &[Ident]) -> Sql {
        self.sample_among(&self.own_rows(), condition, read)
    }

    /// The rows of the table without those of tables that inherit from it.
    pub(super) fn own_rows(&self) -> Sql {
        match self.before.kind {
            Kind::Partitioned => sql!("{t}", t = self.table),
            Kind::Ordinary | Kind::Foreign => sql!("ONLY {t}", t = self.table),
        }
    }

    /// As [`TableChange::sample_of`], and says how many there are.
    pub(super) fn counted_sample_of(&self, condition: &dyn Fragment, read: &[Ident]) -> Sql {
        sql!(
            file "backfill/apart.sql",
            sample = self.shown_row(read),
            table = self.constrained(),
            row = self.row(),
            apart = sql!("{c}", c = condition),
        )
    }

    fn sample_among(&self, rows: &Sql, condition: &dyn Fragment, read: &[Ident]) -> Sql {
        sql!(
            file "backfill/unfilled.sql",
            sample = self.shown_row(read),
            table = rows,
            row = self.row(),
            unfilled = sql!("{c}", c = condition),
        )
    }

    /// Rows that a CHECK refuses.
    pub(super) fn refused_by(&self, check: &Constraint, condition: &Expression) -> Sql {
        let fails = sql!("NOT ({c})", c = condition);
        if check.definition.as_str().ends_with(" NO INHERIT") {
            self.sample_of_its_own(&fails, &check.columns)
        } else {
            self.sample_of(&fails, &check.columns)
        }
    }

    /// Rows for which `up` gives NULL where the new column may not be NULL.
    fn unanswered(&self) -> Option<Sql> {
        let conditions: Vec<Sql> = self
            .filled()
            .into_iter()
            .filter(|(column, _)| self.outcome.stored(column).is_some_and(|new| !new.nullable))
            .map(|(_, up)| sql!("({v}) IS NULL", v = self.value(up)))
            .collect();
        (!conditions.is_empty()).then(|| self.sample(&Separated::by(" OR ", conditions)))
    }

    /// A row as messages show it: the columns at fault and those that lenses read, behind the
    /// primary key.
    fn shown_row<'c>(&'c self, read: &'c [Ident]) -> Sql {
        let mut columns: Vec<&Ident> = self.before.primary_key().iter().collect();
        columns.extend(read);
        for lens in &self.lenses {
            columns.extend(lens.old);
            columns.extend(lens.up.iter().flat_map(Function::inputs));
        }
        if columns.is_empty() {
            columns.extend(self.before.columns.iter().take(3).map(|column| &column.storage));
        }
        let mut seen = Vec::new();
        columns.retain(|column| {
            let first = self.before.stored(column).is_some() && !seen.contains(column);
            seen.push(*column);
            first
        });
        // A function takes 100 arguments, and nobody reads more.
        columns.truncate(50);
        let columns = columns.into_iter().map(|column| {
            let name = crate::sql::Literal::new(column.as_str());
            sql!("{n}, {r}.{c}", n = name, r = self.row(), c = column)
        });
        sql!("pg_catalog.jsonb_build_object({c})::text", c = commas(columns))
    }
}

/// The collation under which values of a type are equal where their images are, if there is one: that
/// is told in a fraction of the time that images take.
fn compared_as(type_name: &TypeName) -> Option<Sql> {
    match parts(type_name.as_str()).0 {
        _ if type_name.as_str().ends_with(']') => None,
        "text" | "character varying" => Some(sql!(" COLLATE pg_catalog.\"C\"")),
        "smallint"
        | "integer"
        | "bigint"
        | "boolean"
        | "date"
        | "uuid"
        | "bytea"
        | "timestamp without time zone"
        | "timestamp with time zone" => Some(sql!("")),
        _ => None,
    }
}

/// Whether a lens computes its new column from another new column that is different each time.
pub(super) fn reads_volatile<'a>(
    lens: &ColumnLens<'_>,
    lenses: &'a [ColumnLens<'_>],
) -> Option<&'a Ident> {
    let inputs = lens.up.as_ref()?.inputs();
    lenses
        .iter()
        .filter(|other| other.up.as_ref().is_some_and(|up| !up.is_immutable()))
        .filter_map(|other| Some(other.new.as_ref()?.storage))
        .find(|storage| inputs.contains(storage))
}
