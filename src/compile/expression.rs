//! Bound expressions: the functions they become, and calls of them.

use crate::operation::{Answers, Bound, Call};
use crate::plan::Step;
use crate::schema::{Name, Table, TypeName};
use crate::sql;
use crate::sql::{Ident, Sql, commas};

/// An expression of the user's as Postgres has bound it, with the columns it is called with.
#[derive(Debug, Clone)]
pub(super) struct Function<'a> {
    call: &'a Call,
    bound: &'a Bound,
    column_type: &'a TypeName,
}

impl<'a> Function<'a> {
    /// The answer to the question that `call` asked, for a column of `table` that it fills.
    pub(super) fn new(
        call: &'a Call,
        answers: &'a Answers,
        table: &'a Table,
        column: &Ident,
    ) -> Option<Self> {
        let bound = answers.bound.get(call.number)?;
        let column_type = &table.stored(column)?.type_name;
        Some(Self { call, bound, column_type })
    }

    /// Whether the same columns always give the same value.
    pub(super) fn is_immutable(&self) -> bool {
        self.bound.immutable
    }

    /// Whether it is the same value for every row.
    pub(super) fn is_constant(&self) -> bool {
        self.bound.is_constant()
    }

    /// The type of the column that it fills, with its modifiers: `numeric(10,2)` holds another value
    /// than the `numeric` that the function returns.
    pub(super) fn column_type(&self) -> &TypeName {
        self.column_type
    }

    /// The storage names of the columns it reads, in order.
    pub(super) fn inputs(&self) -> Vec<&'a Ident> {
        let argument = |number: &usize| self.call.arguments.get(number.checked_sub(1)?);
        self.bound.inputs.iter().filter_map(argument).map(|(_, storage)| storage).collect()
    }

    /// The columns it reads, as the version calls them.
    pub(super) fn input_names(&self) -> Vec<&'a Name> {
        let argument = |number: &usize| self.call.arguments.get(number.checked_sub(1)?);
        self.bound.inputs.iter().filter_map(argument).map(|(name, _)| name).collect()
    }

    /// A call of it; `argument` says how a column is written.
    pub(super) fn call(&self, argument: impl Fn(&Ident) -> Sql) -> Sql {
        let arguments = self.call.arguments.iter().map(|(_, storage)| argument(storage));
        sql!("{f}({a})", f = self.call.function, a = commas(arguments))
    }

    /// The step that makes the function. Every role that writes to the table calls it.
    pub(super) fn create(&self) -> Step {
        let function = &self.call.function;
        let create = sql!(
            file "sync/expression.sql",
            function = function,
            parameters = self.bound.parameters,
            returns = self.bound.returns,
            body = self.bound.body,
        );
        // Its name is unique, so that the types of its parameters need not be told.
        let grant = sql!("GRANT EXECUTE ON FUNCTION {f} TO PUBLIC", f = function);
        let purpose = format!("keep the expression {}", self.call.label);
        Step::quiet(purpose, vec![create, grant]).undone_by(self.drop())
    }

    /// The step that drops the function.
    pub(super) fn drop(&self) -> Step {
        let purpose = format!("drop the expression {}", self.call.label);
        Step::quiet(purpose, vec![sql!("DROP FUNCTION {f}", f = self.call.function)])
    }
}
