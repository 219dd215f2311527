//! Names of what keeps two versions in step.

use super::{hashed, known, label_of, own_schema, readable};
use crate::schema::Name;
use crate::sql::{Ident, QualifiedName};

/// One of the functions of a table.
fn of_table(kind: &str, base: &Ident, table: &Ident) -> QualifiedName {
    let identity = [base.as_str(), table.as_str()];
    QualifiedName { schema: own_schema(), name: hashed(kind, table.as_str(), &identity) }
}

/// The sync function of a table.
#[must_use]
pub(crate) fn sync_function(base: &Ident, table: &Ident) -> QualifiedName {
    of_table("sync_", base, table)
}

/// The sync trigger, one a table: it sorts, and fires, behind the users'.
#[must_use]
pub(crate) fn sync_trigger() -> Ident {
    known("~straddle_sync")
}

/// The trigger that fires before the users'.
#[must_use]
pub(crate) fn early_trigger() -> Ident {
    known("!straddle_sync")
}

/// The function of the early trigger of a table.
#[must_use]
pub(crate) fn early_function(base: &Ident, table: &Ident) -> QualifiedName {
    of_table("early_", base, table)
}

/// The function that marks rows of a table which change their partition.
#[must_use]
pub(crate) fn moved_function(base: &Ident, table: &Ident) -> QualifiedName {
    of_table("moved_", base, table)
}

/// The trigger that marks them, as they are behind the sync trigger.
#[must_use]
pub(crate) fn moved_trigger() -> Ident {
    known("~straddle_then_moved")
}

/// The function of the expression with this number in its migration.
#[must_use]
pub(crate) fn expression(base: &Ident, table: &Name, number: usize) -> QualifiedName {
    let number = number.to_string();
    let label = format!("{}_{number}", table.as_str());
    let name = hashed("expr_", &label, &[base.as_str(), table.as_str(), &number]);
    QualifiedName { schema: own_schema(), name }
}

/// The function that tells what the checks on a new column take.
#[must_use]
pub(crate) fn filter(base: &Ident, table: &Ident, column: &Ident) -> QualifiedName {
    let identity = [base.as_str(), table.as_str(), column.as_str()];
    let name = hashed("check_", label_of(column), &identity);
    QualifiedName { schema: own_schema(), name }
}

/// The index, until contract, of rows whose value is withheld from a new column.
#[must_use]
pub(crate) fn withheld_index(table: &Ident, column: &Ident) -> Ident {
    readable("lost_", label_of(column), &[table.as_str(), column.as_str()])
}

/// The function that takes the lock on a key of a table, of the unique index `index` on `columns`.
#[must_use]
pub(crate) fn key_function(
    table: &QualifiedName,
    index: &Ident,
    columns: &[Ident],
) -> QualifiedName {
    on_table("key_", table, index, columns)
}

/// The function that looks up a column of a table, of a foreign key, in the row that it refers to.
#[must_use]
pub(crate) fn counterpart_function(
    table: &QualifiedName,
    key: &Ident,
    column: &Ident,
) -> QualifiedName {
    on_table("refer_", table, key, std::slice::from_ref(column))
}

/// One of the functions of what is on some columns of a table.
fn on_table(kind: &str, table: &QualifiedName, on: &Ident, columns: &[Ident]) -> QualifiedName {
    let mut identity = vec![table.schema.as_str(), table.name.as_str(), on.as_str()];
    identity.extend(columns.iter().map(Ident::as_str));
    QualifiedName { schema: own_schema(), name: hashed(kind, on.as_str(), &identity) }
}
