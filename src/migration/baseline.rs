//! What a database that was there before is made of, as a migration.

use crate::operation::{Operation, RunSql};
use crate::sql::Ident;

/// The operations that make what is there elsewhere: its extensions, and its DDL.
#[must_use]
pub fn baseline(extensions: &[Ident], ddl: &str) -> Vec<Operation> {
    let mut up = String::from(
        "-- Written by `straddle baseline`: what pg_dump says, without owners and privileges.\n\
         SET LOCAL check_function_bodies = off;\n",
    );
    for extension in extensions {
        up.push_str(&format!("CREATE EXTENSION IF NOT EXISTS {extension};\n"));
    }
    up.push_str(&format!("\n{ddl}\n"));
    let (down, phase) = (None, None);
    vec![Operation::Sql(RunSql { up, down, on_complete: false, phase, transaction: true })]
}
