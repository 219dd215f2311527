//! How a column of each version follow from each other, with what Postgres said of the expressions.

use super::Compiler;
use super::copies::identity_words;
use super::expression::{Function, Scope};
use super::withheld::Checks;
use crate::operation::{Call, Lens};
use crate::plan::ddl::Constant;
use crate::plan::names;
use crate::schema::{Column, Table, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident};

/// How a column of each version follow from each other, with what Postgres said of the expressions.
pub(super) struct ColumnLens<'a> {
    pub(super) path: &'a str,
    /// Where among the lenses its old column is left: old columns are made in the opposite order.
    pub(super) place: usize,
    pub(super) old: Option<&'a Ident>,
    pub(super) new: Option<NewColumn<'a>>,
    pub(super) up: Option<Function<'a>>,
    pub(super) down: Option<Function<'a>>,
    /// The columns that `up` reads and that go at `complete`.
    pub(super) going: Vec<&'a Ident>,
}

/// What a value in an old column of a row that is inserted says of who gave it.
pub(super) enum Evidence<'a> {
    /// The old version gave it: the table has nothing to put there.
    Given,
    /// The old version gave it where it is not the table's default.
    Unlike { default: &'a Expression, type_name: &'a TypeName },
    /// Nothing: the column fills itself, with what cannot be known.
    None,
}

impl<'a> ColumnLens<'a> {
    /// The new column and what fills it.
    pub(super) fn filled(&self) -> Option<(&'a Ident, &Function<'a>)> {
        Some((self.new.as_ref()?.storage, self.up.as_ref()?))
    }

    /// The old column and what makes it of the new version's row.
    pub(super) fn kept(&self) -> Option<(&'a Ident, &Function<'a>)> {
        Some((self.old?, self.down.as_ref()?))
    }
}

/// A column that only the new version has.
pub(super) struct NewColumn<'a> {
    pub(super) storage: &'a Ident,
    pub(super) constant: Option<Constant>,
    /// Whether it is an identity column from `complete` on, which nobody has to give a value.
    pub(super) is_identity: bool,
}

/// What several operations made of one column: the first one's old side, the last one's new side.
struct Chain<'a> {
    first: &'a Lens,
    last: &'a Lens,
}

/// The lenses of a table, in the order in which new columns can be made: each reads only what those
/// before it make. A column that an operation makes and a later one replaces is in no version, and
/// not in the table: expressions that read it are called with the expression that makes it.
pub(super) fn column_lenses<'a>(
    compiler: &'a Compiler<'a>,
    before: &'a Table,
    outcome: &'a Table,
) -> Vec<ColumnLens<'a>> {
    let lenses: Vec<&Lens> =
        compiler.draft.lenses.iter().filter(|lens| lens.table == before.storage).collect();
    let scope = Scope { answers: compiler.answers, before, outcome };
    let mut chains: Vec<Chain<'a>> = Vec::new();
    for &lens in &lenses {
        let earlier = chains
            .iter()
            .position(|chain| lens.old.is_some() && chain.last.new.as_ref() == lens.old.as_ref());
        let first = earlier.map_or(lens, |number| chains.remove(number).first);
        chains.push(Chain { first, last: lens });
    }
    // The old columns come the other way: each reads only what later operations left.
    let place = |lens: &Lens| lenses.iter().position(|other| std::ptr::eq(*other, lens));
    chains
        .iter()
        .map(|chain| {
            let place = place(chain.first).unwrap_or_default();
            ColumnLens::new(compiler, chain, &lenses, &scope, place)
        })
        .filter(|lens| lens.old.is_some() || lens.new.is_some())
        .collect()
}

impl<'a> Evidence<'a> {
    pub(super) fn of(old: &'a Column) -> Self {
        if old.generated.is_some() {
            return Self::None;
        }
        match &old.default {
            // A domain may have one of its own.
            None if old.type_default => Self::None,
            None => Self::Given,
            // The same for all of a transaction at least, so that it can be told again.
            Some(default) if old.default_is_stable => {
                Self::Unlike { default, type_name: &old.type_name }
            }
            Some(_) => Self::None,
        }
    }
}

impl<'a> ColumnLens<'a> {
    fn new(
        compiler: &'a Compiler<'a>,
        chain: &Chain<'a>,
        lenses: &[&'a Lens],
        scope: &Scope<'a>,
        place: usize,
    ) -> Self {
        let (before, outcome) = (scope.before, scope.outcome);
        let made = |storage: &Ident| -> Option<&'a Call> {
            lenses.iter().find(|lens| lens.new.as_ref() == Some(storage))?.up.as_ref()
        };
        let unmade = |storage: &Ident| -> Option<&'a Call> {
            lenses.iter().find(|lens| lens.old.as_ref() == Some(storage))?.down.as_ref()
        };
        let old = chain.first.old.as_ref().and_then(|storage| before.stored(storage));
        let new = chain.last.new.as_ref().and_then(|storage| outcome.stored(storage));
        let up = chain.last.up.as_ref().zip(new);
        let up = up.and_then(|(up, new)| {
            let checks = Checks::of(compiler, &before.storage, &new.storage);
            Some(Function::new(up, &new.type_name, scope, &made)?.sieved_by(checks))
        });
        let down = chain.first.down.as_ref().zip(old);
        let down = down.and_then(|(down, old)| Function::new(down, &old.type_name, scope, &unmade));
        let new = new.map(|column| {
            // A default of a constrained domain is not kept in the catalog but written to each row.
            let constant = up.as_ref().filter(|up| up.is_constant() && !column.constrained_domain);
            let constant = constant.map(|up| Constant {
                value: up.call(&|column| sql!("{c}", c = column)),
                not_null: (!column.nullable)
                    .then(|| names::not_null(&before.storage, &column.storage)),
            });
            let is_identity = identity_words(column).is_some();
            NewColumn { storage: &column.storage, constant, is_identity }
        });
        let path = &chain.last.path;
        let going = up.iter().flat_map(Function::expression_inputs);
        let going = going.filter(|input| outcome.stored(input).is_none()).collect();
        let old = old.map(|old| &old.storage);
        Self { path, place, old, new, up, down, going }
    }
}
