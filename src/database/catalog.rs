//! Reads a schema, in a handful of set-based queries.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql};

use super::connection::Connection;
use super::error::Error;
use super::kinds::Kinds;
use super::tables::{Reader, ask_if};
use crate::schema::{EnumType, Function, Name, Schema, User};
use crate::sql;
use crate::sql::Ident;

/// The schema `name`, if there is one, read in the transaction that is open. Its search path is
/// `pg_catalog` from then on. `own` are the version schemas, whose views are Straddle's; the last of
/// them is the present version. A `second` connection, which has begun to read, takes a part of it over.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn read_schema(
    connection: &Connection,
    second: Option<&Connection>,
    name: &Ident,
    own: &[Ident],
) -> Result<Option<Schema>, Error> {
    connection.qualify_names().await?;
    // First of all, for to set that role throws away all plans of queries.
    let may_silence_triggers = connection.may_silence_triggers().await?;
    let present = own.last().map(Ident::as_str);
    let kinds = Kinds::read(connection, name).await?;
    let reader = Reader { connection, second, schema: name, kinds };
    let query = sql!(file "catalog/schema.sql");
    let parameters: [&(dyn ToSql + Sync); 2] = [&name.as_str(), &present];
    // All questions are on their way before the first answer is here. Postgres takes them in order, and so are
    // they looked at: behind one that fails, the others fail for that alone.
    let (rows, tables, objects) = tokio::try_join!(
        biased;
        connection.ask(&query, &parameters),
        Box::pin(reader.whole_tables(own)),
        read_objects(connection, name, own, kinds),
    )?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let (functions, enums) = objects;
    Ok(Some(Schema {
        may_silence_triggers,
        tables: tables.into(),
        functions,
        enums,
        ..json(&row, 0)?
    }))
}

/// The functions and enum types, with what uses them.
async fn read_objects(
    connection: &Connection,
    schema: &Ident,
    own: &[Ident],
    kinds: Kinds,
) -> Result<(Vec<Function>, BTreeMap<Name, EnumType>), Error> {
    let name = schema.as_str();
    let own: Vec<&str> = own.iter().map(Ident::as_str).collect();
    let (users, functions, enums) = (
        sql!(file "catalog/users.sql"),
        sql!(file "catalog/functions.sql"),
        sql!(file "catalog/enums.sql"),
    );
    let (alone, with_own): ([&(dyn ToSql + Sync); 1], [&(dyn ToSql + Sync); 2]) =
        ([&name], [&name, &own]);
    let (user_rows, function_rows, enum_rows) = tokio::try_join!(
        biased;
        ask_if(connection, kinds.functions || kinds.enums, &users, &with_own),
        ask_if(connection, kinds.functions, &functions, &alone),
        ask_if(connection, kinds.enums, &enums, &alone),
    )?;
    let mut users: BTreeMap<i64, Vec<User>> = BTreeMap::new();
    for row in user_rows {
        users.entry(row.get(0)).or_default().push(json(&row, 1)?);
    }
    let (mut functions, mut enums) = (Vec::new(), BTreeMap::new());
    for row in function_rows {
        let mut function: Function = json(&row, 1)?;
        function.users = users.remove(&row.get(0)).unwrap_or_default();
        functions.push(function);
    }
    for row in enum_rows {
        let mut found: EnumType = json(&row, 1)?;
        found.users = users.remove(&row.get(0)).unwrap_or_default();
        enums.insert(found.name.clone(), found);
    }
    Ok((functions, enums))
}

/// The schema `name`, if there is one, as far as a description tells of it: not who uses what, nor what fires. `only` are the
/// tables that are asked for, where not all are. Read in the transaction that is open, whose search path is `pg_catalog` from then on.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn read_described(
    connection: &Connection,
    name: &Ident,
    only: Option<&[Ident]>,
) -> Result<Option<Schema>, Error> {
    connection.qualify_names().await?;
    let kinds = Kinds::read(connection, name).await?;
    let reader = Reader { connection, second: None, schema: name, kinds };
    let query = sql!(file "catalog/schema.sql");
    let parameters: [&(dyn ToSql + Sync); 2] = [&name.as_str(), &None::<&str>];
    let (rows, tables, (functions, enums)) = tokio::try_join!(
        biased;
        connection.ask(&query, &parameters),
        Box::pin(reader.tables(only)),
        read_objects(connection, name, &[], kinds),
    )?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Schema { tables: tables.into(), functions, enums, ..json(&row, 0)? }))
}

/// The JSON of one field of a row.
///
/// # Errors
/// When it says something else.
pub(super) fn json<T: DeserializeOwned>(row: &Row, index: usize) -> Result<T, Error> {
    row.try_get::<_, Json<T>>(index).map(|Json(value)| value).map_err(unlike)
}

/// That a field is not what it is taken for, with the reason.
pub(super) fn unlike(error: tokio_postgres::Error) -> Error {
    Error::Answer(error.into_source().map_or_else(String::new, |source| source.to_string()))
}

/// The rows of a query that gives nothing but JSON.
///
/// # Errors
/// When it is something else.
pub(crate) fn from_rows<T: DeserializeOwned>(rows: &[Row]) -> Result<Vec<T>, Error> {
    rows.iter().map(|row| json(row, 0)).collect()
}

/// Something that hangs on a column or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hanging {
    /// As `pg_describe_object` says it.
    pub description: String,
    /// Its bare name, for an index, a constraint or statistics.
    pub name: String,
}

/// What hangs on a column of a table now, or, without a column, what stands on the table from
/// outside. `own` are the version schemas.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn hanging_on(
    connection: &Connection,
    schema: &Ident,
    table: &Ident,
    column: Option<&Ident>,
    own: &[Ident],
) -> Result<Vec<Hanging>, Error> {
    let own: Vec<&str> = own.iter().map(Ident::as_str).collect();
    let column = column.map(Ident::as_str);
    let parameters: [&(dyn ToSql + Sync); 4] = [&schema.as_str(), &table.as_str(), &column, &own];
    let rows = connection.ask(&sql!(file "catalog/hanging.sql"), &parameters).await?;
    let hanging = rows.iter().map(|row| Hanging { description: row.get(0), name: row.get(1) });
    Ok(hanging.collect())
}
