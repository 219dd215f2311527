//! The other side of a reference, where both the key and what refers to it are replaced.
//!
//! What a version writes as a key need not be what the expression makes of its other side: 'Bb' with `lower`
//! and `upper`. A row of the other version that refers to it has to have 'Bb' there all the same, and not 'BB'.
//! So as long as there is a foreign key on either side, the sync function asks the row that is referred to whether what it
//! computed is a key there, and takes the key where it is not.

use super::{Sync, new_row};
use crate::compile::expression::Function;
use crate::plan::{Step, ddl};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

/// How a reference's other side is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum References {
    /// By `up` and `down`.
    Computed,
    /// In the row that is referred to, if that knows better.
    LookedUp,
}

/// What looks up the other side of a reference.
pub(in crate::compile) struct Counterpart {
    /// The column that gets it.
    pub(super) column: Ident,
    /// The columns of the foreign key on the side that was written.
    pub(super) written: Vec<Ident>,
    /// The types that they are compared as.
    pub(super) types: Vec<Expression>,
    /// What is to be done once the row's own keys are made, where it may refer to itself.
    pub(super) itself: Option<Sql>,
    pub(super) function: QualifiedName,
    pub(super) create: Sql,
    /// What that is, for the reader of a plan.
    pub(super) what: String,
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
        ddl::create_function(&self.what, &self.function, self.function())
    }

    /// The function, to be made anew.
    pub(in crate::compile) fn function(&self) -> Sql {
        self.create.clone()
    }

    /// The step that drops the function.
    pub(in crate::compile) fn drop(&self) -> Step {
        ddl::drop_function(&self.what, &self.function)
    }
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
