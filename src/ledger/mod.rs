//! Our own tables, in the schema `straddle`: history, stored plans, and the cursor. It records and
//! reads; it decides nothing.

mod adopted;
mod backfill;
mod controls;
mod description;
mod entry;
mod error;
mod history;
mod progress;

use tokio_postgres::types::Json;
use uuid::Uuid;

pub(crate) use adopted::{Adopted, adopt};
pub(crate) use backfill::{BackfillCursor, BackfillKey};
pub(crate) use controls::Controls;
pub(crate) use description::Description;
pub use description::Noted;
pub(crate) use entry::{Completed, Cursor, Entry, state};
pub use error::LedgerError;
pub use history::Recorded;
pub(crate) use history::{completed_names, history};
pub use progress::Building;
pub(crate) use progress::{Operator, Told, operator};

use entry::entry;

use crate::database::Connection;
use crate::lifecycle::Ended;
use crate::migration::Together;
use crate::plan::Plan;
use crate::schema::{TableOrder, View};
use crate::sql;
use crate::sql::Ident;

/// The format of the ledger's tables that this release reads and writes.
const LEDGER_FORMAT: i32 = 4;

/// Whether the ledger is there, in a format that this release knows.
///
/// # Errors
/// When a later release made it.
pub(crate) async fn is_installed(connection: &Connection) -> Result<bool, LedgerError> {
    Ok(format(connection).await?.is_some())
}

/// The format of the ledger, if it is there.
async fn format(connection: &Connection) -> Result<Option<i32>, LedgerError> {
    let there = sql!("SELECT to_regclass('straddle.format') IS NOT NULL");
    let rows = connection.ask(&there, &[]).await?;
    if !rows.first().is_some_and(|row| row.get(0)) {
        return Ok(None);
    }
    let version = connection.ask(&sql!("SELECT version FROM straddle.format"), &[]).await;
    let rows = match version {
        Err(error) if error.is_forbidden() => return Err(not_ours(connection).await),
        other => other?,
    };
    match rows.first().map(|row| row.get::<_, i32>(0)) {
        Some(found) if found > LEDGER_FORMAT => {
            Err(LedgerError::TooNew { found: i64::from(found) })
        }
        found => Ok(Some(found.unwrap_or(0))),
    }
}

async fn not_ours(connection: &Connection) -> LedgerError {
    let whose = sql!(
        "SELECT pg_get_userbyid(relowner)::text, current_user::text FROM pg_catalog.pg_class \
         WHERE oid = to_regclass('straddle.format')"
    );
    match connection.query(&whose, &[]).await {
        Ok(rows) => match rows.first() {
            Some(row) => LedgerError::NotOurs { owner: row.get(0), role: row.get(1) },
            None => LedgerError::Unreadable("`straddle.format` has gone".into()),
        },
        Err(error) => error.into(),
    }
}

/// Makes the ledger, if it is not there; upgrades one of an earlier release.
///
/// # Errors
/// When the role may not create a schema in the database.
pub(crate) async fn install(connection: &Connection) -> Result<(), LedgerError> {
    match format(connection).await? {
        Some(LEDGER_FORMAT) => Ok(()),
        _ => write_tables(connection).await,
    }
}

/// Upgrades the ledger of an earlier release, if there is one.
///
/// # Errors
/// When the role does not own it.
pub(crate) async fn upgrade(connection: &Connection) -> Result<(), LedgerError> {
    let Some(format) = format(connection).await? else {
        return Ok(());
    };
    if !may_write(connection).await? {
        return Err(not_ours(connection).await);
    }
    if format == LEDGER_FORMAT { Ok(()) } else { write_tables(connection).await }
}

/// Whether the role may write into the ledger, which is there, and not only look.
///
/// # Errors
/// When the connection is lost.
pub(crate) async fn may_write(connection: &Connection) -> Result<bool, LedgerError> {
    let query = sql!("SELECT pg_catalog.has_table_privilege('straddle.migrations', 'UPDATE')");
    let rows = connection.ask(&query, &[]).await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

async fn write_tables(connection: &Connection) -> Result<(), LedgerError> {
    inside(connection, async || {
        // CREATE .. IF NOT EXISTS fails when two sessions run it at one time.
        connection.batch(&sql!("SELECT pg_advisory_xact_lock(8244021958240001)")).await?;
        Ok(connection.batch(&sql!(file "ledger/install.sql")).await?)
    })
    .await
}

/// Does something in one transaction.
async fn inside(
    connection: &Connection,
    work: impl AsyncFnOnce() -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    connection.begin().await?;
    match work().await {
        Ok(()) => Ok(connection.commit().await?),
        Err(error) => {
            // Where that fails, the connection is lost, and the transaction with it.
            drop(connection.rollback().await);
            Err(error)
        }
    }
}

/// The migration that is underway or live, or else the one that ended last.
///
/// # Errors
/// When what is stored cannot be read.
pub(crate) async fn read(
    connection: &Connection,
    base: &Ident,
) -> Result<Option<Entry>, LedgerError> {
    let rows = connection.query(&sql!(file "ledger/read.sql"), &[&base.as_str()]).await?;
    rows.first().map(entry).transpose()
}

/// The version that was completed last, if there is one and its schema is still there.
///
/// # Errors
/// When what is stored cannot be read.
pub(crate) async fn last_completed(
    connection: &Connection,
    base: &Ident,
) -> Result<Option<Completed>, LedgerError> {
    let query = sql!(file "ledger/last_completed.sql");
    let rows = connection.query(&query, &[&base.as_str()]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let Json(order) = row.get::<_, Json<Vec<TableOrder>>>("column_order");
    let Json(views) = row.get::<_, Json<Vec<View>>>("views");
    let version_schema = Ident::new(row.get::<_, String>("version_schema"))
        .map_err(|error| LedgerError::Unreadable(error.to_string()))?;
    let there = sql!("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1");
    if connection.query(&there, &[&version_schema.as_str()]).await?.is_empty() {
        return Ok(None);
    }
    Ok(Some(Completed { name: row.get("name"), version_schema, order, views }))
}

/// Stores a plan; the cursor stands before its first step.
///
/// # Errors
/// When the database refuses: another run may have begun one at the same time.
pub(crate) async fn begin(
    connection: &Connection,
    migrations: Together<'_>,
    plan: &Plan,
    run: Uuid,
) -> Result<i64, LedgerError> {
    let base = plan.base_schema.as_str();
    let version = plan.version_schema.as_str();
    let previous = plan.previous_schema.as_ref().map(Ident::as_str);
    let rows = connection
        .query(
            &sql!(file "ledger/begin.sql"),
            &[
                &base,
                &migrations.name(),
                &migrations.checksum(),
                &Json(migrations.all()),
                &version,
                &previous,
                &Json(plan),
                &Json(&plan.order),
                &run,
            ],
        )
        .await?;
    rows.first()
        .map(|row| row.get(0))
        .ok_or_else(|| LedgerError::Unreadable("no row was stored".into()))
}

/// Makes `run` the owner of a migration.
///
/// # Errors
/// When it has ended.
pub(crate) async fn take_over(
    connection: &Connection,
    id: i64,
    run: Uuid,
) -> Result<(), LedgerError> {
    owned(connection.execute(&sql!(file "ledger/take_over.sql"), &[&id, &run]).await?)
}

/// Moves the cursor; part of the transaction that is open, if one is.
///
/// # Errors
/// When another run owns the migration.
pub(crate) async fn advance(
    connection: &Connection,
    id: i64,
    run: Uuid,
    cursor: Cursor,
) -> Result<(), LedgerError> {
    let phase = cursor.phase.to_string();
    let done = i32::try_from(cursor.done).unwrap_or(i32::MAX);
    let query = sql!(file "ledger/advance.sql");
    owned(connection.repeat(&query, &[&id, &run, &phase, &done, &cursor.begun]).await?)
}

/// Notes that sync of a migration was seen not to work.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn suspect(connection: &Connection, id: i64) -> Result<(), LedgerError> {
    connection.execute(&sql!(file "ledger/suspect.sql"), &[&id]).await?;
    Ok(())
}

/// Ends a migration.
///
/// # Errors
/// When another run owns it.
pub(crate) async fn end(
    connection: &Connection,
    id: i64,
    run: Uuid,
    ended: Ended,
) -> Result<(), LedgerError> {
    let end = sql!(file "ledger/end.sql");
    owned(connection.execute(&end, &[&id, &run, &ended.word()]).await?)
}

/// Stores a plan that has become longer: the views behind raw SQL.
///
/// # Errors
/// When another run owns the migration.
pub(crate) async fn replan(
    connection: &Connection,
    id: i64,
    run: Uuid,
    plan: &Plan,
) -> Result<(), LedgerError> {
    let query = sql!(file "ledger/replan.sql");
    owned(connection.execute(&query, &[&id, &run, &Json(plan), &Json(&plan.order)]).await?)
}

fn owned(rows: u64) -> Result<(), LedgerError> {
    if rows == 1 { Ok(()) } else { Err(LedgerError::TakenOver) }
}
