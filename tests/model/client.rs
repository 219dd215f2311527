//! Random clients: which version's columns they know, how they name the table, what else is in their
//! search path, how they speak to the server.

use super::expression::Value;
use super::rows::Writer;
use super::shape::{Shape, Type, Version, cast, quoted};
use crate::choices::Choices;

/// How a statement comes to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Simple,
    /// Parsed, bound and executed.
    Extended,
    /// PREPARE and EXECUTE.
    Prepared,
    /// In a function with a search path of its own, and settings by which text is written otherwise.
    Function,
    /// By EXECUTE in a DO block, in a subtransaction.
    Dynamic,
    /// In a WITH, giving all columns back.
    Returning,
    /// As replication applies it: no trigger of the users' fires.
    Replica,
}

impl Way {
    /// The last of them is the one that asks no foreign key.
    pub(super) const ALL: [Self; 7] = [
        Self::Simple,
        Self::Extended,
        Self::Prepared,
        Self::Function,
        Self::Dynamic,
        Self::Returning,
        Self::Replica,
    ];
}

/// By which values that go through text would not be the same.
const SETTINGS: &str = "SET DateStyle = 'German' SET IntervalStyle = sql_standard SET extra_float_digits = -9 \
    SET bytea_output = escape SET xmloption = document SET array_nulls = off";

/// A client, for one statement.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) writer: Writer,
    /// The table as the client names it.
    pub(super) table: String,
    /// The enum as the client names it.
    pub(super) mood: String,
    pub(super) path: String,
    pub(super) way: Way,
}

impl Client {
    pub(super) fn random(
        choices: &mut Choices<'_>,
        shape: &Shape,
        live: bool,
        ways: &[Way],
    ) -> Self {
        let (columns_of, is_base) = match choices.below(if live { 7 } else { 3 }) {
            0 => (Version::Old, true),
            1..=2 => (Version::Old, false),
            _ => (if live { Version::New } else { Version::Old }, false),
        };
        let schema = if is_base { "public" } else { columns_of.schema() };
        let name = quoted(shape.name(columns_of));
        let (table, path, named) = match choices.below(8) {
            0..=1 => (name, schema.to_owned(), columns_of),
            2 if !is_base => (name, format!("{schema}, public"), columns_of),
            3 => (name, format!("elsewhere, nowhere, {schema}"), columns_of),
            4 => (format!("{schema}.{name}"), schema.to_owned(), columns_of),
            5 => (format!("{schema}.{name}"), String::new(), Version::Old),
            6 if live => (format!("{schema}.{name}"), "public_next, public".into(), Version::New),
            _ => (format!("{schema}.{name}"), "public, public_next".into(), Version::Old),
        };
        let is_pinned = path.contains("public_base");
        let way = *choices.one_of(ways);
        let is_replica = way == Way::Replica;
        let writer = Writer { columns_of, is_base, path: named, is_pinned, is_replica };
        let mood = shape.mood(columns_of, &path, live);
        Self { writer, table, mood, path, way }
    }

    /// One that writes the table itself.
    pub(super) fn of_the_base(shape: &Shape) -> Self {
        let (columns_of, path) = (Version::Old, Version::Old);
        let (is_base, is_pinned, is_replica) = (true, false, false);
        Self {
            writer: Writer { columns_of, is_base, path, is_pinned, is_replica },
            table: format!("public.{}", quoted(shape.name(columns_of))),
            mood: "mood".into(),
            path: "public".into(),
            way: Way::Simple,
        }
    }

    /// What the client calls a cell.
    pub(super) fn called(&self, shape: &Shape, cell: usize) -> String {
        shape.called(cell, self.writer.columns_of)
    }

    /// A value as the client has it in SQL.
    pub(super) fn literal(&self, of: Type, value: &Value) -> String {
        match of {
            Type::Mood(_) => cast(value, &self.mood),
            _ => of.literal(value),
        }
    }

    /// The statements that carry this one to the server, the one that counts being the last.
    pub(super) fn speak(&self, sql: &str) -> (Vec<String>, String) {
        let path = if self.path.is_empty() { "''" } else { &self.path };
        let role = if self.way == Way::Replica { "replica" } else { "origin" };
        let set_role = format!("SET session_replication_role = {role}");
        let set = format!("SET search_path = {path}; {set_role}");
        let returns = ["INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb));
        match self.way {
            Way::Dynamic => {
                let block = format!(
                    "DO $do$ BEGIN EXECUTE $one${sql}$one$; EXCEPTION WHEN division_by_zero THEN RAISE; END $do$"
                );
                (vec![set], block)
            }
            Way::Returning if returns => {
                (vec![set], format!("WITH one AS ({sql} RETURNING *) SELECT count(*) FROM one"))
            }
            Way::Simple | Way::Extended | Way::Replica | Way::Returning => {
                (vec![set], sql.to_owned())
            }
            Way::Prepared => (
                vec![set, "DEALLOCATE ALL".into(), format!("PREPARE one AS {sql}")],
                "EXECUTE one".into(),
            ),
            Way::Function => {
                let function = format!(
                    "CREATE OR REPLACE FUNCTION elsewhere.one() RETURNS void LANGUAGE plpgsql \
                     SET search_path = {path} {SETTINGS} AS $one$ BEGIN {sql}; END $one$"
                );
                let elsewhere = format!("SET search_path = elsewhere; {set_role}");
                (vec![elsewhere, function], "SELECT elsewhere.one()".into())
            }
        }
    }
}
