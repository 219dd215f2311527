//! The sync function of a table: one trigger, one function, built from an ordered list of lenses.
//!
//! Before `activate` only the old version writes, and every row it touches is filled. From `activate`
//! on the row itself, or else the search path, tells who wrote it, and the other side is recomputed
//! where an input of its expression changed.

use super::expression::Function;
use super::lens::ColumnLens;
use crate::plan::names;
use crate::sql;
use crate::sql::{Body, Ident, Literal, QualifiedName, Separated, Sql, commas};

/// What the function of one table is made of.
pub(super) struct Sync<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) function: QualifiedName,
    pub(super) lenses: &'a [ColumnLens<'a>],
    /// Keys that have a unique index in either version, by the new version's columns.
    pub(super) keys: Vec<&'a [Ident]>,
}

/// The versions that may write.
pub(super) struct Versions<'a> {
    pub(super) base: &'a Ident,
    pub(super) old: Option<&'a Ident>,
    pub(super) new: &'a Ident,
}

impl Sync<'_> {
    /// The trigger.
    pub(super) fn trigger(&self) -> Sql {
        sql!(
            file "sync/trigger.sql",
            trigger = names::sync_trigger(),
            table = self.table,
            function = self.function,
        )
    }

    /// The function before `activate`.
    pub(super) fn filling(&self) -> Sql {
        let fill = self.lenses.iter().filter_map(|lens| {
            let (new, up) = (lens.new.as_ref()?.storage, lens.up.as_ref()?);
            let assign = assign(new, up);
            if up.is_immutable() {
                return Some(sql!("  {a}", a = assign));
            }
            // What is different each time is computed once per row, and again only for new inputs.
            let inputs = any_changed(&up.inputs());
            Some(sql!(
                "  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR NEW.{n} IS NOT DISTINCT FROM NULL OR {i} THEN\n    {a}\n  END IF;",
                n = new,
                i = inputs,
                a = assign,
            ))
        });
        let body = sql!(
            file "sync/filling.sql",
            fill = Separated::by("\n", fill),
            serialise = self.serialise(),
        );
        self.function(&body)
    }

    /// The function from `activate` on.
    pub(super) fn live(&self, versions: &Versions<'_>) -> Sql {
        let old: Vec<&Ident> = self.lenses.iter().filter_map(|lens| lens.old).collect();
        let new: Vec<&Ident> =
            self.lenses.iter().filter_map(|lens| Some(lens.new.as_ref()?.storage)).collect();
        let tells = |lens: &&ColumnLens<'_>| !lens.old_fills_itself;
        let old_given = self.lenses.iter().filter(tells).filter_map(|lens| lens.old);
        let mut inputs: Vec<&Ident> = old.iter().chain(&new).copied().collect();
        for lens in self.lenses {
            inputs.extend(lens.up.iter().chain(&lens.down).flat_map(Function::inputs));
        }
        inputs.sort();
        inputs.dedup();
        let mut older = vec![position_of(versions.base)];
        older.extend(versions.old.map(position_of));
        let body = sql!(
            file "sync/live.sql",
            old_given = any_given(&old_given.collect::<Vec<_>>()),
            new_given = any_given(&new),
            anything_changed = any_changed(&inputs),
            old_changed = any_changed(&old),
            new_changed = any_changed(&new),
            consistent = self.consistent(),
            new_schema = Literal::new(versions.new.as_str()),
            older_schemas = sql!("LEAST({o})", o = commas(older)),
            down = self.recompute_old(),
            up = self.recompute_new(),
            serialise = self.serialise(),
        );
        self.function(&body)
    }

    /// Lets one writer at a time have a key that is unique in both versions.
    fn serialise(&self) -> Separated<Sql> {
        let locks = self.keys.iter().map(|key| {
            let columns: Vec<&Ident> = key.iter().collect();
            let given = key.iter().map(|column| sql!("NEW.{c} IS DISTINCT FROM NULL", c = column));
            sql!(
                file "sync/serialise.sql",
                key_given = Separated::by(" AND ", given),
                key_changed = any_changed(&columns),
                columns = commas(key.iter().map(new_row)),
                seed = names::key_lock(self.table, key),
            )
        });
        Separated::by("", locks)
    }

    fn function(&self, body: &Sql) -> Sql {
        let body = Body::new(body.as_str());
        sql!(file "sync/function.sql", function = self.function, body = body)
    }

    /// Whether the two sides of every lens agree already, as far as that can be computed.
    fn consistent(&self) -> Sql {
        let pairs: Vec<Sql> = self
            .lenses
            .iter()
            .filter_map(|lens| {
                let (old, new) = (lens.old?, lens.new.as_ref()?.storage);
                let agrees = |column: &Ident, function: &Function<'_>| {
                    let call = function.call(&new_row);
                    let c = column;
                    sql!("NOT {x}", x = image_ne(&sql!("NEW.{c}", c = c), &call, function))
                };
                let up = lens.up.iter().filter(|up| up.is_immutable());
                let down = lens.down.iter().filter(|down| down.is_immutable());
                let ways: Vec<Sql> = up
                    .map(|up| agrees(new, up))
                    .chain(down.map(|down| agrees(old, down)))
                    .collect();
                let never = sql!("false");
                let ways = if ways.is_empty() { vec![never] } else { ways };
                Some(sql!("({w})", w = Separated::by(" OR ", ways)))
            })
            .collect();
        if pairs.is_empty() {
            sql!("false")
        } else {
            sql!("({p})", p = Separated::by(" AND ", pairs))
        }
    }

    /// After the new version: the old columns, on INSERT, and where an input changed. An old column
    /// that changed by itself (a trigger of the users' sets it) is carried over.
    /// An identity column is one only from `complete` on; until then, a value that the new version
    /// does not give comes from where the old version has it.
    fn recompute_old(&self) -> Separated<Sql> {
        let identities = self.lenses.iter().filter_map(|lens| {
            let new = lens.new.as_ref().filter(|new| new.is_identity)?.storage;
            Some(sql!(
                "    IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' AND NEW.{n} IS NOT DISTINCT FROM NULL THEN\n      {a}\n    END IF;",
                n = new,
                a = assign(new, lens.up.as_ref()?),
            ))
        });
        let mended = self.lenses.iter().filter_map(|lens| {
            let (new, up) = (lens.new.as_ref()?.storage, lens.up.as_ref()?);
            Some(sql!(
                "    IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' AND {m} THEN\n      {a}\n    END IF;",
                m = lens.is_mended(self.lenses)?,
                a = assign(new, up),
            ))
        });
        let mut lenses: Vec<&ColumnLens<'_>> = self.lenses.iter().collect();
        lenses.sort_by_key(|lens| std::cmp::Reverse(lens.place));
        statements(identities.chain(mended).chain(lenses.into_iter().filter_map(|lens| {
            let (old, down) = (lens.old?, lens.down.as_ref()?);
            let back = lens.new.as_ref().zip(lens.up.as_ref()).map(|(new, up)| {
                sql!(
                    "    ELSIF {o} AND NOT {n} THEN\n      {a}\n",
                    o = any_changed(&[old]),
                    n = any_changed(&[new.storage]),
                    a = assign(new.storage, up),
                )
            });
            let changed = self.changed_for(down);
            Some(recompute(old, down, &changed, &back.unwrap_or_else(|| sql!(""))))
        })))
    }

    /// After the old version: the new columns, on INSERT, and where an input changed.
    fn recompute_new(&self) -> Separated<Sql> {
        statements(self.lenses.iter().filter_map(|lens| {
            let (new, up) = (lens.new.as_ref()?.storage, lens.up.as_ref()?);
            let mut changed = any_changed(&up.expression_inputs());
            if let Some(judged) = lens.is_judged_anew(self.lenses) {
                changed = sql!("{i} OR {j}", i = changed, j = judged);
            }
            Some(recompute(new, up, &changed, &sql!("")))
        }))
    }

    /// Whether `down` has to be computed again. What a column does not show, because its checks refuse
    /// it, stays in the old one, whatever else `down` reads.
    fn changed_for(&self, down: &Function<'_>) -> Sql {
        let inputs = down.inputs();
        let mut changed = any_changed(&inputs);
        for lens in self.lenses.iter().filter(|_| inputs.len() > 1) {
            let read = lens.new.as_ref().is_some_and(|new| inputs.contains(&new.storage));
            if let Some(withheld) = lens.stays_withheld(self.lenses).filter(|_| read) {
                changed = sql!("{c} AND NOT ({w})", c = changed, w = withheld);
            }
        }
        changed
    }
}

fn recompute(column: &Ident, function: &Function<'_>, changed: &Sql, otherwise: &Sql) -> Sql {
    sql!(
        "    IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {i} THEN\n      {a}\n{o}    END IF;",
        i = changed,
        a = assign(column, function),
        o = otherwise,
    )
}

/// Statements of a branch, which has to have one.
fn statements(statements: impl Iterator<Item = Sql>) -> Separated<Sql> {
    let mut statements: Vec<Sql> = statements.collect();
    if statements.is_empty() {
        statements.push(sql!("    NULL;"));
    }
    Separated::by("\n", statements)
}

/// A column of the row that is being written.
pub(super) fn new_row(column: &Ident) -> Sql {
    sql!("NEW.{c}", c = column)
}

/// The same column before.
pub(super) fn old_row(column: &Ident) -> Sql {
    sql!("OLD.{c}", c = column)
}

fn assign(column: &Ident, function: &Function<'_>) -> Sql {
    // Without a cast: a cast to varchar(3) would cut off in silence, an assignment fails.
    sql!("NEW.{c} := {f};", c = column, f = function.call(&new_row))
}

/// Whether two values differ in their image: unlike IS DISTINCT FROM, this sees citext's case and
/// numeric's scale, and it exists for every type (manual, section 9.25.6).
pub(super) fn image_ne(column: &Sql, value: &Sql, function: &Function<'_>) -> Sql {
    sql!(
        "pg_catalog.record_image_ne(ROW({c}), ROW({v}::{t}))",
        c = column,
        v = value,
        t = function.column_type(),
    )
}

/// Whether any of these columns is another than before. On INSERT, OLD is a row of NULLs (manual,
/// section 43.10.1; Postgres 11 and later), so that asking does no harm.
pub(super) fn any_changed(columns: &[&Ident]) -> Sql {
    if columns.is_empty() {
        return sql!("false");
    }
    let new = columns.iter().map(|column| sql!("NEW.{c}", c = column));
    let old = columns.iter().map(|column| sql!("OLD.{c}", c = column));
    let (new, old) = (commas(new), commas(old));
    sql!("pg_catalog.record_image_ne(ROW({n}), ROW({o}))", n = new, o = old)
}

fn any_given(columns: &[&Ident]) -> Sql {
    if columns.is_empty() {
        return sql!("false");
    }
    let given = columns.iter().map(|column| sql!("NEW.{c} IS DISTINCT FROM NULL", c = column));
    sql!("({g})", g = Separated::by(" OR ", given))
}

fn position_of(schema: &Ident) -> Sql {
    let name = Literal::new(schema.as_str());
    sql!("pg_catalog.array_position(path, {n}::name)", n = name)
}
