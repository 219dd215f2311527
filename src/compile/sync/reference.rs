//! Foreign keys of which both ends are replaced: what looks up the other side of one.

use super::counterpart::Counterpart;
use super::key::{compared, value};
use super::{assign_if, image_ne, new_row};
use crate::compile::expression::Function;
use crate::compile::lens::ColumnLens;
use crate::compile::table::TableChange;
use crate::compile::violation::keeps;
use crate::plan::names;
use crate::schema::{ForeignKey, Index, IndexKey, Table, TypeName};
use crate::sql;
use crate::sql::{Body, Expression, Ident, QualifiedName, Separated, Sql, commas};

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

/// The keys of a version, which of them is looked up, and what makes that of the other version's row.
type Key<'l, 'a> = (&'l Ends<'a>, usize, &'l Function<'a>);

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
            let forth = self.maker(&new.keys[number], ColumnLens::filled);
            let back = self.maker(&old.keys[number], ColumnLens::kept);
            let forth = lens.filled().zip(forth);
            let forth = forth.map(|(own, by)| self.counterpart(own, (new, number, by), old));
            let back = lens.kept().zip(back);
            let back = back.map(|(own, by)| self.counterpart(own, (old, number, by), new));
            found.extend([forth, back].into_iter().flatten().flatten());
        }
        found
    }

    /// What makes a key of the other version's row.
    fn maker<'l>(
        &'l self,
        key: &Ident,
        side: fn(&'l ColumnLens<'a>) -> Option<Made<'l, 'a>>,
    ) -> Option<&'l Function<'a>> {
        let mut made = self.target.lenses.iter().filter_map(side);
        made.find(|(made, _)| *made == key).map(|(_, maker)| maker)
    }

    /// What looks up a column in the key that it refers to, by the columns that were written.
    fn counterpart(
        &self,
        (column, function): Made<'_, 'a>,
        key: Key<'_, 'a>,
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
            what: format!(
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
        (made, number, maker): Key<'_, 'a>,
        written: &Ends<'_>,
    ) -> Sql {
        let (part, key) = (made.parts[number], &made.keys[number]);
        let meets = sql!("{v} {e} $1::{t}", v = value(part), e = part.equal, t = part.type_name);
        let conditions = written.parts.iter().enumerate().map(|(number, part)| {
            sql!("{v} {e} {n}", v = value(part), e = part.equal, n = parameter(number + 2))
        });
        let body = sql!(
            file "sync/counterpart_body.sql",
            as_made = as_made(key, maker, written),
            meets = meets,
            key = key,
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
        let (own, keys) = (owner.storages(&key.columns), target.storages(&key.referenced));
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

/// Whether a key is what its own expression makes, and was referred to by the same value: then what the expression of
/// the reference makes counts, though it be another key on purpose, or NULL.
fn as_made(key: &Ident, maker: &Function<'_>, written: &Ends<'_>) -> Sql {
    if !maker.is_immutable() {
        return sql!("false");
    }
    let column = |column: &Ident| sql!("{c}", c = column);
    let made = image_ne(&column(key), &maker.call(&column), maker.column_type());
    let keys = written.keys.iter().zip(&written.parts);
    let keys = keys.map(|(key, part)| sql!("{k}::{t}", k = key, t = part.type_name));
    let given = (2..).take(written.keys.len()).map(parameter);
    let other =
        sql!("pg_catalog.record_image_ne(ROW({k}), ROW({g}))", k = commas(keys), g = commas(given));
    sql!("NOT {m} AND NOT {o}", m = made, o = other)
}

fn parameter(number: usize) -> Expression {
    Expression::from_catalog(format!("${number}"))
}

/// Has a row that refers to itself do so on the other side, too: nobody finds it in the table before it is written.
fn refer_to_itself(column: &Ident, (made, number, _): Key<'_, '_>, written: &Ends<'_>) -> Sql {
    let meets = |ends: &Ends<'_>, number: usize| {
        let part = ends.parts[number];
        let as_compared = |column: &Ident| {
            compared(&sql!("{c}::{t}", c = new_row(column), t = part.type_name), part)
        };
        let (key, own) = (as_compared(&ends.keys[number]), as_compared(&ends.own[number]));
        sql!("{k} {e} {o}", k = key, e = part.equal, o = own)
    };
    let is_its_own = (0..written.own.len()).map(|number| meets(written, number));
    let condition =
        sql!("{w} AND NOT ({m})", w = Separated::by(" AND ", is_its_own), m = meets(made, number),);
    assign_if(&condition, &sql!("NEW.{c} := {k};", c = column, k = new_row(&made.keys[number])))
}

/// Whether both versions have the same value there, or a write fails.
fn is_the_same(lens: &ColumnLens<'_>) -> bool {
    let Some(((_, up), (_, down))) = lens.filled().zip(lens.kept()) else { return false };
    let (old, new) = (down.column_type().as_str(), up.column_type().as_str());
    let is_copied = up.copied().is_some() && down.copied().is_some();
    is_copied && keeps(old, new) && keeps(new, old)
}
