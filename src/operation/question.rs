//! What only Postgres knows. It is asked in one transaction, which is rolled back: the migration is
//! rehearsed on empty copies of its tables, and Postgres says what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::schema::{Carried, Name, Table, TypeName, View};
use crate::sql::{Expression, Ident, QualifiedName, Sql};

/// One question. They are put in order, for each stands on the ones before.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Question {
    /// Makes an empty copy of a table of the base schema in the probe schema.
    Copy {
        /// Its storage name.
        table: Ident,
        /// Makes, on a partition of the copy that stands for all of them, what indexes partitions have by themselves.
        own_indexes: Vec<Sql>,
    },
    /// Does to the copies what an operation does to the tables.
    Rehearse {
        /// The place in the document that it comes from.
        path: String,
        /// The tables that the operation changes, as it calls them.
        tables: Vec<Name>,
        /// What is done.
        statement: Sql,
        /// How many characters of it come before the text of the file that it is about.
        prefix: Option<usize>,
        /// What to do where Postgres refuses.
        hint: Option<String>,
    },
    /// Is this a type?
    Type {
        /// The place in the document that it comes from.
        path: String,
        /// What may be one.
        type_name: TypeName,
    },
    /// What does this expression mean?
    Bind(Binding),
    /// Do the users' own views fit what the version shows?
    Views(VersionViews),
    /// What stands on these columns, and can it be made again on what replaces them?
    Dependents {
        /// The columns.
        columns: Vec<Standing>,
        /// The tables of which there are copies, by storage names.
        copies: Vec<Ident>,
        /// The schema of the version before.
        version: Option<Ident>,
    },
    /// Which functions mention these tables and columns in bodies that Postgres does not read beforehand?
    Mentions {
        /// The storage names of tables, each with that of a column that goes or takes another name; without
        /// one, the table itself takes another name.
        asked: Vec<(Ident, Option<Ident>)>,
    },
    /// Which functions deal in whole rows of tables that get columns in `start`, in bodies that are text?
    WholeRows {
        /// The storage names of the tables.
        tables: Vec<Ident>,
    },
    /// Makes a function in the base schema. What are its arguments?
    Function {
        /// The operation.
        path: String,
        /// What makes it.
        statement: Sql,
        /// The fields of the operation that are in it, and how many characters come before each.
        parts: Parts,
        /// Its name.
        function: QualifiedName,
    },
    /// What do the checks on a column take? The copies have their storage names.
    Filter {
        /// The place in the document that it comes from.
        path: String,
        /// The table, as the version calls it.
        table: Name,
        /// The column's storage name.
        column: Ident,
        /// The function that tells.
        function: QualifiedName,
    },
    /// A function that needs no asking.
    Given(Bound),
    /// Is this a list of statements that Postgres can parse?
    Parse {
        /// The place in the document that it comes from.
        path: String,
        /// The statements.
        text: String,
    },
}

/// The fields that are in a statement, and how many characters come before each.
pub(super) type Parts = Vec<(&'static str, usize)>;

/// An expression over the columns of a table, to be bound by Postgres.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Binding {
    /// The place in the document that it comes from.
    pub path: String,
    /// The table, as the version calls it.
    pub table: Name,
    /// The table, as it is stored.
    pub storage: Ident,
    /// The columns whose names occur, and their types.
    pub parameters: Vec<(Name, TypeName)>,
    /// The expression.
    pub expression: Expression,
    /// The type of the column that it fills.
    pub target: TypeName,
    /// Whether the file leaves it out, so that it has to be a cast which loses nothing.
    pub inferred: bool,
    /// The function that it becomes.
    pub function: QualifiedName,
    /// What gives types their storage names, so that Postgres prints those.
    pub naming: Vec<Sql>,
}

/// A column that is replaced and on which something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The table's storage name.
    pub table: Ident,
    /// The column's storage name.
    pub column: Ident,
    /// The place in the document that replaces it.
    pub path: String,
}

/// The users' own views of a version, and what they may read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionViews {
    /// Makes what stands in for the version's views of tables.
    pub tables: Vec<Sql>,
    /// The tables that these are of.
    pub known: Vec<Name>,
    /// The schema of the version before.
    pub version: Option<Ident>,
    /// The views, each behind those that it reads.
    pub views: Vec<ViewTrial>,
}

/// A view of the users' own, to be made for a try.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ViewTrial {
    /// The view.
    pub view: View,
    /// Whether the migration makes it, or shows it again.
    pub is_made: bool,
    /// Makes it, and then its indexes.
    pub statements: Vec<ViewStatement>,
}

/// One statement of a [`ViewTrial`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ViewStatement {
    /// The place in the document that it comes from.
    pub path: String,
    /// What is done.
    pub statement: Sql,
    /// How many characters of it come before the text at that place.
    pub prefix: Option<usize>,
}

/// What Postgres made of a [`Binding`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bound {
    /// The parameters as Postgres writes them: `"name" text, age integer`.
    pub parameters: Expression,
    /// The type that the function returns.
    pub returns: TypeName,
    /// The body, every name in it qualified: `RETURN upper(name)`.
    pub body: Expression,
    /// The numbers, from 1, of the parameters that the expression really reads.
    pub inputs: Vec<usize>,
    /// Whether the same inputs always give the same value (manual, section 36.7).
    pub immutable: bool,
    /// ` SET search_path TO ..`, where it calls what looks up names by itself, and other settings on which its
    /// value would depend; or nothing.
    pub settings: Expression,
    /// The rights that it needs, and that somebody lacks who may write to the table.
    #[serde(default)]
    pub lacking: Vec<Lacking>,
}

/// A right that a role lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lacking {
    /// The role.
    pub role: Ident,
    /// The right, as GRANT takes it: `EXECUTE ON FUNCTION f(text)`.
    pub right: String,
}

/// What Postgres made of a [`Question::Filter`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    /// The conditions of all checks on the column as one function.
    pub bound: Bound,
    /// Its parameters, by storage names: the column, and others that the checks read.
    pub columns: Vec<Ident>,
    /// Whether the checks take NULL, as far as that is known.
    pub takes_null: bool,
}

/// The answers to all questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answers {
    /// One for each [`Question::Bind`] and [`Question::Given`], in order.
    pub bound: Vec<Bound>,
    /// One for each [`Question::Filter`], in order.
    pub filters: Vec<Filter>,
    /// The types of the arguments, for each [`Question::Function`], in order: `integer, text`.
    pub signatures: Vec<Expression>,
    /// The copies as they were at the end, by the tables' names in the new version; their columns
    /// have their storage names.
    pub outcome: Vec<Table>,
    /// What `complete` makes again, each behind what it stands on.
    pub carried: Vec<Carried>,
    /// The functions for [`Question::Mentions`].
    pub mentions: Vec<Mention>,
    /// The functions for [`Question::WholeRows`].
    pub whole_rows: Vec<WholeRows>,
    /// The columns of the users' own views.
    pub views: BTreeMap<Name, Vec<Name>>,
}

/// A function that mentions a table, or a column, in a body that is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The function, with its arguments.
    pub function: String,
    /// The table's storage name.
    pub table: String,
    /// The column's.
    pub column: Option<String>,
    /// Whether a trigger calls it, and it names the table without a schema and has no search path of its own:
    /// then it means that of whichever version writes.
    pub strays: bool,
}

/// A function that deals in whole rows of a table, in a body that is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WholeRows {
    /// The function, with its arguments.
    pub function: String,
    /// The table's storage name.
    pub table: String,
    /// What it does with them.
    pub deal: Deal,
}

/// What a function does with whole rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deal {
    /// It returns them.
    Gives,
    /// A trigger of the table, it puts them into another one.
    Puts,
    /// A trigger of the table, it makes values of them, with the names of their columns.
    Tells,
}

impl Answers {
    /// The copy of the table that the new version calls `name`.
    #[must_use]
    pub(crate) fn outcome_of(&self, name: &Name) -> Option<&Table> {
        self.outcome.iter().find(|table| &table.name == name)
    }
}
