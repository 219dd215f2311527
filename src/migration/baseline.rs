//! What a database that was there before is made of, as a migration.

use crate::operation::{Operation, RunSql};
use crate::sql::Ident;

/// How SQL begins that a command has written down.
pub(super) const WRITTEN: &str = "-- Written by `straddle ";

/// An extension whose objects the base schema may use.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// Its name.
    pub name: Ident,
    /// The schema that its objects are in.
    pub schema: Ident,
    /// Whether another database may lack that schema.
    pub apart: bool,
}

/// The operations that make what is there elsewhere: its extensions, and its DDL.
#[must_use]
pub fn baseline(extensions: &[Extension], ddl: &str) -> Vec<Operation> {
    vec![Operation::Sql(RunSql::in_start(text("baseline", extensions, ddl)))]
}

/// The same as SQL, written down by a command.
pub(super) fn text(command: &str, extensions: &[Extension], ddl: &str) -> String {
    let mut up = format!(
        "{WRITTEN}{command}`: what pg_dump says, without owners and privileges.\n\
         SET LOCAL check_function_bodies = off;\n",
    );
    for Extension { name, schema, apart } in extensions {
        if *apart {
            up.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {schema};\n"));
        }
        up.push_str(&format!("CREATE EXTENSION IF NOT EXISTS {name} SCHEMA {schema};\n"));
    }
    up.push_str(&format!("\n{ddl}\n"));
    up
}
