//! The findings that one query each tells: a file in `sql/doctor`.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Finding, Patience, Severity};
use crate::engine::{Engine, Error};
use crate::sql;
use crate::sql::Sql;

/// A kind of finding, the query that makes them, and its parameters.
type Check<'a> = (&'static str, Sql, Vec<&'a (dyn ToSql + Sync)>);

/// Whether there is a ledger that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ledger {
    There,
    None,
}

impl Engine<'_> {
    /// All of them, or without a ledger those that need none.
    pub(super) async fn checks(
        &self,
        patience: Patience,
        ledger: Ledger,
        may_silence: bool,
    ) -> Result<Vec<Finding>, Error> {
        let base = self.options.base_schema.as_str();
        let seconds = patience.transaction.as_secs_f64();
        let days = patience.live_days;
        let mut checks: Vec<Check<'_>> = vec![
            ("privilege", sql!(file "doctor/privileges.sql"), vec![&base, &may_silence]),
            ("setting", sql!(file "doctor/settings.sql"), vec![]),
            ("blocker", sql!(file "doctor/blockers.sql"), vec![&seconds]),
            ("replication_slot", sql!(file "doctor/slots.sql"), vec![]),
            ("column_slots", sql!(file "doctor/column_slots.sql"), vec![&base]),
        ];
        if ledger == Ledger::There {
            checks.extend::<[Check<'_>; 7]>([
                // Its views stand on columns that are left over.
                ("version", sql!(file "doctor/versions.sql"), vec![&base]),
                ("leftover", sql!(file "doctor/leftovers.sql"), vec![]),
                ("invalid_index", sql!(file "doctor/invalid_indexes.sql"), vec![]),
                ("sync_trigger", sql!(file "doctor/sync_triggers.sql"), vec![&base]),
                ("drift", sql!(file "doctor/drift.sql"), vec![&base]),
                ("pin", sql!(file "doctor/pins.sql"), vec![&base]),
                ("old_migration", sql!(file "doctor/old.sql"), vec![&days]),
            ]);
        }
        let mut findings = Vec::new();
        for (kind, query, parameters) in checks {
            let rows = self.connection.query(&query, &parameters).await?;
            findings.extend(rows.iter().map(|row| finding(kind, row)));
        }
        Ok(findings)
    }
}

fn finding(kind: &'static str, row: &Row) -> Finding {
    let severity = match row.get::<_, &str>(0) {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    };
    Finding {
        severity,
        kind,
        object: row.get(1),
        what: row.get(2),
        remedy: row.get(3),
        repair: row.get(4),
    }
}
