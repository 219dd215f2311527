//! Columns that only the old version has, in rows that the new version inserts: it leaves them out, and the
//! sync trigger gives them a value. A domain looks at the NULL before any trigger does.

use std::collections::BTreeSet;

use crate::operation::{Draft, Question};
use crate::schema::Schema;
use crate::sql;
use crate::sql::Ident;

/// Has Postgres say which domains refuse that.
pub(super) fn ask(draft: &mut Draft, before: &Schema) {
    let mut questions = Vec::new();
    let changed: BTreeSet<&Ident> = draft.lenses.iter().map(|lens| &lens.table).collect();
    let tables = before.tables.values();
    for table in tables.filter(|table| changed.contains(&table.storage)) {
        let Some(after) = draft.schema.tables.values().find(|one| one.storage == table.storage)
        else {
            continue;
        };
        for lens in draft.lenses.iter().filter(|lens| lens.table == table.storage) {
            let old = lens.old.as_ref().filter(|old| after.stored(old).is_none());
            let Some(column) = old.and_then(|old| table.stored(old)) else { continue };
            let has_default = column.default.is_some() || column.type_default;
            if !column.constrained_domain || has_default || column.generated.is_some() {
                continue;
            }
            let hint = format!(
                "rows that the new version inserts have no `{name}` until the sync trigger makes it: give the column a \
                 default first (`ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT ..`), or the domain's base type",
                name = column.name,
                c = column.name.ident(),
                t = table.name.ident(),
            );
            questions.push(Question::Rehearse {
                path: lens.path.clone(),
                tables: vec![after.name.clone()],
                statement: sql!("SELECT NULL::{t}", t = column.type_name),
                // Nothing else stands on it: what else is wrong is told along with it.
                prefix: Some(0),
                hint: Some(hint),
            });
        }
    }
    draft.questions.extend(questions);
}
