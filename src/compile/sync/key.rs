//! Keys that are unique in one version and not, or otherwise, in the other: one writer at a time may
//! have one.
//!
//! ON CONFLICT of one version looks at its own unique index, and stumbles over the other's when two
//! writers come at the same moment. So a writer takes a lock on the key for its transaction. It does not
//! wait for long where the key is there: then ON CONFLICT finds it. Nor does it wait for whoever waits for
//! its own transaction: that would be a deadlock.

use super::Sync;
use crate::compile::expression::Function;
use crate::compile::table::TableChange;
use crate::plan::{Step, ddl, names};
use crate::schema::{Index, IndexKey, Table, TypeName};
use crate::sql;
use crate::sql::{Body, Expression, Fragment, Ident, QualifiedName, Separated, Sql, commas};

/// A unique index of which one version knows only.
pub(in crate::compile) struct Key<'a> {
    index: &'a Index,
    /// The index of the old version that it follows.
    before: Option<&'a Index>,
    /// The columns of both, and their types.
    columns: Vec<(&'a Ident, &'a TypeName)>,
    /// What the columns that only the new version has are made of.
    inputs: Vec<&'a Ident>,
    table: &'a QualifiedName,
    function: QualifiedName,
}

impl<'a> Key<'a> {
    pub(in crate::compile) fn new(
        change: &'a TableChange<'_>,
        index: &'a Index,
        before: Option<&'a Index>,
    ) -> Self {
        let stored = |column: &'a Ident| {
            let tables: [&'a Table; 2] = [change.before, change.outcome];
            tables.into_iter().find_map(|table| Some((column, &table.stored(column)?.type_name)))
        };
        let mut columns: Vec<&Ident> = index.columns.iter().collect();
        columns.extend(before.iter().flat_map(|before| &before.columns));
        columns.sort();
        columns.dedup();
        let made = change.lenses.iter().filter_map(|lens| {
            let new = lens.new.as_ref()?.storage;
            index.columns.contains(new).then_some(lens.up.as_ref()?)
        });
        let mut inputs: Vec<&Ident> = made.flat_map(Function::inputs).collect();
        inputs.extend(index.columns.iter().filter(|column| !change.is_new(column)));
        inputs.sort();
        inputs.dedup();
        Self {
            index,
            before,
            columns: columns.into_iter().filter_map(stored).collect(),
            inputs,
            table: &change.table,
            function: names::key_function(&change.table, &index.name, &index.columns),
        }
    }

    /// Before `activate` nobody sees the columns that are filled meanwhile: only what they are made
    /// of says whether the key is another one.
    pub(super) fn serialise_filling(&self, sync: &Sync<'_>) -> Sql {
        self.serialise_where(&sync.any_changed(&self.inputs))
    }

    pub(super) fn serialise(&self, sync: &Sync<'_>) -> Sql {
        let columns: Vec<&Ident> = self.index.columns.iter().collect();
        self.serialise_where(&sync.any_changed(&columns))
    }

    fn serialise_where(&self, changed: &Sql) -> Sql {
        let given = self.index.columns.iter().filter(|_| self.is_plain() && !self.takes_nulls());
        let given = given.map(|column| sql!("{g} AND ", g = super::given(column)));
        let values = self.columns.iter().map(|(column, _)| super::new_row(column));
        sql!(
            file "sync/serialise.sql",
            given = Separated::by("", given),
            changed = changed,
            function = self.function,
            values = commas(values),
        )
    }

    /// Whether the key is of columns, and nothing else of the table is read.
    fn is_plain(&self) -> bool {
        let index = self.index;
        index.plain.len() == index.columns.len() && index.plain.len() == index.keys.len()
    }

    /// Whether two NULLs are in each other's way.
    fn takes_nulls(&self) -> bool {
        self.index.definition.as_str().contains("NULLS NOT DISTINCT")
    }

    /// Lets rows pass that are in nobody's way: those that the index leaves out, for which its expressions may fail,
    /// and, where the trigger has not looked, NULLs.
    fn unless(&self) -> Sql {
        let predicate = self.index.predicate.iter();
        let left_out = predicate.map(|predicate| sql!("({p}) IS NOT TRUE", p = predicate));
        let keys = self.index.keys.iter().filter(|_| !self.is_plain() && !self.takes_nulls());
        let null = keys.map(|key| sql!("({v}) IS NOT DISTINCT FROM NULL", v = key.value));
        // One after the other, for OR does not say which comes first.
        let pass = left_out
            .chain(null)
            .map(|condition| sql!(file "sync/key_unless.sql", condition = condition));
        sql!("{p}", p = Separated::by("", pass))
    }

    /// The step that makes the function which takes the lock.
    pub(in crate::compile) fn create(&self) -> Step {
        ddl::create_function(&self.what(), &self.function, self.function())
    }

    fn what(&self) -> String {
        let (index, table) = (self.index.name.as_str(), self.table.name.as_str());
        format!("the lock on the keys of `{index}` on `{table}`")
    }

    /// The function which takes the lock.
    pub(in crate::compile) fn function(&self) -> Sql {
        // By numbers, and with aliases of their own: the FOUND of PL/pgSQL comes before a parameter of that name.
        let parameters = self.columns.iter().map(|(_, type_name)| sql!("{t}", t = type_name));
        let aliases = self.columns.iter().enumerate().map(|(number, (column, _))| {
            let number = Expression::from_catalog(format!("${}", number + 1));
            sql!("  {c} ALIAS FOR {n};\n", c = column, n = number)
        });
        let (settle, wait) = self.manners();
        let body = sql!(
            file "sync/key_body.sql",
            aliases = Separated::by("", aliases),
            unless = self.unless(),
            wait = wait,
            settle = settle,
            values = commas(self.index.keys.iter().map(hashed)),
            seed = names::key_lock(&self.function),
            variables = Separated::by("", self.sought().map(|(variable, key)| {
                sql!("  {v} {t} := {x};\n", v = variable, t = key.type_name, x = value(key))
            })),
        );
        // What an index calls may look up names by itself.
        let computes =
            |index: &&Index| index.plain.len() < index.keys.len() || index.predicate.is_some();
        let path = if [Some(self.index), self.before].iter().flatten().any(computes) {
            sql!("pg_catalog, {b}, pg_temp", b = self.table.schema)
        } else {
            sql!("pg_catalog, pg_temp")
        };
        sql!(
            file "sync/key.sql",
            path = path,
            function = self.function,
            parameters = commas(parameters),
            body = Body::new(body.as_str()),
        )
    }

    /// The step that drops the function.
    pub(in crate::compile) fn drop(&self) -> Step {
        ddl::drop_function(&self.what(), &self.function)
    }

    /// The parts of the old version's key, each with the variable that holds it.
    fn sought(&self) -> impl Iterator<Item = (Expression, &IndexKey)> {
        let keys = self.before.iter().flat_map(|before| &before.keys);
        let name = |number| Expression::from_catalog(format!("\"~sought {number}\""));
        keys.enumerate().map(move |(number, key)| (name(number), key))
    }

    /// What is done before the lock is tried, and before it is waited for: it depends on whether the
    /// row is there by the old version's index, and who has a hand on it.
    fn manners(&self) -> (Sql, Sql) {
        let Some(before) = self.before else {
            return (sql!(""), sql!(file "sync/key_wait.sql", state = sql!("NULL")));
        };
        let equal = self.sought().map(|(variable, key)| {
            sql!("{x} {e} {v}", x = value(key), e = key.equal, v = variable)
        });
        let predicate = before.predicate.iter().map(|predicate| sql!("({p})", p = predicate));
        let table = self.table;
        let conditions = Separated::by(" AND ", equal.chain(predicate));
        let state = sql!(file "sync/key_state.sql", table = table, conditions = conditions);
        let settle = sql!(
            file "sync/key_settle.sql",
            state = state,
            table = table,
            conditions = conditions,
        );
        (settle, sql!(file "sync/key_wait.sql", state = state))
    }
}

/// A part of a key, compared as its index does.
pub(super) fn value(key: &IndexKey) -> Sql {
    compared(&key.value, key)
}

/// Another value of its type, compared as the index does.
pub(super) fn compared(value: &dyn Fragment, key: &IndexKey) -> Sql {
    match &key.collation {
        None => sql!("({v})", v = value),
        Some(collation) => sql!("(({v}) COLLATE {c})", v = value, c = collation),
    }
}

/// As [`value`], such that equal ones have equal hashes.
fn hashed(key: &IndexKey) -> Sql {
    if key.hashes { value(key) } else { sql!("({v})::text", v = key.value) }
}
