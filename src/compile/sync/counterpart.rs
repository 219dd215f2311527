//! The other side of a reference, where both the key and what refers to it are replaced.
//!
//! What a version writes as a key need not be what the expression makes of its other side: 'Bb' with `lower`
//! and `upper`. A row of the other version that refers to it has to have 'Bb' there all the same, and not 'BB'.
//! So as long as there is a foreign key on either side, the sync function asks the row that is referred to whether what it
//! computed is a key there, and takes the key where it is not.

use super::key::value;
use super::{Sync, assign_if, new_row};
use crate::compile::expression::Function;
use crate::compile::lens::ColumnLens;
use crate::compile::storages;
use crate::compile::table::TableChange;
use crate::compile::violation::keeps;
use crate::plan::{Step, names};
use crate::schema::{ForeignKey, Index, IndexKey, Table, TypeName};
use crate::sql;
use crate::sql::{Body, Expression, Ident, QualifiedName, Separated, Sql, commas};

/// How a reference's other side is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compile) enum References {
    /// By `up` and `down`.
    Computed,
    /// In the row that is referred to, if that knows better.
    LookedUp,
}

/// What looks up the other side of a reference.
pub(in crate::compile) struct Counterpart {
    /// The column that gets it.
    column: Ident,
    /// The columns of the foreign key on the side that was written.
    pub(super) written: Vec<Ident>,
    /// The types that they are compared as.
    types: Vec<Expression>,
    /// What is to be done once the row's own keys are made, where it may refer to itself.
    itself: Option<Sql>,
    function: QualifiedName,
    create: Sql,
    purpose: String,
}

/// A foreign key of both versions, of which columns are replaced.
struct Reference<'r, 'a> {
    change: &'r TableChange<'a>,
    target: &'r TableChange<'a>,
    name: &'a Ident,
    old: Ends<'a>,
    new: Ends<'a>,
}

/// The columns that a foreign key compares in one version.
struct Ends<'a> {
    own: Vec<Ident>,
    keys: Vec<Ident>,
    /// What the index of the keys says of each.
    parts: Vec<&'a IndexKey>,
}

/// A column, and what makes it of the other version's.
type Made<'l, 'a> = (&'a Ident, &'l Function<'a>);

impl TableChange<'_> {
    /// The columns of references that are looked up, one after the other.
    pub(in crate::compile) fn counterparts(&self) -> Vec<Counterpart> {
        let mut counterparts: Vec<Counterpart> = Vec::new();
        for key in self.new_foreign_keys() {
            let Some(target) = key.table.as_ref().and_then(|name| self.compiler.change_of(name))
            else {
                continue;
            };
            let reference = Reference::new(self, &target, key);
            for found in reference.into_iter().flat_map(|reference| reference.counterparts()) {
                // Of two foreign keys, either tells.
                if counterparts.iter().all(|known| known.column != found.column) {
                    counterparts.push(found);
                }
            }
        }
        counterparts
    }
}

impl<'r, 'a> Reference<'r, 'a> {
    fn new(
        change: &'r TableChange<'a>,
        target: &'r TableChange<'a>,
        key: &'a ForeignKey,
    ) -> Option<Self> {
        let before = change.constraint_before(&key.name)?;
        let before = change.before.foreign_keys.iter().find(|one| &one.name == before)?;
        let old = Ends::new(before, (change.before, target.before), &target.before.indexes)?;
        let new = Ends::new(key, (change.after, target.after), &target.outcome.indexes)?;
        Some(Self { change, target, name: &key.name, old, new })
    }

    fn counterparts(&self) -> Vec<Counterpart> {
        let (old, new) = (&self.old, &self.new);
        let replaced = |lens: &ColumnLens<'_>, number: usize| {
            let becomes = lens.new.as_ref().map(|new| new.storage);
            lens.old == Some(&old.own[number]) && becomes == Some(&new.own[number])
        };
        let mut found = Vec::new();
        for number in (0..old.own.len()).filter(|&number| old.keys[number] != new.keys[number]) {
            let mut lenses = self.change.lenses.iter();
            let Some(lens) = lenses.find(|lens| replaced(lens, number) && !is_the_same(lens))
            else {
                continue;
            };
            let forth =
                lens.filled().filter(|_| self.is_made(&new.keys[number], ColumnLens::filled));
            let back = lens.kept().filter(|_| self.is_made(&old.keys[number], ColumnLens::kept));
            let forth = forth.map(|made| self.counterpart(made, (new, number), old));
            let back = back.map(|made| self.counterpart(made, (old, number), new));
            found.extend([forth, back].into_iter().flatten().flatten());
        }
        found
    }

    /// Whether a key is made of the other version's row.
    fn is_made<'l>(
        &'l self,
        key: &Ident,
        side: fn(&'l ColumnLens<'a>) -> Option<Made<'l, 'a>>,
    ) -> bool {
        self.target.lenses.iter().filter_map(side).any(|(made, _)| made == key)
    }

    /// What looks up a column in the key that it refers to, by the columns that were written.
    fn counterpart(
        &self,
        (column, function): Made<'_, 'a>,
        key: (&Ends<'_>, usize),
        written: &Ends<'_>,
    ) -> Option<Counterpart> {
        // What depends on more than the reference is something else than the key.
        let is_plain = function.inputs().iter().all(|input| written.own.contains(input));
        if !is_plain {
            return None;
        }
        let (name, table) = (self.name, &self.change.table);
        let function_name = names::counterpart_function(table, name, column);
        Some(Counterpart {
            column: column.clone(),
            written: written.own.clone(),
            types: written.parts.iter().map(|part| part.type_name.clone()).collect(),
            itself: (self.change.table == self.target.table)
                .then(|| refer_to_itself(column, key, written)),
            create: self.create(&function_name, function.column_type(), key, written),
            function: function_name,
            purpose: format!(
                "what looks up `{}` of `{}` in the row that `{}` refers to",
                column.as_str(),
                table.name.as_str(),
                name.as_str()
            ),
        })
    }

    fn create(
        &self,
        function: &QualifiedName,
        returns: &TypeName,
        (made, number): (&Ends<'_>, usize),
        written: &Ends<'_>,
    ) -> Sql {
        let part = made.parts[number];
        let meets = sql!("{v} {e} $1::{t}", v = value(part), e = part.equal, t = part.type_name);
        let conditions = written.parts.iter().enumerate().map(|(number, part)| {
            let number = Expression::from_catalog(format!("${}", number + 2));
            sql!("{v} {e} {n}", v = value(part), e = part.equal, n = number)
        });
        let body = sql!(
            file "sync/counterpart_body.sql",
            meets = meets,
            key = made.keys[number],
            table = self.target.own_rows(),
            conditions = Separated::by(" AND ", conditions),
        );
        sql!(
            file "sync/counterpart.sql",
            function = function,
            computed = returns,
            parameters = commas(written.parts.iter().map(|part| &part.type_name)),
            returns = returns,
            // What an expression calls may look up names by itself.
            path = sql!("pg_catalog, {b}, pg_temp", b = self.target.table.schema),
            body = Body::new(body.as_str()),
        )
    }
}

impl<'a> Ends<'a> {
    fn new(
        key: &ForeignKey,
        (owner, target): (&Table, &Table),
        indexes: &'a [Index],
    ) -> Option<Self> {
        let (own, keys) = (storages(owner, &key.columns), storages(target, &key.referenced));
        let parts = |index: &'a Index| -> Option<Vec<&'a IndexKey>> {
            let is_whole = index.keys.len() == keys.len() && index.predicate.is_none();
            let part =
                |key: &Ident| index.keys.iter().find(|part| part.value.is_column("", key.as_str()));
            keys.iter().map(|key| part(key).filter(|_| is_whole)).collect()
        };
        let parts = indexes.iter().find_map(parts)?;
        (own.len() == keys.len()).then_some(Self { own, keys, parts })
    }
}

impl Counterpart {
    /// The value of its column: what the expression makes, unless the row that is referred to has another key.
    fn or_else(&self, computed: &Sql) -> Sql {
        let written = self.written.iter().zip(&self.types);
        let written = written.map(|(column, of)| sql!("{c}::{t}", c = new_row(column), t = of));
        sql!("{f}({c}, {w})", f = self.function, w = commas(written), c = computed)
    }

    /// The step that makes the function.
    pub(in crate::compile) fn create(&self) -> Step {
        let grant = sql!("GRANT EXECUTE ON FUNCTION {f} TO PUBLIC", f = self.function);
        let purpose = format!("make {}", self.purpose);
        Step::quiet(purpose, vec![self.create.clone(), grant]).undone_by(self.drop())
    }

    /// The function, to be made anew.
    pub(in crate::compile) fn function(&self) -> Sql {
        self.create.clone()
    }

    /// The step that drops the function.
    pub(in crate::compile) fn drop(&self) -> Step {
        let purpose = format!("drop {}", self.purpose);
        Step::quiet(purpose, vec![sql!("DROP FUNCTION {f}", f = self.function)])
    }
}

/// Has a row that refers to itself do so on the other side, too: nobody finds it in the table before it is written.
fn refer_to_itself(column: &Ident, (made, number): (&Ends<'_>, usize), written: &Ends<'_>) -> Sql {
    let meets = |ends: &Ends<'_>, number: usize| {
        let part = ends.parts[number];
        let as_compared = |column: &Ident| {
            let typed = sql!("{c}::{t}", c = new_row(column), t = part.type_name);
            match &part.collation {
                None => typed,
                Some(collation) => sql!("({t} COLLATE {c})", t = typed, c = collation),
            }
        };
        let (key, own) = (as_compared(&ends.keys[number]), as_compared(&ends.own[number]));
        sql!("{k} {e} {o}", k = key, e = part.equal, o = own)
    };
    let is_its_own = (0..written.own.len()).map(|number| meets(written, number));
    let condition =
        sql!("{w} AND NOT ({m})", w = Separated::by(" AND ", is_its_own), m = meets(made, number),);
    assign_if(&condition, &sql!("NEW.{c} := {k};", c = column, k = new_row(&made.keys[number])))
}

impl Sync<'_> {
    /// What follows for rows that refer to themselves, once these columns are made.
    pub(super) fn to_itself<'c>(
        &self,
        columns: impl Iterator<Item = &'c Ident>,
    ) -> impl Iterator<Item = Sql> {
        let looked_up = self.references == References::LookedUp;
        columns.filter_map(move |column| {
            self.counterpart(column)?.itself.clone().filter(|_| looked_up)
        })
    }

    /// Gives a column of the one version what follows from the other's.
    pub(super) fn assign(&self, column: &Ident, function: &Function<'_>) -> Sql {
        let looked_up = self.references == References::LookedUp;
        match self.counterpart(column).filter(|_| looked_up) {
            Some(one) => {
                let value = one.or_else(&function.call(&new_row));
                sql!("NEW.{c} := {v};", c = column, v = value)
            }
            None => super::assign(column, function),
        }
    }

    /// The columns by which the row is found that has the value of this one.
    pub(super) fn looked_up_by(&self, column: &Ident) -> &[Ident] {
        self.counterpart(column).map_or(&[], |one| &one.written)
    }

    fn counterpart(&self, column: &Ident) -> Option<&Counterpart> {
        self.counterparts.iter().find(|one| &one.column == column)
    }
}

/// Whether both versions have the same value there, or a write fails.
fn is_the_same(lens: &ColumnLens<'_>) -> bool {
    let Some(((_, up), (_, down))) = lens.filled().zip(lens.kept()) else { return false };
    let (old, new) = (down.column_type().as_str(), up.column_type().as_str());
    let is_copied = up.copied().is_some() && down.copied().is_some();
    is_copied && keeps(old, new) && keeps(new, old)
}
