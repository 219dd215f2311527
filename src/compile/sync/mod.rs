//! The sync function of a table: built from an ordered list of lenses, and called by one trigger.
//!
//! Before `activate` only the old version writes, and every row it touches is filled. From `activate`
//! on the row itself, or else the search path, tells who wrote it, and the other side is recomputed
//! where an input of its expression changed. Where triggers of the users' own may change a row
//! before ours sees it, a second trigger fires before them (see [`early`]).

mod changed;
mod copied;
mod counterpart;
mod early;
mod key;
mod live;
mod reference;
mod steps;

use super::expression::Function;
use super::lens::{ColumnLens, Evidence};
use super::partition_moves::Moved;
use crate::plan::names;
use crate::schema::{Column, Table, TypeName, settings_for};
use crate::sql;
use crate::sql::{Body, Expression, Ident, Literal, QualifiedName, Separated, Sql, commas};

pub(super) use counterpart::Counterpart;
use counterpart::References;
pub(super) use key::Key;

/// What the sync function of one table is made of.
pub(super) struct Sync<'a> {
    pub(super) table: &'a QualifiedName,
    /// The table as it is, and as it is going to be.
    pub(super) before: &'a Table,
    pub(super) outcome: &'a Table,
    pub(super) function: QualifiedName,
    pub(super) early_function: QualifiedName,
    pub(super) lenses: &'a [ColumnLens<'a>],
    /// The columns that only the old version has.
    pub(super) old_only: Vec<OldColumn<'a>>,
    /// The columns that only the new version has.
    pub(super) new_only: Vec<&'a Ident>,
    /// The enum types, which are the same text for everybody.
    pub(super) labels: Vec<String>,
    /// Keys that are unique in one version only.
    pub(super) keys: Vec<Key<'a>>,
    /// What looks up the other side of references, and whether that is done.
    pub(super) counterparts: Vec<Counterpart>,
    references: References,
    /// What a row that changes its partition is known by.
    pub(super) moved: Option<Moved<'a>>,
    /// Whether triggers of the users' own may change a row before the sync trigger sees it.
    pub(super) users_write: bool,
}

/// A column that only the old version has.
pub(super) struct OldColumn<'a> {
    pub(super) storage: &'a Ident,
    pub(super) nullable: bool,
    /// What a value in it says, in a row that is inserted.
    pub(super) evidence: Evidence<'a>,
}

/// The versions that may write.
pub(super) struct Versions<'a> {
    pub(super) base: &'a Ident,
    pub(super) old: Option<&'a Ident>,
    pub(super) new: &'a Ident,
}

impl Sync<'_> {
    /// The trigger before `activate`, which fires for these.
    fn filling_trigger(&self, events: &Sql) -> Sql {
        sql!(
            file "sync/trigger.sql",
            events = events,
            trigger = names::sync_trigger(),
            table = self.table,
            function = self.function,
        )
    }

    /// The function before `activate`.
    pub(super) fn filling(&self) -> Sql {
        let fill = self.lenses.iter().filter_map(|lens| {
            let (new, up) = lens.filled()?;
            let assign = assign(new, up);
            if up.is_immutable() {
                return Some(sql!("  {a}", a = assign));
            }
            // What is different each time is computed once per row, and again only for new inputs.
            let inputs = self.any_changed(&up.inputs());
            Some(sql!(
                "  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {l} OR {i} THEN\n    {a}\n  END IF;",
                l = lacks(new),
                i = inputs,
                a = assign,
            ))
        });
        let body = sql!(
            file "sync/filling.sql",
            fill = Separated::by("\n", fill),
            serialise = Separated::by("", self.keys.iter().map(|key| key.serialise_filling(self))),
        );
        function(&self.function, &Expression::from_catalog(""), &body)
    }

    /// What the functions set by which values of the row go through text: without that, the text would be as the
    /// client has it, who may round numbers and call time zones by names that mean others.
    pub(super) fn text_settings(&self) -> Expression {
        let goes_through_text = self.users_write || self.moved.is_some();
        let columns = self.in_note().into_iter().filter(|_| goes_through_text);
        let types = columns.filter_map(|column| self.stored(column)).map(|one| &one.type_name);
        let is_label = |one: &TypeName| self.labels.contains(&one.as_str().replace('"', ""));
        settings_for(types.filter(|one| !is_label(one)))
    }

    /// A column of the table as it is, or as it is going to be.
    fn stored(&self, storage: &Ident) -> Option<&Column> {
        self.before.stored(storage).or_else(|| self.outcome.stored(storage))
    }

    /// Lets one writer at a time have a key that is unique in one version only.
    fn serialise(&self) -> Separated<Sql> {
        Separated::by("", self.keys.iter().map(|key| key.serialise(self)))
    }

    /// The columns that only the old version has.
    fn old_columns(&self) -> Vec<&Ident> {
        self.old_only.iter().map(|column| column.storage).collect()
    }

    /// The columns of lenses, and those that their expressions read.
    pub(super) fn watched(&self) -> Vec<&Ident> {
        let mut watched = Vec::new();
        for lens in self.lenses {
            watched.extend(lens.old);
            watched.extend(lens.new.as_ref().map(|new| new.storage));
            watched.extend(lens.up.iter().chain(&lens.down).flat_map(Function::inputs));
        }
        watched.extend(self.counterparts.iter().flat_map(|one| &one.written));
        watched.sort();
        watched.dedup();
        watched
    }
}

/// A trigger function, with what it sets.
pub(super) fn function(name: &QualifiedName, settings: &Expression, body: &Sql) -> Sql {
    let body = Body::new(body.as_str());
    sql!(file "sync/function.sql", function = name, settings = settings, body = body)
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

fn assign_if(condition: &Sql, assign: &Sql) -> Sql {
    sql!("    IF {c} THEN\n      {a}\n    END IF;", c = condition, a = assign)
}

/// Whether the row has a value there. `IS DISTINCT FROM NULL` and not `IS NOT NULL`, which is false of
/// a row with a NULL in it, too.
fn given(column: &Ident) -> Sql {
    sql!("NEW.{c} IS DISTINCT FROM NULL", c = column)
}

fn lacks(column: &Ident) -> Sql {
    sql!("NEW.{c} IS NOT DISTINCT FROM NULL", c = column)
}

/// A value of the row as a setting can hold it: its text behind a sign, and without one NULL, which an
/// array that is read from a setting has only where the client lets `array_nulls` be on.
pub(super) fn new_text(column: &Ident) -> Sql {
    let text = sql!("NEW.{c}::pg_catalog.text COLLATE pg_catalog.\"C\"", c = column);
    sql!("COALESCE(pg_catalog.textcat('=', {t}), '')", t = text)
}

/// The value of [`new_text`], to be assigned.
pub(super) fn value_of(text: &Sql) -> Sql {
    sql!("CASE WHEN {t} OPERATOR(pg_catalog.<>) '' THEN pg_catalog.substr({t}, 2) END", t = text)
}

/// The setting of the transaction in which triggers of one depth leave each other a note.
pub(super) fn setting_by_depth(name: &str) -> Sql {
    let name = Literal::new(name);
    sql!("pg_catalog.concat({n}, pg_catalog.pg_trigger_depth())", n = name)
}

/// Statements of a branch, which has to have one.
fn statements(statements: impl Iterator<Item = Sql>) -> Separated<Sql> {
    let mut statements: Vec<Sql> = statements.collect();
    if statements.is_empty() {
        statements.push(sql!("      NULL;"));
    }
    Separated::by("\n", statements)
}

/// Whether two values differ in their image: unlike IS DISTINCT FROM, this sees citext's case and
/// numeric's scale, and it exists for every type (manual, section 9.25.6).
pub(super) fn image_ne(column: &Sql, value: &Sql, type_name: &TypeName) -> Sql {
    sql!(
        "pg_catalog.record_image_ne(ROW({c}), ROW({v}::{t}))",
        c = column,
        v = value,
        t = type_name,
    )
}

/// Whether any of these columns is another than before, whatever their types. On INSERT, OLD is a row of
/// NULLs (manual, section 43.10.1; Postgres 11 and later), so that asking does no harm.
pub(super) fn any_image_changed(columns: &[&Ident]) -> Sql {
    if columns.is_empty() {
        return sql!("false");
    }
    let new = columns.iter().map(|column| sql!("NEW.{c}", c = column));
    let old = columns.iter().map(|column| sql!("OLD.{c}", c = column));
    let (new, old) = (commas(new), commas(old));
    sql!("pg_catalog.record_image_ne(ROW({n}), ROW({o}))", n = new, o = old)
}
