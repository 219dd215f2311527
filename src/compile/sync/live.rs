//! The sync function from `activate` on: who wrote the row, and what follows for the other version.

use super::{
    OldColumn, Sync, Versions, assign_if, function, given, image_ne, lacks, new_row, statements,
};
use crate::compile::expression::Function;
use crate::compile::lens::{ColumnLens, Evidence};
use crate::plan::names;
use crate::sql;
use crate::sql::{Ident, Literal, Separated, Sql, commas};

/// What is known where the sync function asks what changed.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// Something that only the old version has did.
    OldChanged,
    /// Nothing yet.
    Nothing,
}

impl Sync<'_> {
    /// The trigger from `activate` on. It fires for the columns that it watches alone, unless a
    /// trigger of the users' own may change them without the statement's naming them.
    pub(in crate::compile) fn live_trigger(&self) -> Sql {
        let of =
            if self.users_write { sql!("") } else { sql!(" OF {c}", c = commas(self.watched())) };
        sql!(
            file "sync/live_trigger.sql",
            trigger = names::sync_trigger(),
            of = of,
            table = self.table,
            function = self.function,
        )
    }

    /// The function from `activate` on.
    pub(in crate::compile) fn live(&self, versions: &Versions<'_>) -> Sql {
        let body = sql!(
            file "sync/live.sql",
            carry_over = self.carry_over(),
            arriving = self.arriving(),
            inserted_by = self.inserted_by(versions),
            insert_old = self.insert_old(),
            insert_new = self.insert_new(),
            new_changed = self.any_changed(&self.new_only),
            old_changed = self.any_changed(&self.old_columns()),
            is_replica = is_replica(),
            replicated = self.replicated(versions),
            after_new = self.after_new(),
            after_old = self.after_old(Known::OldChanged),
            after_neither = self.after_neither(versions),
            serialise = self.serialise(),
        );
        function(&self.function, &self.text_settings(), &body)
    }

    /// After an UPDATE of nothing but what both versions have, and expressions read.
    fn after_neither(&self, versions: &Versions<'_>) -> Sql {
        let shared = self.shared();
        if shared.is_empty() {
            return sql!("");
        }
        sql!(
            file "sync/after_neither.sql",
            shared_changed = self.any_changed(&shared),
            path = newer_in_path(versions),
            after_new = self.after_new(),
            after_old = self.after_old(Known::Nothing),
        )
    }

    /// Who inserted the row: the new version, the old one, or somebody who knows both. Only the new
    /// version knows its columns, and they have no default in the table.
    pub(super) fn inserted_by(&self, versions: &Versions<'_>) -> Sql {
        sql!(
            file "sync/inserted_by.sql",
            new_given = any(self.new_only.iter().map(|column| given(column))),
            old_given = any(self.old_only.iter().filter_map(old_given)),
            old_first = old_first_in_path(versions),
            old_lacks = any(
                self.old_only.iter().filter(|column| !column.nullable).map(|column| lacks(column.storage)),
            ),
            path = newer_in_path(versions),
            is_replica = is_replica(),
            mend_old = self.mend_old(),
            mend_new = self.mend_new(),
        )
    }

    /// Who updated the row.
    pub(super) fn updated_by(&self, versions: &Versions<'_>) -> Sql {
        sql!(
            file "sync/updated_by.sql",
            new_changed = self.any_changed(&self.new_only),
            old_changed = self.any_changed(&self.old_columns()),
            path = newer_in_path(versions),
        )
    }

    /// What both versions have, and expressions read.
    fn shared(&self) -> Vec<&Ident> {
        let old = self.old_columns();
        let watched = self.watched().into_iter();
        watched.filter(|column| !old.contains(column) && !self.new_only.contains(column)).collect()
    }

    /// The lenses, later operations' first: an old column reads only what those left.
    pub(super) fn backwards(&self) -> Vec<&ColumnLens<'_>> {
        let mut lenses: Vec<&ColumnLens<'_>> = self.lenses.iter().collect();
        lenses.sort_by_key(|lens| std::cmp::Reverse(lens.place));
        lenses
    }

    /// After an INSERT of the new version. An identity column is one only from `complete` on; until
    /// then, a value that the new version does not give comes from where the old version has it.
    pub(super) fn insert_old(&self) -> Separated<Sql> {
        let identities = self.lenses.iter().filter_map(|lens| {
            let new = lens.new.as_ref().filter(|new| new.is_identity)?.storage;
            Some(sql!(
                "      IF {l} THEN\n        {a}\n      END IF;",
                l = lacks(new),
                a = self.assign(new, lens.up.as_ref()?),
            ))
        });
        let lenses = self.backwards().into_iter();
        let old = lenses.filter_map(ColumnLens::kept);
        let old = old.map(|(old, down)| sql!("      {a}", a = self.assign(old, down)));
        statements(identities.chain(old).chain(self.old_to_itself()))
    }

    /// After an INSERT of the old version.
    pub(super) fn insert_new(&self) -> Separated<Sql> {
        let new = self.lenses.iter().filter_map(ColumnLens::filled);
        let new = new.map(|(new, up)| sql!("      {a}", a = self.assign(new, up)));
        statements(new.chain(self.new_to_itself()))
    }

    /// After an UPDATE of the new version: the old columns of which an input changed. One that
    /// changed by itself (a trigger of the users' set it) is carried over.
    pub(super) fn after_new(&self) -> Separated<Sql> {
        let mended = self.lenses.iter().filter_map(|lens| {
            let (new, up) = lens.filled()?;
            Some(assign_if(&lens.is_mended(self.lenses)?, &self.assign(new, up)))
        });
        let old = self.backwards().into_iter().filter_map(|lens| {
            let (old, down) = lens.kept()?;
            let back = lens.filled().map(|(new, up)| {
                sql!(
                    "    ELSIF {o} AND NOT {n} THEN\n      {a}\n",
                    o = self.any_changed(&[old]),
                    n = self.any_changed(&[new]),
                    a = self.assign(new, up),
                )
            });
            Some(sql!(
                "    IF {i} THEN\n      {a}\n{b}    END IF;",
                i = self.changed_for(old, down),
                a = self.assign(old, down),
                b = back.unwrap_or_else(|| sql!("")),
            ))
        });
        statements(mended.chain(old).chain(self.old_to_itself()))
    }

    /// After an UPDATE of the old version: the new columns of which an input changed.
    fn after_old(&self, known: Known) -> Separated<Sql> {
        let mut old = self.old_columns();
        old.sort();
        let new = self.lenses.iter().filter_map(|lens| {
            let (new, up) = lens.filled()?;
            let mut inputs = up.expression_inputs();
            inputs.extend(self.looked_up_by(new));
            inputs.sort();
            inputs.dedup();
            let assign = self.assign(new, up);
            let changed = self.any_changed(&inputs);
            Some(match lens.is_judged_anew(self.lenses) {
                Some(judged) => assign_if(&sql!("{c} OR {j}", c = changed, j = judged), &assign),
                // What reads all that may have changed need not ask again.
                None if known == Known::OldChanged && inputs == old => sql!("    {a}", a = assign),
                None => assign_if(&changed, &assign),
            })
        });
        statements(new.chain(self.new_to_itself()))
    }

    fn old_to_itself(&self) -> impl Iterator<Item = Sql> {
        self.to_itself(self.lenses.iter().filter_map(ColumnLens::kept).map(|(column, _)| column))
    }

    fn new_to_itself(&self) -> impl Iterator<Item = Sql> {
        self.to_itself(self.lenses.iter().filter_map(ColumnLens::filled).map(|(column, _)| column))
    }

    /// Whether `down` has to be computed again. What a column does not show, because its checks refuse
    /// it, stays in the old one, whatever else `down` reads.
    fn changed_for(&self, column: &Ident, down: &Function<'_>) -> Sql {
        let mut inputs = down.inputs();
        let others = self.looked_up_by(column).iter();
        inputs.extend(others.filter(|other| !inputs.contains(other)).collect::<Vec<_>>());
        let mut changed = self.any_changed(&inputs);
        for lens in self.lenses.iter().filter(|_| inputs.len() > 1) {
            let read = lens.new.as_ref().is_some_and(|new| inputs.contains(&new.storage));
            if let Some(withheld) = lens.stays_withheld(self.lenses).filter(|_| read) {
                changed = sql!("{c} AND NOT ({w})", c = changed, w = withheld);
            }
        }
        changed
    }
}

/// Whether a value of the old version's was put into the row by somebody, as far as that can be
/// told from the value.
fn old_given(column: &OldColumn<'_>) -> Option<Sql> {
    let old = column.storage;
    match &column.evidence {
        Evidence::Given => Some(given(old)),
        Evidence::Unlike { default, type_name } => {
            let default = sql!("({d})", d = default);
            let unlike = image_ne(&new_row(old), &default, type_name);
            // Without a value there is nothing to be lost.
            Some(sql!("{g} AND {u}", g = given(old), u = unlike))
        }
        Evidence::None => None,
    }
}

fn any(conditions: impl Iterator<Item = Sql>) -> Sql {
    let conditions: Vec<Sql> = conditions.collect();
    if conditions.is_empty() {
        return sql!("false");
    }
    sql!("({c})", c = Separated::by(" OR ", conditions))
}

pub(super) fn is_replica() -> Sql {
    let role = sql!("pg_catalog.current_setting('session_replication_role')");
    sql!("{r} OPERATOR(pg_catalog.=) 'replica'", r = role)
}

/// Whether the first live version in the search path is the new one; a path that names none means
/// the oldest.
pub(super) fn newer_in_path(versions: &Versions<'_>) -> Sql {
    let older: Vec<&Ident> = [versions.base].into_iter().chain(versions.old).collect();
    first_in_path(versions.new, &older)
}

/// Whether the first live version in the search path is the old one, by its own schema.
fn old_first_in_path(versions: &Versions<'_>) -> Sql {
    let first = versions.old.map(|old| first_in_path(old, &[versions.base, versions.new]));
    first.unwrap_or_else(|| sql!("false"))
}

/// Whether a schema is in the search path, before these others.
fn first_in_path(schema: &Ident, others: &[&Ident]) -> Sql {
    sql!(
        file "sync/first_in_path.sql",
        schema = position_of(schema),
        others = commas(others.iter().map(|other| position_of(other))),
    )
}

fn position_of(schema: &Ident) -> Sql {
    let name = Literal::new(schema.as_str());
    sql!(
        "pg_catalog.array_position(pg_catalog.current_schemas(false), {n}::pg_catalog.name)",
        n = name
    )
}
