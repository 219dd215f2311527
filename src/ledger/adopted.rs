//! What another tool ran, written down as if it had been run here.

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::LedgerError;
use crate::database::Connection;
use crate::migration::Migration;
use crate::plan::Plan;
use crate::sql;
use crate::sql::Ident;

/// A migration that another tool ran.
#[derive(Debug, Clone)]
pub(crate) struct Adopted {
    /// The migration.
    pub migration: Migration,
    /// What is left to be done of it, and what its version shows.
    pub plan: Plan,
    /// When it was started.
    pub started_at: String,
    /// When it was completed; none where it is live.
    pub ended_at: Option<String>,
}

/// Writes it down, behind all that is there. Part of the transaction that is open.
///
/// # Errors
/// When the database refuses: something may be live already.
pub(crate) async fn adopt(
    connection: &Connection,
    one: &Adopted,
    run: Uuid,
) -> Result<(), LedgerError> {
    let Adopted { migration, plan, started_at, ended_at } = one;
    let previous = plan.previous_schema.as_ref().map(Ident::as_str);
    connection
        .execute(
            &sql!(file "ledger/adopt.sql"),
            &[
                &plan.base_schema.as_str(),
                &migration.name,
                &migration.checksum(),
                &Json([migration]),
                &plan.version_schema.as_str(),
                &previous,
                &Json(plan),
                &run,
                started_at,
                ended_at,
            ],
        )
        .await?;
    Ok(())
}
