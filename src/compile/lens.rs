//! How a column of each version follow from each other, with what Postgres said of the expressions.

use super::Compiler;
use super::copies::identity_words;
use super::expression::Function;
use crate::operation::Lens;
use crate::plan::ddl::Constant;
use crate::plan::names;
use crate::schema::Table;
use crate::sql;
use crate::sql::Ident;

/// How a column of each version follow from each other, with what Postgres said of the expressions.
pub(super) struct ColumnLens<'a> {
    pub(super) path: &'a str,
    pub(super) old: Option<&'a Ident>,
    /// Whether a row gets a value in the old column without anybody giving it one.
    pub(super) old_fills_itself: bool,
    pub(super) new: Option<NewColumn<'a>>,
    pub(super) up: Option<Function<'a>>,
    pub(super) down: Option<Function<'a>>,
}

/// A column that only the new version has.
pub(super) struct NewColumn<'a> {
    pub(super) storage: &'a Ident,
    pub(super) constant: Option<Constant>,
    /// Whether it is an identity column from `complete` on, which nobody has to give a value.
    pub(super) is_identity: bool,
}

impl<'a> ColumnLens<'a> {
    pub(super) fn new(
        compiler: &'a Compiler<'a>,
        before: &'a Table,
        outcome: &'a Table,
        lens: &'a Lens,
    ) -> Self {
        let answers = compiler.answers;
        let up = lens.up.as_ref().zip(lens.new.as_ref());
        let up = up.and_then(|(up, column)| Function::new(up, answers, outcome, column));
        let down = lens.down.as_ref().zip(lens.old.as_ref());
        let down = down.and_then(|(down, column)| Function::new(down, answers, before, column));
        let new = lens.new.as_ref().map(|storage| {
            let column = outcome.stored(storage);
            // A default of a constrained domain is not kept in the catalog but written to each row.
            let constant = up.as_ref().filter(|up| {
                up.is_constant() && column.is_some_and(|column| !column.constrained_domain)
            });
            let constant = constant.map(|up| Constant {
                value: up.call(|column| sql!("{c}", c = column)),
                not_null: column
                    .is_some_and(|column| !column.nullable)
                    .then(|| names::not_null(&before.storage, storage)),
            });
            let is_identity = column.is_some_and(|column| identity_words(column).is_some());
            NewColumn { storage, constant, is_identity }
        });
        let old = lens.old.as_ref();
        let old_fills_itself = old.and_then(|storage| before.stored(storage)).is_some_and(|old| {
            old.default.is_some() || old.generated.is_some() || old.sequence.is_some()
        });
        Self { path: &lens.path, old, old_fills_itself, new, up, down }
    }
}
