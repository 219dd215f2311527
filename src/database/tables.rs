//! Reads the tables of a schema, in a few queries over all of them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use super::error::Error;
use super::kinds::Kinds;
use super::row::from_row;
use crate::schema::{
    Column, Constraint, Dependent, Firing, ForeignKey, Index, Name, OwnIndex, Statistics, Table,
    Trigger,
};
use crate::sql;
use crate::sql::{Ident, Sql};

/// What only some things have, to be added to what all of them have.
type More = Map<String, Value>;

/// Reads the tables of a schema, in the transaction that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) connection: &'a Connection,
    /// Takes a part of it over, where it is there.
    pub(super) second: Option<&'a Connection>,
    pub(super) schema: &'a Ident,
    pub(super) kinds: Kinds,
}

/// The tables of a schema with what they are made of, read in the transaction that is open.
///
/// # Errors
/// When the catalog cannot be read.
pub(super) async fn read_tables(
    connection: &Connection,
    schema: &Ident,
) -> Result<BTreeMap<Name, Table>, Error> {
    let kinds = Kinds::read(connection, schema).await?;
    Reader { connection, second: None, schema, kinds }.tables(None).await
}

impl Reader<'_> {
    /// The tables with what they are made of, and what stands on them. Views in the schemas `own` are Straddle's.
    pub(super) async fn whole_tables(self, own: &[Ident]) -> Result<BTreeMap<Name, Table>, Error> {
        let Self { connection, kinds, .. } = self;
        let name = self.schema.as_str();
        let own: Vec<&str> = own.iter().map(Ident::as_str).collect();
        let (alone, with_own): ([&(dyn ToSql + Sync); 1], [&(dyn ToSql + Sync); 2]) =
            ([&name], [&name, &own]);
        let member = sql!(file "catalog/member.sql");
        let triggers = sql!(file "catalog/triggers.sql", member = member);
        let firing = sql!(file "catalog/firing.sql", member = member);
        let own_index = sql!(file "catalog/own_index.sql");
        let dependents = sql!(file "catalog/dependents.sql", member = member, own = own_index);
        let partitions_own = sql!(file "catalog/partitions_own.sql", member = member);
        let (mut tables, mut triggers, mut firing, mut dependents, mut of_partitions) = tokio::try_join!(
            biased;
            Box::pin(self.tables(None)),
            by_table::<Trigger>(connection, kinds.triggers, triggers, &alone),
            by_table::<Firing>(connection, kinds.triggers, firing, &alone),
            by_table::<Dependent>(connection, true, dependents, &with_own),
            by_table::<Dependent>(connection, kinds.families, partitions_own, &alone),
        )?;
        for table in tables.values_mut() {
            let key = table.storage.as_str();
            table.triggers = triggers.remove(key).unwrap_or_default();
            table.firing = firing.remove(key).unwrap_or_default();
            table.dependents = dependents.remove(key).unwrap_or_default();
            table.dependents.extend(of_partitions.remove(key).unwrap_or_default());
        }
        Ok(tables)
    }

    /// The tables, or `only` these of them, with what they are made of, but not what stands on them.
    pub(super) async fn tables(
        self,
        only: Option<&[Ident]>,
    ) -> Result<BTreeMap<Name, Table>, Error> {
        let Self { connection, kinds, .. } = self;
        let name = self.schema.as_str();
        let only: Option<Vec<&str>> = only.map(|only| only.iter().map(Ident::as_str).collect());
        let asked: [&(dyn ToSql + Sync); 2] = [&name, &only];
        // Of partitioned tables, with what each partition is of.
        let tree = sql!(file "catalog/tree.sql");
        let in_families = sql!(file "catalog/families.sql", tree = tree);
        let in_publications = sql!(file "catalog/published.sql", tree = tree);
        let of_tables = sql!(file "catalog/indexed_tables.sql");
        let of_partitions = sql!(file "catalog/indexed_partitions.sql", tree = tree);
        let columns = async {
            if let Some(second) = self.second
                && let Ok(read) = read_columns(second, &asked).await
            {
                return Ok(read);
            }
            read_columns(connection, &asked).await
        };
        let (
            (rows, mut columns),
            mut families,
            mut published,
            mut constraints,
            mut foreign_keys,
            mut indexes,
            mut own_indexes,
            mut statistics,
        ) = tokio::try_join!(
            biased;
            columns,
            by_table::<More>(connection, kinds.families, in_families, &asked),
            by_table::<More>(connection, kinds.publications, in_publications, &asked),
            by_table::<Constraint>(connection, true, sql!(file "catalog/constraints.sql"), &asked),
            by_table::<ForeignKey>(connection, kinds.foreign_keys, sql!(file "catalog/foreign_keys.sql"), &asked),
            by_table::<Index>(connection, true, indexes_of(&of_tables), &asked),
            by_table::<OwnIndex>(connection, kinds.families, indexes_of(&of_partitions), &asked),
            by_table::<Statistics>(connection, kinds.statistics, sql!(file "catalog/statistics.sql"), &asked),
        )?;
        let mut tables = BTreeMap::new();
        for row in &rows {
            let key: &str = row.get(0);
            let more = [families.remove(key), published.remove(key)].into_iter().flatten();
            let mut table = table(row, more.flatten())?;
            table.columns = columns.remove(key).unwrap_or_default();
            table.constraints = constraints.remove(key).unwrap_or_default();
            table.foreign_keys = foreign_keys.remove(key).unwrap_or_default();
            table.indexes = indexes.remove(key).unwrap_or_default();
            table.own_indexes = own_indexes.remove(key).unwrap_or_default();
            table.statistics = statistics.remove(key).unwrap_or_default();
            tables.insert(table.name.clone(), table);
        }
        Ok(tables)
    }
}

/// Tables, and the columns of each, which are about a half of all that there is to read.
async fn read_columns(
    connection: &Connection,
    asked: &[&(dyn ToSql + Sync)],
) -> Result<(Vec<Row>, BTreeMap<String, Vec<Column>>), Error> {
    let tables = sql!(file "catalog/tables.sql");
    tokio::try_join!(
        biased;
        connection.ask(&tables, asked),
        by_table::<Column>(connection, true, sql!(file "catalog/columns.sql"), asked),
    )
}

/// The query for the indexes of tables, or of partitions.
fn indexes_of(tables: &Sql) -> Sql {
    let own = sql!(file "catalog/own_index.sql");
    sql!(file "catalog/indexes.sql", tables = tables, own = own)
}

/// The rows of a query, where there is anything of its kind.
pub(super) async fn ask_if(
    connection: &Connection,
    is_there: bool,
    query: &Sql,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, Error> {
    if is_there { connection.ask(query, parameters).await } else { Ok(Vec::new()) }
}

/// The rows of a query that gives a table's name, and what its other columns say of something of the table.
async fn by_table<T: DeserializeOwned>(
    connection: &Connection,
    is_there: bool,
    query: Sql,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<BTreeMap<String, Vec<T>>, Error> {
    let mut things: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in ask_if(connection, is_there, &query, parameters).await? {
        things.entry(row.get(0)).or_default().push(from_row(&row, 1)?);
    }
    Ok(things)
}

/// A table by itself, with what only some have.
fn table(row: &Row, more: impl IntoIterator<Item = More>) -> Result<Table, Error> {
    let mut more = more.into_iter().peekable();
    if more.peek().is_none() {
        return from_row(row, 1);
    }
    let mut all: More = from_row(row, 1)?;
    more.for_each(|more| all.extend(more));
    serde_json::from_value(all.into()).map_err(|error| Error::Answer(error.to_string()))
}
