//! What the role has to be allowed, looked at before anything changes.

use super::{Engine, Error};
use crate::ledger;
use crate::sql;

/// What the role has to be allowed to make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needed {
    /// Schemas in the database.
    pub(super) schemas: bool,
    /// Things in the base schema.
    pub(super) objects: bool,
}

impl Needed {
    pub(super) const SCHEMAS: Self = Self { schemas: true, objects: false };
    pub(super) const SCHEMAS_AND_OBJECTS: Self = Self { schemas: true, objects: true };
}

/// A right that the role has not.
struct Lack {
    what: String,
    grant: String,
}

impl Engine<'_> {
    /// Refuses where the role may not make what a start, and the `complete` or `rollback` behind it, make.
    pub(super) async fn refuse_lacking(&self, needed: Needed) -> Result<(), Error> {
        let lacking = self.lacking(needed).await?;
        if lacking.is_empty() {
            return Ok(());
        }
        let (found, grants) = lacking.into_iter().map(|lack| (lack.what, lack.grant)).unzip();
        Err(Error::MayNot { found, grants })
    }

    /// What the role has been deprived of since the start. Who only looks has never had it.
    pub(super) async fn deprived(&self, needed: Needed) -> Result<Vec<String>, Error> {
        if !ledger::may_write(&self.connection).await? {
            return Ok(Vec::new());
        }
        let lacking = self.lacking(needed).await?;
        Ok(lacking.iter().map(|lack| format!("{} any more: `{}`", lack.what, lack.grant)).collect())
    }

    async fn lacking(&self, needed: Needed) -> Result<Vec<Lack>, Error> {
        let base = self.options.base_schema.as_str();
        let query = sql!(file "catalog/may_not_create.sql");
        let rows =
            self.connection.query(&query, &[&base, &needed.objects, &needed.schemas]).await?;
        Ok(rows.iter().map(|row| Lack { what: row.get(0), grant: row.get(1) }).collect())
    }
}
