//! Tables with row level security, which a version's views must not go past.

use crate::operation::Draft;
use crate::schema::{Grant, Privilege, Table};
use crate::sql::Ident;

/// Refuses tables whose policies, or whose privileges, a view cannot have.
pub(super) fn refuse(draft: &mut Draft) {
    let secured = draft.schema.tables.values().filter(|table| table.row_security);
    let reason = |table: &Table| {
        if draft.schema.server < 15 {
            let message = format!(
                "`{}` has row level security, which views bypass on Postgres 14",
                table.name
            );
            let hint = "upgrade to Postgres 15 or later";
            return Some((message, hint.to_owned()));
        }
        let role = reads_some_columns(table)?;
        let message = format!(
            "`{}` has row level security, and {role} may SELECT only some of its columns: a view that keeps to \
             the policies asks for all",
            table.name
        );
        Some((message, "GRANT SELECT on all columns, or on none".to_owned()))
    };
    let refused = secured.filter_map(reason).next();
    if let Some((message, hint)) = refused {
        draft.enter("operations".into());
        draft.reject_with("", message, hint);
    }
}

/// Somebody who may read some of the columns that the version shows, and not all.
fn reads_some_columns(table: &Table) -> Option<String> {
    let reads = |grant: &&Grant| grant.privilege == Privilege::Select;
    let to = |grants: &[Grant], role: Option<&Ident>| {
        let mut grants = grants.iter().filter(reads);
        grants.any(|grant| grant.grantee.is_none() || grant.grantee.as_ref() == role)
    };
    let columns = || table.columns.iter();
    let mut roles = columns().flat_map(|column| column.grants.iter().filter(reads));
    let lacks = |grant: &&Grant| {
        let role = grant.grantee.as_ref();
        !to(&table.grants, role) && !columns().all(|column| to(&column.grants, role))
    };
    let found = roles.find(lacks)?;
    Some(found.grantee.as_ref().map_or("PUBLIC".to_owned(), |role| format!("`{}`", role.as_str())))
}
