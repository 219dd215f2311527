//! What operations have made of the schema so far, and what they need to know from Postgres.

use std::collections::BTreeMap;

use super::draft_enums::{Late, Renewed, Renewing};
use super::draft_objects::{Gone, Made};
use super::follow::Follower;
use super::origin::Origins;
use super::question::{Question, Standing};
use super::rejection::{Rejected, Rejection};
use super::withheld::Withheld;
use crate::schema::{Name, Schema, Table, TypeName, View};
use crate::sql::{Expression, Ident, QualifiedName, Sql};

/// The schema as the operations folded so far leave it, with everything they asked for.
///
/// Operations change the draft and know nothing of how the change is made online: they say what
/// they would do to an empty copy of the table (a question, which Postgres answers by doing it) and
/// how the two versions' columns follow from each other (a [`Lens`]). The rest is compiled from the
/// difference.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The schema, with the names of the new version.
    pub schema: Schema,
    /// What to ask Postgres, in order.
    pub questions: Vec<Question>,
    /// How columns of the two versions follow from each other.
    pub lenses: Vec<Lens>,
    /// Columns of the new version that are NULL where `up` gives what their checks refuse.
    pub withheld: Vec<Withheld>,
    /// Columns that take a type because they refer to one that does.
    pub followers: Vec<Follower>,
    /// Sequences of columns that are added to tables with rows.
    pub sequences: Vec<NewSequence>,
    /// Tables that go, as they were.
    pub dropped: Vec<Table>,
    /// Raw SQL.
    pub raw: Vec<RawSql>,
    /// What becomes of names of constraints and indexes.
    pub names: Names,
    /// Which operations made and changed what.
    pub makers: Makers,
    /// Types and functions that are made before anything else.
    pub objects: Vec<Made>,
    /// Types and functions that go.
    pub gone: Vec<Gone>,
    /// Enum types that are made anew with other labels.
    pub renewed: Vec<Renewed>,
    /// Labels that enum types get at `complete`.
    pub late: Vec<Late>,
    /// What is wrong with the migration.
    pub rejections: Vec<Rejection>,
    /// Replaced columns that those which refer to them follow.
    pub(super) followed: Vec<(Ident, Ident)>,
    pub(super) touched: Vec<Ident>,
    /// The users' own views of the version before.
    pub(super) former_views: Vec<View>,
    /// Columns that are replaced and on which something stands that `complete` makes again.
    pub carried: Vec<Standing>,
    /// How many questions there were when something was found to be wrong.
    sound: Option<usize>,
    pub(super) bound: usize,
    /// The tables that the present operation changes, as it calls them.
    pub(super) concerned: Vec<Name>,
    pub(super) functions: usize,
    pub(super) renewing: Vec<Renewing>,
    pub(super) naming: Vec<Sql>,
    pub(super) path: String,
    /// Whether the migration is nothing but SQL that runs in `start`.
    pub(crate) raw_alone: bool,
}

/// What the constraints and indexes of tables that were there before are called.
#[derive(Debug)]
pub(crate) struct Names {
    /// What the constraints are called now.
    pub constraints: Origins,
    /// What the indexes are called now.
    pub indexes: Origins,
    /// Names of indexes that are free for the same table, though they are in use until `complete`.
    pub(super) freed: Vec<(Ident, Ident)>,
}

/// The operations that made or changed things, each by its place in the file, to be named where something is wrong
/// with those.
#[derive(Debug, Default)]
pub(crate) struct Makers {
    /// Who made constraints and indexes, by table and name.
    pub constraints: BTreeMap<(Ident, Ident), String>,
    /// Who made columns, by storage names.
    pub columns: BTreeMap<(Ident, Ident), String>,
    /// Who gave columns their defaults, by storage names.
    pub defaults: BTreeMap<(Ident, Ident), String>,
    /// Who made views of the users' own.
    pub(super) views: BTreeMap<Name, String>,
    /// Who changed which table, as the version called it then.
    pub(super) tables: Vec<(Name, String)>,
}

/// How a column of the old version and one of the new version follow from each other.
#[derive(Debug, Clone)]
pub(crate) struct Lens {
    /// The operation that asks for it.
    pub path: String,
    /// The table's storage name.
    pub table: Ident,
    /// The column that only the old version has.
    pub old: Option<Ident>,
    /// The column that only the new version has.
    pub new: Option<Ident>,
    /// Makes the new column.
    pub up: Option<Call>,
    /// Makes the old column.
    pub down: Option<Call>,
}

/// A bound expression and the storage names of the columns that are passed to it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The place in the document that it comes from.
    pub path: String,
    /// Which of the answers.
    pub number: usize,
    /// What it is, for the reader of a plan: "`up` of `users`".
    pub label: String,
    /// What the file says, where it says something.
    pub text: Option<Expression>,
    /// Its function.
    pub function: QualifiedName,
    /// The columns passed, in the order of its parameters.
    pub arguments: Vec<Argument>,
    /// Whether it does nothing but pass on the one column that it reads, or cast it to the other's type.
    pub is_copy: bool,
}

/// A column that an expression reads, as the operations before it left the table.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    /// Its storage name. It may be the name of a column that no version ends up with, where a later
    /// operation replaces what an earlier one made.
    pub storage: Ident,
    /// Its type.
    pub type_name: TypeName,
}

/// A sequence that fills a column which is added to a table with rows.
#[derive(Debug, Clone)]
pub(crate) struct NewSequence {
    /// The table's storage name.
    pub table: Ident,
    /// The column's storage name.
    pub column: Ident,
    /// The sequence's name.
    pub name: QualifiedName,
    /// Whether the column is an identity column from `complete` on.
    pub is_identity: bool,
}

/// Raw SQL of the user's, run as it is.
#[derive(Debug, Clone)]
pub(crate) struct RawSql {
    /// The operation.
    pub path: String,
    /// The statements, as they are sent.
    pub up: Vec<String>,
    /// The statements that take it back.
    pub down: Option<Vec<String>>,
    /// Whether it runs in contract.
    pub on_complete: bool,
    /// Whether it runs in a transaction.
    pub transaction: bool,
}

impl Draft {
    /// Nothing changed yet.
    #[must_use]
    pub(crate) fn new(schema: &Schema) -> Self {
        let constraints = schema.tables.values().flat_map(|table| {
            let keys = table.foreign_keys.iter().map(|key| &key.name);
            let names = table.constraints.iter().map(|constraint| &constraint.name).chain(keys);
            names.map(|name| (&table.storage, name))
        });
        let indexes = schema
            .tables
            .values()
            .flat_map(|table| table.indexes.iter().map(|index| (&table.storage, &index.name)));
        Self {
            names: Names {
                constraints: Origins::new(constraints),
                indexes: Origins::new(indexes),
                freed: Vec::new(),
            },
            makers: Makers::default(),
            schema: schema.clone(),
            questions: Vec::new(),
            lenses: Vec::new(),
            withheld: Vec::new(),
            followers: Vec::new(),
            sequences: Vec::new(),
            dropped: Vec::new(),
            raw: Vec::new(),
            objects: Vec::new(),
            gone: Vec::new(),
            renewed: Vec::new(),
            late: Vec::new(),
            rejections: Vec::new(),
            followed: Vec::new(),
            touched: Vec::new(),
            former_views: schema.views.clone(),
            carried: Vec::new(),
            sound: None,
            bound: 0,
            concerned: Vec::new(),
            functions: 0,
            renewing: Vec::new(),
            naming: Vec::new(),
            path: String::new(),
            raw_alone: false,
        }
    }

    /// What follows is said by the part of the file at `path`.
    pub(crate) fn enter(&mut self, path: String) {
        self.path = path;
        self.concerned.clear();
    }

    /// The questions that do not depend on anything that is wrong: those before it, and whether types
    /// are there, where the migration itself makes none.
    pub(crate) fn sound_questions(self) -> Vec<Question> {
        let makes_types = !self.objects.is_empty() || !self.renewed.is_empty();
        let sound = self.sound.unwrap_or(usize::MAX);
        let keeps = |number: usize, question: &Question| {
            number < sound || !makes_types && matches!(question, Question::Type { .. })
        };
        let questions = self.questions.into_iter().enumerate();
        questions.filter(|(number, one)| keeps(*number, one)).map(|(_, one)| one).collect()
    }

    /// Records what is wrong with `field` of the present operation.
    pub(crate) fn reject(&mut self, field: &str, message: impl Into<String>) -> Rejected {
        self.reject_at(field, None, message, None)
    }

    /// As [`Draft::reject`], with what to do about it.
    pub(crate) fn reject_with(
        &mut self,
        field: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Rejected {
        self.reject_at(field, None, message, Some(hint.into()))
    }

    pub(super) fn reject_at(
        &mut self,
        field: &str,
        offset: Option<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Rejected {
        let path = self.path_of(field);
        self.sound.get_or_insert(self.questions.len());
        self.rejections.push(Rejection { path, offset, message: message.into(), hint });
        Rejected
    }

    pub(super) fn path_of(&self, field: &str) -> String {
        if field.is_empty() { self.path.clone() } else { format!("{}.{field}", self.path) }
    }
}
