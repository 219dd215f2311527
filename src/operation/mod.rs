//! What a user may ask for, one file each: the format, its meaning and its tests together.
//!
//! An operation does three things to the draft of the new version: it changes the logical schema, it says what it
//! would do to an empty copy of the table (Postgres is asked to do that, in a transaction that is
//! rolled back), and it says by which expressions the columns of the two versions follow from each
//! other. How the change is made online is compiled from there, for all operations alike, so no
//! operation knows another, and any of them compose. No IO.

mod add_column;
mod add_enum_value;
mod alter_column;
mod column;
mod constraint;
mod create_constraint;
mod create_enum;
mod create_function;
mod create_index;
mod create_materialized_view;
mod create_table;
mod create_view;
mod draft;
mod draft_changes;
mod draft_constraints;
mod draft_dependents;
mod draft_enums;
mod draft_names;
mod draft_objects;
mod draft_questions;
mod draft_views;
mod drop_column;
mod drop_constraint;
mod drop_enum;
mod drop_function;
mod drop_index;
mod drop_multicolumn_constraint;
mod drop_table;
mod drop_view;
pub(crate) mod field;
mod follow;
mod index_column;
pub(crate) mod near;
mod origin;
mod question;
mod reference;
mod rejection;
mod rename_column;
mod rename_constraint;
mod rename_enum_value;
mod rename_table;
mod replacement;
mod set_replica_identity;
mod setting;
mod sql;
mod withheld;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use add_column::AddColumn;
pub use add_enum_value::AddEnumValue;
pub use alter_column::AlterColumn;
pub use column::{ColumnDefinition, GeneratedDefinition, IdentityDefinition, NamedCheck};
pub use constraint::{ConstraintKind, Exclusion, IndexParameters, TableConstraint, TableReference};
pub use create_constraint::{ConstraintType, CreateConstraint};
pub use create_enum::CreateEnum;
pub use create_function::{CreateFunction, Parallel, Volatility};
pub use create_index::CreateIndex;
pub use create_materialized_view::{CreateMaterializedView, ViewIndexDefinition};
pub use create_table::CreateTable;
pub use create_view::CreateView;
pub(crate) use draft::{Argument, Call, Draft, Lens, NewSequence, RawSql};
pub(crate) use draft_dependents::{ADD_IT_LATER, DROP_IT_BEFORE, includes_for};
pub(crate) use draft_enums::Renewed;
pub(crate) use draft_objects::{Gone, Made, USED_UNTIL_COMPLETE, create_enum};
pub use drop_column::DropColumn;
pub use drop_constraint::DropConstraint;
pub use drop_enum::DropEnum;
pub use drop_function::DropFunction;
pub use drop_index::DropIndex;
pub use drop_multicolumn_constraint::DropMulticolumnConstraint;
pub use drop_table::DropTable;
pub use drop_view::DropView;
pub(crate) use follow::Follower;
pub use index_column::IndexColumn;
pub(crate) use question::{
    Answers, Binding, Bound, Deal, Filter, Lacking, Mention, Question, Standing, VersionViews,
    ViewStatement, ViewTrial, WholeRows,
};
pub use reference::{MatchType, Reference, ReferenceAction};
pub(crate) use rejection::Rejected;
pub use rejection::Rejection;
pub use rename_column::RenameColumn;
pub use rename_constraint::RenameConstraint;
pub use rename_enum_value::RenameEnumValue;
pub use rename_table::RenameTable;
pub use set_replica_identity::{Identity, IdentityKind, SetReplicaIdentity};
pub use setting::Setting;
pub use sql::{RunSql, SqlPhase};
pub use withheld::OnViolation;
pub(crate) use withheld::Withheld;

/// One intention in a migration. The set is closed: a new one makes the compiler list every place
/// to visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Makes a table.
    CreateTable(CreateTable),
    /// Adds a column to a table.
    AddColumn(AddColumn),
    /// Changes a column: type, nullability, default, comment, constraints.
    AlterColumn(AlterColumn),
    /// Gives a column another name.
    RenameColumn(RenameColumn),
    /// Removes a column.
    DropColumn(DropColumn),
    /// Gives a table another name.
    RenameTable(RenameTable),
    /// Removes a table.
    DropTable(DropTable),
    /// Makes an index.
    CreateIndex(CreateIndex),
    /// Adds a constraint to a table.
    CreateConstraint(CreateConstraint),
    /// Removes a constraint.
    DropConstraint(DropConstraint),
    /// Removes a constraint of several columns.
    DropMulticolumnConstraint(DropMulticolumnConstraint),
    /// Gives a constraint another name.
    RenameConstraint(RenameConstraint),
    /// Removes an index.
    DropIndex(DropIndex),
    /// Says what identifies a table's rows to logical replication.
    SetReplicaIdentity(SetReplicaIdentity),
    /// Makes a view, which each version has over its own tables.
    CreateView(CreateView),
    /// Makes a materialized view, which each version has over its own tables.
    CreateMaterializedView(CreateMaterializedView),
    /// Removes a view of either kind.
    DropView(DropView),
    /// Makes an enum type.
    CreateEnum(CreateEnum),
    /// Gives an enum type one more label.
    AddEnumValue(AddEnumValue),
    /// Gives a label of an enum type another name.
    RenameEnumValue(RenameEnumValue),
    /// Removes an enum type.
    DropEnum(DropEnum),
    /// Makes a function.
    CreateFunction(CreateFunction),
    /// Removes a function.
    DropFunction(DropFunction),
    /// Runs SQL as it is.
    Sql(RunSql),
}

/// What every operation does. An operation that has a change is valid; there is no other check.
trait Operate {
    /// Makes the change in the draft.
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected>;
}

impl Operation {
    /// The key that it has in a file.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::CreateTable(_) => "create_table",
            Self::AddColumn(_) => "add_column",
            Self::AlterColumn(_) => "alter_column",
            Self::RenameColumn(_) => "rename_column",
            Self::DropColumn(_) => "drop_column",
            Self::RenameTable(_) => "rename_table",
            Self::DropTable(_) => "drop_table",
            Self::CreateIndex(_) => "create_index",
            Self::CreateConstraint(_) => "create_constraint",
            Self::DropConstraint(_) => "drop_constraint",
            Self::DropMulticolumnConstraint(_) => "drop_multicolumn_constraint",
            Self::RenameConstraint(_) => "rename_constraint",
            Self::DropIndex(_) => "drop_index",
            Self::SetReplicaIdentity(_) => "set_replica_identity",
            Self::CreateView(_) => "create_view",
            Self::CreateMaterializedView(_) => "create_materialized_view",
            Self::DropView(_) => "drop_view",
            Self::CreateEnum(_) => "create_enum",
            Self::AddEnumValue(_) => "add_enum_value",
            Self::RenameEnumValue(_) => "rename_enum_value",
            Self::DropEnum(_) => "drop_enum",
            Self::CreateFunction(_) => "create_function",
            Self::DropFunction(_) => "drop_function",
            Self::Sql(_) => "sql",
        }
    }

    /// Makes the change in the draft; what is wrong is recorded there.
    pub(crate) fn apply(&self, draft: &mut Draft) {
        // Labels that are changed next to each other are changed in one go.
        if !matches!(self, Self::AddEnumValue(_) | Self::RenameEnumValue(_)) {
            draft.renew_enums();
        }
        // What went wrong is in the draft, and the operations behind this one are looked at all
        // the same, so that the user reads everything at once.
        let _recorded: Result<(), Rejected> = match self {
            Self::CreateTable(operation) => operation.change(draft),
            Self::AddColumn(operation) => operation.change(draft),
            Self::AlterColumn(operation) => operation.change(draft),
            Self::RenameColumn(operation) => operation.change(draft),
            Self::DropColumn(operation) => operation.change(draft),
            Self::RenameTable(operation) => operation.change(draft),
            Self::DropTable(operation) => operation.change(draft),
            Self::CreateIndex(operation) => operation.change(draft),
            Self::CreateConstraint(operation) => operation.change(draft),
            Self::DropConstraint(operation) => operation.change(draft),
            Self::DropMulticolumnConstraint(operation) => operation.change(draft),
            Self::RenameConstraint(operation) => operation.change(draft),
            Self::DropIndex(operation) => operation.change(draft),
            Self::SetReplicaIdentity(operation) => operation.change(draft),
            Self::CreateView(operation) => operation.change(draft),
            Self::CreateMaterializedView(operation) => operation.change(draft),
            Self::DropView(operation) => operation.change(draft),
            Self::CreateEnum(operation) => operation.change(draft),
            Self::AddEnumValue(operation) => operation.change(draft),
            Self::RenameEnumValue(operation) => operation.change(draft),
            Self::DropEnum(operation) => operation.change(draft),
            Self::CreateFunction(operation) => operation.change(draft),
            Self::DropFunction(operation) => operation.change(draft),
            Self::Sql(operation) => operation.change(draft),
        };
    }
}
