//! Reads a schema, in a handful of set-based queries.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql};

use super::connection::Connection;
use super::error::Error;
use crate::schema::{
    Column, Constraint, Dependent, EnumType, Firing, ForeignKey, Function, Index, Name, Schema,
    Statistics, Table, Trigger, User,
};
use crate::sql;
use crate::sql::{Ident, Sql};

/// The schema `name`, if there is one, read in the transaction that is open. Its search path is
/// `pg_catalog` from then on. `own` are the version schemas, whose views are Straddle's; the last of
/// them is the present version. A `second` connection, which has begun to read, takes a part of it over.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn read_schema(
    connection: &Connection,
    second: Option<&Connection>,
    name: &Ident,
    own: &[Ident],
) -> Result<Option<Schema>, Error> {
    connection.qualify_names().await?;
    // First of all, for to set that role throws away all plans of queries.
    let may_silence_triggers = connection.may_silence_triggers().await?;
    let present = own.last().map(Ident::as_str);
    let query = sql!(file "catalog/schema.sql");
    let parameters: [&(dyn ToSql + Sync); 2] = [&name.as_str(), &present];
    // All questions are on their way before the first answer is here. Postgres takes them in order, and so are
    // they looked at: behind one that fails, the others fail for that alone.
    let (rows, tables, objects) = tokio::try_join!(
        biased;
        connection.ask(&query, &parameters),
        read_tables(connection, second, name, own),
        read_objects(connection, name, own),
    )?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let (functions, enums) = objects;
    Ok(Some(Schema { may_silence_triggers, tables, functions, enums, ..json(&row, 0)? }))
}

/// The functions and enum types, with what uses them.
async fn read_objects(
    connection: &Connection,
    schema: &Ident,
    own: &[Ident],
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
        connection.ask(&users, &with_own),
        connection.ask(&functions, &alone),
        connection.ask(&enums, &alone),
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
pub async fn read_described(
    connection: &Connection,
    name: &Ident,
    only: Option<&[Ident]>,
) -> Result<Option<Schema>, Error> {
    connection.qualify_names().await?;
    let query = sql!(file "catalog/schema.sql");
    let parameters: [&(dyn ToSql + Sync); 2] = [&name.as_str(), &None::<&str>];
    let (rows, tables, (functions, enums)) = tokio::try_join!(
        biased;
        connection.ask(&query, &parameters),
        read_made(connection, None, name, only),
        read_objects(connection, name, &[]),
    )?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Schema { tables, functions, enums, ..json(&row, 0)? }))
}

/// The tables of a schema, with their parts, read in the transaction that is open.
///
/// # Errors
/// When the catalog cannot be read.
pub(super) async fn read_tables(
    connection: &Connection,
    second: Option<&Connection>,
    schema: &Ident,
    own: &[Ident],
) -> Result<BTreeMap<Name, Table>, Error> {
    let name = schema.as_str();
    let own: Vec<&str> = own.iter().map(Ident::as_str).collect();
    let (alone, with_own): ([&(dyn ToSql + Sync); 1], [&(dyn ToSql + Sync); 2]) =
        ([&name], [&name, &own]);
    let (mut tables, mut triggers, mut firing, mut dependents) = tokio::try_join!(
        biased;
        read_made(connection, second, schema, None),
        by_table::<Trigger>(connection, sql!(file "catalog/triggers.sql"), &alone),
        by_table::<Firing>(connection, sql!(file "catalog/firing.sql"), &alone),
        by_table::<Dependent>(connection, sql!(file "catalog/dependents.sql"), &with_own),
    )?;
    for table in tables.values_mut() {
        let key = table.storage.as_str();
        table.triggers = triggers.remove(key).unwrap_or_default();
        table.firing = firing.remove(key).unwrap_or_default();
        table.dependents = dependents.remove(key).unwrap_or_default();
    }
    Ok(tables)
}

/// The tables of a schema, or `only` these of them, with what they are made of, but not what stands on them.
async fn read_made(
    connection: &Connection,
    second: Option<&Connection>,
    schema: &Ident,
    only: Option<&[Ident]>,
) -> Result<BTreeMap<Name, Table>, Error> {
    let name = schema.as_str();
    let only: Option<Vec<&str>> = only.map(|only| only.iter().map(Ident::as_str).collect());
    let parameters: [&(dyn ToSql + Sync); 2] = [&name, &only];
    let columns = async {
        if let Some(second) = second
            && let Ok(read) = read_columns(second, &parameters).await
        {
            return Ok(read);
        }
        read_columns(connection, &parameters).await
    };
    let ((rows, mut columns), mut constraints, mut foreign_keys, mut indexes, mut statistics) = tokio::try_join!(
        biased;
        columns,
        by_table::<Constraint>(connection, sql!(file "catalog/constraints.sql"), &parameters),
        by_table::<ForeignKey>(connection, sql!(file "catalog/foreign_keys.sql"), &parameters),
        by_table::<Index>(connection, sql!(file "catalog/indexes.sql"), &parameters),
        by_table::<Statistics>(connection, sql!(file "catalog/statistics.sql"), &parameters),
    )?;
    let mut tables = BTreeMap::new();
    for mut table in from_rows::<Table>(&rows)? {
        let key = table.storage.as_str();
        table.columns = columns.remove(key).unwrap_or_default();
        table.constraints = constraints.remove(key).unwrap_or_default();
        table.foreign_keys = foreign_keys.remove(key).unwrap_or_default();
        table.indexes = indexes.remove(key).unwrap_or_default();
        table.statistics = statistics.remove(key).unwrap_or_default();
        tables.insert(table.name.clone(), table);
    }
    Ok(tables)
}

/// Tables, and the columns of each, which are about a half of all that there is to read.
async fn read_columns(
    connection: &Connection,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<(Vec<Row>, BTreeMap<String, Vec<Column>>), Error> {
    let tables = sql!(file "catalog/tables.sql");
    tokio::try_join!(
        biased;
        connection.ask(&tables, parameters),
        by_table::<Column>(connection, sql!(file "catalog/columns.sql"), parameters),
    )
}

/// The rows of a query that gives a table's name and something of the table; and, where there is a third field, what only
/// some of these things have.
async fn by_table<T: DeserializeOwned>(
    connection: &Connection,
    query: Sql,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<BTreeMap<String, Vec<T>>, Error> {
    let mut things: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in connection.ask(&query, parameters).await? {
        things.entry(row.get(0)).or_default().push(whole(&row)?);
    }
    Ok(things)
}

/// What the second field says, and the third, if there is one that says something.
fn whole<T: DeserializeOwned>(row: &Row) -> Result<T, Error> {
    let more = match row.len() {
        2 => None,
        _ => row.try_get::<_, Option<Json<Map<String, Value>>>>(2).map_err(unlike)?,
    };
    let Some(Json(more)) = more else {
        return json(row, 1);
    };
    let mut all: Map<String, Value> = json(row, 1)?;
    all.extend(more);
    serde_json::from_value(all.into()).map_err(|error| Error::Answer(error.to_string()))
}

/// The JSON of one field of a row.
///
/// # Errors
/// When it says something else.
pub(super) fn json<T: DeserializeOwned>(row: &Row, index: usize) -> Result<T, Error> {
    row.try_get::<_, Json<T>>(index).map(|Json(value)| value).map_err(unlike)
}

/// That a field is not what it is taken for, with the reason.
fn unlike(error: tokio_postgres::Error) -> Error {
    Error::Answer(error.into_source().map_or_else(String::new, |source| source.to_string()))
}

/// The rows of a query that gives nothing but JSON.
///
/// # Errors
/// When it is something else.
pub fn from_rows<T: DeserializeOwned>(rows: &[Row]) -> Result<Vec<T>, Error> {
    rows.iter().map(|row| json(row, 0)).collect()
}

/// Something that hangs on a column or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hanging {
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
pub async fn hanging_on(
    connection: &Connection,
    schema: &Ident,
    table: &Ident,
    column: Option<&Ident>,
    own: &[Ident],
) -> Result<Vec<Hanging>, Error> {
    let own: Vec<&str> = own.iter().map(Ident::as_str).collect();
    let column = column.map(Ident::as_str);
    let parameters: [&(dyn ToSql + Sync); 4] = [&schema.as_str(), &table.as_str(), &column, &own];
    let rows = connection.query(&sql!(file "catalog/hanging.sql"), &parameters).await?;
    let hanging = rows.iter().map(|row| Hanging { description: row.get(0), name: row.get(1) });
    Ok(hanging.collect())
}
