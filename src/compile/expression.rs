//! Bound expressions: the functions they become, and calls of them.

use std::collections::BTreeSet;

use super::withheld::Checks;
use crate::operation::{Answers, Argument, Bound, Call, Lacking};
use crate::plan::Step;
use crate::schema::{Table, TypeName};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

/// An expression of the user's as Postgres has bound it, with what it is called with.
#[derive(Debug, Clone)]
pub(super) struct Function<'a> {
    call: &'a Call,
    bound: &'a Bound,
    column_type: &'a TypeName,
    arguments: Vec<Value<'a>>,
    /// Where there are some, values that they refuse become NULL.
    checks: Option<Checks<'a>>,
}

/// What is passed to a function.
#[derive(Debug, Clone)]
enum Value<'a> {
    /// A column of the table.
    Column(&'a Ident),
    /// What stands for a column that only lies between the two versions.
    Made(Function<'a>),
    /// Such a column that nothing fills.
    Null,
}

/// What the expressions of one table are told by.
pub(super) struct Scope<'a> {
    pub(super) answers: &'a Answers,
    pub(super) before: &'a Table,
    pub(super) outcome: &'a Table,
}

impl<'a> Function<'a> {
    /// The answer to the question that `call` asked, for a column of type `column_type`. A column
    /// that is in neither version is what `maker` says fills it.
    pub(super) fn new(
        call: &'a Call,
        column_type: &'a TypeName,
        scope: &Scope<'a>,
        maker: &dyn Fn(&Ident) -> Option<&'a Call>,
    ) -> Option<Self> {
        let bound = scope.answers.bound.get(call.number)?;
        let value = |argument: &'a Argument| {
            let storage = &argument.storage;
            if scope.before.stored(storage).or_else(|| scope.outcome.stored(storage)).is_some() {
                return Some(Value::Column(storage));
            }
            match maker(storage) {
                None => Some(Value::Null),
                Some(call) => Self::new(call, &argument.type_name, scope, maker).map(Value::Made),
            }
        };
        let arguments = call.arguments.iter().map(value).collect::<Option<_>>()?;
        Some(Self { call, bound, column_type, arguments, checks: None })
    }

    /// The same with NULL in the place of what the checks refuse.
    pub(super) fn sieved_by(self, checks: Option<Checks<'a>>) -> Self {
        Self { checks, ..self }
    }

    /// The checks whose refusals become NULL.
    pub(super) fn checks(&self) -> Option<&Checks<'a>> {
        self.checks.as_ref()
    }

    /// This function and those whose values it is called with.
    pub(super) fn with_makers(&self) -> Vec<&Self> {
        let mut functions = vec![self];
        for value in &self.arguments {
            if let Value::Made(made) = value {
                functions.extend(made.with_makers());
            }
        }
        functions
    }

    /// Tells it from the other functions of the migration.
    pub(super) fn number(&self) -> usize {
        self.call.number
    }

    /// The place in the document that it comes from.
    pub(super) fn path(&self) -> &'a str {
        &self.call.path
    }

    /// The rights that it needs, and that somebody lacks who may write to the table.
    pub(super) fn lacking(&self) -> &'a [Lacking] {
        &self.bound.lacking
    }

    /// What it is, for the reader of a plan.
    pub(super) fn label(&self) -> &str {
        &self.call.label
    }

    /// What it computes, as messages say it.
    pub(super) fn text(&self) -> String {
        match &self.call.text {
            Some(text) => text.as_str().trim().to_owned(),
            None => self.call.label.clone(),
        }
    }

    /// The field of the file that says it, such as `up`.
    pub(super) fn what(&self) -> &str {
        self.call.label.trim_start_matches('`').split('`').next().unwrap_or_default()
    }

    /// The values that it really reads.
    fn read(&self) -> impl Iterator<Item = &Value<'a>> {
        self.bound.inputs.iter().filter_map(|number| self.arguments.get(number.checked_sub(1)?))
    }

    /// Whether the same columns always give the same value.
    pub(super) fn is_immutable(&self) -> bool {
        self.bound.immutable
            && self.read().all(|value| match value {
                Value::Made(made) => made.is_immutable(),
                Value::Column(_) | Value::Null => true,
            })
    }

    /// Whether it is the same value for every row.
    pub(super) fn is_constant(&self) -> bool {
        self.is_immutable() && self.inputs().is_empty()
    }

    /// The type of the column that it fills, with its modifiers: `numeric(10,2)` holds another value
    /// than the `numeric` that the function returns.
    pub(super) fn column_type(&self) -> &TypeName {
        self.column_type
    }

    /// The column of the table that it does nothing but pass on.
    pub(super) fn copied(&self) -> Option<&'a Ident> {
        if !self.call.is_copy {
            return None;
        }
        match self.arguments.first()? {
            Value::Column(storage) => Some(storage),
            Value::Made(made) => made.copied(),
            Value::Null => None,
        }
    }

    /// As [`Function::inputs`], without those of the functions whose values it is called with.
    pub(super) fn own_inputs(&self) -> impl Iterator<Item = &'a Ident> {
        self.read().filter_map(|value| match value {
            Value::Column(storage) => Some(*storage),
            Value::Made(_) | Value::Null => None,
        })
    }

    /// The storage names of the columns of the table that its value depends on.
    pub(super) fn inputs(&self) -> Vec<&'a Ident> {
        let mut inputs = self.expression_inputs();
        let others = self.checks.iter().flat_map(|checks| checks.others());
        inputs.extend(others.filter(|other| !inputs.contains(other)).collect::<Vec<_>>());
        inputs
    }

    /// As [`Function::inputs`], without what only the checks read.
    pub(super) fn expression_inputs(&self) -> Vec<&'a Ident> {
        let mut inputs = Vec::new();
        for value in self.read() {
            match value {
                Value::Column(storage) => inputs.push(*storage),
                Value::Made(made) => inputs.extend(made.expression_inputs()),
                Value::Null => {}
            }
        }
        let mut seen = BTreeSet::new();
        inputs.retain(|input| seen.insert(*input));
        inputs
    }

    /// A call of it; `argument` says how a column is written.
    pub(super) fn call(&self, argument: &dyn Fn(&Ident) -> Sql) -> Sql {
        let value = self.value(argument);
        match self.takes(argument) {
            None => value,
            Some(takes) => sql!("CASE WHEN {t} IS NOT FALSE THEN {v} END", t = takes, v = value),
        }
    }

    /// Whether the checks refuse its value.
    pub(super) fn is_refused(&self, argument: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
        self.takes(argument).map(|takes| sql!("{t} IS FALSE", t = takes))
    }

    /// Whether the checks take its value, as the column would hold it.
    fn takes(&self, argument: &dyn Fn(&Ident) -> Sql) -> Option<Sql> {
        let checks = self.checks.as_ref()?;
        let held = sql!("{v}::{t}", v = self.value(argument), t = self.column_type);
        Some(checks.take(held, argument))
    }

    /// As [`Function::call`], whatever the checks say.
    pub(super) fn value(&self, argument: &dyn Fn(&Ident) -> Sql) -> Sql {
        let arguments = self.arguments.iter().map(|value| match value {
            Value::Column(storage) => argument(storage),
            Value::Made(made) => made.value(argument),
            // Of the parameter's type, as there is no other function of this name.
            Value::Null => sql!("NULL"),
        });
        sql!("{f}({a})", f = self.call.function, a = commas(arguments))
    }

    /// The step that makes the function. Every role that writes to the table calls it.
    pub(super) fn create(&self, is_indexed: bool) -> Step {
        let purpose = format!("keep the expression {}", self.call.label);
        let create = create_function(&self.call.function, self.bound, is_indexed);
        Step::quiet(purpose, create).undone_by(self.drop())
    }

    /// The function's name.
    pub(super) fn name(&self) -> &QualifiedName {
        &self.call.function
    }

    /// The step that drops the function.
    pub(super) fn drop(&self) -> Step {
        let purpose = format!("drop the expression {}", self.call.label);
        Step::quiet(purpose, vec![sql!("DROP FUNCTION {f}", f = self.call.function)])
    }
}

/// Makes a function of an expression. In an index it has to be said that it is immutable; elsewhere
/// Postgres sees that by itself when it inlines the function, which it can where that sets nothing.
pub(super) fn create_function(
    function: &QualifiedName,
    bound: &Bound,
    is_indexed: bool,
) -> Vec<Sql> {
    let is_said = is_indexed || bound.immutable && !bound.settings.as_str().is_empty();
    let create = sql!(
        file "sync/expression.sql",
        function = function,
        parameters = bound.parameters,
        returns = bound.returns,
        volatility = Expression::from_catalog(if is_said { " IMMUTABLE" } else { "" }),
        settings = bound.settings,
        body = bound.body,
    );
    // Its name is unique, so that the types of its parameters need not be told.
    vec![create, sql!("GRANT EXECUTE ON FUNCTION {f} TO PUBLIC", f = function)]
}
