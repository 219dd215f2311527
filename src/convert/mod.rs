//! SQL into operations: the scripts of ORMs and hand-written migrations, read with Postgres' own
//! grammar. Statement by statement becomes what an operation can say; what belongs together becomes
//! one operation; what no operation says stays as `sql`, with the reason. No database is
//! asked, so what only the tables themselves tell (the old type of a column) is left to `start`, which
//! refuses what could lose something.
//!
//! No SQL text is edited: parts of a script that are not to be read (the way back, the name of the base
//! schema) are blanked before the grammar sees them, and expressions are printed from its tree.

mod alter_table;
mod back;
mod column;
mod column_changes;
mod comment;
mod constraint;
mod create_index;
mod create_table;
mod drop;
mod enums;
mod fold;
pub mod folder;
mod function;
mod guard;
mod item;
mod keys;
mod left_out;
mod places;
mod rename;
mod script;
mod sequence;
mod settle;
mod source;
mod statement;
mod text;
mod update;
mod view;

pub use keys::Keys;

use crate::operation::Operation;
use crate::sql::Ident;

/// What a script was converted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// The operations, in order.
    pub operations: Vec<Converted>,
    /// What of the script is in none of them, and why.
    pub left_out: Vec<Note>,
}

/// An operation, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The operation.
    pub operation: Operation,
    /// What to know of it: for `sql`, why it is no other operation.
    pub notes: Vec<Note>,
}

/// Something to know about a line of the script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// What there is to know.
    pub text: String,
}

/// Why a script cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It is not what Postgres reads.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line where the statement begins, from 1.
        line: usize,
        /// What Postgres' grammar says.
        message: String,
    },
    /// It takes rows from the client.
    #[error("line {line}: COPY takes its rows from the client, and a migration has none")]
    Copy {
        /// The line, from 1.
        line: usize,
    },
    /// Nothing in it changes a schema.
    #[error("there is no statement in it that changes anything")]
    Nothing,
}

impl Conversion {
    /// All notes, in the order of the script.
    #[must_use]
    pub fn notes(&self) -> Vec<&Note> {
        let of_operations = self.operations.iter().flat_map(|one| &one.notes);
        let mut notes: Vec<&Note> = self.left_out.iter().chain(of_operations).collect();
        notes.sort();
        notes
    }

    /// The operations by themselves.
    #[must_use]
    pub fn migration(&self) -> Vec<Operation> {
        self.operations.iter().map(|one| one.operation.clone()).collect()
    }
}

/// Converts a script to operations on the tables of `base`, the base schema.
///
/// # Errors
/// Where it is not SQL that Postgres reads, or changes nothing.
pub fn convert(sql: &str, base: &Ident) -> Result<Conversion, ConvertError> {
    convert_next(sql, None, base, &mut Keys::default())
}

/// As [`convert`], of one script of several: `keys` has what those before it have told, and takes what this
/// one tells. Where another script takes this one back, `back` is that: SQL that stays as it is takes it
/// as its `down`.
///
/// # Errors
/// As [`convert`].
pub fn convert_next(
    sql: &str,
    back: Option<&str>,
    base: &Ident,
    keys: &mut Keys,
) -> Result<Conversion, ConvertError> {
    let source = source::Source::read(sql, base)?;
    let back = match back {
        Some(text) => Some(back::Back { line: 1, text: text.to_owned() }),
        None => source.back.clone(),
    };
    let statements = source.statements()?;
    let mut script = script::Script::new(base, source.left_out);
    script.known = keys.clone();
    for statement in &statements {
        script.read(statement);
    }
    let mut conversion = settle::settle(script, &statements, back.is_some())?;
    if let Some(back) = back {
        back.give_to(&mut conversion, base);
    }
    keys.follow(conversion.operations.iter().map(|one| &one.operation));
    Ok(conversion)
}
